"""All periods of a system at once: Newton's method on one sparse matrix, the way to solve models with leads.

The unknowns are cells (row, column) of the data, by default every endogenous column in every period; the equations
are those of every period. Stacked time goes back to Laffargue (1990) and Boucekkine (1995); Juillard (1996) calls it
perfect foresight. The structure comes from the partial derivatives of the graph: a column at shift k of an equation
of period t is the cell (t + k, column). It is laid out once, and an iteration only fills in numbers.

Order matters more than the method. Periods run backwards, and within a period equations run against their causal
order with the tears of each block last: what nobody earlier reads is eliminated first, and a lead points to what is
gone already. On the Federal Reserve's FRB/US model the factors then hold a quarter of the entries that time's own
order gives. `numerics.factors` keeps this order, unless `numerics.fill` sees that another is far sparser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.numerics.factors import Factors, null_pair
from longwave.numerics.fill import SAMPLED_PERIODS, degree_is_sparser
from longwave.numerics.graph import Graph, Op
from longwave.numerics.kernel import Evaluator, InterpretedKernel, kernel_of
from longwave.numerics.newton import AbstractEquations, SingularJacobian, Solve
from longwave.numerics.program import Program
from longwave.numerics.tape import record
from longwave.numerics.terminal import Terminal, fill_beyond, slopes_beyond

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Places = NDArray[Any]  # of whole numbers


@dataclass(frozen=True, eq=False)
class Layout:
    """What a stacked system is in every span: what computes it, and to which column at which shift each slope belongs.

    values: left and right sides of all equations; slopes: the partial derivatives, in the order of equation,
    column, shift [slopes]; unknowns[i]: the column that equation i closes; rank[i]: the place of equation i in the order of
    elimination within a period; before, after: rows read before and after the present one.
    """

    values: Evaluator
    slopes: Evaluator
    equation: Places
    column: Places
    shift: Places
    unknowns: Places
    rank: Places
    width: int
    before: int
    after: int

    @property
    def count(self) -> int:
        """Equations of one period."""
        return len(self.unknowns)


def layout(
    graph: Graph,
    lefts: Sequence[int],
    rights: Sequence[int],
    residuals: Sequence[int],
    unknowns: Sequence[int],
    order: Sequence[int],
    width: int,
    *,
    compiled: bool = False,
) -> Layout:
    """The layout of a system in which equation i, lefts[i] = rights[i], closes column unknowns[i].

    residuals: nodes of left - right; order: the equations in the order of elimination (`elimination_order`).
    compiled: pays where one layout is solved many times; a single solve is sooner done by the interpreter, which
    computes all periods at once and is ten times quicker than the factoring.
    """
    evaluator = kernel_of if compiled else InterpretedKernel
    slopes = []
    for place, root in enumerate(residuals):
        for leaf, node in graph.partials(root).items():
            if graph.ops[leaf] is Op.COLUMN:
                slopes.append((place, *graph.arguments[leaf], node))
    shifts = [
        graph.arguments[node][1]
        for node in graph.reachable([*lefts, *rights])
        if graph.ops[node] is Op.COLUMN
    ]
    rank = np.empty(len(order), dtype=np.intp)
    rank[list(order)] = np.arange(len(order))
    return Layout(
        values=evaluator(record(graph, [*lefts, *rights]), width),
        slopes=evaluator(record(graph, [each[3] for each in slopes]), width),
        equation=np.array([each[0] for each in slopes], dtype=np.int32),
        column=np.array([each[1] for each in slopes], dtype=np.int32),
        shift=np.array([each[2] for each in slopes], dtype=np.int32),
        unknowns=np.array(unknowns, dtype=np.intp),
        rank=rank,
        width=width,
        before=max([0, *(-each for each in shifts)]),
        after=max([0, *shifts]),
    )


def elimination_order(program: Program) -> list[int]:
    """Equations against their causal order: the last block first, and the tears of a block after the rest of it."""
    order = []
    for block in reversed(program.blocks):
        torn = len(block.tears)
        order += [*reversed(block.equations[torn:]), *block.equations[:torn]]
    return order


@dataclass(frozen=True, eq=False)
class Cells:
    """Places in the data: rows and columns [cells]."""

    rows: Places
    columns: Places

    def __len__(self) -> int:
        return len(self.rows)


def closed_cells(plan: Layout, first: int, stop: int) -> Cells:
    """The cells that the equations of rows first .. stop-1 close by themselves: unknowns[i] in every row."""
    rows = np.repeat(np.arange(first, stop), plan.count)
    return Cells(rows.astype(np.intp), np.tile(plan.unknowns, stop - first))


class Stacked(AbstractEquations):
    """The equations of rows first .. stop-1 as one system in the cells `unknown`.

    values: float64 [rows, width]; copied, and extended with missing rows where a lag or lead reaches beyond them.
    Equation number (row - first) * count + i. unknown: one cell an equation, in the order of the equations that close
    them, or more or fewer (then only `residual` and `jacobian` serve). steady: the values beyond the end where
    terminal is STEADY [width], NaN where not given. offset: what left - right shall be [stop - first, count], nought where
    left out. late: equations that are eliminated after all
    others, with their unknowns: a border around what keeps its order, for unknowns far from their equations. natural:
    whether the kept order is tried first.
    """

    def __init__(
        self,
        plan: Layout,
        values: Matrix,
        first: int,
        stop: int,
        parameters: Vector,
        *,
        unknown: Cells | None = None,
        terminal: Terminal = Terminal.DATA,
        steady: Vector | None = None,
        offset: Matrix | None = None,
        late: Places | None = None,
        natural: bool = True,
    ) -> None:
        if stop <= first:
            raise ValueError("no rows to solve")
        self.plan, self.parameters, self.terminal = plan, parameters, terminal
        self.first, self.stop = first, stop
        self._offset = np.zeros(plan.count * (stop - first)) if offset is None else offset.ravel()
        self._pad = max(0, max(plan.before, 1) - first)  # an end that moves reads the row before the last
        below = max(0, stop + plan.after - len(values))
        self._data = np.ascontiguousarray(
            np.pad(values, ((self._pad, below), (0, 0)), constant_values=np.nan)
        )
        self._data = self._data[: self._pad + stop + plan.after]
        self._from, self._to = first + self._pad, stop + self._pad
        cells = closed_cells(plan, first, stop) if unknown is None else unknown
        self.unknown = Cells(cells.rows + self._pad, cells.columns)
        self._index = np.full(self._data.shape, -1, dtype=np.int32)
        self._index[self.unknown.rows, self.unknown.columns] = np.arange(len(self.unknown))
        self._steady = steady
        self._moving = self._beyond(steady)
        self.last: OrderedFactors | None = None
        self._pattern: Pattern | None = None
        self._rank: Places | None = None
        self._assembly: Assembly | None = None
        self._late = late
        self._natural = natural
        self._degree: bool | None = None

    def _beyond(self, steady: Vector | None) -> Places:
        """Prepares the rows beyond the end; gives the columns that move with the solution there.

        These are all that some equation closes, and those given from outside whose values beyond are missing.
        """
        end = self._data[self._to :]
        if self.terminal is Terminal.STEADY and steady is not None:
            given = np.isfinite(steady)
            end[:, given] = steady[given]
        if not self.terminal.moves or not len(end):
            return np.zeros(0, dtype=np.intp)
        read = np.unique(self.plan.column[self.plan.shift > 0])
        closed = np.isin(read, self.plan.unknowns)
        return np.asarray(read[closed | ~np.isfinite(end[:, read]).all(axis=0)], dtype=np.intp)

    # values

    def start(self) -> Vector:
        """The unknowns as they stand; a missing one is what stands before it in its column, else after it, else one."""
        for column in np.unique(
            self.unknown.columns[~np.isfinite(self._data[self.unknown.rows, self.unknown.columns])]
        ):
            _carry(self._data[:, column], self.unknown.rows[self.unknown.columns == column])
        return self._data[self.unknown.rows, self.unknown.columns].copy()

    def at(self, x: Vector) -> Matrix:
        """The data with these unknowns [rows, width], rows numbered as in `values`; what beyond the end was found too."""
        self._write(x)
        return self._data[self._pad :].copy()

    def start_in(self, values: Matrix) -> Vector:
        """The unknowns as they stand in other values of the same rows."""
        return np.array(values[self.unknown.rows - self._pad, self.unknown.columns], dtype=np.float64)

    def start_at_rest(self) -> Vector | None:
        """Every unknown as its column stood before the first row; None where one is not known there."""
        if self._from == 0:
            return None
        x = self._data[self._from - 1, self.unknown.columns]
        return x.copy() if np.all(np.isfinite(x)) else None

    def moved(
        self, values: Matrix, *, plan: Layout | None = None, parameters: Vector | None = None
    ) -> Stacked:
        """The same unknowns on other figures, or in other equations that close the same columns."""
        return Stacked(
            plan or self.plan, values, self.first, self.stop, self.parameters if parameters is None else parameters,
            unknown=Cells(self.unknown.rows - self._pad, self.unknown.columns), terminal=self.terminal,
            steady=self._steady, offset=self._offset, late=self._late, natural=self._natural,
        )  # fmt: skip

    def cell(self, number: int) -> tuple[int, int]:
        """(row, column) of an unknown."""
        return int(self.unknown.rows[number]) - self._pad, int(self.unknown.columns[number])

    def window(self, x: Vector, row: int) -> tuple[Matrix, int]:
        """The data with these unknowns and all that a row reads, and the number of that row in it."""
        self._write(x)
        return self._data.copy(), row + self._pad

    def _write(self, x: Vector) -> None:
        self._data[self.unknown.rows, self.unknown.columns] = x
        if len(self._moving):
            fill_beyond(self._data, self._to, self._moving, self.terminal)

    def residual(self, x: Vector) -> tuple[Vector, Vector]:
        self._write(x)
        left, right = self.sides()
        with np.errstate(invalid="ignore"):
            size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
            return (left - right).ravel() - self._offset, size.ravel()

    def sides(self) -> tuple[Matrix, Matrix]:
        """Left and right sides at the unknowns written last [periods, equations]."""
        found = self._run(self.plan.values)
        return found[:, : self.plan.count], found[:, self.plan.count :]

    def _run(self, evaluator: Evaluator) -> Matrix:
        """The outputs of an evaluator [periods, outputs]."""
        return np.asarray(evaluator(self._data, self._from, self._to, self.parameters))

    def missing_ahead(self) -> tuple[int, int, int] | None:
        """(equation, column, row) of the first lead beyond the end that has no value; numbers of one period's system."""
        for place in np.flatnonzero(self.plan.shift > 0):
            column, shift = int(self.plan.column[place]), int(self.plan.shift[place])
            if column in self._moving:
                continue
            rows = np.arange(max(self._to, self._from + shift), self._to + shift)
            lost = rows[~np.isfinite(self._data[rows, column])]
            if len(lost):
                return int(self.plan.equation[place]), column, int(lost[0]) - self._pad
        return None

    def end_weight(self, x: Vector) -> float:
        """How far the first period moves when all that lies beyond the end moves by its own size.

        A column's size is that of its value, or how far it moves over the solved periods where that is more: deviations
        end at nought. The move is relative to the size of the same columns in the last period, at least one; to first
        order, by the factors made last; near nought where the horizon is long enough, nought without leads.
        """
        if self.plan.after == 0 or self.last is None:
            return 0.0
        here, _ = self.residual(x)
        kept, nudge = self._data[self._to :].copy(), 1e-6
        solved = self._data[self._from : self._to]
        span = np.ptp(np.where(np.isfinite(solved), solved, solved[-1:]), axis=0)
        with np.errstate(invalid="ignore"):
            sizes = np.fmax(np.abs(kept), span)
        self._data[self._to :] += nudge * np.where(kept < 0.0, -sizes, sizes)
        left, right = self.sides()
        self._data[self._to :] = kept
        with np.errstate(all="ignore"):
            change = ((left - right).ravel() - self._offset - here) / nudge
        size = np.fmax(np.abs(self._data[self._to - 1]), span)[self.unknown.columns]
        size = np.maximum(1.0, size)
        moved = np.abs(self.last.solve(-change)) / size
        first = moved[self.unknown.rows == self._from]
        return float(np.max(first, initial=0.0))

    # slopes

    def jacobian(self, x: Vector) -> Any:
        """The derivative of equations to unknowns: a scipy CSC array [equations, unknowns], in their orders."""
        from scipy.sparse import csc_array

        pattern = self.pattern
        entries = pattern.entries(self._slopes(x), self)
        shape = (self.plan.count * (self.stop - self.first), len(self.unknown))
        return csc_array((entries, (pattern.equation, pattern.unknown)), shape=shape)

    @property
    def pattern(self) -> Pattern:
        """Which cells every equation reads; laid out when first wanted."""
        if self._pattern is None:
            self._pattern = _pattern(
                self.plan, self._index, self._from, self._to, self._moving, self.terminal
            )
        return self._pattern

    def _slopes(self, x: Vector) -> Matrix:
        self._write(x)
        return self._run(self.plan.slopes)

    def slopes_at_end(self, columns: Places, ahead: Places) -> tuple[Vector, Vector]:
        """Slopes of values `ahead` periods beyond the end of these columns, to the last row and to the one before."""
        last, before = self._data[self._to - 1, columns], self._data[self._to - 2, columns]
        return slopes_beyond(last, before, ahead, self.terminal)

    def factor(self, x: Vector) -> Solve:
        return self.factors(x).solve

    def factors(self, x: Vector) -> OrderedFactors:
        """The factors of the Jacobian. Raises SingularJacobian with the equation and the unknown that it hangs on."""
        entries = self.pattern.entries(self._slopes(x), self)
        if not np.all(np.isfinite(entries)):
            lost = int(np.argmin(np.isfinite(entries)))
            raise SingularJacobian((int(self.pattern.equation[lost]), int(self.pattern.unknown[lost])))
        if self._rank is None or self._assembly is None:
            self._rank = rank = _ranks(self.plan, self.stop - self.first, self._late)
            self._assembly = Assembly(rank[self.pattern.equation], rank[self.pattern.unknown], len(rank))
        self.last = None  # two sets of factors at a time would double the memory
        matrix = self._assembly.matrix(entries)
        if self._degree is None:
            self._degree = self._natural and degree_is_sparser(matrix, SAMPLED_PERIODS * self.plan.count)
        self.last = OrderedFactors(matrix, self._rank, self._natural, self._degree)
        return self.last


