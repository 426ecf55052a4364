"""The sheet: a long table with each series a run of neighbouring rows, so a check is array arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from longwave.core.panel import Panel
from longwave.core.period import Frequency, Period
from longwave.core.series import SeriesKey
from longwave.prepare.concepts import Concept, concepts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SERIES = ["source", "area", "variable", "item", "vintage"]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows of one dataset sorted by series and period; a series is source, area, variable, item and vintage.

    frame: the rows; of_row: number of the series of each row; first: the row at which each series begins;
    ordinal: count of periods of each row; released: the dataset's release date or ""; reference: curated
    figures of other datasets in the same concepts and units, or None.
    """

    frame: pd.DataFrame
    of_row: Ints
    first: Ints
    ordinal: Ints
    per_year: Ints
    released: str
    reference: Panel | None

    @classmethod
    def of(cls, frame: pd.DataFrame, released: str = "", reference: Panel | None = None) -> Sheet:
        table = frame.reset_index(drop=True)
        columns = [*_SERIES, "period"]
        codes = [pd.factorize(table[name], sort=True)[0] for name in columns]
        order = np.lexsort(codes[::-1])
        if (order[1:] < order[:-1]).any():
            table = table.take(order).reset_index(drop=True)
            codes = [code[order] for code in codes]
        new = np.zeros(len(table), dtype=bool)
        new[:1] = True
        for code in codes[:-1]:
            new[1:] |= code[1:] != code[:-1]
        ordinal, per_year = _ordinals(table["period"])
        return cls(table, np.cumsum(new) - 1, np.flatnonzero(new), ordinal, per_year, released, reference)

    def __len__(self) -> int:
        """Number of series."""
        return len(self.first)

    @cached_property
    def value(self) -> Floats:
        return self.frame["value"].to_numpy(float)

    @cached_property
    def keys(self) -> pd.DataFrame:
        """One row a series: source, area, variable, item, vintage, unit."""
        return self.frame.loc[self.first, [*_SERIES, "unit"]].reset_index(drop=True)

    @cached_property
    def _columns(self) -> dict[str, npt.NDArray[np.object_]]:
        return {name: self.keys[name].to_numpy(object) for name in _SERIES}

    def names(self, column: str) -> npt.NDArray[np.object_]:
        """One column of `keys` as an array."""
        return self._columns[column]

    @cached_property
    def seen(self) -> Ints:
        """Rows that hold a number."""
        return np.flatnonzero(~np.isnan(self.value))

    @cached_property
    def count(self) -> Ints:
        """Numbers in each series."""
        return np.bincount(self.of_row[self.seen], minlength=len(self))

    @cached_property
    def steps(self) -> tuple[Ints, Ints]:
        """Neighbouring numbers of one series: rows of the earlier and of the later."""
        before, after = self.seen[:-1], self.seen[1:]
        same = self.of_row[before] == self.of_row[after]
        return before[same], after[same]

    @cached_property
    def level(self) -> Floats:
        """Median size of each series' non-zero numbers; NaN where it has none."""
        rows = self.seen[self.value[self.seen] != 0]
        return self.median(np.abs(self.value[rows]), self.of_row[rows])

    @cached_property
    def middle(self) -> Floats:
        """Median of each series' numbers; NaN where it has none."""
        return self.median(self.value[self.seen], self.of_row[self.seen])

    def median(self, values: Floats, series: Ints) -> Floats:
        """Median of values for each series; NaN where there are none."""
        return group_median(values, series, len(self))

    def key(self, series: int) -> SeriesKey:
        source, area, variable, item = (self.names(name)[series] for name in _SERIES[:4])
        return SeriesKey(source, area, variable, item)

    @cached_property
    def variable_code(self) -> tuple[Ints, list[str]]:
        """Number of the variable of each series, and the variables."""
        codes, names = pd.factorize(self.keys["variable"])
        return codes.astype(np.int64), [str(name) for name in names]

    def concept(self, variable: str) -> Concept | None:
        return concepts().get(variable)

    def series_of(self, variable: str) -> Ints:
        """The numbers of the series of one variable."""
        codes, names = self.variable_code
        return (
            np.flatnonzero(codes == names.index(variable))
            if variable in names
            else np.array([], dtype=np.int64)
        )

    def rows_of(self, series: Ints) -> Ints:
        """Every row of the series given."""
        wanted = np.zeros(len(self), dtype=bool)
        wanted[series] = True
        return np.flatnonzero(wanted[self.of_row])


def group_median(values: Floats, groups: Ints, size: int) -> Floats:
    """Median of values for each group number below `size`; NaN where a group is empty."""
    result = np.full(size, np.nan)
    if not len(values):
        return result
    order = np.lexsort((values, groups))
    ordered = values[order]
    counts = np.bincount(groups, minlength=size)
    starts = np.cumsum(counts) - counts
    full = counts > 0
    low = starts[full] + (counts[full] - 1) // 2
    high = starts[full] + counts[full] // 2
    result[full] = (ordered[low] + ordered[high]) / 2
    return result


def _ordinals(periods: pd.Series) -> tuple[Ints, Ints]:
    codes, distinct = pd.factorize(periods)
    parsed = [Period.parse(text) for text in distinct]
    ordinals = np.array([period.ordinal for period in parsed], dtype=np.int64)
    rhythm = np.array([period.frequency.value for period in parsed], dtype=np.int64)
    if not parsed:
        return ordinals, np.full(0, Frequency.ANNUAL.value, dtype=np.int64)
    return ordinals[codes], rhythm[codes]
