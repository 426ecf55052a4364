"""Whether there is one break at an unknown date: sup, exp and average F.

Andrews (1993), Andrews and Ploberger (1994). F(t) = (SSR0 - SSR1(t)) / (SSR1(t)/(n - 2q - p)), q times an F
statistic, for every t that leaves trimming x n observations on either side; the exponential statistic is
log(mean(exp(F/2))). Equal, uncorrelated errors are assumed: under autocorrelation all three reject far too often
(docs/concepts/breaks.md), and the bootstrap decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.breaks.segments import BreakScan, Regression, Vector, fit
from longwave.measure.breaks.wald import HIGHEST


@dataclass(frozen=True, eq=False)
class OneBreak:
    """F at each possible date; ends: numbers of observations up to it; end: where F is largest."""

    ends: tuple[int, ...]
    path: Vector
    sup: float
    exp: float
    ave: float

    @property
    def end(self) -> int:
        return self.ends[int(self.path.argmax())]


def one_break(given: Regression, shortest: int) -> OneBreak:
    """The three statistics over all dates with at least `shortest` observations on either side."""
    base = given.design(())
    rest = fit(base, given.y)[1]
    scan = BreakScan.of(base, given.x, 0, given.n, shortest)
    gains = scan.gains(rest[:, None])[:, 0]
    freedom = given.n - 2 * given.q - given.p
    left = np.maximum(rest @ rest - gains, 0.0)
    path = np.minimum(freedom * gains / np.maximum(left, 1e-12 * (rest @ rest) + 1e-300), HIGHEST)
    top = float(path.max())
    exp = top / 2 + float(np.log(np.exp((path - top) / 2).mean()))
    return OneBreak(tuple(scan.ends), path, top, exp, float(path.mean()))
