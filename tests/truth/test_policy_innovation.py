"""The innovation model against numbers that are not ours: ideas production of Bloom, Jones, Van Reenen and Webb (2020,
beta 3.07) and user-cost elasticities of the literature (.15, 1, 2.6)."""

import math

import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.read import find_domain

GIVEN = (
    "inn_credit", "inn_grants", "inn_education", "inn_rd_base", "inn_business_share", "output_elsewhere",
)  # fmt: skip


def run(years, parameters, **settings):
    model = find_domain("innovation").model
    columns = [*GIVEN, *(each.name for each in model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1980, 2000 + years)], columns=columns)
    table["inn_rd_base"], table["inn_business_share"] = 2.0, 1.0
    for name, value in settings.items():
        table.loc[table.index >= "2000", name] = value
    solution = solve(model, Databank.from_frame(table), "2000", str(1999 + years), parameters=parameters)
    return solution.bank.frame()


IDEAS = {"inn_ideas": 1 / 3.07, "inn_beta": 3.07, "inn_growth": 1.0, "inn_additional": 1.0}
TENTH_MORE = 2.0 * math.log(1.1)  # of GDP in grants: effort of 2 % of GDP goes up by a tenth


def test_ten_per_cent_more_research_raises_productivity_by_three_in_the_long_run():
    path = run(400, IDEAS, inn_grants=TENTH_MORE)
    assert path["inn_effort"].iloc[-1] == pytest.approx(100 * math.log(1.1))
    assert math.exp(path["inn_tfp"].iloc[-1] / 100) == pytest.approx(1.1 ** (1 / 3.07), abs=1e-5)
    assert pytest.approx(1.03153, abs=1e-5) == 1.1 ** (1 / 3.07)


def test_half_of_it_comes_in_twenty_three_years_at_growth_of_one_per_cent():
    path = run(400, IDEAS, inn_grants=TENTH_MORE)["inn_tfp"]
    whole = path.iloc[-1]
    # Effort is whole after three years, and acts five years later.
    years = next(place for place, value in enumerate(path.loc["2007":]) if value >= whole / 2)
    assert years in (22, 23)


def test_nothing_reaches_productivity_inside_five_years():
    path = run(12, IDEAS, inn_grants=TENTH_MORE, inn_credit=10.0)["inn_tfp"]
    assert (path.loc["2000":"2005"] == 0.0).all()
    assert path.loc["2007"] > 0.0


@pytest.mark.parametrize(("elasticity", "more"), [(0.15, 1.6), (1.0, 11.1), (2.6, 31.5)])
def test_research_ten_per_cent_cheaper(elasticity, more):
    path = run(200, {"inn_user_cost": elasticity}, inn_credit=10.0)["inn_business"]
    assert 100 * (math.exp(path.iloc[-1] / 100) - 1) == pytest.approx(more, abs=0.05)


def test_a_credit_is_paid_on_all_research():
    path = run(5, {}, inn_credit=10.0)
    assert path["inn_cost"].loc["2000"] == pytest.approx(0.2)
    assert path["inn_cost"].iloc[-1] > 0.2
