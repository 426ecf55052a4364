"""Rows that are at hand in Python become the same table as a file of them."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.text.corpus.at_hand import at_hand
from longwave.text.prepared import read_task

ROWS = [{"text": f"text {place}", "label": "ab"[place % 2]} for place in range(8)]


class Dataset:
    """As the hub's library has it."""

    def __init__(self, rows):
        self.rows = rows

    def to_pandas(self):
        return pd.DataFrame(self.rows)


@pytest.mark.parametrize(
    "data", [ROWS, tuple(ROWS), Dataset(ROWS), {name: [row[name] for row in ROWS] for name in ROWS[0]}]
)
def test_whatever_holds_them_the_rows_are_the_same(data):
    wanted = read_task(pd.DataFrame(ROWS), "classify").frame
    pd.testing.assert_frame_equal(read_task(data, "classify").frame, wanted)


@pytest.mark.parametrize("held", [list, Dataset, pd.DataFrame])
def test_parts_of_a_dict_are_splits(held):
    table = read_task(
        {"train": held(ROWS[:4]), "validation": held(ROWS[4:6]), "test": held(ROWS[6:])}, "classify"
    )
    assert [len(table.part(name)) for name in ("train", "dev", "test")] == [4, 2, 2]
    assert table.part("test").frame["text"].tolist() == ["text 6", "text 7"]


@pytest.mark.parametrize("held", [list, Dataset, pd.DataFrame])
def test_a_part_of_another_name_is_left_out_and_told(held):
    parts = {"train": held(ROWS[:4]), "test": held(ROWS[4:6]), "unsupervised": held(ROWS[6:])}
    table = read_task(parts, "classify")
    assert [len(table.part(name)) for name in ("train", "dev", "test")] == [4, 0, 2]
    assert "unsupervised" in str(next(note for note in table.notes if note.key == "text_corpus.parts_left"))


@pytest.mark.parametrize("held", [np.array, pd.Index, pd.array])
def test_arrays_are_columns(held):
    columns = {name: held([row[name] for row in ROWS]) for name in ROWS[0]}
    wanted = read_task(ROWS, "classify").frame
    pd.testing.assert_frame_equal(read_task(columns, "classify").frame, wanted)


def test_a_column_named_test_makes_no_parts():
    assert list(at_hand({"text": ["a"], "test": ["x"]}).columns) == ["text", "test"]


def test_a_column_named_text_is_no_part():
    assert list(at_hand({"text": ["a"], "label": ["x"]}).columns) == ["text", "label"]


@pytest.mark.parametrize("data", [3, None, {1, 2}, ["a text"], {"text": "one"}, [ROWS]])
def test_what_holds_no_rows_is_told_what_does(data):
    with pytest.raises(UsageError, match="list of dicts"):
        at_hand(data)


def test_columns_of_unlike_length_are_refused():
    with pytest.raises(UsageError, match="1, 2 rows"):
        at_hand({"text": ["a", "b"], "label": ["x"]})


def test_labels_of_a_hub_s_dataset_get_their_names():
    datasets = pytest.importorskip("datasets", reason="labels with names are the hub's own")
    tags = ["O", "B-PER", "I-PER"]
    features = datasets.Features(
        tokens=datasets.Sequence(datasets.Value("string")),
        ner_tags=datasets.Sequence(datasets.ClassLabel(names=tags)),
    )
    rows = {"tokens": [["Ann", "Lee", "came"], ["Bo"]], "ner_tags": [[1, 2, 0], [1]]}
    table = read_task(datasets.Dataset.from_dict(rows, features=features), "entities")
    assert table.frame["tags"].tolist() == [("B-PER", "I-PER", "O"), ("B-PER",)]
    labelled = datasets.Features(
        text=datasets.Value("string"), label=datasets.ClassLabel(names=["up", "down"])
    )
    data = datasets.Dataset.from_dict({"text": ["a", "b"] * 4, "label": [0, 1] * 4}, features=labelled)
    assert read_task(datasets.DatasetDict(train=data, test=data), "classify").labels == ("down", "up")


def test_a_field_that_a_model_was_made_with_is_found_again() -> None:
    frame = pd.DataFrame({"data": [{"body": "rates rise"}], "text": ["not this"]})
    table = read_task(
        frame, "classify", usual={"text": "data.body", "label": "data.topic"}, for_prediction=True
    )
    assert table.frame["text"].tolist() == ["rates rise"]
