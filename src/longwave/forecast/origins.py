"""At which earlier dates of a series a method is tried."""

from __future__ import annotations

import numpy as np

MOST_ORIGINS = 8
_LEAST_OUTCOMES = 3
"""The last origin leaves this many outcomes to compare with, or as many as are asked for."""


def origins(observations: int, horizon: int, fewest: int, most: int = MOST_ORIGINS) -> list[int]:
    """Up to `most` counts of observations known at an origin, spread evenly over the later half of the run.

    fewest: observations that the method wants; the first origin has them, and half of all at least.
    """
    first = max(fewest, observations // 2)
    last = observations - min(horizon, _LEAST_OUTCOMES)
    if last < first:
        return []
    return [int(place) for place in np.unique(np.linspace(first, last, most).round())]
