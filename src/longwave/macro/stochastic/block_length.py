"""How long the blocks of a block bootstrap should be: Politis and White (2004) with the correction of Patton,
Politis and White (2009).

For the circular block bootstrap b = (2 g^2 / d)^(1/3) n^(1/3), g = sum of lambda(k/m) |k| R(k) and d = 4/3 (sum of
lambda(k/m) R(k))^2 over k = -m..m, with the flat-top window lambda(t) = 1 up to a half and 2 (1 - |t|) to one, and
R the autocovariances. m is twice the lag after which autocorrelations stay within +-2 sqrt(log10(n) / n).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def best_block_length(series: Vector) -> float:
    """The block length for one series [n]; 1 where it does not vary. At most min(3 sqrt(n), n / 3), rounded up."""
    count = len(series)
    centred = series - series.mean()
    if count < 4 or not float(centred @ centred) > 0.0:
        return 1.0
    run = max(5, int(math.log10(count)))
    furthest = min(math.ceil(math.sqrt(count)) + run, count - 2)
    covariance = np.array([centred[lag:] @ centred[: count - lag] / count for lag in range(furthest + 1)])
    quiet = np.abs(_correlations(centred, furthest)) < 2.0 * math.sqrt(math.log10(count) / count)
    begins = [lag for lag in range(1, furthest - run + 1) if bool(quiet[lag : lag + run].all())]
    window = min(2 * begins[0] if begins else furthest, furthest)
    lags = np.arange(1, window + 1)
    weight = np.minimum(1.0, 2.0 * (1.0 - lags / window))
    bent = 2.0 * float((weight * lags * covariance[1 : window + 1]).sum())
    long_run = float(covariance[0] + 2.0 * (weight * covariance[1 : window + 1]).sum())
    most = math.ceil(min(3.0 * math.sqrt(count), count / 3.0))
    if long_run == 0.0:
        return float(most)
    best = float((2.0 * bent**2 / (4.0 / 3.0 * long_run**2) * count) ** (1.0 / 3.0))
    return max(1.0, min(best, float(most)))


def _correlations(centred: Vector, furthest: int) -> Vector:
    """Autocorrelations, each by the sums of squares of the two stretches that it compares."""
    found = np.ones(furthest + 1)
    for lag in range(1, furthest + 1):
        ahead, behind = centred[lag:], centred[:-lag]
        scale = math.sqrt(float(ahead @ ahead) * float(behind @ behind))
        found[lag] = float(ahead @ behind) / scale if scale > 0.0 else 0.0
    return found


def common_block_length(table: Vector) -> int:
    """One length for several series [periods, columns]: the mean of their best lengths, rounded up."""
    lengths = [best_block_length(table[:, column]) for column in range(table.shape[1])]
    return max(1, math.ceil(float(np.mean(lengths)) - 1e-9))
