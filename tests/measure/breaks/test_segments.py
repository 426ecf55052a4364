"""Sums of squares of stretches, and of one more break, against plain regressions."""

import numpy as np
import pytest

from longwave.core.errors import BadInput
from longwave.measure.breaks.segments import BreakScan, Regression, fit, segment_ssr


def sums(y: np.ndarray, x: np.ndarray) -> float:
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(rest @ rest)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_every_stretch_equals_its_own_regression(q: int) -> None:
    rng = np.random.default_rng(q)
    x = np.column_stack([np.ones(30), np.arange(30), rng.normal(size=30)])[:, :q]
    y = 1e4 + rng.normal(size=30)
    ssr = segment_ssr(y, x, 5)
    for start, stop in ((0, 5), (0, 30), (7, 19), (25, 30)):
        assert ssr[start, stop] == pytest.approx(sums(y[start:stop], x[start:stop]), rel=1e-6)
    assert np.isinf(ssr[3, 7])


def test_one_more_break_beside_regressors_that_stay() -> None:
    rng = np.random.default_rng(4)
    given = Regression(
        rng.normal(size=40), np.column_stack([np.ones(40), rng.normal(size=40)]), rng.normal(size=(40, 2))
    )
    base = given.design((12,))
    scan = BreakScan.of(base, given.x, 12, 40, 6)
    gains = scan.gains(fit(base, given.y)[1][:, None])[:, 0]
    whole = sums(given.y, base)
    for row in (0, 5, len(gains) - 1):
        assert gains[row] == pytest.approx(
            whole - sums(given.y, given.design((12, scan.ends[row]))), rel=1e-8
        )


def test_a_dummy_that_is_zero_in_a_stretch_is_refused() -> None:
    x = np.column_stack([np.ones(40), np.arange(40) > 30])
    with pytest.raises(BadInput, match="collinear"):
        segment_ssr(np.random.default_rng(0).normal(size=40), x, 5)
