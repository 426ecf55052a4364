"""One file of a user's own."""

import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longwave.connectors.files import FileSource, inspect_file, read_file
from longwave.core.errors import BadInput, DuplicateObservations, UnitMismatch, UnknownArea
from longwave.core.origin import NOT_STATED, checksum

LONG = "iso3,year,variable,value\nUSA,2019,gdp,1\nUSA,2020,gdp,2\nCHN,2019,gdp,3\n"
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "own-data.md"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (1_700_000_000, 1_700_000_000))  # 2023-11-14
    return path


def test_a_file_without_a_word_about_itself(tmp_path: Path) -> None:
    path = write(tmp_path, "my figures (1).csv", LONG)
    reading = inspect_file(path)
    origin = reading.harvest.origin
    assert (origin.dataset, origin.title, origin.publisher) == (
        "my_figures_1",
        "my figures (1)",
        "user's file",
    )
    assert origin.licence.name == NOT_STATED and not origin.licence.stated
    assert (origin.released, origin.release) == ("2023-11-14", "2023-11-14")
    assert origin.sha256 == checksum(LONG.encode())
    assert reading.harvest.raw[0].name == path.name
    assert {fault.check for fault in reading.faults} == {
        "released_assumed",
        "licence_not_stated",
        "unit_not_stated",
    }
    assert "2023-11-14" in str(
        next(fault.message for fault in reading.faults if fault.check == "released_assumed")
    )
    assert not any(fault.held_back for fault in reading.faults)
    assert reading.harvest.panel.frame["vintage"].unique().tolist() == ["2023-11-14"]


def test_a_file_with_what_its_user_knows(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "year,gdp\n2019,1\n2020,2\n")
    source = FileSource(
        dataset="bea_gdp",
        title="GDP",
        publisher="BEA",
        licence="US-federal-public-domain",
        release="second estimate",
        released="2021-02-25",
        area="united states",
        unit="million US$",
    )
    reading = inspect_file(path, source)
    origin = reading.harvest.origin
    assert (origin.dataset, origin.title, origin.publisher, origin.release) == (
        "bea_gdp",
        "GDP",
        "BEA",
        "second estimate",
    )
    assert origin.released == "2021-02-25" and origin.licence.stated
    assert reading.harvest.panel.areas() == ["USA"]
    assert str(reading.harvest.metas[0].unit) == "million USD, current"
    assert reading.faults == ()


def test_the_same_bytes_give_the_same_harvest(tmp_path: Path) -> None:
    first, second = (read_file(write(tmp_path, "a.csv", LONG)) for _ in range(2))
    pd.testing.assert_frame_equal(first.panel.frame, second.panel.frame)
    assert first.origin == second.origin and first.metas == second.metas


@pytest.mark.parametrize(
    ("text", "released"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03", "2026-03-31"),
        ("2026", "2026-12-31"),
        ("2026.03.01", "2026-03-01"),
    ],
)
def test_a_release_of_a_month_or_a_year_is_its_last_day(tmp_path: Path, text: str, released: str) -> None:
    assert read_file(write(tmp_path, "a.csv", LONG), FileSource(released=text)).origin.released == released


def test_words_that_are_wrong_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", LONG)
    with pytest.raises(BadInput, match="'soon' is not a release date"):
        read_file(path, FileSource(released="soon"))
    with pytest.raises(UnknownArea, match="Atlantis"):
        read_file(path, FileSource(area="Atlantis"))
    with pytest.raises(BadInput):
        read_file(path, FileSource(dataset="../x"))


WORLD_BANK = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2025-07-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020",\n'
    '"China","CHN","GDP (current US$)","NY.GDP.MKTP.CD","14279968506271.3","14687744162801",\n'
    '"Namibia","NAM","GDP (current US$)","NY.GDP.MKTP.CD","","10563000000",\n'
    '"Africa Eastern and Southern","AFE","GDP (current US$)","NY.GDP.MKTP.CD","1000","900",\n'
)


def test_a_world_bank_download(tmp_path: Path) -> None:
    harvest = read_file(write(tmp_path, "API_NY.GDP.MKTP.CD_DS2_en_csv_v2.csv", WORLD_BANK))
    assert harvest.panel.areas() == ["AFE", "CHN", "NAM"]
    assert harvest.panel.series("NY.GDP.MKTP.CD", area="CHN")["2019"] == 14279968506271.3
    assert harvest.origin.released == "2025-07-01"  # stated above the header
    assert harvest.metas[0].names.en == "GDP (current US$)"
    namibia = harvest.panel.select(area="NAM").frame
    assert namibia["status"].tolist() == ["O", "A"]


