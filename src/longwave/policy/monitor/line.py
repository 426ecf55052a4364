"""Figures laid out one a period, as they come from a table of written periods: the one door of the monitor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, DuplicateObservations
from longwave.core.message import say
from longwave.core.period import Frequency, Period
from longwave.policy.monitor.run_length import Floats

LARGEST = 1e100
"""Figures beyond it overflow when they are squared; no unit of an economy needs them."""


@dataclass(frozen=True, eq=False)
class Line:
    """Figures one a period from the first known to the last, nan where there is none; start: place of the first watched."""

    first: Period
    figures: Floats
    start: int

    @property
    def last(self) -> Period:
        return self.first + (len(self.figures) - 1)

    @property
    def frequency(self) -> Frequency:
        return self.first.frequency

    def written(self, place: int) -> str:
        return str(self.first + place)

    def place(self, text: str) -> int:
        """Place of a written period, or of the first one of a year; negative before the line begins.

        Raises BadInput for another frequency than the line's.
        """
        period = Period.parse(text)
        if period.frequency is Frequency.ANNUAL:
            return period.year * self.frequency.value - self.first.ordinal
        return period - self.first

    def stretch(self, text: str) -> slice:
        """The places of a written period, or of a whole year."""
        place = self.place(text)
        yearly = Period.parse(text).frequency is Frequency.ANNUAL
        end = place + (self.frequency.value if yearly else 1)
        return slice(max(place, 0), max(end, 0))

    def periods(self) -> pd.Index:
        """The watched periods, written."""
        written = [self.written(place) for place in range(self.start, len(self.figures))]
        return pd.Index(written, name="period", dtype=object)

    def laid(self, series: pd.Series | None, name: str) -> Floats:
        """Another series on the same periods, nan where it says nothing."""
        found = np.full(len(self.figures), np.nan)
        if series is None:
            return found
        for period, value in read_series(series, name).items():
            place = period - self.first
            if 0 <= place < len(found):
                found[place] = value
        return found


def read_series(series: pd.Series, name: str) -> dict[Period, float]:
    """Period -> value in order; raises as `watch` does."""
    try:
        values = np.asarray(series.to_numpy(dtype=float, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise BadInput(say("monitor.no_numbers", name=name), say("monitor.no_numbers_mend")) from error
    if np.isinf(values).any():
        raise BadInput(say("monitor.infinite", name=name), say("monitor.no_numbers_mend"))
    if (np.abs(values) > LARGEST).any():
        raise BadInput(say("monitor.too_large", name=name), say("monitor.too_large_mend"))
    periods = [Period.parse(str(each)) for each in series.index]
    if len(set(periods)) < len(periods):
        twice = next(each for each in periods if periods.count(each) > 1)
        raise DuplicateObservations(
            say("monitor.twice", name=name, period=str(twice)), say("monitor.twice_mend")
        )
    if len({each.frequency for each in periods}) > 1:
        raise BadInput(say("monitor.mixed", name=name), say("monitor.mixed_mend"))
    found = {
        period: float(value) for period, value in zip(periods, values, strict=True) if np.isfinite(value)
    }
    return dict(sorted(found.items(), key=lambda each: each[0].ordinal))


def line_of(known: dict[Period, float], since: str) -> Line:
    """The line of figures that there are, watched from the written period `since` on. Raises BadInput as `Line.place`."""
    first, last = next(iter(known)), next(reversed(known))
    figures = np.full(last - first + 1, np.nan)
    for period, value in known.items():
        figures[period - first] = value
    whole = Line(first, figures, 0)
    return Line(first, figures, max(0, whole.place(since)))
