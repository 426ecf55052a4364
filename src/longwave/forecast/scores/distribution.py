"""Scores of whole distributions: the continuous ranked probability score and the probability integral transform.

    CRPS(F, y) = ∫ (F(x) − 1(x ≥ y))² dx = 2 ∫₀¹ QS_p(y) dp,   QS_p = (1(y ≤ q_p) − p)(q_p − y)
                                                          (Gneiting and Raftery 2007, Laio and Tamea 2007)
    normal: σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π); Student's t: Jordan, Krüger and Lerch (2019); for a point it is |y − q|.

From a few quantiles the integral is a sum in which each quantile stands for the probabilities nearest to it. An even
mean over unevenly spaced probabilities would be another score: at the house's seven it is a quarter too small.

PIT: F(y) is uniform when the distribution is right (Dawid 1984; Diebold, Gunther and Tay 1998). Between two
quantiles it is read off a straight line; beyond the outer ones it is known only to lie in a tail, and is spread over
that tail (Czado, Gneiting and Held 2009), so no shape is made up there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import say
from longwave.forecast.method import Matrix, Vector
from longwave.forecast.scores.arrays import quantile_arrays, vectors

FEWEST_TRANSFORMS = 10
"""Fewest outcomes of which uniformity is asked."""

_DRAWS = 9999


def crps_normal(outcome: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Vector:
    """CRPS of normal forecasts, (n,), in the unit of the series; all (n,). sd = 0 is a point. Raises BadInput."""
    from scipy.special import ndtr

    came, centre, spread = _located(outcome, mean, sd)
    z = _standard(came - centre, spread)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    score = spread * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))
    return np.asarray(np.where(spread > 0, score, np.abs(came - centre)), dtype=np.float64)


def crps_t(outcome: ArrayLike, mean: ArrayLike, scale: ArrayLike, degrees: float) -> Vector:
    """CRPS of Student's t forecasts, (n,); outcome, mean and scale (n,), scale not the standard deviation but what t is
    multiplied by; degrees above 1, infinite for the normal. Raises BadInput."""
    from scipy.special import betaln, stdtr
    from scipy.stats import t

    if np.isinf(degrees):
        return crps_normal(outcome, mean, scale)
    if not degrees > 1:
        raise BadInput(say("scores.few_degrees", degrees=degrees))
    came, centre, spread = _located(outcome, mean, scale)
    z = _standard(came - centre, spread)
    constant = 2 * np.sqrt(degrees) / (degrees - 1)
    constant *= np.exp(betaln(0.5, degrees - 0.5) - 2 * betaln(0.5, degrees / 2))
    bell = 2 * t.pdf(z, degrees) * (degrees + z**2) / (degrees - 1)
    score = spread * (z * (2 * stdtr(degrees, z) - 1) + bell - constant)
    return np.asarray(np.where(spread > 0, score, np.abs(came - centre)), dtype=np.float64)


def crps_sample(outcome: ArrayLike, draws: ArrayLike, *, fair: bool = False) -> Vector:
    """CRPS of the empirical distribution of draws, (n,); outcome (n,), draws (n, m).

    fair: as an estimate of the CRPS of the distribution that the draws come from (Ferro 2014); wants two draws.
    Raises BadInput.
    """
    (came,) = vectors(outcome=outcome)
    table = np.sort(np.asarray(draws, dtype=np.float64), axis=1)
    if table.ndim != 2 or len(table) != len(came) or table.shape[1] < 1 + fair:
        raise BadInput(
            say("scores.bad_shape", shape=str(table.shape), rows=len(came), columns=1 + fair),
            say("scores.unequal_mend"),
        )
    vectors(draws=table)
    count = table.shape[1]
    weights = 2 * np.arange(1, count + 1) - count - 1
    spread = table @ weights / (count * (count - 1 if fair else count))
    return np.asarray(np.abs(table - came[:, None]).mean(axis=1) - spread, dtype=np.float64)


def quantile_scores(outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike) -> Matrix:
    """QS_p of each forecast and probability, (n, k); outcome (n,), quantiles (n, k), probabilities (k,).
    Raises BadInput."""
    came, table, levels = quantile_arrays(outcome, quantiles, probabilities)
    return np.asarray(((came[:, None] <= table) - levels) * (table - came[:, None]), dtype=np.float64)


def crps_quantiles(outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike) -> Vector:
    """CRPS as far as a few quantiles tell it, (n,), in the unit of the series.

    outcome (n,), quantiles (n, k), probabilities (k,). Twice the mean quantile score, each weighed by the share of
    probabilities nearest to it; the plain mean where they are evenly spaced at (i − 1/2)/k. Raises BadInput.
    """
    scores = quantile_scores(outcome, quantiles, probabilities)
    levels = np.asarray(probabilities, dtype=np.float64).ravel()
    edges = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [1.0]])
    return np.asarray(2 * scores @ np.diff(edges), dtype=np.float64)


def transforms(outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike) -> tuple[Vector, Vector]:
    """Between which two probabilities the PIT of each outcome lies, (n,) and (n,): equal where it is known.

    outcome (n,), quantiles (n, k), probabilities (k,). Beyond the outer quantiles: the whole tail. Where several
    quantiles coincide with the outcome (a distribution with a lump, as at a bound): all the probabilities they
    span. Raises BadInput.
    """
    came, table, levels = quantile_arrays(outcome, quantiles, probabilities)
    edges = np.concatenate([[0.0], levels, [1.0]])
    below = (table < came[:, None]).sum(axis=1)
    met = (table <= came[:, None]).sum(axis=1) - below
    low, high = edges[below], edges[np.minimum(below + 1, len(levels) + 1)]
    inner = (met == 0) & (below > 0) & (below < len(levels))
    low[inner] = high[inner] = _on_the_line(came[inner], table[inner], levels, below[inner])
    low[met > 0] = np.where((met > 1) & (below == 0), 0.0, high)[met > 0]
    top = below + met
    high[met > 0] = np.where((met > 1) & (top == len(levels)), 1.0, edges[top])[met > 0]
    return low, high


def _on_the_line(came: Vector, table: Matrix, levels: Vector, below: NDArray[np.intp]) -> Vector:
    """The probability of each outcome on the straight line between the quantiles around it; `below` are smaller."""
    rows = np.arange(len(came))
    left, right = table[rows, below - 1], table[rows, below]
    share = (came - left) / (right - left)
    return np.asarray(levels[below - 1] + share * (levels[below] - levels[below - 1]), dtype=np.float64)


def spread_over(low: ArrayLike, high: ArrayLike, edges: ArrayLike) -> Vector:
    """How many PITs fall into the bins between the edges (b + 1,), (b,): each is spread evenly over the probabilities
    between which it lies, so that counts need not be whole. low and high (n,) from `transforms`. Raises BadInput."""
    start, end = vectors(low=low, high=high)
    bounds = np.asarray(edges, dtype=np.float64)
    width = end - start
    overlap = np.minimum(end[:, None], bounds[1:]) - np.maximum(start[:, None], bounds[:-1])
    share = np.divide(
        np.maximum(overlap, 0), width[:, None], out=np.zeros_like(overlap), where=width[:, None] > 0
    )
    place = np.clip(np.searchsorted(bounds, start, side="right") - 1, 0, len(bounds) - 2)
    sharp = width <= 0
    share[sharp, place[sharp]] = 1.0
    return np.asarray(share.sum(axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Uniformity:
    """statistic: Pearson's X² over the cells between the quantiles; p_value by simulation; observations."""

    statistic: float
    p_value: float
    observations: int


