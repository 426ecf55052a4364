"""What an indicator is worth, beside income on the same observations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.decide.early_warning.evidence import weigh_indicator
from longwave.decide.early_warning.indicators import indicators_of, last_of_year


def test_a_stand_in_for_income_is_not_better_than_income() -> None:
    generator = np.random.default_rng(0)
    income = pd.Series(generator.normal(size=200))
    crisis = pd.Series((generator.random(200) < 1 / (1 + np.exp(2 - 2 * income))).astype(float))
    areas = pd.Series([f"C{n}" for n in range(200)])
    level = income + generator.normal(0, 0.5, 200)
    found = weigh_indicator("level", level, crisis, areas, income=income, resamples=200)
    assert found.auroc.value > 0.7
    assert found.placebo is not None
    assert found.lead is not None
    assert found.lead.value < 0
    assert found.placebo.crises == found.auroc.crises


def test_the_placebo_is_of_the_same_observations() -> None:
    generator = np.random.default_rng(1)
    score = pd.Series(generator.normal(size=100))
    score[:40] = np.nan
    crisis = pd.Series((generator.random(100) < 0.3).astype(float))
    areas = pd.Series([f"C{n}" for n in range(100)])
    found = weigh_indicator(
        "level", score, crisis, areas, income=pd.Series(generator.normal(size=100)), resamples=50
    )
    assert found.placebo is not None
    assert found.placebo.crises + found.placebo.calm == 60


def test_indicators_of_years() -> None:
    ratio = pd.Series([100.0, 110, 121, 133.1, 120], index=["2000", "2001", "2002", "2003", "2005"])
    found = indicators_of(ratio)
    assert found.loc[2003, "change"] == 133.1 - 100
    assert np.isclose(found.loc[2003, "log_change"], 3 * np.log(1.1))
    assert np.isnan(found.loc[2004, "level"])
    assert found.loc[2005, "change"] == 120 - 121
    assert found["gap"].isna().all()


def test_a_year_is_its_last_quarter() -> None:
    ratio = pd.Series([1.0, 2, 3, 4, 5], index=["2000-Q1", "2000-Q2", "2000-Q3", "2000-Q4", "2001-Q1"])
    assert last_of_year(ratio).to_dict() == {2000: 4.0, 2001: 5.0}
