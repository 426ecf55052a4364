"""The best dates for every number of breaks: global minimisation of the residual sum of squares.

Bai and Perron (1998, 2003). In a pure structural change model (all coefficients break) dynamic programming over
the sums of all stretches finds the global minimum for 1, ..., m breaks together in O(m n^2). In a partial one
(some coefficients do not break) one break is found exactly by a scan; for more, dates given coefficients and
coefficients given dates are found in turn from several starts, then each date is moved alone to its best place
until none moves. That ends in a point which no single date can better; that it is the global one is not proved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.breaks.segments import BreakScan, Matrix, Regression, fit, segment_ssr

_TURNS = 30


@dataclass(frozen=True, slots=True)
class Partition:
    """ends: number of observations up to each break (so that end - 1 is the 0-based last observation of the old
    regime); ssr: residual sum of squares."""

    ends: tuple[int, ...]
    ssr: float


def partitions(given: Regression, shortest: int, most: int) -> tuple[Partition, ...]:
    """The best partitions with 0, 1, ..., most breaks, fewer where the sample has no room."""
    if given.p:
        return _partial(given, shortest, most)
    return programme(segment_ssr(given.y, given.x, shortest), shortest, most)


def programme(ssr: Matrix, shortest: int, most: int) -> tuple[Partition, ...]:
    """The best partitions from the sums of all stretches (see `segment_ssr`)."""
    n = len(ssr) - 1
    room = min(most, n // shortest - 1)
    best = ssr[0]
    before: list[np.ndarray] = []
    found = [Partition((), float(best[n]))]
    for _ in range(room):
        through = best[:, None] + ssr
        latest = through.argmin(axis=0)
        best = through[latest, np.arange(n + 1)]
        before.append(latest)
        ends, stop = [], n
        for step in reversed(before):
            stop = int(step[stop])
            ends.append(stop)
        found.append(Partition(tuple(reversed(ends)), float(best[n])))
    return tuple(found)


def repartition(given: Regression, ends: tuple[int, ...], shortest: int) -> tuple[int, ...]:
    """Each date estimated anew between its neighbours (Bai 1997): gives dates found one at a time the same
    limit law as dates found together."""
    bounds = (0, *ends, given.n)
    return tuple(
        best_break(given, ends, bounds[place - 1], bounds[place + 1], shortest, drop=place - 1)
        for place in range(1, len(bounds) - 1)
    )


def best_break(
    given: Regression, ends: tuple[int, ...], start: int, stop: int, shortest: int, drop: int | None = None
) -> int:
    """Where, within a stretch, one more break lowers the sum of squares most; drop: a break that it replaces.
    Without z only the stretch itself is looked at."""
    if drop is not None:
        ends = ends[:drop] + ends[drop + 1 :]
    if given.p == 0:
        given, ends, offset = given.part(start, stop), (), start
        start, stop = 0, given.n
    else:
        offset = 0
    base = given.design(ends)
    rest = fit(base, given.y)[1][:, None]
    scan = BreakScan.of(base, given.x, start, stop, shortest)
    return offset + scan.ends[int(scan.gains(rest)[:, 0].argmax())]


def _partial(given: Regression, shortest: int, most: int) -> tuple[Partition, ...]:
    room = min(most, given.n // shortest - 1)
    found = [_valued(given, ())]
    for breaks in range(1, room + 1):
        if breaks == 1:
            found.append(_valued(given, (best_break(given, (), 0, given.n, shortest),)))
            continue
        whole = fit(given.design(()), given.y)[0][given.q :]
        starts = [whole, fit(given.design(found[-1].ends), given.y)[0][given.q * breaks :]]
        if shortest > given.q + given.p:
            all_break = Regression(given.y, np.column_stack([given.x, given.z]), given.z[:, :0])
            ends = programme(segment_ssr(all_break.y, all_break.x, shortest), shortest, breaks)[breaks].ends
            starts.append(fit(given.design(ends), given.y)[0][given.q * (breaks + 1) :])
        tried = {_in_turn(given, start, shortest, breaks) for start in starts}
        found.append(min((_valued(given, _polished(given, ends, shortest)) for ends in tried), key=_sum))
    return tuple(found)


def _in_turn(given: Regression, fixed: Matrix, shortest: int, breaks: int) -> tuple[int, ...]:
    """Dates given the coefficients of z, coefficients given dates, until the dates stay."""
    ends: tuple[int, ...] = ()
    for _ in range(_TURNS):
        sums = segment_ssr(given.y - given.z @ fixed, given.x, shortest)
        new = programme(sums, shortest, breaks)[breaks].ends
        if new == ends:
            break
        ends = new
        fixed = fit(given.design(ends), given.y)[0][given.q * (breaks + 1) :]
    return ends


def _polished(given: Regression, ends: tuple[int, ...], shortest: int) -> tuple[int, ...]:
    """Each date moved alone to its best place until none moves."""
    for _ in range(_TURNS):
        before = ends
        for place in range(len(ends)):
            bounds = (0, *ends, given.n)
            moved = best_break(given, ends, bounds[place], bounds[place + 2], shortest, drop=place)
            ends = (*ends[:place], moved, *ends[place + 1 :])
        if ends == before:
            break
    return ends


def _valued(given: Regression, ends: tuple[int, ...]) -> Partition:
    rest = fit(given.design(ends), given.y)[1]
    return Partition(ends, float(rest @ rest))


def _sum(partition: Partition) -> float:
    return partition.ssr
