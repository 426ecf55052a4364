"""Spans of years, and what a series did in each: the mean with its interval, and how the last differs.

The spans are conventions fixed beforehand (the long boom, the slow-down, the information-technology years,
the years since), so that nobody, longwave included, can choose them to suit a story. They date no turning
point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.intervals import FEWEST, GROWTH_PERSISTENCE, Interval, Noise, Stretch

CONVENTION = (1951, 1974, 1996, 2005)
"""First years of the conventional spans; the last runs to the end of the data."""

SHOCKS = frozenset({2008, 2009, 2020, 2021, 2022})
"""Years of the financial crisis and of the pandemic: a shock is not a fade, so means are also given
without."""

WIDEST = 0.10
"""Half-width of an interval, as a fraction a year, beyond which a mean growth rate or rate of return says
nothing: the interval would hold everything from a collapse to a boom."""

WIDEST_SHARE_CHANGE = 0.05
"""The same for the mean yearly change of a share of population: five percentage points a year."""

Cut = Callable[[pd.Series], tuple[pd.Series, ...]]
Bounds = Callable[[pd.Series], tuple[float, float]]
"""What the mean of a span's values can be by arithmetic alone."""


@dataclass(frozen=True, eq=False)
class SpanStudy:
    """Means by span in order of time, and the change from the last but one to the last.

    last and before: the means of the last two spans with enough figures; None where that span was refused as
    too variable, so that an older span is never taken for the last one.
    """

    means: tuple[Estimate, ...] = ()
    change: Estimate | None = None
    refusals: tuple[Refusal, ...] = ()
    last: Estimate | None = None
    before: Estimate | None = None

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return self.means if self.change is None else (*self.means, self.change)

    def only_last(self) -> SpanStudy:
        """The last mean and the change alone, without refusals: for a second look beside a whole study."""
        return replace(self, means=() if self.last is None else (self.last,), refusals=())


def conventional(values: pd.Series) -> tuple[pd.Series, ...]:
    """The values cut at the conventional years; five years or more before the first span are one of their
    own."""
    place = np.searchsorted(CONVENTION, values.index.to_numpy(), side="right")
    if 0 < (place == 0).sum() < FEWEST:
        place = np.maximum(place, 1)
    return tuple(values[place == which] for which in np.unique(place))


def fills_convention(sample: Sample) -> bool:
    """Whether a sample is one of the closed conventional spans with a figure for each of its years."""
    closed = pairwise(CONVENTION)
    return any(
        sample == Sample(following - first, str(first), str(following - 1)) for first, following in closed
    )


def last_decade(values: pd.Series) -> tuple[pd.Series, ...]:
    """The values of the last ten years of the data, and all earlier ones."""
    recent = values.index > values.index.max() - 10
    return tuple(part for part in (values[~recent], values[recent]) if len(part))


def halves(values: pd.Series) -> tuple[pd.Series, ...]:
    """The values in two halves of equal count, the later one being larger by one where they do not divide."""
    middle = len(values) // 2
    return values.iloc[:middle], values.iloc[middle:]


def between(low: float, high: float = math.inf) -> Bounds:
    """Bounds of the mean of values that each lie between low and high."""
    return lambda _part: (low, high)


UNBOUNDED = between(-math.inf)


def share_changes(levels: pd.Series) -> Bounds:
    """Bounds of the mean yearly change of a share: from a start s, n years can take it to 0 or to 1, so that
    the mean lies between -s/n and (1 - s)/n. levels: the share by year; each unbroken run has its start."""

    def bounds(part: pd.Series) -> tuple[float, float]:
        begins = part.index[~(part.index - 1).isin(part.index)] - 1
        starts = levels.reindex(begins).to_numpy(float)
        return float(-starts.sum() / len(part)), float((1 - starts).sum() / len(part))

    return bounds


