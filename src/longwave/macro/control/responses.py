"""How the solution answers each free number of the policy instruments, exactly, by the implicit function theorem.

    F(y, u) = 0 over all periods   =>   dy/du = -(dF/dy)^-1 dF/du

dF/dy is the sparse matrix of the stacked system at the solution (`longwave.numerics.stacked`), with exact partials from
the graph and the terminal conditions in it; one LU factorisation serves every right-hand side. Whether the model looks back
or ahead makes no difference. `perturbed_responses` gives the same by solving twice for each number: the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.macro.bind import System
from longwave.macro.control.policy_instrument import Levers
from longwave.macro.expectations import layout_of
from longwave.numerics.graph import Op
from longwave.numerics.interpret import interpret
from longwave.numerics.stacked import Cells, Stacked, closed_cells
from longwave.numerics.tape import Tape, record
from longwave.numerics.terminal import Terminal

Vector = NDArray[np.float64]

Solve: TypeAlias = "Callable[[Vector], Vector]"
"""From right-hand sides [rows, sides] to answers of the same shape."""

PIVOT_THRESHOLD = 1e-4
"""The kept order's pivots stay unless they are smaller than this times the largest entry below them."""

BAD_SOLVE = 1e-7
"""What a linear solve may miss relative to its right side before the factors are made again with full pivoting."""

AT_ONCE = 64
"""Right-hand sides solved together: enough to be quick, few enough to be small."""


@dataclass(frozen=True, eq=False)
class Linearised:
    """The stacked system at one solution, ready to answer.

    factors: solves with dF/dy; transposed: with its transpose; pushes: dF/du [equations of all periods, free].
    """

    system: System
    rows: slice
    factors: Solve
    transposed: Solve
    pushes: Any
    levers: Levers

    def of(self, columns: Sequence[int]) -> dict[int, Vector]:
        """The responses [periods, free] of some columns to every free number."""
        count, periods = len(self.system.variables), self.rows.stop - self.rows.start
        equation_of = {column: number for number, column in enumerate(self.system.unknowns)}
        found = {column: np.zeros((periods, self.levers.free)) for column in dict.fromkeys(columns)}
        for place, column in enumerate(self.levers.columns):
            if column in found:
                found[column] = self.levers.response(place)
        wanted = [column for column in found if column in equation_of]
        if not wanted:
            return found
        for start in range(0, self.levers.free, AT_ONCE):
            stop = min(start + AT_ONCE, self.levers.free)
            answers = self.factors(-self.pushes[:, start:stop].toarray())
            answers = answers.reshape(periods, count, stop - start)
            for column in wanted:
                found[column][:, start:stop] = answers[:, equation_of[column], :]
        return found

    def step(self, change: Vector) -> Vector:
        """The change of all unknowns [periods, equations] for a change of the free numbers, to first order."""
        answer = self.factors(-(self.pushes @ change)[:, None])
        return answer.reshape(self.rows.stop - self.rows.start, len(self.system.variables))


class Sensitivity:
    """The structure of a stacked system and its policy instruments, laid out once and filled in at each solution."""

    def __init__(
        self, system: System, values: Vector, rows: slice, parameters: Vector, levers: Levers, terminal: str
    ) -> None:
        from scipy.sparse import csc_array

        self.system, self.rows, self.levers = system, rows, levers
        plan = layout_of(system)
        closed = closed_cells(plan, rows.start, rows.stop)
        periods, instruments = np.nonzero(levers.place >= 0)
        set_rows = (periods + rows.start).astype(np.intp)
        set_columns = np.array(levers.columns, dtype=np.intp)[instruments]
        self._cells = Cells(
            np.concatenate([closed.rows, set_rows]), np.concatenate([closed.columns, set_columns])
        )
        self._stacked = Stacked(
            plan, values, rows.start, rows.stop, parameters, unknown=self._cells, terminal=Terminal(terminal)
        )
        self._closed = len(closed)
        numbers = levers.place[periods, instruments]
        self._spread = csc_array(
            (np.ones(len(numbers)), (np.arange(len(numbers)), numbers)), shape=(len(numbers), levers.free)
        )
        steps = np.arange(rows.stop - rows.start)[::-1]
        self._order = np.argsort((steps[:, None] * plan.count + plan.rank).ravel())

    def at(self, values: Vector, parameters: Vector | None = None) -> Linearised:
        """The linearised system at solved values [all rows, columns]. Raises SolveError where it is singular.

        parameters: where they differ from those it was laid out with.
        """
        if parameters is not None:
            self._stacked.parameters = parameters
        jacobian = self._stacked.jacobian(values[self._cells.rows, self._cells.columns])
        if not np.isfinite(jacobian.data).all():
            raise self._lost(jacobian)
        inner = jacobian[:, : self._closed]
        pushes = jacobian[:, self._closed :] @ self._spread
        factors, transposed = factored(inner, self._order)
        return Linearised(self.system, self.rows, factors, transposed, pushes.tocsc(), self.levers)

    def _lost(self, jacobian: Any) -> SolveError:
        entry = jacobian.tocoo()
        equation = int(entry.row[int(np.argmin(np.isfinite(entry.data)))]) % len(self.system.variables)
        return SolveError(
            say("control.no_slope", equation=self.system.labels[equation][0]), say("control.no_slope_mend")
        )


