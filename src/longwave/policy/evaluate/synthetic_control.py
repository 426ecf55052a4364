"""Synthetic control: the area as a weighted mean of areas without the policy (Abadie and Gardeazabal 2003; Abadie, Diamond
and Hainmueller 2010).

    effect_t = y_t - sum_j w_j y_jt,     w on the simplex, fitted to the outcome before the start

Without predictors all periods before the start are the predictors, with equal weights, and the weights come from an exact
quadratic programme (`simplex`). With predictors pysyncon's `Synth` searches how much each matters. What is compared is the
ratio of the error after the start to the error before it, with that of every donor taken as if it had been treated
(placebo in space): the p-value is the rank of the area's ratio. Intervals are conformal: the placebos' errors over their
own fit, scaled by the area's fit; with J donors they hold J/(J + 1) at most, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.estimate import Grade, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.policy.evaluate.bands import from_placebos
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.effect import PolicyEffect, estimates
from longwave.policy.evaluate.outcome import FEWEST_BEFORE, OutcomeTable, pretended_starts, stands_still
from longwave.policy.evaluate.simplex import simplex_weights

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Weigh: TypeAlias = Callable[[int, list[int]], Vector]
"""From a column and the columns that may stand for it to their weights."""

POOR_FIT = 1.0
"""The error of the fit before the start over the outcome's own spread about a straight line, above which the synthetic
area tells less of the outcome than a ruler would."""
FLOOR = 0.1
"""Smallest error of a fit that counts, over the median of all: an accidental perfect fit is no evidence."""
COUNTED = 0.01
"""Least weight of a donor whose leaving out is tried."""


@dataclass(frozen=True, eq=False)
class Fits:
    """Every area of the pool fitted by the others. gaps: periods by areas (the treated first), actual less synthetic;
    errors: root mean squared gap before the start, floored; raw: the treated area's, not floored; weights: of its donors."""

    gaps: Matrix
    errors: Vector
    raw: float
    weights: Vector


def donor_pool(
    table: OutcomeTable, design: EvaluationDesign, hit: Iterable[str] = ()
) -> tuple[list[str], tuple[Message, ...]]:
    """Areas to compare with, and notes on those left out.

    hit: areas that had the policy, or felt it. Raises NotEnoughData where fewer are left than the design wants.
    """
    window, rows = table.window(), _rows_used(table)
    wanted = [each for each in (design.donors or list(window.columns)) if each != table.area]
    absent = [each for each in wanted if each not in window.columns]
    barred = {*design.exclude, *(str(each) for each in hit)}
    struck = [each for each in wanted if each in barred and each not in absent]
    rest = [each for each in wanted if each not in barred and each not in absent]
    holes = [each for each in rest if window[each].iloc[rows].isna().any()]
    still = [each for each in rest if each not in holes and stands_still(window[each].to_numpy(float)[rows])]
    kept = [each for each in rest if each not in holes and each not in still]
    reasons = (
        ("evaluation.donors_absent", absent),
        ("evaluation.donors_hit", struck),
        ("evaluation.donors_holes", holes),
        ("evaluation.donors_still", still),
    )
    notes = tuple(say(key, count=len(names), names=_some(names)) for key, names in reasons if names)
    if len(kept) < design.fewest_donors:
        raise NotEnoughData(
            say(
                "evaluation.too_few_donors",
                count=len(kept),
                fewest=design.fewest_donors,
                why=notes or say("evaluation.no_others"),
            ),
            say("evaluation.too_few_donors_mend"),
        )
    return kept, notes


def _some(names: list[str]) -> tuple[str, ...]:
    return tuple(names[:8]) if len(names) <= 8 else (*names[:8], "…")


def _rows_used(table: OutcomeTable) -> NDArray[np.int64]:
    """Rows in which the treated area is known: a period that it misses is left out for all."""
    return np.flatnonzero(np.isfinite(table.own)).astype(np.int64)


