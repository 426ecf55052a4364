"""A table from bytes: CSV in the encodings that people use, xlsx, Parquet. Cells as they stand, nothing read
into them.

Encodings: UTF-8 (with or without its mark), UTF-16 with its mark, and GB 18030 where the text that comes out
is really Chinese; anything else is refused with the byte that could not be read, since a wrong guess garbles
names in silence.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from longwave.connectors import guards
from longwave.connectors.columns import names_something
from longwave.connectors.encodings import chinese, decoding, likely
from longwave.connectors.figures import MISSING_MARKS
from longwave.connectors.guards import LIMITS
from longwave.connectors.sheets import FAULTS, Rows, visible_sheets
from longwave.core.errors import BadInput, UnsafeInput
from longwave.core.message import Message, say

CSV_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")
PARQUET_SUFFIXES = (".parquet", ".pq")
TABLE_SUFFIXES = CSV_SUFFIXES + WORKBOOK_SUFFIXES + PARQUET_SUFFIXES

_MAGIC = (
    (b"PAR1", "Parquet"),
    (b"PK\x03\x04", "zip/xlsx"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"SQLite", "SQLite"),
    (b"ARROW1", "Arrow"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_DELIMITERS = (",", ";", "\t", "|")
_NO_MARK = "\x1f"
"""The unit separator, which no text that people write holds: between cells where there is one a line."""
_TEXT_CODECS = re.compile(
    r"utf-8(?:-sig)?|utf-(?:16|32)(?:-[lb]e)?|gb\w+|big5\w*|latin\w*|iso8859-\d+|cp\d+|koi8-\w|shift_jis\w*|euc_\w+|ascii"
)
"""Codecs, as Python names them, in which tables are written; the others are for names of hosts or for bytes."""
_LOOK = 200
_PREAMBLE = 30


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of cells; the index is the row's number as the user sees it (the line of a CSV, the row
    of a sheet, the count from 1 in Parquet). preamble: what stood above the header; footnotes: lines cut off
    below."""

    name: str
    frame: pd.DataFrame
    preamble: tuple[tuple[str, ...], ...] = ()
    footnotes: int = 0


def read_tables(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    headings: frozenset[str] = frozenset(),
) -> tuple[Table, ...]:
    """The tables of one file by its suffix: one of a CSV or Parquet, one a sheet that holds cells of a
    workbook.

    headings: the column names that a reader wants, where it knows them, in small letters; the row that holds
    them is then the header, and one that stands alone heads a table of one column. Raises UnsafeInput or
    BadInput.
    """
    suffix = "." + name.rpartition(".")[2].lower()
    _check_magic(data, name, suffix)
    if suffix in CSV_SUFFIXES:
        return (read_csv(data, name, encoding=encoding, delimiter=delimiter, headings=headings),)
    if suffix in WORKBOOK_SUFFIXES:
        return read_workbook(data, name, sheet=sheet, headings=headings)
    if suffix in PARQUET_SUFFIXES:
        return (read_parquet(data, name),)
    raise BadInput(say("connectors_files.unknown_kind", name=name), say("connectors_files.unknown_kind_mend"))


def _check_magic(data: bytes, name: str, suffix: str) -> None:
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    wanted = "Parquet" if suffix in PARQUET_SUFFIXES else "zip/xlsx" if suffix in WORKBOOK_SUFFIXES else ""
    if suffix in TABLE_SUFFIXES and kind != wanted:
        message = say("connectors_files.wrong_magic", name=name, suffix=suffix, kind=kind or "?")
        raise BadInput(message, say("connectors_files.wrong_magic_mend"))


# CSV


def read_csv(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    headings: frozenset[str] = frozenset(),
) -> Table:
    """A CSV's cells as texts; headings as in `read_tables`. Raises UnsafeInput or BadInput naming the line."""
    if len(data) > LIMITS.text_bytes:
        raise guards.too_large(name, len(data), LIMITS.text_bytes)
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines > LIMITS.rows:
        raise guards.too_many(name, lines, 1, LIMITS.text_cells)
    text = decode(data, name, encoding)
    if "\0" in text:
        message = say("connectors_files.nul", name=name, offset=text.index("\0"))
        raise BadInput(message, say("connectors_files.nul_mend"))
    if not text.strip():
        raise BadInput(say("connectors_files.empty_file", name=name), say("connectors_files.empty_file_mend"))
    mark = delimiter or (_NO_MARK if _one_column(text, headings) else find_delimiter(text, name))
    rows = list(_csv_rows(text, name, mark))
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    return _tabulate(name, filled, short_rows=False, headings=headings)


