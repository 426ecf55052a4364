"""Local projections (Jorda 2005): a regression for each horizon, no model of the whole.

    y_(t+h) - y_(t-1) = a_h + b_h s_t + lags of dy, s (and of controls) + u_(t+h),      h = 0..H-1

Long differences, not levels: with a shock that is news both aim at the same response, but in levels a persistent
outcome's short-sample bias makes a 95 % interval hold 83 to 89 % (tests/policy/evaluate/ has the figures).

Shocks given as a series: lags are augmented by one, after which heteroskedasticity-robust errors are right also for
persistent outcomes and long horizons, without a choice of bandwidth (Montiel Olea and Plagborg-Moller 2021); with
`hac` Newey and West's are used. The errors of all horizons come from the regressions' scores together, so that bands,
averages and sums are right. HC3 leverage and Student's t make up for short samples.

One dated policy in one area is one observation: no regression can tell its effect from that quarter's luck. What is
measured then is the error of direct forecasts made on the eve of the start, against the errors of the same forecasts
before (`dated_projection`). Many areas with dates: differences from the eve of adoption against areas without the policy
yet (LP-DiD, Dube, Girardi, Jorda and Taylor 2023). Many areas with a shock series: area and time effects, by linearmodels,
errors clustered by area.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Grade, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.period import frequency_of
from longwave.policy.evaluate.bands import from_covariance
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.effect import Clock, Measured, PolicyEffect, average_test, estimates
from longwave.policy.evaluate.outcome import OutcomeTable, pretended_starts, stands_still

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

FEWEST_SHOCKS = 5
"""Fewest periods with a shock: with fewer, errors of a regression on it are an illusion."""
FEWEST_SPARE = 8
"""Fewest observations beyond the coefficients, at the longest horizon."""
FEWEST_AREAS = 5
"""Fewest areas with the policy whose clustered errors mean anything."""


@dataclass(frozen=True, eq=False)
class Responses:
    """b_h and the covariance of their errors, shapes (h,) and (h, h); observations at each horizon; freedom: of t."""

    effect: Vector
    covariance: Matrix
    observations: tuple[int, ...]
    freedom: float


def local_projection(
    y: Vector,
    shock: Vector,
    horizon: int,
    lags: int = 2,
    controls: Matrix | None = None,
    errors: Literal["lag_augmented", "hac"] = "lag_augmented",
) -> Responses:
    """Responses of y to one unit of a shock, 0..horizon-1 periods later.

    y, shock: shape (n,), NaN where missing; lags: of shock and y (one fewer of its changes), one more is added where
    lag-augmented; controls: n by k, lagged like the shock. Raises NotEnoughData where the longest horizon leaves fewer
    than 8 observations to spare.
    """
    used = lags + 1 if errors == "lag_augmented" else max(lags, 1)
    change = np.diff(y, prepend=np.nan)
    known = [shock] if controls is None else [shock, *controls.T]
    behind = np.column_stack(
        [
            np.ones(len(y)),
            *(_lagged(change, k) for k in range(1, used)),
            *(_lagged(each, k) for each in known for k in range(1, used + 1)),
        ]
    )
    scores, effect, counts = [], np.empty(horizon), []
    for h in range(horizon):
        ahead = _lagged(y, -h) - _lagged(y, 1)
        rows = np.isfinite(behind).all(axis=1) & np.isfinite(shock) & np.isfinite(ahead)
        spare = int(rows.sum()) - behind.shape[1] - 1
        if spare < FEWEST_SPARE:
            raise NotEnoughData(
                say(
                    "evaluation.too_few_for_projection",
                    count=int(rows.sum()),
                    horizon=h,
                    unknown=behind.shape[1] + 1,
                ),
                say("evaluation.shorter_horizon"),
            )
        pure, left, lever = _partialled(shock[rows], ahead[rows], behind[rows])
        size = float(pure @ pure)
        if size <= 1e-12 * float(shock[rows] @ shock[rows] + 1e-300):
            raise NotEnoughData(say("evaluation.shock_explained"), say("evaluation.shock_mend"))
        effect[h] = float(pure @ left) / size
        residual = left - effect[h] * pure
        score = np.zeros(len(y))
        score[rows] = pure * residual / np.maximum(1 - lever - pure**2 / size, 0.05) / size
        scores.append(score)
        counts.append(int(rows.sum()))
    joined = np.array(scores)
    bandwidth = 0 if errors == "lag_augmented" else horizon
    return Responses(
        effect, _long_run(joined, bandwidth), tuple(counts), float(counts[-1] - behind.shape[1] - 1)
    )


def _lagged(values: Vector, steps: int) -> Vector:
    """values at t - steps; NaN where there is none."""
    moved = np.full(len(values), np.nan)
    if steps >= 0:
        moved[steps:] = values[: len(values) - steps]
    else:
        moved[:steps] = values[-steps:]
    return moved


def _partialled(shock: Vector, ahead: Vector, behind: Matrix) -> tuple[Vector, Vector, Vector]:
    """Shock and outcome with everything else taken out, and the leverage of everything else."""
    q, r = np.linalg.qr(behind / np.maximum(np.sqrt((behind**2).mean(axis=0)), 1e-300))
    keep = np.abs(np.diag(r)) > 1e-10 * max(float(np.abs(np.diag(r)).max()), 1e-300)
    q = q[:, keep]
    lever = (q**2).sum(axis=1)
    return shock - q @ (q.T @ shock), ahead - q @ (q.T @ ahead), np.asarray(lever, dtype=np.float64)


def _long_run(scores: Matrix, bandwidth: int) -> Matrix:
    """scores: h by n. Their summed covariance, Bartlett weights up to `bandwidth` lags."""
    total = scores @ scores.T
    for k in range(1, bandwidth + 1):
        part = scores[:, k:] @ scores[:, :-k].T
        total = total + (1 - k / (bandwidth + 1)) * (part + part.T)
    return np.asarray(total, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class DirectForecast:
    """Direct forecasts from the eve of the start: mean, covariance of their errors, freedom of t."""

    mean: Vector
    covariance: Matrix
    freedom: float
    origins: int


def dated_projection(y: Vector, place: int, horizon: int, lags: int) -> DirectForecast:
    """What direct forecasts made at row `place` - 1 say of the next `horizon` periods, and how wrong they used to be.

    y_(t+h) - y_t on a constant and `lags` past changes, every origin t whose forecasts were over before the start. The
    errors' spread is widened by (1 + l)/(1 - l) with l the overlap times the leverage of the last origin: neighbouring
    origins share their errors, so fewer of them are independent. Raises NotEnoughData where the pre-period is too short.
    """
    changes = np.diff(y, prepend=np.nan)
    behind = np.column_stack([np.ones(len(y)), *(_lagged(changes, k) for k in range(lags))])
    ahead = np.column_stack([_lagged(y, -h) - y for h in range(1, horizon + 1)])
    inside = np.arange(len(y)) + horizon < place
    rows = inside & np.isfinite(behind).all(axis=1) & np.isfinite(ahead).all(axis=1)
    count, eve = int(rows.sum()), behind[place - 1]
    if not np.isfinite(eve).all() or not np.isfinite(y[place - 1]):
        raise NotEnoughData(say("evaluation.eve_missing"), say("evaluation.eve_mend"))
    if count - behind.shape[1] < FEWEST_SPARE:
        raise NotEnoughData(
            say("evaluation.too_few_for_projection", count=count, horizon=horizon, unknown=behind.shape[1]),
            say("evaluation.shorter_horizon"),
        )
    # Columns of one size, so that what counts as a column of others does not hang on the outcome's unit.
    size = np.maximum(np.sqrt((behind[rows] ** 2).mean(axis=0)), 1e-300)
    x, eve = behind[rows] / size, eve / size
    found, *_ = np.linalg.lstsq(x, ahead[rows], rcond=None)
    left = ahead[rows] - x @ found
    lever = float(eve @ np.linalg.pinv(x.T @ x) @ eve)
    share = np.minimum(lever * np.arange(1, horizon + 1), 0.6)
    wider = np.sqrt((1 + share) / (1 - share))
    spare = count - behind.shape[1]
    covariance = left.T @ left / spare * np.outer(wider, wider)
    freedom = max(3.0, spare / (1 + (horizon - 1) / 4))
    return DirectForecast(y[place - 1] + eve @ found, covariance, freedom, count)


def own_lags(table: OutcomeTable, design: EvaluationDesign) -> int:
    """The design's lags, else a year's (two for annual figures), fewer where the sample is short."""
    if design.lags is not None:
        return design.lags
    usual = {1: 2, 4: 4, 12: 6}[frequency_of(table.start).value]
    return int(min(usual, max(1, len(table.values) // 12)))


def by_shock(
    table: OutcomeTable, design: EvaluationDesign, shock: pd.Series, controls: pd.DataFrame | None = None
) -> PolicyEffect:
    """The response of the area's outcome to one unit of a shock series, whole sample."""
    y = table.values[table.area].to_numpy(float)
    pushes = shock.reindex(table.periods).to_numpy(float)
    events = _events(pushes)
    if events < FEWEST_SHOCKS:
        raise NotEnoughData(
            say("evaluation.too_few_shocks", count=events, fewest=FEWEST_SHOCKS), say("evaluation.shock_mend")
        )
    beside = None if controls is None else controls.reindex(table.periods).to_numpy(float)
    lags = own_lags(table, design)
    found = local_projection(y, pushes, design.horizon, lags, beside)
    measured = from_covariance(found.effect, found.covariance, found.freedom, design.level)
    method = say("evaluation.method_projection", lags=lags + 1, events=events)
    sample = _sample(table, np.isfinite(y) & np.isfinite(pushes), found.observations[-1])
    grade = max(grade_of(found.observations[-1]), _by_events(events))
    placebos = _leads(y, pushes, lags, beside)
    notes = (say("evaluation.shock_unit"), *_told_leads(placebos))
    return _result(table, design, measured, method, sample, grade, "horizon", placebos, notes)


