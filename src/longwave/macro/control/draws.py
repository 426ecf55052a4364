"""How well optimal paths do when the future is not as given: the loss again under disturbances.

The paths stay what they are; nobody reacts to what happens. In a linear model with quadratic loss the paths are also
the best ones on average (certainty equivalence), and a policy maker who reacts each period would lose less than these
figures: they bound the loss from above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Message, say
from longwave.macro.control.commitment import SOLVING, Setting, prepared
from longwave.macro.control.loss import Loss, gaps
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.rules import Disturbance, disturbed
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solve import SolveOptions

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossDraws:
    """draws: frame by draw with the loss under the baseline's and the optimal paths, NaN where the model had no solution;
    failures: how often that was."""

    draws: pd.DataFrame
    failures: int

    def interval(self, level: float = 0.8) -> pd.DataFrame:
        """Mean and equal-tailed interval of both losses and of their difference, over the draws that were solved."""
        solved = self.draws.dropna()
        wide = solved.assign(gain=solved["baseline"] - solved["optimal"])
        tails = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
        return pd.DataFrame(
            {"mean": wide.mean(), "low": wide.quantile(tails[0]), "high": wide.quantile(tails[1])}
        )

    def sentence(self, level: float = 0.8) -> Message:
        mean, low, high = (
            float(each) for each in self.interval(level).loc["optimal"].to_numpy(dtype=np.float64)
        )
        return say(
            "control.loss_draws",
            count=len(self.draws),
            failures=self.failures,
            level=level,
            mean=mean,
            low=low,
            high=high,
            better=float((self.draws["optimal"] < self.draws["baseline"]).mean()),
        )


def losses_under(
    policy: OptimalPolicy,
    model: Model,
    data: Databank,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    disturbances: Sequence[Disturbance],
    *,
    parameters: Mapping[str, float] | None = None,
    solving: SolveOptions = SOLVING,
) -> LossDraws:
    """The loss under each disturbance, with the baseline's paths and with the optimal ones.

    The arguments are those of `optimise`. Raises UsageError where there is no disturbance or one names no column.
    """
    if not disturbances:
        raise UsageError(say("control.no_disturbances"), say("control.no_disturbances_mend"))
    first, last = policy.solution.first, policy.solution.last
    setting = prepared(model, data, first, last, loss, policy_instruments, parameters, solving)
    bank = Databank(setting.row_zero, setting.system.columns, setting.values)
    optimal = np.column_stack([policy.paths[name, "optimal"] for name in setting.levers.names])
    rows = [_both(setting, disturbed(model, bank, first, last, each), optimal) for each in disturbances]
    draws = pd.DataFrame(rows, columns=["baseline", "optimal"], index=pd.RangeIndex(len(rows), name="draw"))
    return LossDraws(draws, int(draws.isna().any(axis=1).sum()))


def _both(setting: Setting, bank: Databank, optimal: Vector) -> tuple[float, float]:
    values = bank.columns(setting.system.columns)
    moved = values.copy()
    change = optimal - setting.values[setting.rows][:, list(setting.levers.columns)]
    moved[setting.rows, list(setting.levers.columns)] += change
    return _loss(setting, values), _loss(setting, moved)


def _loss(setting: Setting, values: Vector) -> float:
    try:
        solution = setting.solved(values)
    except SolveError:
        return float("nan")
    missed = gaps(setting.terms, solution.bank.values, setting.rows)
    return float(missed @ missed)
