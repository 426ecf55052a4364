"""Hostile and broken files: each is refused in a sentence with its mend, and nothing but a longwave error comes out."""

import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from longwave.connectors import guards
from longwave.connectors.files import read_file
from longwave.connectors.guards import LIMITS, Limits
from longwave.connectors.pack import read_pack
from longwave.core.errors import BadInput, LongwaveError, UnsafeInput

GOOD = b"iso3,year,variable,value\nUSA,2019,gdp,1\nUSA,2020,gdp,2\n"


def zipped(members: dict[str, bytes], **about: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in about.items():
                setattr(info, field, value)
            archive.writestr(info, data)
    return out.getvalue()


def workbook(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, more in sheets.items():
        page = book.create_sheet(title)
        for row in more:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), out)
    return out.getvalue()


def rebuilt(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({name: change(name, archive.read(name)) for name in archive.namelist()})


BOOK = workbook([["iso3", "year", "gdp"], ["USA", 2019, 1.0], ["USA", 2020, 2.0]])
TABLE = parquet(pd.DataFrame({"iso3": ["USA", "USA"], "year": [2019, 2020], "gdp": [1.0, 2.0]}))


def billion_cells(name: str, data: bytes) -> bytes:
    """A sheet that says it has 17 billion cells and fills the first and the last."""
    if name != "xl/worksheets/sheet1.xml":
        return data
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert data.startswith(b"<")
    return sheet


def far_below(name: str, data: bytes) -> bytes:
    return data.replace(b'<row r="3"', b'<row r="99999999999"') if name.endswith("sheet1.xml") else data


def with_entity(name: str, data: bytes) -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccccccc">]>'
    return bomb + data if name == "xl/worksheets/sheet1.xml" else data


def with_formula(name: str, data: bytes) -> bytes:
    cell = b'<c r="C3"><f>1+1</f><v></v></c>'
    return data.replace(b'<c r="C3" t="n"><v>2</v></c>', cell) if name.endswith("sheet1.xml") else data


def nested_parquet() -> bytes:
    return parquet(pd.DataFrame({"iso3": ["USA"], "year": [2019], "value": [[1.0, 2.0]]}))


def long_text() -> str:
    return "x" * (LIMITS.field_chars + 1)


FILES: dict[str, tuple[str, bytes]] = {
    "empty file": ("a.csv", b""),
    "header only": ("a.csv", b"iso3,year,variable,value\n"),
    "blank lines only": ("a.csv", b"\n\n\n"),
    "random bytes as csv": ("a.csv", bytes(range(256)) * 20),
    "random bytes as xlsx": ("a.xlsx", bytes(range(256)) * 20),
    "random bytes as parquet": ("a.parquet", bytes(range(256)) * 20),
    "magic and nothing else": ("a.parquet", b"PAR1"),
    "parquet footer of 4 GB": ("a.parquet", b"PAR1" + b"\0" * 40 + struct.pack("<I", 2**32 - 1) + b"PAR1"),
    "truncated parquet": ("a.parquet", TABLE[: len(TABLE) // 2]),
    "parquet without its tail": ("a.parquet", TABLE[:-1]),
    "parquet with a garbled page": ("a.parquet", TABLE[:8] + b"\xff" * 60 + TABLE[68:]),
    "parquet of lists": ("a.parquet", nested_parquet()),
    "parquet without rows": ("a.parquet", parquet(pd.DataFrame({"iso3": [], "year": [], "value": []}))),
    "xlsx that is a parquet file": ("a.xlsx", TABLE),
    "csv that is an xlsx": ("a.csv", BOOK),
    "old xls": ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
    "gzip as csv": ("a.csv", b"\x1f\x8b\x08" + b"\0" * 40),
    "unknown ending": ("a.dta", GOOD),
    "no ending": ("a", GOOD),
    "truncated xlsx": ("a.xlsx", BOOK[: len(BOOK) // 2]),
    "zip that is no workbook": ("a.xlsx", zipped({"hello.txt": b"hello"})),
    "xlsx of a billion cells": ("a.xlsx", rebuilt(BOOK, billion_cells)),
    "xlsx with a row far below": ("a.xlsx", rebuilt(BOOK, far_below)),
    "xlsx with an entity": ("a.xlsx", rebuilt(BOOK, with_entity)),
    "xlsx with a DTD in UTF-16": (
        "a.xlsx",
        rebuilt(
            BOOK, lambda name, data: "<!DOCTYPE a>".encode("utf-16") if name.endswith("sheet1.xml") else data
        ),
    ),
    "xlsx in an odd encoding": (
        "a.xlsx",
        rebuilt(
            BOOK,
            lambda name, data: (
                b'<?xml version="1.0" encoding="cp037"?>' + data if name.endswith("sheet1.xml") else data
            ),
        ),
    ),
    "xlsx whose sheet is no xml": (
        "a.xlsx",
        rebuilt(BOOK, lambda name, data: b"<worksheet><" if name.endswith("sheet1.xml") else data),
    ),
    "xlsx without a workbook part": (
        "a.xlsx",
        rebuilt(BOOK, lambda name, data: b"<workbook/>" if name == "xl/workbook.xml" else data),
    ),
    "xlsx that swells": (
        "a.xlsx",
        rebuilt(BOOK, lambda name, data: data + b" " * 3_000_000 if name.endswith("sheet1.xml") else data),
    ),
    "xlsx with a zip inside": (
        "a.xlsx",
        rebuilt(BOOK, lambda name, data: BOOK if name.endswith("styles.xml") else data),
    ),
    "xlsx formula without a value": ("a.xlsx", rebuilt(BOOK, with_formula)),
    "xlsx without cells": ("a.xlsx", workbook([])),
    "csv of 100,000 columns": (
        "a.csv",
        b",".join(b"c%d" % n for n in range(100_000)) + b"\n" + b"1," * 99_999 + b"1\n",
    ),
    "csv with one endless line": ("a.csv", b"a,b\n" + b"1" * (LIMITS.line_chars + 10) + b",2\n"),
    "csv with a long cell": ("a.csv", f"iso3,year,value\nUSA,2019,{long_text()}\n".encode()),
    "csv with a quote never closed": ("a.csv", b'iso3,year,value\n"USA,2019,1\nUSA,2020,2\n'),
    "csv with NUL bytes": ("a.csv", b"iso3,year,value\nUSA,2019,\x001\n"),
    "csv of one column": ("a.csv", b"value\n1\n2\n"),
    "csv without a header": ("a.csv", b"1,2019,3\n2,2020,4\n"),
    "csv with ragged rows": ("a.csv", b"iso3,year,value\nUSA,2019,1,9\nUSA,2020,2\n"),
    "csv cut off in a row": ("a.csv", b"iso3,year,variable,value\nUSA,2019,gdp,1\nUSA,20"),
    "csv with two columns of one name": ("a.csv", b"iso3,year,value,value\nUSA,2019,1,2\n"),
    "csv with a nameless column": ("a.csv", b"iso3,,value\nUSA,2019,1\nUSA,2020,2\n"),
    "csv in latin-1": (
        "a.csv",
        "country,year,value\nCôte d'Ivoire,2019,1\nCuraçao,2019,2\n".encode("latin-1"),
    ),
    "csv in utf-16 cut off": ("a.csv", GOOD.decode().encode("utf-16")[:-1]),
    "text among numbers": ("a.csv", b"iso3,year,variable,value\nUSA,2019,gdp,1\nUSA,2020,gdp,about 2\n"),
    "infinity": ("a.csv", b"iso3,year,variable,value\nUSA,2019,gdp,inf\n"),
    "number beyond floats": ("a.csv", b"iso3,year,variable,value\nUSA,2019,gdp,1e999\n"),
    "no period": ("a.csv", b"iso3,variable,value\nUSA,gdp,1\n"),
    "words for periods": ("a.csv", b"iso3,year,variable,value\nUSA,last year,gdp,1\n"),
    "figures by the day": ("a.csv", b"iso3,date,value\nUSA,2019-01-01,1\nUSA,2019-01-02,2\n"),
    "duplicate keys": ("a.csv", b"iso3,year,variable,value\nUSA,2019,gdp,1\nUSA,2019,gdp,2\n"),
    "a key too long": ("a.csv", f"iso3,year,variable,value\nUSA,2019,{'x' * 600},1\n".encode()),
    "an area that nobody knows": ("a.csv", b"iso3,year,variable,value\nQQQ,2019,gdp,1\n"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_hostile_file_is_refused_with_a_mend(case: str, tmp_path: Path) -> None:
    name, data = FILES[case]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(LongwaveError) as caught:
        read_file(tmp_path / name)
    error = caught.value
    assert error.exit_code == 5
    assert error.message.text("en") and error.message.text("zh")
    assert error.mend is not None and error.mend.text("en") and error.mend.text("zh")


SWELLING = [
    "xlsx of a billion cells",
    "xlsx with an entity",
    "xlsx with a DTD in UTF-16",
    "xlsx in an odd encoding",
]
SWELLING += [
    "xlsx that swells",
    "xlsx with a zip inside",
    "csv of 100,000 columns",
    "csv with one endless line",
]


@pytest.mark.parametrize("case", [*SWELLING, "csv with a long cell"])
def test_what_swells_is_called_unsafe(case: str, tmp_path: Path) -> None:
    name, data = FILES[case]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnsafeInput):
        read_file(tmp_path / name)


def test_what_is_read_where_all_is_well(tmp_path: Path) -> None:
    for name, data in (("a.csv", GOOD), ("a.xlsx", BOOK), ("a.parquet", TABLE)):
        (tmp_path / name).write_bytes(data)
        assert read_file(tmp_path / name).panel.series("gdp").tolist() == [1.0, 2.0]


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no file"):
        guards.read_bytes(tmp_path / "absent.csv")
    with pytest.raises(BadInput, match="is a folder"):
        guards.read_bytes(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UnsafeInput, match="pipe"):  # opening it would wait for ever
        guards.read_bytes(tmp_path / "pipe.csv")
    with pytest.raises(UnsafeInput, match="device"):
        guards.read_bytes(Path("/dev/zero"))
    with pytest.raises(BadInput):
        guards.read_bytes(Path("nul\0byte.csv"))


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)  # sparse: takes no room
    with pytest.raises(UnsafeInput, match="500 MB"):
        guards.read_bytes(path)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "/etc/passwd",
            "../secret.csv",
            "a/../../b.csv",
            "a\\..\\b.csv",
            "C:\\data.csv",
            "c:data.csv",
            "~/x.csv",
        ),
        *(
            "https://example.org/a.csv",
            "file:///etc/passwd",
            "a\0.csv",
            "a\n.csv",
            "",
            "  ",
            ".",
            "s3://bucket/a",
        ),
    ],
)
def test_a_path_that_leaves_its_folder_is_refused(written: str) -> None:
    with pytest.raises(UnsafeInput):
        guards.member_path(written)


def test_a_path_below_its_folder_is_taken() -> None:
    assert str(guards.member_path("tables/中国.csv")) == "tables/中国.csv"


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_not(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other.csv"
    home.mkdir()
    other.write_bytes(GOOD)
    (home / "real.csv").write_bytes(GOOD)
    (home / "within.csv").symlink_to("real.csv")
    (home / "out.csv").symlink_to(other)
    (home / "loop.csv").symlink_to("loop.csv")
    assert guards.read_bytes(guards.inside(home, "within.csv")) == GOOD
    with pytest.raises(UnsafeInput, match="leads out"):
        guards.inside(home, "out.csv")
    with pytest.raises(BadInput):
        guards.read_bytes(guards.inside(home, "loop.csv"))


ZIPS: dict[str, tuple[bytes, type[BadInput]]] = {
    "a member above": (zipped({"../a.csv": GOOD}), UnsafeInput),
    "an absolute member": (zipped({"/a.csv": GOOD}), UnsafeInput),
    "a drive": (zipped({"C:/a.csv": GOOD}), UnsafeInput),
    "a link": (zipped({"a.csv": b"/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16), UnsafeInput),
    "a device": (zipped({"a.csv": b""}, external_attr=(stat.S_IFCHR | 0o777) << 16), UnsafeInput),
    "a swelling member": (zipped({"a.csv": b"0" * 5_000_000}), UnsafeInput),
    "a zip inside": (zipped({"a.csv": zipped({"b.csv": GOOD})}), UnsafeInput),
    "a packed table": (zipped({"a.csv.gz": b"\x1f\x8b"}), UnsafeInput),
    "too many members": (zipped({f"{n}.csv": b"" for n in range(1_001)}), UnsafeInput),
    "two of one name": (zipped({"a.csv": GOOD, "A.csv": GOOD}), UnsafeInput),
    "half an archive": (zipped({"a.csv": GOOD * 100})[:200], BadInput),
    "nothing but the magic": (b"PK\x03\x04", BadInput),
    "no descriptor": (zipped({"a.csv": GOOD}), BadInput),
}


@pytest.mark.parametrize("case", ZIPS)
def test_a_hostile_zip_is_refused(case: str, tmp_path: Path) -> None:
    data, kind = ZIPS[case]
    (tmp_path / "pack.zip").write_bytes(data)
    with pytest.raises(kind) as caught:
        read_pack(tmp_path / "pack.zip")
    assert caught.value.mend is not None


def test_two_members_of_the_very_same_name_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", GOOD)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", GOOD)
    with pytest.raises(UnsafeInput, match="one name"):
        guards.check_zip(out.getvalue(), "pack.zip")


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped({"a.csv": GOOD * 50}))
    place = data.rfind(b"PK\x01\x02") + 24  # the unpacked size in the archive's directory
    data[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(BadInput):
        guards.unzip(bytes(data), "pack.zip")


def test_a_locked_member_is_refused() -> None:
    data = bytearray(zipped({"a.csv": GOOD}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + offset] |= 1
    with pytest.raises(BadInput, match="password"):
        guards.check_zip(bytes(data), "pack.zip")


def test_the_whole_of_an_archive_counts_not_each_member() -> None:
    members = {
        f"{n}.csv": bytes(np.random.default_rng(n).integers(0, 256, 1_000, dtype=np.uint8)) for n in range(12)
    }
    with pytest.raises(UnsafeInput, match="unpack to"):
        guards.check_zip(zipped(members), "pack.zip", limits=Limits(zip_bytes=10_000))


def test_a_parquet_file_is_refused_by_what_its_footer_declares() -> None:
    with pq.ParquetFile(pa.BufferReader(TABLE)) as file:
        guards.check_parquet(file, "a.parquet")
        for limits in (Limits(rows=1), Limits(columns=2), Limits(cells=5), Limits(file_bytes=10)):
            with pytest.raises(UnsafeInput):
                guards.check_parquet(file, "a.parquet", limits=limits)


def test_one_long_text_repeated_a_million_times_is_held_once(tmp_path: Path) -> None:
    """A dictionary page of 100 kB and two million rows that point at it would be 200 GB of text if spelled out."""
    word = "x" * 100_000
    table = pa.table({"iso3": pa.DictionaryArray.from_arrays(np.zeros(2_000_000, dtype=np.int32), [word])})
    out = io.BytesIO()
    pq.write_table(table.append_column("year", pa.array(np.full(2_000_000, 2019))), out)
    (tmp_path / "bomb.parquet").write_bytes(out.getvalue())
    with pytest.raises(LongwaveError):
        read_file(tmp_path / "bomb.parquet")


BYTES = st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
CELLS = st.text(alphabet='ab19-.,;"\t\n:/ %年\xa0é', max_size=12)
WORDS = [
    *("iso3", "year", "value", "variable", "unit", "sex", "flag", "month", "quarter", "date", "UNIT_MULT")
]
WORDS += [
    *("is_country", "vintage", "source", "2019", "2020", "USA", "CHN", "1.5", "3", "gdp", "2019-01-01", "")
]
ROWS = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from(WORDS) | CELLS, min_size=width, max_size=width), min_size=1, max_size=6
    )
)


quickly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def only_our_errors(path: Path) -> None:
    try:
        read_file(path)
    except LongwaveError as error:
        assert error.text("en") and error.text("zh")


@quickly
@given(BYTES)
@example(b'"')
@example(b"a,b\n\xff,1")
@example(b"year,value\n2019,1")
def test_any_bytes_as_csv(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "fuzz.csv").write_bytes(data)
    only_our_errors(tmp_path / "fuzz.csv")


@quickly
@given(ROWS)
@example([["", "iso3", "value", "2019"], ["", "", "", "1"]])
def test_any_table_as_csv(tmp_path: Path, rows: list[list[str]]) -> None:
    (tmp_path / "fuzz.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    only_our_errors(tmp_path / "fuzz.csv")


@quickly
@given(BYTES, st.booleans(), st.integers(0, len(TABLE)))
def test_any_bytes_as_parquet(tmp_path: Path, data: bytes, inside: bool, place: int) -> None:
    bytes_ = TABLE[:place] + data + TABLE[place + len(data) :] if inside else data
    (tmp_path / "fuzz.parquet").write_bytes(bytes_)
    only_our_errors(tmp_path / "fuzz.parquet")


@quickly
@given(BYTES, st.booleans(), st.integers(0, len(BOOK)))
def test_any_bytes_as_xlsx(tmp_path: Path, data: bytes, inside: bool, place: int) -> None:
    bytes_ = BOOK[:place] + data + BOOK[place + len(data) :] if inside else data
    (tmp_path / "fuzz.xlsx").write_bytes(bytes_)
    only_our_errors(tmp_path / "fuzz.xlsx")


@quickly
@given(
    BYTES,
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]),
)
def test_any_bytes_as_a_part_of_an_xlsx(tmp_path: Path, data: bytes, part: str) -> None:
    (tmp_path / "fuzz.xlsx").write_bytes(rebuilt(BOOK, lambda name, old: data if name == part else old))
    only_our_errors(tmp_path / "fuzz.xlsx")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    "name",
    "title",
    "version",
    "created",
    "sources",
    "resources",
    "codebook",
    "licenses",
    "path",
    "hash",
    "bytes",
]
KEYS += [
    "rows",
    "schema",
    "fields",
    "role",
    "source",
    "id",
    "publisher",
    "licence",
    "dialect",
    "delimiter",
    "area",
]
NEAR = st.recursive(
    JSON | st.sampled_from(["a.csv", "../a.csv", "sha256:00", "gdp", "USA", "world_bank", ";"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)


def pack_of(folder: Path, descriptor: bytes) -> None:
    (folder / "a.csv").write_bytes(GOOD)
    (folder / "datapackage.json").write_bytes(descriptor)
    try:
        read_pack(folder)
    except LongwaveError as error:
        assert error.text("en") and error.text("zh")


@quickly
@given(BYTES)
@example(b"[" * 100_000)
@example(b'{"a": ' + b"9" * 10_000 + b"}")
@example(b'{"resources": [{"path": "a.csv", "bytes": NaN}]}')
def test_any_bytes_as_a_descriptor(tmp_path: Path, data: bytes) -> None:
    pack_of(tmp_path, data)


@quickly
@given(
    NEAR,
    st.dictionaries(st.sampled_from(KEYS), NEAR, max_size=6),
    st.dictionaries(st.sampled_from(KEYS), NEAR, max_size=6),
)
def test_any_json_as_a_descriptor(
    tmp_path: Path, whole: object, about: dict[str, object], entry: dict[str, object]
) -> None:
    pack_of(tmp_path, json.dumps(whole).encode())
    near = {**about, "resources": [{**entry, "path": "a.csv"}], "sources": [{**about, "id": "a"}]}
    pack_of(tmp_path, json.dumps(near).encode())


SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**20) | st.floats() | st.sampled_from(WORDS)
SCALARS |= st.dates().map(pd.Timestamp) | st.binary(max_size=3)
KINDS = (
    st.booleans(),
    st.integers(1990, 2030),
    st.floats(),
    st.sampled_from(WORDS),
    st.dates().map(pd.Timestamp),
)
COLUMNS = st.one_of(*(st.lists(kind | st.none(), min_size=3, max_size=3) for kind in (*KINDS, SCALARS)))
MAKERS = st.sampled_from(
    [pd.Series, lambda cells: pd.Series(cells).astype("category"), lambda cells: pd.Series(cells, dtype=str)]
)


@quickly
@given(st.dictionaries(st.sampled_from(WORDS), st.tuples(COLUMNS, MAKERS), max_size=5))
def test_any_typed_table_as_parquet(
    tmp_path: Path, columns: dict[str, tuple[list[object], Callable[..., pd.Series]]]
) -> None:
    typed: dict[str, pa.Array] = {}
    for name, (cells, make) in columns.items():
        try:
            typed[name] = pa.array(make(cells))
        except (pa.ArrowException, TypeError, ValueError, OverflowError):  # no column that Parquet can hold
            typed[name] = pa.nulls(3)
    pq.write_table(pa.table(typed), tmp_path / "fuzz.parquet")
    only_our_errors(tmp_path / "fuzz.parquet")


@quickly
@given(st.lists(st.lists(SCALARS, max_size=5), max_size=4), st.lists(st.sampled_from(WORDS), max_size=5))
def test_any_typed_table_as_xlsx(tmp_path: Path, rows: list[list[object]], header: list[str]) -> None:
    cells = [
        [None if isinstance(cell, bytes) else str(cell) if isinstance(cell, int) else cell for cell in row]
        for row in rows
    ]
    (tmp_path / "fuzz.xlsx").write_bytes(workbook([header, *cells]))
    only_our_errors(tmp_path / "fuzz.xlsx")
