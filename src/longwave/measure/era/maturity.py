"""Maturity of an era: how much of its wave has been lived through, from 0 to 1, in four families of curves.

Each family is written in two numbers that mean the same in all of them: `date`, the year in which dm/dt is
highest (the turning point: before it each year's contribution exceeds the last one's, after it it falls short),
and `duration`, the years that m takes from one tenth to nine tenths.

    logistic   m = 1 / (1 + exp(-r (t - date)))                                  r duration = 2 ln 9
    Gompertz   m = exp(-exp(-r (t - date)))                                      (early, then a long tail)
    Bass       m = (1 - exp(-r (t - start))) / (1 + a exp(-r (t - start))), a = q/p;  date = start + ln a / r
    Richards   m = (1 + v exp(-r v (t - date)))^(-1/v), two shapes v             (v = 1 logistic, v -> 0 Gompertz)

The decay factor is lambda_t = exp(d ln m'(t) / dt), by which one year's contribution follows from the last one's:
exp(r (1 - 2 m)) in the logistic, where lambda = 1 means m = 1/2.

References: Griliches (1957); Bass (1969), with q/p = 12.7 after the mean p = .03, q = .38 of Sultan, Farley and
Lehmann (1990); Richards (1959). A Bass curve that began before the figures do cannot be told from a logistic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

BASS_RATIO = 12.7


@dataclass(frozen=True, slots=True)
class Shape:
    """A family and, for Richards, its shape; parameters: how many its curve has, date and duration included."""

    family: str
    power: float = 1.0
    parameters: int = 2


SHAPES = (
    Shape("logistic"),
    Shape("gompertz"),
    Shape("bass"),
    Shape("richards", 0.4, 3),
    Shape("richards", 3.0, 3),
)
FAMILIES = ("logistic", "gompertz", "bass", "richards")


def maturity(shape: Shape, duration: float | Vector, gap: Vector) -> Vector:
    """m at `gap` = t - date (years), for a curve whose tenth-to-nine-tenths takes `duration` years."""
    rate = _rate(shape) / np.asarray(duration, float)
    if shape.family == "gompertz":
        return np.asarray(np.exp(-np.exp(np.clip(-rate * gap, -500, 500))))
    if shape.family == "bass":
        share = np.exp(np.clip(-rate * gap, -500, 500)) / BASS_RATIO
        return np.asarray(np.maximum((1 - share) / (1 + BASS_RATIO * share), 0.0))
    v = shape.power
    return np.asarray((1 + v * np.exp(np.clip(-rate * v * gap, -500, 500))) ** (-1 / v))


def pace(shape: Shape, duration: float | Vector, gap: Vector) -> Vector:
    """dm/dt, a year."""
    rate = _rate(shape) / np.asarray(duration, float)
    m = maturity(shape, duration, gap)
    if shape.family == "gompertz":
        return np.asarray(rate * m * np.exp(np.clip(-rate * gap, -500, 500)))
    if shape.family == "bass":
        # dF/dt = (p + q F)(1 - F) with p + q = r and q / p = a.
        p = rate / (1 + BASS_RATIO)
        return np.asarray(np.where(m > 0, (p + BASS_RATIO * p * m) * (1 - m), 0.0))
    return np.asarray(rate * m * (1 - m**shape.power))


def log_decay(shape: Shape, duration: float | Vector, gap: Vector) -> Vector:
    """ln lambda: the rate at which the yearly contribution grows (before the date) or shrinks (after it)."""
    rate = _rate(shape) / np.asarray(duration, float)
    if shape.family == "gompertz":
        return np.asarray(rate * np.expm1(np.clip(-rate * gap, -500, 50)))
    if shape.family == "bass":
        return np.asarray(rate * (1 - 2 / (1 + np.exp(np.clip(-rate * gap, -500, 500)))))
    m = maturity(shape, duration, gap)
    return np.asarray(rate * (1 - (1 + shape.power) * m**shape.power))


@lru_cache
def _rate(shape: Shape) -> float:
    """rate x duration: the years from m = .1 to m = .9 at rate one."""
    if shape.family == "gompertz":
        return float(np.log(np.log(10)) - np.log(-np.log(0.9)))
    if shape.family == "bass":
        left = [(1 - m) / (1 + BASS_RATIO * m) for m in (0.1, 0.9)]
        return float(np.log(left[0] / left[1]))
    v = shape.power
    ends = [np.log((m**-v - 1) / v) for m in (0.1, 0.9)]
    return float((ends[0] - ends[1]) / v)
