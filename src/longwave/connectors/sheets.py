"""The filled rows of a workbook's visible sheets, within the limits that `guards` sets; what they mean is for others.

What a sheet declares about its own size is not believed. The archive is to have passed `guards.check_workbook` before.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from typing import Any, TypeAlias
from xml.etree.ElementTree import ParseError

from longwave.connectors.guards import LIMITS, too_many

Rows: TypeAlias = list[tuple[int, tuple[Any, ...]]]
"""The number of a row as the user sees it, and its cells."""

FAULTS = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, RuntimeError),
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError),
)
"""What reading a broken workbook may raise."""


def visible_sheets(
    data: bytes, name: str, *, sheet: str | None = None, values: bool = True
) -> dict[str, Rows]:
    """Title -> the rows with any cell filled. sheet: that one alone; values: as they were stored last, or else the formulas.

    Raises UnsafeInput for a sheet beyond the limits, and `FAULTS`."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and validation, which carry no cells
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
        try:
            chosen = [
                page
                for page in book.worksheets
                if hasattr(page, "iter_rows")
                and page.sheet_state == "visible"
                and sheet in {None, page.title}
            ]
            return {page.title: _rows_of(page, name) for page in chosen}
        finally:
            book.close()


def _rows_of(page: Any, name: str) -> Rows:
    page.reset_dimensions()
    rows: Rows = []
    cells = 0
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        cells += len(row)
        if number > LIMITS.sheet_rows or len(row) > LIMITS.columns or cells > LIMITS.sheet_cells:
            raise too_many(name, number, len(row), LIMITS.sheet_cells)
        if any(cell is not None for cell in row):
            rows.append((number, row))
    return rows
