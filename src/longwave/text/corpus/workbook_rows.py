"""A workbook of texts: the one sheet that holds rows, or sheets named after parts of the corpus.

Cells by their stored values; macros and links are never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from longwave.connectors.guards import check_workbook
from longwave.connectors.sheets import FAULTS, Rows, visible_sheets
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.rows import of_records
from longwave.text.corpus.split_names import split_of


def read_workbook(data: bytes, name: str, sheet: str | None) -> tuple[pd.DataFrame, list[Message]]:
    """The rows of a workbook's sheet. Raises UnsafeInput or BadInput, UsageError for a sheet that is not there."""
    check_workbook(data, name)
    try:
        sheets = {title: _filled(rows) for title, rows in visible_sheets(data, name).items()}
    except FAULTS as error:
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


def _filled(rows: Rows) -> Rows:
    """The rows with a cell that is not blank: a line of spaces is no row of texts."""
    return [
        (number, row) for number, row in rows if any(str(cell).strip() for cell in row if cell is not None)
    ]


def _framed(rows: Rows, name: str) -> pd.DataFrame:
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
