"""Scores as sums of counts, and their intervals."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, NotEnoughData
from longwave.text.score.bleu import bleu
from longwave.text.score.labels import label_metrics
from longwave.text.score.metric import Judged, Metric, average, mean
from longwave.text.score.proportion import wilson, wilson_f1


def accuracy(right: int, of: int) -> Metric:
    return average("accuracy", np.arange(of) < right)


def test_counts_come_back_as_they_were_given() -> None:
    counts = np.random.default_rng(0).integers(0, 3, (50, 4)).astype(float)
    metric = Metric.of("accuracy", counts, mean)
    assert np.array_equal(metric.counts, counts)
    assert np.allclose(metric.sums, counts.sum(axis=0))


def test_the_interval_of_a_share_is_close_to_wilsons() -> None:
    told = accuracy(850, 1000).interval()
    low, high = wilson(850, 1000)
    assert told.value == 0.85
    assert abs(told.low - float(low)) < 0.004
    assert abs(told.high - float(high)) < 0.004


def test_rows_of_few_kinds_and_rows_drawn_one_by_one_have_one_law() -> None:
    rng = np.random.default_rng(1)
    right = (rng.random(400) < 0.7).astype(float)
    few = average("accuracy", right)
    many = average("accuracy", right + rng.normal(0, 1e-9, 400))
    assert len(few.kinds) == 2
    assert len(many.kinds) == 400
    one, other = few.interval(draws=4000), many.interval(draws=4000)
    assert abs(one.low - other.low) < 0.01
    assert abs(one.high - other.high) < 0.01


def test_same_seed_same_interval_and_another_seed_another() -> None:
    metric = accuracy(70, 100)
    assert metric.interval(seed=3) == metric.interval(seed=3)
    values = average("accuracy", np.random.default_rng(0).random(60))
    assert values.interval(seed=3) != values.interval(seed=4)


@pytest.mark.parametrize(("right", "of"), [(40, 40), (0, 40)])
def test_all_or_nothing_right_still_has_doubt(right: int, of: int) -> None:
    told = accuracy(right, of).interval()
    low, high = wilson(right, of)
    assert (told.low, told.high) == (float(low), float(high))
    assert told.high - told.low > 0.05
    assert told.draws == 0
    assert "Wilson" in told.method.text("en")


def test_groups_drawn_whole_widen_the_interval_where_they_err_together() -> None:
    groups = np.repeat(np.arange(40), 25)
    right = np.random.default_rng(0).random(40)[groups] < 0.5
    by_row = average("accuracy", right).interval()
    by_group = average("accuracy", right).interval(groups=[f"document {g}" for g in groups])
    assert by_group.high - by_group.low > 3 * (by_row.high - by_row.low)
    assert by_group.groups == 40


def test_few_rows_and_few_groups_are_told() -> None:
    assert "20" in accuracy(10, 20).interval().notes[0].text("zh")
    assert "4" in accuracy(50, 100).interval(groups=np.arange(100) % 4).notes[0].text("en")


def test_what_is_not_defined_is_nan_with_a_reason_and_none_in_a_file() -> None:
    told = average("answered_f1", np.full(40, np.nan)).interval()
    assert np.isnan(told.value)
    assert told.notes
    assert told.as_dict("en")["value"] is None
    assert told.as_dict("en")["interval"]["low"] is None


def test_refusals() -> None:
    with pytest.raises(NotEnoughData):
        average("accuracy", []).interval()
    with pytest.raises(BadInput):
        accuracy(3, 5).interval(groups=[1, 2])
    with pytest.raises(BadInput):
        accuracy(3, 5).on([True])
    with pytest.raises(BadInput):
        Judged({"accuracy": accuracy(3, 5)}, "accuracy", {}, 5).interval("bleu")


def test_one_table_of_all_scores_says_what_each_says_alone() -> None:
    rng = np.random.default_rng(2)
    gold, told = rng.integers(0, 4, 300), rng.integers(0, 4, 300)
    metrics = {**label_metrics(gold, told, 4), "brier": average("brier", rng.random(300))}
    judged = Judged(metrics, "macro_f1", {}, 300)
    table = judged.table(draws=300)
    assert table["metric"][0] == "macro_f1"
    for name, value, low, high, _ in table.itertuples(index=False):
        alone = judged.interval(str(name), draws=300)
        assert (value, low, high) == pytest.approx((alone.value, alone.low, alone.high))


def test_two_thousand_draws_of_ten_thousand_rows_take_less_than_a_second() -> None:
    rng = np.random.default_rng(0)
    metrics = [average("brier", rng.random(10_000)), Metric.of("accuracy", rng.random((10_000, 10)), mean)]
    for metric in metrics:
        before = time.process_time()
        metric.interval(draws=2000)
        assert time.process_time() - before < 1.0


def test_a_rare_label_that_a_draw_misses_does_not_make_the_mean_jump() -> None:
    gold = np.array([0] * 150 + [1] * 149 + [2])
    told = np.where(gold == 2, 0, gold)
    told_f1 = label_metrics(gold, told, 3)["macro_f1"].interval()
    assert told_f1.high - told_f1.low < 0.05


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
@settings(max_examples=60)
def test_scores_do_not_depend_on_the_order_of_rows_and_stay_in_their_bounds(
    pairs: list[tuple[int, int]],
) -> None:
    gold, told = (np.array(each, dtype=np.int64) for each in zip(*pairs, strict=True))
    turned = np.arange(len(gold))[::-1]
    one, other = label_metrics(gold, told, 4), label_metrics(gold[turned], told[turned], 4)
    for name, metric in one.items():
        assert metric.point == pytest.approx(other[name].point)
        interval = metric.interval(draws=50)
        if "text_score.no_doubt_known" in {note.key for note in interval.notes}:
            assert np.isnan([interval.low, interval.high]).all()
        else:
            assert -1 <= interval.low <= interval.high <= 1 + 1e-12


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_wilsons_bounds_hold_the_share(tp: int, fp: int, fn: int) -> None:
    low, high = wilson_f1(tp, fp, fn)
    assert 0 <= low <= high <= 1
    if tp + fp + fn:
        assert low <= 2 * tp / (2 * tp + fp + fn) + 1e-12
        assert high >= 2 * tp / (2 * tp + fp + fn) - 1e-12


def test_a_score_of_no_row_has_no_interval_where_draws_do_not_vary() -> None:
    said = bleu(["the cat sat on the mat"] * 40, ["no word of it"] * 40).interval()
    assert said.value == 0.0
    assert np.isnan([said.low, said.high]).all()
    assert [note.key for note in said.notes] == ["text_score.no_doubt_known"]
    right = average("accuracy", np.ones(40)).interval()
    assert (right.low, right.high) == pytest.approx(wilson(40, 40))
