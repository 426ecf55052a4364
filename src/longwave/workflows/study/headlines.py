"""Headlines: what a reader in a hurry takes along, two or three sentences an area, and what was not done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Grade, Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, say
from longwave.measure.measurement import Measurement
from longwave.workflows.study.charts import span_means
from longwave.workflows.study.outlook import OUTLOOKS

Measurements = Mapping[str, Mapping[str, Measurement]]
Forecasts = Mapping[str, Mapping[str, ForecastTable | Refusal]]

MANY = 4
"""From more areas than this on, each gets one headline: a first screen is read, a list of thirty sentences is not."""


def headlines(measurements: Measurements, forecasts: Forecasts) -> tuple[Message, ...]:
    """For each area its productivity, what the growth accounts say of it and the outlook; then what is not dated."""
    told: list[Message] = []
    for area, measured in measurements.items():
        mine = list(_of_area(area, measured, forecasts[area])) or [
            say("workflows.too_little", area=area_names(area))
        ]
        told += mine[:1] if len(measurements) > MANY else mine
    return (*told, say("workflows.headline_undated"))


def _of_area(
    area: str, measured: Mapping[str, Measurement], foretold: Mapping[str, ForecastTable | Refusal]
) -> Iterator[Message]:
    productivity, accounts = measured["labour_productivity"], measured["growth_accounting"]
    basis = "person" if any(r.subject == "growth_per_hour" for r in productivity.refusals) else "hour"
    yield from _growth(area, productivity, "productivity_growth", f"headline_per_{basis}")
    yield from _growth(area, accounts, "tfp_growth", "headline_tfp")
    for name, item in foretold.items():
        if isinstance(item, ForecastTable):
            yield outlook_sentence(item, last_observed(name, measured))


def _growth(area: str, measurement: Measurement, prefix: str, subject: str) -> Iterator[Message]:
    means = sorted(span_means(prefix, measurement.estimates), key=lambda e: e.sample.first)
    if not means:
        return
    last = means[-1]
    change = next((e for e in measurement.estimates if e.name == f"{prefix}_change"), None)
    comparison = say("workflows.headline_alone") if change is None else _comparison(change, means[-2])
    thin = [mean for mean in means[-2:] if mean.grade is Grade.D]
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
        thin=_thin(thin[0]) if thin else say("workflows.headline_alone"),
    )


def _thin(mean: Estimate) -> Message:
    """The warning that a sentence owes its reader when it rests on a grade D mean."""
    sample = mean.sample
    return say("workflows.headline_thin", count=sample.observations, first=sample.first, last=sample.last)


def _comparison(change: Estimate, before: Estimate) -> Message:
    """Slower, faster or not to be told apart; only an interval that leaves zero out earns a direction."""
    first, last = before.sample.first, before.sample.last
    if change.low <= 0 <= change.high:
        low, high = 100 * change.low, 100 * change.high
        return say("workflows.headline_unclear", first=first, last=last, low=low, high=high)
    key = "workflows.headline_slower" if change.value < 0 else "workflows.headline_faster"
    ends = sorted((100 * abs(change.low), 100 * abs(change.high)))
    return say(key, points=100 * abs(change.value), first=first, last=last, low=ends[0], high=ends[1])


def last_observed(name: str, measured: Mapping[str, Measurement]) -> float:
    """The last observed value of the series that the outlook `name` forecasts."""
    return float(measured[OUTLOOKS[name].measure].table[OUTLOOKS[name].column].dropna().iloc[-1])


def outlook_sentence(table: ForecastTable, observed: float) -> Message:
    """The middle and the 80 % band as mean yearly growth from the last observed level."""
    last = table.frame.iloc[-1]
    yearly = {
        name: (float(last[name]) / observed) ** (1 / table.horizon) - 1 for name in ("0.1", "0.5", "0.9")
    }
    return say(
        "workflows.outlook",
        area=area_names(table.area),
        last=str(table.frame.index[-1]),
        origin=table.origin,
        middle=unsigned_zero(yearly["0.5"]),
        low=unsigned_zero(yearly["0.1"]),
        high=unsigned_zero(yearly["0.9"]),
    )


def unsigned_zero(value: float, decimals: int = 1) -> float:
    """A fraction without the sign that a zero would otherwise be printed with, at that many decimals of a per cent."""
    return 0.0 if abs(value) < 0.5 * 10.0 ** -(decimals + 2) else value
