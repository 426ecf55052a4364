"""What a Dynare file says about values: where the path starts and ends, what came before, which shocks come when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Name, walk
from longwave.macro.model import Model

USUAL_LENGTH = 100


@dataclass(frozen=True)
class Scene:
    """start, end: values by variable (``initval``, ``endval``); history: by variable and period, 0 the last before.

    paths: exogenous values by variable and period of the simulation, 1 the first; deviations: standard errors.
    steady_start, steady_end: the values are guesses from which the steady state is to be found (``steady``).
    periods: of the simulation the file asks for, 0 where it asks for none.
    """

    start: Mapping[str, float] = field(default_factory=dict)
    end: Mapping[str, float] = field(default_factory=dict)
    history: Mapping[tuple[str, int], float] = field(default_factory=dict)
    paths: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    deviations: Mapping[str, float] = field(default_factory=dict)
    steady_start: bool = False
    steady_end: bool = False
    periods: int = 0

    def length(self) -> int:
        """How many periods a simulation has: what the file asks for, or 100 and as many as its shocks need."""
        shocked = max((period for path in self.paths.values() for period in path), default=0)
        return self.periods or max(USUAL_LENGTH, shocked)

    def said(self) -> tuple[str, ...]:
        """The blocks of the file whose values are held here."""
        blocks = {
            "initval": self.start,
            "endval": self.end,
            "histval": self.history,
            "shocks": self.paths or self.deviations,
        }
        return tuple(word for word, held in blocks.items() if held)

    def bank(self, model: Model, first: Period, last: Period) -> Databank:
        """Figures for a simulation over first..last, with rows before and after as far as lags and leads reach.

        As in Dynare: everything stands at its start value, nought where none is said; with an end, exogenous
        variables jump to it in the first period, and everything is there after the last. Raises SolveError where a
        steady state is asked for and none is found.
        """
        before, after = _reach(model)
        start = self._settled(model, self.start, first) if self.steady_start else self.start
        end = self._settled(model, {**start, **self.end}, first) if self.steady_end else self.end
        count = before + (last - first) + 1 + after
        columns: dict[str, np.ndarray] = {}
        exogenous = {each.name for each in model.exogenous}
        for each in (*model.endogenous, *model.exogenous):
            begin = start.get(each.name, 0.0)
            column = np.full(count, begin)
            column[before if each.name in exogenous else count - after :] = end.get(each.name, begin)
            for (name, period), value in self.history.items():
                if name == each.name and 0 <= before - 1 + period < count:
                    column[before - 1 + period] = value
            for period, value in self.paths.get(each.name, {}).items():
                if 0 <= before - 1 + period < count:
                    column[before - 1 + period] = value
            columns[each.name] = column
        return Databank(first + -before, tuple(columns), np.column_stack(list(columns.values())))

    def _settled(self, model: Model, values: Mapping[str, float], period: Period) -> Mapping[str, float]:
        """The steady state found from these values."""
        from longwave.macro.steady_state import steady_state

        before, after = _reach(model)
        names = tuple(each.name for each in (*model.endogenous, *model.exogenous))
        row = np.array([values.get(name, 0.0) for name in names])
        bank = Databank(period + (-before - 1), names, np.tile(row, (before + after + 2, 1)))
        return {**values, **steady_state(model, bank, period).values}


def _reach(model: Model) -> tuple[int, int]:
    """The longest lag and lead, at least 1 each."""
    parameters = [each.name for each in model.parameters]
    shifts = [
        node.shift
        for each in model.equations
        for expression in (each.left, each.right, *([] if each.condition is None else [each.condition]))
        for node in walk(spelt(expression, parameters))
        if isinstance(node, Name)
    ]
    return max([1, *(-shift for shift in shifts)]), max([1, *shifts])
