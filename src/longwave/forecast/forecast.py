"""A forecast of one series: mean and bands for the periods ahead, with what the method did on the series' own past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal, Sample
from longwave.core.forecast import BacktestScore, ForecastTable
from longwave.core.message import Message, say
from longwave.forecast.backtest import relative_error, trials
from longwave.forecast.calibration import BASE, Calibration, Pool, calibrate, coverage, in_order, raw_coverage
from longwave.forecast.companions import on_scale, with_companions
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction, Vector
from longwave.forecast.origins import MOST_ORIGINS
from longwave.forecast.profiles import DEFAULT, Profile, profile
from longwave.forecast.projection import Projection, normal_scores, project
from longwave.forecast.run import FEWEST, Run, last_run, no_band
from longwave.forecast.scale import Scale, method_scale

LEVELS = (0.5, 0.8, 0.95)
FARTHEST = 120
_TOLD = 1.005
"""A smaller widening is written 1.00 and is none."""

FEWEST_BEFORE = 10
"""No origin of a back-test has fewer observations before it."""


def forecast(
    series: pd.Series,
    *,
    variable: str,
    area: str,
    unit: str,
    horizon: int = 10,
    method: str = DEFAULT,
    levels: Sequence[float] = LEVELS,
    seed: int = 0,
    pool: Pool | None = None,
    companions: Mapping[str, pd.Series] | None = None,
) -> ForecastTable | Refusal:
    """Forecasts a series indexed by written period (2019, 2019-Q3 or 2019-07).

    Missing values and gaps are not filled: the last unbroken run of periods is used, after leading zeros (before a
    technology existed) are dropped. method: a word of `profiles.profile_names`; levels: central bands, two quantiles
    each; pool: what was learned from other series of the same frequency and levels; companions: series that a method of
    several columns takes beside this one. The median is the method's forecast; the mean is that of the whole distribution
    on the series' own scale.

    Returns a Refusal for fewer than five observations in the last run, a constant or perfectly regular series, or infinite
    values. Raises UsageError (horizon, levels, method, companions where the method takes none) and BadInput (periods that
    are unreadable, mixed or twice there).
    """
    asked = tuple(sorted(set(levels)))
    check(horizon, asked)
    chosen = profile(method)
    run = with_companions(series, companions, chosen.name) if companions else last_run(series, FEWEST)
    if isinstance(run, Refusal):
        return Refusal(variable, run.reason, run.mend)
    if (none := no_band(run)) is not None:
        return Refusal(variable, none.reason, none.mend)
    scale = method_scale(run.values if run.values.ndim == 1 else run.values[:, 0], unit, log=chosen.log)
    return _table(run, scale, chosen, variable, area, unit, horizon, asked, seed, pool)


def check(horizon: int, levels: Sequence[float]) -> None:
    """Raises UsageError for a horizon or levels that are none."""
    if not 1 <= horizon <= FARTHEST:
        raise UsageError(say("forecast.bad_horizon", horizon=horizon, farthest=FARTHEST))
    if not levels or not all(0 < level < 1 for level in levels):
        raise UsageError(say("forecast.bad_levels", levels=tuple(str(level) for level in levels)))


def _table(
    run: Run,
    scale: Scale,
    chosen: Profile,
    variable: str,
    area: str,
    unit: str,
    horizon: int,
    levels: tuple[float, ...],
    seed: int,
    pool: Pool | None,
) -> ForecastTable | Refusal:
    values = scale.forward(run.values) if run.values.ndim == 1 else on_scale(run.values, scale)
    season = run.frequency.value
    try:
        made = project(
            values,
            season,
            chosen.fitted_on(scale.kind),
            horizon=horizon,
            levels=levels,
            seed=seed,
            fewest=FEWEST_BEFORE,
            origins=MOST_ORIGINS,
        )
    except FitError:
        return Refusal(variable, say("forecast.no_finite"), say("frames.check_figures"))
    calibration = calibrate(made.errors, pool, alone=chosen.widened)
    frame = quantile_frame(made.said, calibration, scale, levels)
    raw = quantile_frame(made.own, None, scale, levels)
    if not np.isfinite(frame.to_numpy()).all():
        return Refusal(variable, say("forecast.no_finite"), say("frames.check_figures"))
    frame.index = raw.index = pd.Index(
        [str(run.last + step) for step in range(1, horizon + 1)], name="period", dtype=object
    )
    return ForecastTable(
        variable,
        area,
        str(run.last),
        unit,
        frame,
        _method(made, calibration, scale, run, pool, chosen),
        Sample(len(run), str(run.first), str(run.last)),
        _score(made, pool, run, unit, scale, horizon, levels, seed, chosen),
        raw,
        made.fallen or chosen.name,
    )


def quantile_frame(
    said: Prediction, calibration: Calibration | None, scale: Scale, levels: Sequence[float]
) -> pd.DataFrame:
    """Mean and quantiles on the series' own scale, calibrated or as the model says them."""
    sides = {round((1 + sign * level) / 2, 9) for level in levels for sign in (-1, 1)}
    shares = sorted({0.5, *sides})
    table = np.vstack(
        [said.quantile(one) if calibration is None else calibration.quantile(said, one) for one in shares]
    )
    table[shares.index(0.5)] = said.mean
    columns = dict(zip([f"{one:g}" for one in shares], scale.backward(in_order(table)), strict=True))
    base = (
        None if calibration is None else calibration.factors[: len(said.mean), calibration.levels.index(BASE)]
    )
    return pd.DataFrame({"mean": _mean(said, base, scale), **columns})


