"""What the equations missed in the past: the shocks that the future may bring again.

The residual of a column that shocks may enter through (an add-factor ``C.add``, or a named exogenous column such
as an error term of its own) is the value of that column with which its equation holds on the figures as they were:
with F(column = 0) the equation's left less right, and F' its slope to the column, it is -F / F'. Where the
equation has autoregressive errors this is the innovation, and its memory is given back when it is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.model import ADD
from longwave.numerics.graph import Op
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]

LARGEST = 1e150
"""Beyond this a square is no number any more."""
FEWEST_PERIODS = 8
"""Fewer complete periods say nothing about how far equations err."""


@dataclass(frozen=True, eq=False)
class Residuals:
    """Where shocks come from and where they go.

    columns: add-factors (``C.add``), variables (read as their add-factors) or exogenous columns; None: every
    add-factor. first, last: written periods of the sample; "" : as far back as the figures reach, up to the period
    before the simulation. given: residuals from outside, one row a period, one column each; then nothing is
    computed from the figures. demean: their means are taken out, so that shocks are nought on average. scale: what
    they are multiplied by. silent: shock columns that are drawn like the others and then left out, so that the
    shocks of the others stay as they are.
    """

    columns: tuple[str, ...] | None = None
    first: str = ""
    last: str = ""
    given: pd.DataFrame | None = None
    demean: bool = True
    scale: float = 1.0
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ResidualTable:
    """Residuals of the past, only periods in which all of them are known.

    values: float64 [periods, columns]; means: what was taken out [columns], nought where nothing was; periods:
    written; gaps: sentences naming what was left out; silent: columns whose shocks are left out.
    """

    columns: tuple[str, ...]
    periods: tuple[str, ...]
    values: Vector
    means: Vector
    gaps: tuple[Message, ...] = ()
    silent: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """One row a period, one column each."""
        return pd.DataFrame(
            self.values, index=pd.Index(self.periods, name="period"), columns=list(self.columns)
        )

    @property
    def without_gaps(self) -> bool:
        """Whether the periods follow one another."""
        ends = Period.parse(self.periods[0]), Period.parse(self.periods[-1])
        return ends[1] - ends[0] + 1 == len(self.periods)


def residual_table(
    system: System, data: Databank, residuals: Residuals, parameters: Vector, before: Period
) -> ResidualTable:
    """The table of a specification. before: first period of the simulation.

    Raises UsageError for columns that shocks cannot enter, BadInput for a given table that is none, NotEnoughData
    where fewer than eight periods are complete, naming the columns that lack most.
    """
    found = _table(system, data, residuals, parameters, before)
    silent = _named(system, residuals.silent)
    lost = [name for name in silent if name not in found.columns]
    if lost:
        raise UsageError(
            say("stochastic.no_column", name=lost[0]),
            say("stochastic.no_column_mend", model=system.model.name),
        )
    return replace(found, silent=silent)


def _table(
    system: System, data: Databank, residuals: Residuals, parameters: Vector, before: Period
) -> ResidualTable:
    if residuals.given is not None:
        table = Databank.from_frame(residuals.given)
        columns = _named(system, residuals.columns or table.names)
        written = {_column(system, name): name for name in table.names}
        missing = [name for name in columns if name not in written]
        if missing:
            raise BadInput(
                say("stochastic.not_given", names=", ".join(missing[:8])), say("stochastic.not_given_mend")
            )
        return _complete(
            columns, table.first, table.columns([written[name] for name in columns]), residuals, None
        )
    columns = _named(system, system.add_factors if residuals.columns is None else residuals.columns)
    if not columns:
        raise UsageError(say("stochastic.no_shocks"), say("stochastic.no_shocks_mend"))
    values = historical_residuals(system, data, columns, parameters)
    return _complete(columns, data.first, values, residuals, before)


def historical_residuals(
    system: System, data: Databank, columns: Sequence[str], parameters: Vector
) -> Vector:
    """The residuals of some columns in every period of a databank, float64 [periods, columns]; NaN where figures
    lack.

    Raises UsageError for a column that enters no equation, several, or one not as a line.
    """
    values = data.columns(system.columns, dict.fromkeys(system.add_factors, 0.0))
    for name in (*columns, *system.add_factors):
        values[:, system.column(name)] = 0.0
    roots = []
    for name in columns:
        number = equation_of(system, name)
        root = system.residuals[number]
        roots += [root, system.graph.partial(root, system.leaf(name))]
    found = np.full((len(values), len(columns)), np.nan)
    rows = slice(system.max_lag, len(values) - system.max_lead)
    if rows.stop <= rows.start:
        return found
    computed = interpret(record(system.graph, roots), values, rows, parameters)
    with np.errstate(all="ignore"):
        for place in range(len(columns)):
            found[rows, place] = -np.asarray(computed[2 * place]) / np.asarray(computed[2 * place + 1])
    found[~np.isfinite(found)] = np.nan
    return found


def equation_of(system: System, name: str) -> int:
    """The number of the one equation that a shock column enters, as a line. Raises UsageError otherwise."""
    leaf, column = system.leaf(name), system.column(name)
    found = equations_with(system, name)
    if name in system.add_factors:
        found = [number for number in found if system.variables[number] + ADD == name]
    if len(found) != 1:
        raise UsageError(
            say("stochastic.no_equation", name=name, count=len(found)),
            say("stochastic.no_equation_mend", name=name),
        )
    slope = system.graph.partial(system.residuals[found[0]], leaf)
    bent = any(system.graph.arguments[node][0] == column for node in system.graph.leaves(slope, Op.COLUMN))
    if bent or slope == system.graph.zero:
        raise UsageError(
            say("stochastic.not_a_line", name=name, equation=system.labels[found[0]][0]),
            say("stochastic.no_equation_mend", name=name),
        )
    return found[0]


def equations_with(system: System, name: str) -> list[int]:
    """The numbers of the equations that read a column in the present period."""
    column = system.column(name)
    return [number for number, reads in enumerate(_readers(system)) if column in reads]


def _readers(system: System) -> list[set[int]]:
    """The columns that each equation reads in the present period, made once a system."""
    found: list[set[int]] | None = system.__dict__.get("_present")
    if found is None:
        graph = system.graph
        found = [
            {graph.arguments[node][0] for node in graph.leaves(root) if graph.arguments[node][1] == 0}
            for root in system.residuals
        ]
        system.__dict__["_present"] = found
    return found


def _column(system: System, name: str) -> str:
    """A variable stands for its add-factor."""
    return name + ADD if system.has(name + ADD) else name


def _named(system: System, names: Sequence[str]) -> tuple[str, ...]:
    """Shock columns from what people write. Raises UsageError for a name that is none, or stands twice."""
    columns = []
    for name in names:
        column = _column(system, name)
        if not system.has(column) or column in system.variables:
            raise UsageError(
                say("stochastic.no_column", name=name),
                say("stochastic.no_column_mend", model=system.model.name),
            )
        columns.append(column)
    double = sorted({name for name in columns if columns.count(name) > 1})
    if double:
        raise UsageError(say("stochastic.twice", names=", ".join(double)), say("stochastic.twice_mend"))
    return tuple(columns)


def _complete(
    columns: tuple[str, ...], first: Period, values: Vector, residuals: Residuals, before: Period | None
) -> ResidualTable:
    """The complete periods of the sample."""
    if not 0.0 < abs(residuals.scale) <= LARGEST:
        raise UsageError(say("stochastic.scale"), say("stochastic.scale_mend"))
    begin = Period.parse(residuals.first) if residuals.first else first
    end = Period.parse(residuals.last) if residuals.last else first + (len(values) - 1)
    if before is not None and not residuals.last and before <= end:
        end = before + -1
    start, stop = max(begin - first, 0), min(end - first + 1, len(values))
    taken = values[start:stop] if start < stop else values[:0]
    taken = np.where(np.abs(taken) <= LARGEST, taken, np.nan)
    whole = np.asarray(np.isfinite(taken).all(axis=1))
    if int(whole.sum()) < FEWEST_PERIODS:
        raise _too_few(columns, taken, begin, end, int(whole.sum()))
    kept = np.clip(taken[whole] * residuals.scale, -LARGEST, LARGEST)
    means = kept.mean(axis=0) if residuals.demean else np.zeros(len(columns))
    periods = tuple(str(first + (start + int(row))) for row in np.flatnonzero(whole))
    return ResidualTable(
        columns, periods, kept - means, means, _gaps(columns, taken, whole, first + start, residuals)
    )


def _too_few(columns: Sequence[str], taken: Vector, begin: Period, end: Period, count: int) -> NotEnoughData:
    lacking = np.isnan(taken).sum(axis=0) if len(taken) else np.zeros(len(columns))
    worst = [columns[place] for place in np.argsort(-lacking, kind="stable")[:5] if lacking[place] > 0]
    return NotEnoughData(
        say(
            "stochastic.too_few",
            count=count,
            least=FEWEST_PERIODS,
            first=str(begin),
            last=str(end),
            names=", ".join(worst) or "-",
        ),
        say("stochastic.too_few_mend"),
    )


def _gaps(
    columns: Sequence[str], taken: Vector, whole: NDArray[np.bool_], first: Period, residuals: Residuals
) -> tuple[Message, ...]:
    """Periods left out inside the sample, or at its ends where the sample was asked for in so many words."""
    inside = np.flatnonzero(whole)
    begin = 0 if residuals.first else int(inside[0])
    end = len(whole) if residuals.last else int(inside[-1]) + 1
    left_out = [row for row in range(begin, end) if not whole[row]]
    if not left_out:
        return ()
    lacking = np.isnan(taken[left_out]).sum(axis=0)
    names = [columns[place] for place in np.argsort(-lacking, kind="stable")[:5] if lacking[place] > 0]
    return (
        say(
            "stochastic.gaps",
            count=len(left_out),
            first=str(first + left_out[0]),
            last=str(first + left_out[-1]),
            names=", ".join(names),
        ),
    )
