"""Headlines: what a reader in a hurry takes along, two or three sentences an area, and what was not done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, Value, say
from longwave.core.period import Period
from longwave.forecast.wording import sentences
from longwave.measure.measurement import Measurement, studied
from longwave.measure.wording import doubts
from longwave.workflows.collect import Collected
from longwave.workflows.study.charts import span_means
from longwave.workflows.study.notes import notes
from longwave.workflows.study.outlook import OUTLOOKS

Measurements = Mapping[str, Mapping[str, Measurement]]
Forecasts = Mapping[str, Mapping[str, ForecastTable | Refusal]]

MANY = 4
"""From more areas than this on, each gets one headline: a first screen is read, a list of thirty sentences is not."""


FEWEST = 3
"""An area with estimates from fewer measures than this has too little to be called studied."""


def headlines(collected: Collected, measurements: Measurements, forecasts: Forecasts) -> tuple[Message, ...]:
    """For each area a verdict, and for few areas the figures behind it and the outlook; then what was not done."""
    told: list[Message] = []
    for area, measured in measurements.items():
        verdict = list(_verdict(area, measured)) or [_little(area, measured)]
        details = [] if len(measurements) > MANY else _details(area, measured, forecasts[area])
        told += [
            *verdict,
            *_since_when(measured),
            *_era(area, measured),
            *notes(area, collected.panel),
            *details,
        ]
    told += [
        say("workflows.headline_absent", area=area_names(refusal.subject)) for refusal in collected.refusals
    ]
    told += already_past(forecasts, collected.newest) if len(measurements) <= MANY else ()
    if any(_changes(measured) for measured in measurements.values()):
        told.append(say("workflows.headline_spans"))
    return tuple(told)


def _since_when(measured: Mapping[str, Measurement]) -> tuple[Message, ...]:
    """Whether there is a break in the growth of productivity: what the comparison of spans must be read beside."""
    slow = measured.get("slow_down_productivity")
    return () if slow is None else slow.findings[:1]


def _era(area: str, measured: Mapping[str, Measurement]) -> Iterator[Message]:
    """Whether the era is past its turning point: pooled where that is allowed, else dimension by dimension."""
    era = measured.get("era")
    dated = () if era is None else tuple(d for d in era.datings if "turning_point" in d.name)
    if era is None or not dated:
        return
    if dated[0].name == "era_turning_point":
        yield era.findings[0]
        return
    told = [_told(dating) for dating in dated if dating.state is not DatingState.NOT_DATABLE]
    blanks: dict[str, Value] = {"area": area_names(area), "count": len(dated)}
    if told:
        undated = len(dated) - len(told)
        yield say("workflows.headline_era_some", told=tuple(told), undated=undated, **blanks)
    else:
        yield say("workflows.headline_era_undated", **blanks)


def _told(dating: Dating) -> Message:
    name = say(f"era.name_{dating.name.removeprefix('turning_point_')}")
    words: dict[str, Value] = {"name": name, "low": dating.low or "…", "high": dating.high or "…"}
    return say(f"workflows.era_{dating.state}", period=dating.period or "", **words)


def too_little(measured: Mapping[str, Measurement]) -> bool:
    """Whether too few measures could be made for the area to be called studied."""
    return sum(bool(one.estimates) for one in _own(measured).values()) < FEWEST


def _own(measured: Mapping[str, Measurement]) -> dict[str, Measurement]:
    """The measures of the area's own figures; those that compare areas have something to say of any."""
    own = {name for name, measure in studied().items() if not measure.across}
    return {name: one for name, one in measured.items() if name in own}


def _little(area: str, measured: Mapping[str, Measurement]) -> Message:
    """Why there is no verdict: too few figures, or figures that vary too much for their means to be compared."""
    if not too_little(measured):
        return say("workflows.verdict_none", area=area_names(area))
    own = _own(measured)
    made = tuple(say(f"workflows.part_{name}") for name, one in own.items() if one.estimates)
    return say(
        "workflows.too_little",
        area=area_names(area),
        count=len(made),
        of=len(own),
        made=made or say("workflows.nothing_made"),
    )


_PUBLISHED = {"measure.published_longer", "measure.published_instead"}
"""Reasons that a measure gives when it took output per person as published."""


def _subjects(measured: Mapping[str, Measurement]) -> tuple[tuple[str, str, str], ...]:
    """What is compared over time: measure, prefix of its estimates, key of its name."""
    lack = [r.reason.key for r in measured["labour_productivity"].refusals if r.subject == "growth_per_hour"]
    basis = "hour" if not lack else "published" if _PUBLISHED & set(lack) else "person"
    return (
        ("labour_productivity", "productivity_growth", f"headline_per_{basis}"),
        ("growth_accounting", "tfp_growth", "headline_tfp"),
    )


