"""Which rows err together."""

from __future__ import annotations

import pandas as pd

from longwave.text.score.groups import groups_of
from longwave.text.table import TextTable


def test_a_column_in_which_each_row_has_its_own_hides_no_other() -> None:
    rows = {"tokens": [("a",)] * 4, "tags": [("O",)] * 4, "document": list("abcd"), "source": list("xxyy")}
    table = TextTable("entities", pd.DataFrame(rows))
    found = groups_of(table)
    assert found is not None and found.tolist() == list("xxyy")
    assert groups_of(TextTable("entities", table.frame.drop(columns="source"))) is None


def test_texts_of_one_document_err_together_those_of_one_publisher_do_not() -> None:
    rows = {"id": [str(at) for at in range(60)], "text": ["x"] * 60, "label": ["a", "b"] * 30}
    documents = TextTable(
        "classify", pd.DataFrame({**rows, "source": [f"d{at // 4}" for at in range(60)]}), ("a", "b")
    )
    found = groups_of(documents)
    assert found is not None
    assert found.nunique() == 15
    wide = documents.frame.assign(source=["paper", "wire", "blog"] * 20)
    assert groups_of(TextTable("classify", wide, ("a", "b"))) is None


def test_rows_without_a_source_are_not_one_document() -> None:
    frame = pd.DataFrame(
        {"id": list("abcd"), "tokens": [("x",)] * 4, "tags": [("O",)] * 4, "source": ["d", "d", "", ""]}
    )
    found = groups_of(TextTable("entities", frame))
    assert found is not None
    assert found.nunique() == 3
