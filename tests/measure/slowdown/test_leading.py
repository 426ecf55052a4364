"""Which series stands for a dimension, and what is taken where it is not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.measure.measurement import Measurement
from longwave.measure.slowdown.leading import SOURCES, leading

YEARS = [str(year) for year in range(1980, 2020)]


def measurement(name: str, dimension: str, **columns: object) -> Measurement:
    table = pd.DataFrame(columns, index=pd.Index(YEARS, name="period"))
    return Measurement(name, dimension, "AAA", table, dict.fromkeys(columns, "x"), sources=("mine",))


def test_total_factor_productivity_comes_first_then_output_per_hour() -> None:
    level = np.exp(0.02 * np.arange(40))
    hour = measurement("labour_productivity", "productivity", labour_productivity=level, per_person=level)
    accounts = measurement("growth_accounting", "productivity", tfp_index=level)
    found = leading({"labour_productivity": hour, "growth_accounting": accounts})["productivity"]
    assert (found.name, found.kind, len(found.values)) == ("tfp_growth", "contribution", 39)
    assert found.values.to_numpy() == pytest.approx(0.02)
    assert found.levels is not None
    assert leading({"labour_productivity": hour})["productivity"].name == "productivity_growth"


def test_a_dimension_without_figures_is_left_out() -> None:
    empty = Measurement("return_on_capital", "returns", "AAA", pd.DataFrame())
    assert leading({"return_on_capital": empty}) == {}


def test_patents_before_a_change_of_coverage_are_left_out() -> None:
    counts = 1000 * np.exp(0.01 * np.arange(40) + 0.01 * np.sin(np.arange(40)))
    counts[15:] *= 2
    found = leading({"innovation": measurement("innovation", "innovation", patent_applications=counts)})
    assert found["innovation"].values.index[0] == 1996
    assert found["innovation"].values.abs().max() < 0.05


def test_human_capital_counts_each_survey_once() -> None:
    found = leading({"skills": measurement("skills", "skills", human_capital=1 + 0.01 * np.arange(40.0))})
    assert found["skills"].step == 5
    assert list(found["skills"].values.index) == [1985, 1990, 1995, 2000, 2005, 2010, 2015]


def test_every_dimension_has_a_source() -> None:
    assert set(SOURCES) == {"productivity", "innovation", "structure", "skills", "returns", "competition"}