def study(
    values: pd.Series,
    name: str,
    unit: str,
    source: Iterable[str],
    *,
    cut: Cut = conventional,
    observed: float = 1.0,
    suffix: str = "",
    highest: float = GROWTH_PERSISTENCE,
    bounds: Bounds = UNBOUNDED,
    widest: float = WIDEST,
) -> SpanStudy:
    """Means of yearly values by span, named ``<name>_<first>_<last><suffix>``, and ``<name>_change<suffix>``.

    A span with fewer than five values or without any variation gets a refusal instead of a mean, and so does a
    mean or a difference whose interval has a half-width above `widest` (in the unit of the values, before it is
    cut to `bounds`). Spans of fewer than five values at the start of the data are passed over in silence where
    others can be measured. observed: share of the figures that were observed; highest: highest persistence
    allowed for; bounds: what a span's mean can be by arithmetic, to which intervals are cut.
    """
    if values.empty:
        return SpanStudy(refusals=(Refusal(name, say("measure.no_changes")),))
    parts, refusals = _usable(tuple(part for part in cut(values) if len(part)), name)
    if not parts:
        return SpanStudy(refusals=refusals)
    noise = Noise([Stretch(part.index.to_numpy(np.int64), part.to_numpy(float)) for part in parts], highest)
    sources = tuple(dict.fromkeys(source))
    limits = [bounds(part) for part in parts]
    means: list[Estimate | None] = []
    vague: list[Refusal] = []
    for which, part in enumerate(parts):
        raw = noise.mean(which)
        interval = _within(raw, *limits[which])
        if _half(raw) > widest:
            means.append(None)
            vague.append(Refusal(name, _too_variable(interval, unit, part)))
            continue
        means.append(
            estimate(
                f"{name}_{part.index[0]}_{part.index[-1]}{suffix}",
                interval,
                unit,
                say("measure.method_mean", **_sample_words(part), caution=caution(noise.persistence)),
                sample_of(part),
                grade_of(len(part), observed),
                sources,
            )
        )
    found = SpanStudy(
        tuple(mean for mean in means if mean is not None),
        None,
        (*refusals, *vague),
        means[-1],
        means[-2] if len(means) > 1 else None,
    )
    if len(parts) < 2:
        lone = Refusal(f"{name}_change", say("measure.one_span", **_span_words(parts[0])))
        return replace(found, refusals=(*found.refusals, lone))
    if found.last is None or found.before is None:
        return found
    later, earlier = parts[-1], parts[-2]
    raw = noise.difference(len(parts) - 1, len(parts) - 2)
    difference = _within(raw, limits[-1][0] - limits[-2][1], limits[-1][1] - limits[-2][0])
    if _half(raw) > widest:
        unclear = Refusal(f"{name}_change", _too_variable_change(difference, later, earlier))
        return replace(found, refusals=(*found.refusals, unclear))
    change = estimate(
        f"{name}_change{suffix}",
        difference,
        unit,
        say("measure.method_difference", caution=caution(noise.persistence), **_pair_words(later, earlier)),
        sample_of(pd.concat([earlier, later])),
        # A difference is no surer than its shorter side.
        grade_of(2 * min(len(later), len(earlier)), observed),
        sources,
    )
    return replace(found, change=change)


def without_shocks(values: pd.Series) -> pd.Series:
    """The values without the years of the financial crisis and the pandemic."""
    return values[~values.index.isin(SHOCKS)]


def shocks_in(values: pd.Series) -> tuple[str, ...]:
    """The years of crisis among the values."""
    return tuple(str(year) for year in values.index if year in SHOCKS)


def estimate(
    name: str,
    interval: Interval,
    unit: str,
    method: Message,
    sample: Sample,
    grade: Grade,
    sources: tuple[str, ...],
) -> Estimate:
    """An interval as an `Estimate`."""
    return Estimate(
        name,
        interval.value,
        interval.low,
        interval.high,
        unit,
        method,
        sample,
        grade,
        interval.level,
        sources,
    )


def sample_of(values: pd.Series) -> Sample:
    return Sample(len(values), str(values.index[0]), str(values.index[-1]))


def caution(persistence: float) -> Message:
    """What has to be added where neighbouring years are so alike that the interval covers less than it
    says."""
    return say("measure.persistent", persistence=persistence) if persistence > 0.7 else say("measure.nothing")


def spell(first: str, last: str) -> Message:
    """A range of years within a sentence; a single year where it begins and ends in the same."""
    if first == last:
        return say("measure.one_year", year=first)
    return say("measure.years", first=first, last=last)


def _within(interval: Interval, low: float, high: float) -> Interval:
    # The value lies within the bounds but for rounding.
    return replace(
        interval,
        low=min(max(interval.low, low), interval.value),
        high=max(min(interval.high, high), interval.value),
    )


def _half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2


def _too_variable(interval: Interval, unit: str, part: pd.Series) -> Message:
    span = spell(str(part.index[0]), str(part.index[-1]))
    # A share's yearly change is told in percentage points, so that nobody reads it as a growth rate.
    if unit.startswith("share of") and unit.endswith("a year"):
        return say("measure.too_variable_points", span=span, low=100 * interval.low, high=100 * interval.high)
    return say("measure.too_variable", span=span, low=interval.low, high=interval.high)


def _too_variable_change(interval: Interval, later: pd.Series, earlier: pd.Series) -> Message:
    return say(
        "measure.too_variable_change",
        later=spell(str(later.index[0]), str(later.index[-1])),
        earlier=spell(str(earlier.index[0]), str(earlier.index[-1])),
        low=100 * interval.low,
        high=100 * interval.high,
    )


def _usable(parts: tuple[pd.Series, ...], name: str) -> tuple[list[pd.Series], tuple[Refusal, ...]]:
    usable: list[pd.Series] = []
    refusals: list[Refusal] = []
    early: list[Refusal] = []
    for part in parts:
        if len(part) < FEWEST:
            span = spell(str(part.index[0]), str(part.index[-1]))
            short = Refusal(name, say("measure.short_span", count=len(part), fewest=FEWEST, span=span))
            (refusals if usable else early).append(short)
        elif Stretch(part.index.to_numpy(np.int64), part.to_numpy(float)).constant:
            refusals.append(
                Refusal(name, say("measure.constant_span", **_span_words(part)), say("measure.check_figures"))
            )
        else:
            usable.append(part)
    return usable, tuple(refusals if usable else early + refusals)


def _span_words(part: pd.Series) -> dict[str, str]:
    return {"first": str(part.index[0]), "last": str(part.index[-1])}


def _sample_words(part: pd.Series) -> dict[str, str | int]:
    return {"count": len(part), **_span_words(part)}


def _pair_words(later: pd.Series, earlier: pd.Series) -> dict[str, str]:
    return {
        "first": str(later.index[0]),
        "last": str(later.index[-1]),
        "from_first": str(earlier.index[0]),
        "from_last": str(earlier.index[-1]),
    }
