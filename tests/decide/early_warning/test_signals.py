"""Signals: the best threshold is the best of all, and usefulness is what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from longwave.core.errors import NotEnoughData, UsageError
from longwave.decide.early_warning.signals import Weighing, best_signal, signal_at

ROWS = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=3, max_size=30)


@given(ROWS, st.floats(0.05, 0.95), st.sampled_from(["rates", "counts"]))
def test_no_threshold_is_more_useful(rows: list[tuple[int, bool]], mu: float, weighing: Weighing) -> None:
    score, crisis = np.array([s for s, _ in rows], float), np.array([c for _, c in rows])
    assume(0 < crisis.sum() < len(crisis))
    best = best_signal(score, crisis, mu, weighing)
    others = [signal_at(score, crisis, at, mu, weighing).usefulness for at in [*set(score), 99.0]]
    # Never to warn is what usefulness is measured against, so that it cannot be beaten by it but for nought.
    assert best.usefulness >= max(others[:-1]) - 1e-12
    assert best.relative_usefulness <= 1 + 1e-12


def test_a_perfect_indicator() -> None:
    best = best_signal(np.array([1.0, 2, 3, 8, 9]), np.array([False, False, False, True, True]))
    assert best.threshold == 8
    assert (best.type_1, best.type_2, best.noise_to_signal) == (0, 0, 0)
    assert best.relative_usefulness == pytest.approx(1)
    assert best.given_warning == 1
    assert best.base_rate == pytest.approx(0.4)


def test_the_known_figures_of_a_table() -> None:
    """Ten crises, eight warned of; ninety calm, nine false alarms: T1 .2, T2 .1, noise-to-signal .125."""
    score = np.array([1.0] * 8 + [0.0] * 2 + [1.0] * 9 + [0.0] * 81)
    crisis = np.array([True] * 10 + [False] * 90)
    found = signal_at(score, crisis, 1.0, 0.5)
    assert (found.hits, found.missed, found.false_alarms, found.quiet) == (8, 2, 9, 81)
    assert (found.type_1, found.type_2) == pytest.approx((0.2, 0.1))
    assert found.noise_to_signal == pytest.approx(0.125)
    assert found.usefulness == pytest.approx(0.5 - 0.15)
    assert found.relative_usefulness == pytest.approx(0.7)
    counted = signal_at(score, crisis, 1.0, 0.9, "counts")
    # mu p T1 + (1 - mu)(1 - p) T2 = .9*.1*.2 + .1*.9*.1 = .027; the better of always and never costs .09.
    assert counted.usefulness == pytest.approx(0.09 - 0.027)
    assert counted.relative_usefulness == pytest.approx(0.7)


def test_the_optimum_of_two_normals_is_where_their_weighted_densities_meet() -> None:
    generator = np.random.default_rng(0)
    score = np.r_[generator.normal(2, 1, 60_000), generator.normal(0, 1, 60_000)]
    crisis = np.r_[np.ones(60_000, bool), np.zeros(60_000, bool)]
    for mu in (0.3, 0.5, 0.8):
        # mu f(x - 2) = (1 - mu) f(x) at x = 1 + ln((1 - mu) / mu) / 2
        assert best_signal(score, crisis, mu).threshold == pytest.approx(
            1 + np.log((1 - mu) / mu) / 2, abs=0.12
        )


def test_noise_is_not_useful() -> None:
    score = np.array([1.0, 2, 3, 4])
    assert not best_signal(score, np.array([True, False, False, False])[::1], 0.05).useful


@pytest.mark.parametrize("mu", [0, 1, -1, 2])
def test_preferences_lie_between_nought_and_one(mu: float) -> None:
    with pytest.raises(UsageError):
        best_signal(np.array([1.0, 2.0]), np.array([True, False]), mu)


def test_one_kind_alone_is_refused() -> None:
    with pytest.raises(NotEnoughData):
        best_signal(np.array([1.0, 2.0]), np.array([True, True]))


def test_nothing_warned_of_is_all_noise() -> None:
    assert signal_at(np.array([1.0, 2.0]), np.array([True, False]), 9.0).noise_to_signal == float("inf")
    assert np.isnan(signal_at(np.array([1.0, 2.0]), np.array([True, False]), 9.0).given_warning)
