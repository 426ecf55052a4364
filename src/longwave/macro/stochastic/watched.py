"""What is looked at: expressions of the model language over the paths of a replication.

``Y``, ``pct(Y, 4)``, ``100 * D / Y`` and ``u > 6`` are read like any expression of a model; ``Y.baseline`` is the
path without shocks. A watch may also be measured as growth or as its difference to the baseline. All replications
of a chunk are computed at once by walking one tape over arrays of replications.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.language.read import read_expression
from longwave.macro.language.spell import spelt
from longwave.macro.language.tree import Name
from longwave.macro.nodes import node_of
from longwave.numerics.graph import Graph, Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import Tape, record

Vector = NDArray[np.float64]
Measure = Literal["level", "growth", "growth_over_year", "difference", "difference_percent"]
BASELINE = ".baseline"


@dataclass(frozen=True, slots=True)
class Watch:
    """An expression and how it is measured.

    measure: level; growth in per cent over the period before, or over a year; difference to the baseline in the
    expression's own units or in per cent of the baseline. name: what it is called, by default the expression with
    its measure.
    """

    expression: str
    measure: Measure = "level"
    name: str = ""

    @property
    def label(self) -> str:
        return self.name or (
            self.expression if self.measure == "level" else f"{self.measure}({self.expression})"
        )


@dataclass(frozen=True, eq=False)
class Lens:
    """Expressions over a few columns of a system, ready to be computed.

    columns: (column of the system, whether of the baseline) of each column that the tape reads; before: rows of
    history read; labels: of the outputs.
    """

    tape: Tape
    columns: tuple[tuple[int, bool], ...]
    before: int
    labels: tuple[str, ...]

    @property
    def varying(self) -> tuple[int, ...]:
        """The columns of the system whose paths are wanted."""
        return tuple(dict.fromkeys(column for column, base in self.columns if not base))

    def values(self, window: Vector, parameters: Vector, horizon: int) -> Vector:
        """float64 [horizon, outputs, replications] from a window [before + horizon, columns, replications].

        parameters: [parameters] or [parameters, replications].
        """
        rows = slice(self.before, self.before + horizon)
        found = interpret(self.tape, window, rows, parameters)
        made = np.empty((horizon, len(found), window.shape[2]))
        for place, value in enumerate(found):
            made[:, place] = value
        return made


def lens(system: System, watches: Sequence[Watch]) -> Lens:
    """The lens of some watches. Raises BadInput for text that is no expression, UsageError for unknown names and leads."""
    graph = Graph()
    local: dict[tuple[int, bool], int] = {}

    def column(name: str, base: bool) -> int:
        return local.setdefault((system.column(name), base), len(local))

    def leaf(item: Name) -> int:
        base = item.name.endswith(BASELINE)
        name = item.name.removesuffix(BASELINE) if base else item.name
        if system.has(name):
            return graph.column(column(name, base), item.shift)
        if item.name in system.parameters:
            return graph.parameter(system.parameters.index(item.name))
        raise UsageError(
            say("stochastic.unknown_name", name=item.name),
            say("stochastic.unknown_name_mend", model=system.model.name),
        )

    outputs = []
    for each in watches:
        node = node_of(
            spelt(read_expression(each.expression, system.columns), system.parameters), graph, leaf
        )
        outputs.append(_measured(graph, node, each.measure, local, _year(system)))
    shifts = [graph.arguments[node][1] for root in outputs for node in graph.leaves(root)]
    if max([0, *shifts]) > 0:
        raise UsageError(
            say("stochastic.lead_watched", names=", ".join(each.label for each in watches)),
            say("stochastic.lead_watched_mend"),
        )
    tape = record(graph, outputs)
    return Lens(
        tape, tuple(local), max([0, *(-each for each in shifts)]), tuple(each.label for each in watches)
    )


def _year(system: System) -> int:
    return system.model.frequency.value if system.model.frequency else 1


def _measured(
    graph: Graph, node: int, measure: Measure, local: dict[tuple[int, bool], int], year: int
) -> int:
    hundred = graph.constant(100.0)
    if measure == "level":
        return node
    if measure in ("growth", "growth_over_year"):
        earlier = graph.shifted([node], -1 if measure == "growth" else -year)[0]
        return graph.mul(hundred, graph.sub(graph.div(node, earlier), graph.one))
    of_baseline = _of_baseline(graph, node, local)
    if measure == "difference":
        return graph.sub(node, of_baseline)
    return graph.mul(hundred, graph.sub(graph.div(node, of_baseline), graph.one))


def _of_baseline(graph: Graph, node: int, local: dict[tuple[int, bool], int]) -> int:
    """The expression with every column read from the baseline."""
    owner = {place: column for (column, _), place in local.items()}
    given = {}
    for leaf in graph.leaves(node, Op.COLUMN):
        place, shift = graph.arguments[leaf]
        own = local.setdefault((owner[place], True), len(local))
        given[leaf] = graph.column(own, shift)
    return graph.substitute([node], given)[0]


@dataclass(frozen=True, eq=False)
class Scene:
    """Where a lens is held.

    history: float64 [rows, columns of the system], all rows before the first simulated one that are known; own:
    float64 [horizon, columns of the system] without shocks; base: likewise, what differences are taken to; moving:
    the columns of the system that replications give, in their order.
    """

    history: Vector
    own: Vector
    base: Vector
    moving: tuple[int, ...]
    first: Period

    @property
    def horizon(self) -> int:
        return len(self.own)

    def window(self, through: Lens, paths: Vector) -> Vector:
        """float64 [before + horizon, columns, replications] for a lens, from paths [replications, horizon, moving]."""
        count = len(paths)
        made = np.empty((through.before + self.horizon, len(through.columns), count))
        place_of = {column: place for place, column in enumerate(self.moving)}
        for place, (column, base) in enumerate(through.columns):
            made[: through.before, place] = self._earlier(column, through.before)[:, None]
            if base:
                made[through.before :, place] = self.base[:, column, None]
            elif column not in place_of:
                made[through.before :, place] = self.own[:, column, None]
            else:
                made[through.before :, place] = paths[:, :, place_of[column]].T
        return made

    def _earlier(self, column: int, before: int) -> Vector:
        found = np.full(before, np.nan)
        known = min(before, len(self.history))
        if known:
            found[before - known :] = self.history[-known:, column]
        return found

    def baseline(self, through: Lens, parameters: Vector) -> Vector:
        """float64 [horizon, outputs] on the baseline. Raises UsageError naming what cannot be computed and when."""
        window = np.empty((through.before + self.horizon, len(through.columns), 1))
        for place, (column, _) in enumerate(through.columns):
            window[: through.before, place, 0] = self._earlier(column, through.before)
            window[through.before :, place, 0] = self.base[:, column]
        found = through.values(window, parameters, self.horizon)[:, :, 0]
        if not np.isfinite(found).all():
            row, place = (int(each) for each in np.argwhere(~np.isfinite(found))[0])
            raise UsageError(
                say("stochastic.cannot_watch", name=through.labels[place], period=str(self.first + row)),
                say("stochastic.cannot_watch_mend"),
            )
        return found


def as_watch(item: str | Watch) -> Watch:
    return Watch(item) if isinstance(item, str) else item


def constant_over(parameters: Vector) -> Any:
    """Parameters as a lens wants them: [parameters] or [parameters, replications] from [replications, parameters]."""
    return parameters if parameters.ndim == 1 else parameters.T
