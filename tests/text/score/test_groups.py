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