def _by_events(events: int) -> Grade:
    return Grade.A if events >= 40 else Grade.B if events >= 20 else Grade.C


def _events(pushes: Vector) -> int:
    """Periods whose shock is not the usual one (nought, or the commonest value)."""
    seen = pushes[np.isfinite(pushes)]
    if not len(seen):
        return 0
    values, counts = np.unique(seen, return_counts=True)
    return int((seen != values[counts.argmax()]).sum()) if counts.max() > 1 else len(seen)


def _leads(y: Vector, shock: Vector, lags: int, controls: Matrix | None, most: int = 3) -> pd.DataFrame:
    """The shock's `effect` on the outcome's change before it: what there is, no policy can have done."""
    rows = []
    change = np.diff(y, prepend=np.nan)
    for lead in range(1, most + 1):
        earlier = _lagged(change, lead)
        rows_known = np.isfinite(earlier) & np.isfinite(shock)
        if rows_known.sum() < 12:
            continue
        q = np.column_stack([np.ones(int(rows_known.sum())), _filled(_lagged(change, lead + 1)[rows_known])])
        pure, left, lever = _partialled(shock[rows_known], earlier[rows_known], q)
        size = float(pure @ pure)
        if size <= 0:
            continue
        b = float(pure @ left) / size
        score = pure * (left - b * pure) / np.maximum(1 - lever, 0.05) / size
        rows.append(("lead", f"-{lead}", b, b / max(float(np.sqrt(score @ score)), 1e-300)))
    return pd.DataFrame(rows, columns=["kind", "name", "effect", "statistic"])


