"""The environment model against numbers that are not ours: the elasticities of energy demand of the literature (long run
.5 to .8, short run .2 to .3: Labandeira, Labeaga and Lopez-Otero 2017), and calculus: the cost of abatement is the
area under the curve of marginal cost, and a tax stops abatement where the last tonne costs the tax."""

import math

import numpy as np
import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.read import find_domain

WEIGHT, BILL = 0.3, 7.2
HUNDRED = ("env_energy", "env_carbon", "env_goal")


def run(years=10, parameters=None, **settings):
    model = find_domain("environment").model
    columns = [each.name for each in (*model.exogenous, *model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1999, 2000 + years)], columns=columns)
    table[list(HUNDRED)] = 100.0
    table["env_weight"], table["env_doublings"] = WEIGHT, 0.0
    for name, value in settings.items():
        table.loc[table.index >= "2000", name] = value
    values = {"env_energy_bill": BILL, **(parameters or {})}
    return (
        solve(model, Databank.from_frame(table), "2000", str(1999 + years), parameters=values)
        .bank.frame()
        .loc["2000":]
    )


def test_without_policy_emissions_follow_the_trends_of_their_factors():
    path = run(env_energy_trend=1.0, env_carbon_trend=-3.0)
    assert path["env_emissions"].iloc[-1] == pytest.approx(100 * math.exp(-0.2))
    assert (path["env_output"].abs() < 1e-12).all()


def test_emissions_are_energy_times_the_carbon_in_it():
    path = run(env_carbon_price=80.0, env_clean=7.0, env_energy_trend=2.0, env_carbon_trend=-1.0)
    identity = path["env_energy"] * path["env_carbon"] / 100
    assert np.allclose(path["env_emissions"], identity)
    without = run(env_energy_trend=2.0, env_carbon_trend=-1.0)
    ratio = 100 * np.log(path["env_emissions"] / without["env_emissions"])
    assert np.allclose(ratio, path["env_emissions_effect"])


@pytest.mark.parametrize(("long", "short"), [(0.5, 0.2), (0.8, 0.3)])
def test_answers_to_price_keep_both_ranges_of_the_literature(long, short):
    """Five per cent on the energy price: the first year, and the long run."""
    price = 0.05 * 10 * BILL / WEIGHT
    path = run(80, {"env_price_elasticity": long}, env_carbon_price=price)["env_price_effect"]
    rise = 100 * math.log(1.05)
    assert path.iloc[-1] / rise == pytest.approx(-long, rel=1e-6)
    assert path.iloc[0] / rise == pytest.approx(-short, abs=0.01)


def test_a_price_is_the_marginal_cost_of_the_last_tonne():
    """m1 A + m2 A^2 is the curve's expansion: exact for small prices, to second order for large ones."""
    for price, within in ((1.0, 1e-4), (100.0, 0.08)):
        end = run(120, env_carbon_price=price).iloc[-1]
        abated = end["env_saving_part"]
        marginal = end["env_m1"] * abated + end["env_m2"] * abated**2
        assert marginal == pytest.approx(price, rel=within)


def test_cost_is_the_area_under_the_curve():
    end = run(120, env_carbon_price=60.0).iloc[-1]
    grid = np.linspace(0.0, end["env_saving_part"], 20_001)
    curve = end["env_m1"] * grid + end["env_m2"] * grid**2
    # US$ a tonne times per cent of emissions, times kg per US$ over a thousand: per cent of output.
    assert end["env_saving_cost"] == pytest.approx(WEIGHT / 1000 * np.trapezoid(curve, grid), rel=1e-6)
    assert end["env_output"] == pytest.approx(-end["env_saving_cost"])


def test_revenue_is_price_times_what_is_still_emitted():
    end = run(env_carbon_price=50.0).iloc[-1]
    left = math.exp(end["env_emissions_effect"] / 100)
    assert end["env_revenue"] == pytest.approx(50.0 * WEIGHT / 1000 * 100 * left)
    assert end["env_price_outlay"] == -end["env_revenue"]


def test_clean_energy_gets_cheaper_by_the_learning_rate_with_each_doubling():
    early, late = run(1, env_clean=10.0), run(1, env_clean=10.0, env_doubling_pace=1.0)
    ratio = late["env_clean_cost"].iloc[0] / early["env_clean_cost"].iloc[0]
    assert ratio == pytest.approx(1 - 0.226)


def test_cleaner_energy_softens_what_a_carbon_price_does_to_the_price_of_energy():
    dirty, clean = run(env_carbon_price=100.0), run(env_carbon_price=100.0, env_clean=20.0)
    assert (clean["env_price_ratio"] < dirty["env_price_ratio"]).all()
    assert (clean["env_emissions"] < dirty["env_emissions"]).all()
