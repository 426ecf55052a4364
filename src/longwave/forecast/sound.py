"""What every method asks of the numbers that it is given, and of the numbers that it gives back.

A method that can say nothing honest raises `FitError` and its caller falls back; it never hands on NaN, infinity or
a spread of nothing.
"""

from __future__ import annotations

import numpy as np

from longwave.forecast.method import FitError, Prediction, Vector

_NOTHING = 1e-10
"""A spread below this part of the range of the values is rounding, not uncertainty."""

_LARGEST = 1e140
"""Squares of larger values, summed, are infinite."""


def ready(values: Vector, fewest: int) -> Vector:
    """The values as numbers that a method may be fitted to. Raises FitError: too few, infinite, or all the same."""
    run = np.array(values, dtype=np.float64)
    if run.ndim != 1 or len(run) < fewest:
        raise FitError(f"{len(run)} values, at least {fewest} are needed")
    with np.errstate(over="ignore"):
        spread = np.ptp(run)
    if not np.isfinite(run).all() or not np.isfinite(spread):
        raise FitError("values are not finite")
    if np.abs(run).max() > _LARGEST:
        raise FitError("values are too large for their squares to be numbers")
    if spread == 0:
        raise FitError("values do not vary")
    return run


def sound(said: Prediction, values: Vector) -> Prediction:
    """The prediction, if each of its numbers may be shown. Raises FitError."""
    if not said.finite:
        raise FitError("the prediction is not finite")
    if said.sd.min() <= _NOTHING * np.ptp(values):
        raise FitError("the values follow the method without error; no honest spread can be given")
    return said


def step_spread(values: Vector) -> float:
    """Standard deviation of the steps. Raises FitError where they are all the same but for rounding."""
    reach = float(np.ptp(values))
    spread = float(np.std(np.diff(values / reach))) if reach > 0 else 0.0
    if spread <= _NOTHING:
        raise FitError("the steps do not vary")
    return reach * spread
