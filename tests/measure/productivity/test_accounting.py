import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.panel import Panel
from longwave.measure.productivity.accounting import CONTRIBUTIONS, account, growth_accounts

growths = st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=8)


def levels(growth):
    return pd.Series(100 * np.exp(np.cumsum([0.0, *growth])), index=range(1950, 1951 + len(growth)))


@given(growths, growths, growths, st.floats(0.2, 0.9))
def test_contributions_add_up_to_growth(output, capital, persons, share):
    length = min(map(len, (output, capital, persons)))
    accounts = growth_accounts(
        levels(output[:length]),
        levels(capital[:length]),
        levels(persons[:length]),
        levels([0] * length) * 0 + share,
    )
    total = accounts[list(CONTRIBUTIONS)].fillna(0).sum(axis=1)
    np.testing.assert_allclose(total, accounts["growth_output"], atol=1e-12)


def test_toernqvist_weights_by_hand():
    """Output +10%, capital +4%, persons +2% (logs), labour shares .6 and .7: TFP = 10 - .35 x 4 - .65 x 2 =
    7.3."""
    share = pd.Series([0.6, 0.7], index=[2000, 2001])
    grown = [pd.Series([1.0, np.exp(g)], index=[2000, 2001]) for g in (0.10, 0.04, 0.02)]
    accounts = growth_accounts(*grown, share)
    assert accounts.loc[2001, "growth_tfp"] == pytest.approx(0.073)
    assert accounts.loc[2001, "labour_share"] == pytest.approx(0.65)


def test_years_without_neighbours_are_left_out():
    gapped = levels([0.01] * 6).drop(1953)
    accounts = growth_accounts(gapped, gapped, gapped, gapped * 0 + 0.6)
    assert accounts.index.tolist() == [1951, 1952, 1955, 1956]


def test_inputs_that_never_meet_give_no_accounts():
    early, late = levels([0.01] * 5), levels([0.01] * 5).rename(lambda year: year + 50)
    assert growth_accounts(early, late, early, early * 0 + 0.6, early, early).empty


def test_recovers_known_tfp_and_says_so(economy):
    found = account(economy(), "AAA")
    table = found.table
    np.testing.assert_allclose(table["growth_tfp"], table["tfp_published_growth"], atol=1e-12)
    assert any(one.key == "measure.equals_published" for one in found.findings)
    assert set(table["labour_input"]) == {"hours_human_capital"}
    assert found.units["growth_tfp"] == "share a year"
    assert table.index[0] == "1951"


def test_slow_down_is_found_with_its_interval(economy):
    found = account(economy(), "AAA")
    change = found.estimate("tfp_growth_change")
    assert change.low < -0.015 < change.high < 0
    assert found.estimate("tfp_growth_2005_2019").value == pytest.approx(0.005, abs=0.003)
    assert "is distinguishable from zero" in str(found.findings[0])
    calm = found.estimate("tfp_growth_2005_2019_without_shocks")
    assert calm.sample.observations == 13


def test_means_add_up(economy):
    found = account(economy(), "AAA")
    parts = sum(found.estimate(f"{name}_1974_1995").value for name in CONTRIBUTIONS[:-2])
    parts += found.table["contribution_human_capital"].loc["1974":"1995"].mean()
    parts += found.estimate("tfp_growth_1974_1995").value
    assert parts == pytest.approx(found.estimate("growth_output_1974_1995").value, abs=1e-12)


def test_no_slow_down_is_said_to_be_indistinguishable(economy):
    panel = economy()
    early = panel.frame[panel.frame["period"] < "2005"]
    found = account(Panel(early.reset_index(drop=True)), "AAA")
    assert "not distinguishable from zero" in str(found.findings[0])


def test_without_hours_labour_is_counted_in_persons(economy):
    found = account(economy(drop=("hours_per_worker",)), "AAA")
    assert set(found.table["labour_input"]) == {"persons_human_capital"}
    assert any(one.subject == "contribution_hours" for one in found.refusals)
    assert any("no hours" in str(one) for one in found.findings)
    assert not any(one.key == "measure.equals_published" for one in found.findings)


def test_hours_that_begin_late_are_labelled_year_by_year(economy):
    panel = economy()
    late = ~((panel.frame["variable"] == "hours_per_worker") & (panel.frame["period"] < "1970"))
    found = account(Panel(panel.frame[late].reset_index(drop=True)), "AAA")
    assert found.table.loc["1970", "labour_input"] == "persons_human_capital"
    assert found.table.loc["1971", "labour_input"] == "hours_human_capital"
    assert any(one.key == "measure.equals_where_hours" for one in found.findings)


@pytest.mark.parametrize("variable", ["real_gdp", "capital_services", "employment", "labour_share"])
def test_a_missing_need_is_named(economy, variable):
    found = account(economy(drop=(variable,)), "AAA")
    assert found.table.empty
    assert not found.estimates
    assert [one.subject for one in found.refusals] == [variable]
    assert found.refusals[0].mend is not None


def test_a_share_of_fifty_eight_is_refused(economy):
    panel = economy()
    frame = panel.frame.copy()
    frame.loc[frame["variable"] == "labour_share", "value"] *= 100
    found = account(Panel.of(frame), "AAA")
    assert "between 0 and 1" in str(found.refusals[0].reason)


def test_zero_output_is_refused(economy):
    panel = economy()
    frame = panel.frame.copy()
    frame.loc[(frame["variable"] == "real_gdp") & (frame["period"] == "1990"), "value"] = 0.0
    assert "1990" in str(account(Panel.of(frame), "AAA").refusals[0].reason)


def test_index_ends_at_one_and_covers_the_last_unbroken_run(economy):
    panel = economy()
    whole = panel.frame[(panel.frame["variable"] != "real_gdp") | (panel.frame["period"] != "1980")]
    table = account(Panel(whole.reset_index(drop=True)), "AAA").table
    assert table["tfp_index"].iloc[-1] == 1.0
    assert table.loc[:"1979", "tfp_index"].isna().all()
    assert table.loc["1982":, "tfp_index"].notna().all()


def test_an_absurd_residual_is_commented(economy):
    panel = economy()
    frame = panel.frame.copy()
    rows = frame["variable"] == "real_gdp"
    frame.loc[rows, "value"] *= np.exp(-0.06 * (frame.loc[rows, "period"].astype(int) - 2004).clip(lower=0))
    told = [one for one in account(Panel.of(frame), "AAA").findings if one.key == "measure.absurd_residual"]
    assert len(told) == 1
    assert "2005–2019" in str(told[0])
    assert not [one for one in account(panel, "AAA").findings if one.key == "measure.absurd_residual"]


def test_a_span_too_wild_for_a_mean_leaves_the_level(economy):
    panel = economy()
    frame = panel.frame.copy()
    rows = (frame["variable"] == "real_gdp") & (frame["period"] >= "2005")
    frame.loc[rows, "value"] *= np.exp(np.random.default_rng(0).normal(0, 0.4, int(rows.sum())))
    found = account(Panel.of(frame), "AAA")
    assert any("too variable" in str(one.reason) for one in found.refusals)
    assert found.findings[0].key == "measure.tfp_level"
    assert not any("without_shocks" in one.name for one in found.estimates)
