"""A run is another run where anything differs that decides which model comes of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save_file
from tests.text.launched import launch

from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training.run_mark import run_mark


def weights(folder: Path, value: float) -> Path:
    (folder / "member-1").mkdir(parents=True, exist_ok=True)
    save_file({"w": np.full(4, value)}, folder / "model.safetensors")
    save_file({"w": np.full(4, value)}, folder / "member-1" / "model.safetensors")
    return folder


@pytest.fixture
def recipe(tmp_path):
    return Recipe(base=str(weights(tmp_path / "base", 0)), teacher=str(weights(tmp_path / "teacher", 0)))


def table(*labels: str) -> TextTable:
    rows = {"id": ["0", "1"], "text": ["good", "bad"], "label": ["a", "b"], "split": ["train", "test"]}
    return TextTable("classify", pd.DataFrame(rows), labels or ("a", "b"), ordered=True)


def test_the_same_run_has_the_same_mark(recipe):
    assert run_mark(recipe, table(), None, ()) == run_mark(recipe, table(), None, ())


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ("b", "a")},
        {"ordered": False},
        {"several": True},
        {"outside": "b"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_what_the_rows_mean_belongs_to_it(recipe, change):
    assert run_mark(recipe, replace(table(), **change), None, ()) != run_mark(recipe, table(), None, ())


@pytest.mark.parametrize("name", ["base", "teacher", "teacher/member-1"])
def test_weights_that_were_trained_again_belong_to_it(recipe, tmp_path, name):
    before = run_mark(recipe, table(), None, ())
    weights(tmp_path / name, 1)
    assert run_mark(recipe, table(), None, ()) != before


def test_old_rows_belong_to_it(recipe):
    old = table()
    other = replace(old, frame=old.frame.assign(text=["good", "worse"]))
    marks = {run_mark(recipe, table(), each, ()) for each in (None, old, other)}
    assert len(marks) == 3


def test_the_processes_belong_to_it(recipe, monkeypatch):
    alone = run_mark(recipe, table(), None, ())
    launch(monkeypatch, rank=0)
    assert run_mark(recipe, table(), None, ()) != alone


def test_marked_places_belong_to_it(recipe):
    def relation(tail: int) -> TextTable:
        rows = {"id": ["0"], "text": ["A of B of C"], "label": ["in"], "split": ["train"]}
        places = {"head_start": [0], "head_end": [1], "tail_start": [tail], "tail_end": [tail + 1]}
        return TextTable("relations", pd.DataFrame({**rows, **places}), ("in",))

    assert run_mark(recipe, relation(5), None, ()) != run_mark(recipe, relation(10), None, ())
