"""The skills domain: its folder holds together, it finds again what a made-up world was drawn from, its model keeps the
books of schooling, and nobody is trained where nothing is wrong."""

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.told import answers
from tests.policy.worlds import COUNTRIES, panel

from longwave.core.estimate import Grade
from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.conditions import Answer
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.read import find_domain
from longwave.policy.verdict import verdict

YEARS = range(1975, 2025)
PERSISTENCE = 0.8
OPTIONS = PlanOptions(start=2026, replications=50)
WELL, IDLE, UNSCHOOLED, SILENT = COUNTRIES[0], COUNTRIES[1], COUNTRIES[2], COUNTRIES[3]
"""At rest and schooled; with unemployment of a fifth; with little schooling; without figures of unemployment but five."""


def country(seed, rest, schooling):
    rng = np.random.default_rng(seed)
    count = len(YEARS)
    distance = np.zeros(count)
    for place in range(1, count):
        distance[place] = PERSISTENCE * distance[place - 1] + 0.08 * rng.normal()
    unemployment = rest * np.exp(distance)
    return {
        "unemployment_rate": unemployment,
        "youth_unemployment_rate": np.minimum(
            0.9, 2.0 * unemployment * np.exp(0.02 * rng.normal(size=count))
        ),
        "human_capital": schooling * (1 + 0.002 * np.arange(count)),
        "labour_share": np.full(count, 0.6),
        "employment": np.full(count, 5.0),
        "population": np.full(count, 10.0),
        "gdp_ppp": np.full(count, 1e5 * (1 + seed % 9)),
    }


@pytest.fixture(scope="module")
def domain():
    return find_domain("skills")


@pytest.fixture(scope="module")
def world():
    odd = {WELL: (0.04, 3.7), IDLE: (0.20, 3.2), UNSCHOOLED: (0.04, 1.5), SILENT: (0.04, 2.0)}
    series = {}
    for place, area in enumerate(COUNTRIES[:28]):
        rest, schooling = odd.get(area, (0.05, 3.0 + 0.05 * (place % 5)))
        for name, values in country(place, rest, schooling).items():
            figures = pd.Series(values, index=YEARS)
            if area == SILENT and "unemployment" in name:
                figures = figures.loc[[2004, 2009, 2014, 2019, 2024]]
            series[area, name] = figures
    return panel(series)


def mean(plan, name):
    return float(plan.design.policy.paths[name]["optimal"].mean())


def run(domain, years, **settings):
    columns = [each.name for each in (*domain.model.exogenous, *domain.model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1990, 2000 + years)], columns=columns)
    table["ski_rest"], table["ski_base"], table["ski_labour_share"], table["ski_workers"] = 5.0, 5.0, 0.6, 0.5
    table["ski_labour_force"] = 0.6
    for name, value in settings.items():
        table.loc[table.index >= "2000", name] = value
    return solve(domain.model, Databank.from_frame(table), "2000", str(1999 + years)).bank.frame()


def test_the_folder_holds_together(domain):
    assert len(domain.watch) >= 2
    assert len(domain.evaluations) >= 1
    parts = (*domain.indicators, *domain.instruments, *domain.targets, *domain.model.parameters)
    assert all(each.names.text("zh") != each.names.text("en") for each in parts)
    assert all(each.text("zh") and each.text("en") for each in domain.refuses)


def test_a_year_of_school_reaches_all_in_a_working_life(domain):
    path = run(domain, 400, ski_schooling=1.0)
    assert (path.loc["2000":"2002", "ski_human_capital"] == 0.0).all()
    assert path["ski_human_capital"].iloc[-1] == pytest.approx(9.5, abs=0.01)
    assert path["ski_long_run"].iloc[-1] == pytest.approx(9.5)
    # One in forty of the workers stays away, at half the mean's worth, at once.
    assert path["ski_absent"].iloc[-1] == pytest.approx(1.25)
    assert path.loc["2003", "ski_output"] < 0.0 < path["ski_output"].iloc[-1]


def test_training_brings_nobody_to_work_inside_two_years(domain):
    path = run(domain, 30, ski_places=1.0)
    assert (path.loc["2000":"2001", "ski_employed"] == 0.0).all()
    assert path.loc["2002", "ski_employed"] == pytest.approx(0.04)
    assert path["ski_employed"].iloc[-1] == pytest.approx(0.4, abs=0.03)
    assert path.loc["2000", "ski_cost"] == pytest.approx(0.01 * 0.6 * 27.5)


