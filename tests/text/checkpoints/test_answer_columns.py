"""A table of no rows has the columns that the answers to some would have."""

import pandas as pd
import pytest

pytest.importorskip("torch")

from tests.text.methods import made

import longwave as lw

ROWS = {
    "classify": [{**row, "label": row["label"]} for row in made.labelled(60, ("growth", "prices"))],
    "intent": made.labelled(60, ("growth", "prices")),
    "several": [
        {"text": row["text"], "labels": [row["label"], *["both"][: n % 2]]}
        for n, row in enumerate(made.labelled(60, ("growth", "prices")))
    ],
    "entities": made.tagged(60),
}


@pytest.mark.parametrize("kind", ROWS)
def test_no_rows_have_the_columns_of_some(kind, tmp_path):
    rows = pd.DataFrame(ROWS[kind])
    task = "classify" if kind == "several" else kind
    model = lw.text.finetune(
        rows, task=task, recipe="frozen", base=made.bert(tmp_path / "base"), out=tmp_path / "model", floors="none",
        robust=False, threads=1,
    )  # fmt: skip
    none, some = model.predict(rows.head(0)), model.predict(rows.head(2))
    assert set(none.columns) == set(some.columns)
    assert len(none) == 0