def test_an_our_world_in_data_download(tmp_path: Path) -> None:
    text = "Entity,Code,Year,Share of people online\nChina,CHN,2019,64\nAsia,,2019,50\nWorld,OWID_WRL,2019,53.7\n"
    reading = inspect_file(write(tmp_path, "share-online.csv", text))
    assert reading.harvest.panel.areas() == ["Asia", "CHN", "WLD"]
    assert reading.harvest.panel.variables() == ["Share of people online"]
    assert "Asia" in str(next(fault.message for fault in reading.faults if fault.check == "unknown_areas"))


def test_a_fred_download(tmp_path: Path) -> None:
    text = "observation_date,GDPC1\n1947-01-01,2182.681\n1947-04-01,2176.892\n1947-07-01,2172.432\n"
    path = write(tmp_path, "GDPC1.csv", text)
    harvest = read_file(path, FileSource(area="USA"))
    assert harvest.panel.series("GDPC1").index.tolist() == ["1947-Q1", "1947-Q2", "1947-Q3"]
    with pytest.raises(BadInput, match="which area"):
        read_file(path)


def test_an_sdmx_csv(tmp_path: Path) -> None:
    text = (
        "DATAFLOW,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,UNIT_MULT,DECIMALS\n"
        "OECD:X(1.0),A,KOR,B1GQ,2019,1924.5,A,KRW,9,1\nOECD:X(1.0),A,KOR,B1GQ,2020,,M,KRW,9,1\n"
    )
    panel = read_file(write(tmp_path, "oecd.csv", text)).panel
    assert (
        panel.frame["unit"].unique().tolist() == ["billion KRW, current"]
        or panel.frame["unit"].nunique() == 1
    )
    assert panel.frame["status"].tolist() == ["A", "M"]
    assert panel.variables() == ["B1GQ"] and panel.frame["item"].unique().tolist() == [""]


def test_a_chinese_file_in_gb_18030(tmp_path: Path) -> None:
    text = "国家,年份,指标,数值,单位\n中国,2019年,研发经费,22143.6,亿元\n中国,2020年,研发经费,24393.1,亿元\n"
    harvest = read_file(write(tmp_path, "研发经费.csv", text.encode("gb18030")))
    assert harvest.origin.dataset == "研发经费"
    assert harvest.panel.series("研发经费", area="CHN").to_dict() == {"2019": 22143.6, "2020": 24393.1}
    assert str(harvest.metas[0].unit) == "亿元"


def test_a_german_spreadsheets_csv(tmp_path: Path) -> None:
    text = "Land;iso3;Jahr;Wert\nÖsterreich;AUT;2019;1.234,5\nÖsterreich;AUT;2020;2.345,75\n".replace(
        "Jahr", "year"
    )
    path = write(tmp_path, "bip.csv", text.replace("Wert", "value").encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        read_file(path)
    harvest = read_file(path, FileSource(encoding="latin-1"))
    assert harvest.panel.series("bip", area="AUT").tolist() == [1234.5, 2345.75]


def test_a_workbook_with_a_sheet_of_notes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Read me"
    for row in (["Topic", "Words"], ["Source", "Somewhere"], ["Unit", "million"]):
        notes.append(row)
    data = book.create_sheet("Data")
    for line in (
        ["GDP of two economies"],
        [],
        ["Country", "2019", 2020],
        ["China", 1.5, 2],
        ["Japan", None, 4],
    ):
        data.append(line)
    book.save(tmp_path / "gdp.xlsx")
    panel = read_file(tmp_path / "gdp.xlsx").panel
    assert panel.series("gdp", area="CHN").to_dict() == {"2019": 1.5, "2020": 2.0}
    assert panel.series("gdp", area="JPN").to_dict() == {"2020": 4.0}


def test_a_workbook_with_two_tables_is_refused_unless_a_sheet_is_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"iso3": ["USA"], "year": [2019], "gdp": [1.0]})
    with pd.ExcelWriter(tmp_path / "a.xlsx") as writer:
        frame.to_excel(writer, sheet_name="One", index=False)
        frame.assign(gdp=2.0).to_excel(writer, sheet_name="Two", index=False)
    with pytest.raises(BadInput, match="several sheets that hold tables: One, Two"):
        read_file(tmp_path / "a.xlsx")
    assert read_file(tmp_path / "a.xlsx", FileSource(sheet="Two")).panel.series("gdp").tolist() == [2.0]


