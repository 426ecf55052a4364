"""Series of known making, which the tests of the forecast's heart share."""

import numpy as np
import pandas as pd

WORDS = {"variable": "real_gdp", "area": "USA", "unit": "million USD, constant 2017"}


def autoregression(length, phi, seed):
    """y_t = phi y_{t-1} + e_t, after a hundred steps of running in."""
    errors = np.random.default_rng(seed).normal(size=length + 100)
    values = np.zeros(length + 100)
    for now in range(1, length + 100):
        values[now] = phi * values[now - 1] + errors[now]
    return values[100:]


def random_walk(length, seed):
    return 100 + np.cumsum(np.random.default_rng(seed).normal(0.1, 1, length))


def growing(length, seed):
    """Its growth is an AR(1) with 0.5."""
    return 100 + np.cumsum(0.3 + autoregression(length, 0.5, seed))


def quarterly(length, seed):
    """A random walk with a season."""
    return random_walk(length, seed) + 5 * np.sin(2 * np.pi * np.arange(length) / 4)


def yearly(values, first=1950):
    return pd.Series(values, index=[str(first + place) for place in range(len(values))])


def gdp(length=50, drift=0.02, noise=0.02, seed=0, first=1970):
    """A geometric walk, by year."""
    steps = drift + np.random.default_rng(seed).normal(0, noise, length)
    return yearly(100 * np.exp(np.cumsum(steps)), first)
