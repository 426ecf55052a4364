"""Panels with known effects."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

YEARS = 30
START = 2014
FIRST = 1990


def autoregression(rng: np.random.Generator, count: int, rho: float) -> NDArray[np.float64]:
    noise = rng.standard_normal(count + 40)
    for t in range(1, len(noise)):
        noise[t] += rho * noise[t - 1]
    return noise[40:]


def panel(
    seed: int,
    areas: int = 21,
    rho: float = 0.5,
    factors: int = 2,
    effect: float = 0.0,
    treated: Sequence[int] = (0,),
) -> pd.DataFrame:
    """Areas that share factors, with noise of their own, and `effect` from 2014 on where treated."""
    rng = np.random.default_rng(seed)
    own = np.column_stack([autoregression(rng, YEARS, rho) for _ in range(areas)])
    common = rng.standard_normal((YEARS, factors)).cumsum(axis=0) @ rng.uniform(0, 1, (factors, areas))
    years = range(FIRST, FIRST + YEARS)
    found = pd.DataFrame(common + own, index=years, columns=[f"A{each:02d}" for each in range(areas)])
    for each in treated:
        found.loc[START:, f"A{each:02d}"] += effect
    return found
