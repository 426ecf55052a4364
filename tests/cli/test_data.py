"""``longwave data``: list, show, add, export, check, on a real store of a small file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from .conftest import Run


def test_the_factbook_is_listed_without_a_store(run: Run) -> None:
    document = run("data", "list", "--json").document
    assert document["schema"] == "longwave.datasets/1"
    assert document["datasets"]
    assert all(row["embedded"] and row["licence"] and row["publisher"] for row in document["datasets"])
    text = run("data", "list").out
    assert all(row["dataset"] in text for row in document["datasets"])


def test_variables_of_an_area_in_code_and_name(run: Run) -> None:
    document = run("data", "show", "USA", "--json").document
    assert document["schema"] == "longwave.variables/1"
    row = next(row for row in document["variables"] if row["variable"] == "real_gdp")
    assert row["unit"]
    assert row["first"] < row["last"]
    assert row["dataset"] in document["origins"]
    assert run("data", "show", "united states", "--json").document == document
    assert run("data", "show", "美国", "--json").document == document


def test_a_series_is_tidy_rows_with_its_source_on_stderr(run: Run) -> None:
    done = run("data", "show", "USA", "real_gdp")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["area"] for row in rows} == {"USA"}
    assert float(rows[0]["value"]) > 0
    assert done.err.startswith("Source: ")
    assert run("data", "show", "USA", "real_gdp", "-q").err == ""
    document = run("data", "show", "USA", "real_gdp", "--json").document
    assert [str(row["period"]) for row in document["observations"]] == [row["period"] for row in rows]


@pytest.mark.parametrize(
    ("argv", "code", "names"),
    [
        (["data", "show", "Atlantis"], 5, "Atlantis"),
        (["data", "show", "USA", "real_gpd"], 5, "real_gdp"),
        (["data", "show", "USA", "--as-of", "someday"], 2, "someday"),
        (["data", "show", "USA", "--as-of", "1900-01-01"], 5, "United States"),
        (["data", "add", "nowhere.csv"], 5, "nowhere.csv"),
        (["data", "pull", "world_bnk", "X"], 2, "world_bank"),
        (["data", "pull", "qqq", "X"], 2, "Publishers: census_bds, "),
        (["data", "export", "figures.doc"], 2, "csv"),
        (["data", "export", "figures.csv", "--area", "USA", "--variable", "nothing"], 5, "data list"),
    ],
)
def test_what_cannot_be_is_told_with_the_mend(run: Run, argv: list[str], code: int, names: str) -> None:
    done = run(*argv)
    assert done.code == code
    assert names in done.err
    assert done.err.count("\n") == 1
    error = run(*argv, "--json").document["error"]
    assert error["message"]


def test_a_dry_run_writes_nothing(run: Run, figures: Path) -> None:
    done = run("data", "add", "figures.csv", "--dry-run", "--store", "store", "--json")
    assert done.code == 0
    assert done.document["dry_run"]
    assert done.document["kept"]
    assert not Path("store").exists()


def test_what_is_held_back_and_what_is_noted_are_two_lists(run: Run, surroundings: Path) -> None:
    rows = ["area,variable,period,value,unit"]
    rows += [f"NLD,real_gdp,{year},{100 + year},million 2017 USD" for year in range(1990, 2020)]
    rows += [f"NLD,employment,{year},{100 + year}," for year in range(1990, 2020)]
    Path("figures.csv").write_text("\n".join(rows) + "\n", "utf-8")
    faults = run("data", "add", "figures.csv", "--store", "store", "--dry-run", "--json").document["faults"]
    held = [fault["message"] for fault in faults if fault["held_back"]]
    noted = [fault["message"] for fault in faults if not fault["held_back"]]
    assert held and noted
    brief = run("data", "add", "figures.csv", "--store", "store", "--dry-run").err
    assert all(message in brief for message in held)
    assert not any(message in brief for message in noted)
    assert f"{len(noted)} notes" in brief
    full = run("data", "add", "figures.csv", "--store", "store", "--dry-run", "-v").err
    first, _, second = full.partition(f"Noted, and the figures were kept ({len(noted)}):\n")
    assert all(message in first and message not in second for message in held)
    assert all(message in second and message not in first for message in noted)
    quiet = run("data", "add", "figures.csv", "--store", "store", "--dry-run", "-q").err
    assert "notes" not in quiet
    assert held[0] in quiet


def test_add_show_export_check(run: Run, figures: Path) -> None:
    kept = run("data", "add", str(figures), "--store", "store", "--json")
    assert kept.code == 0
    assert kept.document["schema"] == "longwave.ingest/1"
    dataset = kept.document["kept"][0]["dataset"]
    shown = run("data", "show", "NLD", "--store", "store", "--source", dataset, "--json").document
    assert {row["variable"] for row in shown["variables"]} >= {"real_gdp"}

    done = run("data", "export", "out.csv", "--area", "NLD", "--source", dataset, "--store", "store")
    assert done.code == 0
    assert "out.csv" in done.out
    text = Path("out.csv").read_text("utf-8-sig")
    assert "'=risky" in text, "a cell that starts like a formula is made harmless"
    assert ",2000.0," in text or ",2000," in text, "numbers stay numbers"
    origins = json.loads(Path("out.origins.json").read_text("utf-8"))
    assert [origin["dataset"] for origin in origins] == [dataset]
    assert run("data", "export", "out.csv", "--store", "store").code == 2
    assert run("data", "export", "out.csv", "--area", "NLD", "--force", "--store", "store").code == 0

    assert run("data", "check", "--store", "store").code == 0
    table = next(Path("store/tables").glob("*/*.parquet"))
    table.write_bytes(table.read_bytes()[:-9])
    damaged = run("data", "check", "--store", "store", "--json")
    assert damaged.code == 5
    assert not damaged.document["whole"]
    assert any(fault["check"] == "file_damaged" for fault in damaged.document["faults"])


@pytest.mark.parametrize(
    "content",
    [
        b"area,variable\nUSA,x\n",
        b"area,variable,period,value\nUSA,x,2019,many\n",
        b"area,variable,period,value\nUSA,x,2019,1\nUSA,x,2019,2\n",
        b"\xff\xfe\x00\x01",
        b"",
    ],
)
def test_a_bad_file_is_refused_and_the_store_unchanged(run: Run, figures: Path, content: bytes) -> None:
    run("data", "add", str(figures), "--store", "store")
    before = run("data", "list", "--store", "store", "--json").document
    Path("bad.csv").write_bytes(content)
    done = run("data", "add", "bad.csv", "--store", "store", "--json")
    assert done.code == 5
    assert done.document["error"]["message"]
    assert run("data", "list", "--store", "store", "--json").document == before
    assert run("data", "check", "--store", "store").code == 0


def test_offline_pull_says_so(run: Run) -> None:
    done = run("data", "pull", "world_bank", "NY.GDP.MKTP.KD", "--area", "USA", "--offline", "--json")
    assert done.code == 1
    assert done.document["error"]["code"] == "offline"