def _filled(values: Vector) -> Vector:
    return np.where(np.isfinite(values), values, np.nanmean(values))


def _told_leads(placebos: pd.DataFrame) -> tuple[Message, ...]:
    beyond = [str(row["name"]) for _, row in placebos.iterrows() if abs(row["statistic"]) > 2.6]
    return (say("evaluation.lead_moved", leads=tuple(beyond)),) if beyond else ()


def by_date(table: OutcomeTable, design: EvaluationDesign) -> PolicyEffect:
    """The effect of one dated policy in one area: direct forecasts' errors after the start against those before."""
    y, lags = table.own, own_lags(table, design)
    horizon, notes = _affordable(table, lags)
    found = dated_projection(y, table.place, horizon, lags)
    actual = y[table.place : table.place + horizon]
    known = np.isfinite(actual)
    effect = actual[known] - found.mean[known]
    measured = from_covariance(effect, found.covariance[np.ix_(known, known)], found.freedom, design.level)
    short = replace(table, horizon=horizon)
    tried, covered = _tried(short, lags, design.level)
    believed = covered is None or covered >= 0.75 * design.level / 0.95
    grade = Grade.D if not believed else max(grade_of(found.origins), Grade.C if covered is None else Grade.A)
    method = say("evaluation.method_dated", lags=lags, origins=found.origins)
    sample = Sample(found.origins, table.periods[0], table.periods[table.place + horizon - 1])
    if covered is not None:
        key = "evaluation.placebo_covered" if believed else "evaluation.placebo_not_covered"
        notes = (*notes, say(key, share=f"{covered:.0%}", count=len(tried)))
    else:
        notes = (*notes, say("evaluation.no_placebo_in_time"))
    notes = (say("evaluation.one_event"), *notes)
    effect_found = _result(short, design, measured, method, sample, grade, "period", tried, notes)
    path = effect_found.path
    path.index = pd.Index([each for each, k in zip(short.after, known, strict=True) if k], dtype=object)
    path.insert(0, "actual", actual[known])
    path.insert(1, "counterfactual", found.mean[known])
    return replace(effect_found, path=path, decidable=believed)


