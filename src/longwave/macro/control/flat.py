"""Policy instruments without a slope where a search ended: a flat place is looked past before it counts as no effect.

A policy instrument that enters squared, above a threshold, or times another one has no slope at nought, so that every
condition of first order holds there whatever it could do. Its path is therefore moved by several parts of its room, alone
and together with others that are as flat, and the search is begun again from where targets did answer. What answers and
still brings nothing is named: it has an effect, and none that is worth having.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError
from longwave.macro.control.bounded import AbstractProblem, Minimum, Point
from longwave.macro.control.policy_instrument import Levers

Vector = NDArray[np.float64]
Found = TypeVar("Found", bound=Minimum)

PARTS = (0.05, 0.25, 1.0)
"""Parts of the room up to a bound by which a flat path is moved; without a bound, of its own size and one."""

FLAT = 1e-9
"""Changes of the targets' gaps below this part of them are none."""

BEGUN = 2
"""Moves from which the search is begun again, those with the least loss first."""

MOST_SIGNED = 3
"""Up to so many flat policy instruments, all combinations of sides are tried together; of more, one side for all."""

BETTER = 1e-9
"""The part of the loss by which another end must win: of two ends that mirror each other the first one stays."""


def past_flat(
    problem: AbstractProblem,
    levers: Levers,
    counted: NDArray[np.bool_],
    found: Found,
    search: Callable[[Vector], Found],
    accepted: float,
) -> Found:
    """The end itself where no policy instrument is flat, else the best end reached from beside it, with the names of those
    that are still flat and move targets all the same.

    counted: bool [residuals], those of targets; search: from a start to its end; accepted: the Kuhn-Tucker measure up to
    which an end counts.
    """
    for _ in levers.names:
        flat = _flat(levers, counted, found)
        if not flat:
            return found
        tried = _answering(problem, levers, counted, found.point, flat)
        better = _best([start for _, start, _ in tried[:BEGUN]], found, search, accepted)
        if better is None:
            named = {place for _, _, moved in tried for place in moved}
            return replace(found, flat=tuple(levers.names[place] for place in sorted(named)))
        found = better
    return found


def _flat(levers: Levers, counted: NDArray[np.bool_], found: Minimum) -> tuple[int, ...]:
    """The policy instruments none of whose numbers has a slope to any target."""
    gaps = float(np.linalg.norm(found.point.residual[counted]))
    if gaps == 0.0:
        return ()
    numbers = found.point.numbers
    room = np.maximum(np.abs(_ahead(levers, numbers, 1)), np.abs(_ahead(levers, numbers, -1)))
    moved = np.linalg.norm(found.slopes[counted], axis=0) * room
    return tuple(
        place
        for place in range(len(levers.names))
        if (own := _numbers(levers, place)).size
        and bool((moved[own] <= FLAT * gaps).all())
        and bool((room[own] > 0.0).any())
    )


def _numbers(levers: Levers, place: int) -> NDArray[np.int64]:
    set_ = levers.place[:, place]
    return np.unique(set_[set_ >= 0])


def _ahead(levers: Levers, numbers: Vector, side: int) -> Vector:
    """The way from each number to its bound on a side."""
    bound = levers.high if side > 0 else levers.low
    return np.where(np.isfinite(bound), bound - numbers, side * (1.0 + np.abs(numbers)))


_Tried = tuple[float, Vector, tuple[int, ...]]


def _answering(
    problem: AbstractProblem,
    levers: Levers,
    counted: NDArray[np.bool_],
    point: Point,
    flat: Sequence[int],
) -> list[_Tried]:
    """(loss, numbers, policy instruments moved) of the moves that targets answer, the least loss first."""
    gaps = point.residual[counted]
    found: list[_Tried] = []
    for sides in _sides(flat):
        for part in PARTS:
            numbers = point.numbers.copy()
            for place, side in sides:
                own = _numbers(levers, place)
                numbers[own] += part * _ahead(levers, point.numbers, side)[own]
            if np.array_equal(numbers, point.numbers):
                continue
            try:
                there = problem.at(numbers, None, None)
            except SolveError:
                continue
            change = float(np.linalg.norm(there.residual[counted] - gaps))
            if np.isfinite(there.loss) and change > FLAT * float(np.linalg.norm(gaps)):
                found.append((there.loss, numbers, tuple(place for place, _ in sides)))
    return sorted(found, key=lambda each: each[0])


def _sides(flat: Sequence[int]) -> Iterator[tuple[tuple[int, int], ...]]:
    """Which policy instruments are moved together, each to which side."""
    yield from (((place, side),) for place in flat for side in (1, -1))
    if len(flat) < 2:
        return
    if len(flat) <= MOST_SIGNED:
        yield from (tuple(zip(flat, sides, strict=True)) for sides in product((1, -1), repeat=len(flat)))
    else:
        yield from (tuple((place, side) for place in flat) for side in (1, -1))


def _best(
    starts: Sequence[Vector], found: Found, search: Callable[[Vector], Found], accepted: float
) -> Found | None:
    """The best end of the searches that beats the one known; None where none does."""
    best: Found | None = None
    for start in starts:
        try:
            end = search(start)
        except SolveError:
            continue
        least = (best or found).point.loss
        good = end.converged or end.kkt <= accepted
        if good and np.isfinite(end.point.loss) and end.point.loss < (1.0 - BETTER) * least:
            best = end
    return best
