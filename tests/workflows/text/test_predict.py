"""Answers of several things: lists for programs, one cell each for tables."""

import json

import pandas as pd
import pytest

pytest.importorskip("torch")

from longwave.workflows.forecast.files import save_frame
from longwave.workflows.text.predict import _flat, in_cells


def test_several_labels_are_lists_and_one_cell_in_a_table(tmp_path):
    told = _flat({"labels": ("tax", "trade"), "scores": {"tax": 0.9, "trade": 0.75, "jobs": 0.1}}, None)
    assert told == {"labels": ["tax", "trade"], "probabilities": [0.9, 0.75]}
    frame = pd.DataFrame([{"id": "1", **told}, {"id": "2", "labels": None, "probabilities": None}])
    save_frame(frame, tmp_path / "told.json")
    first, second = json.loads((tmp_path / "told.json").read_text("utf-8"))
    assert (first["labels"], second["labels"]) == (["tax", "trade"], None)
    save_frame(in_cells(frame), tmp_path / "told.csv")
    cells = pd.read_csv(tmp_path / "told.csv", dtype=str)
    assert json.loads(cells["labels"][0]) == ["tax", "trade"]
    assert cells["labels"].isna()[1]


def test_entities_keep_their_shape():
    entity = {"label": "PLACE", "start": 0, "end": 1, "text": "Oslo", "score": 0.123456789}
    assert _flat({"tags": ("B-PLACE",), "entities": (entity,)}, None) == {
        "tags": ["B-PLACE"],
        "entities": [{**entity, "score": 0.123457}],
    }
