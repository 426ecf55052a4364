"""The median of the default's members."""

from __future__ import annotations

from longwave.forecast.ensemble import MEMBERS, ON_LOGS, Ensemble
from longwave.forecast.method import FORECAST_METHODS

NAME = "median"

FORECAST_METHODS.register(NAME)(Ensemble(MEMBERS, "median", ON_LOGS))
