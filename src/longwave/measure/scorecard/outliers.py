"""Outliers: an indicator whose skewness and kurtosis are both beyond bounds is treated, and flagged as treated.

Bounds as the European Commission's COIN tool has them: |skewness| > 2 and kurtosis > 3.5. Either values at the
far end are drawn in to the next one until the bounds hold (winsorised), or the whole indicator is transformed
(Box-Cox).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.scorecard.indicators import Matrix, Vector

SKEWED, PEAKED = 2.0, 3.5
MOST_WINSORISED = 5
"""Points drawn in at most; an indicator that needs more is not one with outliers but one with a long tail."""


def skewness(values: Vector) -> float:
    """Sample skewness G1 with the small-sample factor (as spreadsheets and COINr have it); missing left out."""
    x = values[~np.isnan(values)]
    n = len(x)
    spread = x.std(ddof=1) if n > 2 else 0.0
    if spread == 0:
        return 0.0
    return float(n / ((n - 1) * (n - 2)) * (((x - x.mean()) / spread) ** 3).sum())


def kurtosis(values: Vector) -> float:
    """Sample excess kurtosis G2 with the small-sample factor; missing left out."""
    x = values[~np.isnan(values)]
    n = len(x)
    spread = x.std(ddof=1) if n > 3 else 0.0
    if spread == 0:
        return 0.0
    fourth = (((x - x.mean()) / spread) ** 4).sum()
    return float(
        n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
    )


def is_wild(values: Vector) -> bool:
    """Whether skewness and kurtosis are both beyond their bounds."""
    return abs(skewness(values)) > SKEWED and kurtosis(values) > PEAKED


@dataclass(frozen=True, eq=False)
class Treatment:
    """What is to be done to each indicator, decided once on the figures as they are, so that it can be done to
    any draw of them: low and high ends to draw in (counts), Box-Cox powers and shifts (NaN: none)."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    power: Vector
    shift: Vector

    @property
    def flags(self) -> NDArray[np.bool_]:
        """Indicators that are treated."""
        return (self.low > 0) | (self.high > 0) | ~np.isnan(self.power)

    def apply(self, draws: Matrix) -> Matrix:
        """The treated values; draws: (..., units, indicators)."""
        treated = draws.copy()
        for column in np.flatnonzero(self.flags):
            x = treated[..., column]
            if not np.isnan(self.power[column]):
                treated[..., column] = _box_cox(x, self.power[column], self.shift[column])
                continue
            # Missing values sort to the end.
            ranked = np.sort(x, axis=-1)
            count = (~np.isnan(x)).sum(axis=-1, keepdims=True)
            floor = np.take_along_axis(ranked, np.full_like(count, self.low[column]), axis=-1)
            top = np.take_along_axis(ranked, count - 1 - self.high[column], axis=-1)
            treated[..., column] = np.clip(x, floor, top)
        return treated


def _nothing(width: int) -> Treatment:
    zeros = np.zeros(width, dtype=np.int64)
    return Treatment(zeros, zeros.copy(), np.full(width, np.nan), np.full(width, np.nan))


def leave(values: Matrix) -> Treatment:
    """Nothing is treated."""
    return _nothing(values.shape[1])


def winsorise(values: Matrix) -> Treatment:
    """Draws in the farthest value of a wild indicator to the next one, again and again on the side of the
    skewness, until skewness or kurtosis is within bounds, five times at most."""
    plan = _nothing(values.shape[1])
    for column in range(values.shape[1]):
        x = np.sort(values[~np.isnan(values[:, column]), column])
        low = high = 0
        while is_wild(x) and low + high < min(MOST_WINSORISED, len(x) - 2):
            if skewness(x) > 0:
                high += 1
                x[len(x) - high :] = x[len(x) - high - 1]
            else:
                low += 1
                x[:low] = x[low]
        plan.low[column], plan.high[column] = low, high
    return plan


def transform(values: Matrix) -> Treatment:
    """Box-Cox transforms a wild indicator, by its likelihood, after shifting it above zero."""
    from scipy.stats import boxcox_normmax

    plan = _nothing(values.shape[1])
    for column in range(values.shape[1]):
        x = values[~np.isnan(values[:, column]), column]
        if not is_wild(x):
            continue
        # The smallest value becomes a hundredth of the range: a logarithm of nothing is no number.
        shift = float(0.01 * np.ptp(x) - x.min())
        plan.power[column] = float(np.clip(boxcox_normmax(x + shift, method="mle"), -3, 3))
        plan.shift[column] = shift
    return plan


def _box_cox(x: Matrix, power: float, shift: float) -> Matrix:
    # A draw of noise may fall below the smallest figure given: it is held just above zero.
    moved = np.maximum(x + shift, 1e-12 + 0.01 * abs(shift) * 1e-3)
    return np.log(moved) if abs(power) < 1e-8 else (moved**power - 1) / power


TREATMENTS = {"none": leave, "winsorise": winsorise, "box_cox": transform}
