"""The random walk with drift."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS

from .series import NILE


def test_drift_is_the_textbook_formula():
    """y + h (y_T - y_1) / (T - 1), sd s sqrt(h (1 + h / (T - 1))): Hyndman and Athanasopoulos (2021), 5.2 and
    5.5."""
    said = FORECAST_METHODS.get("drift").fit(NILE, 1, 0).ahead(2)
    step = (NILE[-1] - NILE[0]) / 39
    assert said.mean.tolist() == pytest.approx([NILE[-1] + step, NILE[-1] + 2 * step])
    spread = np.diff(NILE).std(ddof=1)
    assert said.sd.tolist() == pytest.approx(
        [spread * np.sqrt(1 + 1 / 39), spread * np.sqrt(2 * (1 + 2 / 39))]
    )
