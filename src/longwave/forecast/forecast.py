"""A forecast of one series: mean and bands for the periods ahead, with what the method did on the series' own
past."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal, Sample
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.forecast.backtest import Trial, raw_coverage, score, trials
from longwave.forecast.forecaster import FORECAST_METHODS, AbstractFit, FitError, Prediction, Vector
from longwave.forecast.interval import freedom, half_widths, spread, widening
from longwave.forecast.methods import drift
from longwave.forecast.scale import Scale, choose_scale

FEWEST = 12
"""Fewest observations: below, neither a model nor its errors can be estimated."""

_FARTHEST = 120

_REGULAR = 1e-9
"""Steps that differ by less than this part of the range come from a formula, not from observation."""


def forecast(
    series: pd.Series,
    *,
    variable: str,
    area: str,
    unit: str,
    horizon: int = 10,
    method: str = "auto_arima",
    levels: Sequence[float] = (0.5, 0.8, 0.95),
    seed: int = 0,
) -> ForecastTable | Refusal:
    """Forecasts a series indexed by written period (2019, 2019-Q3 or 2019-07).

    Missing values and gaps are not filled: the last unbroken run of periods is used, after leading zeros
    (before a technology existed) are dropped. levels: central bands; each gives two quantiles. The mean is
    that of the whole predictive distribution on the series' own scale, the median is the method's forecast.

    Returns a Refusal for fewer than twelve observations in the last run, a constant or perfectly regular
    series, or infinite values. Raises UsageError (horizon, levels, method) and BadInput (periods that are
    unreadable, mixed or twice there).
    """
    _check(horizon, levels)
    chosen = FORECAST_METHODS.get(method)
    run = _last_run(series)
    if isinstance(run, Refusal):
        return Refusal(variable, run.reason, run.mend)
    values = run.to_numpy(np.float64)
    end = Period.parse(str(run.index[-1]))
    season = end.frequency.value
    scale = choose_scale(values, unit)
    scaled = scale.forward(values)
    if np.ptp(np.diff(scaled)) <= _REGULAR * np.ptp(scaled):
        return Refusal(variable, say("forecast.regular"), say("forecast.check_figures"))
    past = trials(chosen, scaled, season, horizon, seed)
    factor = widening([one.scores for one in past])
    try:
        fit = chosen.fit(scaled, season, seed)
        frame = _frame(spread(fit, scaled, horizon), fit, scaled, scale, levels, factor)
    except FitError:
        frame = None
    fallen = frame is None
    if frame is None:
        fit = drift.Drift().fit(scaled, season, seed)
        past = trials(drift.Drift(), scaled, season, horizon, seed)
        factor = widening([one.scores for one in past])
        frame = _frame(spread(fit, scaled, horizon), fit, scaled, scale, levels, factor)
    if frame is None:
        return Refusal(variable, say("forecast.no_finite"), say("forecast.check_figures"))
    frame.index = pd.Index([str(end + step) for step in range(1, horizon + 1)], name="period", dtype=object)
    return ForecastTable(
        variable,
        area,
        str(end),
        unit,
        frame,
        _method(fit, scale, factor, past, len(series.dropna()) - len(run), fallen),
        Sample(len(run), str(run.index[0]), str(run.index[-1])),
        score(past, tuple(levels)),
    )


def _check(horizon: int, levels: Sequence[float]) -> None:
    if not 1 <= horizon <= _FARTHEST:
        raise UsageError(say("forecast.bad_horizon", horizon=horizon, farthest=_FARTHEST))
    if not levels or not all(0 < level < 1 for level in levels):
        raise UsageError(say("forecast.bad_levels", levels=tuple(str(level) for level in levels)))


def _last_run(series: pd.Series) -> pd.Series | Refusal:
    """The last unbroken run of finite values, leading zeros dropped."""
    known = series.dropna().astype(float)
    known.index = known.index.astype(str)
    if known.index.has_duplicates:
        raise BadInput(say("forecast.period_twice", period=str(known.index[known.index.duplicated()][0])))
    if known.empty:
        return Refusal("", say("forecast.no_figures"), say("forecast.more_figures"))
    if np.isinf(known.to_numpy()).any():
        return Refusal("", say("forecast.infinite"), say("forecast.check_figures"))
    periods = sorted((Period.parse(text) for text in known.index), key=lambda one: one.ordinal)
    steps = [later - earlier for earlier, later in pairwise(periods)]
    start = max((place + 1 for place, step in enumerate(steps) if step != 1), default=0)
    run = known.loc[[str(one) for one in periods[start:]]]
    run = run.iloc[int(np.argmax(run.to_numpy() != 0)) :] if (run != 0).any() else run
    if len(run) < FEWEST:
        reason = say(
            "forecast.too_short",
            count=len(run),
            fewest=FEWEST,
            first=str(run.index[0]),
            last=str(run.index[-1]),
        )
        return Refusal("", reason, say("forecast.more_figures"))
    values = run.to_numpy()
    if np.ptp(values) <= 1e-9 * max(1e-12, float(np.abs(values).max())):
        return Refusal("", say("forecast.constant"), say("forecast.check_figures"))
    return run


def _frame(
    said: Prediction,
    fit: AbstractFit,
    values: Vector,
    scale: Scale,
    levels: Sequence[float],
    factor: float,
) -> pd.DataFrame | None:
    """Mean and quantiles on the series' own scale; None when a number is not finite."""
    if not (np.isfinite(said.mean).all() and np.isfinite(said.sd).all()):
        return None
    degrees = freedom(len(values), fit.parameters)
    columns: dict[float, Vector] = {0.5: said.mean}
    for level in sorted(set(levels)):
        half = half_widths(said.sd, level, degrees, factor)
        columns[round((1 - level) / 2, 9)] = said.mean - half
        columns[round((1 + level) / 2, 9)] = said.mean + half
    quantiles = {f"{share:g}": scale.backward(columns[share]) for share in sorted(columns)}
    frame = pd.DataFrame({"mean": _mean(said, degrees, factor, scale), **quantiles})
    return frame if np.isfinite(frame.to_numpy()).all() else None


def _mean(said: Prediction, degrees: float, factor: float, scale: Scale) -> Vector:
    """Mean of the predictive distribution on the series' own scale, over 99 even slices of probability."""
    from scipy.special import stdtrit

    scores = stdtrit(degrees, (np.arange(99) + 0.5) / 99)
    spread_out = said.mean[:, None] + factor * said.sd[:, None] * scores[None, :]
    return np.asarray(scale.backward(spread_out).mean(axis=1), dtype=np.float64)


def _method(
    fit: AbstractFit, scale: Scale, factor: float, past: list[Trial], left_out: int, fallen: bool
) -> Message:
    nothing = say("forecast.nothing")
    if past:
        tried = say(
            "forecast.calibrated",
            origins=len(past),
            factor=factor,
            before=raw_coverage(past, 0.8),
            after=math.nan if (found := score(past, (0.8,))) is None else found.coverage[0.8],
        )
    else:
        tried = say("forecast.not_tried")
    return say(
        "forecast.method",
        label=fit.label,
        scale=scale.said,
        tried=tried,
        gap=say("forecast.gap", count=left_out) if left_out else nothing,
        fallen=say("forecast.fell_back") if fallen else nothing,
    )
