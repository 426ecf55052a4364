"""What a policy maker sets: paths of columns that the model takes as given, within bounds, in some periods.

A policy instrument is an exogenous variable, an add-factor (``C.add``), or an endogenous variable whose equation is
switched off over the whole span. Each free period is one number to find; elsewhere the path is the baseline's, or,
with `after="hold"`, what the last free period left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.control.loss import ByPeriod, over_periods, unknown_mend
from longwave.macro.model import Model

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PolicyInstrument:
    """low, high: bounds, None for none; periods: first and last free one, all that are solved where None; moves: how much
    it may rise or fall from one period to the next, None for any."""

    name: str
    low: ByPeriod | None = None
    high: ByPeriod | None = None
    periods: tuple[Period | str, Period | str] | None = None
    after: Literal["baseline", "hold"] = "baseline"
    moves: ByPeriod | None = None


@dataclass(frozen=True, eq=False)
class Levers:
    """The free numbers of some policy instruments.

    columns: of the instruments; base: float64 [periods, instruments], their baseline; place: int [periods,
    instruments], the free number that sets a period, -1 where none does; low, high: float64 [free].
    """

    names: tuple[str, ...]
    columns: tuple[int, ...]
    base: Vector
    place: NDArray[np.int64]
    low: Vector
    high: Vector

    @property
    def free(self) -> int:
        return len(self.low)

    @property
    def start(self) -> Vector:
        """The baseline's values of the free numbers, moved inside the bounds."""
        return np.clip(self.before, self.low, self.high)

    @property
    def before(self) -> Vector:
        """The baseline's values of the free numbers."""
        found = np.zeros(self.free)
        for instrument in range(len(self.columns)):
            for row in reversed(range(len(self.base))):  # the earliest period that a number sets decides
                if self.place[row, instrument] >= 0:
                    found[self.place[row, instrument]] = self.base[row, instrument]
        return found

    def paths(self, numbers: Vector) -> Vector:
        """The instruments' paths [periods, instruments]."""
        return np.where(self.place >= 0, numbers[np.maximum(self.place, 0)], self.base)

    def response(self, instrument: int) -> Vector:
        """The slopes [periods, free] of an instrument's path to the free numbers."""
        slope = np.zeros((len(self.base), self.free))
        rows = np.flatnonzero(self.place[:, instrument] >= 0)
        slope[rows, self.place[rows, instrument]] = 1.0
        return slope

    def where(self, number: int) -> tuple[int, int]:
        """(first row, instrument) that a free number sets."""
        rows, instruments = np.nonzero(self.place == number)
        return int(rows[0]), int(instruments[0])


def exogenised_names(model: Model, instruments: Sequence[PolicyInstrument]) -> tuple[str, ...]:
    """The endogenous variables among the policy instruments, whose equations must be switched off."""
    endogenous = {each.name for each in model.endogenous}
    return tuple(each.name for each in instruments if each.name in endogenous)


def levers(
    instruments: Sequence[PolicyInstrument], system: System, baseline: Vector, first: Period, last: Period
) -> Levers:
    """The free numbers; baseline: float64 [periods, instruments] over first..last.

    Raises UsageError where an instrument is unknown, solved by the model, named twice, has bounds that exclude each
    other, no period, or no value in the baseline.
    """
    if not instruments:
        raise UsageError(say("control.no_instruments"), say("control.no_instruments_mend"))
    names = tuple(each.name for each in instruments)
    _check_names(names, system)
    place = np.full(baseline.shape, -1, dtype=np.int64)
    lows: list[float] = []
    highs: list[float] = []
    for number, each in enumerate(instruments):
        begin, end = _span(each, first, last)
        low, high = _bounds(each, first, last)
        for row in range(begin, end + 1):
            place[row, number] = len(lows)
            lows.append(float(low[row]))
            highs.append(float(high[row]))
        if each.after == "hold":
            place[end + 1 :, number] = len(lows) - 1
        missing = np.flatnonzero(~np.isfinite(baseline[:, number]))
        if missing.size:
            raise UsageError(
                say("control.no_base", name=each.name, period=str(first + int(missing[0]))),
                say("control.no_base_mend"),
            )
    columns = tuple(system.column(name) for name in names)
    return Levers(names, columns, baseline, place, np.array(lows), np.array(highs))


def _check_names(names: tuple[str, ...], system: System) -> None:
    for name in names:
        if not system.has(name):
            raise UsageError(say("control.unknown_column", name=name), unknown_mend(name, system.columns))
        if name in system.variables:
            raise UsageError(
                say("control.solved_instrument", name=name), say("control.solved_instrument_mend")
            )
        if names.count(name) > 1:
            raise UsageError(say("control.twice", name=name), say("control.twice_mend"))


def _span(each: PolicyInstrument, first: Period, last: Period) -> tuple[int, int]:
    start, end = (as_period(when, "periods") for when in each.periods or (first, last))
    begin, stop = start - first, end - first
    if begin < 0 or stop > last - first or begin > stop:
        raise UsageError(
            say(
                "control.instrument_periods",
                name=each.name,
                start=str(start),
                end=str(end),
                first=str(first),
                last=str(last),
            ),
            say("control.loss_periods_mend"),
        )
    return begin, stop


def _bounds(each: PolicyInstrument, first: Period, last: Period) -> tuple[Vector, Vector]:
    low = edge(each.low, first, last, -np.inf, each.name)
    high = edge(each.high, first, last, np.inf, each.name)
    check_not_crossed(low, high, first, each.name)
    return low, high


def edge(given: ByPeriod | None, first: Period, last: Period, absent: float, name: str) -> Vector:
    """A bound by period; `absent` everywhere where none is given."""
    if given is None:
        return np.full(last - first + 1, absent)
    return over_periods(given, first, last, absent, name)


def check_not_crossed(low: Vector, high: Vector, first: Period, name: str) -> None:
    """Raises UsageError naming the first period in which a lower bound lies above the upper one."""
    wrong = np.flatnonzero(~(low <= high))
    if wrong.size:
        row = int(wrong[0])
        raise UsageError(
            say(
                "control.crossed_bounds",
                name=name,
                period=str(first + row),
                low=low[row],
                high=high[row],
            ),
            say("control.crossed_bounds_mend"),
        )
