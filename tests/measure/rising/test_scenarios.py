import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.estimate import Grade
from longwave.measure.rising.scenarios import (
    SCENARIOS,
    hours_saved,
    hulten_gain,
    measure_language_model_scenarios,
)

part = st.floats(0, 1)


def made(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "soc": ["11-1011", "47-2031"],
            "exposure": [0.5, 0.1],
            "employment": [100.0, 300.0],
            "wage": [90.0, 30.0],
        }
    )
    return table.assign(**columns)


@given(part, part, part, part)
def test_the_product_is_a_fraction_and_no_larger_than_any_part(
    a: float, b: float, c: float, d: float
) -> None:
    gain = hulten_gain(a, b, c, d)
    assert 0 <= gain <= min(a, b, c, d) + 1e-15
    assert hours_saved(a, b, c) >= gain - 1e-15


def test_shares_of_pay_and_of_hours() -> None:
    found = measure_language_model_scenarios(made())
    own = found.table.loc["own_table"]
    assert own["exposed_pay"] == pytest.approx(0.3)
    assert own["exposed_hours"] == pytest.approx(0.2)
    assert own["productivity"] == pytest.approx(0.3 * 0.23 * 0.27 * 0.535)
    assert list(found.table.index) == list(SCENARIOS)
    assert all(one.low <= one.value <= one.high for one in found.estimates)
    assert {one.grade for one in found.estimates} == {Grade.D}
    assert (
        found.table.loc["slow", "productivity"]
        < own["productivity"]
        < found.table.loc["fast", "productivity"]
    )
    assert all(each.text("zh") and each.text("en") for each in found.findings)


def test_a_result_can_be_made_again() -> None:
    one, other = (measure_language_model_scenarios(made()).table for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_the_tables_own_range_widens_the_outcome() -> None:
    narrow = measure_language_model_scenarios(made()).estimate("productivity_own_table")
    wide = measure_language_model_scenarios(made(exposure_low=0.05, exposure_high=0.9)).estimate(
        "productivity_own_table"
    )
    assert wide.low < narrow.low
    assert wide.high > narrow.high


def test_without_wages_jobs_stand_for_pay() -> None:
    found = measure_language_model_scenarios(made().drop(columns="wage"))
    own = found.table.loc["own_table"]
    assert own["exposed_pay"] == own["exposed_hours"]
    assert "20% of employment is in exposed tasks" in str(found.findings[0])
    assert "of pay" not in str(found.findings[0])
    assert "30% of pay is in exposed tasks" in str(measure_language_model_scenarios(made()).findings[0])


def test_what_others_published_is_told_with_what_it_is_of() -> None:
    told = str(measure_language_model_scenarios(made()).findings[2])
    assert "Briggs and Kodnani (2023) 7.0% of world GDP" in told
    assert "Acemoglu (2024) 0.7% of total factor productivity" in told


def test_bad_tables_are_refused_in_a_sentence() -> None:
    cases = {
        "rising.no_occupations": made(exposure=np.nan),
        "rising.exposure_outside": made(exposure=[1.5, 0.1]),
        "rising.negative_employment": made(employment=[-1.0, 300.0]),
    }
    for key, table in cases.items():
        assert measure_language_model_scenarios(table).refusals[0].reason.key == key
    with pytest.raises(ValueError, match="fraction"):
        hulten_gain(1.2, 0.5, 0.5, 0.5)
