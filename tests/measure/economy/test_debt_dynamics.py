"""Debt dynamics: the identity, what follows from it, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.panel import Panel
from longwave.measure.economy.debt_dynamics import carried_rate, keeping_balance, next_debt, wedge
from longwave.measure.measurement import of_panel

YEARS = np.arange(1990, 2019)


def test_the_debt_a_year_later():
    """Debt 60, interest 4 %, growth 3 %, primary balance -1: 60 * 1.04 / 1.03 + 1 by hand."""
    assert 100 * next_debt(0.60, 0.04, 0.03, -0.01) == pytest.approx(61.582524)
    assert 100 * keeping_balance(0.60, 0.04, 0.03) == pytest.approx(0.582524, abs=1e-6)


rates = st.floats(-0.1, 1.0)


@given(debt=st.floats(0, 5), rate=rates, growth=rates)
def test_the_balance_that_keeps_the_debt_keeps_it(debt, rate, growth):
    kept = keeping_balance(debt, rate, growth)
    assert next_debt(debt, rate, growth, kept) == pytest.approx(debt)


def test_output_cannot_fall_by_all_of_itself():
    with pytest.raises(ValueError, match="all of itself"):
        wedge(0.04, -1.0)


def test_the_rate_carried_needs_five_years():
    rates = pd.Series(np.linspace(0.10, 0.04, 7), index=range(2000, 2007))
    found = carried_rate(rates)
    assert list(found.index) == [2004, 2005, 2006]
    assert found[2006] == pytest.approx(0.07)


def accounts(**changed: np.ndarray | None) -> Panel:
    rng = np.random.default_rng(1)
    columns = {
        "government_debt": 0.6 + 0.005 * (YEARS - 1990),
        "gdp_deflator_inflation": 0.02 + rng.normal(0, 0.004, len(YEARS)),
        "real_gdp_usd": 1e6 * np.exp(np.cumsum(0.015 + rng.normal(0, 0.005, len(YEARS)))),
        "government_revenue": np.full(len(YEARS), 0.40),
        "government_expenditure": np.full(len(YEARS), 0.43),
        "long_term_rate": 0.04 + rng.normal(0, 0.002, len(YEARS)),
    } | changed
    frames = [
        pd.DataFrame({"period": [str(year) for year in YEARS], "value": values}).assign(
            variable=name, area="DEU", unit="million USD, constant" if name == "real_gdp_usd" else "share"
        )
        for name, values in columns.items()
        if values is not None
    ]
    return Panel.of(pd.concat(frames))


def measure(panel: Panel):
    return of_panel()["debt_dynamics"].compute(panel, "DEU")


def test_the_table_adds_up():
    table = measure(accounts()).table
    before = table["debt"].shift()
    moved = before + table["snowball"] - table["primary_balance"] + table["unexplained"]
    np.testing.assert_allclose(moved.dropna(), table["debt"].loc[moved.dropna().index], atol=1e-12)
    interest = table["primary_balance"] - table["balance"]
    expected = table["rate"] * before / (1 + table["nominal_growth"])
    np.testing.assert_allclose(interest.dropna(), expected.dropna(), atol=1e-12)


def test_both_keeping_balances_differ_by_the_interest():
    table = measure(accounts()).table.dropna()
    interest = table["rate"] * table["debt"] / (1 + table["nominal_growth"])
    np.testing.assert_allclose(
        table["primary_balance_keeping_debt"] - table["balance_keeping_debt"], interest, atol=1e-12
    )


def test_what_is_estimated_has_bounds_in_order():
    found = measure(accounts())
    names = [one.name for one in found.estimates]
    assert names == [
        "nominal_growth",
        "balance_keeping_debt",
        "balance_shortfall",
        "unexplained_mean",
        "shortfall_less_unexplained",
        "interest_growth_wedge",
        "primary_balance_keeping_debt",
    ]
    assert all(one.low <= one.value <= one.high for one in found.estimates)
    assert found.estimate("balance_shortfall").value == pytest.approx(
        -0.03 - found.estimate("balance_keeping_debt").value
    )
    assert not found.refusals


def test_without_debt_there_is_nothing_to_say():
    found = measure(accounts(government_debt=None))
    assert found.table.empty
    assert found.refusals[0].subject == "government_debt"


@pytest.mark.parametrize(
    ("missing", "refused"),
    [("government_revenue", "balance_shortfall"), ("long_term_rate", "interest_growth_wedge")],
)
def test_what_is_missing_is_named_and_the_rest_is_told(missing, refused):
    found = measure(accounts(**{missing: None}))
    assert refused in [one.subject for one in found.refusals]
    assert found.estimate("balance_keeping_debt")
    with pytest.raises(KeyError):
        found.estimate(refused)


def test_balances_that_end_long_before_the_debt_are_not_set_against_it():
    old = np.where(YEARS <= 2010, 0.40, np.nan)
    found = measure(accounts(government_revenue=old))
    assert "balance_shortfall" in [one.subject for one in found.refusals]


def test_growth_that_does_not_vary_carries_no_interval():
    flat = accounts(gdp_deflator_inflation=np.full(len(YEARS), 0.02), real_gdp_usd=np.full(len(YEARS), 5.0))
    found = measure(flat)
    assert not found.estimates
    assert "nominal_growth" in [one.subject for one in found.refusals]


def test_debt_below_zero_is_refused():
    assert measure(accounts(government_debt=np.full(len(YEARS), -0.1))).table.empty


def told(found) -> list[str]:
    return [each.key.removeprefix("economy.") for each in found.findings]


def test_a_surplus_that_buys_assets_lowers_no_debt():
    """A surplus of 6 % of GDP and a debt ratio that rises all the same: the rest went into assets, and goes on going."""
    saving = accounts(government_expenditure=np.full(len(YEARS), 0.34))
    found = measure(saving)
    assert found.estimate("balance_shortfall").low > 0
    assert found.estimate("unexplained_mean").value > 0.08
    assert "debt_falls" not in told(found)
    lower = accounts(government_expenditure=np.full(len(YEARS), 0.34), government_debt=_paid_off(0.06))
    assert "debt_falls" in told(measure(lower))


def _paid_off(balance: float) -> np.ndarray:
    """Debt that a balance moves and nothing else (growth of 3.6 % a year on average), with a little noise."""
    noise = np.random.default_rng(5).normal(0, 0.003, len(YEARS))
    debt = [4.0]
    for step in range(1, len(YEARS)):
        debt.append(debt[-1] / 1.036 - balance + noise[step])
    return np.array(debt)


def test_what_the_balance_leaves_unexplained_needs_no_interest_rate():
    with_rate, without = measure(accounts()).table, measure(accounts(long_term_rate=None)).table
    np.testing.assert_allclose(with_rate["unexplained"].dropna(), without["unexplained"].dropna())


@pytest.mark.parametrize("rates", [np.full(len(YEARS), 0.1), np.linspace(0.01, 0.2, len(YEARS))])
def test_rates_at_which_nobody_borrows_stand_in_for_nothing(rates):
    found = measure(accounts(long_term_rate=rates + np.random.default_rng(2).normal(0, 0.001, len(YEARS))))
    assert [one.reason.key for one in found.refusals] == ["economy.rate_unfit"]
    assert "primary_balance" not in found.table and "wedge" not in found.table
    assert not any("interest" in one.name or "primary" in one.name for one in found.estimates)


def test_the_stand_in_decides_nothing():
    """Interest well below growth is told with its doubt, never as what the debt carries."""
    found = measure(accounts(long_term_rate=0.001 + np.random.default_rng(3).normal(0, 0.0005, len(YEARS))))
    assert "rate_stand_in" in told(found)
    assert found.estimate("interest_growth_wedge").grade in ("C", "D")


def test_debt_that_ended_long_ago_is_told_as_old():
    newer = pd.DataFrame({"period": ["2026"], "value": [0.1]}).assign(
        variable="unemployment_rate", area="DEU", unit="share"
    )
    old = measure(Panel.of(pd.concat([accounts().frame, newer])))
    assert told(old)[0] != "debt_level" and old.findings[0].key == "measure.old_figures"
    assert all(one.grade in ("C", "D") for one in old.estimates)
    assert told(measure(accounts()))[0] == "debt_level"
