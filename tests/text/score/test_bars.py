"""Bars are the best of all that could be chosen; a rare label keeps near the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.text.score.bars import best_bar, best_cut, label_bars


def f1(truth: np.ndarray, told: np.ndarray) -> float:
    return float(2 * (truth & told).sum() / max(1, truth.sum() + told.sum()))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=1, max_size=12))
def test_the_bar_is_of_greatest_f1(rows: list[tuple[bool, int]]) -> None:
    truth, scores = np.array([row[0] for row in rows]), np.array([row[1] / 6 for row in rows])
    bar = best_bar(truth, scores)
    every = [f1(truth, scores >= each) for each in [*scores, 2.0]]
    assert f1(truth, scores >= bar) == pytest.approx(max(every))


def test_a_rare_label_keeps_near_the_bar_of_all() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((400, 2)) < np.array([0.5, 0.02])
    often, rare = label_bars(truth, 0.7 * truth + 0.3 * rng.random((400, 2)))
    assert 0.3 < often < 0.75
    assert 0.3 < rare < 0.75
    assert label_bars(np.zeros((5, 1), bool), np.full((5, 1), 0.4)).tolist() == [0.5]


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.floats(0, 1), st.booleans()), min_size=1, max_size=12),
    st.sampled_from([1.0, 1e-9]),
)
def test_the_cut_is_worth_most(rows: list[tuple[int, float, bool]], beyond: float) -> None:
    scores = np.array([float(row[0]) for row in rows])
    below = np.array([float(row[2]) for row in rows])
    above = np.array([row[1] for row in rows]) * (1 - below)

    def total(bar: float) -> float:
        return float(np.where(scores >= bar, above, below).sum())

    most = max(total(each) for each in [*scores, -9.0, 9.0])
    assert total(best_cut(scores, below, above, beyond)) == pytest.approx(most)
