"""A workbook of texts: the one sheet that holds rows, or sheets named after parts of the corpus.

Cells by their stored values; macros and links are never looked at. A title above the header is passed over, and said,
where the row below is surely a header: it fills more cells, an empty row parts it from the title or two cells of it name
columns that are known, and most rows are as wide. An empty row between others keeps its place, since an answer to each
row is owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from longwave.connectors.guards import check_workbook
from longwave.connectors.sheets import FAULTS, Rows, visible_sheets
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.columns import tidy
from longwave.text.corpus.roles import KNOWN
from longwave.text.corpus.rows import check_names, of_records
from longwave.text.corpus.split_names import split_of

_TITLES = 6
"""Rows at the top of a sheet in which a header is looked for."""


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
        return _framed(sheets[sheet], f"{name}[{sheet}]")
    filled = {title: rows for title, rows in sheets.items() if len(rows) > 1}
    if len(filled) == 1:
        return _framed(next(iter(filled.values())), name)
    splits = {title: split_of(title) for title in filled}
    if filled and all(splits.values()) and len(set(splits.values())) == len(splits):
        framed = {title: _framed(rows, title) for title, rows in filled.items()}
        notes = [note for _, said in framed.values() for note in said]
        frames = [frame.assign(split=splits[title]) for title, (frame, _) in framed.items()]
        return pd.concat(frames), [say("text_corpus.split_keys", name=name, keys=tuple(splits)), *notes]
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


def _framed(rows: Rows, name: str) -> tuple[pd.DataFrame, list[Message]]:
    place = _header_place(rows)
    if len(rows) < place + 2:
        raise BadInput(say("text_corpus.header_only", name=name), say("text_corpus.header_only_mend"))
    header = _header(rows[place][1], name)
    below = _with_gaps(rows[place][0], rows[place + 1 :])
    records = [
        {title: row[at] if at < len(row) else None for at, title in header.items()} for _, row in below
    ]
    frame = of_records(records, [number for number, _ in below], name)
    if not place:
        return frame, []
    title = " / ".join(text for _, row in rows[:place] for text in _texts(row))[:80]
    return frame, [say("text_corpus.title_above", name=name, row=rows[place][0], title=title)]


def _with_gaps(header: int, rows: Rows) -> Rows:
    """The rows below the header's with the empty ones between them, which have no cells."""
    filled = dict(rows)
    return [(number, filled.get(number, ())) for number in range(header + 1, rows[-1][0] + 1)]


def _header_place(rows: Rows) -> int:
    """The place of the header: beyond the rows at the top that fill one cell each, where it is surely one."""
    place = next((at for at, (_, row) in enumerate(rows[:_TITLES]) if len(_texts(row)) > 1), 0)
    if place == 0 or any(tidy(_texts(row)[0]) in KNOWN for _, row in rows[:place]):
        return 0
    wide = len(_texts(rows[place][1]))
    alike = sum(len(_texts(row)) <= wide for _, row in rows[place + 1 :])
    parted = rows[place][0] - rows[place - 1][0] > 1
    known = sum(tidy(text) in KNOWN for text in _texts(rows[place][1])) > 1
    return place if (parted or known) and alike >= 0.8 * (len(rows) - place - 1) else 0


def _texts(row: Sequence[Any]) -> list[str]:
    return [text for cell in row if cell is not None and (text := str(cell).strip())]


def _header(cells: Sequence[Any], name: str) -> dict[int, str]:
    titles = {
        at: str(cell).strip() for at, cell in enumerate(cells) if cell is not None and str(cell).strip()
    }
    check_names(list(titles.values()), name)
    return titles
