"""The figures a model runs on: periods by columns, one frequency, no gaps in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, UsageError
from longwave.core.message import say
from longwave.core.period import Period, normalise_periods

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Databank:
    """first: the period of row 0; names: of the columns; values: float64 [periods, columns], NaN where not known."""

    first: Period
    names: tuple[str, ...]
    values: Matrix

    def __repr__(self) -> str:
        return f"Databank({self.first}..{self.last}, {len(self.names)} columns)"

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Databank:
        """Reads a table with one row a period and one column a variable.

        The index holds periods as the house writes them (2019, 2019-Q3, 2019-07), years as numbers, or pandas
        periods. Raises BadInput for a table without rows, periods that are missing, double or out of order,
        columns of one name or with names in several levels, or cells that are not numbers; UsageError for what is no
        table.
        """
        if not isinstance(frame, pd.DataFrame):
            raise UsageError(
                say("databank.no_frame", given=type(frame).__name__), say("databank.no_frame_mend")
            )
        if frame.empty:
            raise BadInput(say("databank.empty"), say("databank.empty_mend"))
        periods = [Period.parse(text) for text in normalise_periods(pd.Series(_written(frame.index)))]
        for earlier, later in pairwise(periods):
            if later - earlier != 1:
                raise BadInput(
                    say("databank.gap", earlier=str(earlier), later=str(later)), say("databank.gap_mend")
                )
        names = tuple(str(each) for each in frame.columns)
        if isinstance(frame.columns, pd.MultiIndex):
            raise BadInput(say("databank.levels"), say("databank.levels_mend"))
        double = (
            sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        )
        if double:
            raise BadInput(say("databank.double", names=", ".join(double)), say("databank.double_mend"))
        return cls(periods[0], names, _numbers(frame))

    def frame(self) -> pd.DataFrame:
        """The table, with written periods as its index."""
        index = pd.Index([str(self.first + step) for step in range(len(self.values))], name="period")
        return pd.DataFrame(self.values.copy(), index=index, columns=list(self.names))

    @property
    def last(self) -> Period:
        return self.first + (len(self.values) - 1)

    def row(self, period: Period) -> int:
        """The row of a period, which may lie outside. Raises BadInput where the frequencies differ."""
        return period - self.first

    def columns(self, names: Iterable[str], fill: Mapping[str, float] | None = None) -> Matrix:
        """A copy of these columns [periods, len(names)]; one that is not there is `fill`'s value or NaN."""
        place = {name: column for column, name in enumerate(self.names)}
        names = list(names)
        taken = np.full((len(self.values), len(names)), np.nan)
        for column, name in enumerate(names):
            if name in place:
                taken[:, column] = self.values[:, place[name]]
            elif fill and name in fill:
                taken[:, column] = fill[name]
        return taken

    def series(self, name: str) -> pd.Series:
        """One column with written periods. Raises UsageError where it is not there."""
        if name not in self.names:
            raise UsageError(say("databank.no_column", name=name), say("databank.no_column_mend"))
        index = pd.Index([str(self.first + step) for step in range(len(self.values))], name="period")
        return pd.Series(self.values[:, self.names.index(name)].copy(), index=index, name=name)

    def with_columns(self, changed: Mapping[str, Matrix]) -> Databank:
        """The same bank with these columns new or replaced, each float64 [periods]."""
        names = (*self.names, *(name for name in changed if name not in self.names))
        values = self.columns(names)
        for name, column in changed.items():
            values[:, names.index(name)] = column
        return Databank(self.first, names, values)


def _written(index: pd.Index) -> list[str]:
    if isinstance(index, pd.PeriodIndex):
        return [str(each).replace("Q", "-Q") if "Q" in str(each) else str(each) for each in index]
    if isinstance(index, pd.DatetimeIndex):
        known = pd.infer_freq(index) if len(index) > 2 else None
        letter = (known or "Y").lstrip("B")[:1]
        return _written(index.to_period(letter if letter in "YQM" else "D"))
    return [str(each) for each in index]


def _numbers(frame: pd.DataFrame) -> Matrix:
    kinds = [(str(name), frame.dtypes.iloc[place].kind) for place, name in enumerate(frame.columns)]
    strange = [name for name, kind in kinds if kind in "cmM"]  # complex numbers, dates and spans of time
    if strange:
        raise BadInput(
            say("databank.not_numbers", names=", ".join(strange[:8])), say("databank.not_numbers_mend")
        )
    try:
        return np.ascontiguousarray(frame.to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError) as error:
        bad = [
            str(name)
            for place, name in enumerate(frame.columns)
            if pd.to_numeric(frame.iloc[:, place], errors="coerce").notna().sum()
            < frame.iloc[:, place].notna().sum()
        ]
        raise BadInput(
            say("databank.not_numbers", names=", ".join(bad[:5])), say("databank.not_numbers_mend")
        ) from error
