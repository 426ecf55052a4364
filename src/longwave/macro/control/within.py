"""Limits of any column of the model: a budget, a floor under what a rule gives, a debt ceiling, how fast something may move.

    low_t <= x_t <= high_t          `Within`: an endogenous or exogenous column, an add-factor, a policy instrument
    -down_t <= x_t - x_t-1 <= up_t  `MoveLimit`; `moves` of a `PolicyInstrument` is the same with down = up

Every limit of a period is one figure with a bottom and a top; its slopes to the free numbers are the columns' responses.
What is missed is measured relative to a limit's size: its largest number, or where all are nought the column's usual level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.message import Message, Value, say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.control.limited import Edges
from longwave.macro.control.loss import ByPeriod, column_of
from longwave.macro.control.policy_instrument import Levers, PolicyInstrument, check_not_crossed, edge

Vector = NDArray[np.float64]
Kind = Literal["within", "move"]


@dataclass(frozen=True, eq=False)
class Within:
    """Any column between low and high, each a number or numbers by period, None for no bound."""

    name: str
    low: ByPeriod | None = None
    high: ByPeriod | None = None


@dataclass(frozen=True, eq=False)
class MoveLimit:
    """Any column falls by at most `down` and rises by at most `up` from one period to the next; None for no limit."""

    name: str
    down: ByPeriod | None = None
    up: ByPeriod | None = None


Limit = Within | MoveLimit


@dataclass(frozen=True, eq=False)
class Limits:
    """All limits, one a period: names, kinds [limits]; column, step (periods after the first) int [limits]; edges."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    column: NDArray[np.intp]
    step: NDArray[np.intp]
    edges: Edges

    def __len__(self) -> int:
        return len(self.names)

    @property
    def moves(self) -> NDArray[np.bool_]:
        return np.array([kind == "move" for kind in self.kinds], dtype=bool)

    @property
    def reads(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(int(each) for each in self.column))

    def figures(self, values: Vector, rows: slice) -> Vector:
        """What is limited [limits] in values: float64 [all periods, columns]."""
        at = rows.start + self.step
        return np.asarray(values[at, self.column] - np.where(self.moves, values[at - 1, self.column], 0.0))

    def slopes(self, responses: Mapping[int, Vector]) -> Vector:
        """Their slopes [limits, free] from the columns' responses, column -> [periods, free]."""
        found = []
        for column, step, move in zip(self.column.tolist(), self.step.tolist(), self.moves, strict=True):
            own = responses[column]
            found.append(own[step] - own[step - 1] if move and step else own[step])
        return np.array(found)

    def pull(self, prices: Vector, periods: int) -> dict[int, Vector]:
        """The slope of prices times figures to the path of each column that is read, column -> [periods]."""
        found = {column: np.zeros(periods) for column in self.reads}
        for number in np.flatnonzero(prices):
            path, step = found[int(self.column[number])], int(self.step[number])
            path[step] += prices[number]
            if self.kinds[number] == "move" and step:
                path[step - 1] -= prices[number]
        return found


NONE = Limits((), (), np.zeros(0, np.intp), np.zeros(0, np.intp), Edges(np.zeros(0), np.zeros(0), np.ones(0)))


def limits_of(
    within: Sequence[Limit],
    instruments: Sequence[PolicyInstrument],
    levers: Levers,
    system: System,
    baseline: Vector,
    rows: slice,
    first: Period,
) -> Limits:
    """The limits over the rows; baseline: float64 [all periods, columns].

    Moves of a policy instrument count where it is free in the period or in the one before. Raises UsageError for an unknown
    column, limits that exclude each other in one period, a move limit below nought, or a move without a period before.
    """
    parts = [_levels(each, system, baseline, rows, first) for each in within if isinstance(each, Within)]
    parts += [_moves(each, system, baseline, rows, first) for each in within if isinstance(each, MoveLimit)]
    for place, each in enumerate(instruments):
        if each.moves is not None:
            part = _moves(MoveLimit(each.name, each.moves, each.moves), system, baseline, rows, first)
            number = levers.place[:, place]
            before = np.concatenate([[-1], number[:-1]])
            parts.append(_only(part, number != before))
    made = [_only(part, np.isfinite(part.edges.bottom) | np.isfinite(part.edges.top)) for part in parts]
    return joined(made) if made else NONE


