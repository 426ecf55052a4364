"""BIC and LWZ by hand."""

import math

import pytest

from longwave.measure.breaks.criteria import bic, least, lwz


def test_bic_and_lwz_by_their_formulas() -> None:
    assert bic(50.0, 100, 2, 1, 3) == pytest.approx(
        100 * (math.log(0.5) + 1 + math.log(2 * math.pi)) + math.log(100) * 13
    )
    assert lwz(50.0, 100, 2, 1, 3) == pytest.approx(
        math.log(50 / 88) + 12 * 0.299 * math.log(100) ** 2.1 / 100
    )


def test_a_perfect_fit_and_a_full_model() -> None:
    assert bic(0.0, 20, 1, 0, 1) == lwz(0.0, 20, 1, 0, 1) == -math.inf
    assert lwz(1.0, 6, 2, 0, 2) == math.inf
    assert least([3.0, 1.0, 1.0]) == 1
