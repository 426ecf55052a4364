"""A forecast in sentences for the first page: where it points, how wide the band is, how it did on its own
past."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, Names, say
from longwave.core.period import Period
from longwave.core.unit import Unit

_BAND = ("0.1", "0.9")


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
    words = {"area": area, "name": name, "period": period, "origin": table.origin}
    if _is_rate(table.unit):
        yield say("forecast.outlook_rate", **words, middle=middle, low=low, high=high, last=last)
    elif last > 0 and low > 0:
        years = (Period.parse(period) - Period.parse(table.origin)) / Period.parse(period).frequency.value
        pace, slow, fast = (float(np.log(value / last) / years) for value in (middle, low, high))
        yield say(
            "forecast.outlook_growth",
            **words,
            pace=say("forecast.grow" if pace >= 0 else "forecast.fall", pace=abs(pace)),
            low=slow,
            high=fast,
            recent=_recent(series, table.origin),
        )
    else:
        yield say("forecast.outlook_level", **words, middle=middle, low=low, high=high, last=last)


def _recent(series: pd.Series, origin: str) -> Message:
    """What the series did over the ten years up to the origin, so that a long mean is not taken for the present."""
    end = Period.parse(origin)
    start = str(end + -10 * end.frequency.value)
    if start not in series.index or not series[start] > 0:
        return say("forecast.nothing")
    pace = float(np.log(series[origin] / series[start]) / 10)
    moved = say("forecast.grew" if pace >= 0 else "forecast.fell", pace=abs(pace))
    return say("forecast.recent", start=start, moved=moved)


def _record(table: ForecastTable, name: Message | Names | str) -> Iterator[Message]:
    past, area = table.backtest, area_names(table.area)
    if past is None:
        yield say("forecast.record_none", area=area, name=name)
        return
    better = "forecast.record_better" if past.relative_error < 0.95 else "forecast.record_no_better"
    covered = past.coverage.get(0.8)
    tail = say("forecast.nothing") if covered is None else say("forecast.record_coverage", covered=covered)
    yield say(better, area=area, name=name, origins=past.origins, ratio=past.relative_error, coverage=tail)


def _is_rate(unit: str) -> bool:
    """Whether values are fractions that people read in per cent."""
    known = Unit.parse(unit)
    return (known.quantity in {"share", "growth"} and known.scale == 1.0) or unit.startswith("share ")
