"""How a plan may turn out: parameters drawn from what is known of them, shocks from what equations missed, the same
draws for every plan.

One solution by the engine's batch solver for all replications; plans differ in the paths of their policy instruments
only, so that the difference of two plans is known better than either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.stochastic.coefficients import Coefficients
from longwave.macro.stochastic.held import Whole
from longwave.macro.stochastic.residuals import FEWEST_PERIODS, Residuals
from longwave.macro.stochastic.simulate import StochasticOptions, simulate
from longwave.macro.stochastic.watched import Watch
from longwave.policy.domain import Domain
from longwave.policy.parameter_evidence import ParameterEvidence

Vector = NDArray[np.float64]

PROBABILITIES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
FAILED = 0.2


@dataclass(frozen=True, eq=False)
class Draws:
    """names: of the parameters that are drawn; table: float64 [draws, names]; residuals: of the shocked equations,
    one row a year, None where nothing is shocked; notes: what is not drawn."""

    names: tuple[str, ...]
    table: Vector
    residuals: pd.DataFrame | None
    seed: int
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, eq=False)
class Outcomes:
    """paths: watched name -> float64 [replications, periods], the same replication in each."""

    periods: tuple[str, ...]
    paths: Mapping[str, Vector]

    def quantiles(self, name: str) -> pd.DataFrame:
        """By period, one column a probability."""
        values = np.quantile(self.paths[name], PROBABILITIES, axis=0)
        return pd.DataFrame(
            values.T, index=pd.Index(self.periods, name="period"), columns=list(PROBABILITIES)
        )


def drawn(
    domain: Domain,
    evidence: Mapping[str, ParameterEvidence],
    count: int,
    seed: int,
    widen: Mapping[str, float] | None = None,
) -> Draws:
    """The draws of a domain's parameters and the residuals of its shocks."""
    known = {name: each for name, each in evidence.items() if np.isfinite(each.value)}
    bounds = {
        each.name: (-np.inf if each.low is None else each.low, np.inf if each.high is None else each.high)
        for each in domain.model.parameters
    }
    columns = [
        each.draws(count, seed, bounds[name], (widen or {}).get(name, 1.0)) for name, each in known.items()
    ]
    table = np.column_stack(columns) if columns else np.zeros((count, 0))
    residuals, notes = _residuals(domain, known)
    return Draws(tuple(known), table, residuals, seed, notes)


def _residuals(
    domain: Domain, evidence: Mapping[str, ParameterEvidence]
) -> tuple[pd.DataFrame | None, tuple[Message, ...]]:
    """What the estimated equations missed, year by year, over the years that they share."""
    by_equation = {each.uncertain.equation: each for each in evidence.values() if each.residuals is not None}
    there = {each.name for each in (*domain.model.exogenous, *domain.model.endogenous)}
    found = {
        column: by_equation[equation].residuals
        for column, equation in domain.shocks.items()
        if equation in by_equation and column.partition(".")[0] in there
    }
    table = pd.DataFrame(found).dropna()
    if len(table) < FEWEST_PERIODS:
        return None, (say("policy.no_shocks"),)
    table.index = pd.Index([f"{int(year):04d}" for year in table.index])
    whole = table.reindex([f"{year:04d}" for year in range(int(table.index[0]), int(table.index[-1]) + 1)])
    unknown = tuple(name for name in domain.shocks if name not in found and name.partition(".")[0] in there)
    notes = (say("policy.some_shocks", names=unknown),) if unknown else ()
    return whole, notes


def outcomes(
    system: System,
    bank: Databank,
    first: Period,
    last: Period,
    watched: Sequence[str],
    draws: Draws,
    parameters: Mapping[str, float],
) -> Outcomes:
    """The paths of what is watched under every draw.

    Raises SolveError where more than a fifth of the draws have no solution.
    """
    names = tuple(dict.fromkeys(watched))
    run = simulate(
        system, bank, first, last,
        replications=len(draws.table),
        residuals=None if draws.residuals is None else Residuals(tuple(draws.residuals.columns), given=draws.residuals),
        coefficients=Coefficients(draws.names, table=draws.table),
        seed=draws.seed, threads=1, watch=[Watch(name) for name in names], parameters=parameters,
        options=StochasticOptions(most_failed=FAILED, keep_paths=0, exact_up_to=50_000_000),
    )  # fmt: skip
    assert isinstance(run.held, Whole)  # noqa: S101  far below the size that is sketched
    cells = run.held.cells(run.through)
    paths = {}
    for place, name in enumerate(names):
        values = np.full((len(draws.table), cells.shape[0]), np.nan)
        values[run.good] = cells[:, place, :].T
        paths[name] = values
    return Outcomes(run.periods, paths)