def fit_all(values: Matrix, before: int, weigh: Weigh, intercept: bool) -> Fits:
    """values: periods by areas, the treated first; before: rows before the start. A donor taken as treated is compared
    with the other donors only, never with the treated area."""
    centred = values - values[:before].mean(axis=0) if intercept else values
    count = values.shape[1]
    gaps = np.empty_like(values)
    weights = np.zeros(0)
    for unit in range(count):
        others = [each for each in range(1, count) if each != unit]
        found = weigh(unit, others)
        weights = found if unit == 0 else weights
        gaps[:, unit] = centred[:, unit] - centred[:, others] @ found
    errors = np.sqrt((gaps[:before] ** 2).mean(axis=0))
    raw = float(errors[0])
    floor = FLOOR * float(np.median(errors))
    return Fits(gaps, np.maximum(errors, max(floor, 1e-12)), raw, weights)


def weigh_by_outcome(values: Matrix, before: int, intercept: bool) -> Weigh:
    """Weights fitted to every period before the start."""
    early = values[:before] - values[:before].mean(axis=0) if intercept else values[:before]

    def weigh(unit: int, others: list[int]) -> Vector:
        return simplex_weights(early[:, unit], early[:, others])

    return weigh


def weigh_by_predictors(early: pd.DataFrame, predictors: pd.DataFrame) -> tuple[Weigh, pd.Series]:
    """Weights fitted to predictors, and how much each predictor matters, found by pysyncon for the treated area.

    early: outcome before the start by areas, the treated first; predictors: names by the same areas. Placebos keep the
    treated area's importances: searching them anew for each would take minutes and change little.
    """
    from pysyncon import Synth

    area, donors = str(early.columns[0]), list(early.columns[1:])
    search = Synth()
    search.fit(
        X0=predictors[donors],
        X1=predictors[area],
        Z0=early[donors],
        Z1=early[area],
        optim_options={"maxiter": 300},
    )
    importance = pd.Series(np.asarray(search.V, dtype=float).ravel(), index=predictors.index)
    scaled = predictors.div(predictors.std(axis=1), axis=0).to_numpy(float)
    scaled = scaled * np.sqrt(np.maximum(importance.to_numpy(), 0.0))[:, None]

    def weigh(unit: int, others: list[int]) -> Vector:
        return simplex_weights(scaled[:, unit], scaled[:, others])

    return weigh, importance


def synthetic_control(
    table: OutcomeTable,
    design: EvaluationDesign,
    hit: Iterable[str] = (),
    predictors: pd.DataFrame | None = None,
) -> PolicyEffect:
    """The effect against the synthetic area.

    hit: areas that must not be donors; predictors: names by areas, figures from before the start. Raises NotEnoughData
    for too few donors, BadInput for predictors with holes.
    """
    pool, notes = donor_pool(table, design, hit)
    rows = _rows_used(table)
    values = table.window()[[table.area, *pool]].to_numpy(float)[rows]
    before = int((rows < table.place).sum())
    weigh, matters = _weigher(table, design, pool, values, before, rows, predictors)
    fits = fit_all(values, before, weigh, design.intercept)
    after = [table.periods[each] for each in rows if each >= table.place]
    measured, carried = from_placebos(
        fits.gaps[before:, 0],
        float(fits.errors[0]),
        (fits.gaps[before:, 1:] / fits.errors[1:]).T,
        design.level,
    )
    ratios = np.sqrt((fits.gaps[before:] ** 2).mean(axis=0)) / fits.errors
    p_value = float((ratios >= ratios[0] * (1 - 1e-12)).mean())
    verdict, ruler = _fit_verdict(fits.raw, values[:before, 0], rows[:before])
    sample = Sample(before, table.periods[int(rows[0])], after[-1])
    method = say("evaluation.method_synthetic", donors=len(pool), before=before, level=round(100 * carried))
    grade = _grade(before, len(pool), verdict)
    average, cumulated = estimates(measured, design, method, sample, grade, carried)
    test = TestResult(
        "placebo_in_space",
        say("evaluation.null_space"),
        float(ratios[0]),
        p_value <= 0.05,
        say("evaluation.method_space", donors=len(pool), smallest=f"{1 / (len(pool) + 1):.3f}"),
        sample,
        p_value=p_value,
    )
    return PolicyEffect(
        area=table.area,
        outcome=design.outcome,
        estimator=design.estimator,
        start=table.start,
        path=_with_actual(measured.path(after), values[before:, 0]),
        average=average,
        cumulated=cumulated,
        p_value=p_value,
        method=method,
        sample=sample,
        grade=grade,
        decidable=verdict is None,
        unit=design.unit,
        level=carried,
        tests=(test,),
        placebos=_placebos(table, design, values, before, pool, fits, ratios, predictors is None),
        weights=_weight_table(pool, fits.weights),
        fit=_fit_table(
            [table.periods[each] for each in rows[:before]], values[:before, 0], fits.gaps[:before, 0]
        ),
        notes=(*notes, *_words(verdict, design, values, before, ruler), *_weak(len(pool), before), *matters),
    )


