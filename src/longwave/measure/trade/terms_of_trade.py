"""The terms of trade: what a country's exports buy, how that moved in two years, and what it did to income.

    change = T_t / T_(t-2) - 1,   income effect = change x trade share of GDP

T: prices of exports over prices of imports. With the volume of trade as it was, the gain is dlnPx X/Y - dlnPm M/Y
(System of National Accounts 2008, chapter 15). With T alone it is the change times X/Y where import prices are the
numeraire, times M/Y where export prices are; no figure tells which moved. So the effect is told between the smallest
and the largest of the shares of exports and of imports, at the window's start and at its end: a range, no probability.

The published index prices goods, the shares hold services too, so the effect is an upper bound in size; where trade
exceeds `WIDEST` of GDP, services or goods in transit are most of it, and no effect is told.

The change itself is arithmetic of published index numbers: no sampling error is known, and none is made up; how usual
such a change has been is counted in the area's own past instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import RANGE, Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.age import told_as_old
from longwave.measure.environment.trends import decade_to_end, trend
from longwave.measure.inputs import Input, by_period, not_positive, take
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.wording import clear

NAME = "terms_of_trade"
SPAN = 2
EXPORTS, IMPORTS = "exports_share", "imports_share"
WIDEST = 0.6
"""Share of exports or imports in GDP above which an index of goods prices says nothing on income."""
SHOCK = -0.10
"""Two-year change at which the terms of trade count as a shock to income."""
FEWEST_PAST = 10
"""Earlier two-year changes below which nothing is said on how usual the last one is."""


def two_year_change(index: pd.Series) -> pd.Series:
    """T_t / T_(t-2) - 1 by year, where both years have a figure."""
    before = index.copy()
    before.index = before.index + SPAN
    return pd.Series((index / before - 1).dropna(), name="change")


def measure_terms(panel: Panel, area: str) -> Measurement:
    """Table by year: terms_of_trade (index), change (over two years, share), income_effect (share of GDP; mean of
    both shares at the window's start). Estimates: terms_of_trade_change, terms_of_trade_income_effect,
    terms_of_trade_trend (last ten years)."""
    given = take(panel, area, NAME)
    if isinstance(given, Refusal):
        return Measurement(NAME, "trade", area, pd.DataFrame(), refusals=(given,))
    if bad := not_positive(given):
        return Measurement(NAME, "trade", area, pd.DataFrame(), refusals=(bad,))
    change = two_year_change(given.values)
    weights = _weights(panel, area)
    table = pd.DataFrame({NAME: given.values}).join(change)
    found = list(_estimates(given, change, weights))
    sources = [given.source]
    if not isinstance(weights, Refusal):
        early = weights.shares.mean(axis=1, skipna=False)
        early.index = early.index + SPAN
        table["income_effect"] = (change * early).where(early <= WIDEST)
        sources += weights.sources
    estimates = tuple(one for one in found if isinstance(one, Estimate))
    units = {NAME: given.unit, "change": "share", "income_effect": "share of GDP"}
    done = Measurement(
        NAME,
        "trade",
        area,
        by_period(table),
        units={name: unit for name, unit in units.items() if name in table},
        estimates=estimates,
        findings=tuple(_findings(area, change, {one.name: one for one in estimates})),
        refusals=tuple(one for one in found if isinstance(one, Refusal)),
        sources=tuple(dict.fromkeys(sources)),
    )
    return told_as_old(done, panel)


@dataclass(frozen=True, eq=False)
class _Weights:
    """Shares of exports and imports in GDP by year, and where they come from."""

    shares: pd.DataFrame
    sources: tuple[str, ...]


def _weights(panel: Panel, area: str) -> _Weights | Refusal:
    taken = {name: take(panel, area, name) for name in (EXPORTS, IMPORTS)}
    for one in taken.values():
        if isinstance(one, Refusal):
            return one
    given = {name: one for name, one in taken.items() if isinstance(one, Input)}
    for one in given.values():
        if (one.values < 0).any():
            period = str(one.values.index[one.values < 0][0])
            return Refusal(
                one.variable, say("trade.negative_share", period=period), say("measure.check_figures")
            )
    shares = pd.DataFrame({name: one.values for name, one in given.items()})
    return _Weights(shares, tuple(one.source for one in given.values()))


def _estimates(given: Input, change: pd.Series, weights: _Weights | Refusal) -> Iterator[Estimate | Refusal]:
    last = int(given.values.index[-1])
    if last not in change.index:
        reason = say("trade.no_two_years", last=str(last), first=str(last - SPAN))
        yield Refusal("terms_of_trade_change", reason, say("measure.check_figures"))
    else:
        value = float(change[last])
        sample = Sample(2, str(last - SPAN), str(last))
        grade = grade_of(len(given.values), given.observed)
        words = {"first": str(last - SPAN), "last": str(last)}
        yield Estimate(
            "terms_of_trade_change",
            value,
            value,
            value,
            "share",
            say("trade.method_two_years", **words),
            sample,
            grade,
            1.0,
            (given.source,),
        )
        yield _income_effect(value, sample, given, weights)
    window = decade_to_end(given.values)
    if window is not None:
        yield trend(given.values, window, "terms_of_trade_trend", (given.source,), given.observed)


def _income_effect(
    value: float, sample: Sample, given: Input, weights: _Weights | Refusal
) -> Estimate | Refusal:
    title = "terms_of_trade_income_effect"
    if isinstance(weights, Refusal):
        return Refusal(title, weights.reason, weights.mend)
    shares = weights.shares.reindex([int(sample.first), int(sample.last)])
    absent = [str(name) for name in shares if shares[name].isna().all()]
    if absent:
        reason = say("trade.no_trade_share", first=sample.first, last=sample.last)
        return Refusal(title, reason, say("measure.missing_mend", variable=absent[0]))
    known = shares.to_numpy(float)
    widest = float(np.nanmax(known))
    if widest > WIDEST:
        reason = say("trade.trade_too_wide", share=widest, widest=WIDEST)
        return Refusal(title, reason, say("trade.trade_too_wide_mend"))
    effects = value * known[np.isfinite(known)]
    return Estimate(
        title,
        float(value * np.nanmean(known, axis=0).mean()),
        float(effects.min()),
        float(effects.max()),
        "share of GDP",
        say("trade.method_income_effect"),
        sample,
        Grade.D,
        RANGE,
        tuple(dict.fromkeys((given.source, *weights.sources))),
    )


def _findings(area: str, change: pd.Series, by_name: dict[str, Estimate]) -> Iterator[Message]:
    moved = by_name.get("terms_of_trade_change")
    if moved is not None:
        key = "terms_shock" if moved.value <= SHOCK else "terms_fell" if moved.value < 0 else "terms_rose"
        yield say(
            f"trade.{key}",
            area=area_names(area),
            first=moved.sample.first,
            last=moved.sample.last,
            change=100 * abs(moved.value),
        )
        past = change[change.index < int(moved.sample.last)].to_numpy(float)
        if len(past) >= FEWEST_PAST:
            alike = int((np.abs(past) >= abs(moved.value)).sum())
            yield say("trade.terms_usual", alike=alike, count=len(past))
    effect = by_name.get("terms_of_trade_income_effect")
    if effect is not None:
        yield say(
            "trade.income_effect", points=100 * effect.value, low=100 * effect.low, high=100 * effect.high
        )
    slope = by_name.get("terms_of_trade_trend")
    if slope is not None:
        yield say(
            "trade.terms_trend" if clear(slope) else "trade.terms_no_trend",
            first=slope.sample.first,
            last=slope.sample.last,
            pace=100 * slope.value,
            low=100 * slope.low,
            high=100 * slope.high,
        )


MEASURES.register(NAME)(Measure(NAME, "trade", (NAME,), measure_terms, (EXPORTS, IMPORTS)))
