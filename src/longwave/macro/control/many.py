"""The best paths for each of many draws of a model's parameters: how far the plan rests on what is not known.

The system is bound once, its kernels and the layout of its stacked matrix are kept, and every draw is a search of its
own from its own baseline, judged by its own Kuhn-Tucker conditions. In a system that is affine in its variables
(`affine`) a draw takes two solves, one factorisation and one quadratic programme, without any approximation. A draw
without solution, or whose limits exclude each other, keeps its reason.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Language, Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.control.commitment import (
    CONTROL,
    SOLVING,
    ControlOptions,
    PathProblem,
    Setting,
    least_path,
    prepared,
    solution_of,
)
from longwave.macro.control.loss import Loss, column_of
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.responses import Sensitivity
from longwave.macro.control.within import Limit
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solve import SolveOptions

Vector = NDArray[np.float64]

_Drawn: TypeAlias = "tuple[Vector, float, float, float, Vector, Vector]"
"""Paths, loss before and after, the Kuhn-Tucker measure, figures of baseline and optimum."""


@dataclass(frozen=True, eq=False)
class ManyPolicies:
    """paths: float64 [draws, periods, policy instruments], NaN for draws that failed; loss_before, loss_after, kkt: [draws];
    baseline, optimal: [draws, periods, columns of `system`]; failures: the number of a draw -> why it has no paths."""

    system: System
    names: tuple[str, ...]
    periods: tuple[str, ...]
    paths: Vector
    loss_before: Vector
    loss_after: Vector
    kkt: Vector
    baseline: Vector
    optimal: Vector
    failures: Mapping[int, Message]
    seconds: float

    @property
    def solved(self) -> NDArray[np.bool_]:
        return np.isfinite(self.loss_after)

    def path(self, name: str, of: str = "optimal") -> Vector:
        """Any column [draws, periods] with the optimal paths, or of="baseline". Raises UsageError for an unknown name."""
        values = self.baseline if of == "baseline" else self.optimal
        return values[:, :, column_of(self.system, name)]

    def interval(self, name: str, level: float = 0.9) -> pd.DataFrame:
        """Median and equal-tailed interval of a column by period, over the draws that were solved."""
        solved = self.path(name)[self.solved]
        if not len(solved):
            raise SolveError(
                say("control.no_draw_solved", count=len(self.paths)), say("control.no_draw_solved_mend")
            )
        tails = np.quantile(solved, [0.5, (1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
        return pd.DataFrame(
            tails.T, index=pd.Index(self.periods, name="period"), columns=["median", "low", "high"]
        )

    def sentences(self) -> tuple[Message, ...]:
        solved = self.solved
        if not solved.any():
            return (say("control.no_draw_solved", count=len(solved)), *dict.fromkeys(self.failures.values()))
        return (
            say(
                "control.many_policies",
                count=len(solved),
                failures=len(self.failures),
                before=float(np.median(self.loss_before[solved])),
                after=float(np.median(self.loss_after[solved])),
                kkt=float(np.max(self.kkt[solved])),
            ),
            *dict.fromkeys(self.failures.values()),
        )

    def text(self, lang: Language = "en") -> str:
        return "\n".join(each.text(lang) for each in self.sentences())


def optimise_many(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    loss: Loss,
    policy_instruments: Sequence[PolicyInstrument],
    draws: Sequence[Mapping[str, float]] | pd.DataFrame,
    *,
    within: Sequence[Limit] = (),
    solving: SolveOptions = SOLVING,
    control: ControlOptions = CONTROL,
) -> ManyPolicies:
    """The best paths under commitment for each draw of parameters.

    draws: values in place of the model's own by name, one mapping or row a draw. The other arguments are those of
    `optimise`. Raises UsageError for words that make no sense or no draw at all; draws that cannot be solved are kept as
    failures.
    """
    began = time.perf_counter()
    first, last = as_period(first, "first"), as_period(last, "last")
    rows = _rows(draws)
    names = tuple(each.name for each in policy_instruments)
    found: list[_Drawn | None] = []
    failures: dict[int, Message] = {}
    system, sensitivity = None, None
    for number, parameters in enumerate(rows):
        try:
            setting = prepared(
                model, data, first, last, loss, policy_instruments, parameters, solving, within
            )
            system = setting.system
            problem = PathProblem(setting, control, sensitivity)
            end = least_path(problem, setting, control)
        except SolveError as error:
            failures[number] = error.message
            found.append(None)
            continue
        sensitivity = _kept(problem, setting)
        solution = solution_of(end.point)
        span = setting.rows
        found.append(
            (
                setting.levers.paths(end.point.numbers),
                float(setting.before @ setting.before),
                end.point.loss,
                end.kkt,
                setting.values[span],
                solution.bank.values[span],
            )
        )
    count = last - first + 1
    if system is None:
        raise SolveError(say("control.no_draw_solved", count=len(rows)), next(iter(failures.values())))
    shapes = ((count, len(names)), (), (), (), (count, len(system.columns)), (count, len(system.columns)))
    parts = [
        np.array([np.full(shape, np.nan) if each is None else each[place] for each in found])
        for place, shape in enumerate(shapes)
    ]
    periods = tuple(str(first + step) for step in range(count))
    paths, before, after, kkt, baseline, optimal = parts
    return ManyPolicies(
        system,
        names,
        periods,
        paths,
        before,
        after,
        kkt,
        baseline,
        optimal,
        failures,
        time.perf_counter() - began,
    )


def _kept(problem: PathProblem, setting: Setting) -> Sensitivity | None:
    """The layout for the next draw; none where a switched-off equation leaves baseline figures in it that differ by draw."""
    return problem.sensitivity if setting.baseline.system is setting.system else None


def _rows(draws: Sequence[Mapping[str, float]] | pd.DataFrame) -> list[dict[str, float]]:
    if isinstance(draws, pd.DataFrame):
        table = draws.to_numpy(dtype=np.float64)
        rows = [dict(zip(map(str, draws.columns), row, strict=True)) for row in table.tolist()]
    else:
        rows = [{name: float(value) for name, value in each.items()} for each in draws]
    if not rows:
        raise UsageError(say("control.no_draws"), say("control.no_draws_mend"))
    for number, row in enumerate(rows):
        for name, value in row.items():
            if not np.isfinite(value):
                raise UsageError(
                    say("control.bad_draw", name=name, draw=number + 1), say("control.no_draws_mend")
                )
    return rows
