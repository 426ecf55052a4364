"""Bands of a nowcast as wide as its own past says they should be.

z are the errors of the trials over the method's own standard deviation, K their number, R the mean of min(|z|, 6) over the
mean of |t|, t being Student's with `DEGREES` degrees of freedom. Half-widths are those of that t, times

    max(1, 1 + (min(R, 4) - 1) K / (K + 10))

(few origins count little, and may widen a band but not narrow it, as in `forecast.calibration`; a single bad quarter must
not blow up every later band). With twelve origins and a method whose spread is right
the bands of 50, 80 and 95 per cent hold 52, 82 and 96; where the method claims half the spread that it has, those of 80
per cent hold 68 (simulated). Coverage that is shown is of each origin left out in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from longwave.forecast.method import Prediction, Vector
from longwave.forecast.nowcast.trials import errors

DEGREES = 6.0
"""Errors of nowcasts have fatter tails than a normal: turning points are not ordinary quarters."""

FEWEST = 4
"""Trials below which nothing is learned from them."""

_SHRINK = 10
_MOST = 4.0
_WORST = 6.0
_MEAN_ABSOLUTE = 0.9185586535436917
"""Mean of |t| at six degrees of freedom: 2 sqrt(6) G(7/2) / (5 sqrt(pi) G(3))."""


def factor(scores: Vector) -> float:
    """The factor of the half-widths from errors in units of the method's standard deviation; never below one."""
    known = np.abs(scores[np.isfinite(scores)])
    if len(known) < FEWEST:
        return 1.0
    ratio = min(float(np.minimum(known, _WORST).mean()) / _MEAN_ABSOLUTE, _MOST)
    return max(1.0, 1.0 + (ratio - 1.0) * len(known) / (len(known) + _SHRINK))


def factors(trials: pd.DataFrame, method: str, steps: int) -> Vector:
    """One factor a step."""
    return np.array([factor(standard(errors(trials, method, step))) for step in range(1, steps + 1)])


def standard(rows: pd.DataFrame) -> Vector:
    """Errors in units of the method's own standard deviation."""
    return np.asarray((rows["outcome"] - rows["mean"]) / rows["sd"], dtype=np.float64)


def probabilities(levels: Iterable[float]) -> list[float]:
    """Probabilities of the bounds of these bands and of the middle, ascending."""
    bounds = {round(0.5 + sign * level / 2, 10) for level in levels for sign in (-1, 1)}
    return sorted({0.5, *bounds})


def quantiles(said: Prediction, widen: Vector, wanted: Sequence[float]) -> dict[str, Vector]:
    """Column name -> one value a step."""
    from scipy.special import stdtrit

    return {f"{p:g}": said.mean + widen * said.sd * float(stdtrit(DEGREES, p)) for p in wanted}


def left_out(rows: pd.DataFrame) -> Vector:
    """The factor for each trial from all the others."""
    scores = standard(rows)
    return np.array([factor(np.delete(scores, place)) for place in range(len(scores))])


def coverage(rows: pd.DataFrame, level: float) -> float:
    """Share of outcomes inside the band of that level, each with the factor of the other trials."""
    from scipy.special import stdtrit

    half = left_out(rows) * rows["sd"].to_numpy() * float(stdtrit(DEGREES, 0.5 + level / 2))
    missed = np.asarray(rows["outcome"] - rows["mean"], dtype=np.float64)
    return float(np.mean(np.abs(missed) <= half))
