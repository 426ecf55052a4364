"""Outlook: the forecasts of a study, made from measured series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.core.period import Period
from longwave.forecast.forecast import forecast
from longwave.forecast.long_run import LongRun, mean_growth
from longwave.forecast.run import FEWEST
from longwave.measure.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which column of which measure's table is forecast."""

    measure: str
    column: str


METHOD = "long_run"
"""Ten years of slow growth: the local level on growth, whose ten-year means held what their bands said in many
countries, where searched ARIMA models pull to the mean of all years (`docs/concepts/long-run-growth.md`)."""

OUTLOOKS: dict[str, Outlook] = {"labour_productivity": Outlook("labour_productivity", "labour_productivity")}


def outlook(
    measured: Mapping[str, Measurement], area: str, *, horizon: int, seed: int, newest: int
) -> dict[str, ForecastTable | Refusal]:
    """Every forecast of one area: a table, or why there is none.

    newest: year of the newest release that the study rests on. A forecast that would end before it foretells
    nothing, and is refused.
    """
    made = {
        name: _forecast(measured[item.measure], name, item, area, horizon, seed)
        for name, item in OUTLOOKS.items()
    }
    return {
        name: item if isinstance(item, Refusal) else _still_ahead(item, newest) for name, item in made.items()
    }


def _still_ahead(table: ForecastTable, newest: int) -> ForecastTable | Refusal:
    last = str(table.frame.index[-1])
    if Period.parse(last).year > newest:
        return table
    reason = say("workflows.forecast_of_the_past", origin=table.origin, last=last, newest=str(newest))
    return Refusal(f"forecast of {table.variable}", reason, say("workflows.newer_figures"))


def _forecast(
    measurement: Measurement, name: str, item: Outlook, area: str, horizon: int, seed: int
) -> ForecastTable | Refusal:
    if item.column not in measurement.table or measurement.table[item.column].dropna().empty:
        return Refusal(f"forecast of {name}", say("workflows.nothing_to_forecast"))
    series = measurement.table[item.column].dropna()
    unit = measurement.units[item.column]
    made = forecast(series, variable=name, area=area, unit=unit, horizon=horizon, method=METHOD, seed=seed)
    if isinstance(made, Refusal) or made.sample.observations >= FEWEST:
        return made
    sample = made.sample
    reason = say(
        "frames.too_short",
        count=sample.observations,
        fewest=FEWEST,
        first=sample.first,
        last=sample.last,
    )
    return Refusal(f"forecast of {name}", reason, say("frames.more_figures"))


YEARS = (5, 10, 20)
"""Spans over which mean growth is foretold: a plan, the horizon of the fan, and a generation of machines."""


def long_run(measured: Mapping[str, Measurement], area: str) -> LongRun | Refusal:
    """Mean growth of labour productivity over the next years, beside rivals, tried on the area's own past."""
    item = OUTLOOKS["labour_productivity"]
    table = measured[item.measure].table
    if item.column not in table or table[item.column].dropna().empty:
        return Refusal("long_run", say("workflows.nothing_to_forecast"))
    found = mean_growth(table[item.column].dropna(), years=YEARS)
    return replace(found, subject="long_run") if isinstance(found, Refusal) else found
