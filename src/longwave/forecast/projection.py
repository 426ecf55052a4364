"""One run of numbers led on: fitted, tried on its own past, ready to be calibrated; the part that one series and a hundred
thousand have in common.

The scale is chosen once, on the whole run: an origin on the run's own past does not choose its own, and so knows that
much of its future. Only `record` chooses it anew at every origin.

Where the method asked for finds no fit, the quick ensemble takes its place, and where that finds none, a random walk with
drift; the projection tells so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Message
from longwave.forecast.backtest import Trial, trials
from longwave.forecast.calibration import Ratios, ratios
from longwave.forecast.interval import doubted
from longwave.forecast.method import FORECAST_METHODS, AbstractMethod, FitError, Prediction, Vector

FALL_BACKS = ("fast", "drift")


@dataclass(frozen=True, eq=False)
class Projection:
    """own: the method's own prediction; said: with the doubt about the model in it; trials and errors: what it did on the
    run's own past; fallen: the method that took the place of the one asked for, or nothing."""

    own: Prediction
    said: Prediction
    label: Message
    trials: list[Trial]
    errors: Ratios
    fallen: str = ""


def project(
    values: Vector,
    season: int,
    method: AbstractMethod,
    *,
    horizon: int,
    levels: tuple[float, ...],
    seed: int,
    fewest: int,
    origins: int,
) -> Projection:
    """Leads a run on. values: shape (n,) or (n, k), on the scale of the method; fewest: observations before the first
    origin; origins: most of them. Raises FitError where even the fall-backs find nothing."""
    tried = [("", method), *((name, FORECAST_METHODS.get(name)) for name in FALL_BACKS)]
    for name, each in tried:
        run = values if each.several or values.ndim == 1 else values[:, 0]
        try:
            fit = each.fit(run, season, seed)
            own, said = fit.ahead(horizon), doubted(fit, run, season, horizon)
        except FitError:
            continue
        if not (own.finite and said.finite):
            continue
        past = trials(each, run, season, horizon, seed, fewest=fewest, most=origins)
        return Projection(own, said, fit.label, past, ratios(past, horizon, levels), name)
    raise FitError("neither the method nor its fall-backs find a fit")


def normal_scores(count: int = 99) -> Vector:
    """Middles of even slices of probability of a normal distribution."""
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(count) + 0.5) / count), dtype=np.float64)
