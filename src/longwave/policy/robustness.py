"""How much the mix hangs on what is not known: the best mix were each draw true, a mix that is good for many draws
at once, and whether each policy instrument keeps its side when the ranges of the literature are doubled and over the
draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import DataError
from longwave.core.estimate import Grade
from longwave.core.message import Message, say
from longwave.macro.control.many import optimise_many
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.robust import RivalModel, robust
from longwave.policy.domain import DomainInstrument
from longwave.policy.fan import Draws
from longwave.policy.parameter_evidence import ParameterEvidence
from longwave.policy.problem import Problem

Vector = NDArray[np.float64]

MIXES = 100
"""Draws for which the best mix is found anew."""
SMALL = 0.02
"""Of a policy instrument's range: what moves less is not used."""
BARELY = 1e-4
"""Of a policy instrument's range: what the search for the optimum leaves over."""
RIVALS = 12
"""Draws that the robust mix is made for."""


@dataclass(frozen=True, eq=False)
class BestByDraw:
    """paths: frame by (instrument, period) with columns best, median, low, high; least: the loss of each draw's own
    best mix, NaN where none was found."""

    paths: pd.DataFrame
    least: Vector
    notes: tuple[Message, ...]


def best_by_draw(problem: Problem, draws: Draws, policy: OptimalPolicy, mixes: int = MIXES) -> BestByDraw:
    """The best paths under each of some draws, each taken as the truth: 90 % by instrument and period."""
    start = problem.figures.start
    rows = [str(start + step) for step in range(problem.figures.last - start + 1)]
    table = pd.DataFrame(draws.table[:mixes], columns=list(draws.names))
    found = optimise_many(
        problem.system, problem.figures.bank, *problem.span, problem.loss(), problem.levers(), table,
        within=problem.limits(),
    )  # fmt: skip
    frames = {}
    for each in problem.instruments:
        frame = found.interval(each.name).reindex(rows)
        frame.insert(0, "best", policy.paths[each.name]["optimal"].reindex(rows))
        frames[each.name] = frame
    lost = int((~found.solved).sum())
    notes = (say("policy.mixes_lost", lost=lost, of=len(table)),) if lost else ()
    return BestByDraw(pd.concat(frames, names=["instrument"]), np.asarray(found.loss_after), notes)


def robust_mix(problem: Problem, draws: Draws) -> dict[str, pd.Series] | None:
    """The paths of least mean loss over some draws, each a model that may be true; None where they cannot be found."""
    rows = draws.table[:: max(1, len(draws.table) // RIVALS)][:RIVALS]
    if not draws.names or len(rows) < 2:
        return None
    rivals = [
        RivalModel(
            f"draw {place}",
            problem.system,
            problem.figures.bank,
            parameters={**problem.values, **dict(zip(draws.names, map(float, row), strict=True))},
        )
        for place, row in enumerate(rows)
    ]
    try:
        found = robust(rivals, *problem.span, problem.loss(), problem.levers(), within=problem.limits())
    except DataError:
        return None
    return {each.name: found.paths[each.name]["optimal"] for each in problem.instruments}


def sure_of(
    problem: Problem, evidence: Mapping[str, ParameterEvidence], policy: OptimalPolicy
) -> dict[str, bool]:
    """Whether each policy instrument that is used keeps its side at either end of every doubled range of the
    literature."""
    sides = {each.name: _side(policy, each) for each in problem.instruments}
    sure = dict.fromkeys(sides, True)
    bounds = {each.name: (each.low, each.high) for each in problem.model.parameters}
    for name, each in evidence.items():
        if each.grade is not Grade.C or each.shape != "uniform":
            continue
        middle, half = (each.low + each.high) / 2, each.high - each.low
        for value in (middle - half, middle + half):
            value = inside(value, bounds[name], each.uncertain.sign)
            try:
                other = problem.best(values={name: value})
            except DataError:
                continue
            for lever in problem.instruments:
                if _mean(other, lever) * sides[lever.name] < -BARELY * (lever.high - lever.low):
                    sure[lever.name] = False
    return sure


def inside(value: float, bounds: tuple[float | None, float | None], sign: int) -> float:
    """A value moved within a parameter's bounds and to the side that theory says."""
    low, high = bounds
    low = -np.inf if low is None else low
    high = np.inf if high is None else high
    if sign > 0:
        low = max(low, 0.0)
    if sign < 0:
        high = min(high, 0.0)
    return float(np.clip(value, low, high))


def moved(path: pd.Series, lever: DomainInstrument) -> bool:
    """Whether a path moves by more than a fiftieth of the instrument's range in some year."""
    return bool(path.abs().max() > SMALL * (lever.high - lever.low))


def straddles(best: BestByDraw, lever: DomainInstrument) -> bool:
    """Whether the 90 % of what an instrument would be on average, were each draw true, holds no change."""
    mean = pd.DataFrame(best.paths.loc[lever.name]).mean()
    return holds_nought(float(mean["low"]), float(mean["high"]))


def holds_nought(low: float, high: float) -> bool:
    """Whether an interval holds nought as it is printed, to two digits."""
    return round(low, 2) <= 0.0 <= round(high, 2)


def _side(policy: OptimalPolicy, lever: DomainInstrument) -> int:
    """1 or -1 where the instrument is used, by its mean; 0 where it is not."""
    path = policy.paths[lever.name]["optimal"]
    return int(np.sign(path.mean())) if moved(path, lever) else 0


def _mean(policy: OptimalPolicy, lever: DomainInstrument) -> float:
    return float(policy.paths[lever.name]["optimal"].mean())
