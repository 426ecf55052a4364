"""Whether, and since when, a dimension's leading series has changed: as a break, and as a trend that drifts.

Two pictures of the same question that need not agree. A break is a change of the mean at a date: Bai and Perron's
tests with bootstrapped p-values, and the dates with intervals (`breaks`). A drifting trend has no date: it gives the
probability that the trend is lower now than it was (`trend`). Where neither tells a change from noise, that is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.measure.breaks.dates import break_datings, break_refusal
from longwave.measure.inputs import by_period
from longwave.measure.measurement import Measurement
from longwave.measure.slowdown.leading import Leading
from longwave.measure.trend.local_linear import FEWEST, Trend, local_linear_trend

BACK = 20
"""Years between now and then where the trend is compared: a generation of growth, and half of what most series have."""

UNIT = "share a year"


def slow_down(one: Leading) -> Measurement:
    """Breaks and trend of a leading series.

    Table: value, trend with trend_low and trend_high (in the unit of the series). Estimates: means of the regimes
    between breaks, and the change of the trend over `BACK` years (or over half the span of a shorter series).
    """
    name = f"slow_down_{one.dimension}"
    if one.step > 1:
        reason = say("slowdown.steps", name=one.words, step=one.step, count=len(one.values))
        return Measurement(
            name, one.dimension, one.area, pd.DataFrame(), refusals=(Refusal(one.name, reason),)
        )
    datings, tests, means = break_datings(one.values, one.name, one.sources, unit=UNIT)
    refusal = break_refusal(one.values, one.name)
    drift = _trend(one)
    moved = [] if drift is None else list(_drift(one, drift))
    table = _table(one, drift)
    return Measurement(
        name,
        one.dimension,
        one.area,
        by_period(table),
        units=dict.fromkeys(map(str, table.columns), UNIT),
        estimates=(*means, *(estimate for estimate, _ in moved)),
        findings=(*_breaks_said(one, datings, means), *(said for _, said in moved)),
        refusals=() if refusal is None else (refusal,),
        sources=one.sources,
        tests=tests,
        datings=datings,
    )


def _trend(one: Leading) -> Trend | None:
    """Of the log level where the series is its yearly change, else of the series itself."""
    values = one.values if one.levels is None else one.levels
    if values.notna().sum() < FEWEST or _on_a_line(values):
        return None
    return local_linear_trend(values)


def _on_a_line(values: pd.Series) -> bool:
    """Whether the figures lie on a straight line, as drawn between two surveys: then there is no trend to smooth."""
    years = values.index.to_numpy(float)
    given = values.to_numpy(float)
    line = np.polynomial.Polynomial.fit(years, given, 1)
    return float(np.abs(given - line(years)).max()) <= 1e-7 * max(float(np.abs(given).max()), 1e-12)


def _table(one: Leading, drift: Trend | None) -> pd.DataFrame:
    table = pd.DataFrame({"value": one.values})
    if drift is None:
        return table
    column = "level" if one.levels is None else "slope"
    bounds = {"trend": column, "trend_low": f"{column}_low", "trend_high": f"{column}_high"}
    return table.join(pd.DataFrame({name: drift.frame[found] for name, found in bounds.items()}), how="left")


def _drift(one: Leading, drift: Trend) -> Iterator[tuple[Estimate, Message]]:
    """For growth only: whether the trend is lower now than it was."""
    if one.levels is None:
        return
    years = drift.frame.index
    later = int(years[-1])
    earlier = max(later - BACK, int(years[0]) + len(years) // 2 - 1)
    change = drift.slope_change(later, earlier)
    sample = Sample(drift.observations, str(years[0]), str(later))
    method = say("slowdown.drift_method")
    yield (
        Estimate(
            f"{one.name}_trend_change_{earlier}_{later}",
            change.value,
            change.low,
            change.high,
            UNIT,
            method,
            sample,
            grade_of(drift.observations),
            change.level,
            one.sources,
        ),
        say(
            "slowdown.drift",
            area=area_names(one.area),
            name=one.words,
            earlier=str(earlier),
            later=str(later),
            probability=drift.probability_slope_lower(later, earlier),
            points=100 * change.value,
            low=100 * change.low,
            high=100 * change.high,
        ),
    )


def _breaks_said(
    one: Leading, datings: tuple[Dating, ...], estimates: tuple[Estimate, ...]
) -> Iterator[Message]:
    """One sentence a break, with the means before and after; or that there is none, with what the figures could have
    shown."""
    words: dict[str, Value] = {"area": area_names(one.area), "name": one.words}
    first, last = str(one.values.index[0]), str(one.values.index[-1])
    for place, dating in enumerate(datings):
        if dating.state is DatingState.NO_BREAK:
            chance = dating.reason.values["p"] if dating.reason else say("measure.nothing")
            yield say("slowdown.no_break", first=first, last=last, p=chance, **words)
        elif dating.state is DatingState.PASSED:
            before, after = estimates[place], estimates[place + 1]
            yield say(
                "slowdown.broke",
                period=dating.period or "",
                low=dating.low or first,
                high=dating.high or last,
                before=100 * before.value,
                after=100 * after.value,
                **words,
            )
        elif dating.low is not None:
            yield say("slowdown.vague", low=dating.low, high=dating.high or last, **words)
