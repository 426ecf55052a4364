"""An evaluation from its design and the figures: one door for four estimators.

What the figures cannot carry comes back as a refusal, a result like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from longwave.core.errors import DataError
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.difference_in_differences import FEW_ADOPTERS, difference_in_differences
from longwave.policy.evaluate.effect import PolicyEffect, refused
from longwave.policy.evaluate.local_projection import by_adoption, by_date, by_panel_shock, by_shock
from longwave.policy.evaluate.outcome import (
    OutcomeTable,
    adoption_places,
    outcome_table,
    series_like,
    wide_figures,
)
from longwave.policy.evaluate.power import Power, detectable
from longwave.policy.evaluate.state_space import state_space_impact
from longwave.policy.evaluate.synthetic_control import synthetic_control


def evaluate(
    design: EvaluationDesign,
    panel_frame: pd.DataFrame,
    area: str,
    start: object,
    controls: pd.DataFrame | None = None,
    shock: pd.Series | pd.DataFrame | None = None,
    adopters: Mapping[str, object] | None = None,
    predictors: pd.DataFrame | None = None,
    hit: Iterable[str] = (),
) -> PolicyEffect:
    """The effect of a policy by the design's estimator.

    panel_frame: the outcome, index periods (2019, 2019-Q3, 2019-07, or dates), columns areas; start: the first period with
    the policy; controls: series (periods by names) that the policy does not touch, for the state space and for projections
    on a shock; shock: of local projections, one series, or one a column by area; adopters: area -> first period, of
    difference in differences and of local projections over many areas, and areas that cannot be donors; predictors: of a
    synthetic control, names by areas; hit: areas that felt the policy. What the figures cannot carry comes back as an
    effect with refusals. Raises nothing for bad figures; UsageError for a design out of its bounds is raised by the design.
    """
    try:
        table = outcome_table(panel_frame, str(area), start, design.horizon)
        effect = _estimated(table, design, controls, shock, dict(adopters or {}), predictors, tuple(hit))
    except DataError as error:
        return refused(design, str(area), str(start), error.message, error.mend)
    if table.horizon < design.horizon:
        note = say("evaluation.figures_end", wanted=design.horizon, horizon=table.horizon)
        return replace(effect, notes=(note, *effect.notes))
    return effect


def power_before(
    design: EvaluationDesign,
    panel_frame: pd.DataFrame,
    area: str,
    start: object,
    controls: pd.DataFrame | None = None,
    shock: pd.Series | None = None,
    adopters: Mapping[str, object] | None = None,
    hit: Iterable[str] = (),
) -> Power:
    """How small an effect the design can see, from figures before the start only; `start` may lie after the last figure.

    What the figures cannot carry comes back as a `Power` with refusals.
    """
    try:
        table = _eve(design, panel_frame, str(area), start)
        pushes = None if shock is None else series_like(shock, "shock")
        return detectable(table, design, tuple(hit), controls, pushes, adopters)
    except DataError as error:
        refusal = Refusal(f"evaluation.{design.name}", error.message, error.mend)
        return Power(design.estimator, None, None, None, refusals=(refusal,))


def _eve(design: EvaluationDesign, frame: pd.DataFrame, area: str, start: object) -> OutcomeTable:
    """The table up to the eve of the start. The eve itself stands as the start where no later figure is known yet."""
    figures = wide_figures(frame, "outcome")
    known = figures[str(area)].dropna() if str(area) in figures.columns else figures.iloc[:0, 0]
    places = adoption_places({str(area): start}, figures) if len(known) else {}
    last = list(figures.index).index(known.index[-1]) if len(known) else -1
    if places and places[str(area)] > last >= 1:
        cut = figures.iloc[: last + 1]
        found = outcome_table(cut, str(area), str(cut.index[-1]), design.horizon)
        return OutcomeTable(cut, found.area, str(cut.index[-1]), last + 1, design.horizon)
    return outcome_table(figures, str(area), start, design.horizon)


def _estimated(
    table: OutcomeTable,
    design: EvaluationDesign,
    controls: pd.DataFrame | None,
    shock: pd.Series | pd.DataFrame | None,
    adopters: dict[str, object],
    predictors: pd.DataFrame | None,
    hit: tuple[str, ...],
) -> PolicyEffect:
    if design.estimator == "synthetic_control":
        within = adoption_places(adopters, table.values, until=table.place + table.horizon)
        return synthetic_control(
            table, design, (*hit, *(each for each in within if each != table.area)), predictors
        )
    if design.estimator == "difference_in_differences":
        return difference_in_differences(table, design, adopters, hit)
    if design.estimator == "state_space":
        return state_space_impact(table, design, controls)
    return _projection(table, design, controls, shock, adopters)


def _projection(
    table: OutcomeTable,
    design: EvaluationDesign,
    controls: pd.DataFrame | None,
    shock: pd.Series | pd.DataFrame | None,
    adopters: dict[str, object],
) -> PolicyEffect:
    beside = None if controls is None else wide_figures(controls, "controls")
    if isinstance(shock, pd.Series):
        return by_shock(table, design, series_like(shock, "shock"), beside)
    if isinstance(shock, pd.DataFrame):
        pushes = wide_figures(shock, "shock")
        if shock.shape[1] > 1:
            return by_panel_shock(table, design, pushes)
        return by_shock(table, design, pushes.iloc[:, 0], beside)
    adopted = adoption_places({**adopters, table.area: table.start}, table.values, until=len(table.values))
    return by_adoption(table, design, adopted) if len(adopted) >= FEW_ADOPTERS else by_date(table, design)
