"""A forecast in sentences for the first page: where it points, how wide the band is, how it did on its own
past."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, Names, say
from longwave.core.period import Frequency, Period
from longwave.core.unit import Unit

_BAND = ("0.1", "0.9")
_NOUGHT = 5e-4
"""Growth below this part is written 0.0%."""

_AS_GOOD = (0.95, 1.05)
"""Errors so many times a rival's are about as good as the rival's."""

_GENEROUS = 0.97
"""An 80 per cent band that covered so much of what came may be wider than it need be."""


def sentences(table: ForecastTable, series: pd.Series, name: Message | Names | str) -> tuple[Message, ...]:
    """The forecast of the last period ahead, and the back-test, in words.

    series: the series that was forecast, for its last value; name: the variable's name within a sentence. The
    table needs an 80 per cent band (columns 0.1 and 0.9).
    """
    return (*_outlook(table, series, name), *_record(table, name))


def _outlook(table: ForecastTable, series: pd.Series, name: Message | Names | str) -> Iterator[Message]:
    end = table.frame.iloc[-1]
    low, high = (float(end[column]) for column in _BAND)
    last, area = float(series[table.origin]), area_names(table.area)
    period, middle = str(table.frame.index[-1]), float(end["0.5"])
    words = {"area": area, "name": name, "period": spelled(period), "origin": spelled(table.origin)}
    if _is_rate(table.unit):
        yield say("forecast.outlook_rate", **words, middle=middle, low=low, high=high, last=last)
    elif last > 0 and low > 0:
        years = (Period.parse(period) - Period.parse(table.origin)) / Period.parse(period).frequency.value
        # Over less than a year a yearly pace would blow a small step up.
        over = max(years, 1.0)
        pace, slow, fast = (compound(last, value, over) for value in (middle, low, high))
        yield say(
            "forecast.outlook_growth",
            **words,
            pace=_moved(pace, ("grow", "fall") if years >= 1 else ("grow_in_all", "fall_in_all")),
            low=slow,
            high=fast,
            recent=_recent(series, table.origin) if years >= 1 else say("forecast.nothing"),
        )
    else:
        figures = {"middle": middle, "low": low, "high": high, "last": last}
        yield say(
            "forecast.outlook_level", **words, **{key: _figure(value) for key, value in figures.items()}
        )


def spelled(period: str) -> Names:
    """A written period as it stands in a sentence: 2019, 2019-Q3; 2019年, 2019年第3季度."""
    parsed = Period.parse(period)
    if parsed.frequency is Frequency.ANNUAL:
        return Names(period, f"{period}年")
    part = f"第{parsed.step}季度" if parsed.frequency is Frequency.QUARTERLY else f"{parsed.step}月"
    return Names(period, f"{parsed.year}年{part}")


def compound(first: float, last: float, years: float) -> float:
    """Growth a year, compounded, from one figure above zero to another: (last / first)^(1 / years) - 1."""
    return float(np.expm1(np.log(last / first) / years))


def standing(ratio: float) -> str:
    """How errors so many times a rival's stand beside them: better, even (about as good) or worse."""
    low, high = _AS_GOOD
    return "better" if ratio < low else "worse" if ratio > high else "even"


def is_generous(covered: float) -> bool:
    """Whether an 80 per cent band covered so much that it may be wider than it need be."""
    return covered >= _GENEROUS


def _moved(pace: float, words: tuple[str, str]) -> Message:
    """Up or down; what would be written as nought counts as up."""
    return say(f"forecast.{words[pace < -_NOUGHT]}", pace=abs(pace))


def _figure(value: float) -> str:
    """Four digits that count, and no powers of ten where an ordinary number does."""
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


def _recent(series: pd.Series, origin: str) -> Message:
    """What the series did over the ten years up to the origin, so that a long mean is not taken for the present."""
    end = Period.parse(origin)
    start = str(end + -10 * end.frequency.value)
    if start not in series.index or not series[start] > 0:
        return say("forecast.nothing")
    pace = compound(float(series[start]), float(series[origin]), 10)
    return say("forecast.recent", start=spelled(start), moved=_moved(pace, ("grew", "fell")))


def _record(table: ForecastTable, name: Message | Names | str) -> Iterator[Message]:
    past, area = table.backtest, area_names(table.area)
    if past is None:
        yield say("forecast.record_none", area=area, name=name)
        return
    if not np.isfinite(past.relative_error):
        return
    yield say(
        f"forecast.record_{standing(past.relative_error)}",
        area=area,
        name=name,
        origins=past.origins,
        ratio=past.relative_error,
        coverage=_coverage(past.coverage.get(0.8)),
    )


def _coverage(covered: float | None) -> Message:
    if covered is None:
        return say("forecast.nothing")
    wide = say("forecast.band_generous" if is_generous(covered) else "forecast.nothing")
    return say("forecast.record_coverage", covered=covered, wide=wide)


def _is_rate(unit: str) -> bool:
    """Whether values are fractions that people read in per cent."""
    known = Unit.parse(unit)
    return (known.quantity in {"share", "growth"} and known.scale == 1.0) or unit.startswith("share ")
