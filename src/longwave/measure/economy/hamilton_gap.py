"""A second opinion on the gap without a filter: what could not be foreseen two years before.

    y_{t+h} = b0 + b1 y_t + ... + bp y_{t-p+1} + v_{t+h},   h two years, p one year;   gap = v

Hamilton (2018, Review of Economics and Statistics 100): the regression asks for no smoothness and feigns no cycle where the
series wanders at random. It is one-sided by construction; its coefficients are estimated on all the years, so its past
values use the future, its last does not. Its interval is the wider of two: of the line fitted (Newey and West 1987), and
of what such gaps were revised by once the coefficients were estimated on all the years. Neither tells whether what could
not be foreseen is slack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_FEWEST = 10
"""Periods beyond the coefficients without which no line is fitted."""


@dataclass(frozen=True, eq=False)
class HamiltonGap:
    """gaps: of every period that could be foreseen, fractions in logarithms; error: of the last one, the larger of its
    fitted value's standard error and the root mean square of past revisions; freedom: degrees of freedom of the
    regression."""

    gaps: pd.Series
    error: float
    freedom: int

    def interval(self, level: float = 0.95) -> tuple[float, float, float]:
        from scipy.special import stdtrit

        last = float(self.gaps.iloc[-1])
        half = float(stdtrit(self.freedom, 0.5 + level / 2) * self.error)
        return last, last - half, last + half


def hamilton_gap(values: pd.Series, ahead: int, lags: int) -> HamiltonGap:
    """The gap of every period from what was known `ahead` periods before.

    values: logarithm of output, index = period as a whole number; missing periods are left out. Raises ValueError where
    fewer than ten periods beyond the coefficients are there, or the regression has no solution.
    """
    table = pd.DataFrame(
        {"y": values, **{f"lag{k}": values.shift(ahead + k) for k in range(lags)}}, index=values.index
    )
    table = table.dropna()
    x = np.column_stack([np.ones(len(table)), table.drop(columns="y").to_numpy(float)])
    freedom = len(table) - x.shape[1]
    if freedom < _FEWEST or np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("too few periods, or output does not vary")
    y = table["y"].to_numpy(float)
    inverse = np.linalg.inv(x.T @ x)
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    scores = x * left[:, None]
    middle = scores.T @ scores
    for step in range(1, ahead + 1):
        moved = scores[step:].T @ scores[:-step]
        middle += (1 - step / (ahead + 1)) * (moved + moved.T)
    covariance = inverse @ middle @ inverse * len(y) / freedom
    error = max(float(np.sqrt(max(x[-1] @ covariance @ x[-1], 0.0))), _revised(x, y, left))
    return HamiltonGap(pd.Series(left, index=table.index, name="gap"), error, freedom)


def _revised(x: NDArray[np.float64], y: NDArray[np.float64], final: NDArray[np.float64]) -> float:
    """Root mean square of final less first gaps, the first ones estimated on the periods up to their own."""
    revisions = []
    for end in range(x.shape[1] + _FEWEST, len(y)):
        b = np.linalg.lstsq(x[:end], y[:end], rcond=None)[0]
        revisions.append(final[end - 1] - float(y[end - 1] - x[end - 1] @ b))
    return float(np.sqrt(np.mean(np.square(revisions)))) if revisions else 0.0
