"""What is known of an area, indicator by indicator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.policy.worlds import garden, panel

from longwave.core.errors import UnknownSeries
from longwave.core.estimate import Grade, Refusal
from longwave.policy.evidence import PanelShelf, mean_of, series_of, slope_of, state_of
from longwave.policy.read import find_domain

YEARS = np.arange(1980, 2025)


def test_an_indicator_has_its_figures_date_grade_and_sources(the_garden, the_world):
    state = state_of(the_garden, the_world, "FRA")
    size = state.evidence["size"]
    assert (size.year, size.grade, size.sources) == (2024, Grade.A, ("made",))
    assert size.latest.value == size.latest.low == size.latest.high == 5.0
    assert size.mean is not None
    assert size.slope is not None
    assert size.mean.low < size.values.iloc[-5:].mean() < size.mean.high
    assert state.newest == 2024
    assert not state.old("size")


def test_what_cannot_be_said_is_refused_with_its_reason(the_garden, the_world):
    state = state_of(the_garden, the_world, "DEU" if "DEU" not in the_world.areas() else "ZZZ")
    assert not state.evidence
    assert set(state.refusals) == {"size", "people"}
    assert all(isinstance(each, Refusal) and str(each.reason) for each in state.refusals.values())
    assert state.newest == 0


def test_the_first_alternative_that_gives_figures_is_taken(tmp_path: Path):
    told = garden(
        tmp_path,
        (
            'is = "real_gdp"',
            'is = ["real_gdp + population", { is = "real_gdp", en = "people do not count", zh = "不计" }]',
        ),
    )  # fmt: skip
    apart = panel(
        {
            ("FRA", "real_gdp"): pd.Series(2.0, index=YEARS),
            ("FRA", "population"): pd.Series([1.0], index=[1950]),
        }
    )
    found = state_of(told, apart, "FRA").evidence["size"]
    assert found.latest.value == 2.0
    assert found.assumed[0].en == "people do not count"
    both = panel(
        {
            ("FRA", "real_gdp"): pd.Series(2.0, index=YEARS),
            ("FRA", "population"): pd.Series([1.0], index=[1990]),
        }
    )
    assert state_of(told, both, "FRA").evidence["size"].latest.value == 3.0
    neither = panel({("FRA", "population"): pd.Series([1.0], index=[1990])})
    assert "size" in state_of(told, neither, "FRA").refusals


def test_a_series_of_one_or_of_equal_figures_has_no_slope_and_no_mean():
    one = pd.Series([1.0], index=[2020])
    assert mean_of(one) is None
    assert slope_of(one) is None
    flat = pd.Series(3.0, index=YEARS)
    assert mean_of(flat) is None or mean_of(flat).value == 3.0
    assert slope_of(flat) is None or slope_of(flat).value == pytest.approx(0.0)


def test_a_shelf_knows_what_it_has(the_world):
    shelf = PanelShelf(the_world.select(area="FRA"), "FRA", {"made_up": pd.Series([1.0], index=[2000])})
    assert shelf.look("made_up") is None
    assert shelf.values("made_up").index[0] == "2000"
    assert shelf.look("real_gdp") is None
    refusal = shelf.look("no_such_thing")
    assert isinstance(refusal, UnknownSeries)
    with pytest.raises(UnknownSeries):
        shelf.values("no_such_thing")


def test_a_measured_indicator_brings_its_band():
    generator = np.random.default_rng(0)
    output = pd.Series(100 * np.exp(np.cumsum(0.02 + 0.02 * generator.normal(size=len(YEARS)))), index=YEARS)
    made = panel({("FRA", "real_gdp_usd"): output}, {"real_gdp_usd": "million 2015 USD"})
    macro = find_domain("macro")
    found = state_of(macro, made, "FRA").evidence["gap"]
    assert found.low is not None
    assert found.latest.low < found.latest.value < found.latest.high
    assert series_of(macro.indicator("gap"), made, "FRA") is None
    now = series_of(macro.indicator("gap_now"), made, "FRA")
    assert now is not None
    both = pd.concat([found.values, now], axis=1).dropna()
    assert np.corrcoef(both.to_numpy().T)[0, 1] > 0.85