def _with_actual(path: pd.DataFrame, actual: Vector) -> pd.DataFrame:
    shown = path.copy()
    shown.insert(0, "actual", actual)
    shown.insert(1, "counterfactual", actual - path["effect"].to_numpy(float))
    return shown


def _weigher(
    table: OutcomeTable,
    design: EvaluationDesign,
    pool: list[str],
    values: Matrix,
    before: int,
    rows: NDArray[np.int64],
    predictors: pd.DataFrame | None,
) -> tuple[Weigh, tuple[Message, ...]]:
    if predictors is None:
        return weigh_by_outcome(values, before, design.intercept), ()
    units = [table.area, *pool]
    missing = [each for each in units if each not in predictors.columns]
    if missing:
        raise BadInput(
            say("evaluation.predictors_missing", names=_some(missing)), say("evaluation.predictors_mend")
        )
    if not predictors.columns.is_unique:
        raise BadInput(say("evaluation.predictors_holes"), say("evaluation.predictors_mend"))
    chosen = predictors[units].apply(pd.to_numeric, errors="coerce")
    if not np.isfinite(chosen.to_numpy(float)).all() or (chosen.std(axis=1) <= 0).any():
        raise BadInput(say("evaluation.predictors_holes"), say("evaluation.predictors_mend"))
    early = pd.DataFrame(
        values[:before], columns=units, index=[table.periods[each] for each in rows[:before]]
    )
    weigh, importance = weigh_by_predictors(early, chosen)
    told = tuple(f"{name} {share:.2f}" for name, share in importance.items())
    return weigh, (say("evaluation.predictor_importance", shares=told),)


def _fit_verdict(error: float, own: Vector, rows: NDArray[np.int64]) -> tuple[str | None, float]:
    """``poor`` where the fit is worse than a straight line through the area's own past; and the error over the line's."""
    line = np.polyfit(rows.astype(float), own, 1)
    left = own - np.polyval(line, rows.astype(float))
    spread = float(np.sqrt((left**2).sum() / max(len(own) - 2, 1)))
    ratio = error / spread if spread > 1e-9 * float(np.abs(own).max() + 1e-300) else np.inf
    return ("poor" if ratio > POOR_FIT else None), float(ratio)


def _words(
    verdict: str | None, design: EvaluationDesign, values: Matrix, before: int, ruler: float
) -> tuple[Message, ...]:
    if verdict is None:
        return ()
    poor = say("evaluation.poor_fit", ratio=f"{ruler:.2f}")
    if design.intercept:
        return (poor,)
    centred = values - values[:before].mean(axis=0)
    weights = simplex_weights(centred[:before, 0], centred[:before, 1:])
    moved = np.sqrt(((centred[:before, 0] - centred[:before, 1:] @ weights) ** 2).mean())
    still = np.sqrt(((values[:before, 0] - values[:before].mean(axis=0)[0]) ** 2).mean())
    if moved < POOR_FIT * still and moved < 0.5 * ruler * still:
        return (poor, say("evaluation.try_intercept"))
    return (poor,)