def _one_column(text: str, headings: frozenset[str]) -> bool:
    """Whether the only heading wanted stands alone in the first line: commas below it are then of decimals."""
    first = text.lstrip()[: LIMITS.field_chars].partition("\n")[0]
    return len(headings) == 1 and _heading(first.strip().strip("\"'")) in headings


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """A file's text. Raises BadInput naming the first byte that cannot be read."""
    if encoding is not None:
        return _decoded(data, name, encoding)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, name, "utf-16")
    half = _unmarked(data)
    if half:
        raise BadInput(
            say("connectors_files.utf16_unmarked", name=name, encoding=half),
            say("connectors_files.utf16_unmarked_mend", encoding=half),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = chinese(data)
        if text is not None:
            return text
        raise _unreadable(name, "UTF-8", error.start, data) from error


def _unmarked(data: bytes) -> str:
    """Which UTF-16 without its mark a text seems to be: every other byte of Latin text and digits is null."""
    head = data[:4096]
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) < 0.2 * len(head) or min(first, second) > 0.02 * len(head):
        return ""
    return "utf-16-be" if first > second else "utf-16-le"


def _decoded(data: bytes, name: str, encoding: str) -> str:
    codec = _text_codec(encoding)
    if not codec:
        message = say("connectors_files.unknown_encoding", name=name, encoding=ascii(encoding[:80]))
        raise BadInput(message, encoding_mend(data))
    try:
        return data.decode(codec)
    except UnicodeError as error:
        raise _unreadable(name, encoding, getattr(error, "start", 0), data) from error


