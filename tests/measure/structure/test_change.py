import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.structure.change import EMPLOYMENT, SECTORS, measure_structure, yearly_speed


def shares(rows, first=1990):
    return pd.DataFrame(rows, columns=list("abc"), index=range(first, first + len(rows)))


def moving(years, seed=0, names=SECTORS, sum_to=1.0):
    rng = np.random.default_rng(seed)
    farms = np.clip(0.4 - 0.008 * np.arange(len(years)) + rng.normal(0, 0.003, len(years)), 0.01, None)
    industry = 0.25 + rng.normal(0, 0.003, len(years))
    columns = (farms, industry, 1 - farms - industry)
    return {
        name: dict(zip(years, sum_to * column, strict=True))
        for name, column in zip(names, columns, strict=True)
    }


def test_speed_of_the_textbook_example():
    """(.3, .3, .4) to (.2, .3, .5) moves a tenth of the economy: norm of absolute values .1."""
    assert yearly_speed(shares([(0.3, 0.3, 0.4), (0.2, 0.3, 0.5)])).tolist() == pytest.approx([0.1])


@given(st.lists(st.tuples(*[st.floats(0.05, 1)] * 3), min_size=2, max_size=6), st.floats(0.5, 2))
def test_speed_is_a_share_and_does_not_know_the_scale(rows, scale):
    speed = yearly_speed(shares(rows))
    assert ((speed >= 0) & (speed <= 1)).all()
    np.testing.assert_allclose(yearly_speed(shares(rows) * scale), speed, atol=1e-12)


def test_two_halves_and_employment(panel_of):
    years = range(1970, 2020)
    found = measure_structure(panel_of(moving(years) | moving(years, 1, EMPLOYMENT)), "AAA")
    assert {"speed_1971_1994", "speed_1995_2019", "speed_change", "employment_speed_change"} <= {
        one.name for one in found.estimates
    }
    assert found.measure == "structural_change"
    assert found.estimate("speed_change").sample.observations == 49
    assert "employment" in str(found.findings[2])


def test_taxes_on_products_may_be_missing_from_the_sum(panel_of):
    found = measure_structure(panel_of(moving(range(1970, 2020), sum_to=0.88)), "AAA")
    assert found.table["shares_sum"].iloc[0] == pytest.approx(0.88)
    assert found.estimates


@pytest.mark.parametrize("sum_to", [0.5, 1.3, 100.0])
def test_shares_that_do_not_add_up_are_refused(panel_of, sum_to):
    found = measure_structure(panel_of(moving(range(1970, 2020), sum_to=sum_to)), "AAA")
    assert found.table.empty
    assert "do not add up" in str(found.refusals[0].reason)


def test_a_bad_year_is_left_out_and_named(panel_of):
    series = moving(range(1970, 2020))
    series["services_share"][1999] = 0.0
    found = measure_structure(panel_of(series), "AAA")
    assert any("1999" in str(one.reason) for one in found.refusals)
    assert np.isnan(found.table.loc["1999", "speed"])
    assert np.isnan(found.table.loc["2000", "speed"])


def test_a_missing_sector_is_named(panel_of):
    series = moving(range(1970, 2020))
    del series["industry_share"]
    found = measure_structure(panel_of(series), "AAA")
    assert [one.subject for one in found.refusals] == ["industry_share", "employment_speed"]
    assert "services' share of employment" in str(found.refusals[1].reason)