def factored(matrix: Any, order: NDArray[np.intp]) -> tuple[Solve, Solve]:
    """Solvers of a sparse matrix and of its transpose, with rows and columns taken in `order`.

    Where the kept order loses too many digits, SuperLU's own order with full pivoting takes over. Raises SolveError
    for a singular matrix.
    """
    kept = _solvers(
        matrix[order][:, order].tocsc(), order, permc_spec="NATURAL", diag_pivot_thresh=PIVOT_THRESHOLD
    )
    if kept is not None and _good(matrix, kept[0]):
        return kept
    free = _solvers(matrix.tocsc(), np.arange(len(order)))
    if free is None or not _good(matrix, free[0]):
        raise SolveError(say("control.singular"), say("control.singular_mend"))
    return free


def _solvers(matrix: Any, order: NDArray[np.intp], **options: Any) -> tuple[Solve, Solve] | None:
    from scipy.sparse.linalg import splu

    try:
        lu = splu(matrix, **options)
    except RuntimeError:  # SuperLU's word for a singular factor
        return None

    def solve(right: Vector, trans: str = "N") -> Vector:
        answer = np.empty_like(right)
        answer[order] = lu.solve(np.ascontiguousarray(right[order]), trans)
        return answer

    return solve, lambda right: solve(right, "T")


def _good(matrix: Any, solve: Callable[[Vector], Vector]) -> bool:
    """Whether a solve with a right side of mixed signs comes out right."""
    right = np.where(np.arange(matrix.shape[0]) % 3 == 0, 1.0, -0.5)[:, None]
    answer = solve(right)
    if not np.isfinite(answer).all():
        return False
    size = abs(matrix) @ np.abs(answer) + np.abs(right)
    return bool(np.max(np.abs(matrix @ answer - right) / size) < BAD_SOLVE)


def perturbed_responses(
    solved: Callable[[Vector], Vector],
    numbers: Vector,
    columns: Sequence[int],
    rows: slice,
    step: float = 1e-5,
) -> dict[int, Vector]:
    """The same by central differences: `solved` gives all values [rows, columns] for some free numbers."""
    found = {column: np.zeros((rows.stop - rows.start, len(numbers))) for column in dict.fromkeys(columns)}
    for place in range(len(numbers)):
        size = step * max(1.0, abs(numbers[place]))
        up, down = numbers.copy(), numbers.copy()
        up[place] += size
        down[place] -= size
        above, below = solved(up), solved(down)
        for column, response in found.items():
            response[:, place] = (above[rows, column] - below[rows, column]) / (2.0 * size)
    return found


def parameter_slopes(system: System, names: Sequence[str]) -> tuple[Tape, NDArray[np.intp], NDArray[np.intp]]:
    """(tape, equation [slopes], place in `names` [slopes]): the partials of all equations to some parameters."""
    wanted = {system.parameters.index(name): place for place, name in enumerate(names)}
    nodes, equations, places = [], [], []
    for number, root in enumerate(system.residuals):
        for leaf, node in system.graph.partials(root).items():
            if system.graph.ops[leaf] is Op.PARAMETER and system.graph.arguments[leaf][0] in wanted:
                nodes.append(node)
                equations.append(number)
                places.append(wanted[system.graph.arguments[leaf][0]])
    return record(system.graph, nodes), np.array(equations, dtype=np.intp), np.array(places, dtype=np.intp)


def parameter_pushes(
    system: System, names: Sequence[str], values: Vector, rows: slice, parameters: Vector
) -> Vector:
    """dF/dp [equations of all periods, parameters] at a solution."""
    tape, equations, places = parameter_slopes(system, names)
    periods, count = rows.stop - rows.start, len(system.variables)
    found = np.zeros((periods, count, len(names)))
    for slope, equation, place in zip(
        interpret(tape, values, rows, parameters), equations, places, strict=True
    ):
        found[:, equation, place] = slope
    return found.reshape(periods * count, len(names))
