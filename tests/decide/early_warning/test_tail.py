"""The loss of a thousand years against every outcome counted by hand, and against the formula's endless book."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from longwave.decide.early_warning import tail
from longwave.decide.early_warning.capital import correlation, stressed_pd
from longwave.decide.early_warning.tail import loss_quantile

AT_RISK = np.array([45.0, 32.0, 52.5, 22.0])
PD = np.array([0.012, 0.025, 0.008, 0.04])


def by_hand(at_risk: np.ndarray, pd_now: np.ndarray, level: float) -> float:
    """Every outcome on 200 points of Gauss and Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(200)
    weights = weights / weights.sum()
    r = correlation(pd_now)
    chance = ndtr((ndtri(pd_now) - np.sqrt(r) * points[:, None]) / np.sqrt(1 - r))
    found = []
    for fate in product((False, True), repeat=len(at_risk)):
        odds = np.where(fate, chance, 1 - chance).prod(axis=1)
        found.append((float(at_risk @ np.array(fate)), float(weights @ odds)))
    sums, odds = np.array(sorted(found)).T
    return float(sums[np.searchsorted(np.cumsum(odds), level)])


def test_four_loans() -> None:
    assert loss_quantile(AT_RISK, PD, 0.999) == pytest.approx(77.0)
    for level in (0.9, 0.99, 0.995, 0.9999):
        assert loss_quantile(AT_RISK, PD, level) == pytest.approx(by_hand(AT_RISK, PD, level))


def test_the_grid_says_what_counting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(2)
    at_risk, chance = generator.uniform(5, 40, 10), generator.uniform(0.005, 0.05, 10)
    exact = loss_quantile(at_risk, chance, 0.999)
    monkeypatch.setattr(tail, "_EXACT", 0)
    assert loss_quantile(at_risk, chance, 0.999) == pytest.approx(exact, abs=0.002 * at_risk.sum())


def test_names_one_by_one_and_names_together_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty names counted one by one, and the smaller half of them taken as normal."""
    at_risk, chance = np.linspace(4.0, 1.0, 60), np.full(60, 0.02)
    single = loss_quantile(at_risk, chance, 0.999)
    monkeypatch.setattr(tail, "_LARGE", 30)
    assert loss_quantile(at_risk, chance, 0.999) == pytest.approx(single, rel=0.02)


def test_an_endless_book_loses_what_the_formula_says() -> None:
    """Vasicek (2002): LGD times the stressed probability, here within the granularity of 100,000 names."""
    chance = np.full(100_000, 0.02)
    endless = float(stressed_pd(np.array([0.02]))[0])
    assert loss_quantile(np.full(100_000, 1e-5), chance, 0.999) == pytest.approx(endless, rel=0.003)


@pytest.mark.parametrize(("pd_now", "lost"), [(0.0, 0.0), (1.0, 60.0)])
def test_what_is_certain_is_certain(pd_now: float, lost: float) -> None:
    for count in (2, 20, 200):
        assert loss_quantile(np.full(count, 60.0 / count), np.full(count, pd_now), 0.999) == pytest.approx(
            lost, abs=1e-3
        )
    assert loss_quantile(np.zeros(3), np.full(3, 0.1), 0.999) == 0
