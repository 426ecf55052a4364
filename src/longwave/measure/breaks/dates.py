"""Since when a yearly or quarterly series has another mean, or another trend: datings, tests and estimates of the house.

The bootstrap decides whether and how often (`resample`), least squares where (`partition`), the bootstrapped
likelihood ratio between which periods (`date_sets`). The tests by limit laws are told beside it and do not decide.
A date is the last period of the old regime.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from longwave.core.dating import Dating, DatingState
from longwave.core.errors import BadInput, DataError
from longwave.core.estimate import Estimate, Grade, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.measure.breaks.chances import chance
from longwave.measure.breaks.cusum import ols_cusum
from longwave.measure.breaks.find import Breaks, BreakTest, find_breaks
from longwave.measure.breaks.segments import Matrix, Vector
from longwave.measure.intervals import FEWEST, Noise, Stretch

Kind = Literal["mean", "trend"]

SHORTEST_SERIES = 20
"""Fewest observations of which a break is asked: with 15 % trimming and fewer, a regime would be one or two years."""

MOST_GAPS = 0.10
"""Largest share of periods inside the series that may be missing; what is there is then taken as consecutive."""

_VAGUE = 0.5
"""An interval over more than this share of the sample says that something changed, not when."""


@dataclass(frozen=True, eq=False)
class _Series:
    """Observations without gaps at either end: values, their periods and how many periods inside have none."""

    values: Vector
    periods: tuple[Period, ...]
    gaps: int

    @property
    def sample(self) -> Sample:
        return Sample(len(self.values), str(self.periods[0]), str(self.periods[-1]))

    def design(self, kind: Kind) -> Matrix:
        time = np.array([period - self.periods[0] for period in self.periods], dtype=np.float64)
        ones = np.ones((len(time), 1))
        return ones if kind == "mean" else np.column_stack([ones, time / max(time[-1], 1.0)])


def break_datings(
    series: pd.Series,
    name: str,
    sources: tuple[str, ...] = (),
    observed: float = 1.0,
    *,
    kind: Kind = "mean",
    unit: str = "1",
    most: int = 5,
    trim: float = 0.15,
) -> tuple[tuple[Dating, ...], tuple[TestResult, ...], tuple[Estimate, ...]]:
    """Breaks in the mean of a series (kind ``mean``) or in its line over time (``trend``).

    series: by whole years or written periods of one frequency, in any order; missing values at the ends are passed over,
    up to a tenth inside too (the rest is taken as consecutive, and the method says so). name: begins the name of
    every result; sources: dataset ids; observed: share of the figures that the publisher observed; unit: of the
    series, as text.

    Datings: ``<name>_break_1``, ... with state passed, or not_datable where the interval covers more than half of
    the sample; ``<name>_break`` with state no_break where none is found, or not_datable with reason and mend
    where the series cannot be looked at (see `break_refusal`). Tests: ``<name>_break_bootstrap`` (which decides),
    ``_break_next``, ``_break_ud_max``, ``_break_sup_f`` (HAC), ``_break_sup_f_iid``, ``_break_cusum``; and the number of
    breaks (statistic) by ``_break_bic``, ``_break_lwz`` and ``_break_sequential``, without p-value.
    Estimates: ``<name>_regime_1``, ...: the mean of each regime, or ``_slope_1``, ... a period.
    """
    looked = _looked_at(series, name)
    if isinstance(looked, Refusal):
        return (_refused(looked, name, series, sources),), (), ()
    try:
        found = find_breaks(looked.values, looked.design(kind), most=most, trim=trim)
        tests = tuple(_tests(looked, found, name, kind, sources))
    except DataError as error:
        refusal = Refusal(name, error.message, error.mend)
        return (_refused(refusal, name, series, sources),), (), ()
    grade = grade_of(len(looked.values), observed)
    datings = tuple(_datings(looked, found, name, kind, grade, sources))
    return datings, tests, tuple(_estimates(looked, found, name, kind, unit, observed, sources))


def break_refusal(series: pd.Series, name: str) -> Refusal | None:
    """Why no break can be asked of a series, with the mend; None where it can."""
    looked = _looked_at(series, name)
    return looked if isinstance(looked, Refusal) else None


def _looked_at(series: pd.Series, name: str) -> _Series | Refusal:
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(np.float64)
    if np.isinf(numbers).any():
        where = str(series.index[int(np.flatnonzero(np.isinf(numbers))[0])])
        return Refusal(name, say("breaks.infinite", period=where), say("breaks.check_source"))
    try:
        periods = [Period.parse(_written(label)) for label in series.index]
        order = sorted(range(len(periods)), key=lambda place: periods[place] - periods[0])
    except BadInput as error:
        return Refusal(name, error.message, error.mend or say("breaks.check_source"))
    there = [place for place in order if not np.isnan(numbers[place])]
    if len(there) < SHORTEST_SERIES:
        reason = say("breaks.too_short", count=len(there), fewest=SHORTEST_SERIES)
        return Refusal(name, reason, say("breaks.too_short_mend"))
    kept = tuple(periods[place] for place in there)
    if len(set(kept)) < len(kept):
        return Refusal(name, say("breaks.twice"), say("breaks.check_source"))
    values = numbers[there]
    if np.ptp(values) <= 1e-10 * max(float(np.abs(values).max()), 1e-300):
        return Refusal(name, say("breaks.constant"), say("breaks.constant_mend"))
    gaps = kept[-1] - kept[0] + 1 - len(kept)
    if gaps > MOST_GAPS * (len(kept) + gaps):
        reason = say("breaks.gaps", gaps=gaps, first=str(kept[0]), last=str(kept[-1]))
        return Refusal(name, reason, say("breaks.gaps_mend"))
    return _Series(values, kept, gaps)


def _written(label: object) -> str:
    if isinstance(label, int | np.integer):
        return f"{int(label):04d}"
    return str(label)


def _refused(refusal: Refusal, name: str, series: pd.Series, sources: tuple[str, ...]) -> Dating:
    labels = [_written(label) for label in series.index[series.notna()]]
    sample = Sample(len(labels), min(labels, default=""), max(labels, default=""))
    mend = refusal.mend or say("breaks.check_source")
    return Dating(
        f"{name}_break",
        DatingState.NOT_DATABLE,
        say("breaks.method_none"),
        sample,
        Grade.D,
        reason=say("breaks.refused", reason=refusal.reason, mend=mend),
        sources=sources,
    )


def _datings(
    looked: _Series, found: Breaks, name: str, kind: Kind, grade: Grade, sources: tuple[str, ...]
) -> Iterator[Dating]:
    method = _date_method(looked, found, kind)
    if not found.chosen:
        p = found.test("bootstrap_ud_max").p_value or 0.0
        reason = say(f"breaks.none_{kind}", p=chance(p), others=_others(found))
        yield Dating(
            f"{name}_break",
            DatingState.NO_BREAK,
            method,
            looked.sample,
            grade,
            reason=reason,
            sources=sources,
        )
    for place, position in enumerate(found.positions):
        low, high = found.likelihood_intervals[place]
        vague = high - low + 1 > _VAGUE * found.n
        yield Dating(
            f"{name}_break_{place + 1}",
            DatingState.NOT_DATABLE if vague else DatingState.PASSED,
            method,
            looked.sample,
            grade,
            period=None if vague else str(looked.periods[position]),
            low=str(looked.periods[low]),
            high=str(looked.periods[high]),
            level=found.level,
            reason=say("breaks.vague", low=str(looked.periods[low]), high=str(looked.periods[high]))
            if vague
            else None,
            sources=sources,
        )


def _others(found: Breaks) -> Message:
    """What is commonly used instead makes of the series."""
    bic, sequential = found.numbers["bic"], found.numbers["sequential"]
    if bic == sequential == 0:
        return say("breaks.others_agree")
    return say("breaks.others_find", bic=bic, sequential=sequential)


def _date_method(looked: _Series, found: Breaks, kind: Kind) -> Message:
    return say(
        f"breaks.method_date_{kind}",
        most=len(found.ssr) - 1,
        shortest=found.shortest,
        first=str(looked.periods[found.shortest - 1]),
        last=str(looked.periods[found.n - found.shortest - 1]),
        shortfall=_shortfall(found),
        gaps=_gaps(looked),
    )


def _shortfall(found: Breaks) -> Message:
    """What simulations say against the intervals of the dates, in the case at hand."""
    if found.persistence > 0.5 or found.n < 60:
        return say("breaks.shortfall_persistent")
    return say("breaks.shortfall")


def _gaps(looked: _Series) -> Message:
    return say("breaks.gaps_inside", gaps=looked.gaps) if looked.gaps else say("measure.nothing")


def _tests(
    looked: _Series, found: Breaks, name: str, kind: Kind, sources: tuple[str, ...]
) -> Iterator[TestResult]:
    most, sample = len(found.ssr) - 1, looked.sample
    none = say(f"breaks.null_{kind}", first=sample.first, last=sample.last)

    def told(suffix: str, null: Message, method: Message, test: BreakTest) -> TestResult:
        return TestResult(
            f"{name}_break_{suffix}",
            null,
            test.statistic,
            test.rejected,
            method,
            sample,
            test.p_value,
            test.critical,
            test.level,
            sources,
        )

    bootstrap = say(
        "breaks.method_bootstrap",
        most=most,
        shortest=found.shortest,
        persistence=found.persistence,
        gaps=_gaps(looked),
    )
    yield told("bootstrap", none, bootstrap, found.test("bootstrap_ud_max"))
    for test in found.tests:
        if test.law == "bootstrap" and test.null_breaks:
            null = say(f"breaks.null_more_{kind}", count=test.null_breaks)
            yield told(f"next_{test.most_breaks}", null, bootstrap, test)
    short = say("breaks.limit_shortfall")
    trending = say("breaks.trending") if kind == "trend" else say("measure.nothing")
    ud_max = say("breaks.method_ud_max", most=most, shortfall=short, trending=trending)
    yield told("ud_max", none, ud_max, found.test("ud_max"))
    sup_f = say("breaks.method_sup_f", shortfall=short, trending=trending)
    yield told("sup_f", none, sup_f, found.test("sup_f_1"))
    iid = say("breaks.method_sup_f_iid", shortfall=short, trending=trending)
    yield told("sup_f_iid", none, iid, found.test("andrews_sup_f"))
    statistic, p_value = ols_cusum(looked.values, looked.design(kind))
    cusum = BreakTest("ols_cusum", 0, 1, statistic, None, p_value, 0.05, "limit", "iid")
    yield told("cusum", none, say("breaks.method_cusum", shortfall=short, trending=trending), cusum)
    overfits = say("breaks.count_shortfall")
    for rule in ("bic", "lwz", "sequential"):
        number, level = found.numbers[rule], found.test("ud_max").level
        method = say(f"breaks.method_{rule}", most=most, shortfall=overfits)
        yield TestResult(
            f"{name}_break_{rule}",
            none,
            float(number),
            number > 0,
            method,
            sample,
            level=level,
            sources=sources,
        )


def _estimates(
    looked: _Series,
    found: Breaks,
    name: str,
    kind: Kind,
    unit: str,
    observed: float,
    sources: tuple[str, ...],
) -> Iterator[Estimate]:
    """The mean or slope of each regime; regimes too short or without variation are passed over."""
    time = np.array([period.ordinal for period in looked.periods], dtype=np.int64)
    line = kind == "trend"
    kept: list[tuple[int, Stretch]] = []
    for place, regime in enumerate(found.regimes):
        own = slice(regime.first, regime.last + 1)
        stretch = Stretch(time[own], looked.values[own], line)
        if len(stretch.values) >= FEWEST + line and not stretch.constant:
            kept.append((place, stretch))
    if not kept:
        return
    noise = Noise([stretch for _, stretch in kept])
    for which, (place, stretch) in enumerate(kept):
        interval = noise.slope(which) if line else noise.mean(which)
        regime = found.regimes[place]
        first, last = str(looked.periods[regime.first]), str(looked.periods[regime.last])
        key = f"breaks.method_regime_{kind}" if found.chosen else f"breaks.method_whole_{kind}"
        yield Estimate(
            f"{name}_{'slope' if line else 'regime'}_{place + 1}",
            interval.value,
            interval.low,
            interval.high,
            f"{unit} a period" if line else unit,
            say(key, first=first, last=last),
            Sample(len(stretch.values), first, last),
            grade_of(len(stretch.values), observed),
            interval.level,
            sources,
        )
