"""Columns that follow from the calendar or from one figure of another column: trends, seasons, dummies, elements.

    @trend("1980")        periods since 1980                  @year @quarter @month       the parts of the date
    @seas(2)              one in the second period of a year  @elem(x, "2011")            what x was in 2011
    @during("2011 2013")  one from 2011 to 2013, else nought

EViews and ModelFlow write these into equations. Here they become exogenous columns that are made when data come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.core.period import Frequency, Period
from longwave.macro.databank import Databank

Kind = Literal["trend", "year", "step", "season", "during", "element"]


@dataclass(frozen=True, slots=True)
class Made:
    """name: of the column; of: the column an element is taken from; first, last: written periods, "" where none."""

    name: str
    kind: Kind
    of: str = ""
    first: str = ""
    last: str = ""
    number: int = 0

    def values(self, bank: Databank) -> NDArray[np.float64]:
        """The column for the periods of a bank, float64 [periods]. Raises BadInput."""
        count = len(bank.values)
        places = np.arange(count, dtype=np.float64)
        frequency = bank.first.frequency
        if self.kind == "trend":
            base = bank.first if not self.first else period_of(self.first, frequency)
            return places + float(bank.first - base)
        if self.kind == "year":
            return np.array([float((bank.first + step).year) for step in range(count)])
        if self.kind == "step":
            return np.array([float((bank.first + step).step) for step in range(count)])
        if self.kind == "season":
            return np.array([float((bank.first + step).step == self.number) for step in range(count)])
        first = bank.row(period_of(self.first, frequency))
        if self.kind == "element":
            return np.full(count, self._element(bank, first))
        last = bank.row(period_of(self.last or self.first, frequency, end=True))
        return ((places >= first) & (places <= last)).astype(np.float64)

    def _element(self, bank: Databank, row: int) -> float:
        if self.of not in bank.names or not 0 <= row < len(bank.values):
            raise BadInput(
                say("interop.no_element", name=self.name, of=self.of, period=self.first),
                say("interop.no_element_mend", name=self.name),
            )
        return float(bank.values[row, bank.names.index(self.of)])


_WRITTEN = re.compile(r"(\d{4})(?:[:.\-]?([qQmM:.]?)(\d{1,2}))?")


def period_of(text: str, frequency: Frequency, *, end: bool = False) -> Period:
    """A period as EViews writes it (2011, 2011q1, 2011:1, 2011m07) in a frequency; a year is its first, last period.

    Raises BadInput.
    """
    found = _WRITTEN.fullmatch(text.strip())
    steps = frequency.value
    step = steps if end else 1
    if found is not None and found[3]:
        step = int(found[3])
    if found is None or not 1 <= step <= steps:
        raise BadInput(say("interop.bad_period", text=text[:40]), say("interop.bad_period_mend"))
    return Period(frequency, int(found[1]) * steps + step - 1)
