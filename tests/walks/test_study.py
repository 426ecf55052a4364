"""The main job on the embedded figures: what the folder holds, that it is the same twice, and that numbers have origins."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import longwave as lw
from longwave.core.errors import BadInput, DataError, UnknownArea, UsageError
from longwave.core.origin import file_checksum
from longwave.core.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("home")
    return Settings(store=folder / "store", cache=folder / "cache")


@pytest.fixture(scope="module")
def study(settings: Settings) -> "lw.Study":
    return lw.study("USA", "中国", settings=settings)


@pytest.fixture(scope="module")
def folder(study: "lw.Study", tmp_path_factory: pytest.TempPathFactory) -> Path:
    return study.report(tmp_path_factory.mktemp("out"), lang=["en", "zh"]).folder


def test_headlines_are_told_in_both_languages(study: "lw.Study") -> None:
    assert len(study.headlines) >= 4
    assert any("United States" in m.text("en") for m in study.headlines)
    assert any("中国" in m.text("zh") for m in study.headlines)


def test_the_run_record_names_every_byte(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert record["schema"] == "longwave.run/1"
    assert {"report.html", "report.zh.html", "results.json", "tables/figures.parquet"} <= record[
        "artefacts"
    ].keys()
    for name, sha in record["artefacts"].items():
        assert file_checksum(folder / name) == sha
    assert all(len(sha) == 64 for sha in record["data"].values())


def test_every_estimate_has_interval_method_sample_grade_and_source(folder: Path) -> None:
    results = json.loads((folder / "results.json").read_text("utf-8"))
    known = {origin["dataset"] for origin in results["data"]}
    estimates = [e for m in results["measurements"] for e in m["estimates"]]
    assert len(estimates) > 40
    for estimate in estimates:
        assert estimate["interval"]["low"] <= estimate["value"] <= estimate["interval"]["high"]
        assert estimate["grade"] in "ABCD"
        assert estimate["method"]["en"]
        assert estimate["method"]["zh"]
        assert estimate["sample"]["observations"] > 0
        assert set(estimate["sources"]) <= known
        assert estimate["sources"]


def test_tables_hold_the_figures_used(folder: Path) -> None:
    figures = pd.read_parquet(folder / "tables" / "figures.parquet")
    assert set(figures["area"]) == {"USA", "CHN"}
    assert figures.groupby(["area", "variable", "item"])["source"].nunique().max() == 1


def test_the_same_study_gives_the_same_bytes_in_another_process(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    code = (
        "import sys, longwave as lw; from pathlib import Path;"
        "s = lw.Settings(store=Path(sys.argv[2]), cache=Path(sys.argv[2]));"
        "lw.study('USA', 'CHN', settings=s).report(sys.argv[1], lang=['en', 'zh'])"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), str(settings.store)], check=True)
    first, second = (json.loads((f / "run.json").read_text("utf-8")) for f in (folder, tmp_path))
    assert first == second


def test_a_report_is_one_file_that_calls_nobody(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert 'src="http' not in page
    assert "url(http" not in page


def test_a_report_can_be_written_again(folder: Path, settings: Settings) -> None:
    from longwave.workflows.report import report

    before = (folder / "report.zh.html").read_bytes()
    report(folder, "zh", settings=settings)
    assert (folder / "report.zh.html").read_bytes() == before


def test_a_report_is_not_written_over_other_figures(folder: Path, settings: Settings, tmp_path: Path) -> None:
    from longwave.workflows.report import report

    record = json.loads((folder / "run.json").read_text("utf-8"))
    record["data"] = dict.fromkeys(record["data"], "0" * 64)
    (tmp_path / "run.json").write_text(json.dumps(record), "utf-8")
    with pytest.raises(DataError, match="changed"):
        report(tmp_path, settings=settings)
    (tmp_path / "run.json").write_text("{}", "utf-8")
    with pytest.raises(BadInput, match="not the record"):
        report(tmp_path, settings=settings)


def test_an_area_outside_the_factbook_gets_the_mend(settings: Settings) -> None:
    with pytest.raises(UnknownArea, match="longwave data add"):
        lw.study("TUV", settings=settings)


def test_an_area_without_data_beside_one_with_makes_the_study_partial(settings: Settings) -> None:
    study = lw.study("USA", "TUV", settings=settings)
    assert study.partial
    assert study.areas == ("USA",)
    assert study.refusals[0].subject == "TUV"


def test_nothing_was_released_yet(settings: Settings) -> None:
    with pytest.raises(UnknownArea, match="dated 1990-01-01 or earlier"):
        lw.study("USA", as_of="1990-01-01", settings=settings)


@pytest.mark.parametrize("bad", [{"as_of": "soon"}, {"horizon": 0}, {"horizon": 99}])
def test_bad_options_are_refused(bad: dict[str, object], settings: Settings) -> None:
    with pytest.raises(UsageError):
        lw.study("USA", settings=settings, **bad)  # type: ignore[arg-type]


def test_a_study_needs_an_area(settings: Settings) -> None:
    with pytest.raises(UsageError, match="At least one area"):
        lw.study(settings=settings)


def test_reading_writes_nothing(settings: Settings) -> None:
    assert not settings.store.exists()


def test_one_damaged_dataset_does_not_take_the_others_away(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    file = tmp_path / "fin.csv"
    file.write_text("area,variable,period,value\nFIN,x,2019,5\n", "utf-8")
    lw.add(file, settings=settings)
    (table,) = settings.store.glob("tables/**/*.parquet")
    table.chmod(0o644)
    table.write_bytes(table.read_bytes() + b"x")
    study = lw.study("USA", settings=settings)
    assert study.partial
    assert study.measurements["USA"]["growth_accounting"].estimates
    assert [refusal.subject for refusal in study.unsaid[:1]] == ["fin"]


@pytest.mark.parametrize("areas", [(["USA", "CHN"],), (5,), (None,)])
def test_areas_are_text(areas: tuple[object, ...], settings: Settings) -> None:
    with pytest.raises(UsageError, match="given as text"):
        lw.study(*areas, settings=settings)  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_written_is_refused(study: "lw.Study", tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UsageError, match="Nothing can be written"):
        study.report(tmp_path / "file")
