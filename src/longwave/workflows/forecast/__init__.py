"""Forecasts of series: of the store by name, of a user's file, one by one or many together."""

from longwave.workflows.forecast.make import ForecastOptions, Made, make_forecast

__all__ = ["ForecastOptions", "Made", "make_forecast"]
