"""Rows of test and dev that a base or a teacher has learnt from."""

from pathlib import Path

import pandas as pd
import pytest

from longwave.text.checkpoints.learnt import keep_learnt
from longwave.text.checkpoints.learnt_before import without_learnt
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.prepared import Prepared, prepare
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable


def table(texts: list[str], parts: list[str]) -> TextTable:
    labels = ["a", "b"] * (len(texts) // 2)
    return text_table(read_rows(pd.DataFrame({"text": texts, "label": labels, "split": parts})), "classify")


NEW = ["new one", "new two", "held out", "old train!", "dev one", "Old dev", "test one", "OLD TRAIN"]
PARTS = ["train", "train", "test", "test", "dev", "dev", "test", "test"]


@pytest.fixture
def old() -> TextTable:
    return table(["old train", "old dev", "test one", "others"], ["train", "dev", "test", "train"])


@pytest.fixture
def prepared() -> Prepared:
    return prepare(table(NEW, PARTS), seed=1)


@pytest.mark.parametrize("setting", ["base", "teacher"])
def test_rows_that_were_learnt_from_before_are_found_and_left_out(
    tmp_path: Path, old: TextTable, prepared: Prepared, setting: str
) -> None:
    keep_learnt(old, tmp_path)
    found = without_learnt(prepared, Recipe(**{setting: str(tmp_path)}), None)
    test, dev = (found.found.of(f"learnt_before_{part}") for part in ("test", "dev"))
    assert (test.count, dev.count) == (2, 1)
    assert found.found.findings[0].severity == "serious"
    assert found.clean_test.frame["text"].tolist() == [
        "held out",
        "test one",
    ]  # not learnt from: the old test
    assert len(found.table) == len(prepared.table)


def test_old_rows_that_are_given_count_where_no_marks_are_kept(
    tmp_path: Path, old: TextTable, prepared: Prepared
) -> None:
    found = without_learnt(prepared, Recipe(base=str(tmp_path)), old)
    assert found.clean_test.frame["text"].tolist() == ["held out", "test one"]


def test_a_base_that_has_learnt_nothing_of_it_changes_nothing(tmp_path: Path, prepared: Prepared) -> None:
    for recipe in (Recipe(), Recipe(base=str(tmp_path)), Recipe(base="nobody/such-a-base")):
        assert without_learnt(prepared, recipe, None) is prepared
