"""Inequality indices and tail index against numbers from outside.

Gini: R package REAT (Wieland), ``gini(c(20, 50, 20, 10))`` = .3, with ``coefnorm = TRUE`` .4. The other
numbers are worked by hand from the
definitions in Theil (1967), Atkinson (1970) and Hill (1975).
"""

import numpy as np
import pytest

from longwave.measure.drivers.heavy_tail import hill
from longwave.measure.drivers.inequality import atkinson, decompose, gini, theil_l, theil_t


def test_gini_of_reat():
    values = [20, 50, 20, 10]
    assert gini(values) == pytest.approx(0.3, abs=1e-12)
    assert gini(values, normalised=True) == pytest.approx(0.4, abs=1e-12)


def test_theil_of_a_toy_by_hand():
    """Two groups (1, 3) and (4, 8), mean 4. Between: T of group means 2 and 6 with equal weights = .25 ln .5 + .75 ln 1.5;
    within: income shares 1/4 and 3/4 times T of (1, 3) and of (4, 8)."""
    parts = decompose([1, 3, 4, 8], ["a", "a", "b", "b"])
    between = 0.25 * np.log(0.5) + 0.75 * np.log(1.5)
    first = 0.25 * (0.25 * np.log(0.5) + 0.75 * np.log(1.5))
    second = 0.75 * (np.log(2 / 3) / 3 + 2 * np.log(4 / 3) / 3)
    assert parts.between == pytest.approx(between, abs=1e-12)
    assert parts.within_by_group == pytest.approx({"a": first, "b": second})
    assert parts.total == pytest.approx(theil_t([1, 3, 4, 8]), abs=1e-12)


def test_atkinson_and_theil_l_are_tied():
    """A(1) = 1 - exp(-L), an identity of the definitions."""
    values = [3.0, 5.0, 11.0, 2.0]
    assert atkinson(values, 1.0) == pytest.approx(1 - np.exp(-theil_l(values)), abs=1e-12)


def test_lognormal_gini_by_its_formula():
    """2 Phi(s / sqrt 2) - 1 (Aitchison and Brown 1957), from the quantiles of the distribution."""
    from scipy.stats import norm

    spread = 0.8
    values = np.exp(spread * norm.ppf((np.arange(20_000) + 0.5) / 20_000))
    assert gini(values) == pytest.approx(2 * norm.cdf(spread / np.sqrt(2)) - 1, abs=1e-3)


def test_hill_by_hand():
    """Values e^3, e^2, e, 1 with k = 2: excesses 2 and 1 over e, 2 / 3."""
    assert hill(np.exp([3.0, 2.0, 1.0, 0.0]), 2).index == pytest.approx(2 / 3)
