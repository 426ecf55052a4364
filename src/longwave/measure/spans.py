"""Spans of years, and what a series did in each: the mean with its interval, and how the last differs.

The spans are conventions fixed beforehand (the long boom, the slow-down, the information-technology years,
the years since), so that nobody, longwave included, can choose them to suit a story. They date no turning
point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

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

Cut = Callable[[pd.Series], tuple[pd.Series, ...]]


@dataclass(frozen=True, eq=False)
class SpanStudy:
    """Means by span in order of time, and the change from the last but one to the last."""

    means: tuple[Estimate, ...] = ()
    change: Estimate | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return self.means if self.change is None else (*self.means, self.change)

    @property
    def last(self) -> Estimate | None:
        return self.means[-1] if self.means else None

    @property
    def before(self) -> Estimate | None:
        return self.means[-2] if len(self.means) > 1 else None


def conventional(values: pd.Series) -> tuple[pd.Series, ...]:
    """The values cut at the conventional years; five years or more before the first span are one of their
    own."""
    place = np.searchsorted(CONVENTION, values.index.to_numpy(), side="right")
    if 0 < (place == 0).sum() < FEWEST:
        place = np.maximum(place, 1)
    return tuple(values[place == which] for which in np.unique(place))


def last_decade(values: pd.Series) -> tuple[pd.Series, ...]:
    """The values of the last ten years of the data, and all earlier ones."""
    recent = values.index > values.index.max() - 10
    return tuple(part for part in (values[~recent], values[recent]) if len(part))


def halves(values: pd.Series) -> tuple[pd.Series, ...]:
    """The values in two halves of equal count, the later one being larger by one where they do not divide."""
    middle = len(values) // 2
    return values.iloc[:middle], values.iloc[middle:]


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
    floor: float = -math.inf,
) -> SpanStudy:
    """Means of yearly values by span, named ``<name>_<first>_<last><suffix>``, and ``<name>_change<suffix>``.

    A span with fewer than five values or without any variation gets a refusal instead of a mean. observed:
    share of the figures that were observed; highest: highest persistence allowed for; floor: what a mean
    cannot be below.
    """
    if values.empty:
        return SpanStudy(refusals=(Refusal(name, say("measure.no_changes")),))
    parts, refusals = _usable(tuple(part for part in cut(values) if len(part)), name)
    if not parts:
        return SpanStudy(refusals=refusals)
    noise = Noise([Stretch(part.index.to_numpy(np.int64), part.to_numpy(float)) for part in parts], highest)
    sources = tuple(dict.fromkeys(source))
    means = tuple(
        estimate(
            f"{name}_{part.index[0]}_{part.index[-1]}{suffix}",
            _above(noise.mean(which), floor),
            unit,
            say("measure.method_mean", **_sample_words(part), caution=caution(noise.persistence)),
            sample_of(part),
            grade_of(len(part), observed),
            sources,
        )
        for which, part in enumerate(parts)
    )
    if len(parts) < 2:
        lone = Refusal(
            f"{name}_change",
            say("measure.one_span", first=str(parts[0].index[0]), last=str(parts[0].index[-1])),
        )
        return SpanStudy(means, None, (*refusals, lone))
    later, earlier = parts[-1], parts[-2]
    change = estimate(
        f"{name}_change{suffix}",
        noise.difference(len(parts) - 1, len(parts) - 2),
        unit,
        say("measure.method_difference", caution=caution(noise.persistence), **_pair_words(later, earlier)),
        sample_of(pd.concat([earlier, later])),
        # A difference is no surer than its shorter side.
        grade_of(2 * min(len(later), len(earlier)), observed),
        sources,
    )
    return SpanStudy(means, change, refusals)


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


def _above(interval: Interval, floor: float) -> Interval:
    return replace(interval, low=max(interval.low, floor))


def _usable(parts: tuple[pd.Series, ...], name: str) -> tuple[list[pd.Series], tuple[Refusal, ...]]:
    usable, refusals = [], []
    for part in parts:
        if len(part) < FEWEST:
            refusals.append(
                Refusal(name, say("measure.short_span", count=len(part), fewest=FEWEST, **_span_words(part)))
            )
        elif Stretch(part.index.to_numpy(np.int64), part.to_numpy(float)).constant:
            refusals.append(
                Refusal(name, say("measure.constant_span", **_span_words(part)), say("measure.check_figures"))
            )
        else:
            usable.append(part)
    return usable, tuple(refusals)


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
