"""Outlook: the forecasts of a study, made from measured series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.forecast.forecast import forecast
from longwave.measure.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which column of which measure's table is forecast."""

    measure: str
    column: str


OUTLOOKS: dict[str, Outlook] = {"labour_productivity": Outlook("labour_productivity", "labour_productivity")}


def outlook(
    measured: Mapping[str, Measurement], area: str, *, horizon: int, seed: int
) -> dict[str, ForecastTable | Refusal]:
    """Every forecast of one area: a table, or why there is none."""
    return {
        name: _forecast(measured[item.measure], name, item, area, horizon, seed)
        for name, item in OUTLOOKS.items()
    }


def _forecast(
    measurement: Measurement, name: str, item: Outlook, area: str, horizon: int, seed: int
) -> ForecastTable | Refusal:
    if item.column not in measurement.table or measurement.table[item.column].dropna().empty:
        return Refusal(f"forecast of {name}", say("workflows.nothing_to_forecast"))
    series = measurement.table[item.column].dropna()
    unit = measurement.units[item.column]
    return forecast(series, variable=name, area=area, unit=unit, horizon=horizon, seed=seed)
