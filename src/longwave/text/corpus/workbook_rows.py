"""A workbook of texts: the one sheet that holds rows, or sheets named after parts of the corpus.

Cells by their stored values; macros and links are never looked at. What a sheet declares about its own size is not
believed.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import pandas as pd

from longwave.connectors.guards import LIMITS, check_workbook, too_many
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.rows import of_records
from longwave.text.corpus.split_names import split_of

_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, RuntimeError),
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError),
)
_Rows = list[tuple[int, list[Any]]]


def read_workbook(data: bytes, name: str, sheet: str | None) -> tuple[pd.DataFrame, list[Message]]:
    """The rows of a workbook's sheet. Raises UnsafeInput or BadInput, UsageError for a sheet that is not there."""
    check_workbook(data, name)
    try:
        sheets = _sheets(data, name)
    except _FAULTS as error:
        raise BadInput(
            say("text_corpus.broken", name=name, kind="xlsx"), say("text_corpus.broken_mend")
        ) from error
    if sheet is not None:
        if sheet not in sheets:
            raise UsageError(say("text_corpus.no_sheet", name=name, sheet=sheet, sheets=tuple(sheets)))
        return _framed(sheets[sheet], f"{name}[{sheet}]"), []
    filled = {title: rows for title, rows in sheets.items() if len(rows) > 1}
    if len(filled) == 1:
        return _framed(next(iter(filled.values())), name), []
    splits = {title: split_of(title) for title in filled}
    if filled and all(splits.values()) and len(set(splits.values())) == len(splits):
        frames = [_framed(rows, title).assign(split=splits[title]) for title, rows in filled.items()]
        return pd.concat(frames), [say("text_corpus.split_keys", name=name, keys=tuple(splits))]
    if not filled:
        raise BadInput(say("text_corpus.empty_file", name=name), say("text_corpus.empty_file_mend"))
    raise BadInput(
        say("text_corpus.many_sheets", name=name, sheets=tuple(filled)), say("text_corpus.many_sheets_mend")
    )


def _sheets(data: bytes, name: str) -> dict[str, _Rows]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and validation, which carry no text
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            pages = [page for page in book.worksheets if hasattr(page, "iter_rows")]
            return {page.title: _cells(page, name) for page in pages if page.sheet_state == "visible"}
        finally:
            book.close()


def _cells(page: Any, name: str) -> _Rows:
    page.reset_dimensions()
    rows: _Rows = []
    cells = 0
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        cells += len(row)
        if number > LIMITS.sheet_rows or len(row) > LIMITS.columns or cells > LIMITS.sheet_cells:
            raise too_many(name, number, len(row), LIMITS.sheet_cells)
        if any(cell is not None and str(cell).strip() for cell in row):
            rows.append((number, list(row)))
    return rows


def _framed(rows: _Rows, name: str) -> pd.DataFrame:
    if len(rows) < 2:
        raise BadInput(say("text_corpus.header_only", name=name), say("text_corpus.header_only_mend"))
    header = _header(rows[0][1], name)
    records = [
        {title: row[at] if at < len(row) else None for at, title in header.items()} for _, row in rows[1:]
    ]
    return of_records(records, [number for number, _ in rows[1:]], name)


def _header(cells: Sequence[Any], name: str) -> dict[int, str]:
    titles = {
        at: str(cell).strip() for at, cell in enumerate(cells) if cell is not None and str(cell).strip()
    }
    names = list(titles.values())
    twice = tuple(sorted({title for title in names if names.count(title) > 1}))
    if twice:
        raise BadInput(
            say("text_corpus.same_columns", name=name, columns=twice), say("text_corpus.same_columns_mend")
        )
    return titles
