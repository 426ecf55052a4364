"""A made-up table of units whose order is known."""

from collections.abc import Callable

import numpy as np
import pytest

from longwave.measure.scorecard.indicators import Indicators, indicators


@pytest.fixture
def table() -> Callable[..., Indicators]:
    """Units by indicators that share one factor; noise: how far indicators go their own way; gaps: share missing;
    wild: whether the first indicator has a long tail."""

    def make(
        units: int = 20,
        width: int = 6,
        noise: float = 0.5,
        gaps: float = 0.0,
        wild: bool = False,
        seed: int = 0,
    ) -> Indicators:
        rng = np.random.default_rng(seed)
        factor = rng.standard_normal((units, 1))
        values = factor + noise * rng.standard_normal((units, width))
        if wild:
            values[:, 0] = np.exp(2.5 * values[:, 0])
        values[rng.random(values.shape) < gaps] = np.nan
        return indicators(values)

    return make
