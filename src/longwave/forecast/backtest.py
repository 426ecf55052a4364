"""What the method would have said at earlier dates of the same series, and how often that came true.

Rolling origins over the later half of the data. Yearly series are fitted anew at each origin; quarterly and
monthly ones, whose seasonal models take long to choose, are fitted at the first origin and carried to the
later ones with their parameters unchanged, so that no origin knows its future. Data are the latest vintage:
real-time revisions are not in the score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.forecast import BacktestScore
from longwave.forecast.forecaster import AbstractFit, AbstractMethod, FitError, Vector
from longwave.forecast.interval import freedom, half_widths, spread, standard_scores, widening
from longwave.forecast.methods.drift import Drift

_MOST_ORIGINS = 8
_FEWEST_BEFORE = 12
"""No origin has fewer observations before it than a forecast needs."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One origin: what was said (mean, spread), what came, and what the random walk with drift said."""

    errors: Vector
    sd: Vector
    own_sd: Vector
    degrees: float
    drift_errors: Vector

    @property
    def scores(self) -> Vector:
        return standard_scores(self.errors, self.sd, self.degrees)


def origins(observations: int, horizon: int) -> list[int]:
    """Up to eight counts of observations known at an origin, spread evenly over the later half; the last one
    leaves three outcomes to compare with."""
    first = max(_FEWEST_BEFORE, observations // 2)
    last = observations - min(horizon, 3)
    if last < first:
        return []
    return [int(place) for place in np.unique(np.linspace(first, last, _MOST_ORIGINS).round())]


def trials(method: AbstractMethod, values: Vector, season: int, horizon: int, seed: int) -> list[Trial]:
    """The method tried at each origin; origins where it found no fit are left out."""
    found: list[Trial] = []
    fit: AbstractFit | None = None
    for known in origins(len(values), horizon):
        past, future = values[:known], values[known : known + horizon]
        try:
            fit = method.fit(past, season, seed) if fit is None or season == 1 else fit.carried(past)
            said = spread(fit, past, len(future))
            own = fit.ahead(len(future)).sd
        except FitError:
            continue
        drift = Drift().fit(past, 1, seed).ahead(len(future)).mean
        if np.isfinite(said.mean).all() and np.isfinite(said.sd).all():
            degrees = freedom(known, fit.parameters)
            found.append(Trial(future - said.mean, said.sd, own, degrees, future - drift))
    return found


def score(found: list[Trial], levels: tuple[float, ...]) -> BacktestScore | None:
    """Coverage of the bands as they are built, each origin's factor taken from the other origins, so that
    none judges itself; None without origins."""
    if not found:
        return None
    factors = [widening([other.scores for other in found if other is not one]) for one in found]
    inside = {
        level: float(
            np.concatenate(
                [
                    np.abs(one.errors) <= half_widths(one.sd, level, one.degrees, factor)
                    for one, factor in zip(found, factors, strict=True)
                ]
            ).mean()
        )
        for level in levels
    }
    own = np.abs(np.concatenate([one.errors for one in found])).mean()
    drift = np.abs(np.concatenate([one.drift_errors for one in found])).mean()
    forecasts = sum(len(one.errors) for one in found)
    return BacktestScore(len(found), forecasts, inside, float(own / drift) if drift > 0 else 1.0)


def raw_coverage(found: list[Trial], level: float) -> float:
    """Coverage of the method's own normal bands, before anything was widened."""
    inside = [np.abs(one.errors) <= half_widths(one.own_sd, level, 1e6) for one in found]
    return float(np.concatenate(inside).mean())