class OrderedFactors:
    """Factors of a matrix whose equation e and unknown e have been put at place rank[e]."""

    def __init__(self, matrix: Any, rank: Places, natural: bool, degree: bool) -> None:
        self._rank = rank
        try:
            self._factors = Factors(matrix, keep_order=natural, degree=degree)
        except ArithmeticError as singular:
            raise SingularJacobian(self._named(null_pair(matrix))) from singular

    @property
    def entries(self) -> int:
        """Entries of both factors."""
        return self._factors.entries

    def solve(self, right: Vector) -> Vector:
        placed = np.empty_like(right)
        placed[self._rank] = right
        return np.asarray(self._factors.solve(placed)[self._rank], dtype=np.float64)

    def weakest(self) -> tuple[int, int] | None:
        """The (equation, unknown) that the matrix hangs on where it is singular but for rounding, else None."""
        return self._named(null_pair(self._factors.matrix)) if self._factors.is_singular() else None

    def _named(self, pair: tuple[int, int]) -> tuple[int, int]:
        numbers = np.argsort(self._rank)
        return int(numbers[pair[0]]), int(numbers[pair[1]])


def _ranks(plan: Layout, periods: int, late: Places | None) -> Places:
    """The place in the order of elimination of every equation, and of the unknown that it closes."""
    backwards = np.arange(periods)[::-1]
    order = (backwards[:, None] * plan.count + plan.rank).ravel()
    if late is None or not len(late):
        return np.asarray(order, dtype=np.intp)
    order[late] += len(order)
    rank = np.empty_like(order)
    rank[np.argsort(order)] = np.arange(len(order))
    return np.asarray(rank, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Pattern:
    """Which cells every equation reads: entry k is the slope of equation[k] to unknown[k].

    The first entries are slopes[source]; those of leads beyond an end that moves follow,
    slopes[source] times the slope of the value there (of `column`, `ahead` periods beyond) to the last row (`to_last`)
    or to the one before.
    """

    equation: Places
    unknown: Places
    source: Places
    column: Places
    ahead: Places
    to_last: NDArray[np.bool_]

    def entries(self, slopes: Matrix, system: Stacked) -> Vector:
        """The entries from the slopes [periods, slopes]."""
        found = slopes.ravel()[self.source]
        if len(self.ahead):
            last, before = system.slopes_at_end(self.column, self.ahead)
            found[-len(self.ahead) :] *= np.where(self.to_last, last, before)
        return found


def _pattern(
    plan: Layout, index: Places, start: int, stop: int, moving: Places, terminal: Terminal
) -> Pattern:
    """The pattern of rows start .. stop-1 of data whose unknowns are numbered by `index` [rows, width]."""
    count, periods = len(plan.equation), np.arange(stop - start, dtype=np.int32)
    rows = (periods + start)[:, None] + plan.shift
    unknown = index[rows, plan.column]
    period, slope = np.nonzero(unknown >= 0)
    parts = [(period, slope, unknown[period, slope])]
    column, ahead, to_last = [], [], []
    if len(moving):
        period, slope = np.nonzero((rows >= stop) & np.isin(plan.column, moving))
        for back in (1, 2) if terminal is not Terminal.CONSTANT else (1,):
            cell = index[stop - back, plan.column[slope]]
            closed = cell >= 0
            parts.append((period[closed], slope[closed], cell[closed]))
            column.append(plan.column[slope][closed])
            ahead.append((rows[period, slope] - stop + 1)[closed])
            to_last.append(np.full(int(closed.sum()), back == 1))
    joined = [np.concatenate(each).astype(np.int32) for each in zip(*parts, strict=True)]
    nothing = np.zeros(0, dtype=np.intp)
    return Pattern(
        equation=joined[0] * np.int32(plan.count) + plan.equation[joined[1]],
        unknown=joined[2],
        source=joined[0] * np.int32(count) + joined[1],
        column=np.concatenate([nothing, *column]),
        ahead=np.concatenate([nothing, *ahead]),
        to_last=np.concatenate([nothing.astype(bool), *to_last]),
    )


class Assembly:
    """From entries at given places to a square CSC array; entries at one place are added up."""

    def __init__(self, rows: Places, columns: Places, size: int) -> None:
        keys = columns.astype(np.int64) * size + rows
        self._order = np.argsort(keys, kind="stable").astype(np.int32)
        ordered = keys[self._order]
        new = np.ones(len(keys), dtype=bool)
        new[1:] = ordered[1:] != ordered[:-1]
        self._starts = np.flatnonzero(new)
        self._double = len(self._starts) < len(keys)
        kept = ordered[self._starts]
        self._rows = (kept % size).astype(np.int32)
        self._pointers = np.searchsorted(kept // size, np.arange(size + 1)).astype(np.int32)
        self._size = size

    def matrix(self, entries: Vector) -> Any:
        from scipy.sparse import csc_array

        placed = entries[self._order]
        if self._double:
            placed = np.add.reduceat(placed, self._starts)
        return csc_array((placed, self._rows, self._pointers), shape=(self._size, self._size))


def _carry(column: Vector, rows: Places) -> None:
    """Fills missing cells of these rows with what stands before them, else after them, else one."""
    known = np.flatnonzero(np.isfinite(column))
    for row in rows[~np.isfinite(column[rows])]:
        earlier = known[known < row]
        later = known[known > row]
        column[row] = column[earlier[-1]] if len(earlier) else column[later[0]] if len(later) else 1.0
