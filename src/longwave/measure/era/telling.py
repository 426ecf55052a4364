"""The era's findings as sentences, and as a `Measurement`: they say no more than the tests and intervals do."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import DatingState
from longwave.core.message import Message, Names, say
from longwave.measure.breaks.chances import chance
from longwave.measure.era.dimension import Found
from longwave.measure.era.model import Era
from longwave.measure.era.series import name_of
from longwave.measure.era.turning import span_of
from longwave.measure.measurement import Measurement

NAME = "era"


def measurement_of(era: Era, area: str) -> Measurement:
    """The era of an area as a measurement: table by written year (see `figures.era_table`), loadings, decay, tests,
    datings with the headline first, findings and refusals."""
    table = era.table.copy()
    table.index = pd.Index([f"{year:04d}" for year in table.index], name="period", dtype=object)
    return Measurement(
        NAME,
        NAME,
        area,
        table,
        units=dict(era.units),
        estimates=era.estimates,
        findings=tuple(findings(era, area)),
        refusals=era.refusals,
        sources=era.sources,
        tests=era.tests,
        datings=era.datings,
    )


def findings(era: Era, area: str) -> Iterator[Message]:
    """Sentences, most important first."""
    if not era.dimensions:
        return
    place = area_names(area) if area else Names("The figures", "数据")
    if era.pooled is not None and not era.together and not era.any_era:
        yield _nowhere(era, place)
    else:
        if era.pooled is not None and not era.together:
            yield _not_pooled(era, place)
        for found in era.headline:
            yield _answer(found, place)
    if era.together and era.pooled is not None and len(era.dimensions) > 1:
        yield from _alone(era, place)
    yield from _decay(era, place)
    for name, waves in era.waves.items():
        if waves.two:
            yield say(
                "era.two_waves",
                area=place,
                name=name_of(name),
                earlier=str(waves.earlier),
                later=str(waves.later),
                p=chance(waves.p_value),
            )
    for name, shocks in era.shocks.items():
        spans = tuple(span_of(one.first, one.last) for one in sorted(shocks, key=lambda one: one.first))
        yield say("era.shocks_found", area=place, name=name_of(name), spans=spans)
    for given in era.breaks:
        if given.state is DatingState.PASSED and given.period is not None:
            yield say(
                "era.break_beside",
                area=place,
                date=given.period,
                low=given.low or given.period,
                high=given.high or given.period,
            )
    for name, path in era.paths.items():
        last = path.table.iloc[-1]
        yield say(
            "era.path_last",
            area=place,
            name=name_of(name),
            year=str(path.table.index[-1]),
            chance=float(last["chance_below_one"]),
            low=float(last["decay_low"]),
            high=float(last["decay_high"]),
        )


def _nowhere(era: Era, place: Names) -> Message:
    """No era in any dimension: one sentence, each with its own p-value."""
    told = tuple(
        say("era.by_itself", name=name_of(name), p=chance(one.chance.alone))
        for name, one in era.dimensions.items()
    )
    return say("era.nowhere", area=place, count=len(told), told=told)


def _not_pooled(era: Era, place: Names) -> Message:
    tests = {test.name: test for test in era.tests}
    date, noise = tests["common_date"], tests["independent_noise"]
    if date.rejected and noise.rejected:
        why = say("era.why_both", date=chance(date.p_value or 0.0), noise=chance(noise.p_value or 0.0))
    elif date.rejected:
        why = say("era.why_dates", p=chance(date.p_value or 0.0))
    else:
        why = say("era.why_noise", p=chance(noise.p_value or 0.0))
    return say("era.not_pooled", area=place, why=why)


def _answer(found: Found, place: Names) -> Message:
    what = say("era.all_together") if len(found.names) > 1 else name_of(found.names[0])
    given = found.dating
    if given.state is DatingState.PASSED and given.low is not None:
        return say(
            "era.passed",
            area=place,
            what=what,
            date=given.period or "",
            low=given.low,
            high=given.high or "",
            level=given.level,
            duration=found.duration,
        )
    if given.state is DatingState.PASSED:
        return say("era.passed_open", area=place, what=what, high=given.high or "", level=given.level)
    if given.state is DatingState.NOT_BEFORE:
        return say("era.not_before", area=place, what=what, low=given.low or "", last=found.sample.last)
    return say("era.not_datable", area=place, what=what, reason=given.reason or say("era.anywhere"))


def _alone(era: Era, place: Names) -> Iterator[Message]:
    """What single dimensions say where the pooled answer is the headline: who fades with the era by itself."""
    fading = tuple(
        name_of(name) for name, one in era.dimensions.items() if one.dating.state is DatingState.PASSED
    )
    yield (
        say("era.alone", area=place, names=fading, count=len(fading), of=len(era.dimensions))
        if fading
        else say("era.none_alone", area=place, of=len(era.dimensions))
    )


def _decay(era: Era, place: Names) -> Iterator[Message]:
    found = {one.name: one for one in era.estimates}
    for name, one in found.items():
        if not name.startswith("decay_factor_"):
            continue
        which = name.removeprefix("decay_factor_")
        life = found[f"half_life_{which}"]
        yield say(
            "era.decay",
            area=place,
            what=say("era.all_together") if which == "era" else name_of(which),
            year=one.sample.last,
            value=one.value,
            low=one.low,
            high=one.high,
            life=life.value,
            life_low=life.low,
            life_high=life.high,
        )
