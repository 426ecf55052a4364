"""CSV and TSV of texts: the header says which mark parts the cells, and every row must agree with it.

Texts hold commas, tabs and stray quotation marks, so the mark is looked for in the header only and the one is taken by
which most rows have as many cells as the header; a first line sep=; (Excel's) says it outright. A TSV whose every line
has the header's number of tabs is read line by line: there a quotation mark is a character of the text unless it
encloses a whole cell. A row of empty cells keeps its place, since an answer to each row is owed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from longwave.connectors.guards import LIMITS, too_many
from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.opened import empty
from longwave.text.corpus.rows import TEXT_BYTES, check_names, of_records

_MARKS = (",", "\t", ";", "|")
_NO_MARK = "\x1f"
"""The unit separator, which no text that people write holds: for a file of one column."""
_LOOK = 200
_SAID = re.compile(r'\ufeff?"?sep=(.)"?[ ,;\t]*\r?(?=\n)', re.IGNORECASE)
"""The first line by which Excel is told the mark. Its line end stays, so that lines are counted as the user sees them."""
_Row = tuple[int, list[str]]


@contextmanager
def _long_cells() -> Iterator[None]:
    """Python's csv refuses cells above 131,072 characters, and a document may be longer; what others rely on comes back."""
    before = csv.field_size_limit(TEXT_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)


@_long_cells()
def read_delimited(
    text: str, name: str, known: frozenset[str] = frozenset()
) -> tuple[pd.DataFrame, list[Message]]:
    """The cells of a CSV or TSV as texts, and what was found worth saying.

    known: names of columns in small letters; a first row that has none of them and whose cells come again below is
    not a header. Raises BadInput naming the line.
    """
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    mark = said[1] if said else _mark(text, name)
    lines = _by_lines(text) if mark == "\t" else None
    rows = _without_padding(list(_by_quotes(text, name, mark)) if lines is None else lines)
    if not rows:
        raise empty(name)
    header = [cell.strip().removeprefix("\ufeff") for cell in rows[0][1]]
    notes: list[Message] = []
    if _is_data(header, rows, known):
        notes.append(say("text_corpus.no_header", name=name, count=len(header)))
        header = [f"column_{number}" for number in range(1, len(header) + 1)]
    else:
        rows, again = _without_headers(rows)
        if again:
            notes.append(say("text_corpus.headers_again", name=name, count=len(again), line=again[0]))
    if not rows:
        raise BadInput(say("text_corpus.header_only", name=name), say("text_corpus.header_only_mend"))
    header = _named(header, name)
    _check_rows(rows, len(header), name)
    records = [dict(zip(header, cells, strict=True)) for _, cells in rows]
    return of_records(records, [line for line, _ in rows], name), notes


def _mark(text: str, name: str) -> str:
    """The mark in the first line by which most of the first rows have the header's number of cells; of two that part them
    as evenly the tab, since texts hold commas and hardly ever a tab."""
    first = text.lstrip("\n").partition("\n")[0]
    marks = [mark for mark in _MARKS if mark in first]
    if name.lower().endswith((".tsv", ".tab")) and "\t" in marks:
        return "\t"
    scores = {mark: _regularity(text, mark) for mark in marks}
    return max(marks, key=lambda mark: (scores[mark][0], mark == "\t", scores[mark][1]), default=_NO_MARK)


def _regularity(text: str, mark: str) -> tuple[float, int]:
    """The share of the first rows that are as wide as the header, and that width."""
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            if row:
                widths.append(len(row))
            if len(widths) > _LOOK:
                break
    except csv.Error:
        return (0.0, 0)
    return (round(sum(width == widths[0] for width in widths) / len(widths), 2), widths[0])


def _by_lines(text: str) -> list[_Row] | None:
    """A TSV's rows where every line is one row, a blank line one without cells; None where cells run over lines."""
    lines = list(enumerate(text.split("\n"), start=1))
    widths = {line.count("\t") for _, line in lines if line.strip()}
    if len(widths) > 1:
        return None
    return [
        (number, [_unquoted(cell) for cell in line.split("\t")] if line else []) for number, line in lines
    ]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', ""):
        return cell[1:-1].replace('""', '"')
    return cell


def _by_quotes(text: str, name: str, mark: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    line, cells = 1, 0
    try:
        for row in reader:
            cells += max(len(row), 1)
            if len(row) > LIMITS.columns or cells > LIMITS.cells:
                raise too_many(name, reader.line_num, len(row), LIMITS.cells)
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(
            say("text_corpus.bad_csv", name=name, line=line), say("text_corpus.bad_csv_mend")
        ) from error


def _without_padding(rows: list[_Row]) -> list[_Row]:
    """The rows from the header to the last that says something, empty ones among them in their places.

    Padding is what stands around them and, in several columns, a line with nothing on it. In one column such a line is
    a row, and two quotation marks, as pandas writes an empty text, are one at the end too."""
    said = [_says_something(cells) for _, cells in rows]
    if True not in said:
        return []
    first = said.index(True)
    width = len(rows[first][1])
    last = max(
        at for at, (_, cells) in enumerate(rows) if said[at] or (at > first and width == 1 and cells == [""])
    )
    return [
        (line, cells if there else [""] * width)
        for (line, cells), there in zip(rows[first : last + 1], said[first : last + 1], strict=True)
        if there or width == 1 or len(cells) > 1
    ]


def _without_headers(rows: list[_Row]) -> tuple[list[_Row], list[int]]:
    """The rows below the header, and the lines of those left out since they are the header once more, as where files of
    several columns were put one behind the other."""
    header = rows[0][1]
    again = [line for line, cells in rows[1:] if len(header) > 1 and cells == header]
    left_out = set(again)
    return [row for row in rows[1:] if row[0] not in left_out], again


def _says_something(cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _is_data(header: list[str], rows: list[_Row], known: frozenset[str]) -> bool:
    """Whether the first row is data: no cell of it names a column, and a short one comes again in its column."""
    if len(header) < 2 or any(cell.casefold() in known or not cell for cell in header):
        return False
    if len(set(header)) < len(header):
        return False
    below = [cells for _, cells in rows[1:]]
    return any(
        len(cell) <= 40 and sum(len(cells) > at and cells[at].strip() == cell for cells in below) > 1
        for at, cell in enumerate(header)
    )


def _named(header: list[str], name: str) -> list[str]:
    """Names of all columns: a nameless one (row numbers of a saved frame) gets its place as name."""
    full = [title or f"column_{number}" for number, title in enumerate(header, start=1)]
    check_names(full, name)
    return full


def _check_rows(rows: list[_Row], width: int, name: str) -> None:
    for place, (line, cells) in enumerate(rows):
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) == width:
            continue
        message = say("text_corpus.ragged", name=name, line=line, found=len(cells), width=width)
        last = place == len(rows) - 1
        raise BadInput(message, say("text_corpus.cut_off_mend" if last else "text_corpus.ragged_mend"))
