"""Data packages: small ones made here, and the two real ones where they lie beside the checkout."""

import hashlib
import io
import json
import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from longwave.connectors.pack import PackReading, read_pack
from longwave.core.area import areas
from longwave.core.errors import BadInput, DuplicateObservations, UnitMismatch, UnknownArea, UnsafeInput
from longwave.core.message import Message
from longwave.core.origin import NOT_STATED, checksum

LONG = "source,iso3,year,variable,value\nwb,USA,2019,gdp,1\nwb,CHN,2019,gdp,2\npwt,USA,2019,tfp,3\n"
BOOK = (
    "variable,label,label_zh,unit,source,dimension,policy_domain\n"
    "gdp,Output,国内生产总值,million 2017 US$,wb,productivity;structure,macro\n"
)
SOURCES = [
    {
        "id": "wb",
        "title": "Indicators",
        "publisher": "World Bank",
        "licence": "CC-BY-4.0",
        "released": "2025-07-01",
    },
    {"id": "pwt", "title": "World Table", "publisher": "GGDC", "release": "10.01"},
]
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "own-data.md"


def pack(
    folder: Path,
    files: Mapping[str, str | bytes],
    resources: list[dict[str, Any]] | None = None,
    **about: Any,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    tables = [name for name in files if name != "variables.csv"]
    listed = (
        resources
        if resources is not None
        else [{"name": name.partition(".")[0], "path": name} for name in tables]
    )
    described = {"name": "small", "created": "2025-11-22", "sources": SOURCES, "resources": listed, **about}
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    return folder


def checks(reading: PackReading) -> set[str]:
    return {fault.check for fault in reading.faults}


def test_one_harvest_a_source(tmp_path: Path) -> None:
    reading = read_pack(pack(tmp_path, {"panel.csv": LONG, "variables.csv": BOOK}))
    wb, pwt = sorted(reading.harvests, key=lambda harvest: harvest.origin.dataset, reverse=True)
    assert (wb.origin.dataset, wb.origin.publisher, wb.origin.released, wb.origin.licence.name) == (
        *("wb", "World Bank", "2025-07-01", "CC-BY-4.0"),
    )
    assert (pwt.origin.release, pwt.origin.released, pwt.origin.licence.name) == (
        "10.01",
        "2025-11-22",
        NOT_STATED,
    )
    assert wb.panel.areas() == ["CHN", "USA"] and wb.panel.variables() == ["gdp"]
    assert wb.panel.frame["vintage"].unique().tolist() == ["2025-07-01"]
    (meta,) = wb.metas
    assert (meta.names.zh, str(meta.unit), meta.dimensions, meta.domains) == (
        *("国内生产总值", "million USD, constant 2017", ("productivity", "structure"), ("macro",)),
    )
    assert wb.panel.frame["unit"].unique().tolist() == [str(meta.unit)]
    assert [file.name for file in wb.raw] == ["panel.csv", "variables.csv", "datapackage.json"]
    assert wb.origin.sha256 == checksum(b"".join(file.data for file in wb.raw))
    assert checks(reading) == {"not_in_code_book", "licence_not_stated"}
    assert str(pwt.metas[0].unit) == "not stated"


def test_a_pack_in_a_zip_is_the_same_pack(tmp_path: Path) -> None:
    folder = pack(tmp_path / "small", {"panel.csv": LONG, "variables.csv": BOOK})
    for top in ("", "small/"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in folder.iterdir():
                archive.write(path, top + path.name)
        (tmp_path / "small.zip").write_bytes(out.getvalue())
        zipped, plain = read_pack(tmp_path / "small.zip"), read_pack(folder)
        assert [harvest.origin for harvest in zipped.harvests] == [
            harvest.origin for harvest in plain.harvests
        ]
        for one, other in zip(zipped.harvests, plain.harvests, strict=True):
            pd.testing.assert_frame_equal(one.panel.frame, other.panel.frame)


def test_progress_is_told_a_table_at_a_time(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []

    def watch(label: Message, done: int, total: int) -> None:
        steps.append((label.text("en"), done, total))

    read_pack(pack(tmp_path, {"panel.csv": LONG}), watch)
    assert steps == [("Reading panel", 0, 1), ("Checking the series", 1, 1)]


def declared(data: bytes, **changed: Any) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    right = {"name": "panel", "path": "panel.csv", "bytes": len(data), "hash": f"sha256:{digest}", "rows": 3}
    return {**right, **changed}


def test_what_a_pack_declares_is_checked(tmp_path: Path) -> None:
    data = LONG.encode()
    assert read_pack(pack(tmp_path, {"panel.csv": data}, [declared(data)])).harvests
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert read_pack(
        pack(tmp_path, {"panel.csv": data}, [declared(data, hash=md5)])
    ).harvests  # Frictionless' default
    for wrong, said in (
        ({"bytes": 7}, "declares 7"),
        ({"rows": 4}, "has 3 rows"),
        ({"hash": "sha256:" + "0" * 64}, "checksum"),
        ({"hash": "crc9:00"}, "cannot be checked"),
    ):
        with pytest.raises(BadInput, match=said) as caught:
            read_pack(pack(tmp_path, {"panel.csv": data}, [declared(data, **wrong)]))
        assert caught.value.mend is not None


def test_a_changed_code_book_is_refused(tmp_path: Path) -> None:
    book = {"path": "variables.csv", "hash": "sha256:" + "0" * 64}
    with pytest.raises(BadInput, match=r"variables\.csv has the checksum"):
        read_pack(pack(tmp_path, {"panel.csv": LONG, "variables.csv": BOOK}, codebook=book))


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "../outside.csv", "https://example.org/a.csv", "a\\..\\b.csv", ""]
)
def test_a_path_trick_is_unsafe(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.csv").write_text(LONG)
    with pytest.raises(UnsafeInput):
        read_pack(pack(tmp_path / "in", {"panel.csv": LONG}, [{"name": "a", "path": path}]))
    with pytest.raises(UnsafeInput):
        read_pack(pack(tmp_path / "in", {"panel.csv": LONG}, codebook={"path": path}))


def test_a_link_or_a_pipe_in_a_pack_is_unsafe(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text(LONG)
    folder = pack(tmp_path / "in", {}, [{"name": "a", "path": "a.csv"}])
    (folder / "a.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(UnsafeInput, match="leads out"):
        read_pack(folder)
    (folder / "a.csv").unlink()
    os.mkfifo(folder / "a.csv")
    with pytest.raises(UnsafeInput, match="pipe"):
        read_pack(folder)


def test_a_descriptor_that_is_a_link_out_is_unsafe(tmp_path: Path) -> None:
    pack(tmp_path / "real", {"panel.csv": LONG})
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "datapackage.json").symlink_to(tmp_path / "real" / "datapackage.json")
    with pytest.raises(UnsafeInput):
        read_pack(tmp_path / "fake")


def test_a_series_that_contradicts_itself_is_held_back_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = LONG + "wb,USA,2020,rd,1\nwb,USA,2020,rd,2\n"
    reading = read_pack(pack(tmp_path, {"panel.csv": text}))
    (fault,) = [fault for fault in reading.faults if fault.held_back]
    assert (fault.check, fault.subject, fault.rows) == ("two_values", "wb", 2)
    assert "rd@USA" in str(fault.message)
    assert next(h for h in reading.harvests if h.origin.dataset == "wb").panel.variables() == ["gdp"]


def test_a_dataset_of_which_nothing_is_left_is_named_and_a_pack_of_which_nothing_is_left_is_refused(
    tmp_path: Path,
) -> None:
    bad = "source,iso3,year,variable,value\nwb,USA,2020,rd,1\nwb,USA,2020,rd,2\n"
    reading = read_pack(pack(tmp_path / "some", {"panel.csv": bad + "pwt,USA,2019,tfp,3\n"}))
    assert [harvest.origin.dataset for harvest in reading.harvests] == ["pwt"]
    with pytest.raises(DuplicateObservations, match="rd@USA"):
        read_pack(pack(tmp_path / "none", {"panel.csv": bad}))
    units = "source,iso3,year,variable,value,unit\nwb,USA,2019,a,1,%\nwb,USA,2020,a,2,USD\n"
    with pytest.raises(UnitMismatch):
        read_pack(pack(tmp_path / "units", {"panel.csv": units}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG + "wb,USA,2020,gdp,much\n", "panel, row 5, the column value"),
        (LONG + "wb,USA,2020,gdp,inf\n", "panel, row 5.*infinite"),
        (LONG + "wb,USA,soon,gdp,1\n", "panel, row 5, 'soon'"),
        (LONG + "wb,,2020,gdp,1\n", "row 5 has no area"),
        ("a,b\n1,x\n2,y\n", "holds no series.*a, b"),
        ("iso3,colour,shade\nUSA,red,dark\n", "holds no series"),
    ],
)
def test_a_broken_table_refuses_the_pack_by_table_and_row(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        read_pack(pack(tmp_path, {"panel.csv": text}))
    assert caught.value.mend is not None


def test_nan_is_missing_and_infinity_is_not(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"iso3": ["USA"] * 2, "year": [2019, 2020], "variable": "gdp", "value": [1.0, float("nan")]}
    )
    folder = pack(tmp_path, {}, [{"name": "t", "path": "t.parquet", "source": "wb"}])
    frame.to_parquet(folder / "t.parquet")
    assert read_pack(folder).harvests[0].panel.frame["status"].tolist() == ["A", "O"]
    frame.assign(value=[1.0, float("inf")]).to_parquet(folder / "t.parquet")
    with pytest.raises(BadInput, match="t, row 2, the column value holds an infinite number"):
        read_pack(folder)


def test_a_table_without_a_source_column_takes_its_own_or_the_books_or_the_one_of_the_pack(
    tmp_path: Path,
) -> None:
    plain = "iso3,year,variable,value\nUSA,2019,gdp,1\n"
    own = {"title": "Postings", "publisher": "A Lab", "licence": "CC-BY-4.0"}
    listed = [{"name": "postings", "path": "postings.csv", "source": own}]
    reading = read_pack(pack(tmp_path / "own", {"postings.csv": plain}, listed))
    assert (reading.harvests[0].origin.dataset, reading.harvests[0].origin.publisher) == ("postings", "A Lab")
    by_book = read_pack(pack(tmp_path / "book", {"panel.csv": plain, "variables.csv": BOOK}))
    assert by_book.harvests[0].origin.dataset == "wb"
    one = read_pack(pack(tmp_path / "one", {"panel.csv": plain}, sources=SOURCES[:1]))
    assert one.harvests[0].origin.publisher == "World Bank"
    none = read_pack(pack(tmp_path / "none", {"panel.csv": plain}))
    assert none.harvests[0].origin.dataset == "small_panel"
    assert {"source_not_stated", "licence_not_stated"} <= checks(none)
    stranger = read_pack(pack(tmp_path / "stranger", {"panel.csv": LONG.replace("pwt,", "who,")}))
    assert "source_unknown" in checks(stranger)


def test_frictionless_words_are_understood(tmp_path: Path) -> None:
    """https://specs.frictionlessdata.io: sources with title and path, licenses with name and path, dialect, path lists."""
    fields = [
        {"name": "where", "role": "area"},
        {"name": "when", "role": "period"},
        {"name": "what", "role": "variable"},
    ]
    resource = {
        "name": "t",
        "path": ["t1.csv", "t2.csv"],
        "encoding": "latin-1",
        "dialect": {"delimiter": ";", "decimalChar": ","},
        "schema": {"fields": [*fields, {"name": "much", "role": "value"}]},
        "sources": [{"title": "A Survey", "path": "https://example.org/survey?api_key=secret"}],
    }
    files = {
        "t1.csv": "where;when;what;much\nUSA;2019;naïve;1,234\n".encode("latin-1"),
        "t2.csv": "where;when;what;much\nUSA;2020;naïve;2,5\n".encode("latin-1"),
    }
    licenses = [{"name": "ODC-BY-1.0", "path": "https://opendatacommons.org/licenses/by/1-0/"}]
    (harvest,) = read_pack(pack(tmp_path, files, [resource], licenses=licenses)).harvests
    assert harvest.panel.series("naïve").tolist() == [1.234, 2.5]
    assert (harvest.origin.dataset, harvest.origin.title, harvest.origin.url) == (
        "t",
        "A Survey",
        "https://example.org/survey",
    )
    assert harvest.origin.licence.name == "ODC-BY-1.0" and harvest.origin.licence.url.endswith("by/1-0/")
    assert [file.name for file in harvest.raw[:2]] == ["t1.csv", "t2.csv"]


def test_areas_that_are_no_countries(tmp_path: Path) -> None:
    text = (
        "source,iso3,year,variable,value,is_country\nwb,USA,2019,gdp,1,True\nwb,EMU,2019,gdp,2,False\n"
        "wb,REG1,2019,gdp,3,False\nwb,QQQ,2019,gdp,4,True\n"
    )
    reading = read_pack(pack(tmp_path, {"panel.csv": text}))
    assert reading.harvests[0].panel.areas() == ["EMU", "QQQ", "REG1", "USA"]
    said = {fault.check: str(fault.message) for fault in reading.faults}
    assert "QQQ" in said["unknown_areas"] and "REG1" not in said["unknown_areas"]
    assert "REG1" in said["not_countries"] and "EMU" not in said["not_countries"]
    with pytest.raises(UnknownArea):
        read_pack(
            pack(tmp_path / "all", {"panel.csv": "source,iso3,year,variable,value\nwb,QQQ,2019,gdp,1\n"})
        )


def test_a_table_without_an_area_says_what_was_assumed_or_is_refused(tmp_path: Path) -> None:
    text = "source,year,variable,value\nwb,2019,gdp,1\n"
    stated = read_pack(pack(tmp_path / "a", {"t.csv": text}, [{"name": "t", "path": "t.csv", "area": "CHN"}]))
    assert stated.harvests[0].panel.areas() == ["CHN"] and "area_assumed" not in checks(stated)
    named = read_pack(pack(tmp_path / "b", {"us_quarterly.csv": text}))
    assert named.harvests[0].panel.areas() == ["USA"] and "area_assumed" in checks(named)
    with pytest.raises(BadInput, match="which area t is about") as caught:
        read_pack(pack(tmp_path / "c", {"t.csv": text}))
    assert '"area": "USA"' in str(caught.value.mend)


def test_a_table_without_periods_is_kept_as_a_reference_table(tmp_path: Path) -> None:
    names = "industry,name\n1,Farms\n2,Mining\n"
    reading = read_pack(pack(tmp_path, {"panel.csv": LONG, "industries.csv": names, "map.geojson": "{}"}))
    (table,) = reading.reference_tables
    assert (table.name, table.columns, table.rows) == ("industries", ("industry", "name"), 2)
    assert table.raw.data == names.encode() and table.origin.sha256 == checksum(names.encode())
    assert {fault.check: fault.held_back for fault in reading.faults}["reference_table"] is False
    assert {fault.check: fault.held_back for fault in reading.faults}["not_a_table"] is True


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"sources": "wb"}, "sources must be"),
        ({"sources": [{"publisher": "nobody"}]}, r"sources\[\]\.id must be"),
        ({"sources": [*SOURCES, SOURCES[0]]}, "Two sources have the id wb"),
        ({"resources": []}, "names no table"),
        ({"resources": None}, "names no table"),
        ({"resources": [{"name": "x", "path": 5}]}, "path must be"),
        ({"resources": [{"name": "x", "data": [[1]]}]}, "not a csv, xlsx or parquet"),
        ({"resources": [{"name": "x", "path": "absent.csv"}]}, "no file"),
        (
            {
                "resources": [
                    {"name": "x", "path": "panel.csv", "schema": {"fields": [{"name": "a", "role": "boss"}]}}
                ]
            },
            "role",
        ),
        ({"codebook": 3}, "codebook must be"),
    ],
)
def test_a_descriptor_that_is_wrong_names_the_field(tmp_path: Path, about: dict[str, Any], said: str) -> None:
    folder = pack(tmp_path, {"panel.csv": LONG})
    described = json.loads((folder / "datapackage.json").read_text())
    (folder / "datapackage.json").write_text(json.dumps({**described, **about}))
    with pytest.raises(BadInput, match=said) as caught:
        read_pack(folder)
    assert caught.value.mend is not None


