"""Clark and West: hand-worked, and of the right size where the larger model adds only noise."""

import numpy as np
import pytest

from longwave.forecast.nowcast.clark_west import clark_west


def test_by_hand() -> None:
    outcome, small, large = np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4), np.array([1.0, 1.0, 1.0, 1.0])
    # f = y^2 - ((y - 1)^2 - 1) = 2 y
    f = 2 * outcome
    statistic, p_value = clark_west(outcome, small, large)
    assert statistic == pytest.approx(f.mean() / (f.std(ddof=1) / 2))
    assert p_value == pytest.approx(0.0152, abs=1e-3)  # Student's t with three degrees beyond 3.873


def test_twins_tell_nothing() -> None:
    same = np.array([1.0, 2.0, 3.0])
    assert clark_west(same + 1, same, same) == (0.0, 0.5)


def test_size_and_power() -> None:
    random = np.random.default_rng(0)
    rejected = {0.0: 0, 0.8: 0}
    for gain in rejected:
        for _ in range(400):
            x, noise = random.normal(size=(2, 60))
            y = gain * x + noise
            said = []
            for place in range(40, 60):
                slope = x[:place] @ y[:place] / (x[:place] @ x[:place])
                said.append(slope * x[place])
            rejected[gain] += clark_west(y[40:], np.zeros(20), np.array(said))[1] < 0.05
    assert rejected[0.0] / 400 < 0.08
    assert rejected[0.8] / 400 > 0.7