def _mean(said: Prediction, factors: Vector | None, scale: Scale) -> Vector:
    """Mean of the distribution on the series' own scale, over even slices of probability."""
    if scale.kind == "level":
        return scale.backward(said.mean)
    sd = said.sd if factors is None else said.sd * factors
    spread_out = said.mean[:, None] + sd[:, None] * normal_scores()[None, :]
    return np.asarray(scale.backward(spread_out).mean(axis=1), dtype=np.float64)


def _score(
    made: Projection,
    pool: Pool | None,
    run: Run,
    unit: str,
    scale: Scale,
    horizon: int,
    levels: tuple[float, ...],
    seed: int,
    chosen: Profile,
) -> BacktestScore | None:
    """The rival is a random walk with drift on the scale that is natural for the unit, whatever the method's own."""
    if not made.trials:
        return None
    target = run.values if run.values.ndim == 1 else run.values[:, 0]
    natural = method_scale(target, unit, log=None)
    drift = trials(
        FORECAST_METHODS.get("drift"),
        natural.forward(target),
        run.frequency.value,
        horizon,
        seed,
        fewest=FEWEST_BEFORE,
    )
    return BacktestScore(
        len(made.trials),
        sum(len(one.outcome) for one in made.trials),
        {level: coverage(made.trials, made.errors, pool, level, alone=chosen.widened) for level in levels},
        relative_error(made.trials, drift, scale.backward, natural.backward),
    )


def _method(
    made: Projection,
    calibration: Calibration,
    scale: Scale,
    run: Run,
    pool: Pool | None,
    chosen: Profile,
) -> Message:
    nothing = say("forecast.nothing")
    if made.trials and pool is None and calibration.own < _TOLD:
        after = coverage(made.trials, made.errors, pool, BASE, alone=chosen.widened)
        tried = say("forecast.tried", origins=len(made.trials), after=after)
    elif made.trials:
        tried = say(
            "forecast.calibrated_pooled" if pool else "forecast.calibrated",
            origins=len(made.trials),
            factor=calibration.own,
            before=raw_coverage(made.trials, BASE),
            after=coverage(made.trials, made.errors, pool, BASE, alone=chosen.widened),
            **({"series": pool.series} if pool else {}),
        )
    else:
        tried = say("forecast.not_tried")
    return say(
        "forecast.method",
        label=made.label,
        scale=scale.said,
        tried=tried,
        gap=say("forecast.gap", count=run.left_out) if run.left_out else nothing,
        fallen=say("forecast.fell_back") if made.fallen else nothing,
    )
