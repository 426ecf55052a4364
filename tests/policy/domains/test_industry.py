"""The industry domain: its folder holds together, a country without a table gets a diagnosis and no design, support goes
where hands are idle, and nothing is spent where nothing is wrong."""

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.told import answers
from tests.policy.worlds import COUNTRIES, panel

from longwave.core.estimate import Grade
from longwave.policy.conditions import Answer
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.parameter_evidence import parameters_of
from longwave.policy.read import find_domain
from longwave.policy.trust import trusted

YEARS = range(1980, 2025)
PERSISTENCE = 0.5
OPTIONS = PlanOptions(start=2026, replications=50)
UNITS = {"industry_employment_share": "share of employment", "unemployment_rate": "share of labour force"}


def country(seed, slump, fall):
    """slump: percentage points by which unemployment ends above its usual rate; fall: of productivity a year, log."""
    rng = np.random.default_rng(seed)
    count = len(YEARS)
    steps = np.zeros(count)
    for place in range(1, count):
        steps[place] = PERSISTENCE * steps[place - 1] + 0.003 * rng.normal()
    unemployment = 0.06 + 0.002 * rng.normal(size=count)
    unemployment[-2:] += slump / 100
    figures = {
        "unemployment_rate": unemployment,
        "industry_share": np.full(count, 0.25),
        "industry_employment_share": 0.25 + np.cumsum(steps),
        "labour_share": np.full(count, 0.6),
        "investment_share": np.full(count, 0.2),
        "tfp_published": np.exp(-fall * np.arange(count) + 0.001 * rng.normal(size=count)),
        "gdp_ppp": np.full(count, 1e5),
        "population": np.full(count, 10.0),
    }
    return {name: pd.Series(values, index=YEARS) for name, values in figures.items()}


def world(slump=0.0, fall=0.0):
    series = {("USA", name): each for name, each in country(1, slump, fall).items()}
    for place, area in enumerate([code for code in COUNTRIES if code != "USA"][:11]):
        series |= {(area, name): each for name, each in country(50 + place, 0.0, 0.0).items()}
    return panel(series, UNITS)


@pytest.fixture(scope="module")
def domain():
    return find_domain("industry")


@pytest.fixture(scope="module")
def slump(domain):
    return plan_for(domain, world(slump=4.0), "USA", OPTIONS)


@pytest.fixture(scope="module")
def calm(domain):
    return plan_for(domain, world(), "USA", OPTIONS)


def means(plan):
    return {
        each.name: float(plan.design.policy.paths[each.name]["optimal"].mean())
        for each in plan.design.problem.instruments
    }


def test_the_folder_holds_together(domain):
    assert len(domain.watch) >= 2
    assert len(domain.evaluations) >= 1
    parts = (*domain.indicators, *domain.instruments, *domain.targets, *domain.model.parameters)
    assert all(each.names.text("zh") != each.names.text("en") for each in parts)
    assert all(each.text("zh") and each.text("en") for each in domain.refuses)


def test_a_country_without_a_table_gets_a_diagnosis_and_no_design(domain):
    area = next(code for code in COUNTRIES if code != "USA")
    plan = plan_for(domain, world(), area, OPTIONS)
    assert plan.design is None
    assert plan.diagnoses
    reason = next(each for each in plan.refusals if each.subject == "industry").reason.text("en")
    assert "input-output table" in reason


def test_it_finds_the_persistence_of_movement(calm):
    found = calm.parameters["ind_rho"]
    assert found.grade in (Grade.A, Grade.B)
    assert found.low < PERSISTENCE < found.high


def test_retraining_waits_for_the_users_number(domain, calm):
    assert calm.parameters["ind_theta"].grade is Grade.D
    assert "ind_retraining" in {each.subject for each in calm.refusals}
    made = world()
    found = parameters_of(domain, calm.state, made, {"ind_theta": (0.2, 1.0)})
    assert "ind_retraining" in {each.name for each in trusted(domain, found, "USA").instruments}


def test_where_nothing_is_wrong_nothing_is_spent(calm):
    assert answers(calm)["idle_hands"] is Answer.NO
    assert all(abs(mean) < 0.05 for name, mean in means(calm).items() if name != "ind_subsidy")
    assert means(calm)["ind_subsidy"] < 1.0


def test_demand_goes_where_hands_are_idle_and_is_spread(slump):
    assert answers(slump)["idle_hands"] is Answer.YES
    paths = {
        name: slump.design.policy.paths[f"ind_demand_{name}"]["optimal"]
        for name in ("manufacturing", "construction", "information")
    }
    first = {name: float(path["2026"]) for name, path in paths.items()}
    assert min(first.values()) > 0.02
    # More to where more of the value stays, and never all of it.
    assert first["information"] > first["construction"] > first["manufacturing"]
    assert first["information"] < 0.7 * sum(first.values())
    # Hands do not stay idle for ever, and demand goes with them.
    assert paths["information"]["2033"] < 0.3 * first["information"]


def test_falling_productivity_calls_for_capital(domain):
    plan = plan_for(domain, world(fall=0.005), "USA", OPTIONS)
    subsidy = means(plan)["ind_subsidy"]
    assert subsidy > 3.0
    path = plan.design.policy.paths["ind_subsidy"]["optimal"]
    assert path.between(-1e-9, 20.0 + 1e-9).all()
    ends = {each.name: each.ends for each in plan.design.alternatives}
    assert ends["mix"]["ind_long_run"][0] > 0.1


def test_manufacturing_is_a_key_sector_of_the_one_table(calm):
    assert answers(calm)["key_sector"] is Answer.YES
    assert answers(calm)["misallocation"] is Answer.OPEN
