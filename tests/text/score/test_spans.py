"""Entities read from tags, and their scores."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.text.score.spans import entity_metrics, entity_table, spans

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "I-A-B", "B-A-B", "E-PER", "S-LOC", "B", "I", "I-")


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("B-PER I-PER O B-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
        ("I-PER I-PER O I-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
        ("B-PER B-PER", [("PER", 0, 0), ("PER", 1, 1)]),
        ("B-PER I-LOC I-LOC", [("PER", 0, 0), ("LOC", 1, 2)]),
        ("O O", []),
        ("B I O", [("_", 0, 1)]),
        ("S-PER E-LOC", [("PER", 0, 0), ("LOC", 1, 1)]),
        ("B-non-linear I-non-linear", [("non-linear", 0, 1)]),
    ],
)
def test_reading_tags(tags: str, found: list[tuple[str, int, int]]) -> None:
    assert spans(tags.split()) == found


@given(st.lists(st.sampled_from(TAGS), max_size=12))
def test_entities_lie_one_after_the_other(tags: list[str]) -> None:
    last = -1
    for _, start, end in spans(tags):
        assert last < start <= end < len(tags)
        last = end


def test_scores_by_hand() -> None:
    gold = [["O", "B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O", "O"]]
    told = [["O", "B-PER", "I-PER", "O", "B-PER"], ["B-LOC", "I-LOC", "B-LOC"]]
    found = {name: metric.point for name, metric in entity_metrics(gold, told).items()}
    assert found["entity_precision"] == pytest.approx(1 / 4)
    assert found["entity_recall"] == pytest.approx(1 / 3)
    assert found["entity_f1"] == pytest.approx(2 / 7)
    assert found["token_accuracy"] == pytest.approx(5 / 8)
    assert found["all_o_accuracy"] == pytest.approx(4 / 8)
    assert found["partial_f1"] == pytest.approx(2 * 2.5 / 7)
    assert found["type_f1"] == pytest.approx(2 * 2 / 7)
    assert found["entity_macro_f1"] == pytest.approx((2 / 3 + 0) / 2)
    assert entity_table(gold, told)["support"].tolist() == [2, 1]


def test_rows_without_any_entity_have_no_f1() -> None:
    nothing = entity_metrics([["O", "O"]], [["O", "O"]])
    assert np.isnan(nothing["entity_f1"].point)
    assert nothing["token_accuracy"].point == 1


def test_other_numbers_of_tags_are_refused_with_the_row() -> None:
    with pytest.raises(BadInput, match="Row 2"):
        entity_metrics([["O"], ["O", "O"]], [["O"], ["O"]])


def test_equal_to_seqeval_on_random_corpora() -> None:
    """Runs where seqeval is installed; the project does not depend on it."""
    scorer = pytest.importorskip("seqeval.metrics.sequence_labeling")
    draw = np.random.default_rng(7)
    usual = TAGS[:7]
    for corpus in range(400):
        tags = TAGS if corpus % 2 else usual
        gold = [
            [str(draw.choice(tags)) for _ in range(draw.integers(1, 11))] for _ in range(draw.integers(1, 9))
        ]
        told = [[tag if draw.random() < 0.6 else str(draw.choice(tags)) for tag in row] for row in gold]
        gold[0], told[0] = ["B-PER", *gold[0]], ["B-PER", *told[0]]
        found = entity_metrics(gold, told)
        assert all(scorer.get_entities(row) == spans(row) for row in gold + told)
        wanted = scorer.precision_recall_fscore_support(gold, told, average="micro", zero_division=0)[:3]
        mine = [found[f"entity_{name}"].point for name in ("precision", "recall", "f1")]
        assert mine == pytest.approx(wanted)
        assert found["token_accuracy"].point == pytest.approx(scorer.accuracy_score(gold, told))
        by_type = scorer.precision_recall_fscore_support(gold, told, average=None, zero_division=0)
        table = entity_table(gold, told)
        assert table["f1"].tolist() == pytest.approx(by_type[2].tolist())
        assert table["support"].tolist() == by_type[3].tolist()


def test_a_document_of_fifty_thousand_tokens_is_judged_in_a_moment() -> None:
    rng = np.random.default_rng(0)
    names = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
    gold, told = ([names[at] for at in rng.integers(0, 5, 50_000)] for _ in range(2))
    begun = time.process_time()
    found = entity_metrics([gold], [told])
    assert time.process_time() - begun < 10
    assert 0 < found["entity_f1"].point < found["partial_f1"].point < 1
