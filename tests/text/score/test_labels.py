"""Scores of labels beside scikit-learn's where it is there, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.text.score.judge import judge
from longwave.text.score.labels import (
    among_first,
    by_label,
    confusion,
    label_metrics,
    micro_f1_without,
    ordinal_metrics,
    places,
    several_metrics,
)
from longwave.text.score.ranking import ranking_metrics
from longwave.text.score.relations import official_relation_f1, relation_table
from longwave.text.score.scope import no_relation
from longwave.text.table import TextTable

GOLD = np.array([0, 0, 0, 1, 1, 2])
TOLD = np.array([0, 0, 1, 1, 2, 2])


def test_scores_by_hand() -> None:
    found = {name: metric.point for name, metric in label_metrics(GOLD, TOLD, 3).items()}
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["macro_f1"] == pytest.approx((4 / 5 + 2 / 4 + 2 / 3) / 3)
    assert found["weighted_f1"] == pytest.approx((3 * 4 / 5 + 2 * 2 / 4 + 2 / 3) / 6)
    assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert found["matthews"] == pytest.approx((4 * 6 - 12) / np.sqrt((36 - 12) * (36 - 14)))


def test_a_label_neither_there_nor_told_has_no_part_in_the_mean() -> None:
    assert label_metrics(GOLD, TOLD, 9)["macro_f1"].point == label_metrics(GOLD, TOLD, 3)["macro_f1"].point


def test_one_label_throughout_is_a_correlation_of_nothing() -> None:
    same = np.zeros(5, dtype=np.int64)
    assert label_metrics(same, same, 2)["matthews"].point == 0
    assert np.isnan(ordinal_metrics(same, same, 2)["quadratic_kappa"].point)


def test_tables_by_label_and_confusion() -> None:
    table = by_label(GOLD, TOLD, ("a", "b", "c", "never"))
    assert table["support"].tolist() == [3, 2, 1, 0]
    assert table["recall"].tolist()[:3] == pytest.approx([2 / 3, 1 / 2, 1])
    assert np.isnan(table["f1"][3])
    assert (table["f1_low"] <= table["f1"].fillna(0.5)).all()
    counts = confusion(GOLD, TOLD, ("a", "b", "c"))
    assert counts["b"].tolist() == [1, 1, 0]
    assert list(confusion(GOLD, TOLD, ("label", "b", "c")).columns) == ["label_", "label", "b", "c"]


def test_unknown_labels_are_named() -> None:
    with pytest.raises(BadInput, match="sideways"):
        places(("up", "down"), ["up", "sideways"])


def test_steps_of_a_scale() -> None:
    found = {name: metric.point for name, metric in ordinal_metrics(GOLD, TOLD, 3).items()}
    assert found["mean_steps"] == pytest.approx(2 / 6)
    assert found["within_one_step"] == 1
    # By hand: 2 cells one step off; margins (3,2,1) and (2,2,2).
    expected = (3 * 2 * 1 + 3 * 2 * 4 + 2 * 2 * 1 + 2 * 2 * 1 + 1 * 2 * 4 + 1 * 2 * 1) / 6
    assert found["quadratic_kappa"] == pytest.approx(1 - 2 / expected)


def test_micro_f1_without_the_negative() -> None:
    found = micro_f1_without(GOLD, TOLD, 3, 0)
    assert found["micro_precision"].point == pytest.approx(2 / 4)
    assert found["micro_recall"].point == pytest.approx(2 / 3)
    assert micro_f1_without(GOLD, TOLD, 3, None)["micro_f1"].point == pytest.approx(4 / 6)
    nothing = micro_f1_without(np.zeros(3, dtype=int), np.zeros(3, dtype=int), 2, 0)
    assert np.isnan(nothing["micro_f1"].point)


def test_a_wrong_direction_is_wrong_but_of_the_same_name() -> None:
    gold = ["Cause(e1,e2)", "Cause(e2,e1)", "Part(e1,e2)", "Other"]
    told = ["Cause(e1, e2)", "Cause(e1,e2)", "Other", "Part(e1,e2)"]
    assert official_relation_f1(gold, told).point == pytest.approx((2 * 1 / 4 + 0) / 2)
    table = relation_table(gold, told).set_index("label")
    assert table.loc["Cause", "precision"] == 0.5
    assert table.loc["Cause", "support"] == 2
    assert "Other" not in table.index


def test_the_negative_is_found_by_its_usual_names() -> None:
    assert no_relation(("合资", "unknown", "分析")) == "unknown"
    assert no_relation(("Cause(e1,e2)", "Other")) == "Other"
    assert no_relation(("buy", "sell")) is None


def test_equal_to_scikit_learn_on_random_labels() -> None:
    scores = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    for _ in range(40):
        labels, rows = int(rng.integers(2, 7)), int(rng.integers(5, 60))
        gold = rng.integers(0, labels, rows)
        gold[:2] = [0, 1]
        told = np.where(rng.random(rows) < 0.5, gold, rng.integers(0, labels, rows))
        told = np.where(np.isin(told, gold), told, gold)  # scikit-learn warns of labels told but never there
        found = {name: metric.point for name, metric in label_metrics(gold, told, labels).items()}
        assert found["accuracy"] == pytest.approx(scores.accuracy_score(gold, told))
        assert found["macro_f1"] == pytest.approx(scores.f1_score(gold, told, average="macro"))
        assert found["weighted_f1"] == pytest.approx(scores.f1_score(gold, told, average="weighted"))
        assert found["balanced_accuracy"] == pytest.approx(scores.balanced_accuracy_score(gold, told))
        assert found["matthews"] == pytest.approx(scores.matthews_corrcoef(gold, told))
        kappa = ordinal_metrics(gold, told, labels)["quadratic_kappa"].point
        assert kappa == pytest.approx(
            scores.cohen_kappa_score(gold, told, weights="quadratic", labels=range(labels))
        )
        many, said = rng.random((rows, labels)) < 0.4, rng.random((rows, labels)) < 0.4
        several = {name: metric.point for name, metric in several_metrics(many, said).items()}
        assert several["micro_f1"] == pytest.approx(scores.f1_score(many, said, average="micro"))
        assert several["exact_match"] == pytest.approx(scores.accuracy_score(many, said))
        assert several["hamming_loss"] == pytest.approx(scores.hamming_loss(many, said))


def test_of_several_labels_a_strange_one_is_no_label_of_its_own_in_the_mean() -> None:
    scores = pytest.importorskip("sklearn.metrics")
    gold = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0]], bool)
    told = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 0]], bool)
    mean = scores.f1_score(gold, told, average="macro", labels=[0, 1])
    assert several_metrics(gold, told)["macro_f1"].point == pytest.approx(mean)


def test_rankings_equal_to_scikit_learn_with_ties() -> None:
    scores = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    for _ in range(60):
        rows = int(rng.integers(5, 80))
        score, positive = rng.integers(0, 10, rows) / 10, rng.random(rows) < 0.4
        positive[:2] = [True, False]
        found = {name: metric.point for name, metric in ranking_metrics(score, positive).items()}
        assert found["auroc"] == pytest.approx(scores.roc_auc_score(positive, score))
        assert found["aupr"] == pytest.approx(scores.average_precision_score(positive, score))


def test_a_perfect_ranking_still_has_doubt_and_nan_is_refused() -> None:
    told = ranking_metrics(np.arange(40), np.arange(40) >= 20)["auroc"].interval(draws=100)
    assert told.value == 1
    assert told.low < 0.9
    with pytest.raises(BadInput):
        ranking_metrics([0.1, np.nan], [True, False])
    only = ranking_metrics([0.1, 0.2], [True, True])["auroc"]
    assert np.isnan(only.point)
    assert only.on([True, False]).rows == 1


def test_among_the_first_ties_count_against_the_model() -> None:
    shares = np.array([[0.5, 0.3, 0.2], [0.4, 0.4, 0.2], [1 / 3, 1 / 3, 1 / 3]])
    truth = np.array([1, 0, 0])
    assert among_first(shares, truth, 1).point == 0
    assert among_first(shares, truth, 2).point == pytest.approx(2 / 3)
    assert among_first(shares, truth, 3).point == 1


def test_many_labels_are_judged_by_the_first_five_too() -> None:
    labels = tuple(f"l{at:02d}" for at in range(25))
    frame = pd.DataFrame(
        {"id": range(50), "text": ["x"] * 50, "label": [labels[at % 25] for at in range(50)]}
    )
    told = [{"label": "l00", "scores": {name: (30 - at) / 450 for at, name in enumerate(labels)}}] * 50
    judged = judge("classify", TextTable("classify", frame, labels), told)
    assert judged.metrics["recall_at_5"].point == pytest.approx(0.2)
    assert "5" in judged.interval("recall_at_5").as_dict("zh")["title"]
