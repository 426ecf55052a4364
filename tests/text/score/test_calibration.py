"""Probabilities that mean what they say, and those that do not."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import BadInput, NotEnoughData
from longwave.text.portable.decode import softmax
from longwave.text.score.abstention import risk_coverage
from longwave.text.score.calibration import (
    BINS,
    Probabilities,
    calibration_metrics,
    ece,
    expected_by_chance,
    probabilities,
    reliability,
)
from longwave.text.score.comparison import difference
from longwave.text.score.temperature import cooled, fit_temperature, logs_of_windows, place_temperature


def made(rows: int, temperature: float, seed: int = 0) -> Probabilities:
    """Truth is drawn from softmax(z); what is told is softmax(z / temperature)."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 2, (rows, 4))
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = (rng.random(rows)[:, None] > shares.cumsum(axis=1)).sum(axis=1).clip(0, 3)
    return Probabilities(("a", "b", "c", "d"), cooled(shares, temperature), truth)


def test_ece_by_hand() -> None:
    probability = np.array([0.9, 0.9, 0.9, 0.9, 0.55, 0.55])
    right = np.array([True, True, True, False, True, False])
    wanted = (4 * abs(0.75 - 0.9) + 2 * abs(0.5 - 0.55)) / 6
    assert ece(probability, right).point == pytest.approx(wanted)
    assert ece(probability, right, equal_mass=True).point == pytest.approx(wanted)
    table = reliability(probability, right)
    assert table["rows"].tolist() == [2, 4]
    assert table["right"].tolist() == [0.5, 0.75]
    assert (table["low"] < table["right"]).all()


def test_bins_hold_their_upper_end_and_zero() -> None:
    told = reliability(np.array([0.0, 1 / BINS, 1.0]), np.array([False, True, True]))
    assert told["rows"].tolist() == [2, 1]


def test_brier_and_log_loss_by_hand() -> None:
    given = Probabilities(("a", "b"), np.array([[0.8, 0.2], [0.3, 0.7]]), np.array([0, 0]))
    found = calibration_metrics(given)
    assert found["brier"].point == pytest.approx((2 * 0.2**2 + 2 * 0.7**2) / 2)
    assert found["log_loss"].point == pytest.approx(-(np.log(0.8) + np.log(0.3)) / 2)
    assert found["classwise_ece"].point == pytest.approx(((0.2 + 0.7) / 2 + (0.2 + 0.7) / 2) / 2)


def test_honest_probabilities_show_the_error_of_chance_and_no_more() -> None:
    given = made(3000, 1.0)
    error = calibration_metrics(given)["ece"].point
    assert error < 2 * expected_by_chance(given.top)
    assert calibration_metrics(made(3000, 0.4))["ece"].point > 5 * expected_by_chance(made(3000, 0.4).top)


def test_the_interval_of_an_ece_lies_about_it() -> None:
    told = calibration_metrics(made(500, 1.0))["ece"].interval()
    assert told.low < told.value < told.high


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_the_temperature_that_was_put_in_comes_out(temperature: float) -> None:
    given = made(4000, temperature)
    found = fit_temperature(given)
    assert found.value == pytest.approx(1 / temperature, rel=0.1)
    assert found.after["log_loss"] <= found.before["log_loss"] + 1e-12
    assert np.array_equal(found.of(given).right, given.right)
    assert set(found.as_dict()) == {"value", "rows", "before", "after"}


def test_of_rows_read_in_windows_it_is_never_worse_than_none() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 400)
    rows = np.repeat(np.arange(400), 6)
    logits = rng.normal(0, 3, (2400, 3))
    logits[np.arange(2400), truth[rows]] += 2.0
    logs_at = logs_of_windows(logits, rows)
    by_hand = np.array([softmax(logits[rows == row] / 1.7).mean(0) for row in range(400)])
    assert np.allclose(np.exp(logs_at(1.7)), by_hand)
    given = Probabilities(("a", "b", "c"), np.exp(logs_at(1.0)), truth)
    found = fit_temperature(given, logs_at)
    losses = [-logs_at(each)[np.arange(400), truth].mean() for each in (found.value, 1.0)]
    assert losses[0] <= losses[1] + 1e-3
    cooled_after = fit_temperature(given).value  # as if the mean were cooled, which the model does not do
    assert -logs_at(cooled_after)[np.arange(400), truth].mean() > losses[0] + 0.005


def test_a_temperature_at_the_end_of_its_range_is_told_and_few_rows_refused() -> None:
    sure = Probabilities(("a", "b"), np.tile([[0.51, 0.49], [0.49, 0.51]], (50, 1)), np.tile([0, 1], 50))
    assert fit_temperature(sure).notes
    with pytest.raises(NotEnoughData):
        fit_temperature(made(10, 1.0))
    with pytest.raises(NotEnoughData):
        fit_temperature(Probabilities(("a", "b"), np.full((50, 2), 0.5), np.zeros(50, dtype=np.int64)))


