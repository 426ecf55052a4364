"""Critical values and p-values of the break tests, from the table that benchmarks/breaks_critical_values.py draws.

The table (critical_values.csv) holds upper quantiles of the limit laws for 1 to 10 breaking regressors and
trimmings of .05, .10, .15, .20 and .25; between trimmings and between quantiles it is interpolated (the latter in
log p). Statistics are scaled by the number of regressors, as in the tables of Bai and Perron. For the sequential
test, P(sup-F(l+1|l) <= c) = P(sup-F(1) <= c)^(l+1) (Bai and Perron 1998).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from longwave.measure.breaks.segments import Vector

TRIMMINGS = (0.05, 0.10, 0.15, 0.20, 0.25)
WEIGHTED_LEVELS = (0.10, 0.05, 0.025, 0.01)
"""Levels at which the weights of WDmax are tabled: its weights depend on the level."""


@dataclass(frozen=True, eq=False)
class TailQuantiles:
    """Upper-tail probabilities, falling, and the values exceeded with them, rising."""

    tails: Vector
    values: Vector

    def critical(self, level: float) -> float:
        """The value exceeded with probability level; beyond the table the log tail goes on as a line."""
        return float(_line(-math.log(level), -np.log(self.tails), self.values))

    def p_value(self, statistic: float) -> float:
        """P(limit > statistic), no smaller than the smallest tabled probability: 0.0001 means that or less."""
        if statistic <= self.values[0]:
            return float(1.0 - (1.0 - self.tails[0]) * max(statistic, 0.0) / self.values[0])
        return math.exp(-float(np.interp(statistic, self.values, -np.log(self.tails))))


def _line(place: float, x: Vector, y: Vector) -> float:
    """Interpolation along rising x; beyond the end along the last stretch of some length."""
    if place > x[-1]:
        back = -3 if len(x) > 3 else 0
        return float(y[-1] + (place - x[-1]) * (y[-1] - y[back]) / (x[-1] - x[back]))
    return float(np.interp(place, x, y))


def sup_f(breaks: int, q: int, trimming: float) -> TailQuantiles | None:
    """Limit law of sup-F(0 | breaks); None where it is not tabled."""
    if breaks == 1:
        return _between("sup_one", 1, q, trimming)
    return _between("sup", breaks, q, trimming)


def exp_f(q: int, trimming: float) -> TailQuantiles | None:
    return _between("exp_one", 1, q, trimming)


def ave_f(q: int, trimming: float) -> TailQuantiles | None:
    return _between("ave_one", 1, q, trimming)


def ud_max(most: int, q: int, trimming: float) -> TailQuantiles | None:
    """Limit law of the largest of sup-F(1), ..., sup-F(most)."""
    if most == 1:
        return sup_f(1, q, trimming)
    return _between("ud", most, q, trimming)


def wd_max_critical(most: int, q: int, trimming: float, level: float) -> float | None:
    """Critical value of WDmax, whose weights are for that level; None where it is not tabled."""
    if level not in WEIGHTED_LEVELS:
        return None
    if most == 1:
        law = sup_f(1, q, trimming)
        return None if law is None else law.critical(level)
    law = _between("wd", most, q, trimming)
    return None if law is None else float(law.values[list(law.tails).index(level)])


def next_critical(already: int, q: int, trimming: float, level: float) -> float | None:
    """Critical value of sup-F(already + 1 | already)."""
    law = sup_f(1, q, trimming)
    return None if law is None else law.critical(-math.expm1(math.log1p(-level) / (already + 1)))


def next_p_value(statistic: float, already: int, q: int, trimming: float) -> float | None:
    law = sup_f(1, q, trimming)
    if law is None:
        return None
    return -math.expm1((already + 1) * math.log1p(-min(law.p_value(statistic), 1 - 1e-12)))


@cache
def _table() -> dict[tuple[str, int, float, int], TailQuantiles]:
    text = resources.files("longwave.measure.breaks").joinpath("critical_values.csv").read_text("utf-8")
    head, *lines = text.splitlines()
    tails = np.array([float(cell) for cell in head.split(",")[4:]])
    found = {}
    for line in lines:
        name, q, trimming, breaks, *cells = line.split(",")
        there = np.array([cell != "" for cell in cells])
        values = np.array([float(cell) for cell in cells if cell])
        found[name, int(q), float(trimming), int(breaks)] = TailQuantiles(tails[there], values)
    return found


def _between(name: str, breaks: int, q: int, trimming: float) -> TailQuantiles | None:
    """The law at a trimming of the table or between two of them; trimmings beyond the table have none."""
    if not TRIMMINGS[0] - 1e-9 <= trimming <= TRIMMINGS[-1] + 1e-9:
        return None
    above = next(place for place, known in enumerate(TRIMMINGS) if known >= trimming - 1e-9)
    upper = _table().get((name, q, TRIMMINGS[above], breaks))
    if abs(TRIMMINGS[above] - trimming) < 1e-9:
        return upper
    lower = _table().get((name, q, TRIMMINGS[above - 1], breaks))
    if lower is None:
        return None
    if (
        upper is None
    ):  # the wider trimming has no room for so many breaks: the narrower one errs on the safe side
        return lower
    weight = (trimming - TRIMMINGS[above - 1]) / (TRIMMINGS[above] - TRIMMINGS[above - 1])
    return TailQuantiles(lower.tails, (1 - weight) * lower.values + weight * upper.values)
