"""Whether something happened on a path: ``u > 6`` in some period of a span, in all of them, or several times in a
row.

The probability of an event is the share of replications in which it did, with Wilson's (1927) interval for the
Monte Carlo error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.stochastic.watched import Watch

Truth = NDArray[np.bool_]
When = Literal["some", "all"]


@dataclass(frozen=True, slots=True)
class Event:
    """expression: what holds where it is not nought; first, last: written periods, "" for the simulation's own
    ends.

    when: in some or in all periods of the span; in_a_row: at least so many periods after each other (with "some").
    """

    expression: str
    first: str = ""
    last: str = ""
    when: When = "some"
    in_a_row: int = 1
    name: str = ""

    @property
    def label(self) -> str:
        return self.name or self.expression

    @property
    def watch(self) -> Watch:
        return Watch(self.expression, name=self.label)

    def rows(self, first: Period, horizon: int) -> slice:
        """The rows of the span in a simulation that begins at `first`. Raises UsageError where it does not fit."""
        begin = Period.parse(self.first) - first if self.first else 0
        stop = Period.parse(self.last) - first + 1 if self.last else (begin + 1 if self.first else horizon)
        if not 0 <= begin < stop <= horizon or not 1 <= self.in_a_row <= stop - begin:
            raise UsageError(
                say(
                    "stochastic.event_outside",
                    name=self.label,
                    first=str(first),
                    last=str(first + (horizon - 1)),
                ),
                say("stochastic.event_outside_mend"),
            )
        return slice(begin, stop)

    def happened(self, truth: Truth, rows: slice) -> Truth:
        """bool [replications] from truth [horizon, replications]."""
        span = truth[rows]
        if self.when == "all":
            return np.asarray(span.all(axis=0))
        runs = span
        for step in range(1, self.in_a_row):
            runs = runs[:-1] & span[step:]
        return np.asarray(runs.any(axis=0))


def wilson(successes: float, trials: float, level: float) -> tuple[float, float]:
    """Wilson's interval for a share."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2.0))
    share = successes / trials
    centre = (share + z**2 / (2.0 * trials)) / (1.0 + z**2 / trials)
    half = z / (1.0 + z**2 / trials) * math.sqrt(share * (1.0 - share) / trials + z**2 / (4.0 * trials**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def trials_of(happened: Truth, paired: bool) -> float:
    """How many independent replications would say as much as these.

    happened: of successful replications in order; antithetic pairs (2k, 2k + 1) are told apart by `paired`, and
    count by the variance of their means. Where nothing varies a pair counts once.
    """
    count = len(happened)
    if not paired or count < 4:
        return float(count)
    pairs = happened[: count - count % 2].astype(np.float64).reshape(-1, 2).mean(axis=1)
    share = float(pairs.mean())
    variance = float(pairs.var(ddof=1)) / len(pairs)
    if variance <= 0.0:
        return count / 2.0
    return share * (1.0 - share) / variance
