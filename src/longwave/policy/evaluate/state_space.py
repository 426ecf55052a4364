"""Impact by a structural time-series model: fitted before the start, forecast after it (Brodersen et al. 2015; Harvey 1989).

    y_t = mu_t + x_t'b + e_t,   mu_t = mu_(t-1) + d + n_t        effect_t = y_t - forecast from before the start

The model is statsmodels' `UnobservedComponents`: a local level, a local level with drift, or one whose drift itself moves;
x are controls that the policy did not touch. With some tens of observations the ratio of the level's variance to the
noise's is hardly known, and its maximum-likelihood value lies at nought half the time, which makes intervals far too
narrow. So a grid of ratios is weighed by the exact diffuse likelihood, the scale concentrated out, and the forecast is the
mixture: Student's t for each ratio, with the uncertainty of level, drift and coefficients in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Grade, Sample, grade_of
from longwave.core.message import Message, say
from longwave.policy.evaluate.bands import DRAWS, from_draws
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.effect import PolicyEffect, average_test, estimates
from longwave.policy.evaluate.outcome import OutcomeTable, pretended_starts, stands_still, wide_figures

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

RATIOS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
"""Variance of the level's (or drift's) steps over that of the noise: from a constant level to a random walk."""
SLOPE_RATIOS = (0.0, 0.001, 0.01, 0.1, 1.0)
COVERED_LEAST = 0.75
"""Least share of pretended starts that the intervals must hold (at 95 %) to be believed."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """What would have been: mean, shape (h,), and draws of the forecast's error, draws by h, centred."""

    mean: Vector
    errors: Matrix
    ratio: float


def forecast_without(
    y: Vector,
    place: int,
    trend: str,
    exog: Matrix | None = None,
    seed: int = 0,
    ratios: tuple[float, ...] | None = None,
) -> Forecast:
    """The outcome after row `place`, as it was to be expected before.

    y: shape (n,), rows from `place` on are not looked at, NaN before it are skipped; trend: level, drift or slope; exog:
    n by controls, known throughout. Raises NotEnoughData for fewer observations than unknowns and four to spare.
    """
    cut = np.where(np.arange(len(y)) < place, y, np.nan)
    seen, width = int(np.isfinite(cut).sum()), 0 if exog is None else exog.shape[1]
    unknown = width + (1 if trend == "level" else 2)
    if seen < unknown + 4:
        raise NotEnoughData(
            say("evaluation.too_few_for_model", count=seen, unknown=unknown), say("evaluation.fewer_controls")
        )
    scale = float(np.nanstd(np.diff(cut[np.isfinite(cut)]))) or 1.0
    centre = float(np.nanmean(cut))
    scaled = None if exog is None else _standard(exog, place)
    grid = ratios or (SLOPE_RATIOS if trend == "slope" else RATIOS)
    pieces = [_one_ratio((cut - centre) / scale, place, trend, scaled, each, seen - unknown) for each in grid]
    weights = _weights(np.array([each[3] for each in pieces]))
    means = np.array([each[0] for each in pieces])
    mean = weights @ means
    rng = np.random.default_rng(seed)
    errors = _mixture(rng, pieces, weights, mean, seen - unknown)
    return Forecast(centre + scale * mean, scale * errors, float(np.array(grid)[int(weights.argmax())]))


def _standard(exog: Matrix, place: int) -> Matrix:
    spread = exog[:place].std(axis=0)
    return np.asarray(
        (exog - exog[:place].mean(axis=0)) / np.where(spread > 0, spread, 1.0), dtype=np.float64
    )


def _weights(log_likelihoods: Vector) -> Vector:
    relative = np.exp(log_likelihoods - log_likelihoods.max())
    return np.asarray(relative / relative.sum(), dtype=np.float64)


def _one_ratio(
    y: Vector, place: int, trend: str, exog: Matrix | None, ratio: float, freedom: int
) -> tuple[Vector, Matrix, float, float]:
    """Mean and covariance (per unit of scale) of the forecasts, the scale, and the concentrated log likelihood."""
    model = _model(y, trend, exog)
    filtered = model.filter(_parameters(trend, ratio)).filter_results
    errors, spread = filtered.forecasts_error[0, :place], filtered.forecasts_error_cov[0, 0, :place]
    diffuse = filtered.forecasts_error_diffuse_cov
    used = np.isfinite(errors) & np.isfinite(y[:place])
    if diffuse is not None:
        used &= np.asarray(diffuse)[0, 0, :place] <= 1e-9
    scale = float((errors[used] ** 2 / spread[used]).sum() / freedom)
    scale = max(scale, 1e-12)
    # The diffuse part of the likelihood does not hang on the scale, but it does on the ratio.
    total = float(np.asarray(filtered.llf_obs)[:place].sum())
    quadratic = float((errors[used] ** 2 / spread[used]).sum())
    log_likelihood = total + quadratic / 2 - freedom / 2 * np.log(scale)
    mean, covariance = _joint(filtered, model, place, len(y) - place)
    return mean, covariance, scale, log_likelihood