def test_places_are_paid_for_by_the_head_of_the_labour_force(plan_of):
    bank = plan_of(IDLE).figures.bank
    row = bank.row(plan_of(IDLE).figures.base)
    workers, force = bank.columns(["ski_workers", "ski_labour_force"], {})[row]
    unemployed = plan_of(IDLE).state.evidence["unemployment_skills"].latest.value
    assert workers == pytest.approx(0.5)
    assert force == pytest.approx(0.5 / (1 - unemployed / 100))


def test_what_no_rule_calls_for_is_not_wanted_unless_the_user_says_so(domain, world, plan_of):
    plan = plan_of(WELL)
    called = {each.name: each.called for each in plan.design.problem.targets}
    assert called == {"ski_structural": False, "ski_long_run": False, "ski_cost": True}
    assert plan.design.problem.targets[0].desired == "ski_rest"
    told = " ".join(str(each) for each in verdict(plan.design))
    assert "Nothing is aimed at for: Unemployment at rest" in told
    assert "more likely than not" not in told
    asked = plan_for(
        domain, world, WELL, PlanOptions(start=2026, replications=50, targets={"ski_long_run": 3.0})
    )
    assert mean(asked, "ski_schooling") > 0.2
    assert next(each for each in asked.design.problem.targets if each.name == "ski_long_run").called


def test_the_gain_of_forty_years_is_not_told_as_that_of_the_plan(plan_of):
    plan = plan_of(UNSCHOOLED)
    told = next(str(each) for each in verdict(plan.design) if "comes after the plan" in str(each))
    there = float(np.median(plan.design.outcomes.paths["ski_human_capital"][:, -1]))
    assert f"{there:.2f} (" in told
    assert there < 0.6 * float(np.median(plan.design.outcomes.paths["ski_long_run"][:, -1]))


def test_it_finds_the_persistence_of_unemployment(plan_of):
    found = plan_of(IDLE).parameters["ski_persistence"]
    assert found.grade in (Grade.A, Grade.B)
    assert found.value == pytest.approx(PERSISTENCE, abs=0.15)


def test_the_unemployed_are_trained_where_there_are_many(plan_of):
    plan = plan_of(IDLE)
    assert answers(plan)["young_outside"] is Answer.YES
    assert mean(plan, "ski_places") > 1.0
    path = plan.design.policy.paths["ski_places"]["optimal"]
    assert path.between(-1e-9, 2.0 + 1e-9).all()
    gain = plan.design.outcomes.paths["ski_employed"][:, -1]
    # Two in a hundred trained every year is far from mending a fifth out of work, and the plan says so.
    assert 0.1 < np.median(gain) < 1.5
    chances = {each.name: each.chances for each in plan.design.alternatives}
    assert chances["mix"]["ski_structural"] < 0.05
    assert (plan.design.outcomes.paths["ski_unemployment"] > 0.0).all()


def test_nobody_is_trained_where_nothing_is_wrong(plan_of):
    plan = plan_of(WELL)
    assert answers(plan)["young_outside"] is Answer.NO
    assert abs(mean(plan, "ski_places")) < 0.05
    assert abs(mean(plan, "ski_schooling")) < 0.02


def test_schooling_where_there_is_little(plan_of):
    plan = plan_of(UNSCHOOLED)
    assert answers(plan)["little_schooling"] is Answer.YES
    assert mean(plan, "ski_schooling") > 0.4
    assert plan.design.policy.paths["ski_schooling"]["optimal"].diff().max() <= 0.25 + 1e-9


def test_without_figures_of_unemployment_no_path_of_it_is_told(plan_of):
    plan = plan_of(SILENT)
    assert plan.parameters["ski_persistence"].grade is Grade.D
    assert plan.design is not None
    assert "ski_unemployment" not in plan.design.outcomes.paths
    assert any("rests where it stands" in note.text("en") for note in plan.figures.notes)


def test_mismatch_is_not_decidable_from_public_figures(plan_of):
    assert answers(plan_of(IDLE))["mismatched"] is Answer.OPEN
    assert "mismatch" in {each.subject for each in plan_of(IDLE).refusals}
