"""EWMA: the exponentially weighted average of what is new, against limits that belong to its run length.

Z = (1-w) Z + w z, w = .2, started at nought (Roberts 1959); an alarm is given where |Z| is beyond L sqrt(w/(2-w)), the
standard deviation that it has in the long run. One number for both directions, and a smooth one: it shows the size of a
change as well as that there is one.
"""

from __future__ import annotations

import numpy as np

from longwave.policy.monitor.run_length import WEIGHT, Floats

DEVIATION = float(np.sqrt(WEIGHT / (2 - WEIGHT)))
"""Standard deviation of the average in the long run."""


def ewma(z: Floats) -> Floats:
    """The average in its own standard deviations (n,), of standardised residuals (n,); a nan leaves it as it was."""
    path = np.zeros(len(z))
    level = 0.0
    for place, each in enumerate(z):
        if np.isfinite(each):
            level = (1 - WEIGHT) * level + WEIGHT * float(each)
        path[place] = level / DEVIATION
    return path


def began(path: Floats, place: int) -> int:
    """Place of the first period in which the average lay on the side on which it is at `place`, without a break."""
    other = np.flatnonzero(np.sign(path[: place + 1]) != np.sign(path[place]))
    return int(other[-1]) + 1 if len(other) else 0