def _affordable(table: OutcomeTable, lags: int) -> tuple[int, tuple[Message, ...]]:
    """The horizon that the pre-period can carry: origins beyond the coefficients, and forecasts over before the start."""
    spare = table.place - 2 * lags - 2 - FEWEST_SPARE
    horizon = min(table.horizon, spare)
    if horizon < 1:
        raise NotEnoughData(
            say("evaluation.too_few_for_projection", count=table.place, horizon=1, unknown=lags + 1),
            say("evaluation.shorter_horizon"),
        )
    if horizon < table.horizon:
        return horizon, (say("evaluation.horizon_cut", wanted=table.horizon, horizon=horizon),)
    return horizon, ()


def _tried(table: OutcomeTable, lags: int, level: float) -> tuple[pd.DataFrame, float | None]:
    rows, held, y = [], 0, table.own
    for start in pretended_starts(table, most=10, fewest=table.horizon + 2 * lags + 2 + FEWEST_SPARE):
        late = y[start : start + table.horizon]
        if not np.isfinite(late).all() or not np.isfinite(y[start - lags - 1 : start]).all():
            continue
        found = dated_projection(y[: start + table.horizon], start, table.horizon, lags)
        measured = from_covariance(late - found.mean, found.covariance, found.freedom, level)
        value, low, high = measured.average
        held += low <= 0 <= high
        rows.append(("time", table.periods[start], value, 2 * value / max(high - low, 1e-300)))
    tried = pd.DataFrame(rows, columns=["kind", "name", "effect", "statistic"])
    return tried, held / len(rows) if len(rows) >= 4 else None


def by_panel_shock(table: OutcomeTable, design: EvaluationDesign, shocks: pd.DataFrame) -> PolicyEffect:
    """Responses to shocks of many areas: y_(i,t+h) - y_(i,t-1) on s_it, lags of changes, area and time effects."""
    areas = [each for each in table.values.columns if each in shocks.columns]
    if len(areas) < FEWEST_AREAS:
        raise NotEnoughData(
            say("evaluation.too_few_areas", count=len(areas), fewest=FEWEST_AREAS),
            say("evaluation.shock_mend"),
        )
    outcome, pushes = table.values[areas], shocks.reindex(table.periods)[areas].astype(float)
    lags = own_lags(table, design)
    scores, effect, counts = [], np.empty(design.horizon), []
    for h in range(design.horizon):
        b, clustered, n = _panel_horizon(outcome, pushes, h, lags, effects=True)
        effect[h] = b
        scores.append(clustered.reindex(areas).fillna(0.0).to_numpy())
        counts.append(n)
    joined = np.array(scores)
    groups = int((np.abs(joined) > 0).any(axis=0).sum())
    covariance = joined @ joined.T * groups / max(groups - 1, 1)
    measured = from_covariance(effect, covariance, float(max(groups - 1, 1)), design.level)
    method = say("evaluation.method_panel_projection", areas=groups, lags=lags)
    sample = Sample(min(counts), table.periods[0], table.periods[-1])
    grade = max(grade_of(min(counts)), Grade.A if groups >= 30 else Grade.B if groups >= 12 else Grade.C)
    notes = (say("evaluation.shock_unit"), *_few_clusters(groups))
    return _result(table, design, measured, method, sample, grade, "horizon", pd.DataFrame(), notes)


def by_adoption(table: OutcomeTable, design: EvaluationDesign, adopted: Mapping[str, int]) -> PolicyEffect:
    """LP-DiD: each area's change since the eve of adoption against areas that have not adopted by then.

    adopted: area -> row of the first period with the policy.
    """
    treated = {a: p for a, p in adopted.items() if p >= 2}
    if len(treated) < FEWEST_AREAS:
        raise NotEnoughData(
            say("evaluation.too_few_adopters", count=len(treated), fewest=FEWEST_AREAS),
            say("evaluation.adopters_mend"),
        )
    areas = [str(each) for each in table.values.columns if adopted.get(str(each), 2) >= 2]
    outcome, lags = table.values[areas], own_lags(table, design)
    rows = np.arange(len(outcome))[:, None]
    since = np.array([treated.get(each, 10**6) for each in areas])[None, :]
    switch = pd.DataFrame((rows == since).astype(float), index=outcome.index, columns=areas)
    scores, effect, counts = [], np.empty(design.horizon), []
    for h in range(design.horizon):
        clean = (rows == since) | (rows + h < since)
        b, clustered, n = _panel_horizon(outcome, switch.where(clean), h, lags, effects=False)
        effect[h] = b
        scores.append(clustered.reindex(areas).fillna(0.0).to_numpy())
        counts.append(n)
    joined = np.array(scores)
    groups = int((np.abs(joined) > 0).any(axis=0).sum())
    covariance = joined @ joined.T * groups / max(groups - 1, 1)
    measured = from_covariance(effect, covariance, float(max(len(treated) - 1, 1)), design.level)
    method = say("evaluation.method_lp_did", treated=len(treated), areas=groups, lags=lags)
    sample = Sample(min(counts), table.periods[0], table.periods[-1])
    grade = Grade.A if len(treated) >= 30 else Grade.B if len(treated) >= 12 else Grade.C
    return _result(
        table, design, measured, method, sample, grade, "event", pd.DataFrame(), _few_clusters(len(treated))
    )


