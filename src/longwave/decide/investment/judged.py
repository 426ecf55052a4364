"""One opening, judged: what its draws say, by scenario and together, and how long to wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message
from longwave.decide.investment.drivers import Matrix
from longwave.decide.investment.plan import Opening, Vector
from longwave.decide.investment.real_option import Waiting
from longwave.decide.investment.tornado import Matter
from longwave.decide.investment.value import Rates


class Answer(StrEnum):
    """What can be said of an opening."""

    INVEST = "invest"
    WAIT = "wait"
    DO_NOT = "do_not"
    NOT_DECIDABLE = "not_decidable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the sentence that says it, and why; broken: keys of the firm's limits that it does not keep."""

    answer: Answer
    sentence: Message
    reasons: tuple[Message, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Worth:
    """What needs a cost of capital. npv: draws; by_scenario: scenario -> mean NPV and P(NPV < 0); value and cost:
    mean present values of operating flows and outlays; modified: MIRR of the mean flows; discounted: payback of
    discounted flows."""

    npv: Vector
    by_scenario: Mapping[str, tuple[float, float]]
    value: float
    cost: float
    value_draws: Vector
    modified: float | None
    discounted: Vector
    loss_probability: float
    tail_loss: float
    discount: Matrix

    @property
    def mean(self) -> float:
        return float(self.npv.mean())

    @property
    def sure(self) -> bool:
        """Whether all draws are worth the same, so that nothing was uncertain."""
        return float(np.ptp(self.npv)) <= 1e-9 * float(np.abs(self.npv).max())

    @property
    def noise(self) -> float:
        """Standard error of the mean by simulation."""
        return float(self.npv.std(ddof=1) / np.sqrt(len(self.npv)))


@dataclass(frozen=True, eq=False)
class Judged:
    """An opening with all that was found. planned: every internal rate of the mean flows; roic: index = year,
    columns 0.1, 0.5, 0.9 of ROIC and of ROIC less the cost of capital; cumulated: index = year, quantiles of
    cumulated flows; lines: line -> index = year, quantiles; hurdle: rate of return from which to invest, premium
    above the cost of capital included."""

    opening: Opening
    rates: Rates
    planned: tuple[float, ...]
    payback: Vector
    roic: pd.DataFrame
    spread: pd.DataFrame
    cumulated: pd.DataFrame
    lines: Mapping[str, Matrix]
    net: Matrix
    outlays: Matrix
    salvage: Vector
    worth: Worth | None
    waiting: Waiting | None
    hurdle: float | None
    matters: tuple[Matter, ...]
    refusals: tuple[Refusal, ...]
    verdict: Verdict
