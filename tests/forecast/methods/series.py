"""Series that the tests of the methods share."""

import numpy as np
from statsmodels.datasets import nile

NILE = nile.load_pandas().data["volume"].to_numpy(float)[:40]
"""Flow of the Nile at Aswan from 1871 on, in 1e8 cubic metres, as statsmodels ships it (Cobb 1978)."""


def seasonal(years: int, season: int, seed: int = 3) -> np.ndarray:
    """Positive values with a season, a trend and a random walk."""
    time = np.arange(years * season)
    wave = 0.15 * np.sin(2 * np.pi * time / season)
    walk = np.cumsum(np.random.default_rng(seed).normal(0, 0.02, len(time)))
    return np.exp(4 + 0.05 * time / season + wave + walk)


def walk(length: int, seed: int = 0) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(0.1, 1, length))
