"""The mean of the default's members."""

from __future__ import annotations

from longwave.forecast.ensemble import MEMBERS, ON_LOGS, Ensemble
from longwave.forecast.method import FORECAST_METHODS

NAME = "mean"

FORECAST_METHODS.register(NAME)(Ensemble(MEMBERS, "mean", ON_LOGS))
