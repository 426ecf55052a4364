"""Periods as people write them: a year 2019, a quarter 2019-Q3, a month 2019-07.

Within one frequency the written forms sort as text, so tables keep them as text and no calendar type is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, UsageError
from longwave.core.message import say


class Frequency(Enum):
    """How often a series is observed; the value is the number of periods in a year."""

    ANNUAL = 1
    QUARTERLY = 4
    MONTHLY = 12

    @property
    def letter(self) -> str:
        return {1: "A", 4: "Q", 12: "M"}[self.value]


_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
_TOLERATED = re.compile(
    r"(?P<year>\d{4})(?:\.0+|-?[Qq](?P<quarter>[1-4])|(?:-|M)(?P<month>0[1-9]|1[0-2])(?:-\d\d)?)?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """One period: a frequency and the count of such periods since year 0, so that ``p + 1`` is the next one."""

    frequency: Frequency
    ordinal: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Reads 2019, 2019-Q3 or 2019-07. Raises BadInput for anything else."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise BadInput(say("core.bad_period", text=text), say("core.bad_period_mend"))
        year = int(match["year"])
        if match["quarter"]:
            return cls(Frequency.QUARTERLY, 4 * year + int(match["quarter"]) - 1)
        if match["month"]:
            return cls(Frequency.MONTHLY, 12 * year + int(match["month"]) - 1)
        return cls(Frequency.ANNUAL, year)

    @property
    def year(self) -> int:
        return self.ordinal // self.frequency.value

    @property
    def step(self) -> int:
        """Place within the year, from 1."""
        return self.ordinal % self.frequency.value + 1

    def __str__(self) -> str:
        if self.frequency is Frequency.QUARTERLY:
            return f"{self.year:04d}-Q{self.step}"
        if self.frequency is Frequency.MONTHLY:
            return f"{self.year:04d}-{self.step:02d}"
        return f"{self.year:04d}"

    def __add__(self, steps: int) -> Period:
        return Period(self.frequency, self.ordinal + steps)

    def __sub__(self, other: Period) -> int:
        """Number of periods from `other` to this one. Raises BadInput when the frequencies differ."""
        self._check_same(other)
        return self.ordinal - other.ordinal

    def __lt__(self, other: Period) -> bool:
        self._check_same(other)
        return self.ordinal < other.ordinal

    def __le__(self, other: Period) -> bool:
        return self == other or self < other

    def _check_same(self, other: Period) -> None:
        if self.frequency is not other.frequency:
            raise BadInput(say("core.mixed_frequency", first=str(self), second=str(other)))


def as_period(written: object, argument: str) -> Period:
    """A period, or one as people write it: "2019-Q3", or the year 2019.

    Raises BadInput for text that is no period, and UsageError naming the argument for anything else.
    """
    if isinstance(written, Period):
        return written
    if isinstance(written, str):
        return Period.parse(written.strip())
    if isinstance(written, int | np.integer) and not isinstance(written, bool):
        return Period.parse(str(written))
    raise UsageError(
        say("core.not_a_period", argument=argument, given=type(written).__name__), say("core.bad_period_mend")
    )


def frequency_of(text: str) -> Frequency:
    """The frequency of a written period."""
    return Period.parse(text).frequency


def normalise_periods(written: pd.Series) -> pd.Series:
    """Written periods in the house's form: 2019.0 -> 2019, 2019Q3 -> 2019-Q3, 2019-07-01 and 2019M07 -> 2019-07.

    Raises BadInput naming the first one that is none of these. Works on the distinct values, so it is quick on
    long tables.
    """
    codes, distinct = pd.factorize(written.astype("string"), use_na_sentinel=True)
    if (codes < 0).any():
        raise BadInput(say("core.bad_period", text=""), say("core.bad_period_mend"))
    normal = np.array([_normal(text) for text in distinct], dtype=object)
    values = normal[codes] if len(normal) else np.array([], dtype=object)
    return pd.Series(values, index=written.index, name=written.name, dtype=object)


def _normal(text: str) -> str:
    match = _TOLERATED.fullmatch(text.strip())
    if match is None:
        raise BadInput(say("core.bad_period", text=text), say("core.bad_period_mend"))
    if match["quarter"]:
        return f"{match['year']}-Q{match['quarter']}"
    if match["month"]:
        return f"{match['year']}-{match['month']}"
    return match["year"]


def span(first: str, last: str) -> list[str]:
    """Every written period from `first` to `last`, both included."""
    start, end = Period.parse(first), Period.parse(last)
    return [str(start + step) for step in range(end - start + 1)]
