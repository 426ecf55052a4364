"""Cells from bytes: encodings, separators, headers, sheets, Parquet types."""

import datetime
import decimal
import io

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.tables import (
    decode,
    find_delimiter,
    read_csv,
    read_parquet,
    read_tables,
    read_workbook,
)
from longwave.core.errors import BadInput

TEXT = "国家,年份,数值\n中国,2019,1\n美国,2019,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "gb2312"])
def test_chinese_text_is_read_in_its_encodings(encoding: str) -> None:
    table = read_csv(TEXT.encode(encoding), "a.csv")
    assert table.frame.columns.tolist() == ["国家", "年份", "数值"]
    assert table.frame["国家"].tolist() == ["中国", "美国"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Côte d'Ivoire",
            "Curaçao",
            "Österreich",
            "São Tomé",
            "España: niño",
            "Åland",
            "Großäcker",
            "Réunion, Martinique",
        ),
        *("Türkiye", "naïve", "Déjà vu"),
    ],
)
def test_latin_1_is_never_read_as_chinese(text: str) -> None:
    data = f"country,value\n{text},1\n".encode("latin-1")
    with pytest.raises(BadInput, match=r"not UTF-8: byte 0x[0-9A-F]{2} at offset \d+, line 2") as caught:
        decode(data, "a.csv")
    offset = int(str(caught.value).partition("offset ")[2].partition(",")[0])
    assert data[offset] > 127 and max(data[:offset]) < 128
    assert decode(data, "a.csv", "latin-1").endswith(f"{text},1\n")


def test_an_encoding_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="not an encoding of tables"):
        decode(b"a", "a.csv", "klingon")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators(mark: str) -> None:
    rows = [["iso3", "year", "value"], ["USA", "2019", "1"], ["CHN", "2019", "2"]]
    assert find_delimiter("\n".join(mark.join(row) for row in rows), "a.csv") == mark


def test_a_decimal_comma_is_not_a_separator() -> None:
    assert find_delimiter("year;value\n2019;1,5\n2020;2,5\n2021;3,5\n", "a.csv") == ";"
    assert find_delimiter('country,value\n"Korea, Rep.",1\n"Iran; Islamic Rep.",2\n', "a.csv") == ","


def test_rows_are_numbered_as_an_editor_shows_them() -> None:
    table = read_csv(b'note,,\n\niso3,year,value\nUSA,2019,1\n\n"C\nHN",2019,2\n', "a.csv")
    assert table.frame.index.tolist() == [4, 7]  # a record over two lines has the number of its last
    assert table.preamble == (("note", "", ""),)


def test_a_world_bank_download_loses_its_preamble_and_its_empty_last_column() -> None:
    data = (
        b'"Data Source","World Development Indicators",\n\n"Last Updated Date","2025-07-01",\n\n'
        b'"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020",\n'
        b'"China","CHN","GDP","NY.GDP","1","2",\n"Namibia","NAM","GDP","NY.GDP","","3",\n'
    )
    table = read_csv(data, "API_NY.csv")
    assert table.frame.columns.tolist() == [
        *("Country Name", "Country Code", "Indicator Name", "Indicator Code", "2019", "2020"),
    ]
    assert ("Last Updated Date", "2025-07-01", "") in table.preamble
    assert len(table.frame) == 2


def test_notes_below_a_table_are_counted_and_left_out() -> None:
    data = b"iso3,year,value\nUSA,2019,1\nData from: somewhere,,\nLast updated: 2025,,\n"
    table = read_csv(data, "a.csv")
    assert len(table.frame) == 1
    assert table.footnotes == 2


def test_a_column_that_counts_rows_is_dropped() -> None:
    table = read_csv(b",iso3,year,value\n0,USA,2019,1\n1,CHN,2019,2\n", "a.csv")
    assert table.frame.columns.tolist() == ["iso3", "year", "value"]


@given(
    st.lists(
        st.lists(st.text(min_size=1, max_size=6).filter(str.strip), min_size=3, max_size=3),
        min_size=2,
        max_size=5,
    )
)
def test_what_a_spreadsheet_program_writes_as_csv_is_read_as_it_was(rows: list[list[str]]) -> None:
    frame = pd.DataFrame([["USA", "2019", *row] for row in rows], columns=["iso3", "year", "a", "b", "c"])
    frame = frame.map(lambda text: "".join(c for c in text if c.isprintable()).strip() or "x")
    table = read_csv(frame.to_csv(index=False).encode(), "a.csv", delimiter=",")
    assert table.frame.map(str.strip).to_numpy().tolist() == frame.to_numpy().tolist()


