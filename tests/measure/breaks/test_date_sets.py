"""Sets of dates by the bootstrapped likelihood ratio: they hold the date as often as they say."""

import numpy as np

from longwave.measure.breaks.date_sets import date_sets
from longwave.measure.breaks.find import checked
from longwave.measure.breaks.partition import partitions


def shifted(n: int, rho: float, shift: float, rng: np.random.Generator) -> np.ndarray:
    y = rng.standard_normal(n)
    for place in range(1, n):
        y[place] = rho * y[place - 1] + np.sqrt(1 - rho**2) * y[place]
    y[n // 2 :] += shift
    return y


def test_coverage_in_short_persistent_series() -> None:
    """95 % stated; 120 samples, so anything below 89 % would be news."""
    rng, held = np.random.default_rng(8), []
    for each in range(120):
        given = checked(shifted(50, 0.5, 1.5, rng))
        ends = partitions(given, 7, 1)[1].ends
        ((low, high),) = date_sets(given, ends, 7, 0.95, 99, np.random.default_rng(each))
        assert 7 <= low <= ends[0] <= high <= 43
        held.append(low <= 25 <= high)
    assert np.mean(held) > 0.89


def test_a_break_without_noise_has_one_date() -> None:
    given = checked(np.repeat([1.0, 3.0], 20))
    assert date_sets(given, (20,), 5, 0.95, 99, np.random.default_rng(0)) == ((20, 20),)


def test_regressors_that_stay_are_taken_out_first() -> None:
    rng = np.random.default_rng(3)
    z = rng.normal(size=60)
    y = shifted(60, 0.0, 3.0, rng) + 50 * z
    ((low, high),) = date_sets(checked(y, None, z), (30,), 9, 0.95, 99, rng)
    assert 27 <= low <= 30 <= high <= 33
