"""Economies whose figures are odd: every dimension answers or refuses, and one odd area does not take others away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import longwave as lw
from longwave.core.settings import Settings
from longwave.measure.measurement import DIMENSIONS, DRIVERS

YEARS = np.arange(1960, 2020)
VARIABLES = {
    "real_gdp": ("million USD, constant 2017", 500_000.0, 1.0),
    "employment": ("million persons", 10.0, 0.3),
    "hours_per_worker": ("hours", 1800.0, -0.05),
    "capital_services": ("index 2017=1", 1.0, 0.8),
    "human_capital": ("index", 2.0, 0.1),
    "labour_share": ("share of GDP", 0.6, -0.1),
    "return_on_capital": ("share a year", 0.08, -0.3),
    "establishment_entry_rate": ("share a year", 0.12, -0.2),
    "establishment_exit_rate": ("share a year", 0.1, -0.15),
    "patent_applications": ("applications", 9000.0, 1.2),
    "internet_users": ("share of population", 0.4, 0.25),
    "income_gini": ("share", 0.35, 0.06),
    "days_to_start_business": ("days", 30.0, -0.4),
}
"""Unit, level, and how strongly each moves with the economy's shape."""


def shapes() -> dict[str, np.ndarray]:
    """What multiplies a plausible level, by area."""
    steps = np.arange(len(YEARS), dtype=float)
    rng = np.random.default_rng(0)
    wave = np.exp(0.02 * steps + np.cumsum(rng.normal(0, 0.02, len(YEARS))))
    outlier = wave.copy()
    outlier[30] *= 30
    return {
        "Constant": np.ones(len(YEARS)),
        "Exponential": np.exp(0.02 * steps),
        "Straight": 1 + 0.01 * steps,
        "Outlier": outlier,
        "Wandering": wave,
    }


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("odd")
    rows = []
    for area, shape in shapes().items():
        for variable, (unit, level, power) in VARIABLES.items():
            values = level * (shape / shape[30]) ** power
            rows += [(area, year, variable, value, unit) for year, value in zip(YEARS, values, strict=True)]
    table = pd.DataFrame(rows, columns=["area", "year", "variable", "value", "unit"]).assign(is_country=False)
    table.to_csv(home / "odd.csv", index=False)
    settings = Settings(store=home / "store", cache=home / "cache")
    lw.add(home / "odd.csv", settings=settings)
    return settings


@pytest.mark.parametrize("what", [*DIMENSIONS, *DRIVERS, "era", "scorecard", "rising"])
def test_every_dimension_of_odd_economies_answers_or_refuses(what: str, settings: Settings) -> None:
    areas = ("Straight", "Outlier") if what == "era" else tuple(shapes())
    done = lw.take_measure(what, *areas, settings=settings)
    assert set(done.measurements) == set(areas)
    for one in done:
        for estimate in one.estimates:
            assert np.isfinite([estimate.value, estimate.low, estimate.high]).all(), estimate.name
        for lang in ("en", "zh"):
            told = [f.text(lang) for f in one.findings] + [r.reason.text(lang) for r in one.refusals]
            assert not any(word in text.lower().split() for text in told for word in ("nan", "inf"))


def test_the_odd_economies_are_really_measured(settings: Settings) -> None:
    done = lw.take_measure("productivity", *shapes(), settings=settings)
    assert done.measurements["Wandering"]["slow_down_productivity"].datings
    assert done.measurements["Wandering"]["growth_accounting"].estimates