def _changes(measured: Mapping[str, Measurement]) -> list[tuple[str, Estimate, Estimate, Estimate]]:
    """Subject's key, change, last mean and the mean before, for each subject that has a change."""
    found = []
    for measure, prefix, key in _subjects(measured):
        means, change = _means_and_change(measured[measure], prefix)
        if change is not None and len(means) > 1:
            found.append((key, change, means[-1], means[-2]))
    return found


def _means_and_change(measurement: Measurement, prefix: str) -> tuple[list[Estimate], Estimate | None]:
    """The means by span named after `prefix` in order of time, and the change to the last of them if there is one."""
    means = sorted(span_means(prefix, measurement.estimates), key=lambda e: e.sample.first)
    return means, next((e for e in measurement.estimates if e.name == f"{prefix}_change"), None)


def _verdict(area: str, measured: Mapping[str, Measurement]) -> Iterator[Message]:
    """Slower, faster or not to be told apart, subjects with the same answer together."""
    groups: dict[tuple[str, str, str, str, str], list[Message]] = {}
    for key, change, last, before in _changes(measured):
        spans = (last.sample.first, last.sample.last, before.sample.first, before.sample.last)
        groups.setdefault((_direction(change), *spans), []).append(say(f"workflows.{key}"))
    for (direction, first, last_year, earlier, until), subjects in groups.items():
        yield say(
            f"workflows.verdict_{direction}",
            area=area_names(area),
            subjects=say("workflows.both", first=subjects[0], second=subjects[1])
            if len(subjects) == 2
            else subjects[0],
            first=first,
            last=last_year,
            earlier=earlier,
            until=until,
        )


def _direction(change: Estimate) -> str:
    """Only an interval that leaves zero out earns a direction."""
    if change.low <= 0 <= change.high:
        return "unclear"
    return "slower" if change.value < 0 else "faster"


def _details(
    area: str, measured: Mapping[str, Measurement], ahead: Mapping[str, ForecastTable | Refusal]
) -> list[Message]:
    told: list[Message] = []
    for measure, prefix, key in _subjects(measured):
        told += _growth(area, measured[measure], prefix, key)
    for name, item in ahead.items():
        if isinstance(item, ForecastTable):
            told += foretold(item, name, measured)[:1]
    return told


def _growth(area: str, measurement: Measurement, prefix: str, subject: str) -> Iterator[Message]:
    means, change = _means_and_change(measurement, prefix)
    if not means:
        return
    last = means[-1]
    comparison = say("workflows.headline_alone") if change is None else _comparison(change, means[-2])
    yield say(
        "workflows.headline_growth",
        area=area_names(area),
        subject=say(f"workflows.{subject}"),
        value=unsigned_zero(last.value),
        first=last.sample.first,
        last=last.sample.last,
        low=unsigned_zero(last.low),
        high=unsigned_zero(last.high),
        comparison=comparison,
        doubts=doubts(*means[-2:]),
    )


def _comparison(change: Estimate, before: Estimate) -> Message:
    first, last = before.sample.first, before.sample.last
    direction = _direction(change)
    if direction == "unclear":
        low, high = 100 * change.low, 100 * change.high
        return say("workflows.headline_unclear", first=first, last=last, low=low, high=high)
    low, high = sorted((100 * abs(change.low), 100 * abs(change.high)))
    points = 100 * abs(change.value)
    return say(f"workflows.headline_{direction}", points=points, first=first, last=last, low=low, high=high)


def foretold(item: ForecastTable, name: str, measured: Mapping[str, Measurement]) -> tuple[Message, ...]:
    """A forecast in words: where it points, what the last ten years did, how it fared on its own past."""
    history = measured[OUTLOOKS[name].measure].table[OUTLOOKS[name].column].dropna()
    return sentences(item, history, say(f"workflows.measure_{name}"))


def already_past(forecasts: Forecasts, newest: str) -> tuple[Message, ...]:
    """For each last observed year of the forecasts, how many years ahead of it had passed when the newest dataset was
    dated; nothing for up to two, the ordinary delay of statistics."""
    tables = [
        item for each in forecasts.values() for item in each.values() if isinstance(item, ForecastTable)
    ]
    origins = sorted(
        {table.origin for table in tables if int(newest[:4]) - Period.parse(table.origin).year > 2}
    )
    return tuple(say("workflows.headline_past", origin=origin, newest=newest[:4]) for origin in origins)


def unsigned_zero(value: float, decimals: int = 1) -> float:
    """A fraction without the sign that a zero would otherwise be printed with, at that many decimals of a per cent."""
    return 0.0 if abs(value) < 0.5 * 10.0 ** -(decimals + 2) else value
