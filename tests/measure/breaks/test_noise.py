"""Noise like that of a series: its persistence and scale come back."""

import numpy as np
import pytest

from longwave.measure.breaks.noise import first_autocorrelation, noise_of


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_persistence_of_a_long_series(rho: float) -> None:
    rng = np.random.default_rng(2)
    y = rng.standard_normal(1500)
    for place in range(1, 1500):
        y[place] += rho * y[place - 1]
    found = noise_of(np.ones((1500, 1)), y)
    assert found.persistence == pytest.approx(rho, abs=0.06)
    drawn = found.draw(50, rng)
    assert first_autocorrelation(drawn).mean() == pytest.approx(rho, abs=0.06)
    assert drawn.std() == pytest.approx(y.std(), rel=0.15)
