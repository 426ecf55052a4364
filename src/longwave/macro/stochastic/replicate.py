"""Many solutions of one system, each with its own shocks and, where asked, its own coefficients.

Backward-looking systems go through the compiled block solver, or its interpreted twin, chunk by chunk; what is
kept of a chunk are the columns that somebody looks at. Forward-looking ones are solved one after another as
stacked systems, which takes as many solves as there are periods where shocks are surprises.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import Message, say
from longwave.macro.bind import System
from longwave.macro.solve import Engine, Inputs, Terminal, explained, period_solver, program_of
from longwave.macro.stochastic.coefficients import CoefficientDraws
from longwave.macro.stochastic.draws import Drawer, Stream, with_memory
from longwave.macro.stochastic.residuals import equations_with
from longwave.numerics.driver import InterpretedReplicator
from longwave.numerics.interpreted import Status

Vector = NDArray[np.float64]
Information = Literal["surprise", "foreseen"]
Made = TypeVar("Made")

CHUNK = 256
"""Replications that are drawn, solved and looked at together. Even, so that antithetic pairs stay together; fixed,
so that sums are added in the same order on any number of threads."""


@dataclass(frozen=True, eq=False)
class Shocks:
    """What enters which columns. drawer: None for no shocks at all; base: [horizon, columns] values to which
    shocks are added.

    rho: [orders, columns] places in the parameter vector of the autoregressive coefficients of each column's
    equation, -1 for none. mask: [columns] 1 where shocks are switched on.
    """

    columns: tuple[int, ...]
    base: Vector
    drawer: Drawer | None
    stream: Stream
    rho: NDArray[np.int64]
    mask: Vector

    def innovations(self, start: int, stop: int) -> Vector:
        """float64 [replications, horizon, columns]."""
        horizon = len(self.base)
        if self.drawer is None:
            return np.zeros((stop - start, horizon, len(self.columns)))
        uniforms = self.stream.uniforms(start, stop, self.drawer.width(horizon))
        drawn = self.drawer.shocks(uniforms, horizon)
        return drawn if self.mask.all() else drawn * self.mask

    def memory(self, parameters: Vector) -> Vector:
        """Autoregressive coefficients [orders, columns], or [replications, orders, columns] where parameters differ."""
        found = parameters[..., np.maximum(self.rho, 0)]
        return np.where(self.rho >= 0, found, 0.0)

    def values(self, start: int, stop: int, parameters: Vector) -> Vector:
        """What stands in the columns, float64 [replications, horizon, columns]."""
        drawn = self.innovations(start, stop)
        if len(self.rho):
            drawn = with_memory(drawn, self.memory(parameters))
        return self.base + drawn


def rho_places(system: System, names: Sequence[str]) -> NDArray[np.int64]:
    """Where the autoregressive coefficients of the columns' equations stand in the parameter vector [orders, columns].

    An add-factor is itself the innovation of such an equation and wants none; a named column within the equation is
    part of what the equation remembers, so that its shocks are given their memory here.
    """
    by_name = {each.name: each for each in system.model.equations}
    orders: list[list[int]] = []
    for name in names:
        numbers = [] if name in system.add_factors else equations_with(system, name)
        first = by_name.get(system.labels[numbers[0]][0]) if len(numbers) == 1 else None
        order = first.estimation.ar if first is not None and first.estimation is not None else 0
        orders.append(
            [system.parameters.index(f"{first.name}.rho{lag}") for lag in range(1, order + 1)]
            if first
            else []
        )
    places = np.full((max(map(len, orders), default=0), len(names)), -1, dtype=np.int64)
    for column, found in enumerate(orders):
        places[: len(found), column] = found
    return places


@dataclass(frozen=True, eq=False)
class Chunk:
    """Replications start .. stop - 1. paths: [replications, horizon, kept]; parameters: [P] or [replications, P].

    places: where each failed, None where it was solved; norm: the largest that was accepted, and in which replication.
    """

    start: int
    stop: int
    paths: Vector
    parameters: Vector
    places: tuple[Hashable | None, ...]
    norm: float
    largest: int


class Replicator(Protocol):
    """Solves replications of one job."""

    @property
    def engine(self) -> str: ...

    def chunk(self, start: int, stop: int, out: Vector | None = None) -> Chunk:
        """Replications start .. stop - 1; paths are written to `out` [replications, horizon, kept] where it is given."""

    def why(self, place: Hashable, replication: int) -> Message:
        """Why a replication failed at a place."""

    def views(self, replication: int) -> list[tuple[Vector, slice, Vector]]:
        """A solved replication computed anew: (all columns, the rows in which they shall hold, parameters).

        Surprises make a view a period: there people expect what they expected then.
        """


def parameters_of(
    inputs: Inputs, draws: CoefficientDraws | None, start: int, stop: int
) -> tuple[Vector, NDArray[np.bool_]]:
    """([P] or [replications, P], whether each replication's are within their bounds)."""
    if draws is None:
        return inputs.parameters, np.ones(stop - start, dtype=np.bool_)
    return draws.draw(start, stop)


@dataclass(frozen=True, eq=False)
class BackwardReplicator:
    """Period by period, in blocks. inputs: values hold the solution without shocks, where Newton's method begins."""

    inputs: Inputs
    shocks: Shocks
    draws: CoefficientDraws | None
    keep: tuple[int, ...]
    solver: Any

    @property
    def engine(self) -> str:
        return str(self.solver.engine)

    def chunk(self, start: int, stop: int, out: Vector | None = None) -> Chunk:
        parameters, inside = parameters_of(self.inputs, self.draws, start, stop)
        values = self.shocks.values(start, stop, parameters)
        rows = self.inputs.rows
        paths = np.empty((stop - start, rows.stop - rows.start, len(self.keep))) if out is None else out

        def fill(first: int, end: int) -> tuple[Vector, Vector | None]:
            return values[first:end], None if parameters.ndim == 1 else parameters[first:end]

        outcomes = self.solver.replicate(
            self.inputs.values,
            rows.start,
            rows.stop,
            self.inputs.parameters,
            replications=stop - start,
            shocked=self.shocks.columns,
            fill=fill,
            keep=self.keep,
            out=paths,
        )
        places: list[Hashable | None] = [None] * (stop - start)
        for each in outcomes.failed:
            places[each] = (int(outcomes.status[each]), int(outcomes.row[each]), int(outcomes.block[each]))
        for each in np.flatnonzero(~inside):
            places[each] = OUT_OF_BOUNDS
        norm = np.where(outcomes.status == int(Status.SOLVED), outcomes.norm, 0.0)
        largest = int(np.argmax(norm))
        return Chunk(start, stop, paths, parameters, tuple(places), float(norm[largest]), start + largest)

    def views(self, replication: int) -> list[tuple[Vector, slice, Vector]]:
        values, parameters = self._before(replication)
        self.solver(values, self.inputs.rows.start, self.inputs.rows.stop, parameters)
        return [(values, self.inputs.rows, parameters)]

    def why(self, place: Hashable, replication: int) -> Message:
        if place == OUT_OF_BOUNDS:
            return say("stochastic.out_of_bounds")
        values, parameters = self._before(replication)
        outcome = self.solver(values, self.inputs.rows.start, self.inputs.rows.stop, parameters)
        if outcome.status is Status.SOLVED:
            return say("stochastic.not_again")
        inputs = Inputs(
            self.inputs.system, self.inputs.values, self.inputs.rows, self.inputs.first, parameters
        )
        return explained(inputs, values, outcome).message

    def _before(self, replication: int) -> tuple[Vector, Vector]:
        """All columns with the shocks of a replication, not solved yet, and its parameters."""
        parameters, _ = parameters_of(self.inputs, self.draws, replication, replication + 1)
        values = self.inputs.values.copy()
        shocked = self.shocks.values(replication, replication + 1, parameters)[0]
        values[self.inputs.rows, list(self.shocks.columns)] = shocked
        return values, parameters if parameters.ndim == 1 else parameters[0]


OUT_OF_BOUNDS: Hashable = ("bounds",)


def block_solver(system: System, engine: Engine) -> Any:
    """The system's solver with a call for many replications, made once a system and engine."""
    if engine != "interpreted":
        made = period_solver(system, engine)
        if hasattr(made, "replicate"):
            return made
    found = system.__dict__.get("_interpreted_replicator")
    if found is None:
        found = InterpretedReplicator(program_of(system))
        system.__dict__["_interpreted_replicator"] = found
    return found


@dataclass(frozen=True, eq=False)
class ForwardReplicator:
    """All periods at once. inputs.rows: the periods looked at and those solved beyond them; horizon: only the
    former.

    information: surprise: in each period the shocks of that period become known, and people expect no further
    ones; foreseen: all shocks are known from the first period on.
    """

    inputs: Inputs
    shocks: Shocks
    draws: CoefficientDraws | None
    keep: tuple[int, ...]
    information: Information
    terminal: Terminal
    compiled: bool

    @property
    def engine(self) -> str:
        return "compiled" if self.compiled else "interpreted"

    def chunk(self, start: int, stop: int, out: Vector | None = None) -> Chunk:
        parameters, inside = parameters_of(self.inputs, self.draws, start, stop)
        begin, horizon = self.inputs.rows.start, len(self.shocks.base)
        paths = np.full((stop - start, horizon, len(self.keep)), np.nan) if out is None else out
        places: list[Hashable | None] = [None] * (stop - start)
        norm = np.zeros(stop - start)
        for each in range(stop - start):
            if not inside[each]:
                places[each] = OUT_OF_BOUNDS
                continue
            try:
                for values, residual in self._solves(start + each):
                    norm[each] = max(norm[each], residual)
                    paths[each] = values[begin : begin + horizon, list(self.keep)]
            except SolveError as error:
                places[each], norm[each] = _told(error.message), 0.0
        largest = int(np.argmax(norm))
        return Chunk(start, stop, paths, parameters, tuple(places), float(norm[largest]), start + largest)

    def views(self, replication: int) -> list[tuple[Vector, slice, Vector]]:
        begin, horizon = self.inputs.rows.start, len(self.shocks.base)
        if self.information == "foreseen":
            steps = [slice(begin, begin + horizon)]
        else:
            steps = [slice(row, row + 1) for row in range(begin, begin + horizon)]
        used = self._parameters(replication)
        solves = self._solves(replication)
        return [(values, rows, used) for rows, (values, _) in zip(steps, solves, strict=True)]

    def why(self, place: Hashable, replication: int) -> Message:
        if place == OUT_OF_BOUNDS:
            return say("stochastic.out_of_bounds")
        try:
            list(self._solves(replication))
        except SolveError as error:
            return error.message
        return say("stochastic.not_again")

    def _parameters(self, replication: int) -> Vector:
        parameters, _ = parameters_of(self.inputs, self.draws, replication, replication + 1)
        return parameters if parameters.ndim == 1 else parameters[0]

    def _solves(self, replication: int) -> Iterator[tuple[Vector, float]]:
        """(all columns, largest residual) after each solve, the last of which holds the path. Raises SolveError."""
        from longwave.macro.expectations import solve_stacked

        used = self._parameters(replication)
        drawn = self.shocks.innovations(replication, replication + 1)[0]
        values = self.inputs.values.copy()
        rows, columns = self.inputs.rows, list(self.shocks.columns)
        together = self.information == "foreseen"
        for step in range(1 if together else len(drawn)):
            values[rows.start : rows.stop, columns] += self._felt(drawn, None if together else step, used)
            values, outcome = solve_stacked(
                self.inputs.system,
                values,
                rows.start + step,
                rows.stop,
                used,
                terminal=self.terminal,
                engine="compiled" if self.compiled else "interpreted",
                first_period=self.inputs.first,
            )
            yield values, outcome.residual

    def _felt(self, drawn: Vector, step: int | None, parameters: Vector) -> Vector:
        """What the shocks of one period (None: of all) add to the columns, in that and later periods."""
        rows = self.inputs.rows
        felt = np.zeros((1, rows.stop - rows.start, drawn.shape[1]))
        if step is None:
            felt[0, : len(drawn)] = drawn
        else:
            felt[0, step] = drawn[step]
        if len(self.shocks.rho):
            felt = with_memory(felt, self.shocks.memory(parameters))
        return np.asarray(felt[0])


def _told(message: Message) -> Hashable:
    """What makes two failures the same: sentence, equation, variable and period."""
    values = message.values
    return (message.key, *(str(values.get(name, "")) for name in ("equation", "variable", "period")))


def in_order(make: Callable[[int, int], Made], count: int, threads: int, size: int = CHUNK) -> Iterator[Made]:
    """make(start, stop) over chunks of `count` in order, some of them ahead on other threads, never many."""
    spans = [(start, min(start + size, count)) for start in range(0, count, size)]
    if threads <= 1 or len(spans) == 1:
        for start, stop in spans:
            yield make(start, stop)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        for start, stop in spans:
            waiting.append(pool.submit(make, start, stop))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
