"""The digitalisation model against numbers that are not ours: the Gompertz curve in closed form, the growth that Czernich
and others (2011) and Koutroumpis (2009) find, and Bass's (1969) peak."""

import math

import numpy as np
import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.read import find_domain

GIVEN = (
    "dig_support", "dig_rollout", "dig_skills", "dig_ceiling", "dig_told", "dig_start", "dig_pace", "output_elsewhere",
)  # fmt: skip
RATE = {"dig_speed": 0.2, "dig_line_price": 5.0}


def run(start, ceiling, pace, parameters=RATE, years=30, **settings):
    model = find_domain("digitalisation").model
    columns = [*GIVEN, *(each.name for each in model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1990, 2000 + years)], columns=columns)
    table["dig_base"] = table["dig_start"] = start
    table["dig_pace"], table["dig_told"], table["dig_ceiling"] = pace, 1.0, ceiling
    for name, value in settings.items():
        table.loc[table.index >= "2000", name] = value
    solution = solve(model, Databank.from_frame(table), "2000", str(1999 + years), parameters=parameters)
    return solution.bank.frame().loc["2000":]


def test_take_up_follows_gompertz():
    path = run(5.0, 40.0, pace=100.0)["dig_base"]
    years = np.arange(1, len(path) + 1)
    assert path.to_numpy() == pytest.approx(
        40.0 * np.exp(math.log(5.0 / 40.0) * np.exp(-0.2 * years)), rel=0.1
    )
    assert path.to_numpy() == pytest.approx(40.0 * (5.0 / 40.0) ** (0.8**years))


def test_a_far_ceiling_does_not_make_take_up_jump():
    path = run(2.0, 45.0, pace=10.0)["dig_base"]
    assert path.iloc[0] == pytest.approx(2.0 * math.exp(0.10))


def test_a_share_has_its_ceiling_at_a_hundred():
    assert run(60.0, 150.0, pace=30.0)["dig_top"].max() == 100.0


def test_a_saturated_country_gains_nothing():
    path = run(45.0, 45.0, pace=0.5, dig_support=0.5)
    assert path["dig_gain"].abs().max() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("start", "most"), [(5.0, 1.5), (25.0, 0.3)])
def test_growth_for_ten_more_lines_stays_within_what_is_found_at_that_level(start, most):
    domain = find_domain("digitalisation")
    ranges = {each.name: (each.low, each.high) for each in domain.parameters}
    assert ranges["dig_early"] == (0.0, 1.5)
    assert ranges["dig_late"] == (0.0, 0.3)
    path = run(start, 60.0, pace=0.0, parameters=RATE | {"dig_early": 1.5, "dig_late": 0.3}, dig_support=0.5)
    assert (10 * path["dig_growth"] / path["dig_gain"]).iloc[-1] == pytest.approx(most)


def test_of_the_lines_paid_only_those_without_one_are_new():
    path = run(15.0, 60.0, pace=0.0, dig_support=0.5)
    assert path["dig_gain"].iloc[-1] == pytest.approx(0.75 * 100 * 0.5 / 5.0)
