"""``longwave doctor``."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_a_whole_installation_is_well(run: Run) -> None:
    done = run("doctor", "--json")
    assert done.code == 0
    assert done.document["schema"] == "longwave.doctor/1"
    assert done.document["healthy"]
    parts = {finding["part"] for finding in done.document["findings"]}
    assert parts >= {"python", "packages", "disk", "store", "factbook", "fonts", "settings", "keys", "extras"}
    assert run("doctor").code == 0
    assert "正常" in run("doctor", "--lang", "zh").out


def test_a_store_that_cannot_be_read_is_broken(run: Run) -> None:
    store = Path("store")
    store.mkdir()
    (store / "longwave.duckdb").write_bytes(b"not a database" * 100)
    done = run("doctor", "--store", "store", "--json")
    assert done.code == 1
    broken = [finding for finding in done.document["findings"] if finding["state"] == "broken"]
    assert [finding["part"] for finding in broken] == ["store"]
    assert broken[0]["hint"]


def test_a_slip_in_a_variable_s_name_is_pointed_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWAVE_STROE", "x")
    done = run("doctor")
    assert done.code == 0
    assert "LONGWAVE_STROE" in done.out
    assert "LONGWAVE_STORE" in done.out


@pytest.mark.parametrize("content", ["strore = 'x'\n", "[[["])
def test_broken_settings_are_a_finding(run: Run, surroundings: Path, content: str) -> None:
    (surroundings / "longwave.toml").write_text(content, "utf-8")
    done = run("doctor", "--json")
    assert done.code == 1
    findings = {finding["part"]: finding for finding in done.document["findings"]}
    assert findings["settings"]["state"] == "broken"
    assert findings["settings"]["hint"]
    assert "not examined" in findings["store"]["message"]
    assert findings["python"]["state"] == findings["factbook"]["state"] == "ok"


def test_the_files_of_the_store_are_examined(run: Run, figures: Path) -> None:
    assert run("data", "add", "figures.csv", "--store", "store").code == 0
    whole = run("doctor", "--store", "store", "--json")
    assert whole.code == 0
    assert "tables" in {finding["part"] for finding in whole.document["findings"]}
    table = next(Path("store/tables").glob("*/*.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    done = run("doctor", "--store", "store", "--json")
    assert done.code == 1
    (broken,) = (finding for finding in done.document["findings"] if finding["state"] == "broken")
    assert broken["part"] == "tables"
    assert table.name in broken["message"]
    assert broken["hint"]


def test_a_store_that_cannot_be_opened_is_said_to_be_unchecked(run: Run) -> None:
    Path("store").mkdir()
    Path("store/longwave.duckdb").write_bytes(b"not a database" * 100)
    assert "were not checked" in run("doctor", "--store", "store").out
