"""A data set with a ragged edge: series of several frequencies whose last figures lie at different dates.

Calendars are counts of periods since year 0 (`Period.ordinal`), so that a quarter q holds months 3q, 3q + 1, 3q + 2.
How far each indicator reaches past the first unknown period of the target is its lead; `at` cuts the same pattern out
of the past, which is how a nowcast is tried on dates when the answer was not yet known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from longwave.core.period import Frequency, Period
from longwave.forecast.method import Matrix, Vector
from longwave.forecast.nowcast.stationarity import Kind, carried_on, changed


@dataclass(frozen=True, eq=False)
class Track:
    """One series on its own calendar.

    first: ordinal of the first period; values: one a period, NaN where missing, the last one known; kind: the change
    that is modelled.
    """

    name: str
    frequency: Frequency
    first: int
    values: Vector
    kind: Kind

    @property
    def last(self) -> int:
        return self.first + len(self.values) - 1

    @cached_property
    def changes(self) -> Vector:
        return changed(self.values, self.kind)

    def written(self, ordinal: int) -> str:
        return str(Period(self.frequency, ordinal))

    def until(self, last: int) -> Track:
        """The series as it was when `last` was its newest period (no later than its own last one)."""
        kept = self.values[: max(last - self.first + 1, 0)]
        known = np.flatnonzero(np.isfinite(kept))
        end = int(known[-1]) + 1 if len(known) else 0
        return Track(self.name, self.frequency, self.first, kept[:end], self.kind)


@dataclass(frozen=True, eq=False)
class Table:
    """Changes side by side on the quickest calendar; a slower series stands in the last row of each of its periods.

    values: shape (rows, series), NaN where nothing is known; names: quick series first; quick: how many are on the
    quickest calendar; first: ordinal of row 0; target: column of the target; ends: rows in which the periods ahead
    of the target end.
    """

    values: Matrix
    names: tuple[str, ...]
    quick: int
    first: int
    base: Frequency
    target: int
    ends: tuple[int, ...]

    def written(self, row: int) -> str:
        return str(Period(self.base, self.first + row))


@dataclass(frozen=True, eq=False)
class Ragged:
    """The target and its indicators, each no slower than the target, as known on one date."""

    target: Track
    indicators: Mapping[str, Track]

    @property
    def base(self) -> Frequency:
        """The quickest calendar."""
        found = [self.target.frequency, *(each.frequency for each in self.indicators.values())]
        return max(found, key=lambda frequency: frequency.value)

    def within(self, track: Track) -> int:
        """How many periods of `track` one period of the target holds."""
        return track.frequency.value // self.target.frequency.value

    @property
    def leads(self) -> dict[str, int]:
        """Periods by which each indicator's last figure lies past the end of the first unknown period (mostly < 0)."""
        return {
            name: each.last - self._end(self.target.last + 1, each) for name, each in self.indicators.items()
        }

    @property
    def reach(self) -> int:
        """Periods of the target from the first unknown one to the one in which the newest indicator ends."""
        newest = [each.last // self.within(each) for each in self.indicators.values()]
        return max(max(newest, default=0) - self.target.last, 1)

    def at(self, origin: int, leads: Mapping[str, int]) -> Ragged:
        """The data as they lay when `origin` was the target's last known period, indicators at these leads."""
        cut = {
            name: each.until(self._end(origin + 1, each) + leads[name])
            for name, each in self.indicators.items()
        }
        return Ragged(
            self.target.until(origin), {name: each for name, each in cut.items() if len(each.values)}
        )

    def but(self, indicators: Mapping[str, Track]) -> Ragged:
        """The same target with other indicators."""
        return Ragged(self.target, indicators)

    def table(self, steps: int) -> Table:
        """Changes of every series up to the end of `steps` unknown periods of the target, or of the newest figure."""
        base = self.base
        tracks = [*self.indicators.values(), self.target]
        quick = [each for each in tracks if each.frequency is base]
        ordered = [*quick, *(each for each in tracks if each.frequency is not base)]
        ratios = [base.value // each.frequency.value for each in ordered]
        ends = [self._base_end(self.target.last + step + 1) for step in range(steps)]
        first = min(each.first * ratio for each, ratio in zip(ordered, ratios, strict=True))
        newest = [(each.last + 1) * ratio - 1 for each, ratio in zip(ordered, ratios, strict=True)]
        values = np.full((max(*newest, *ends) - first + 1, len(ordered)), np.nan)
        for column, (each, ratio) in enumerate(zip(ordered, ratios, strict=True)):
            rows = (each.first + 1 + np.arange(len(each.values))) * ratio - 1 - first
            values[rows, column] = each.changes
        return Table(
            values,
            tuple(each.name for each in ordered),
            len(quick),
            first,
            base,
            ordered.index(self.target),
            tuple(end - first for end in ends),
        )

    def levels(self, changes: Vector) -> Vector:
        """The target's own values when these changes follow its last known one."""
        return carried_on(float(self.target.values[-1]), changes, self.target.kind)

    def _end(self, period: int, track: Track) -> int:
        ratio = self.within(track)
        return period * ratio + ratio - 1

    def _base_end(self, period: int) -> int:
        ratio = self.base.value // self.target.frequency.value
        return period * ratio + ratio - 1
