"""The door of a nowcast: series as people hand them over become tracks on one calendar each, or a sentence says why not.

A series has written periods (2019-Q3, 2019-07, also 2019Q3 or 2019-07-01) or a PeriodIndex as its index. Order does not
matter. Missing figures stay missing. What cannot be meant is an error; an indicator that can tell nothing is set aside
and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, DuplicateObservations, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Frequency, Period, normalise_periods
from longwave.forecast.method import Vector
from longwave.forecast.nowcast.ragged import Ragged, Track
from longwave.forecast.nowcast.stationarity import KINDS, Kind, choose_kind

FEWEST_OF_INDICATOR = 20
_SEASONAL_SHARE = 0.4
_LONGEST = 12_000
"""Periods in a series; a typing error in a year must not ask for the memory of ten thousand years of months."""


@dataclass(frozen=True, eq=False)
class Given:
    """What came through the door: the data, the candidates, and what a reader should know of them."""

    data: Ragged
    candidates: Mapping[str, Track]
    notes: tuple[Message, ...]


def read_inputs(
    target: pd.Series,
    indicators: Mapping[str, pd.Series],
    candidates: Mapping[str, pd.Series],
    kinds: Mapping[str, Kind],
) -> Given:
    """Raises BadInput, DuplicateObservations and UsageError with the mend; see the module."""
    name = str(target.name) if isinstance(target, pd.Series) and target.name is not None else "target"
    _check_names(name, indicators, candidates)
    _check_kinds(name, kinds, [*indicators, *candidates])
    goal = read_track(name, target, kinds.get(name))
    notes: list[Message] = []
    taken = _tracks(indicators, goal, kinds, notes)
    extra = _tracks(candidates, goal, kinds, notes)
    seasonal = [each.name for each in (goal, *taken.values()) if _seasonal(each)]
    notes.extend(say("nowcast.note_seasonal", name=each) for each in seasonal)
    return Given(Ragged(goal, taken), extra, tuple(notes))


def read_track(name: str, series: pd.Series, kind: Kind | None = None) -> Track:
    """One series on its own calendar. Raises BadInput and DuplicateObservations."""
    if not isinstance(series, pd.Series):
        raise BadInput(
            say("nowcast.not_a_series", name=name, given=type(series).__name__),
            say("nowcast.not_a_series_mend"),
        )
    ordinals, frequency = _calendar(name, series.index)
    values = _numbers(name, series)
    known = np.isfinite(values)
    if not known.any():
        raise BadInput(say("nowcast.empty", name=name), say("nowcast.empty_mend"))
    first, last = int(ordinals[known].min()), int(ordinals[known].max())
    if last - first >= _LONGEST:
        raise BadInput(
            say("nowcast.too_long", name=name, first=_text(frequency, first), last=_text(frequency, last)),
            say("nowcast.too_long_mend"),
        )
    placed = np.full(last - first + 1, np.nan)
    placed[ordinals[known] - first] = values[known]
    if kind == "log" and not (values[known] > 0).all():
        raise BadInput(say("nowcast.no_logarithm", name=name), say("nowcast.no_logarithm_mend"))
    return Track(name, frequency, first, placed, kind or _kind(placed))


def _calendar(name: str, index: pd.Index) -> tuple[Vector, Frequency]:
    """Ordinals and the one frequency of an index."""
    if len(index) == 0:
        raise BadInput(say("nowcast.empty", name=name), say("nowcast.empty_mend"))
    written = normalise_periods(pd.Series(index.astype(str)))
    periods = [Period.parse(text) for text in written]
    found = {period.frequency for period in periods}
    if len(found) > 1:
        texts = {period.frequency: str(period) for period in periods}
        raise BadInput(
            say("nowcast.mixed", name=name, periods=tuple(texts.values())), say("nowcast.mixed_mend")
        )
    ordinals = np.array([period.ordinal for period in periods])
    values, counts = np.unique(ordinals, return_counts=True)
    if (counts > 1).any():
        twice = _text(periods[0].frequency, int(values[counts > 1][0]))
        raise DuplicateObservations(say("nowcast.twice", name=name, period=twice), say("nowcast.twice_mend"))
    steps = np.diff(values)
    frequency = periods[0].frequency
    if frequency is Frequency.MONTHLY and len(steps) > 1 and steps.min() >= 3:
        raise BadInput(say("nowcast.sparse_months", name=name), say("nowcast.sparse_months_mend"))
    return ordinals, frequency


def _numbers(name: str, series: pd.Series) -> Vector:
    numbers = pd.to_numeric(series, errors="coerce")
    unread = numbers.isna() & series.notna()
    if bool(unread.any()):
        at = int(np.flatnonzero(unread)[0])
        raise BadInput(
            say(
                "nowcast.not_a_number",
                name=name,
                text=str(series.iloc[at])[:40],
                period=str(series.index[at]),
            ),
            say("nowcast.not_a_number_mend"),
        )
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        at = int(np.flatnonzero(np.isinf(values))[0])
        raise BadInput(
            say("nowcast.infinite", name=name, period=str(series.index[at])), say("nowcast.infinite_mend")
        )
    return values


def _kind(values: Vector) -> Kind:
    known = values[np.isfinite(values)]
    return "difference" if np.ptp(known) == 0 else choose_kind(values)


def _check_names(
    target: str, indicators: Mapping[str, pd.Series], candidates: Mapping[str, pd.Series]
) -> None:
    clashes = sorted(({target} & {*indicators, *candidates}) | ({*indicators} & {*candidates}))
    if clashes:
        raise UsageError(say("nowcast.name_clash", names=tuple(clashes)), say("nowcast.name_clash_mend"))


def _check_kinds(target: str, kinds: Mapping[str, Kind], names: list[str]) -> None:
    for name, kind in kinds.items():
        if kind not in KINDS:
            raise UsageError(say("nowcast.bad_kind", name=name, kind=str(kind), known=KINDS))
        if name != target and name not in names:
            raise UsageError(say("nowcast.kind_of_nothing", name=name, known=(target, *names)))


def _tracks(
    series: Mapping[str, pd.Series], goal: Track, kinds: Mapping[str, Kind], notes: list[Message]
) -> dict[str, Track]:
    """The usable ones; a note for each that can tell nothing."""
    taken = {}
    for name, values in series.items():
        track = read_track(str(name), values, kinds.get(name))
        if track.frequency.value < goal.frequency.value:
            raise BadInput(
                say(
                    "nowcast.slower",
                    name=name,
                    target=goal.name,
                    given=_frequency(track),
                    wanted=_frequency(goal),
                ),
                say("nowcast.slower_mend"),
            )
        known = track.values[np.isfinite(track.values)]
        changes = track.changes[np.isfinite(track.changes)]
        if len(known) < FEWEST_OF_INDICATOR:
            notes.append(say("nowcast.note_short", name=name, count=len(known), fewest=FEWEST_OF_INDICATOR))
        elif np.ptp(known) == 0 or len(changes) < FEWEST_OF_INDICATOR - 1:
            notes.append(
                say("nowcast.note_constant" if np.ptp(known) == 0 else "nowcast.note_holes", name=name)
            )
        elif np.ptp(changes) <= 1e-9 * np.abs(changes).max():
            notes.append(say("nowcast.note_regular", name=name))
        else:
            taken[str(name)] = track
    return taken


def _seasonal(track: Track) -> bool:
    """Whether the season explains much of the changes: such a series wants seasonal adjustment first."""
    season = track.frequency.value
    changes = track.changes
    known = np.isfinite(changes)
    if season == 1 or known.sum() < 4 * season:
        return False
    step = (track.first + np.arange(len(changes)))[known] % season
    rows = np.eye(season)[step]
    y = changes[known] - changes[known].mean()
    middle = np.median(np.abs(y))
    y = np.clip(y, -6 * middle, 6 * middle)  # one wild month must not pass for a season
    rest = y - rows @ np.linalg.lstsq(rows, y, rcond=None)[0]
    count, total = len(y), float(y @ y)
    if total == 0:
        return False
    adjusted = 1 - float(rest @ rest) / (count - season) / (total / (count - 1))
    return adjusted > _SEASONAL_SHARE


def _text(frequency: Frequency, ordinal: int) -> str:
    return str(Period(frequency, ordinal))


def _frequency(track: Track) -> Message:
    return say(f"nowcast.frequency_{track.frequency.value}")