def uniformity(
    outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike, seed: int = 0
) -> Uniformity:
    """Tests that outcomes fall between the quantiles as often as these say. One step ahead only.

    outcome (n,), quantiles (n, k), probabilities (k,). X² = Σ (count − n π)² / (n π) over the k + 1 cells, of
    probability π; nothing is read between the quantiles. The p-value comes from 9,999 draws of a multinomial, so
    it holds in small samples, for independent outcomes: the PITs of right forecasts one step ahead are (Diebold,
    Gunther and Tay 1998), those further ahead overlap and are not. Raises BadInput, NotEnoughData (below ten).
    """
    low, high = transforms(outcome, quantiles, probabilities)
    if len(low) < FEWEST_TRANSFORMS:
        raise NotEnoughData(
            say("scores.few", count=len(low), fewest=FEWEST_TRANSFORMS), say("scores.few_mend")
        )
    edges = np.concatenate([[0.0], np.asarray(probabilities, dtype=np.float64).ravel(), [1.0]])
    chances = np.diff(edges)
    expected = len(low) * chances
    found = float(((spread_over(low, high, edges) - expected) ** 2 / expected).sum())
    draws = np.random.default_rng(seed).multinomial(len(low), chances, size=_DRAWS)
    simulated = ((draws - expected) ** 2 / expected).sum(axis=1)
    beyond = int((simulated >= found - 1e-9).sum())
    return Uniformity(found, (1 + beyond) / (1 + _DRAWS), len(low))


def _located(outcome: ArrayLike, mean: ArrayLike, spread: ArrayLike) -> tuple[Vector, ...]:
    came, centre, wide = vectors(outcome=outcome, mean=mean, spread=spread)
    if (wide < 0).any():
        raise BadInput(say("scores.negative_spread"))
    return came, centre, wide


def _standard(errors: Vector, spread: Vector) -> Vector:
    return np.divide(errors, spread, out=np.zeros_like(errors), where=spread > 0)
