"""How small an effect could be seen, asked before the start. A design that could not have seen what was promised cannot
find afterwards that the promise was broken.

    minimum detectable effect = (t_(1-a/2) + t_(power)) * spread of the average effect where there was none

The spread comes twice: from pretended starts in the area's own past (placebo in time), and from simulated outcomes of the
same persistence, because the past holds few independent trials. The larger counts. By the placebo test in space no p-value
is below 1/(donors + 1): with fewer than 19 donors no effect of any size is significant at 5 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.difference_in_differences import FEW_ADOPTERS, did_path
from longwave.policy.evaluate.local_projection import (
    FEWEST_SPARE,
    dated_projection,
    local_projection,
    own_lags,
)
from longwave.policy.evaluate.outcome import (
    FEWEST_BEFORE,
    OutcomeTable,
    adoption_places,
    complete,
    wide_figures,
)
from longwave.policy.evaluate.state_space import choose_trend, forecast_without, usable_controls
from longwave.policy.evaluate.synthetic_control import donor_pool, gap_of_first

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

SIMULATIONS = 200
SIGNIFICANCE, WANTED = 0.05, 0.8
FEWEST_TRIALS = 4


@dataclass(frozen=True, eq=False)
class Power:
    """How much a design can see.

    smallest: the least average effect found with 80 % probability at 5 %, in the outcome's unit, infinite where none is;
    by_placebo, by_simulation: the two figures it is the larger of, None where there were too few trials; smallest_p: of
    the placebo test in space, None for other methods; placebos: pretended starts and what was `found` where nothing was.
    """

    estimator: str
    smallest: float | None
    by_placebo: float | None
    by_simulation: float | None
    smallest_p: float | None = None
    placebos: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Message, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def sees(self, effect: float) -> bool | None:
        """Whether an average effect of this size would have been found; None where it is not known."""
        return None if self.smallest is None else abs(effect) >= self.smallest


def detectable(
    table: OutcomeTable,
    design: EvaluationDesign,
    hit: tuple[str, ...] = (),
    controls: pd.DataFrame | None = None,
    shock: pd.Series | None = None,
    adopters: Mapping[str, object] | None = None,
) -> Power:
    """The design's power from what was known before the start; nothing after it is looked at.

    Raises NotEnoughData where not even one trial is possible.
    """
    blind = table.moved(table.place - 1, 1)
    others = {str(k): v for k, v in (adopters or {}).items() if str(k) != table.area}
    before = OutcomeTable(blind.values, table.area, table.start, table.place, design.horizon)
    if design.estimator == "synthetic_control":
        return _of_synthetic(before, design, (*hit, *_by_now(others, before)))
    if design.estimator == "difference_in_differences":
        return _of_differences(before, design, others, hit)
    if design.estimator == "state_space":
        exog = None if controls is None else wide_figures(controls, "controls")
        return _of_model(before, design, exog)
    if shock is not None:
        return _of_shock(before, design, shock)
    if len(others) + 1 >= FEW_ADOPTERS:
        return _of_differences(before, design, others, hit)
    return _of_projection(before, design)


def _by_now(adopters: Mapping[str, object], table: OutcomeTable) -> list[str]:
    """Areas that will have adopted within the horizon: they will be no donors."""
    return list(adoption_places(adopters, table.values, until=table.place + table.horizon))


def _of_synthetic(table: OutcomeTable, design: EvaluationDesign, hit: tuple[str, ...]) -> Power:
    short = OutcomeTable(table.values, table.area, table.start, table.place, 0)
    pool, notes = donor_pool(short, design, hit)
    values = table.values[[table.area, *pool]].to_numpy(float)
    values = values[np.isfinite(values[:, 0])]
    horizon = _trial_horizon(len(values), design.horizon)
    found = [
        (start, float(gap_of_first(values[: start + horizon], start, design.intercept)[start:].mean()))
        for start in range(FEWEST_BEFORE, len(values) - horizon + 1)
    ]
    gaps = gap_of_first(values, len(values), design.intercept)
    smallest_p = 1 / (len(pool) + 1)
    power = _joined(table, "synthetic_control", found, _of_gaps(gaps, design.horizon), smallest_p)
    if smallest_p <= SIGNIFICANCE:
        return _with(power, notes)
    return _with(
        power, (*notes, say("evaluation.few_donors", donors=len(pool), smallest=f"{smallest_p:.3f}")), np.inf
    )


def _of_differences(
    table: OutcomeTable, design: EvaluationDesign, adopters: Mapping[str, object], hit: tuple[str, ...]
) -> Power:
    """All adopters as if they had adopted together, at pretended starts before the first real one."""
    dates = adoption_places(adopters, table.values)
    first = min([table.place, *dates.values()])
    holes = np.flatnonzero(~np.isfinite(table.values[table.area].to_numpy(float)[:first]))
    values = table.values.iloc[int(holes[-1]) + 1 if len(holes) else 0 : first]
    allowed = [
        str(each) for each in values.columns if each not in {*design.exclude, *hit} or each == table.area
    ]
    kept = complete(values, allowed) if len(values) else []
    treated = [each for each in kept if each in {table.area, *dates}]
    never = [each for each in kept if each not in treated and each in (design.donors or kept)]
    if not treated or not never or len(values) < FEWEST_BEFORE:
        raise NotEnoughData(
            say("evaluation.too_few_without", count=len(never), fewest=1),
            say("evaluation.too_few_donors_mend"),
        )
    rows = values[[*treated, *never]].to_numpy(float)
    horizon = _trial_horizon(len(rows), design.horizon)
    places, beside = list(range(len(treated))), list(range(len(treated), rows.shape[1]))
    found = [
        (start, float(did_path(rows, places, [start] * len(places), beside, horizon)[0].mean()))
        for start in range(FEWEST_BEFORE, len(rows) - horizon + 1)
    ]
    gap = rows[:, places].mean(axis=1) - rows[:, beside].mean(axis=1)
    return _joined(table, design.estimator, found, _of_changes(gap, design.horizon), None)


def _of_shock(table: OutcomeTable, design: EvaluationDesign, shock: pd.Series) -> Power:
    """The error of the average response, from the shocks that fell before the start."""
    pushes = shock.reindex(table.periods).to_numpy(float)
    found = local_projection(table.own, pushes, design.horizon, own_lags(table, design))
    error = float(np.sqrt(found.covariance.sum())) / design.horizon
    return _joined(table, "local_projection", [], error, None)


def _of_model(table: OutcomeTable, design: EvaluationDesign, controls: pd.DataFrame | None) -> Power:
    y = table.own
    trend = design.trend if design.trend != "auto" else choose_trend(y, len(y))
    early = None if controls is None else controls.reindex(table.periods)
    still = OutcomeTable(table.values, table.area, table.periods[-1], len(y) - 1, 1)
    exog, _, _ = usable_controls(still, early)
    horizon = _trial_horizon(len(y), design.horizon)
    found = []
    for start in _spread(range(FEWEST_BEFORE + 4, len(y) - horizon + 1), 12):
        part = None if exog is None else exog[: start + horizon]
        late = y[start : start + horizon]
        if np.isfinite(late).all() and np.isfinite(y[:start]).sum() >= 10 + (
            0 if part is None else part.shape[1]
        ):
            mean = forecast_without(y[: start + horizon], start, trend, part).mean
            found.append((start, float((late - mean).mean())))
    # Controls are not known ahead: the errors of a forecast over the last periods stand for those to come.
    errors = forecast_without(y, len(y) - horizon, trend, exog).errors.mean(axis=1)
    simulated = float(np.subtract(*np.quantile(errors, [0.84, 0.16]))) / 2
    return _joined(table, "state_space", found, simulated, None)


def _of_projection(table: OutcomeTable, design: EvaluationDesign) -> Power:
    y, lags = table.own, own_lags(table, design)
    horizon = _trial_horizon(len(y), design.horizon)
    found = []
    for start in range(horizon + 2 * lags + 2 + FEWEST_SPARE, len(y) - horizon + 1):
        part = y[: start + horizon]
        if np.isfinite(part[start - lags - 1 :]).all():
            mean = dated_projection(part, start, horizon, lags).mean
            found.append((start, float((part[start:] - mean).mean())))
    return _joined(table, "local_projection", found, _of_changes(y, design.horizon), None)


def _trial_horizon(rows: int, horizon: int) -> int:
    """As long as the design's where the past is long enough for some trials of it, else a quarter of it."""
    return max(1, min(horizon, rows // 4))


def _spread(places: range, most: int) -> list[int]:
    chosen = np.unique(np.linspace(0, max(len(places) - 1, 0), min(most, len(places))).round().astype(int))
    return [places[int(each)] for each in chosen] if len(places) else []


def _of_gaps(gaps: Vector, horizon: int) -> float | None:
    """Spread of the average of `horizon` gaps, AR(1) of the persistence seen (corrected for its bias in short samples)."""
    if len(gaps) < FEWEST_BEFORE or float(gaps.std()) <= 0:
        return None
    left = gaps - gaps.mean()
    n = len(left)
    rho = float(left[1:] @ left[:-1] / (left @ left))
    rho = float(np.clip(rho + (1 + 3 * rho) / n, -0.5, 0.97))
    shock = float(np.sqrt(((left[1:] - rho * left[:-1]) ** 2).sum() / max(n - 2, 1)))
    rng = np.random.default_rng(0)
    path = np.zeros((SIMULATIONS * 5, horizon))
    level = rng.standard_normal(len(path)) * shock / np.sqrt(1 - rho**2)
    for k in range(horizon):
        level = rho * level + shock * rng.standard_normal(len(path))
        path[:, k] = level
    return float(path.mean(axis=1).std())


def _of_changes(values: Vector, horizon: int) -> float | None:
    """Spread of the average of `horizon` forecast errors from the eve, changes being an AR(1)."""
    steps = np.diff(values)
    steps = steps[np.isfinite(steps)]
    if len(steps) < FEWEST_BEFORE or float(steps.std()) <= 0:
        return None
    left = steps - steps.mean()
    n = len(left)
    rho = float(np.clip(left[1:] @ left[:-1] / (left @ left), -0.9, 0.9))
    shock = float(np.sqrt(((left[1:] - rho * left[:-1]) ** 2).sum() / max(n - 2, 1)))
    rng = np.random.default_rng(0)
    step = np.zeros(SIMULATIONS * 5)
    path = np.zeros((len(step), horizon))
    for k in range(horizon):
        step = rho * step + shock * rng.standard_normal(len(step))
        path[:, k] = step
    drift = float(steps.std() / np.sqrt(n)) * np.arange(1, horizon + 1)
    errors = path.cumsum(axis=1) + rng.standard_normal((len(step), 1)) * drift
    return float(errors.mean(axis=1).std())


def _joined(
    table: OutcomeTable,
    estimator: str,
    found: list[tuple[int, float]],
    simulated: float | None,
    smallest_p: float | None,
) -> Power:
    from scipy.stats import norm, t

    placebos = pd.DataFrame(
        {
            "start": [table.periods[min(each, len(table.periods) - 1)] for each, _ in found],
            "found": [x for _, x in found],
        }
    )
    by_placebo = None
    if len(found) >= FEWEST_TRIALS:
        freedom = max(2.0, len(found) / max(1, min(table.horizon, len(found) // 2)))
        spread = float(np.sqrt((placebos["found"] ** 2).mean()))
        by_placebo = float(t.ppf(1 - SIGNIFICANCE / 2, freedom) + t.ppf(WANTED, freedom)) * spread
    times = float(norm.ppf(1 - SIGNIFICANCE / 2) + norm.ppf(WANTED))
    by_simulation = None if simulated is None else times * simulated
    known = [each for each in (by_placebo, by_simulation) if each is not None]
    refusals = (
        ()
        if known
        else (Refusal("power", say("evaluation.no_power"), say("evaluation.too_few_before_mend")),)
    )
    notes = () if by_placebo is not None else (say("evaluation.few_trials", count=len(found)),)
    return Power(
        estimator,
        max(known) if known else None,
        by_placebo,
        by_simulation,
        smallest_p,
        placebos,
        notes,
        refusals,
    )


def _with(power: Power, notes: tuple[Message, ...], smallest: float | None = None) -> Power:
    return Power(
        power.estimator,
        power.smallest if smallest is None else smallest,
        power.by_placebo,
        power.by_simulation,
        power.smallest_p,
        power.placebos,
        (*power.notes, *notes),
        power.refusals,
    )
