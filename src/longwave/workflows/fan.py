"""A forecast after its history, as a fan: where the data end, the middle, its bands and the named scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.forecast import ForecastScenario, ForecastTable
from longwave.core.message import Message, Names, say
from longwave.core.period import Frequency, Period
from longwave.core.unit import Unit
from longwave.report.document import Band, Curve, Mark

LEVELS = (0.5, 0.8, 0.95)
"""The bands of the house, drawn where the table has them."""

HISTORY = {Frequency.ANNUAL: 40, Frequency.QUARTERLY: 60, Frequency.MONTHLY: 120}
"""Periods of history before a fan: enough to judge its slope and width against, and the fan stays readable."""

_TIMES_AHEAD = 3
"""A long fan has at least so many times its length before it."""
_MOST_BANDS = 3
_WIDE = 10.0
"""A logarithmic axis from here: the highest figure of the picture over the lowest."""

Name: TypeAlias = Message | Names | str


@dataclass(frozen=True, eq=False)
class Fan:
    """What a chart of lines needs to show a forecast: curves (history, forecast, what came later, scenarios), bands,
    the mark at the last figure, and whether a logarithmic axis suits."""

    curves: tuple[Curve, ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    log: bool


def fan(table: ForecastTable, history: pd.Series | None, scenarios: Sequence[ForecastScenario] = ()) -> Fan:
    """The fan of a forecast. history: index = written period; figures after the origin are drawn as what came later,
    for a forecast made on figures as they were known earlier. Figures that are not numbers are left out."""
    past, later = around(table, history)
    curves = [Curve(say("workflows.observed"), past)] if len(past) else []
    before = 0 if curves else None
    middle = len(curves)
    curves.append(
        Curve(say("workflows.median_forecast"), median_of(table.frame), dashed=True, follows=before)
    )
    bands = tuple(
        Band(numbers(table.frame[low]), numbers(table.frame[high]), level, middle)
        for level, low, high in reversed(bands_of(table.frame))
    )
    if len(later):
        curves.append(Curve(say("forecast_page.came_later"), later, follows=before, labelled=True))
    curves += [
        Curve(named(each.name), numbers(each.values), follows=before, labelled=True) for each in scenarios
    ]
    shown = [curve.values for curve in curves] + [edge for band in bands for edge in (band.low, band.high)]
    return Fan(tuple(curves), bands, (data_end(table),), _is_wide(table, shown))


def around(table: ForecastTable, history: pd.Series | None) -> tuple[pd.Series, pd.Series]:
    """The figures to be drawn before the forecast, and those that came after its origin as far as it reaches."""
    if history is None:
        return pd.Series(dtype=float), pd.Series(dtype=float)
    known = numbers(history).dropna()
    known = known[~known.index.duplicated(keep="last")]
    places = pd.Series(
        {text: place for text in known.index if (place := _place(text, table.origin)) is not None}
    )
    if places.empty:
        return pd.Series(dtype=float), pd.Series(dtype=float)
    known = known[list(places.sort_values().index)]
    places = places[known.index]
    longest = max(HISTORY[Period.parse(table.origin).frequency], _TIMES_AHEAD * len(table.frame))
    past = known[(places <= 0) & (places > -longest)]
    return past, known[(places > 0) & (places <= len(table.frame))]


def _place(text: object, origin: str) -> int | None:
    """Periods from the origin to this one; None for what is no period of that kind."""
    try:
        return Period.parse(str(text)) - Period.parse(origin)
    except BadInput:
        return None


def period_name(text: str) -> Message | Names:
    """A period as a sentence has it: 2019-Q3 in English, 2019年第3季度 in Chinese; else the text itself."""
    try:
        period = Period.parse(text)
    except BadInput:
        return Names(text)
    if period.frequency is Frequency.ANNUAL:
        return say("forecast_page.year", year=period.year)
    kind = "quarter" if period.frequency is Frequency.QUARTERLY else "month"
    return say(f"forecast_page.{kind}", year=period.year, step=period.step)


def data_end(table: ForecastTable) -> Mark:
    """The line where the data end, with the date as of which they were known."""
    origin = period_name(table.origin)
    if table.as_of:
        return Mark(
            table.origin,
            table.origin,
            say("forecast_page.data_end_as_of", origin=origin, as_of=table.as_of),
        )
    return Mark(table.origin, table.origin, say("forecast_page.data_end", origin=origin))


def bands_of(frame: pd.DataFrame) -> list[tuple[float, str, str]]:
    """Level and columns of each central band to be drawn, the narrowest first: those of the house, or else the
    widest of those that there are."""
    pairs = []
    for share, low in quantiles(frame).items():
        high = column(frame, 1 - share)
        if share < 0.5 - 1e-9 and high is not None:
            pairs.append((round(1 - 2 * share, 9), low, high))
    pairs.sort()
    house = [pair for pair in pairs if any(abs(pair[0] - level) < 1e-6 for level in LEVELS)]
    return house or pairs[-_MOST_BANDS:]


def quantiles(frame: pd.DataFrame) -> dict[float, str]:
    """The quantile columns of a table by rising probability: columns whose name is a number between 0 and 1."""
    found = {}
    for name in frame.columns:
        try:
            share = float(name)
        except (TypeError, ValueError):
            continue
        if 0 < share < 1:
            found[share] = name
    return dict(sorted(found.items()))


def column(frame: pd.DataFrame, probability: float) -> str | None:
    """The name of the column that holds a quantile, or None."""
    return next((name for share, name in quantiles(frame).items() if abs(share - probability) < 1e-9), None)


def median_of(frame: pd.DataFrame) -> pd.Series:
    """The median, or the mean where there is none; no figures where there is neither."""
    name = column(frame, 0.5)
    if name is None and "mean" not in frame:
        return pd.Series(np.nan, index=frame.index.map(str), dtype=float)
    return numbers(frame["mean" if name is None else name])


def numbers(series: pd.Series) -> pd.Series:
    """The series as finite numbers under written periods, NaN where it has none."""
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return pd.Series(np.where(np.isfinite(values), values, np.nan), index=series.index.map(str))


def named(name: Name) -> Message | Names:
    """A name that can be told in both languages."""
    return Names(name) if isinstance(name, str) else name


def is_fraction(unit: str) -> bool:
    """Whether figures are fractions that people read in per cent."""
    known = Unit.parse(unit)
    return (known.quantity in {"share", "growth"} and known.scale == 1.0) or unit.startswith("share ")


def _is_wide(table: ForecastTable, shown: list[pd.Series]) -> bool:
    known = np.concatenate([series.dropna().to_numpy() for series in shown])
    if is_fraction(table.unit) or not known.size:
        return False
    return bool(0 < _WIDE * known.min() < known.max())