def test_no_pack_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no datapackage\.json"):
        read_pack(tmp_path)
    (tmp_path / "a.csv").write_text(LONG)
    with pytest.raises(BadInput, match="neither a folder nor a zip"):
        read_pack(tmp_path / "a.csv")
    with pytest.raises(BadInput, match="no file"):
        read_pack(tmp_path / "absent")


def test_the_how_to_page_shows_a_pack_that_is_read(tmp_path: Path) -> None:
    text = HOW_TO.read_text("utf-8")
    for name, language in (("datapackage.json", "json"), ("robots.csv", "csv"), ("variables.csv", "csv")):
        example = text.partition(f"<!-- {name} -->\n```{language}\n")[2].partition("```")[0]
        (tmp_path / name).write_text(example, "utf-8")
    reading = read_pack(tmp_path)
    assert [harvest.origin.citation() for harvest in reading.harvests] == [
        text.partition("<!-- citation -->\n```\n")[2].partition("\n```")[0]
    ]
    assert reading.harvests[0].metas[0].names.zh == "每万名雇员的工业机器人数"
    assert reading.faults == ()


# The real packs


@pytest.fixture(scope="module")
def world(world_pack: Path) -> PackReading:
    begun = time.process_time()
    reading = read_pack(world_pack)
    assert time.process_time() - begun < 10.0  # 3 seconds alone on a desk; room for a slow and busy machine
    return reading


