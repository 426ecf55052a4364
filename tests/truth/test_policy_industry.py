"""The industry domain against numbers that are not ours: multipliers of the Bureau of Economic Analysis's table of 2021
as others have computed them, and Leontief's own accounting."""

import pandas as pd
import pytest
from tests.policy.worlds import panel

from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.evidence import state_of
from longwave.policy.read import find_domain

GIVEN = {
    "ind_content_manufacturing": 0.781, "ind_content_construction": 0.820, "ind_content_information": 0.945,
    "ind_multiplier_manufacturing": 1.839, "ind_multiplier_construction": 1.718, "ind_multiplier_information": 1.66,
    "ind_weight": 18.0, "ind_capital_share": 0.4, "ind_investment": 4.0, "ind_relative": 1.5,
}  # fmt: skip


def run(years, *, room=1.0, parameters=None, **settings):
    """The model from 2000 on, support held from then; ind_room is what it is in 1999."""
    model = find_domain("industry").model
    columns = [each.name for each in (*model.exogenous, *model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1990, 2000 + years)], columns=columns)
    for name, value in GIVEN.items():
        table[name] = value
    table["ind_room"] = room
    for name, value in settings.items():
        table.loc[table.index >= "2000", name] = value
    given = {"ind_fading": 1.0, **(parameters or {})}
    bank = Databank.from_frame(table)
    return solve(model, bank, "2000", str(1999 + years), parameters=given).bank.frame().loc["2000":]


def test_the_multipliers_of_the_table_are_the_published_ones():
    world = panel({("USA", "unemployment_rate"): pd.Series(0.05, index=range(1990, 2025))})
    state = state_of(find_domain("industry"), world, "USA")
    values = {name: each.latest.value for name, each in state.evidence.items()}
    assert values["multiplier_manufacturing"] == pytest.approx(2.294, abs=5e-4)
    assert values["home_multiplier_manufacturing"] == pytest.approx(1.839, abs=5e-4)
    assert values["home_multiplier_construction"] == pytest.approx(1.718, abs=5e-4)


def test_a_multiplier_counts_output_and_not_income():
    path = run(5, ind_demand_manufacturing=1.0).loc["2004"]
    assert path["ind_turnover"] == pytest.approx(1.839)
    assert path["ind_demand_effect"] == pytest.approx(0.781)


def test_at_full_employment_demand_adds_no_jobs():
    path = run(5, room=0.0, ind_demand_manufacturing=1.0, ind_demand_construction=1.0).loc["2004"]
    assert path["ind_turnover"] == pytest.approx(1.839 + 1.718)
    assert path["ind_jobs"] == 0.0
    assert path["ind_value_added"] == 0.0


def test_subsidised_capital_comes_to_the_elasticity_and_must_be_kept_up():
    path = run(200, parameters={"ind_user_cost": 0.7}, ind_subsidy=10.0).loc["2199"]
    assert path["ind_capital_effect"] == pytest.approx(7.0)
    assert path["ind_value_added"] == pytest.approx(0.18 * 0.4 * 7.0)
    assert path["ind_net"] == pytest.approx(0.18 * 0.4 * 7.0 - 0.04 * 7.0)
    assert path["ind_long_run"] == pytest.approx(path["ind_net"])
    assert path["ind_cost"] == pytest.approx(0.4)


def test_nothing_comes_before_its_lag():
    path = run(
        6, parameters={"ind_theta": 1.0}, ind_subsidy=10.0, ind_retraining=0.5, ind_demand_construction=1.0
    )
    assert path.loc["2000", "ind_turnover"] == 0.0 < path.loc["2001", "ind_turnover"]
    assert path.loc["2001", "ind_capital_effect"] == 0.0 < path.loc["2002", "ind_capital_effect"]
    assert path.loc["2002", "ind_moved"] == 0.0 < path.loc["2003", "ind_moved"]


def test_movers_gain_what_their_new_place_makes_more():
    path = run(200, parameters={"ind_theta": 0.5, "ind_rho": 0.5}, ind_retraining=0.0)
    assert path["ind_structural"].iloc[-1] == 0.0
    path = run(4, parameters={"ind_theta": 0.5, "ind_rho": 0.5}, ind_retraining=1.0)
    assert path["ind_moved"].iloc[-1] == pytest.approx(0.5)
    assert path["ind_structural"].iloc[-1] == pytest.approx(0.25)


def test_evenly_spread_demand_is_not_tilted():
    even = {f"ind_demand_{name}": 0.4 for name in ("manufacturing", "construction", "information")}
    path = run(3, **even).loc["2002"]
    assert path["ind_tilt_manufacturing"] == pytest.approx(0.0)
    assert path["ind_tilt_construction"] == pytest.approx(0.0)
    assert run(3, ind_demand_manufacturing=0.9).loc["2002", "ind_tilt_manufacturing"] == pytest.approx(0.6)