def book(**sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_gives_a_table_a_sheet_and_passes_over_empty_ones() -> None:
    rows: list[list[object]] = [["iso3", "year", "gdp"], ["USA", 2019, 1.5], ["CHN", 2019, None]]
    tables = read_workbook(book(Data=rows, Notes=[["hello"]], Empty=[]), "a.xlsx")
    assert [table.name for table in tables] == ["Data"]
    assert tables[0].frame["gdp"].iloc[0] == 1.5
    assert tables[0].frame.index.tolist() == [2, 3]


def test_a_sheet_is_found_by_its_name_or_refused_with_the_names() -> None:
    rows: list[list[object]] = [["iso3", "year", "gdp"], ["USA", 2019, 1.5]]
    data = book(A=rows, B=[["iso3", "year", "gdp"], ["USA", 2019, 2.5]])
    assert read_workbook(data, "a.xlsx", sheet="B")[0].frame["gdp"].tolist() == [2.5]
    with pytest.raises(BadInput, match=r"it has: A, B|no sheet C"):
        read_workbook(data, "a.xlsx", sheet="C")


def test_years_as_numbers_and_dates_in_a_sheet() -> None:
    rows: list[list[object]] = [["iso3", 2019, 2020.0], ["USA", 1, 2], ["CHN", 3, 4]]
    assert read_workbook(book(A=rows), "a.xlsx")[0].frame.columns.tolist() == ["iso3", "2019", "2020"]
    dated: list[list[object]] = [
        ["date", "gdp"],
        [datetime.datetime(2019, 1, 1), 1],
        [datetime.datetime(2019, 4, 1), 2],
    ]
    assert isinstance(read_workbook(book(A=dated), "a.xlsx")[0].frame["date"].iloc[0], datetime.datetime)


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_parquet_types_that_tables_have() -> None:
    table = pa.table(
        {
            "iso3": pa.array(["USA", None, "CHN"]),
            "old": pa.array([b"a", b"b", b"\xe4\xb8\xad"], pa.binary()),
            "year": pa.array([2019, None, 2021], pa.int16()),
            "money": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("2.25")]),
            "day": pa.array([datetime.date(2019, 1, 1)] * 3),
            "kind": pa.array(["x", "y", "x"]).dictionary_encode(),
        }
    )
    frame = read_parquet(parquet(table), "a.parquet").frame
    assert frame["old"].tolist() == ["a", "b", "中"]
    assert frame["money"].tolist()[::2] == [1.5, 2.25]
    assert frame["year"].tolist()[::2] == [2019.0, 2021.0]
    assert frame.index.tolist() == [1, 2, 3]
    assert frame["kind"].tolist() == ["x", "y", "x"]


def test_bytes_that_are_no_text_are_refused() -> None:
    table = pa.table({"iso3": pa.array([b"\xff\xfe"], pa.binary()), "year": [2019]})
    with pytest.raises(BadInput):
        read_parquet(parquet(table), "a.parquet")


def test_the_ending_says_how_a_file_is_read() -> None:
    assert len(read_tables(TEXT.encode(), "A.CSV")) == 1
    assert len(read_tables(TEXT.replace(",", "\t").encode(), "a.tsv")) == 1


def test_utf16_without_its_mark_is_named_and_read_when_named() -> None:
    data = "iso3,year,value\nUSA,2019,1\n".encode("utf-16-le")
    with pytest.raises(BadInput, match="--encoding utf-16-le"):
        decode(data, "a.csv")
    assert decode(data, "a.csv", "utf-16-le").startswith("iso3")


@pytest.mark.parametrize("encoding", ["punycode", "idna", "utf-7", "rot13", "hex", "undefined", "a\0b", ""])
def test_a_codec_that_is_no_encoding_of_tables_is_refused(encoding: str) -> None:
    with pytest.raises(BadInput, match="not an encoding of tables"):
        decode(b"a-b", "a.csv", encoding)


def test_wanted_headings_find_the_header_above_years_and_codes() -> None:
    text = "Technology,place,invented,adopted,until\nT0,P0,1900,1921,2000\nT1,P1,1910,,2000\n"
    wanted = frozenset({"technology", "place", "invented", "adopted", "until"})
    (table,) = read_tables(text.encode(), "a.csv", headings=wanted)
    assert table.frame.columns.tolist() == ["Technology", "place", "invented", "adopted", "until"]
    assert table.frame["adopted"].tolist() == ["1921", ""]
    (below,) = read_tables(f"A survey,,,,\n{text}".encode(), "a.csv", headings=wanted)
    assert below.frame.columns.tolist() == table.frame.columns.tolist()
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in line.split(",")])
    written = io.BytesIO()
    book.save(written)
    (sheet,) = read_tables(written.getvalue(), "a.xlsx", headings=wanted)
    assert sheet.frame["adopted"].tolist() == [1921, None]


def test_the_row_with_most_headings_is_the_header_where_one_is_lacking() -> None:
    text = "firm,sold,year\nT0,1900,1921\n"
    (table,) = read_tables(text.encode(), "a.csv", headings=frozenset({"firm", "sales"}))
    assert table.frame.columns.tolist() == ["firm", "sold", "year"]


@pytest.mark.parametrize("text", ["value\n1,5\n2,5\n", '"Value"\r\n1\r\n2\r\n', "\ufeffVALUE\n3\n"])
def test_one_column_is_read_where_its_heading_is_wanted(text: str) -> None:
    (table,) = read_tables(text.encode(), "a.csv", headings=frozenset({"value"}))
    assert [title.casefold() for title in table.frame.columns] == ["value"]
    assert table.frame.iloc[:, 0].tolist() == text.split()[1:]
    with pytest.raises(BadInput):
        read_tables(b"value\n1\n2\n", "a.csv")
