"""Countries side by side: the yearly frames and the five-year windows that regressions across countries read.

A window is five years; windows end with the last year that most countries have output for and go back without
overlap. The outcome of a window is mean yearly growth (at least four of its five years); a state is its mean over the
years of the window that have a figure (at least three, or one survey). Nothing is interpolated. A window in which output
per worker changes by more than 15 % a year on average (war, an oil field, a currency that breaks) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.area import areas
from longwave.core.errors import DuplicateObservations
from longwave.core.message import say
from longwave.core.panel import Panel, Status
from longwave.core.unit import Unit
from longwave.measure.effects.indicators import (
    CONCEPTS,
    INDICATORS,
    OUTCOMES,
    log_outcome,
    state,
)
from longwave.measure.inputs import OBSERVED

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]

WINDOW = 5
WILDEST = 0.15
_ENOUGH_GROWTH, _ENOUGH_STATE = 4, 3
_CARRIED = frozenset({"labour_share", "return_on_capital"})
"""Series in which a figure repeated to the last digit was carried on by the publisher, not observed."""


@dataclass(frozen=True, eq=False)
class CountryTable:
    """Year by country, and window by country (index: last year of the window).

    logs: logarithm of each outcome; states: each indicator, both by year; growth, start: mean growth in a window and the
    logarithm before it; means: mean of each indicator in a window; observed: share of a concept's figures that the
    publisher observed; sources: dataset ids by concept; wild: how many windows were left out as too wild;
    countries: their codes; thirds: 0, 1 or 2 for each by output per
    worker, -1 where levels cannot be compared.
    """

    logs: Mapping[str, pd.DataFrame]
    states: Mapping[str, pd.DataFrame]
    growth: Mapping[str, pd.DataFrame]
    start: Mapping[str, pd.DataFrame]
    means: Mapping[str, pd.DataFrame]
    observed: Mapping[str, float]
    sources: Mapping[str, tuple[str, ...]]
    wild: int
    last: int
    countries: tuple[str, ...]
    thirds: Codes

    def reach(self, name: str) -> int:
        """How many countries have any figure of an indicator."""
        frame = self.states.get(name)
        return 0 if frame is None or frame.empty else int(frame.notna().any().sum())


def country_table(panel: Panel) -> CountryTable:
    """The table of all countries in a panel with one source a variable and area; aggregates are left out.

    Raises DuplicateObservations where sources or vintages overlap.
    """
    frames, observed, sources = _yearly(panel)
    logs = {name: log_outcome(frames, name) for name in OUTCOMES}
    states = {one.name: state(frames, one) for one in INDICATORS}
    known = [frame for frame in logs.values() if not frame.empty]
    last = _last_year(known[0]) if known else 0
    growth, start, wild = {}, {}, 0
    for name, frame in logs.items():
        growth[name], start[name], dropped = _growth(frame, last)
        wild += dropped if name == "growth" else 0
    sparse = {one.name for one in INDICATORS if one.sparse}
    means = {
        name: _means(frame, last, 1 if name in sparse else _ENOUGH_STATE) for name, frame in states.items()
    }
    countries = tuple(sorted({str(code) for frame in frames.values() for code in frame.columns}))
    thirds = _thirds(start["growth"], countries, panel)
    return CountryTable(logs, states, growth, start, means, observed, sources, wild, last, countries, thirds)


def _yearly(
    panel: Panel,
) -> tuple[dict[str, pd.DataFrame], dict[str, float], dict[str, tuple[str, ...]]]:
    frame = panel.frame[panel.frame["variable"].isin(CONCEPTS).to_numpy(bool)]
    aggregates = {code for code, area in areas().items() if area.aggregate}
    keep = (
        frame["value"].notna()
        & frame["period"].str.fullmatch(r"\d{4}")
        & (frame["status"] != str(Status.FORECAST))
        & ~frame["area"].isin(aggregates)
    )
    frame = frame[keep.to_numpy(bool)]
    frames, observed, sources = {}, {}, {}
    for name, every in frame.groupby("variable", sort=True):
        # Items are parts of a country; only breaches are events that may be added up over their kinds.
        rows = every if name == "data_breaches" else every[every["item"] == ""]
        if rows.empty:
            continue
        if rows.duplicated(["area", "period", "item"]).any():
            twice = rows[rows.duplicated(["area", "period", "item"])].iloc[0]
            raise DuplicateObservations(say("core.series_overlaps", variable=str(name), area=twice["area"]))
        scale = rows["unit"].map({unit: _scale(unit) for unit in rows["unit"].unique()})
        values = rows.assign(value=rows["value"] * scale, year=rows["period"].astype(int))
        wide = values.pivot_table(index="year", columns="area", values="value", aggfunc="sum")
        wide = wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1))
        frames[str(name)] = wide.where(wide.diff() != 0) if name in _CARRIED else wide
        observed[str(name)] = float(rows["status"].isin(OBSERVED).mean())
        sources[str(name)] = tuple(sorted(rows["source"].unique()))
    return frames, observed, sources


def _thirds(start: pd.DataFrame, countries: tuple[str, ...], panel: Panel) -> Codes:
    """Countries cut in thirds by output per worker, as a mean of where they stood in each window."""
    nowhere = np.full(len(countries), -1, dtype=np.int64)
    units = panel.frame.loc[panel.frame["variable"] == "real_gdp", "unit"].unique()
    currency = Unit.parse(units[0]).currency if len(units) == 1 else ""
    if start.empty or currency in {"", "LCU"}:
        return nowhere
    place = start.sub(start.mean(axis=1), axis=0).mean().reindex(list(countries))
    if place.notna().sum() < 3:
        return nowhere
    bounds = place.quantile([1 / 3, 2 / 3]).to_numpy(float)
    cut = np.searchsorted(bounds, place.to_numpy(float), side="right").astype(np.int64)
    return np.where(place.notna().to_numpy(), cut, nowhere)


def _scale(unit: str) -> float:
    known = Unit.parse(unit)
    return known.scale if known.quantity in {"share", "growth"} else 1.0


def _last_year(frame: pd.DataFrame) -> int:
    there = frame.notna().sum(axis=1)
    return int(there.index[there >= there.max() / 2].max())


def _ends(frame: pd.DataFrame, last: int) -> list[int]:
    return list(range(last, int(frame.index.min()) + WINDOW - 2, -WINDOW))[::-1]


def _growth(frame: pd.DataFrame, last: int) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    if frame.empty:
        return pd.DataFrame(), pd.DataFrame(), 0
    yearly = frame.diff()
    means = _means(yearly, last, _ENOUGH_GROWTH)
    wild = means.abs() > WILDEST
    start = pd.DataFrame({end: frame.reindex([end - WINDOW]).iloc[0] for end in means.index}).T
    return means.where(~wild), start.reindex(columns=means.columns), int(wild.to_numpy().sum())


def _means(frame: pd.DataFrame, last: int, enough: int) -> pd.DataFrame:
    if frame.empty or not last:
        return pd.DataFrame()
    rows = {}
    for end in _ends(frame, last):
        part = frame.loc[end - WINDOW + 1 : end]
        rows[end] = part.mean().where(part.notna().sum() >= enough)
    return pd.DataFrame(rows).T.reindex(columns=frame.columns)


def earlier(frame: pd.DataFrame, windows: int = 1) -> pd.DataFrame:
    """The same frame with each window's figure standing at the window that many later."""
    moved = frame.copy()
    moved.index = moved.index + WINDOW * windows
    return moved


def stacked(frames: list[pd.DataFrame], countries: tuple[str, ...]) -> tuple[Matrix, Codes, Codes]:
    """Frames of the same kind as columns of one array: values (n by len(frames)), country codes (places in
    `countries`) and years. Empty where a frame is."""
    if any(frame.empty for frame in frames):
        return np.empty((0, len(frames))), np.empty(0, np.int64), np.empty(0, np.int64)
    index = frames[0].index
    for frame in frames[1:]:
        index = index.intersection(frame.index)
    values = np.stack(
        [frame.reindex(index=index, columns=list(countries)).to_numpy(float) for frame in frames], axis=-1
    )
    units = np.tile(np.arange(len(countries)), len(index)).astype(np.int64)
    times = np.repeat(index.to_numpy(np.int64), len(countries))
    return values.reshape(-1, len(frames)), units, times
