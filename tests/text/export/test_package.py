"""The card that is shipped: JSON whatever was measured, without paths, and with nothing taken for one."""

from __future__ import annotations

import json
from pathlib import Path

from longwave.text.export.package import public, write_card, write_package
from longwave.text.portable.predictor import CARD, GRAPH, HEAD, TOKENIZER


def test_a_number_that_is_none_is_null(tmp_path: Path) -> None:
    for name in (GRAPH, HEAD, TOKENIZER):
        (tmp_path / name).write_text("x")
    write_card(tmp_path, {"task": "classify"}, {"judged": {"low": float("nan")}})
    told = json.loads((tmp_path / CARD).read_text("utf-8"))
    assert told["export"]["judged"]["low"] is None


def test_each_readme_has_examples_of_its_own_language(tmp_path: Path) -> None:
    for task in ("classify", "pairs", "answers", "relations", "entities"):
        folder = tmp_path / task
        folder.mkdir()
        for name in (GRAPH, HEAD, TOKENIZER):
            (folder / name).write_text("x")
        write_package(folder, {"task": task, "base": {"name": "tiny"}})
        chinese = (folder / "README.zh-CN.md").read_text("utf-8")
        (given,) = (line for line in chinese.splitlines() if "echo" in line)
        row = json.loads(given.partition("'")[2].partition("'")[0])
        assert not any(word in chinese for word in ("The card", "Shell", "Costs"))
        if task == "relations":
            assert row["text"][row["tail_start"] : row["tail_end"]] == "道达尔"
        assert "Shell" in (folder / "README.md").read_text("utf-8") or task in ("classify", "pairs")


def test_only_what_may_be_a_path_is_taken_for_one() -> None:
    notes = [{"en": "See https://example.org//x"}]
    data = {"read": {"path": "/srv/ann/rows.csv", "several": "//"}, "outside": "/srv/ann/rows.csv"}
    told = public({"data": data, "notes": notes, "search": {"trials": [{"settings": {"base": "/srv/ann"}}]}})
    assert told["notes"] == notes
    assert told["data"] == {"outside": "/srv/ann/rows.csv"}
    assert told["search"] == {"trials": [{"settings": {"base": "ann"}}]}
