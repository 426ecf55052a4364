"""Two models on the same rows; a model at home and away, before and after."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import BadInput
from longwave.text.score.comparison import compared, difference, mcnemar
from longwave.text.score.judge import judge
from longwave.text.score.metric import average
from longwave.text.score.ranking import ranking_metrics
from longwave.text.score.transfer import transfer

from .made import classified, guesses


def test_a_small_gap_on_the_same_rows_is_seen_where_two_intervals_overlap() -> None:
    rng = np.random.default_rng(0)
    hard = rng.random(1000) < 0.5
    a = average("accuracy", hard)
    b = average("accuracy", hard & (rng.random(1000) < 0.96))
    found = difference(a, b)
    assert a.interval().low < b.interval().high
    assert found.low > 0
    assert found.better == "a"
    assert found.p_value < 0.01
    assert found.value == pytest.approx(a.point - b.point)


def test_a_model_is_no_better_than_itself() -> None:
    one = average("accuracy", np.random.default_rng(0).random(100) < 0.5)
    found = difference(one, one)
    assert (found.value, found.low, found.high, found.p_value, found.better) == (0, 0, 0, 1.0, "")


def test_where_less_is_better_the_lower_one_wins() -> None:
    rng = np.random.default_rng(0)
    low = average("log_loss", rng.random(200), higher_is_better=False)
    high = average("log_loss", rng.random(200) + 1, higher_is_better=False)
    assert difference(low, high).better == "a"
    assert difference(high, low).better == "b"


def test_under_a_true_null_few_differences_are_told() -> None:
    rng = np.random.default_rng(5)
    told = 0
    for seed in range(200):
        a, b = (average("accuracy", rng.random(150) < 0.7) for _ in range(2))
        told += difference(a, b, draws=300, seed=seed).p_value < 0.05
    assert told <= 20


def test_rankings_are_paired_by_the_same_draws() -> None:
    rng = np.random.default_rng(0)
    positive = rng.random(300) < 0.4
    score = positive + rng.normal(0, 1, 300)
    one = ranking_metrics(score, positive)["auroc"]
    other = ranking_metrics(score + rng.normal(0, 0.01, 300), positive)["auroc"]
    found = difference(one, other, draws=300)
    assert found.high - found.low < 0.02


def test_mcnemar_counts_rows_that_only_one_has_right() -> None:
    a = [True] * 10 + [False] * 2 + [True] * 5
    b = [False] * 10 + [True] * 2 + [True] * 5
    found = mcnemar(a, b)
    assert (found.only_a, found.only_b) == (10, 2)
    assert found.p_value == pytest.approx(2 * (1 + 12 + 66) / 2**12)
    assert mcnemar(a, a).p_value == 1.0


def test_unlike_things_are_refused() -> None:
    with pytest.raises(BadInput):
        difference(average("accuracy", [1.0, 0.0]), average("accuracy", [1.0]))
    with pytest.raises(BadInput):
        difference(average("accuracy", [1.0, 0.0]), average("exact", [1.0, 0.0]))
    with pytest.raises(BadInput):
        mcnemar([True], [True, False])


def test_every_score_two_models_share_is_compared() -> None:
    table = classified(200)
    good, bad = (
        judge("classify", table, guesses(table, right=0.9)),
        judge("classify", table, guesses(table, right=0.5)),
    )
    found = {each.name: each for each in compared(good, bad)}
    assert {"macro_f1", "accuracy", "matthews", "brier"} <= set(found)
    assert found["macro_f1"].better == "a"
    assert found["brier"].better == "a"
    assert found["macro_f1"].as_dict("zh")["title"] == "宏平均 F1"


def test_transfer_has_both_scores_and_the_loss_between() -> None:
    here, there = classified(400), classified(300, seed=9)
    home, away = (
        judge("classify", here, guesses(here, right=0.9)),
        judge("classify", there, guesses(there, right=0.5)),
    )
    lines = transfer(home.intervals(draws=300), away.intervals(draws=300))
    assert lines[0].name == "macro_f1"
    assert lines[0].loss == pytest.approx(home.score - away.score)
    assert lines[0].low > 0
    assert lines[0].p_value < 0.001
    assert lines[0].away.n == 300
    assert transfer(home.intervals(draws=50), ()) == ()


def test_the_interval_of_a_loss_holds_the_truth_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        home, away = average("accuracy", rng.random(300) < 0.9), average("accuracy", rng.random(120) < 0.7)
        line = transfer([home.interval(draws=300)], [away.interval(draws=300)])[0]
        held += line.low <= 0.2 <= line.high
    assert 270 <= held <= 296
