"""Small made-up economies whose true growth is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from longwave.core.panel import Panel

UNITS = {
    "real_gdp": "million 2017 US$",
    "employment": "million persons",
    "hours_per_worker": "hours",
    "human_capital": "index",
    "capital_services": "2017=1",
    "tfp_published": "2017=1",
    "labour_share": "share of GDP",
    "return_on_capital": "share a year",
}


def long(variable: str, values: dict[int, float], **columns: str) -> pd.DataFrame:
    """Rows of one series of the area AAA."""
    rows = pd.DataFrame({"period": [str(year) for year in values], "value": list(values.values())})
    return rows.assign(
        **{"variable": variable, "area": "AAA", "unit": UNITS.get(variable, "share"), **columns}
    )


@pytest.fixture
def economy() -> Callable[..., Panel]:
    """A panel of AAA, 1950-2019: TFP grows 2% a year to 2004 and 0.5% after, with small noise; drop= leaves
    variables out."""

    def make(drop: tuple[str, ...] = (), seed: int = 7) -> Panel:
        rng = np.random.default_rng(seed)
        years = np.arange(1950, 2020)
        tfp = np.where(years < 2005, 0.02, 0.005) + rng.normal(0, 0.004, len(years))
        capital = 0.03 + rng.normal(0, 0.004, len(years))
        persons = 0.01 + rng.normal(0, 0.004, len(years))
        hours = -0.002 + rng.normal(0, 0.002, len(years))
        schooling = np.full(len(years), 0.005)
        share = 0.6 + 0.02 * np.sin(years / 9)
        weight = (share[1:] + share[:-1]) / 2
        output = (1 - weight) * capital[1:] + weight * (persons + hours + schooling)[1:] + tfp[1:]
        grown = {
            "real_gdp": 1e5 * np.exp(np.cumsum(np.append(0, output))),
            "capital_services": np.exp(np.cumsum(np.append(0, capital[1:]))),
            "employment": 20 * np.exp(np.cumsum(np.append(0, persons[1:]))),
            "hours_per_worker": 2000 * np.exp(np.cumsum(np.append(0, hours[1:]))),
            "human_capital": 2 * np.exp(np.cumsum(np.append(0, schooling[1:]))),
            "tfp_published": np.exp(np.cumsum(np.append(0, tfp[1:]))),
            "labour_share": share,
        }
        frames = [
            long(name, dict(zip(years, values, strict=True)))
            for name, values in grown.items()
            if name not in drop
        ]
        return Panel.of(pd.concat(frames))

    return make


@pytest.fixture
def panel_of() -> Callable[..., Panel]:
    """A panel of AAA from series given as year -> value; rows= adds columns to every row."""

    def make(series: dict[str, dict[int, float]], **columns: str) -> Panel:
        return Panel.of(pd.concat([long(name, values, **columns) for name, values in series.items()]))

    return make
