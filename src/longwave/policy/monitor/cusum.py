"""Tabular CUSUM: what has added up beyond half a standard deviation a period, in one direction at a time.

C+ = max(0, C+ + z - k), C- = max(0, C- - z - k), k = .5 (Page 1954; Montgomery, Introduction to Statistical Quality
Control, chapter 9). An alarm is given beyond h. The change began after the last period in which the sum was nought,
and amounts to k + C/N standard deviations over the N periods since, which is their mean.
"""

from __future__ import annotations

import numpy as np

from longwave.policy.monitor.run_length import REFERENCE, Floats


def cusum(z: Floats) -> tuple[Floats, Floats]:
    """Upward and downward sums (n,) of standardised residuals (n,); where one is nan both stay as they were."""
    up, down = np.zeros(len(z)), np.zeros(len(z))
    high = low = 0.0
    for place, each in enumerate(z):
        if np.isfinite(each):
            high = max(0.0, high + float(each) - REFERENCE)
            low = max(0.0, low - float(each) - REFERENCE)
        up[place], down[place] = high, low
    return up, down


def began(sums: Floats, place: int) -> int:
    """Place of the first period of the change that shows at `place`: the one after the sum was last nought."""
    nought = np.flatnonzero(sums[: place + 1] <= 0)
    return int(nought[-1]) + 1 if len(nought) else 0