@pytest.fixture(scope="module")
def plus(plus_pack: Path) -> PackReading:
    return read_pack(plus_pack)


def panel_of(reading: PackReading, dataset: str) -> Any:
    return next(harvest.panel for harvest in reading.harvests if harvest.origin.dataset == dataset)


def test_the_world_pack_is_read_whole(world: PackReading, world_pack: Path) -> None:
    rows = {harvest.origin.dataset: len(harvest.panel) for harvest in world.harvests}
    assert rows["pwt1001"] == 229_604 and rows["gapminder_sg"] == 351_214 and rows["us_klems_ev"] == 108_465
    assert rows["skills_postings"] == 16_296 and rows["fred_qd_2025m01"] == 58_104
    assert rows["security_breaches"] == 160 and rows["security_kev"] == 54  # two numbers a row, and one
    assert {table.name for table in world.reference_tables} == {
        "sector_industries",
        "skills_oes2017",
        "skills_onet",
    }
    listed = json.loads((world_pack / "datapackage.json").read_text())["sources"]
    assert {source["id"] for source in listed} <= set(rows)


def test_the_world_packs_figures_are_those_of_its_files(world: PackReading, world_pack: Path) -> None:
    frame = pd.read_parquet(world_pack / "panel.parquet")
    for dataset in ("pwt1001", "wb_wdi_2025"):
        panel = panel_of(world, dataset).frame
        there = frame[frame["source"] == dataset]
        assert panel["value"].sum() == pytest.approx(there["value"].sum(), rel=1e-12)
        assert len(panel) == len(there)