def test_all_three_kinds_of_file_carry_the_same_figures(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "iso3": ["USA", "CHN", "NAM"],
            "year": [2019, 2019, 2020],
            "variable": "gdp",
            "value": [1.5, 2.25, None],
        }
    )
    frame.to_csv(tmp_path / "same.csv", index=False)
    frame.to_excel(tmp_path / "same.xlsx", index=False)
    frame.to_parquet(tmp_path / "same.parquet")
    csv, xlsx, parquet = (read_file(tmp_path / f"same.{kind}") for kind in ("csv", "xlsx", "parquet"))
    columns = ["area", "variable", "item", "period", "value", "unit", "status"]
    pd.testing.assert_frame_equal(csv.panel.frame[columns], xlsx.panel.frame[columns])
    pd.testing.assert_frame_equal(csv.panel.frame[columns], parquet.panel.frame[columns])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["USA", "CHN", "NAM", "DEU"]), st.integers(1950, 2023), st.sampled_from("ab")
        ),
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        min_size=1,
        max_size=30,
    )
)
def test_what_is_written_long_or_wide_is_read_as_it_was(
    tmp_path: Path, figures: dict[tuple[str, int, str], float]
) -> None:
    frame = pd.DataFrame(
        [(*key, value) for key, value in figures.items()], columns=["iso3", "year", "variable", "value"]
    )
    expected = {(area, str(year), name): value for (area, year, name), value in figures.items()}
    frame.to_csv(tmp_path / "long.csv", index=False)
    wide = frame.pivot(index=["iso3", "year"], columns="variable", values="value").reset_index()
    wide.to_csv(tmp_path / "wide.csv", index=False)
    frame.pivot(index=["iso3", "variable"], columns="year", values="value").reset_index().to_csv(
        tmp_path / "years.csv", index=False
    )
    for name in ("long", "wide", "years"):
        read = read_file(tmp_path / f"{name}.csv").panel.frame
        some = read[read["value"].notna()]
        found = {(row.area, row.period, row.variable): row.value for row in some.itertuples()}
        assert found == expected


def test_a_file_that_contradicts_itself_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(DuplicateObservations, match="gdp@USA"):
        read_file(write(tmp_path, "a.csv", LONG + "USA,2019,gdp,9\n"))
    with pytest.raises(BadInput, match="repeat another row"):
        read_file(write(tmp_path, "b.csv", LONG + "USA,2019,gdp,1\n"))
    units = "iso3,year,variable,value,unit\nUSA,2019,gdp,1,USD\nUSA,2020,gdp,2,%\n"
    with pytest.raises(UnitMismatch):
        read_file(write(tmp_path, "c.csv", units))
    with pytest.raises(BadInput, match="mix years"):
        read_file(write(tmp_path, "d.csv", "iso3,period,gdp\nUSA,2019,1\nUSA,2019-Q1,2\n"))


def test_a_column_of_sources_is_said_not_to_be_kept(tmp_path: Path) -> None:
    text = "iso3,year,gdp,source\nUSA,2019,1,BEA\nCHN,2019,2,NBS\n"
    reading = inspect_file(write(tmp_path, "a.csv", text))
    assert reading.harvest.panel.sources() == ["a"]
    assert "BEA, NBS" in str(
        next(fault.message for fault in reading.faults if fault.check == "source_column")
    )


def test_one_observation_and_a_constant_series_are_taken(tmp_path: Path) -> None:
    assert len(read_file(write(tmp_path, "a.csv", "iso3,year,gdp\nUSA,2019,1\n")).panel) == 1
    assert len(read_file(write(tmp_path, "b.csv", "iso3,year,gdp\nUSA,2019,1\nUSA,2020,1\n")).panel) == 2


def test_the_how_to_page_shows_a_file_that_is_read(tmp_path: Path) -> None:
    text = HOW_TO.read_text("utf-8")
    example = text.partition("```csv\n")[2].partition("```")[0]
    reading = inspect_file(write(tmp_path, "robots.csv", example))
    panel = reading.harvest.panel
    shown = text.partition("<!-- robots -->\n```\n")[2].partition("```")[0]
    assert shown.strip() == panel.frame[["area", "variable", "period", "value", "unit"]].to_string(
        index=False
    )
    faults = text.partition("<!-- faults -->\n```\n")[2].partition("```")[0]
    assert faults.strip().splitlines() == [str(fault.message) for fault in reading.faults]
