"""Step 6a: weights. A weight is a statement of what matters, and statistics can replace it only in form.

Equal weights; weights by principal components after the OECD (varimax rotation, each indicator in the factor that
it loads on most); benefit of the doubt, where each unit gets the weights that suit it best, by linear programming;
and weights from pairwise judgements (analytic hierarchy process).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.scorecard.indicators import Matrix, Vector

SHARE_LOW, SHARE_HIGH = 0.5, 2.0
"""Benefit of the doubt: an indicator's weight lies between half and twice an equal share of the unit's total
weight. Unbounded, many units would rest on one indicator alone and share the first place."""


def equal(width: int) -> Vector:
    """1 / q each."""
    return np.full(width, 1.0 / width)


@dataclass(frozen=True, eq=False)
class Factors:
    """Principal components: eigenvalues falling; loadings after varimax (indicators, factors); variance that each
    rotated factor explains; weights that follow."""

    eigenvalues: Vector
    loadings: Matrix
    explained: Vector
    weights: Vector


def principal(values: Matrix, keep: int | None = None) -> Factors:
    """Weights by principal components after the Handbook, step 6.1 (Nicoletti et al. 2000).

    Components of the correlation matrix with an eigenvalue of at least one, and further ones until three fifths
    of the variance are explained, each explaining a tenth; keep: how many instead. Rotated by varimax with Kaiser's
    normalisation. An indicator's weight: its squared loading as a share of its factor's, times the factor's share
    of the variance explained, for the factor on which it loads most (the factor's variance cancels); scaled to
    one. Raises ValueError with fewer than three units
    or an indicator that does not vary.
    """
    scaled = _standardised(values)
    correlation = scaled.T @ scaled / len(scaled)
    eigenvalues, vectors = np.linalg.eigh(correlation)
    order = np.argsort(eigenvalues)[::-1]
    eigenvalues, vectors = np.maximum(eigenvalues[order], 0.0), vectors[:, order]
    count = keep or _kept(eigenvalues)
    loadings = varimax(vectors[:, :count] * np.sqrt(eigenvalues[:count]))
    squares = loadings**2
    explained = squares.sum(axis=0)
    best = squares.argmax(axis=1)
    rows = np.arange(len(best))
    raw = squares[rows, best]
    return Factors(eigenvalues, loadings, explained, raw / raw.sum())


def _kept(eigenvalues: Vector) -> int:
    """Eigenvalue of one or above, three fifths of the variance together; a tenth each beyond the first."""
    share = eigenvalues / eigenvalues.sum()
    enough = int(np.searchsorted(np.cumsum(share), 0.6) + 1)
    large = int((eigenvalues >= 1 - 1e-9).sum())
    return max(1, min(max(enough, large), int((share >= 0.1).sum())))


def varimax(loadings: Matrix, rounds: int = 500) -> Matrix:
    """Kaiser's (1958) varimax rotation with row normalisation."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    unit = loadings / np.where(length > 0, length, 1.0)
    count, width = unit.shape
    turn = np.eye(width)
    before = 0.0
    for _ in range(rounds):
        turned = unit @ turn
        aim = turned**3 - turned * (turned**2).sum(axis=0) / count
        left, size, right = np.linalg.svd(unit.T @ aim)
        turn = left @ right
        if size.sum() <= before * (1 + 1e-12):
            break
        before = float(size.sum())
    return np.asarray(unit @ turn * length)


def benefit_of_doubt(
    scores: Matrix, low: float = SHARE_LOW, high: float = SHARE_HIGH
) -> tuple[Vector, Matrix]:
    """Each unit's best total and the weights that give it: max sum w I of the unit, such that no unit exceeds one
    with these weights.

    scores: (units, indicators), not negative, complete (min-max, say). low, high: bounds of an indicator's weight
    in multiples of an equal share of the unit's total weight; 0 and infinity for none. Returns totals (0 to 1)
    and weights (units, indicators). Linear programs solved by HiGHS. Raises ValueError for negative or missing
    scores. Reference: Cherchye et al. (2007); Handbook, step 6.3.
    """
    from scipy.optimize import linprog

    if np.isnan(scores).any() or scores.min() < 0:
        raise ValueError("benefit of the doubt needs complete scores that are not negative")
    units, width = scores.shape
    rows, ends = [scores], [np.ones(units)]
    if low > 0:
        rows.append(low / width * np.ones((width, width)) - np.eye(width))
        ends.append(np.zeros(width))
    if np.isfinite(high):
        rows.append(np.eye(width) - high / width * np.ones((width, width)))
        ends.append(np.zeros(width))
    matrix, end = np.vstack(rows), np.concatenate(ends)
    totals, weights = np.empty(units), np.empty((units, width))
    for unit in range(units):
        found = linprog(-scores[unit], A_ub=matrix, b_ub=end, bounds=(0, None), method="highs")
        if found.status != 0:
            raise ValueError("no weights keep every unit within its bounds")
        totals[unit] = -found.fun
        # A unit that is last in everything has no best weights: it gets equal ones.
        weights[unit] = found.x if scores[unit].any() else 1.0 / max(scores.sum(axis=1).max(), 1e-12)
    return totals, weights


@dataclass(frozen=True, eq=False)
class Judged:
    """Weights from pairwise judgements, and how far the judgements contradict each other (below 0.1 is held to be
    tolerable)."""

    weights: Vector
    inconsistency: float


_RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Saaty's (1980) mean consistency index of random judgements, by number of indicators."""


def pairwise(judgements: Matrix) -> Judged:
    """Analytic hierarchy process: the principal eigenvector of a reciprocal matrix of judgements (a_ij: how many
    times more i matters than j). Raises ValueError where it is not square, positive and reciprocal. Reference:
    Saaty (1980)."""
    size = len(judgements)
    if judgements.shape != (size, size) or (judgements <= 0).any():
        raise ValueError("judgements must be a square of positive numbers")
    if not np.allclose(judgements * judgements.T, 1.0, rtol=1e-6):
        raise ValueError("the judgement of j against i must be the reciprocal of that of i against j")
    values, vectors = np.linalg.eig(judgements)
    top = int(np.argmax(values.real))
    weights = np.abs(vectors[:, top].real)
    index = (float(values[top].real) - size) / max(size - 1, 1)
    random = _RANDOM_INDEX[min(size, len(_RANDOM_INDEX) - 1)]
    return Judged(weights / weights.sum(), index / random if random else 0.0)


def _standardised(values: Matrix) -> Matrix:
    if len(values) < 3:
        raise ValueError("three units are needed")
    spread = values.std(axis=0)
    if not (spread > 0).all():
        raise ValueError("an indicator does not vary")
    return np.asarray((values - values.mean(axis=0)) / spread)
