"""How long a control chart runs until it gives an alarm: by the integral equation, and the limit for a wanted run length.

The average run length L(s) from a statistic s solves L(s) = 1 + the integral of L over where the statistic goes next.
CUSUM (Page 1954; Brook and Evans 1972 as a Markov chain), S = max(0, S + z - k), alarm beyond h, z normal(m, c):

    L(s) = 1 + L(0) Phi((k - s - m)/c) + int_0^h L(y) phi((y + k - s - m)/c)/c dy ,  1/L = 1/L+ + 1/L- for two sides

EWMA (Roberts 1959; Crowder 1987), Z = (1-w) Z + w z, alarm beyond a = L sqrt(w/(2-w)):

    L(u) = 1 + int L(y) phi((y - (1-w) u - w m)/(w c))/(w c) dy ,  over [-a, a], or (-infinity, a] for one side

solved at the nodes of a Gauss-Legendre rule, many (m, c) at once. What is measured from a sample of n is not known: with
an estimated mean and standard deviation the chart sees z with mean -U/(sqrt(n) V) and spread 1/V, U normal and V^2
chi-squared/df, so the run length that one really gets is itself drawn (Jones, Champ and Rigdon 2001, 2004). A limit is
either right on the whole, as if the sample were the truth, or guaranteed with a given assurance (Gandy and Kvaloy 2013).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.message import say

Floats: TypeAlias = npt.NDArray[np.float64]
ChartKind: TypeAlias = Literal["cusum", "ewma"]
Direction: TypeAlias = Literal["up", "down", "both"]

REFERENCE = 0.5
"""k of the CUSUM: half the change to be seen soonest, which is one standard deviation (Page 1954)."""
WEIGHT = 0.2
"""lambda of the EWMA: usual for changes of half to one and a half standard deviations (Lucas and Saccucci 1990)."""
SHORTEST, LONGEST = 4.0, 100_000.0
"""Periods of a run length that can be asked for: below, an alarm says nothing; above, no record reaches."""
_HIGHEST: dict[ChartKind, float] = {"cusum": 40.0, "ewma": 10.0}
"""Limits above which a chart is blind: the change that it still sees within a lifetime is larger than any there is."""
_NODES: dict[ChartKind, float] = {"cusum": 3.0, "ewma": 10.0}
"""Nodes for each unit of the limit, 40 at least: twice as many change no run length in its fourth digit."""
_ENDLESS = 1e9
"""Run lengths above are told as this: the equation can no longer tell them apart."""
_FLOOR = -4.0
"""A one-sided EWMA is held at this many of its standard deviations below, where it is as good as never."""
_DRAWS = 15


@dataclass(frozen=True, slots=True)
class Calibration:
    """A chart's limit and what it gives, in periods.

    limit: h of the CUSUM (in standard deviations), or L of the EWMA (in standard deviations of the statistic); wanted: the
    run length asked for; run_length: the in-control run length if the sample were the truth; low, high: the middle 80 per
    cent of what it really is, the sample being what it is; usual: the median of these.
    """

    kind: ChartKind
    direction: Direction
    limit: float
    wanted: float
    run_length: float
    usual: float
    low: float
    high: float

    def delay(self, change: float) -> float:
        """Average number of periods until a lasting change of `change` standard deviations in the watched direction
        is seen.
        """
        sign = -1.0 if self.direction == "down" else 1.0
        return run_length(self.kind, self.limit, sign * abs(change), direction=self.direction)


def run_length(
    kind: ChartKind, limit: float, shift: float = 0.0, *, spread: float = 1.0, direction: Direction = "both"
) -> float:
    """Average run length of a chart whose input is independent normal(shift, spread), started at rest, in periods.

    limit: h or L, as `Calibration` has it. Raises UsageError for a limit or spread that is not positive and finite.
    """
    if not (0 < limit < np.inf and 0 < spread < np.inf and np.isfinite(shift)):
        raise UsageError(say("monitor.bad_limit", limit=float(limit), spread=float(spread)))
    found = _lengths(kind, limit, np.array([shift]), np.array([spread]), direction)
    return float(found[0])


@lru_cache(maxsize=512)
def calibrate(
    kind: ChartKind,
    wanted: float,
    *,
    direction: Direction = "both",
    sample: int = 0,
    lost: int = 1,
    mean_known: bool = False,
    assurance: float = 0.0,
) -> Calibration:
    """The limit that gives the `wanted` in-control run length (periods).

    sample: observations from which mean and standard deviation were estimated, 0 where both are known; lost: degrees of
    freedom that the estimates took; mean_known: only the standard deviation was estimated. assurance: 0 calibrates as if
    the sample were the truth; 0.9 gives a limit whose true run length is at least `wanted` for nine samples of ten.
    Raises UsageError for a run length out of reach, or a sample too short for its degrees of freedom; NotEnoughData where no
    limit can guarantee the run length after so short a sample.
    """
    if not SHORTEST <= wanted <= LONGEST:
        raise UsageError(say("monitor.bad_run_length", wanted=float(wanted), low=SHORTEST, high=LONGEST))
    if not 0 <= assurance < 1 or (sample and sample - lost < 2):
        raise UsageError(say("monitor.bad_sample", sample=sample, lost=lost, assurance=float(assurance)))
    shift, spread = _draws(sample, lost, mean_known)
    nought, one = np.zeros(1), np.ones(1)

    def excess(limit: float) -> float:
        if assurance and sample:
            got = float(np.quantile(_lengths(kind, limit, shift, spread, direction), 1 - assurance))
        else:
            got = float(_lengths(kind, limit, nought, one, direction)[0])
        return float(np.log(got / wanted))

    limit = _root(excess, _HIGHEST[kind])
    if limit is None:
        raise NotEnoughData(
            say("monitor.no_guarantee", wanted=float(wanted), sample=sample), say("monitor.no_guarantee_mend")
        )
    drawn = _lengths(kind, limit, shift, spread, direction)
    low, usual, high = (float(each) for each in np.quantile(drawn, (0.1, 0.5, 0.9)))
    length = float(_lengths(kind, limit, nought, one, direction)[0])
    return Calibration(kind, direction, limit, float(wanted), length, usual, low, high)


def _root(excess: Callable[[float], float], highest: float) -> float | None:
    """Where an increasing function of the limit is nought; None where it is not below `highest`."""
    from scipy.optimize import brentq

    low, high = 1e-3, 4.0
    while excess(high) < 0:
        if high >= highest:
            return None
        high = min(1.5 * high, highest)
    return low if excess(low) > 0 else float(brentq(excess, low, high, xtol=1e-7))


def _draws(sample: int, lost: int, mean_known: bool) -> tuple[Floats, Floats]:
    """Means and spreads of what the chart sees, over the samples that might have come: equal weights."""
    from scipy import stats

    if sample == 0:
        return np.zeros(1), np.ones(1)
    places = (np.arange(_DRAWS) + 0.5) / _DRAWS
    free = sample - lost
    spread = np.sqrt(stats.chi2.ppf(places, free) / free)
    mean = np.zeros(1) if mean_known else stats.norm.ppf(places) / np.sqrt(sample)
    first, second = np.meshgrid(mean, spread)
    return -(first / second).ravel(), (1 / second).ravel()


def _lengths(kind: ChartKind, limit: float, shift: Floats, spread: Floats, direction: Direction) -> Floats:
    """Run lengths (draws,) for each shift and spread."""
    if kind == "ewma":
        if direction == "both":
            found = _ewma(limit, shift, spread, both=True)
        else:
            found = _ewma(limit, shift if direction == "up" else -shift, spread, both=False)
        return _tamed(found)
    if direction != "both":
        return _tamed(_cusum(limit, shift if direction == "up" else -shift, spread))
    up, down = _tamed(_cusum(limit, shift, spread)), _tamed(_cusum(limit, -shift, spread))
    return 1 / (1 / up + 1 / down)


def _cusum(limit: float, shift: Floats, spread: Floats) -> Floats:
    """One-sided CUSUM from nought: the atom at nought is the first unknown, the nodes are the others."""
    nodes, weights = _rule(0.0, limit, _NODES["cusum"] * limit)
    places = np.concatenate([[0.0], nodes])
    mean = places[None, :] - REFERENCE + shift[:, None]  # where the statistic goes from each place
    width = spread[:, None, None]
    kernel = np.empty((len(shift), len(places), len(places)))
    kernel[:, :, 0] = _below(-mean / spread[:, None])
    kernel[:, :, 1:] = _density((nodes[None, None, :] - mean[:, :, None]) / width) / width * weights
    return _solved(kernel)[:, 0]


def _ewma(limit: float, shift: Floats, spread: Floats, *, both: bool) -> Floats:
    """EWMA from nought. One-sided: held from below at `_FLOOR`, an atom like the CUSUM's."""
    deviation = np.sqrt(WEIGHT / (2 - WEIGHT))
    floor = -limit * deviation if both else _FLOOR * deviation
    nodes, weights = _rule(floor, limit * deviation, _NODES["ewma"] * limit)
    places = np.concatenate([[0.0 if both else floor], nodes, [0.0]])
    mean = (1 - WEIGHT) * places[None, :] + WEIGHT * shift[:, None]
    width = WEIGHT * spread[:, None]
    kernel = np.zeros((len(shift), len(places), len(places)))
    kernel[:, :, 1:-1] = (
        _density((nodes[None, None, :] - mean[:, :, None]) / width[:, :, None]) / width[:, :, None] * weights
    )
    if not both:
        kernel[:, :, 0] = _below((floor - mean) / width)
    return _solved(kernel)[:, -1]


def _solved(kernel: Floats) -> Floats:
    count = kernel.shape[1]
    return np.asarray(np.linalg.solve(np.eye(count) - kernel, np.ones((len(kernel), count, 1)))[:, :, 0])


def _tamed(lengths: Floats) -> Floats:
    """Run lengths within what the equation can tell: rounding makes longer ones anything, negative too."""
    return np.where((lengths < 1) | (lengths > _ENDLESS) | ~np.isfinite(lengths), _ENDLESS, lengths)


def _rule(low: float, high: float, wanted: float) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(max(40, int(wanted)))
    return low + (nodes + 1) * (high - low) / 2, weights * (high - low) / 2


def _density(z: Any) -> Floats:
    return np.asarray(np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi))


def _below(z: Any) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(z))
