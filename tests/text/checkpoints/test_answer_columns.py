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


def test_entities_of_a_text_have_their_places_in_it_too(tmp_path):
    model = lw.text.finetune(
        pd.DataFrame(made.tagged(60)), task="entities", recipe="frozen", base=made.bert(tmp_path / "base"),
        out=tmp_path / "model", floors="none", robust=False, threads=1,
    )  # fmt: skip
    words = [row["tokens"] for row in made.tagged(60)]
    texts = ["\ufeff  " + "  ".join(each) for each in words]
    found = [
        (text, each)
        for text, row in zip(texts, model.predict(texts)["entities"], strict=True)
        for each in row
    ]
    assert found
    assert {
        each["text"] == " ".join(text[each["char_start"] : each["char_end"]].split()) for text, each in found
    } == {True}
    given = model.predict(pd.DataFrame({"tokens": words}))["entities"]
    assert not any("char_start" in each for row in given for each in row)
