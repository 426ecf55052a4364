"""What a measure takes from a panel: one yearly series, how much of it was observed, and what is said about
it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel, Status
from longwave.core.period import Frequency, frequency_of
from longwave.core.unit import Unit

OBSERVED = frozenset({str(Status.NORMAL), str(Status.BREAK), str(Status.PROVISIONAL)})
"""Statuses of figures that the publisher observed rather than modelled or filled in."""


@dataclass(frozen=True, eq=False)
class Input:
    """One yearly series of an area.

    values: index = year as a whole number; unit: the panel's unit text; observed: share of the figures that
    the publisher observed for the whole area; notes: what the panel says about them; part: the part of the
    area that they cover where that is not the whole; forecasts: how many figures were left out as the
    publisher's forecasts.
    """

    variable: str
    values: pd.Series
    unit: str
    source: str
    observed: float
    notes: tuple[str, ...] = ()
    part: str = ""
    forecasts: int = 0


def take(panel: Panel, area: str, variable: str) -> Input | Refusal:
    """The yearly figures of a variable, shares and rates as fractions; a Refusal where there are none.

    Publishers' forecasts are left out. Where only one part of the area has figures (an item), these are taken
    and the part is named. Raises DuplicateObservations when sources or vintages overlap.
    """
    rows = panel.select(area=area, variable=variable)
    items = sorted(rows.frame.loc[rows.frame["value"].notna(), "item"].unique())
    if not items:
        return missing(variable, area)
    if "" not in items and len(items) > 1:
        return Refusal(
            variable,
            say("measure.only_parts", name=name_of(variable), parts=tuple(part_name(each) for each in items)),
            _mend(variable),
        )
    item = "" if "" in items else items[0]
    series = rows.series(variable, area=area, item=item)
    if frequency_of(str(series.index[0])) is not Frequency.ANNUAL:
        return Refusal(
            variable, say("measure.not_yearly", name=name_of(variable)), say("measure.not_yearly_mend")
        )
    frame = rows.frame[(rows.frame["item"] == item) & rows.frame["value"].notna()]
    known = (frame["status"] != str(Status.FORECAST)).to_numpy()
    if not known.any():
        return missing(variable, area)
    kept = frame[known]
    values = pd.Series(series.to_numpy()[known], index=series.index[known].astype(int), name=variable)
    unit = str(kept["unit"].iloc[0])
    return Input(
        variable,
        values * _to_fraction(unit),
        unit,
        str(kept["source"].iloc[0]),
        0.0 if item else float(kept["status"].isin(OBSERVED).mean()),
        tuple(dict.fromkeys(note for note in kept["note"] if note)),
        item,
        int((~known).sum()),
    )


def missing(variable: str, area: str) -> Refusal:
    """The refusal for a variable of which the area has no figures."""
    return Refusal(
        variable, say("measure.missing", name=name_of(variable), area=area_names(area)), _mend(variable)
    )


def name_of(variable: str) -> Message:
    """A variable's name within a sentence."""
    return say(f"measure.name_{variable}")


def part_name(item: str) -> str | Message:
    """A part of an area in words: ``US_ex_AZ_CT`` is the whole without AZ, CT; any other name is itself."""
    _, without, left = item.partition("_ex_")
    if not without or not left:
        return item
    return say("measure.without_parts", parts=tuple(left.split("_")))


def not_positive(given: Input) -> Refusal | None:
    """A refusal where a logarithm is wanted and some figure has none."""
    bad = given.values[given.values <= 0]
    if bad.empty:
        return None
    return Refusal(
        given.variable,
        say("measure.not_positive", name=name_of(given.variable), period=str(bad.index[0])),
        say("measure.check_figures"),
    )


def outside(given: Input) -> Refusal | None:
    """A refusal where a share or rate is below 0 or above 1."""
    bad = given.values[(given.values < 0) | (given.values > 1)]
    if bad.empty:
        return None
    reason = say("measure.share_outside", period=str(bad.index[0]), value=float(bad.iloc[0]))
    return Refusal(given.variable, reason, say("measure.check_figures"))


def yearly_changes(values: pd.Series, *, log: bool) -> pd.Series:
    """Change from the year before (of the logarithm where asked), only where both years have a figure."""
    levels = np.log(values) if log else values
    before = levels.copy()
    before.index = before.index + 1
    return pd.Series((levels - before).dropna(), name=values.name)


def by_period(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with its years as written periods."""
    written = table.copy()
    written.index = pd.Index([f"{year:04d}" for year in table.index], name="period", dtype=object)
    return written


def _to_fraction(unit: str) -> float:
    known = Unit.parse(unit)
    return known.scale if known.quantity in {"share", "growth"} else 1.0


def _mend(variable: str) -> Message:
    return say("measure.missing_mend", variable=variable)
