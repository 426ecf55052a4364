"""The outcome by area and period, looked at once at the door: who was treated, since when, and what can be compared.

Everything after this file may trust that periods are of one frequency, without a gap in their numbering and in order,
that figures are finite or missing, and that there are enough of them before the start.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, DuplicateObservations, NotEnoughData, UnknownArea
from longwave.core.message import say
from longwave.core.period import Period, frequency_of, normalise_periods, span

FEWEST_BEFORE = 8
"""Fewest observations before the start. With fewer, neither a fit nor a placebo says anything."""

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OutcomeTable:
    """The outcome around a policy's start.

    values: every written period from the first to the last by areas, NaN where missing; area: the treated one; start:
    the first period with the policy; place: its row; horizon: how many periods after the start are looked at (the start
    is the first), never more than there are.
    """

    values: pd.DataFrame
    area: str
    start: str
    place: int
    horizon: int

    @property
    def periods(self) -> list[str]:
        return [str(each) for each in self.values.index]

    @property
    def after(self) -> list[str]:
        return self.periods[self.place : self.place + self.horizon]

    @property
    def own(self) -> Vector:
        """The treated area's outcome, shape (periods,), to the end of the horizon."""
        return self.values[self.area].to_numpy(float)[: self.place + self.horizon]

    def window(self) -> pd.DataFrame:
        """All areas, from the first period to the end of the horizon."""
        return self.values.iloc[: self.place + self.horizon]

    def moved(self, place: int, horizon: int) -> OutcomeTable:
        """The same outcome with a pretended start at row `place`, nothing known after its horizon."""
        cut = self.values.iloc[: place + horizon]
        return OutcomeTable(cut, self.area, self.periods[place], place, horizon)


def outcome_table(frame: pd.DataFrame, area: str, start: object, horizon: int) -> OutcomeTable:
    """Checks a table of the outcome: index periods (2019, 2019-Q3, 2019-07, or a pandas index of dates), columns areas.

    Raises BadInput for text among the figures, infinities, mixed frequencies or a start that is no period,
    DuplicateObservations for an area or a period that stands twice, UnknownArea for a treated area that is not there,
    NotEnoughData for a start after the last figure or fewer than 8 observations before it, or an outcome that stands
    still before the start.
    """
    values = wide_figures(frame, "outcome")
    if area not in values.columns:
        near = tuple(difflib.get_close_matches(str(area), [str(each) for each in values.columns], n=3))
        raise UnknownArea(
            say("evaluation.no_area", area=str(area)),
            say("evaluation.areas_at_hand", areas=near or tuple(str(each) for each in values.columns[:8])),
        )
    begin = _start_in(values, start)
    known = values[area].to_numpy(float)
    last = _last_known(known)
    place = Period.parse(begin) - Period.parse(str(values.index[0]))
    if last < 0:
        raise NotEnoughData(say("evaluation.no_figures", area=area), say("evaluation.no_figures_mend"))
    if place > last:
        raise NotEnoughData(
            say("evaluation.start_after_end", start=begin, last=str(values.index[last])),
            say("evaluation.start_after_end_mend"),
        )
    before = known[: max(place, 0)]
    seen = before[np.isfinite(before)]
    if len(seen) < FEWEST_BEFORE:
        raise NotEnoughData(
            say("evaluation.too_few_before", area=area, start=begin, count=len(seen), fewest=FEWEST_BEFORE),
            say("evaluation.too_few_before_mend"),
        )
    if stands_still(seen):
        raise NotEnoughData(
            say("evaluation.constant", area=area, start=begin), say("evaluation.constant_mend")
        )
    return OutcomeTable(values, area, begin, place, min(horizon, last + 1 - place))


