"""CUSUM tests: they see a shift and leave white noise alone."""

import numpy as np

from longwave.measure.breaks.cusum import ols_cusum, recursive_cusum


def test_a_shift_is_seen_and_noise_is_not() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(size=100)
    shifted = noise + np.repeat([0.0, 2.0], 50)
    assert ols_cusum(shifted)[1] < 0.001
    assert recursive_cusum(shifted)[1]
    assert ols_cusum(noise)[1] > 0.05
    assert not recursive_cusum(noise)[1]


def test_regressors_and_units() -> None:
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(80), rng.normal(size=80)])
    y = x @ [1.0, 2.0] + rng.normal(size=80)
    assert np.allclose(ols_cusum(y, x), ols_cusum(1e3 * y + 5e3, x))
    assert np.isclose(recursive_cusum(y, x)[0], recursive_cusum(1e3 * y + 5e3, x)[0], rtol=1e-4)
