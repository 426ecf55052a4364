"""sup, exp and average F against a loop of regressions."""

import numpy as np
import pytest

from longwave.measure.breaks.one_break import one_break
from longwave.measure.breaks.segments import Regression, fit


def test_path_equals_regressions_date_by_date() -> None:
    rng = np.random.default_rng(6)
    given = Regression(
        rng.normal(size=30), np.column_stack([np.ones(30), rng.normal(size=30)]), rng.normal(size=(30, 1))
    )
    found = one_break(given, 6)
    total = float((fit(given.design(()), given.y)[1] ** 2).sum())
    assert found.ends == tuple(range(6, 25))
    for end, statistic in zip(found.ends, found.path, strict=True):
        left = float((fit(given.design((end,)), given.y)[1] ** 2).sum())
        assert statistic == pytest.approx((total - left) / (left / (30 - 5)))
    assert found.exp == pytest.approx(np.log(np.exp(found.path / 2).mean()))
    assert found.sup == found.path.max() == found.path[found.ends.index(found.end)]
    assert found.ave == pytest.approx(found.path.mean())


def test_a_break_without_noise_stays_finite() -> None:
    found = one_break(Regression(np.repeat([0.0, 1.0], 15), np.ones((30, 1)), np.empty((30, 0))), 5)
    assert np.isfinite([found.sup, found.exp, found.ave]).all()
    assert found.end == 15
