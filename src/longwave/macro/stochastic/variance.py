"""Whose shocks make the spread: the variance of the watched variables split over blocks of shocks.

All runs use the same random numbers, so that they differ in nothing but the shocks that are switched off. For a
block b

    alone    = Var(only b) / Var(all)             what it makes by itself
    missing  = 1 - Var(all but b) / Var(all)      what goes when it goes

The two are equal, and add up to one over the blocks, where the model is linear and the blocks' residuals are
uncorrelated. Elsewhere they are not, and the gap between them says how much is shared (Sobol's first and total
indices, 1993, with dependence left in). The Monte Carlo error is that of a ratio of means of squared deviations,
by the delta method, over the replications that all runs solved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.model import ADD, Model
from longwave.macro.solve import bound
from longwave.macro.stochastic.coefficients import Coefficients
from longwave.macro.stochastic.held import Whole
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.result import StochasticRun
from longwave.macro.stochastic.simulate import StochasticOptions, simulate
from longwave.macro.stochastic.watched import Watch, as_watch

Vector = NDArray[np.float64]

REST = "rest"
COEFFICIENTS = "coefficients"


@dataclass(frozen=True, eq=False)
class VarianceShares:
    """shares: one row a period, watch and block: period, watch, block, alone, alone_error, missing, missing_error,
    sd.

    sd: the standard deviation with all shocks. run: the one with all shocks; notes: what holds of all.
    """

    shares: pd.DataFrame
    run: StochasticRun
    notes: tuple[Message, ...]

    def of(self, watch: str, period: str) -> pd.DataFrame:
        """The blocks of one watch in one period, largest first. Raises UsageError where there is none."""
        chosen = self.shares[(self.shares["watch"] == watch) & (self.shares["period"] == period)]
        if chosen.empty:
            raise UsageError(
                say("stochastic.not_watched", name=f"{watch}, {period}"), say("stochastic.no_share_mend")
            )
        columns = ["alone", "alone_error", "missing", "missing_error"]
        return chosen.set_index("block")[columns].sort_values("alone", ascending=False)


def variance_shares(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    blocks: Mapping[str, Sequence[str]],
    *,
    watch: Sequence[str | Watch],
    residuals: Residuals = Residuals(),  # noqa: B008 - frozen
    coefficients: Coefficients | None = None,
    replications: int = 1000,
    options: StochasticOptions = StochasticOptions(),  # noqa: B008 - frozen
    **others: Any,
) -> VarianceShares:
    """The shares of blocks of shocks in the variance of what is watched.

    blocks: name -> shock columns or variables; shocks in no block make the block "rest", drawn coefficients the
    block "coefficients". others: as for `simulate`. Takes two runs a block, one of all. Raises UsageError for a
    column in two blocks or in no run, and what `simulate` raises.
    """
    system, watches = bound(model), [as_watch(each) for each in watch]
    options = replace(options, exact_up_to=max(options.exact_up_to, 1 << 62))

    def run(masked: Sequence[str], drawn: Coefficients | None) -> StochasticRun:
        return simulate(
            system, data, first, last,
            residuals=replace(residuals, silent=tuple(masked)), coefficients=drawn, watch=watches,
            replications=replications, options=options, **others,
        )  # fmt: skip

    whole = run((), coefficients)
    assert whole.residuals is not None  # shocks were asked for  # noqa: S101
    every = whole.residuals.columns
    members = _members(system, blocks, every)
    rows: list[dict[str, object]] = []
    for name, inside in members.items():
        alone = run([column for column in every if column not in inside], None)
        rows += _rows(name, whole, alone, run(inside, coefficients))
    if coefficients is not None:
        rows += _rows(COEFFICIENTS, whole, run(every, coefficients), run((), None))
    runs = 1 + 2 * (len(members) + (coefficients is not None))
    return VarianceShares(
        pd.DataFrame(rows), whole, (*whole.notes, say("stochastic.same_numbers", runs=runs))
    )


def _members(
    system: System, blocks: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> dict[str, list[str]]:
    """The shock columns of each block, and of the rest."""
    members: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name, written in blocks.items():
        inside = [each + ADD if system.has(each + ADD) else each for each in written]
        wrong = [each for each in inside if each not in columns or each in taken]
        if wrong or not inside:
            raise UsageError(
                say("stochastic.bad_block", block=name, names=", ".join(wrong) or "-"),
                say("stochastic.bad_block_mend"),
            )
        taken.update(inside)
        members[name] = inside
    rest = [each for each in columns if each not in taken]
    return {**members, REST: rest} if rest else members


def _rows(
    block: str, whole: StochasticRun, alone: StochasticRun, without: StochasticRun
) -> list[dict[str, object]]:
    common = whole.good & alone.good & without.good
    every, only, lacking = (_deviations(each, common) for each in (whole, alone, without))
    rows: list[dict[str, object]] = []
    for place, watch in enumerate(whole.names):
        for step, period in enumerate(whole.periods):
            total = every[step, place]
            first, first_error = _ratio(only[step, place], total)
            second, second_error = _ratio(lacking[step, place], total)
            rows.append(
                {
                    "period": period,
                    "watch": watch,
                    "block": block,
                    "alone": first,
                    "alone_error": first_error,
                    "missing": 1.0 - second,
                    "missing_error": second_error,
                    "sd": math.sqrt(float(total.mean())),
                }
            )
    return rows


def _deviations(run: StochasticRun, common: NDArray[np.bool_]) -> Vector:
    """Squared deviations from the mean, float64 [horizon, watches, replications], of replications that all runs solved."""
    assert isinstance(run.held, Whole)  # asked for  # noqa: S101
    cells = run.held.cells(run.through)[:, :, common[run.good]]
    return np.asarray((cells - cells.mean(axis=2, keepdims=True)) ** 2)


def _ratio(above: Vector, below: Vector) -> tuple[float, float]:
    """The ratio of two means over the same replications, with its standard error; nought over nought is nought."""
    bottom = float(below.mean())
    if bottom <= 0.0:
        return 0.0, 0.0
    ratio = float(above.mean()) / bottom
    return ratio, float(np.std(above - ratio * below) / bottom / math.sqrt(len(below)))