def _few_clusters(groups: int) -> tuple[Message, ...]:
    return (say("evaluation.few_clusters", count=groups),) if groups < 12 else ()


def _panel_horizon(
    outcome: pd.DataFrame, pushes: pd.DataFrame, h: int, lags: int, effects: bool
) -> tuple[float, pd.Series, int]:
    """b_h, each area's score (its share of the error of b_h), and the observations. linearmodels takes out the effects."""
    from linearmodels.panel import PanelOLS
    from linearmodels.panel.utility import AbsorbingEffectWarning

    changes = outcome.diff()
    parts = {"ahead": outcome.shift(-h) - outcome.shift(1), "shock": pushes}
    parts |= {f"change_{k}": changes.shift(k) for k in range(1, lags + 1)}
    if effects:
        parts |= {f"shock_{k}": pushes.shift(k) for k in range(1, lags + 1)}
    stacked = pd.DataFrame({name: part.T.stack(future_stack=True) for name, part in parts.items()}).dropna()
    spare = len(stacked) - outcome.shape[0] - len(parts) - (outcome.shape[1] if effects else 0)
    if spare < FEWEST_SPARE or stands_still(stacked["shock"].to_numpy(float)):
        raise NotEnoughData(
            say(
                "evaluation.too_few_for_projection",
                count=len(stacked),
                horizon=h,
                unknown=len(stacked) - spare,
            ),
            say("evaluation.shorter_horizon"),
        )
    times = pd.factorize(stacked.index.get_level_values(1), sort=True)[0]
    stacked.index = pd.MultiIndex.from_arrays([stacked.index.get_level_values(0), times])
    beside = [each for each in parts if each not in ("ahead", "shock")]
    settings = {"entity_effects": effects, "time_effects": True, "drop_absorbed": True, "check_rank": False}
    ones = pd.Series(1.0, index=stacked.index, name="one")
    rest = stacked[beside].assign(one=ones) if not effects else stacked[beside]
    with warnings.catch_warnings():
        # A lag that the effects tell already is dropped, as it should be.
        warnings.simplefilter("ignore", AbsorbingEffectWarning)
        pure = PanelOLS(stacked["shock"], rest, **settings).fit().resids
        left = PanelOLS(stacked["ahead"], rest, **settings).fit().resids
    size = float((pure**2).sum())
    if size <= 1e-12 * len(stacked):
        raise NotEnoughData(say("evaluation.shock_explained"), say("evaluation.shock_mend"))
    b = float((pure * left).sum()) / size
    score = pure * (left - b * pure) / size
    return b, score.groupby(level=0).sum(), len(stacked)


def _sample(table: OutcomeTable, known: NDArray[np.bool_], count: int) -> Sample:
    rows = np.flatnonzero(known)
    return Sample(count, table.periods[int(rows[0])], table.periods[int(rows[-1])])


def _result(
    table: OutcomeTable,
    design: EvaluationDesign,
    measured: Measured,
    method: Message,
    sample: Sample,
    grade: Grade,
    clock: Clock,
    placebos: pd.DataFrame,
    notes: tuple[Message, ...],
) -> PolicyEffect:
    average, cumulated = estimates(measured, design, method, sample, grade, design.level)
    test = average_test(measured, method, sample)
    return PolicyEffect(
        area=table.area,
        outcome=design.outcome,
        estimator=design.estimator,
        start=table.start,
        path=measured.path([str(each) for each in range(len(measured.effect))]),
        average=average,
        cumulated=cumulated,
        p_value=measured.p_value,
        method=method,
        sample=sample,
        grade=grade,
        decidable=True,
        clock=clock,
        unit=design.unit,
        level=design.level,
        tests=(test,),
        placebos=placebos,
        notes=notes,
    )
