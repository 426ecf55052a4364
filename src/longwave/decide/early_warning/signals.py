"""Signal extraction: the threshold above which an indicator warns, chosen for stated preferences.

    T1 = missed crises / crises,  T2 = false alarms / calm,  noise-to-signal = T2 / (1 - T1)
    by rates (Alessi and Detken 2011):   L = mu T1 + (1 - mu) T2,             U = min(mu, 1 - mu) - L
    by counts (Sarlin 2013):             L = mu p T1 + (1 - mu)(1 - p) T2,    U = min(mu p, (1 - mu)(1 - p)) - L

Relative usefulness divides U by its first term, what is lost by one who warns always or never: 1 is a perfect
indicator, nought or less one that is worth nothing to somebody with these preferences. p is the share of crises.
Kaminsky, Lizondo and Reinhart (1998) for the method. mu is the reader's choice, and is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.message import say

Weighing = Literal["rates", "counts"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A threshold (warn at it and above) and what came of it. missed, hits, false_alarms, quiet: observations.

    given_warning: share of warnings that a crisis followed; base_rate: share of all observations that one
    followed."""

    threshold: float
    mu: float
    weighing: Weighing
    hits: int
    missed: int
    false_alarms: int
    quiet: int
    usefulness: float
    relative_usefulness: float

    @property
    def type_1(self) -> float:
        return self.missed / (self.hits + self.missed)

    @property
    def type_2(self) -> float:
        return self.false_alarms / (self.false_alarms + self.quiet)

    @property
    def noise_to_signal(self) -> float:
        """Infinite where no crisis was warned of."""
        return self.type_2 / (1 - self.type_1) if self.hits else float("inf")

    @property
    def given_warning(self) -> float:
        warned = self.hits + self.false_alarms
        return self.hits / warned if warned else float("nan")

    @property
    def base_rate(self) -> float:
        return (self.hits + self.missed) / (self.hits + self.missed + self.false_alarms + self.quiet)

    @property
    def useful(self) -> bool:
        return self.relative_usefulness > 0


def best_signal(
    score: np.ndarray, crisis: np.ndarray, mu: float = 0.5, weighing: Weighing = "rates"
) -> Signal:
    """The threshold of the greatest usefulness, the highest one where several are equal.

    score, crisis: shape (observations,), no missing ones. Raises UsageError unless 0 < mu < 1, NotEnoughData without
    both kinds of observations.
    """
    return _signals(score, crisis, mu, weighing)


def signal_at(
    score: np.ndarray, crisis: np.ndarray, threshold: float, mu: float = 0.5, weighing: Weighing = "rates"
) -> Signal:
    """What a threshold that was chosen elsewhere does on these observations; raises as `best_signal`."""
    y = _checked(score, crisis, mu)
    warned = np.asarray(score, float) >= threshold
    return _signal(
        threshold, int((warned & y).sum()), int((warned & ~y).sum()), int(y.sum()), int((~y).sum()), mu, weighing
    )  # fmt: skip


def _checked(score: np.ndarray, crisis: np.ndarray, mu: float) -> np.ndarray:
    if not 0 < mu < 1:
        raise UsageError(say("early_warning.bad_mu", mu=f"{mu:g}"), say("early_warning.bad_mu_mend"))
    y = np.asarray(crisis).astype(bool)
    if len(y) != len(score) or y.all() or not y.any():
        raise NotEnoughData(say("early_warning.one_kind"))
    return y


def _signals(score: np.ndarray, crisis: np.ndarray, mu: float, weighing: Weighing) -> Signal:
    y = _checked(score, crisis, mu)
    s = np.asarray(score, float)
    order = np.argsort(-s, kind="stable")
    ends = np.flatnonzero(np.r_[s[order][1:] != s[order][:-1], True])
    hits = np.cumsum(y[order])[ends]
    alarms = np.cumsum(~y[order])[ends]
    up, calm = int(y.sum()), int((~y).sum())
    first, second, _ = _weights(mu, weighing, up, calm)
    loss = first * (1 - hits / up) + second * alarms / calm
    best = int(np.argmin(loss))
    return _signal(float(s[order][ends[best]]), int(hits[best]), int(alarms[best]), up, calm, mu, weighing)


def _weights(mu: float, weighing: Weighing, up: int, calm: int) -> tuple[float, float, float]:
    """What a unit of either error rate costs, and what the better of always and never costs."""
    share = up / (up + calm)
    first, second = (mu, 1 - mu) if weighing == "rates" else (mu * share, (1 - mu) * (1 - share))
    return first, second, min(first, second)


def _signal(
    threshold: float, hits: int, alarms: int, up: int, calm: int, mu: float, weighing: Weighing
) -> Signal:
    first, second, without = _weights(mu, weighing, up, calm)
    useful = without - (first * (1 - hits / up) + second * alarms / calm)
    return Signal(threshold, mu, weighing, hits, up - hits, alarms, calm - alarms, useful, useful / without)