def wide_figures(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """A table of figures by written period, every period between the first and last there; raises as `outcome_table`.

    what: how the table is called in messages, e.g. ``outcome``.
    """
    if not isinstance(frame, pd.DataFrame) or frame.shape[0] == 0 or frame.shape[1] == 0:
        raise NotEnoughData(say("evaluation.empty", what=what), say("evaluation.table_mend"))
    columns = [str(each) for each in frame.columns]
    if len(set(columns)) < len(columns):
        twice = next(each for each in columns if columns.count(each) > 1)
        raise DuplicateObservations(
            say("evaluation.column_twice", what=what, name=twice), say("evaluation.column_twice_mend")
        )
    figures = pd.DataFrame({name: _numbers(frame.iloc[:, at], name, what) for at, name in enumerate(columns)})
    periods = _written(frame.index, what)
    if len(set(periods)) < len(periods):
        twice = next(each for each in periods if periods.count(each) > 1)
        raise DuplicateObservations(
            say("evaluation.period_twice", what=what, period=twice), say("evaluation.column_twice_mend")
        )
    figures.index = pd.Index(periods, dtype=object)
    ordered = sorted(periods)
    return figures.reindex(span(ordered[0], ordered[-1]))


def series_like(series: pd.Series, what: str) -> pd.Series:
    """One series checked as `wide_figures`."""
    return wide_figures(series.to_frame("value"), what)["value"]


def adoption_places(
    adopters: Mapping[str, object], values: pd.DataFrame, until: int | None = None
) -> dict[str, int]:
    """Area -> row of its first period with the policy, for areas of the table; only those before row `until`.

    Raises BadInput for a date that is no period of the table's frequency.
    """
    first = Period.parse(str(values.index[0]))
    found = {}
    for area, written in adopters.items():
        if written is None or (isinstance(written, float) and math.isnan(written)):
            continue
        place = _period(written, values) - first
        if str(area) in values.columns and (until is None or place < until):
            found[str(area)] = place
    return found


def stands_still(values: Vector) -> bool:
    """Whether figures do not move beyond rounding."""
    return bool(np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())))


def complete(values: pd.DataFrame, areas: Iterable[str]) -> list[str]:
    """Areas without a hole in the rows of `values`, which move."""
    return [
        each
        for each in areas
        if values[each].notna().all() and not stands_still(values[each].to_numpy(float))
    ]


def _last_known(values: Vector) -> int:
    seen = np.flatnonzero(np.isfinite(values))
    return int(seen[-1]) if len(seen) else -1


def _start_in(values: pd.DataFrame, start: object) -> str:
    return str(_period(start, values))


def _period(written: object, values: pd.DataFrame) -> Period:
    """A written period, a year as a number, or a date, in the table's frequency."""
    frequency = frequency_of(str(values.index[0]))
    text = str(written)
    if isinstance(written, float) and written.is_integer():
        text = str(int(written))
    if isinstance(written, date):
        quarter = (written.month + 2) // 3
        text = {"A": f"{written.year}", "Q": f"{written.year}-Q{quarter}"}.get(
            frequency.letter, f"{written.year}-{written.month:02d}"
        )
    period = Period.parse(normalise_periods(pd.Series([text])).iloc[0])
    if period.frequency is not frequency:
        raise BadInput(
            say("evaluation.start_frequency", start=text, first=str(values.index[0])),
            say("evaluation.start_frequency_mend"),
        )
    return period


def _numbers(column: pd.Series, name: str, what: str) -> Vector:
    if column.dtype == bool:
        raise BadInput(
            say("evaluation.not_a_number", what=what, name=name, cell="True"), say("evaluation.numbers_mend")
        )
    numbers = pd.to_numeric(column, errors="coerce")
    strange = column[numbers.isna() & column.notna()]
    if len(strange):
        cell = str(strange.iloc[0])[:40]
        raise BadInput(
            say("evaluation.not_a_number", what=what, name=name, cell=cell), say("evaluation.numbers_mend")
        )
    found = np.array(numbers, dtype=np.float64)
    if np.isinf(found).any():
        raise BadInput(
            say("evaluation.not_a_number", what=what, name=name, cell="inf"), say("evaluation.numbers_mend")
        )
    return found


def _written(index: pd.Index, what: str) -> list[str]:
    texts = _dates(index) if isinstance(index, pd.DatetimeIndex) else [str(each) for each in index]
    periods = [str(each) for each in normalise_periods(pd.Series(texts, dtype=object))]
    if len({frequency_of(each) for each in periods}) > 1:
        raise BadInput(say("evaluation.mixed_frequency", what=what), say("evaluation.start_frequency_mend"))
    return periods


def _dates(index: pd.DatetimeIndex) -> list[str]:
    """Dates as periods: years where each year has one date, quarters where no two share one, else months."""
    if not index.year.has_duplicates:
        return [str(each) for each in index.year]
    quarters = [f"{each.year}-Q{each.quarter}" for each in index]
    if len(set(quarters)) == len(quarters):
        return quarters
    return [f"{each.year}-{each.month:02d}" for each in index]


def pretended_starts(table: OutcomeTable, most: int = 12, fewest: int = FEWEST_BEFORE) -> Sequence[int]:
    """Rows before the start at which it is pretended that the policy began, the horizon lying wholly before the start.

    At most `most`, spread evenly; none where the pre-period is too short.
    """
    horizon = table.horizon
    last = table.place - horizon
    if last < fewest:
        return []
    rows = np.arange(fewest, last + 1)
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int))
    return [int(rows[each]) for each in chosen]
