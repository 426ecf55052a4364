"""The default: the trimmed mean of six unlike methods; see `longwave.forecast.ensemble`."""

from __future__ import annotations

from longwave.forecast.ensemble import MEMBERS, ON_LOGS, Ensemble
from longwave.forecast.method import FORECAST_METHODS

NAME = "ensemble"

FORECAST_METHODS.register(NAME)(Ensemble(MEMBERS, "trimmed", ON_LOGS))