def no_common_path(limits: Limits, gives_way: Vector, figures: Vector, first: Period) -> SolveError:
    """The refusal of limits that exclude each other: which, when, and by how much they must give way at least."""
    order = sorted(
        np.flatnonzero(gives_way > 0.0).tolist(), key=lambda k: -gives_way[k] / limits.edges.size[k]
    )
    parts: tuple[Value, ...] = tuple(_part(limits, k, gives_way[k], figures[k], first) for k in order[:8])
    return SolveError(
        say("control.bounds_exclude", parts=parts, count=len(order)), say("control.bounds_exclude_mend")
    )


def _part(limits: Limits, number: int, amount: float, figure: float, first: Period) -> Message:
    edges, move = limits.edges, limits.kinds[number] == "move"
    low = edges.bottom[number] - figure > figure - edges.top[number]
    bound = float(edges.bottom[number] if low else edges.top[number])
    key = ("control.falls_within" if low else "control.rises_within") if move else (
        "control.at_least" if low else "control.at_most"
    )  # fmt: skip
    return say(
        key,
        name=limits.names[number],
        period=str(first + int(limits.step[number])),
        bound=abs(bound) if move else bound,
        amount=float(amount),
    )


def _levels(each: Within, system: System, baseline: Vector, rows: slice, first: Period) -> Limits:
    if each.low is None and each.high is None:
        raise UsageError(say("control.no_limit", name=each.name), say("control.no_limit_mend"))
    last = first + (rows.stop - rows.start - 1)
    low = edge(each.low, first, last, -np.inf, each.name)
    high = edge(each.high, first, last, np.inf, each.name)
    check_not_crossed(low, high, first, each.name)
    return _laid(each.name, "within", system, baseline, rows, first, low, high)


def _moves(each: MoveLimit, system: System, baseline: Vector, rows: slice, first: Period) -> Limits:
    if each.down is None and each.up is None:
        raise UsageError(say("control.no_limit", name=each.name), say("control.no_limit_mend"))
    last = first + (rows.stop - rows.start - 1)
    down = edge(each.down, first, last, np.inf, each.name)
    up = edge(each.up, first, last, np.inf, each.name)
    if not ((down >= 0.0) & (up >= 0.0)).all():
        raise UsageError(say("control.bad_moves", name=each.name), say("control.bad_moves_mend"))
    column = column_of(system, each.name)
    if np.isfinite(min(down[0], up[0])) and not (
        rows.start and np.isfinite(baseline[rows.start - 1, column])
    ):
        raise UsageError(
            say("control.no_past_limit", name=each.name, period=str(first + -1)), say("control.no_past_mend")
        )
    return _laid(each.name, "move", system, baseline, rows, first, -down, up)


def _laid(
    name: str,
    kind: Kind,
    system: System,
    baseline: Vector,
    rows: slice,
    first: Period,
    low: Vector,
    high: Vector,
) -> Limits:
    column, count = column_of(system, name), len(low)
    given = np.isfinite(low) | np.isfinite(high)
    missing = np.flatnonzero(given & ~np.isfinite(baseline[rows, column]))
    if missing.size:
        raise UsageError(
            say("control.no_figure", name=name, period=str(first + int(missing[0]))),
            say("control.no_figure_mend"),
        )
    size = float(
        np.max(np.abs(np.concatenate([low[np.isfinite(low)], high[np.isfinite(high)]])), initial=0.0)
    )
    if size == 0.0:
        size = float(np.median(np.abs(baseline[rows, column][given]))) if given.any() else 1.0
    sizes = np.full(count, size if size > 0.0 else 1.0)
    steps = np.arange(count, dtype=np.intp)
    return Limits(
        (name,) * count, (kind,) * count, np.full(count, column, np.intp), steps, Edges(low, high, sizes)
    )


def _only(limits: Limits, chosen: NDArray[np.bool_]) -> Limits:
    kept, edges = np.flatnonzero(chosen), limits.edges
    return Limits(
        tuple(limits.names[k] for k in kept),
        tuple(limits.kinds[k] for k in kept),
        limits.column[kept],
        limits.step[kept],
        Edges(edges.bottom[kept], edges.top[kept], edges.size[kept]),
    )


def of_model(limits: Limits, model: str) -> Limits:
    """The same with the model's name beside the columns'."""
    return replace(limits, names=tuple(f"{name} ({model})" for name in limits.names))


def joined(parts: Sequence[Limits]) -> Limits:
    """Limits one below the other."""
    return Limits(
        tuple(name for part in parts for name in part.names),
        tuple(kind for part in parts for kind in part.kinds),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.step for part in parts]),
        Edges(
            np.concatenate([part.edges.bottom for part in parts]),
            np.concatenate([part.edges.top for part in parts]),
            np.concatenate([part.edges.size for part in parts]),
        ),
    )
