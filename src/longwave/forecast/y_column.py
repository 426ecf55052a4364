"""The column of figures as floats: numbers of any kind, or texts as people write numbers (1,234.5 or 1 234,5)."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.connectors.figures import MISSING_MARKS, decimal_mark, read_figures
from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.forecast.method import Vector

_NO_KIND = frozenset(
    {"boolean", "datetime64", "datetime", "date", "timedelta64", "timedelta", "complex", "period"}
)


def read_y(column: pd.Series) -> tuple[Vector, NDArray[np.bool_]]:
    """Figures (NaN where there is none) and the rows whose cell is neither a figure nor missing.

    Raises BadInput for a column of another kind (true and false, dates) and where it cannot be told whether a comma is the
    decimal mark.
    """
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in _NO_KIND or isinstance(column.dtype, pd.PeriodDtype):
        first = column.dropna().iloc[0]
        raise BadInput(say("frames.no_figures_column", text=str(first)[:40]), say("frames.figures_mend"))
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return values, np.zeros(len(values), dtype=bool)
    codes, distinct = distinct_cells(column)
    read, unread = _distinct(distinct)
    values = np.where(codes < 0, np.nan, read[codes]) if len(read) else np.full(len(codes), np.nan)
    wrong = unread[codes] & (codes >= 0) if len(read) else np.zeros(len(codes), dtype=bool)
    if kind.startswith("mixed"):  # true equals 1, so that factors do not keep them apart
        wrong |= np.fromiter((isinstance(cell, bool | np.bool_) for cell in column), bool, len(column))
    return values, wrong


def distinct_cells(column: pd.Series) -> tuple[NDArray[np.int64], Any]:
    """Of each row the place of its cell among the distinct ones (-1 where it is missing), and those. A cell that cannot be
    told apart from others, such as a list, stands as its text."""
    cells = column.astype(object)
    try:
        codes, distinct = pd.factorize(cells, use_na_sentinel=True)
    except TypeError:
        plain = [cell if isinstance(cell, Hashable) else str(cell) for cell in cells]
        codes, distinct = pd.factorize(pd.Series(plain, dtype=object), use_na_sentinel=True)
    return codes.astype(np.int64), distinct


def _distinct(cells: Any) -> tuple[Vector, NDArray[np.bool_]]:
    column = pd.Series(list(cells), dtype=object)
    texts = np.array([isinstance(cell, str) for cell in cells], dtype=bool)
    mark = decimal_mark({"y": [cell.strip() for cell in column[texts]]}, "y")
    values = np.array([np.nan if text else _number(cell) for cell, text in zip(cells, texts, strict=True)])
    wrong = np.isnan(values) & ~texts
    if mark == ".":
        values[texts] = pd.to_numeric(column[texts], errors="coerce").to_numpy(np.float64)
    marks = np.array(
        [isinstance(c, str) and c.strip().casefold() in MISSING_MARKS for c in cells], dtype=bool
    )
    _fill(column, np.flatnonzero(texts & np.isnan(values) & ~marks), values, wrong, mark)
    return values, wrong


def _number(cell: object) -> float:
    """A number of any kind as a float; NaN for what is none."""
    if not isinstance(cell, int | float | Decimal | np.integer | np.floating):
        return np.nan
    try:
        return float(cell)
    except OverflowError:  # a whole number beyond what a float can hold
        return np.inf


def _fill(column: pd.Series, places: Any, values: Vector, wrong: NDArray[np.bool_], mark: Any) -> None:
    """Reads the cells at `places` together; where one of them is no figure, in halves, so that it is found."""
    if len(places) == 0:
        return
    try:
        values[places] = read_figures({"y": column.iloc[places]}, "y", mark)["y"].values.to_numpy()
    except BadInput:
        if len(places) == 1:
            wrong[places] = True
            return
        middle = len(places) // 2
        _fill(column, places[:middle], values, wrong, mark)
        _fill(column, places[middle:], values, wrong, mark)
