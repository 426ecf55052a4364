"""What a card keeps of labels holds for rows that are read again, whatever labels they have."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from longwave.text.checkpoints.as_made import as_made, outside_by, outside_in
from longwave.text.table import TextTable


def rows(task: str, labels: Sequence[str], outside: str = "") -> TextTable:
    frame = pd.DataFrame({"id": labels, "text": labels, "label": labels})
    return TextTable(task, frame, tuple(labels), outside=outside)


@pytest.mark.parametrize(
    ("task", "labels", "named", "kept"),
    [
        ("intent", ("pay", "oos"), "", "oos"),
        ("intent", ("pay", "oos", "weird"), "weird", "weird"),
        ("intent", ("pay", "other"), "-", "-"),
        ("intent", ("pay", "send"), "", ""),
        ("relations", ("sale", "no relation"), "", "no relation"),
        ("classify", ("good", "other"), "", ""),
    ],
)
def test_a_card_keeps_which_label_means_none_of_the_others(
    task: str, labels: tuple[str, ...], named: str, kept: str
) -> None:
    assert outside_in(rows(task, labels, named)) == kept


def test_rows_read_again_have_the_labels_of_the_model_first() -> None:
    card = {"data": {"labels": ["low", "high"], "ordered": True, "outside": "weird"}}
    again = as_made(rows("intent", ("high", "new", "oos")), card)
    assert again.labels == ("low", "high", "new", "oos")
    assert again.ordered
    assert again.outside == "weird"


def test_a_card_that_does_not_say_knows_it_by_its_recipe() -> None:
    assert outside_by({"recipe": {"out_of_scope": "weird"}}) == "weird"
    assert outside_by({}) == ""
    assert as_made(rows("intent", ("a", "b")), {}).labels == ("a", "b")
