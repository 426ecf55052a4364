"""From an effect's path and its uncertainty to intervals: each period's, all periods' together, and the sums'.

A pointwise interval answers "this period?"; the sup-t band holds the whole path (Montiel Olea and Plagborg-Moller 2019):
its critical value is the quantile of the largest |t| over periods. Sums and averages come from the joint distribution,
never from adding single intervals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longwave.policy.evaluate.effect import Measured

DRAWS = 4000

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


def from_draws(effect: Vector, errors: Matrix, level: float) -> Measured:
    """effect: shape (h,); errors: draws by h of estimate less truth, centred at nought.

    The p-value is that of the average: twice the smaller share of draws beyond it, never below 1/draws.
    """
    tail = (1 - level) / 2
    low, high = np.quantile(errors, [tail, 1 - tail], axis=0)
    scale = np.maximum((high - low) / 2, 1e-300)
    wide = np.quantile(np.abs(errors / scale).max(axis=1), level)
    sums = errors.cumsum(axis=1)
    sum_low, sum_high = np.quantile(sums, [tail, 1 - tail], axis=0)
    means = errors.mean(axis=1)
    mean_low, mean_high = np.quantile(means, [tail, 1 - tail])
    value = float(effect.mean())
    beyond = min(float((means >= value).mean()), float((means <= value).mean()))
    cumulated = effect.cumsum()
    return Measured(
        effect,
        effect - high,
        effect - low,
        effect - wide * scale,
        effect + wide * scale,
        cumulated,
        cumulated - sum_high,
        cumulated - sum_low,
        (value, float(value - mean_high), float(value - mean_low)),
        max(2 * beyond, 1 / len(errors)),
    )


def from_covariance(
    effect: Vector, covariance: Matrix, freedom: float, level: float, seed: int = 0
) -> Measured:
    """effect: shape (h,), covariance of its error: (h, h); freedom: of Student's t, the same for all sums.

    Intervals of single numbers are exact quantiles; only the band's critical value is drawn.
    """
    from scipy.stats import t

    q = float(t.ppf((1 + level) / 2, freedom))
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    wide = max(q, _sup_t(covariance, freedom, level, seed))
    adder = np.tril(np.ones((len(effect), len(effect))))
    cumulated = effect.cumsum()
    sum_error = np.sqrt(np.maximum(np.diag(adder @ covariance @ adder.T), 0.0))
    value, mean_error = float(effect.mean()), float(sum_error[-1] / len(effect))
    p = float(2 * t.sf(abs(value) / mean_error, freedom)) if mean_error > 0 else 1.0
    return Measured(
        effect,
        effect - q * error,
        effect + q * error,
        effect - wide * error,
        effect + wide * error,
        cumulated,
        cumulated - q * sum_error,
        cumulated + q * sum_error,
        (value, value - q * mean_error, value + q * mean_error),
        p,
    )


def _sup_t(covariance: Matrix, freedom: float, level: float, seed: int) -> float:
    error = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    correlation = covariance / np.outer(error, error)
    values, vectors = np.linalg.eigh((correlation + correlation.T) / 2)
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal((DRAWS, len(error))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    spread = np.sqrt(freedom / rng.chisquare(freedom, size=DRAWS))
    return float(np.quantile(np.abs(normal).max(axis=1) * spread, level))


def from_placebos(effect: Vector, scale: float, placebos: Matrix, level: float) -> tuple[Measured, float]:
    """Intervals by exchangeability with areas that had no policy (conformal: Vovk; Chernozhukov, Wuthrich and Zhu 2021).

    effect: shape (h,), its scale (error of the fit before the start); placebos: donors by h, each over its own scale.
    With J donors no interval can hold more than J/(J + 1); the level really carried is the second thing returned.
    """
    count = len(placebos)
    rank = min(int(np.ceil(level * (count + 1) - 1e-9)), count)
    carried = max(min(level, rank / (count + 1)), 0.0) if rank == count else level

    def reach(sizes: Matrix) -> Vector:
        return np.asarray(np.sort(np.abs(sizes), axis=0)[rank - 1], dtype=np.float64)

    each, sums = scale * reach(placebos), scale * reach(placebos.cumsum(axis=1))
    band = scale * float(reach(np.abs(placebos).max(axis=1)))
    mean = float(scale * reach(placebos.mean(axis=1)))
    value, cumulated = float(effect.mean()), effect.cumsum()
    larger = int((np.abs(placebos.mean(axis=1)) * scale >= abs(value) - 1e-12).sum())
    measured = Measured(
        effect,
        effect - each,
        effect + each,
        effect - band,
        effect + band,
        cumulated,
        cumulated - sums,
        cumulated + sums,
        (value, value - mean, value + mean),
        (1 + larger) / (count + 1),
    )
    return measured, carried
