"""Bootstrapped tests: the programming over many draws at once, and sizes that hold."""

import numpy as np
import pytest

from longwave.measure.breaks.find import checked
from longwave.measure.breaks.partition import partitions
from longwave.measure.breaks.resample import against_breaks, against_one_more, best_gains
from longwave.measure.breaks.segments import fit


@pytest.mark.parametrize("q", [1, 2])
def test_gains_of_many_series_are_those_of_each(q: int) -> None:
    rng = np.random.default_rng(q)
    x = np.column_stack([np.ones(45), rng.normal(size=45)])[:, :q]
    series = fit(x, rng.normal(size=(45, 3)) * [1.0, 1e6, 1e-6])[1]
    gains = best_gains(x, series, 6, 4)
    for column in range(3):
        found = partitions(checked(series[:, column], x), 6, 4)
        assert gains[:, column] == pytest.approx([found[0].ssr - one.ssr for one in found[1:]], rel=1e-4)


@pytest.mark.parametrize("rho", [0.0, 0.8])
def test_size_under_persistence(rho: float) -> None:
    """5 % stated; 150 samples of 40 observations, so more than 10 % would be news. The iid sup-F rejects three in four at
    rho 0.8."""
    rng, rejected = np.random.default_rng(11), 0
    for each in range(150):
        y = rng.standard_normal(40)
        y[0] /= np.sqrt(1 - rho**2)
        for place in range(1, 40):
            y[place] += rho * y[place - 1]
        rejected += against_breaks(checked(y), 6, 5, 99, np.random.default_rng(each)).ud_max_p <= 0.05
    assert rejected <= 15


def test_power_against_a_step_and_against_two_that_undo_each_other() -> None:
    rng = np.random.default_rng(12)
    step, bump = (
        np.mean(
            [
                against_breaks(checked(rng.standard_normal(60) + shape), 9, 5, 99, rng).ud_max_p <= 0.05
                for _ in range(30)
            ]
        )
        for shape in (np.repeat([0, 1.5], 30), np.repeat([0, 2.0, 0], 20))
    )
    assert step > 0.9
    assert bump > 0.8


def test_one_more_break_is_found_and_then_no_other() -> None:
    y = np.random.default_rng(1).standard_normal(90) + np.repeat([0.0, 4.0, 0.0], 30)
    given, rng = checked(y), np.random.default_rng(0)
    assert against_one_more(given, (30,), 10, 5, 199, rng)[1] < 0.05
    assert against_one_more(given, (30, 60), 10, 5, 199, rng)[1] > 0.05
    assert against_one_more(given, tuple(range(15, 90, 15)), 10, 5, 199, rng) == (0.0, 1.0)