def _model(y: Vector, trend: str, exog: Matrix | None) -> Any:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    kinds = {"level": "llevel", "drift": "lldtrend", "slope": "lltrend"}
    return UnobservedComponents(
        y, kinds[trend], exog=exog, mle_regression=exog is None, use_exact_diffuse=True
    )


def _parameters(trend: str, ratio: float) -> list[float]:
    """Variances over that of the noise. With a moving drift, the level itself moves by as much as the noise."""
    return [1.0, 1.0, ratio] if trend == "slope" else [1.0, ratio]


def _joint(filtered: Any, model: Any, place: int, steps: int) -> tuple[Vector, Matrix]:
    """Mean and covariance of all forecasts together: Cov(a_j, a_k) = T^(j-k) P_k for states, then through Z, plus noise."""
    design, transition = model.ssm["design"], model.ssm["transition"]
    noise = float(np.asarray(model.ssm["obs_cov"]).ravel()[0])
    moves = model.ssm["selection"] @ model.ssm["state_cov"] @ model.ssm["selection"].T
    state, cov = filtered.predicted_state[:, place], filtered.predicted_state_cov[:, :, place]
    rows = [
        design[0, :, place + k] if design.ndim == 3 and design.shape[2] > 1 else _row(design)
        for k in range(steps)
    ]
    mean, covariance = np.empty(steps), np.empty((steps, steps))
    for k in range(steps):
        mean[k] = rows[k] @ state
        ahead = cov
        for j in range(k, steps):
            covariance[j, k] = covariance[k, j] = rows[j] @ ahead @ rows[k] + (noise if j == k else 0.0)
            ahead = transition @ ahead
        state, cov = transition @ state, transition @ cov @ transition.T + moves
    return mean, covariance


def _row(design: Matrix) -> Vector:
    return np.asarray(design[0] if design.ndim == 2 else design[0, :, 0], dtype=np.float64)


def _mixture(
    rng: np.random.Generator,
    pieces: list[tuple[Vector, Matrix, float, float]],
    weights: Vector,
    mean: Vector,
    freedom: int,
) -> Matrix:
    counts = rng.multinomial(DRAWS, weights)
    parts = []
    for (centre, covariance, scale, _), count in zip(pieces, counts, strict=True):
        if not count:
            continue
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        normal = rng.standard_normal((count, len(mean))) @ root.T
        spread = np.sqrt(scale * freedom / rng.chisquare(freedom, size=count))
        parts.append(centre - mean + normal * spread[:, None])
    return np.asarray(np.vstack(parts), dtype=np.float64)


def choose_trend(y: Vector, place: int) -> str:
    """``drift`` where the mean change before the start is off nought beyond two of its errors, else ``level``."""
    steps = np.diff(y[:place][np.isfinite(y[:place])])
    return "drift" if abs(steps.mean()) > 2 * _long_run_error(steps) else "level"


def _long_run_error(steps: Vector) -> float:
    """Standard error of a mean, serial correlation up to lag n^(1/3) in it (Newey and West), never below a third of the
    plain one: over-differenced series would otherwise look as if they had a certain drift."""
    left = steps - steps.mean()
    n, lags = len(left), max(1, int(len(left) ** (1 / 3)))
    plain = float(left @ left) / n
    variance = plain + 2 * sum(
        (1 - k / (lags + 1)) * float(left[k:] @ left[:-k]) / n for k in range(1, lags + 1)
    )
    return float(np.sqrt(max(variance, plain / 9) / n))