def test_the_ncses_series_that_lost_their_price_base_are_held_back(world: PackReading) -> None:
    (fault,) = [fault for fault in world.faults if fault.held_back]
    assert (fault.check, fault.subject) == ("two_values", "ncses_rd")
    kept = panel_of(world, "ncses_rd")
    assert "R&D/GDP (%) | Total" in kept.variables()
    assert "All performers | All funding sources | Current $millions" not in kept.variables()
    assert kept.areas() == ["USA"]


def test_the_world_packs_areas(world: PackReading) -> None:
    bds = panel_of(world, "census_bds").areas()
    assert "Georgia" in bds and "GEO" not in bds and "US_ex_AZ_CT_IL_TN" in bds
    assert not set(bds) & set(areas())
    assert panel_of(world, "skills_postings").areas() == [
        *("AUS", "CAN", "DEU", "EMU", "ESP", "FRA", "GBR", "IRL", "ITA", "NLD", "USA"),
    ]
    assert "NAM" in panel_of(world, "pwt1001").areas()
    assert panel_of(world, "fred_qd_2025m01").areas() == ["USA"]
    assert panel_of(world, "fred_qd_2025m01").series("GDPC1").index[0] == "1959-Q1"


def test_units_and_licences_of_the_real_packs(world: PackReading, plus: PackReading) -> None:
    units = {meta.variable: str(meta.unit) for harvest in world.harvests for meta in harvest.metas}
    assert units["rgdpna"] == "million USD, constant 2017" and units["GDPC1"] == "not stated"
    licences = {h.origin.dataset: h.origin.licence for reading in (world, plus) for h in reading.harvests}
    assert licences["pwt1001"].name == "CC-BY-4.0"
    unstated = {name for name, licence in licences.items() if not licence.stated}
    assert unstated == {"fred_qd_2025m01", "ameco_2019", "bcl", "fernald_2026m03"}
    assert {licences[name].name for name in unstated} == {NOT_STATED}


