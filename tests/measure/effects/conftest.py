"""A made-up world of countries in which it is known what drives growth."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel


def rows(variable, frame, unit):
    long = frame.rename_axis("period").reset_index().melt("period", var_name="area", value_name="value")
    return long.assign(variable=variable, unit=unit, source="made_up")


@pytest.fixture(scope="session")
def world() -> Callable[..., Panel]:
    """Real GDP, employment, research intensity and human capital of countries, 1960-2019.

    effect: growth a year for one more unit of a standardised research state in the year before; reverse: how
    much growth moves it.
    """

    def make(countries=60, effect=0.0, reverse=0.0, seed=1, first=1960, last=2019) -> Panel:
        rng = np.random.default_rng(seed)
        years = range(first, last + 1)
        areas = [f"C{place:03d}" for place in range(countries)]
        level = rng.normal(10, 1, countries)
        state, skill = rng.normal(0, 1, countries), rng.normal(0, 1, countries)
        own = rng.normal(0, 1, countries)
        output, research, human = {}, {}, {}
        for year in years:
            growth = 0.02 + 0.01 * np.sin(year) + effect * state + rng.normal(0, 0.015, countries)
            level = level + growth
            state = 0.95 * state + 0.3 * rng.normal(0, 1, countries) + reverse * (growth - 0.02)
            skill = 0.97 * skill + 0.2 * rng.normal(0, 1, countries)
            output[year], research[year] = np.exp(level), 0.02 + 0.001 * (state + own)
            human[year] = np.exp(0.8 + 0.05 * skill)
        frames = [
            rows("real_gdp", pd.DataFrame(output, index=areas).T, "million USD, constant 2017"),
            rows("employment", pd.DataFrame(1.0, index=list(years), columns=areas), "million persons"),
            rows("rd_intensity", pd.DataFrame(research, index=areas).T, "share of GDP"),
            rows("human_capital", pd.DataFrame(human, index=areas).T, "index"),
        ]
        return Panel.of(pd.concat(frames))

    return make
