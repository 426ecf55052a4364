"""Artificial intelligence in job postings: what share of postings mention it, and how fast that share has
moved.

Pace is the mean monthly change of the share's logarithm, over the last 24 months and over all before, with
intervals that allow for months that resemble their neighbours. Whether and when the pace changed is looked
for by the break tests of the house. The share's past is told and nothing beyond: while growth does not slow,
no ceiling can be told from the figures (a curve's ceiling is identified only well after its turning point),
and a doubling time says how fast the share did rise, not how long it will.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.core.unit import Unit
from longwave.measure.inputs import missing
from longwave.measure.intervals import GROWTH_PERSISTENCE, Interval, Noise, Stretch
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.skills.monthly import monthly, written
from longwave.measure.spans import caution
from longwave.measure.wording import clear

NAME = "ai_postings"
VARIABLE = "ai_postings_share"
RECENT = 24
"""Months of the last stretch."""

FEWEST_BEFORE = 24
_ENOUGH_FOR_BREAKS = 60


def measure_ai_postings(panel: Panel, area: str) -> Measurement:
    """Share of job postings that mention artificial intelligence.

    Table: share (fraction of postings) and change (monthly, of its logarithm). Estimates: pace_recent and
    pace_before (log change a year) and pace_change. Datings and tests: breaks of the monthly pace.
    """
    found = monthly(panel, area, VARIABLE)
    if found is None:
        return Measurement(NAME, "rising", area, pd.DataFrame(), refusals=(missing(VARIABLE, area),))
    table, source = found
    shares = table.iloc[:, 0].dropna() * _scale(panel, area)
    shares.name = "share"
    bad = shares[(shares <= 0) | (shares > 1)]
    if len(bad):
        reason = say("rising.share_outside", period=written(bad.index[0]), value=float(bad.iloc[0]))
        refusal = Refusal(VARIABLE, reason, say("measure.check_figures"))
        return Measurement(NAME, "rising", area, pd.DataFrame(), refusals=(refusal,))
    logs = np.log(shares)
    changes = logs.diff()[logs.index.to_series().diff() == 1]
    paces = _paces(changes, source)
    datings, tests = _breaks(changes, source)
    shown = pd.DataFrame({"share": shares, "change": changes})
    shown.index = pd.Index([written(each) for each in shown.index], name="period", dtype=object)
    ceiling = Refusal(f"{NAME}_ceiling", say("rising.no_ceiling"), say("rising.no_ceiling_mend"))
    return Measurement(
        NAME,
        "rising",
        area,
        shown,
        units={"share": "share of postings", "change": "share a month"},
        estimates=paces.estimates,
        findings=tuple(_findings(area, shares, paces, datings)),
        refusals=(*paces.refusals, ceiling),
        sources=(source,),
        tests=tests,
        datings=datings,
    )


@dataclass(frozen=True, eq=False)
class Paces:
    """Mean log change a year in the last stretch and before, and the difference; refusals where there are too
    few."""

    recent: Estimate | None = None
    before: Estimate | None = None
    change: Estimate | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return tuple(one for one in (self.recent, self.before, self.change) if one is not None)


def doubling_time(pace: float) -> float:
    """Years in which a quantity with a log growth of `pace` a year doubles: ln 2 / pace. Raises ValueError
    for a pace that is not above zero."""
    if pace <= 0:
        raise ValueError("only what grows doubles")
    return math.log(2) / pace


def compound(pace: float) -> float:
    """The growth of a year, as a fraction, of a quantity whose logarithm grows by `pace` a year: exp(pace) - 1."""
    return math.expm1(pace)


def _scale(panel: Panel, area: str) -> float:
    unit = str(panel.select(area=area, variable=VARIABLE).frame["unit"].iloc[0])
    known = Unit.parse(unit)
    return known.scale if known.quantity == "share" else 1.0


def _paces(changes: pd.Series, source: str) -> Paces:
    parts = {"before": changes.iloc[:-RECENT], "recent": changes.iloc[-RECENT:]}
    stretches = {
        name: Stretch(part.index.to_numpy(np.int64), part.to_numpy(float)) for name, part in parts.items()
    }
    usable = [
        name
        for name, part in parts.items()
        if len(part) >= (RECENT if name == "recent" else FEWEST_BEFORE) and not stretches[name].constant
    ]
    refusals = tuple(
        Refusal(f"pace_{name}", say("rising.few_months", count=len(parts[name]), fewest=RECENT))
        for name in parts
        if name not in usable
    )
    if not usable:
        return Paces(refusals=refusals)
    noise = Noise([stretches[name] for name in usable], GROWTH_PERSISTENCE)
    made = {
        name: _estimate(f"pace_{name}", noise.mean(place), parts[name], len(parts[name]), source)
        for place, name in enumerate(usable)
    }
    change = None
    if len(usable) == 2:
        shorter = min(len(part) for part in parts.values())
        change = _estimate("pace_change", noise.difference(1, 0), changes, 2 * shorter, source)
    return Paces(made.get("recent"), made.get("before"), change, refusals)


def _estimate(name: str, interval: Interval, part: pd.Series, months: int, source: str) -> Estimate:
    return Estimate(
        name,
        12 * interval.value,
        12 * interval.low,
        12 * interval.high,
        "share a year",
        say("rising.method_pace", count=len(part), caution=caution(interval.persistence)),
        Sample(len(part), written(part.index[0]), written(part.index[-1])),
        # Months within a quarter say nearly the same thing, so that quarters are what counts as observations.
        grade_of(months // 3),
        interval.level,
        (source,),
    )


def _breaks(changes: pd.Series, source: str) -> tuple[tuple[Dating, ...], tuple[TestResult, ...]]:
    if len(changes) < _ENOUGH_FOR_BREAKS or len(changes) != changes.index[-1] - changes.index[0] + 1:
        return (), ()
    if np.ptp(changes.to_numpy(float)) < 1e-9:
        return (), ()
    from longwave.measure.breaks.find import find_breaks

    found = find_breaks(changes.to_numpy(float))
    months = [written(each) for each in changes.index]
    sample = Sample(len(months), months[0], months[-1])
    grade, method = grade_of(len(months) // 3), say("rising.method_breaks")
    test = next(each for each in found.tests if each.law == "bootstrap")
    result = TestResult(
        "ai_postings_no_break",
        say("rising.null_pace"),
        test.statistic,
        found.chosen > 0,
        method,
        sample,
        p_value=test.p_value,
        sources=(source,),
    )
    if not found.positions:
        none = Dating("ai_postings_break", DatingState.NO_BREAK, method, sample, grade, sources=(source,))
        return (none,), (result,)
    places = zip(found.positions, found.likelihood_intervals, strict=True)
    datings = tuple(
        Dating(
            f"ai_postings_break_{which}",
            DatingState.PASSED,
            method,
            sample,
            grade,
            period=months[place],
            low=months[low],
            high=months[high],
            sources=(source,),
        )
        for which, (place, (low, high)) in enumerate(places, start=1)
    )
    return datings, (result,)


def _findings(area: str, shares: pd.Series, paces: Paces, datings: tuple[Dating, ...]) -> Iterator[Message]:
    name = area_names(area)
    yield say("rising.ai_level", area=name, share=float(shares.iloc[-1]), period=written(shares.index[-1]))
    if paces.recent is not None:
        yield say("rising.ai_pace", area=name, told=_pace_told(paces.recent))
    if paces.change is not None and paces.before is not None:
        key = "rising.ai_faster" if clear(paces.change) else "rising.ai_no_faster"
        yield say(
            key,
            pace=compound(paces.before.value),
            before_low=compound(paces.before.low),
            before_high=compound(paces.before.high),
            low=paces.change.low,
            high=paces.change.high,
        )
    for dating in datings:
        if dating.state is DatingState.PASSED:
            span = say("rising.between", low=dating.low or "", high=dating.high or "")
            yield say("rising.ai_break", period=dating.period or "", span=span)
        else:
            yield say("rising.ai_no_break")
    yield say("rising.ai_caveat")


def _pace_told(recent: Estimate) -> Message:
    pace, low, high = (compound(each) for each in (recent.value, recent.low, recent.high))
    if not clear(recent):
        return say("rising.pace_unclear", pace=pace, low=low, high=high)
    if recent.value < 0:
        return say("rising.pace_fell", pace=-pace, low=-high, high=-low)
    longest, shortest = doubling_time(recent.low), doubling_time(recent.high)
    return say(
        "rising.pace_rose",
        pace=pace,
        low=low,
        high=high,
        years=doubling_time(recent.value),
        shortest=shortest,
        longest=longest,
    )


MEASURES.register(NAME)(Measure(NAME, "rising", (VARIABLE,), measure_ai_postings))
