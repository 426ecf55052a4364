"""``longwave study`` and ``longwave report``, end to end on the built-in figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

from longwave.cli.study import folder_name

from .conftest import Run


def test_a_study_prints_findings_and_writes_one_folder(run: Run) -> None:
    done = run("study", "USA", "--out", "mine", "--lang", "en", "--lang", "zh")
    assert done.code == 0, done.err
    assert done.out.startswith("Findings\n  - ")
    assert "主要结论\n  - " in done.out
    assert f"Report: {Path('mine/report.html')}" in done.out
    assert f"Report: {Path('mine/report.zh.html')}" in done.out
    assert re.search(r"Time taken: \d+\.\d s", done.err)
    assert "Traceback" not in done.err
    for name in ("report.html", "report.zh.html", "results.json", "run.json"):
        assert Path("mine", name).stat().st_size > 100
    assert list(Path("mine/tables").glob("*.parquet"))

    again = run("report", "mine", "--lang", "zh", "--json")
    assert again.code == 0, again.err
    assert again.document["schema"] == "longwave.report/1"
    assert list(again.document["files"]["reports"]) == ["en", "zh"]


def test_the_document_holds_the_results_and_where_they_are(run: Run) -> None:
    done = run("study", "China", "--json", "-q")
    assert done.code == 0, done.err
    assert done.err == ""
    document = done.document
    assert document["schema"] == "longwave.study/1"
    assert not document["partial"]
    folder = Path(document["files"]["folder"])
    assert folder == Path("out/CHN")
    assert list(document["files"]["reports"]) == ["en"]
    written = json.loads(Path(document["files"]["results"]).read_text("utf-8"))
    assert written.items() <= document.items()


def test_a_folder_s_name_cannot_leave_its_place() -> None:
    assert folder_name(("USA", "CHN")) == "USA-CHN"
    assert "/" not in folder_name(("../../etc",))
    assert "." not in folder_name(("..",))
    assert len(folder_name(("ABC",) * 200)) <= 100


def test_a_dry_run_writes_no_folder(run: Run, surroundings: Path) -> None:
    done = run("study", "USA", "--dry-run", "--json", "-q")
    assert done.code == 0
    assert done.document["headlines"]
    assert done.document["files"] == {}
    assert list(surroundings.iterdir()) == []


def test_an_area_without_figures_beside_one_with_them_is_partial(run: Run) -> None:
    done = run("study", "USA", "TUV", "--dry-run")
    assert done.code == 3
    assert "Tuvalu" in done.err
    assert "Findings" in done.out
    assert run("study", "USA", "TUV", "--dry-run", "--json", "-q").document["partial"]


def test_an_area_without_figures_is_refused_with_the_mend(run: Run) -> None:
    done = run("study", "TUV", "--json")
    assert done.code == 5
    error = done.document["error"]
    assert "longwave data" in error["hint"]
    assert not Path("out").exists()


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(run: Run) -> None:
    Path("file").write_text("", "utf-8")
    done = run("study", "USA", "--out", "file/below", "-v")
    assert done.code == 2
    assert done.err.count("\n") == 1, "no step of the work was taken"


def test_a_study_that_comes_to_nothing_leaves_no_folder(run: Run) -> None:
    assert run("study", "Atlantis", "--out", "mine").code == 5
    assert not Path("mine").exists()
    Path("mine").mkdir()
    assert run("study", "Atlantis", "--out", "mine").code == 5
    assert Path("mine").exists()


def test_an_area_without_a_name_is_refused_with_the_mend(run: Run) -> None:
    for word in ("", "  "):
        done = run("study", word)
        assert done.code == 2
        assert "e.g. USA" in done.err
    assert "e.g. USA" in run("study", "qqqqqqqqq").err


def test_bad_words_are_refused(run: Run) -> None:
    assert run("study", "Atlantis").code == 5
    assert run("study", "USA", "--horizon", "0").code == 2
    assert run("study", "USA", "--as-of", "someday").code == 2
    assert run("study", "USA", "--lang", "fr").code == 2
    assert run("report", "nowhere").code == 5
    Path("file").write_text("", "utf-8")
    assert run("study", "USA", "--out", "file").code == 2
