"""An autoregression of growth in per cent: `growth_autoregression` on logarithms. Wants values above zero."""

from __future__ import annotations

from longwave.forecast.method import FORECAST_METHODS
from longwave.forecast.methods.growth_autoregression import GrowthAutoregression

NAME = "log_growth_autoregression"

FORECAST_METHODS.register(NAME)(GrowthAutoregression(log=True))
