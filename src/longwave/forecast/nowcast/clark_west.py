"""Whether a larger model errs less than the smaller one within it: Clark and West (2007).

A model with one more series than is needed estimates a coefficient that is zero, and that noise makes its squared error
larger although it is not wrong. The statistic takes the noise out,
    f = (y - m1)^2 - ((y - m2)^2 - (m1 - m2)^2),      m1 of the smaller, m2 of the larger model,
and tests mean(f) > 0 from one side, here against Student's t with n - 1 degrees for few origins one step ahead.
"""

from __future__ import annotations

import numpy as np

from longwave.forecast.method import Vector


def clark_west(outcome: Vector, small: Vector, large: Vector) -> tuple[float, float]:
    """Statistic and one-sided p-value of "the larger model adds nothing"; (0, 0.5) where both always said the same."""
    from scipy.special import stdtr

    gain = (outcome - small) ** 2 - ((outcome - large) ** 2 - (small - large) ** 2)
    spread = float(gain.std(ddof=1))
    if not spread > 1e-12 * float(np.abs(gain).max()):
        return 0.0, 0.5
    statistic = float(gain.mean() / (spread / np.sqrt(len(gain))))
    return statistic, float(stdtr(len(gain) - 1, -statistic))