def _text_codec(encoding: str) -> str:
    """The codec of an encoding of texts; empty for one that is none, or that is no encoding of files."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.:-]{0,39}", encoding):
        return ""
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        return ""
    return codec if _TEXT_CODECS.fullmatch(codec) else ""


def _unreadable(name: str, encoding: str, offset: int, data: bytes) -> BadInput:
    line = data.count(b"\n", 0, offset) + 1
    byte = f"0x{data[offset]:02X}" if offset < len(data) else "?"
    message = say(
        "connectors_files.not_encoding", name=name, encoding=encoding, offset=offset, byte=byte, line=line
    )
    return BadInput(message, encoding_mend(data))


_MENDS = ("connectors_files.encoding_mend", "connectors_files.encoding_mend_likely")


def encoding_mend(data: bytes, keys: tuple[str, str] = _MENDS) -> Message:
    """What to do about bytes that cannot be read: the encodings that decode them all, the likely one by itself.

    keys: of the sentence where none is likely, and where one is."""
    seen = likely(data)
    others = tuple(each for each in decoding(data) if each != seen)
    return say(keys[1], likely=seen, others=others) if seen else say(keys[0], encodings=others)


def find_delimiter(text: str, name: str) -> str:
    """The mark between cells: the one by which most lines have the same number of cells, and most cells.

    Raises BadInput where no mark gives two columns.
    """
    head = [line for line, _ in zip(io.StringIO(text, newline=""), range(_LOOK), strict=False)]
    for line in head:
        if len(line) > LIMITS.line_chars:
            list(guards.lines_within(text, name))
    scores = {mark: _regularity(head, mark) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: scores[mark])
    if scores[best][1] < 2:
        raise BadInput(
            say("connectors_files.no_delimiter", name=name), say("connectors_files.no_delimiter_mend")
        )
    return best


def _regularity(lines: list[str], mark: str) -> tuple[float, int]:
    """The share of lines that have the usual number of cells, and that number."""
    try:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=mark) if cells]
    except csv.Error:
        return (0.0, 0)
    wide = [count for count in counts if count > 1]
    if not wide:
        return (0.0, 1)
    usual, often = Counter(wide).most_common(1)[0]
    return (round(often / len(counts), 2), usual)


def _csv_rows(text: str, name: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(guards.lines_within(text, name), delimiter=mark, strict=True)
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if len(row) > LIMITS.columns or reader.line_num > LIMITS.rows or cells > LIMITS.text_cells:
                raise guards.too_many(name, reader.line_num, len(row), LIMITS.text_cells)
            if row and max(map(len, row)) > LIMITS.field_chars:
                message = say(
                    "connectors_files.long_field", name=name, line=reader.line_num, limit=LIMITS.field_chars
                )
                raise UnsafeInput(message, say("connectors_files.too_large_mend"))
            yield reader.line_num, row
    except csv.Error as error:
        message = say("connectors_files.bad_csv", name=name, line=reader.line_num)
        raise BadInput(message, say("connectors_files.bad_csv_mend")) from error


# Header, preamble and footnotes, the same for a CSV and a sheet


def _tabulate(
    name: str,
    rows: Sequence[tuple[int, Sequence[Any]]],
    *,
    short_rows: bool,
    headings: frozenset[str] = frozenset(),
) -> Table:
    """Rows of cells as a table: the header found, what stands above and below it cut off, empty columns
    dropped.

    short_rows: whether a row may end early, as a sheet's does after its last filled cell. headings: as in
    `read_tables`.
    """
    if not rows:
        raise BadInput(say("connectors_files.empty_file", name=name), say("connectors_files.empty_file_mend"))
    place = _header_place(rows, headings)
    header = [_cell_text(cell) for cell in rows[place][1]]
    while header and not header[-1]:
        header.pop()
    body = [(number, list(cells)) for number, cells in rows[place + 1 :]]
    body, footnotes = _without_footnotes(body, len(header))
    if not body:
        raise BadInput(
            say("connectors_files.header_only", name=name), say("connectors_files.header_only_mend")
        )
    _check_ragged(name, body, len(header), 0 if short_rows else len(header))
    columns = {index: [_padded(cells, index) for _, cells in body] for index in range(len(header))}
    kept = _named_columns(name, header, columns)
    frame = pd.DataFrame(
        {title: pd.Series(columns[index], dtype=object) for index, title in kept.items()},
    )
    frame.index = pd.Index([number for number, _ in body])
    above = tuple(tuple(_cell_text(cell) for cell in cells) for _, cells in rows[:place])
    return Table(name, frame, above, footnotes)


def _padded(cells: list[Any], index: int) -> Any:
    return cells[index] if index < len(cells) else None


def _header_place(rows: Sequence[tuple[int, Sequence[Any]]], headings: frozenset[str]) -> int:
    """The header: the first row that holds most of the headings wanted; where none holds any, the first row of
    which two cells are words for columns or periods; else the first that fills as many cells as any (a frame
    saved with its row numbers leaves the first name out)."""
    texts = [[_cell_text(cell) for cell in cells] for _, cells in rows[:_PREAMBLE]]
    held = [len(headings & set(map(_heading, cells))) for cells in texts]
    if max(held) > 0:
        return held.index(max(held))
    for place, cells in enumerate(texts):
        if sum(names_something(cell) for cell in cells) > 1 and not all(
            _is_figure(cell) for cell in cells if cell
        ):
            return place
    filled = [sum(map(bool, cells)) for cells in texts]
    full = filled.index(max(filled))
    early = (place for place in range(full) if filled[place] == filled[full] - 1 > 1 and not texts[place][0])
    return next(early, full)


def _without_footnotes(
    body: list[tuple[int, list[Any]]], width: int
) -> tuple[list[tuple[int, list[Any]]], int]:
    """Rows at the end that fill their first cell only are notes of the publisher, where a table has three
    columns."""
    end = len(body)
    while width > 2 and end and sum(bool(_cell_text(cell)) for cell in body[end - 1][1]) <= 1:
        if not _cell_text(body[end - 1][1][0]):
            break
        end -= 1
    return body[:end], len(body) - end


def _check_ragged(name: str, body: list[tuple[int, list[Any]]], width: int, least: int) -> None:
    for number, cells in body:
        extra = any(_cell_text(cell) for cell in cells[width:])
        if extra or len(cells) < least:
            message = say("connectors_files.ragged", name=name, row=number, found=len(cells), width=width)
            raise BadInput(message, say("connectors_files.ragged_mend"))


def _named_columns(name: str, header: list[str], columns: dict[int, list[Any]]) -> dict[int, str]:
    kept: dict[int, str] = {}
    for index, title in enumerate(header):
        if title:
            kept[index] = title
        elif any(_cell_text(cell) for cell in columns[index]) and not _counts(columns[index]):
            message = say("connectors_files.nameless_column", name=name, number=index + 1)
            raise BadInput(message, say("connectors_files.nameless_column_mend"))
    twice = [title for title, count in Counter(kept.values()).items() if count > 1]
    if twice:
        message = say("connectors_files.same_columns", name=name, columns=tuple(twice[:5]))
        raise BadInput(message, say("connectors_files.same_columns_mend"))
    if all(_is_figure(title) for title in kept.values()):
        message = say("connectors_files.no_header", name=name)
        raise BadInput(message, say("connectors_files.no_header_mend"))
    return kept


def _is_figure(text: str) -> bool:
    return (
        text.casefold() in MISSING_MARKS
        or re.fullmatch(r"[+-]?[\d.,\s]+(?:e[+-]?\d+)?", text, re.I) is not None
    )


def _heading(text: str) -> str:
    return text.strip().casefold()


def _counts(cells: Iterable[Any]) -> bool:
    """Whether a nameless first column only counts rows, from 0 or 1."""
    texts = [_cell_text(cell) for cell in cells]
    first = texts[0]
    return first in {"0", "1"} and texts == [str(int(first) + step) for step in range(len(texts))]


def _cell_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


# Workbooks


def read_workbook(
    data: bytes, name: str, *, sheet: str | None = None, headings: frozenset[str] = frozenset()
) -> tuple[Table, ...]:
    """The sheets of a workbook that hold a table, by their cached values; macros and links are never looked
    at. headings: as in `read_tables`.

    Raises UnsafeInput or BadInput (a formula without a cached value is one).
    """
    members = guards.check_workbook(data, name)
    formulas = guards.has_formulas(data, members)
    try:
        sheets = visible_sheets(data, name, sheet=sheet)
        written = visible_sheets(data, name, sheet=sheet, values=False) if formulas else {}
    except FAULTS as error:
        raise BadInput(
            say("connectors_files.broken", name=name, kind="xlsx"), say("connectors_files.broken_mend")
        ) from error
    if sheet is not None and sheet not in sheets:
        message = say("connectors_files.no_sheet", name=name, sheet=sheet, sheets=tuple(sheets))
        raise BadInput(message, say("connectors_files.no_sheet_mend"))
    for title, rows in written.items():
        _check_cached(name, title, sheets[title], rows)
    filled = {title: rows for title, rows in sheets.items() if len(rows) > 1}
    if not filled:
        raise BadInput(say("connectors_files.empty_file", name=name), say("connectors_files.empty_file_mend"))
    return tuple(_tabulate(title, rows, short_rows=True, headings=headings) for title, rows in filled.items())


def _check_cached(name: str, title: str, values: Rows, written: Rows) -> None:
    cached = dict(values)
    for number, row in written:
        known = cached.get(number, ())
        for column, cell in enumerate(row):
            formula = isinstance(cell, str) and cell.startswith("=")
            if formula and (column >= len(known) or known[column] is None):
                message = say(
                    "connectors_files.no_cached_value", name=name, sheet=title, row=number, column=column + 1
                )
                raise BadInput(message, say("connectors_files.no_cached_value_mend"))


# Parquet


def read_parquet(data: bytes, name: str) -> Table:
    """A Parquet file's flat columns. Texts stay dictionaries, so that a repeated long text is held once.

    Raises UnsafeInput or BadInput.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    faults = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError)
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            guards.check_parquet(file, name)
            texts = _text_columns(file, name)
        with pq.ParquetFile(pa.BufferReader(data), read_dictionary=texts) as file:
            frame = _plain_types(file.read()).to_pandas()
    except faults as error:
        message = say("connectors_files.broken", name=name, kind="Parquet")
        raise BadInput(message, say("connectors_files.broken_mend")) from error
    if frame.empty:
        raise BadInput(
            say("connectors_files.header_only", name=name), say("connectors_files.header_only_mend")
        )
    frame = frame.reset_index(drop=True)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame.columns = pd.Index([str(column) for column in frame.columns])
    if frame.columns.duplicated().any():
        message = say(
            "connectors_files.same_columns",
            name=name,
            columns=tuple(frame.columns[frame.columns.duplicated()][:5]),
        )
        raise BadInput(message, say("connectors_files.same_columns_mend"))
    return Table(name, frame)


def _text_columns(file: Any, name: str) -> list[str]:
    import pyarrow as pa

    texts: list[str] = []
    for field in file.schema_arrow:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_nested(kind):
            message = say("connectors_files.nested_column", name=name, column=field.name)
            raise BadInput(message, say("connectors_files.nested_column_mend"))
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind):
            texts.append(field.name)
    return texts


def _plain_types(table: Any) -> Any:
    """Decimals as floats, and bytes as the UTF-8 text that old writers meant."""
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_decimal(kind):
            table = table.set_column(place, field.name, table.column(place).cast(pa.float64()))
        elif pa.types.is_dictionary(kind) and pa.types.is_binary(kind.value_type):
            table = table.set_column(
                place, field.name, table.column(place).cast(pa.binary()).cast(pa.string())
            )
        elif pa.types.is_integer(kind) and table.column(place).null_count:
            table = table.set_column(place, field.name, table.column(place).cast(pa.float64(), safe=False))
    return table