def state_space_impact(
    table: OutcomeTable, design: EvaluationDesign, controls: pd.DataFrame | None = None
) -> PolicyEffect:
    """The effect against the model's forecast.

    controls: periods by names, known through the horizon; one that moved after the start by more than its own forecast
    allows is left out, since the policy may have moved it. Raises NotEnoughData where the pre-period is too short.
    """
    y = table.own
    trend = design.trend if design.trend != "auto" else choose_trend(y, table.place)
    exog, names, notes = usable_controls(table, controls)
    forecast = forecast_without(y, table.place, trend, exog)
    known = np.flatnonzero(np.isfinite(y[table.place :]))
    effect = y[table.place :][known] - forecast.mean[known]
    measured = from_draws(effect, -forecast.errors[:, known], design.level)
    before = int(np.isfinite(y[: table.place]).sum())
    after = [table.after[each] for each in known]
    sample = Sample(before, table.periods[0], after[-1])
    tried, covered = _tried_before(table, trend, exog, design.level)
    believed = covered is None or covered >= COVERED_LEAST * design.level / 0.95
    grade = _grade(before, covered, believed)
    method = say(
        "evaluation.method_state_space",
        trend=say(f"evaluation.trend_{trend}"),
        before=before,
        controls=len(names),
    )
    average, cumulated = estimates(measured, design, method, sample, grade, design.level)
    path = measured.path(after)
    path.insert(0, "actual", y[table.place :][known])
    path.insert(1, "counterfactual", forecast.mean[known])
    return PolicyEffect(
        area=table.area,
        outcome=design.outcome,
        estimator=design.estimator,
        start=table.start,
        path=path,
        average=average,
        cumulated=cumulated,
        p_value=measured.p_value,
        method=method,
        sample=sample,
        grade=grade,
        decidable=believed,
        unit=design.unit,
        level=design.level,
        tests=(average_test(measured, say("evaluation.method_mixture"), sample),),
        placebos=tried,
        notes=(say("evaluation.one_event"), *notes, *_on_placebos(tried, covered, believed)),
    )


def _grade(before: int, covered: float | None, believed: bool) -> Grade:
    if not believed:
        return Grade.D
    grade = grade_of(before)
    return max(grade, Grade.C) if covered is None else grade


def _on_placebos(tried: pd.DataFrame, covered: float | None, believed: bool) -> tuple[Message, ...]:
    if covered is None:
        return (say("evaluation.no_placebo_in_time"),)
    key = "evaluation.placebo_covered" if believed else "evaluation.placebo_not_covered"
    return (say(key, share=f"{covered:.0%}", count=len(tried)),)


def _tried_before(
    table: OutcomeTable, trend: str, exog: Matrix | None, level: float
) -> tuple[pd.DataFrame, float | None]:
    """Pretended starts before the real one: effect, and whether the interval holds nought; the share that do."""
    rows, held = [], 0
    for start in pretended_starts(table, most=10, fewest=10):
        trial = table.moved(start, table.horizon)
        y = trial.own
        part = None if exog is None else exog[: len(y)]
        if not np.isfinite(y[start:]).all() or np.isfinite(y[:start]).sum() < 10 + (
            0 if part is None else part.shape[1]
        ):
            continue
        found = forecast_without(y, start, trend, part)
        measured = from_draws(y[start:] - found.mean, -found.errors, level)
        value, low, high = measured.average
        held += low <= 0 <= high
        rows.append(("time", trial.start, value, 2 * value / max(high - low, 1e-300)))
    tried = pd.DataFrame(rows, columns=["kind", "name", "effect", "statistic"])
    return tried, held / len(rows) if len(rows) >= 4 else None


def usable_controls(
    table: OutcomeTable, controls: pd.DataFrame | None
) -> tuple[Matrix | None, tuple[str, ...], tuple[Message, ...]]:
    """Controls, rows as the outcome's to the end of the horizon; those with holes, that stand still, or that moved after
    the start themselves are left out with a note."""
    if controls is None or controls.shape[1] == 0:
        return None, (), ()
    figures = wide_figures(controls, "controls").reindex(table.periods[: table.place + table.horizon])
    kept, notes = [], []
    for name in figures.columns:
        values = figures[name].to_numpy(float)
        if not np.isfinite(values).all() or stands_still(values[: table.place]):
            notes.append(say("evaluation.control_holes", name=str(name)))
            continue
        p = _moved_itself(values, table.place)
        if p < 0.05:
            notes.append(say("evaluation.control_moved", name=str(name), p=f"{p:.3f}"))
            continue
        kept.append(str(name))
    if not kept:
        return None, (), tuple(notes)
    return figures[kept].to_numpy(float), tuple(kept), tuple(notes)


def _moved_itself(values: Vector, place: int) -> float:
    found = forecast_without(values, place, choose_trend(values, place))
    return from_draws(values[place:] - found.mean, -found.errors, 0.95).p_value
