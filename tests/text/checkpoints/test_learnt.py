"""Rows that were learnt from are known again by their texts, and by nothing that gives the texts away."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from longwave.text.checkpoints.learnt import FILE, keep_learnt, of_its_test, seen_rows
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable


def made(texts: list[str], split: list[str] | None = None) -> TextTable:
    columns = {"text": texts, "label": ["a", "b"] * (len(texts) // 2)}
    return text_table(read_rows(pd.DataFrame(columns | ({"split": split} if split else {}))), "classify")


def test_old_rows_are_known_by_their_text(tmp_path: Path) -> None:
    parts = ["train", "dev", "test", "test"]
    keep_learnt(made(["Rates fell.", "Rates rose.", "New words", "more"], parts), tmp_path)
    again = made(["RATES FELL!", "Rates  rose", "New words", "Rates"])
    assert seen_rows(again, tmp_path) == [True, True, False, False]
    assert "Rates" not in (tmp_path / FILE).read_text("utf-8")


def test_a_checkpoint_without_marks_says_nothing(tmp_path: Path) -> None:
    assert seen_rows(made(["a", "b"]), tmp_path) is None
    for broken in ("", "[]", '{"train": 1, "dev": []}'):
        (tmp_path / FILE).write_text(broken, "utf-8")
        assert seen_rows(made(["a", "b"]), tmp_path) is None


def test_what_was_learnt_before_counts_too(tmp_path: Path) -> None:
    for name in ("old", "bare", "new"):
        (tmp_path / name).mkdir()
    keep_learnt(made(["Rates fell.", "Rates rose."], ["train", "dev"]), tmp_path / "old")
    new = made(["Jobs fell.", "Jobs rose."], ["train", "test"])
    keep_learnt(new, tmp_path / "new", [tmp_path / "old", tmp_path / "bare"])
    again = made(["Rates fell", "Rates rose", "Jobs fell", "Jobs rose"])
    assert seen_rows(again, tmp_path / "new") == [True, True, True, False]


def test_rows_of_the_test_are_known_as_such(tmp_path: Path) -> None:
    keep_learnt(made(["a a", "b b", "c c", "d d"], ["train", "dev", "test", "test"]), tmp_path)
    assert of_its_test(made(["D, d", "C c"]), tmp_path)
    assert of_its_test(made(["d d", "a a"]), tmp_path) is False
    (tmp_path / FILE).write_text('{"train": [], "dev": []}', "utf-8")
    assert of_its_test(made(["d d", "a a"]), tmp_path) is None