def test_scores_that_are_no_probabilities_are_none() -> None:
    assert probabilities(("a", "b"), ["a"], [{"scores": {"a": 2.0, "b": -1.0}}]) is None
    assert probabilities(("a", "b"), ["a"], [{"scores": {"a": 0.9, "b": 0.9}}]) is None
    assert probabilities(("a", "b"), ["a"], [{"scores": {"a": float("nan"), "b": 0.9}}]) is None
    assert probabilities(("a", "b"), ["a"], [{}]) is None
    with pytest.raises(BadInput):
        probabilities(("a", "b"), ["c"], [{"scores": {"a": 0.5, "b": 0.5}}])


def test_rows_that_name_unlike_labels_are_read_by_name() -> None:
    told = [{"scores": {"b": 0.25, "a": 0.75}}, {"scores": {"a": 1.0}}]
    given = probabilities(("a", "b"), ["a", "b"], told)
    assert given is not None
    assert given.shares.tolist() == [[0.75, 0.25], [1.0, 0.0]]


def test_silence_pays_where_the_sure_are_right() -> None:
    given = made(2000, 1.0)
    table = risk_coverage(given.top, given.right)
    assert table["coverage"][0] == 1
    assert table["right"].iloc[-1] > table["right"][0] + 0.1
    assert table["rows"].is_monotonic_decreasing
    tied = risk_coverage(np.full(10, 0.7), np.arange(10) < 6)
    assert tied["rows"].tolist() == [10]
    assert len(risk_coverage(np.array([]), np.array([], dtype=bool))) == 0


def test_a_model_that_was_right_on_few_rows_is_not_made_certain():
    """All of 40 rows right: least loss alone has no least; Platt's targets leave each answer some doubt."""
    truth = np.arange(40) % 4
    shares = np.full((40, 4), 0.1)
    shares[np.arange(40), truth] = 0.7
    fitted = fit_temperature(Probabilities(("a", "b", "c", "d"), shares, truth))
    assert fitted.value > 0.2
    assert fitted.of(Probabilities(("a", "b", "c", "d"), shares, truth)).shares.max() == pytest.approx(
        41 / 42, abs=1e-3
    )


def test_tags_that_are_too_sure_are_cooled_by_as_much():
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, (20_000, 5))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(5, p=each) for each in shares])
    assert place_temperature(logits, truth) == pytest.approx(1.0, abs=0.03)
    assert place_temperature(3 * logits, truth) == pytest.approx(3.0, abs=0.1)
    assert place_temperature(np.zeros((0, 5)), np.zeros(0, np.int64)) == 1.0


@pytest.mark.parametrize("shift", [0.0, 0.02, 0.05, 0.15])
def test_the_interval_of_the_ece_holds_the_truth(shift: float) -> None:
    """Also of honest probabilities, whose ECE is never nought: draws moved to lie about it hold 0 in one of ten."""
    held, rows = 0, 500
    for seed in range(40):
        rng = np.random.default_rng(seed)
        told = rng.uniform(0.4, 1.0, rows)
        true = np.clip(told - shift, 0, 1)
        bins = np.clip(np.ceil(told * BINS).astype(int) - 1, 0, BINS - 1)
        truth = float(np.abs(np.bincount(bins, weights=told - true)).sum() / rows)
        found = ece(told, rng.random(rows) < true).interval(draws=300)
        held += found.low <= truth <= found.high
    assert held >= 34


def test_of_two_calibration_errors_neither_is_better_for_what_chance_adds() -> None:
    """One honest, one by .02 too sure: the difference's interval holds the true one."""
    held = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        true = rng.uniform(0.4, 0.95, 800)
        right = rng.random(800) < true
        found = difference(ece(true, right), ece(np.clip(true + 0.02, 0, 1), right), draws=300)
        held += found.low <= -0.02 <= found.high
    assert held >= 27


def test_intents_are_as_sure_as_what_was_told_of_them() -> None:
    """A bar told "outside" although another label had the largest share: that is the answer which is right or wrong."""
    scores = {"a": 0.6, "b": 0.3, "outside": 0.1}
    told = [{"label": "outside", "probability": 0.1, "in_scope": 0.6, "scores": scores}] * 4
    found = probabilities(("a", "b", "outside"), ["outside"] * 4, told)
    assert found is not None
    assert found.right.tolist() == [True] * 4
    assert found.top.tolist() == [0.1] * 4
    assert risk_coverage(found.top, found.right)["right"].iloc[-1] == 1.0