def _weak(donors: int, before: int) -> tuple[Message, ...]:
    notes = []
    if donors < 19:
        notes.append(say("evaluation.few_donors", donors=donors, smallest=f"{1 / (donors + 1):.3f}"))
    if donors > before:
        notes.append(say("evaluation.more_donors_than_periods", donors=donors, before=before))
    return tuple(notes)


def _grade(before: int, donors: int, verdict: str | None) -> Grade:
    """By length of the pre-period; C at most where no placebo test at 5 % exists, D where the fit is poor."""
    if verdict is not None:
        return Grade.D
    grade = grade_of(before)
    return max(grade, Grade.C) if donors < 19 else grade


def _weight_table(pool: list[str], weights: Vector) -> pd.DataFrame:
    found = pd.DataFrame({"donor": pool, "weight": weights})
    return found[found["weight"] > 1e-6].sort_values("weight", ascending=False).reset_index(drop=True)


def _fit_table(periods: list[str], own: Vector, gaps: Vector) -> pd.DataFrame:
    return pd.DataFrame({"actual": own, "counterfactual": own - gaps}, index=pd.Index(periods, dtype=object))


def _placebos(
    table: OutcomeTable,
    design: EvaluationDesign,
    values: Matrix,
    before: int,
    pool: list[str],
    fits: Fits,
    ratios: Vector,
    by_outcome: bool,
) -> pd.DataFrame:
    """Kind, name, effect (average) and statistic (error after over error before the start) of each placebo."""
    means = fits.gaps[before:].mean(axis=0)
    rows = [("space", name, means[at], ratios[at]) for at, name in enumerate(pool, start=1)]
    if by_outcome:
        rows += _in_time(table, values, before, design.intercept)
        rows += _without_one(values, before, pool, fits.weights, design.intercept)
    return pd.DataFrame(rows, columns=["kind", "name", "effect", "statistic"])


def _in_time(
    table: OutcomeTable, values: Matrix, before: int, intercept: bool
) -> list[tuple[str, str, float, float]]:
    """As if the policy had begun earlier: nothing should be seen."""
    known = _rows_used(table)
    rows = []
    for start in pretended_starts(table, most=6):
        cut = int((known < start).sum())
        end = min(cut + table.horizon, before)
        if cut < FEWEST_BEFORE or end <= cut:
            continue
        gap = gap_of_first(values[:end], cut, intercept)
        early = max(float(np.sqrt((gap[:cut] ** 2).mean())), 1e-12)
        late = float(np.sqrt((gap[cut:] ** 2).mean()))
        rows.append(("time", table.periods[start], float(gap[cut:].mean()), late / early))
    return rows


def gap_of_first(values: Matrix, before: int, intercept: bool) -> Vector:
    """Actual less synthetic of the first column, fitted to the outcome's first `before` rows."""
    centred = values - values[:before].mean(axis=0) if intercept else values
    weights = simplex_weights(centred[:before, 0], centred[:before, 1:])
    return np.asarray(centred[:, 0] - centred[:, 1:] @ weights, dtype=np.float64)


def _without_one(
    values: Matrix, before: int, pool: list[str], weights: Vector, intercept: bool
) -> list[tuple[str, str, float, float]]:
    """Without each donor that counts: an effect that hangs on one donor is that donor's story."""
    rows = []
    for at in np.flatnonzero(weights > COUNTED):
        gap = gap_of_first(np.delete(values, at + 1, axis=1), before, intercept)
        early = max(float(np.sqrt((gap[:before] ** 2).mean())), 1e-12)
        late = float(np.sqrt((gap[before:] ** 2).mean()))
        rows.append(("leave_one_out", pool[at], float(gap[before:].mean()), late / early))
    return rows
