"""The part of a series that a forecast may stand on: its last unbroken run of periods, after leading zeros.

Nothing is filled. Figures before a gap are left out and counted; zeros before a technology existed are no observations of
it. What the run cannot carry is said: too few figures, no variation, a formula instead of observations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.period import Frequency, Period
from longwave.forecast.method import Vector

FEWEST = 12
"""Fewest observations of an ordinary forecast: below, neither a model nor its errors can be estimated."""

SHORTEST = 5
"""Fewest observations of any forecast: a drift and the spread of four steps around it, one of which the drift takes."""

REGULAR = 1e-9
"""Steps that differ by less than this part of the range come from a formula, not from observation."""

_REPEATED = 6
"""As many equal figures at the end, where no others repeat, are told: they often stand for missing ones."""


@dataclass(frozen=True, eq=False)
class Run:
    """values: float (n,), oldest first, all finite; left_out: figures not used, before a gap or as leading zeros; short:
    fewer than an ordinary forecast wants; constant, regular: the values do not vary, or come from a formula, so that
    no honest band can be given; notes: what a reader should know."""

    values: Vector
    first: Period
    last: Period
    left_out: int = 0
    short: bool = False
    constant: bool = False
    regular: bool = False
    notes: tuple[Message, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def frequency(self) -> Frequency:
        return self.last.frequency


def last_run(series: pd.Series, fewest: int = FEWEST) -> Run | Refusal:
    """The last unbroken run of a series indexed by written period; missing values count as gaps.

    Returns a Refusal (its subject empty, for the caller to fill) where there is no figure, an infinite one, or fewer than
    five in the run. Raises BadInput for periods that are unreadable, of mixed frequency or twice there.
    """
    known = series.dropna().astype(float)
    texts = known.index.astype(str)
    if texts.has_duplicates:
        twice = str(texts[texts.duplicated()][0])
        raise BadInput(say("frames.period_twice", period=twice), say("frames.twice_mend"))
    if known.empty:
        return Refusal("", say("frames.no_figures"), say("frames.more_figures"))
    values: Vector = np.asarray(known, dtype=np.float64)
    if np.isinf(values).any():
        return Refusal("", say("frames.infinite"), say("frames.check_figures"))
    periods = [Period.parse(text) for text in texts]
    ordinals = np.array([one - periods[0] for one in periods], dtype=np.int64)
    order = np.argsort(ordinals)
    values, ordinals = values[order], ordinals[order]
    start = int(run_starts(values, ordinals, np.array([0, len(values)]))[0])
    return _judged(values[start:], periods[0] + int(ordinals[start]), start, fewest)


def _judged(values: Vector, first: Period, left_out: int, fewest: int) -> Run | Refusal:
    last = first + (len(values) - 1)
    if len(values) < min(SHORTEST, fewest):
        return Refusal("", _too_few(values, first, last, left_out), say("frames.more_figures"))
    constant = is_constant(values)
    notes = []
    if left_out:
        notes.append(say("frames.left_out", count=left_out, first=str(first)))
    if len(values) < fewest:
        notes.append(say("frames.short", count=len(values), fewest=fewest))
    if not constant and (same := _equal_at_the_end(values)):
        notes.append(say("frames.repeated", count=same, last=str(last)))
    return Run(
        values,
        first,
        last,
        left_out,
        len(values) < fewest,
        constant,
        not constant and is_regular(values),
        tuple(notes),
    )


def _too_few(values: Vector, first: Period, last: Period, left_out: int) -> Message:
    words: dict[str, int | str] = {
        "count": len(values),
        "fewest": SHORTEST,
        "first": str(first),
        "last": str(last),
    }
    if left_out:
        return say("frames.too_short_after_gap", **words, left_out=left_out)
    return say("frames.too_short", **words)


def no_band(run: Run) -> Refusal | None:
    """Why no honest band can be given for this run (its subject empty, for the caller to fill); None where one can."""
    if run.constant:
        return Refusal("", say("frames.constant"), say("frames.check_figures"))
    if run.regular:
        return Refusal("", say("frames.regular"), say("frames.check_figures"))
    return None


def run_starts(values: Vector, ordinals: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the last unbroken run of each of many series starts: a row, leading zeros behind it.

    values: finite, series after series; ordinals: of their periods, ascending within a series; offsets: series i holds
    the rows offsets[i] to offsets[i + 1]; the start of an empty series is its offset. Zeros lead only where no value of
    the run is negative: a rate of change may start at nought.
    """
    starts = offsets[:-1]
    if len(values) == 0:
        return starts.copy()
    rows = np.arange(len(values))
    breaks = np.diff(ordinals, prepend=ordinals[:1] - 2) != 1
    breaks[starts[starts < offsets[1:]]] = True
    run = np.maximum.accumulate(np.where(breaks, rows, 0))
    full = starts < offsets[1:]
    begin = starts.copy()
    begin[full] = run[offsets[1:][full] - 1]
    inside = rows >= np.repeat(begin, np.diff(offsets))
    least = np.minimum.reduceat(np.where(inside, values, np.inf), starts[full])
    first = np.minimum.reduceat(np.where(inside & (values != 0), rows, len(rows)), starts[full])
    begin[full] = np.where((least >= 0) & (first < len(rows)), first, begin[full])
    return begin


def is_constant(values: Vector) -> bool:
    return bool(np.ptp(values) <= REGULAR * max(1e-12, float(np.abs(values).max())))


def is_regular(values: Vector) -> bool:
    """Whether the values, or their logarithms, move by equal steps."""
    if _even(values):
        return True
    return bool(values.min() > 0) and _even(np.log(values))


def _even(values: Vector) -> bool:
    return bool(np.ptp(np.diff(values)) <= REGULAR * np.ptp(values))


def _equal_at_the_end(values: Vector) -> int:
    """How many equal figures end the series; 0 where they are few, or where figures repeat elsewhere too."""
    moves = np.flatnonzero(np.diff(values))
    same = len(values) - 1 - int(moves[-1])
    before = values[: len(values) - same]
    repeats = np.count_nonzero(np.diff(before) == 0)
    return same if same >= _REPEATED and repeats <= 0.1 * len(before) else 0
