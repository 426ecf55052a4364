import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.dating import DatingState
from longwave.measure.skills.premium import (
    fieller_of_inverse,
    measure_skill_premium,
    skill_premium,
    trend_r2,
)

YEARS = np.arange(1960, 2010)


def made(answer: float = -0.7, kink: float = 0.0, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    supply = np.cumsum(0.03 + 0.02 * np.sin(YEARS / 4) + rng.normal(0, 0.01, len(YEARS)))
    trend = 0.02 * (YEARS - 1960) + kink * np.maximum(YEARS - 1985, 0)
    wage = 0.3 + trend + answer * supply + rng.normal(0, 0.01, len(YEARS))
    return pd.DataFrame(
        {
            "period": [str(year) for year in YEARS],
            "relative_wage": np.exp(wage),
            "relative_supply": np.exp(supply),
        }
    )


def test_a_known_answer_comes_back() -> None:
    found = measure_skill_premium(made())
    answer = found.estimate("answer_to_supply")
    assert answer.low <= -0.7 <= answer.high
    sigma = found.estimate("elasticity_of_substitution")
    assert sigma.low <= 1 / 0.7 <= sigma.high
    assert sigma.low == pytest.approx(-1 / answer.low)
    assert [each.state for each in found.datings] == [DatingState.NO_BREAK]
    assert all(each.text("zh") for each in found.findings)


def test_a_kink_of_demand_is_dated() -> None:
    found = measure_skill_premium(made(kink=0.03))
    passed = [each for each in found.datings if each.state is DatingState.PASSED]
    assert passed
    assert any(1982 <= int(each.period or 0) <= 1988 for each in passed)


def test_without_an_answer_the_elasticity_is_refused() -> None:
    found = measure_skill_premium(made(answer=0.0))
    assert "elasticity_of_substitution" in [each.subject for each in found.refusals]
    assert "skills.premium_no_answer" in [each.key for each in found.findings]


def test_quarters_and_years_have_one_trend_a_year() -> None:
    yearly = made()
    wage, supply = (np.log(yearly[name].to_numpy()) for name in ("relative_wage", "relative_supply"))
    one = skill_premium(wage, supply, YEARS.astype(float), YEARS)
    other = skill_premium(wage, supply, YEARS / 4, YEARS)
    assert other.trend.value == pytest.approx(4 * one.trend.value)
    assert other.answer.value == pytest.approx(one.answer.value)


@given(low=st.floats(0.1, 5), width=st.floats(0.01, 5))
def test_fieller_is_the_inverse_of_the_interval(low: float, width: float) -> None:
    found = fieller_of_inverse(low, low + width)
    assert found is not None
    assert found == pytest.approx((1 / (low + width), 1 / low))
    assert fieller_of_inverse(-width, low) is None


def test_bad_tables_are_refused_in_a_sentence() -> None:
    whole = made()
    straight = np.exp(0.02 * np.arange(len(whole)))
    cases = {
        "skills.few_periods": whole.head(10),
        "skills.supply_is_trend": whole.assign(relative_supply=straight),
        "skills.constant": whole.assign(relative_wage=1.5),
        "skills.not_above_zero": whole.assign(relative_wage=[-1.0, *whole["relative_wage"][1:]]),
        "skills.no_rows": whole.assign(relative_wage=np.nan),
        "skills.exact_fit": whole.assign(relative_wage=whole["relative_supply"] ** -0.5),
    }
    for key, table in cases.items():
        found = measure_skill_premium(table)
        assert found.refusals[0].reason.key == key
        assert not found.estimates
    assert trend_r2(np.zeros(20), np.arange(20.0)) == 1.0
    with pytest.raises(ValueError, match="fifteen"):
        skill_premium(np.zeros(5), np.zeros(5), np.arange(5.0), np.arange(5))
