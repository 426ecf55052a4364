"""The limit law of a break's date against its own simulation, and intervals by it."""

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as some

from longwave.measure.breaks.date_law import date_intervals, maximum_at_most, maximum_quantile
from longwave.measure.breaks.segments import Regression
from longwave.measure.breaks.wald import Assumptions


def test_symmetric_law_has_yaos_quantiles() -> None:
    """Yao (1987), Bai (1997): 7.7 at 95 % and 11.0 at 97.5 % of W(s) - |s|/2."""
    assert [maximum_quantile(level) for level in (0.95, 0.975)] == pytest.approx([7.687, 11.033], abs=2e-3)
    assert maximum_at_most(0.0) == pytest.approx(0.5)


def test_law_agrees_with_its_simulation() -> None:
    rng, drift, variance, step = np.random.default_rng(1), 1.5, 1.69, 0.05
    time = np.arange(1, 1001) * step
    noise = rng.standard_normal((2, 2000, 1000)).cumsum(axis=2) * np.sqrt(step)
    left, right = noise[0] - time / 2, np.sqrt(drift * variance) * noise[1] - drift * time / 2
    on_left = np.maximum(left.max(axis=1), 0) > np.maximum(right.max(axis=1), 0)
    place = np.where(on_left, -(left.argmax(axis=1) + 1) * step, (right.argmax(axis=1) + 1) * step)
    for at in (-4, -1, 1, 3, 8):
        assert maximum_at_most(at, drift, variance) == pytest.approx((place <= at).mean(), abs=0.04)


@examples(some.floats(0.05, 20), some.floats(0.05, 20), some.floats(0.01, 0.99))
def test_quantile_undoes_the_distribution(drift: float, variance: float, probability: float) -> None:
    place = maximum_quantile(probability, drift, variance)
    assert maximum_at_most(place, drift, variance) == pytest.approx(probability, abs=1e-6)


@pytest.mark.parametrize("rounding", ["outward", "nearest"])
def test_intervals_never_leave_the_sample(rounding: str) -> None:
    y = np.random.default_rng(5).normal(size=40)
    for end in (6, 34):
        ((low, high),) = date_intervals(
            Regression(y, np.ones((40, 1)), np.empty((40, 0))), (end,), Assumptions("iid"), 0.99, rounding
        )
        assert 1 <= low <= end <= high <= 39
