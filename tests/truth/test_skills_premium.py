"""The regression of Katz and Murphy (1992) on made-up series whose answer is theirs.

The article prints its coefficients (-.709 on relative supply, .033 a year, sigma about 1.41, 1963-87), not
the series; those of Autor, Katz and Kearney are not to be had as text. So the truth is made: the article's
equation with its coefficients, a relative supply that grows as fast as the article says (5 per cent a year to
1979, 2.6 after), and noise.
"""

import numpy as np
import pytest

from longwave.measure.skills.premium import skill_premium

YEARS = np.arange(1963, 1988)
ANSWER, TREND = -0.709, 0.033


def series(noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    supply = np.cumsum(np.where(YEARS <= 1979, 0.05, 0.026)) - 1.5
    errors = np.random.default_rng(seed).normal(0, noise, len(YEARS))
    return -0.1 + TREND * (YEARS - 1963) + ANSWER * supply + errors, supply


def test_the_coefficients_come_back() -> None:
    wage, supply = series(1e-6, 1)
    found = skill_premium(wage, supply, YEARS.astype(float), YEARS)
    assert found.answer.value == pytest.approx(ANSWER, abs=1e-4)
    assert found.trend.value == pytest.approx(TREND, abs=1e-5)
    assert found.sigma == pytest.approx(1.41, abs=0.001)


def test_the_intervals_hold_them() -> None:
    inside = [0, 0]
    for seed in range(60):
        wage, supply = series(0.01, seed)
        found = skill_premium(wage, supply, YEARS.astype(float), YEARS)
        inside[0] += found.answer.low <= ANSWER <= found.answer.high
        inside[1] += (
            found.sigma_fieller is None or found.sigma_fieller[0] <= 1 / 0.709 <= found.sigma_fieller[1]
        )
    # Of 60 samples, 95 per cent: fewer than 53 would come once in ten thousand times.
    assert min(inside) >= 53
    assert inside[0] == inside[1]