def test_the_plus_pack(plus: PackReading) -> None:
    assert {h.origin.dataset for h in plus.harvests} == {
        *(
            "ameco_2019",
            "bcl",
            "fernald_2026m03",
            "ggdc_10s",
            "ggdc_etd",
            "owid_tech_diffusion",
            "solar_pv_learning",
        ),
    }
    assert panel_of(plus, "solar_pv_learning").areas() == ["WLD"]
    etd = panel_of(plus, "ggdc_etd").frame
    assert "Manufacturing" in etd["item"].unique() and "NAM" in etd["area"].unique()
    assert not any(fault.held_back for fault in plus.faults)


@pytest.mark.parametrize(
    ("descriptor", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"resources": ' + "9" * 5_000 + "}", "a number of 5000 digits"),
        ('{"name": "a", "name": "b"}', "twice"),
        ('{"name": NaN}', "NaN"),
        ('{"name": }', "line 1, column 10"),
    ],
)
def test_a_broken_descriptor_has_its_own_sentence(tmp_path: Path, descriptor: str, said: str) -> None:
    (tmp_path / "datapackage.json").write_text(descriptor)
    with pytest.raises(BadInput, match=said):
        read_pack(tmp_path)


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ([{"name": "a", "path": "panel.csv"}] * 2, "lists the resource a twice"),
        ([{"path": "panel.csv"}, {"name": "b", "path": "panel.csv"}], "panel.csv twice"),
        ([{"name": "a", "path": "panel.csv", "sha256": "0" * 64}], "checksum"),
        ([{"name": "a", "path": "panel.csv", "encoding": "punycode"}], "not an encoding of tables"),
        ([{"name": "a", "path": "panel.csv", "source": "Factbook_us"}], "reserved"),
        (
            [{"name": "a", "path": "panel.csv", "source": {"id": "x", "released": "0001-01-01"}}],
            "release date",
        ),
    ],
)
def test_what_a_resource_may_not_say(tmp_path: Path, resources: list[dict[str, Any]], said: str) -> None:
    text = "iso3,year,variable,value\nusa,2019,x,1\nfra,2019,x,2\n"
    with pytest.raises(BadInput, match=said):
        read_pack(pack(tmp_path, {"panel.csv": text}, resources))


def test_a_release_after_the_pack_was_made_is_refused_and_words_have_their_own_sentence(
    tmp_path: Path,
) -> None:
    def read(released: str) -> PackReading:
        text = "iso3,year,variable,value\nUSA,2019,x,1\n"
        source = {"id": "x", "released": released}
        return read_pack(
            pack(
                tmp_path,
                {"panel.csv": text},
                [{"name": "a", "path": "panel.csv", "source": source}],
                created="2025-07-15",
            )
        )

    with pytest.raises(BadInput, match="after the pack itself was made"):
        read("2025-08-01")
    assert "released_unreadable" not in checks(read("2025"))
    assert {"released_unreadable"} == {c for c in checks(read("last summer")) if c.startswith("released")}
