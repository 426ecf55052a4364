"""The innovation domain: its folder holds together, it finds again what a made-up world was drawn from, and on the real
pack it refuses what policy on ideas cannot know."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.real_world import real_world
from tests.policy.domains.told import answers

from longwave.core.area import areas
from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.policy.conditions import Answer
from longwave.policy.evidence import State
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.parameter_evidence import Across, parameters_of
from longwave.policy.read import find_domain
from longwave.policy.trust import trusted
from longwave.policy.verdict import used_in

COUNTRIES = tuple(sorted(code for code, each in areas().items() if not each.aggregate))[:22]
POOR, STUCK = COUNTRIES[3], COUNTRIES[5]
"""Spends next to nothing on research; its productivity falls."""
YEARS = range(1980, 2023)
PERSISTENCE, GROWTH = 0.85, 0.012
OPTIONS = PlanOptions(start=2024, horizon=12, replications=50)


@pytest.fixture(scope="module")
def domain():
    return find_domain("innovation")


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(7)
    rows = []

    def add(area, variable, values, unit):
        rows.extend(
            (area, variable, str(year), float(v), unit) for year, v in zip(YEARS, values, strict=True)
        )

    for place, area in enumerate(COUNTRIES):
        count = len(YEARS)
        income = 5e3 * np.exp(0.1 * place) * np.exp(0.02 * np.arange(count))
        people = np.full(count, 10.0)
        level = np.log(0.012 + 0.0008 * place)
        log_rd = np.empty(count)
        log_rd[0] = level + 0.2 * rng.normal()
        for step in range(1, count):
            log_rd[step] = (1 - PERSISTENCE) * level + PERSISTENCE * log_rd[step - 1] + 0.05 * rng.normal()
        if area == POOR:
            log_rd += np.log(0.05)
        growth = (-GROWTH if area == STUCK else GROWTH) + 0.006 * rng.normal(size=count)
        add(area, "rd_intensity", np.exp(log_rd), "share of GDP")
        add(area, "tfp_published", np.exp(np.cumsum(growth)), "index")
        add(area, "tfp_level", np.full(count, 0.4 + 0.025 * place), "index USA=1")
        add(area, "population", people, "million persons")
        add(area, "gdp_ppp", income * people, "million USD, constant 2017")
        add(area, "real_gdp", income * people, "million USD, constant")
        add(area, "real_gdp_usd", income * people, "million USD, constant")
    return Panel.of(
        pd.DataFrame(rows, columns=["area", "variable", "period", "value", "unit"]).assign(source="made_up")
    )


def test_the_folder_holds_together(domain):
    assert {each.name for each in domain.instruments} == {"inn_credit", "inn_grants", "inn_education"}
    assert len(domain.watch) >= 2
    assert len(domain.evaluations) >= 1
    parts = (*domain.indicators, *domain.instruments, *domain.targets, *domain.model.parameters)
    assert all(each.names.text("zh") != each.names.text("en") for each in parts)
    assert all(each.text("zh") and each.text("en") for each in domain.refuses)


def test_it_finds_what_the_world_was_drawn_from(plan_of):
    plan = plan_of(COUNTRIES[-1])
    growth, persistence = plan.parameters["inn_growth"], plan.parameters["inn_persistence"]
    assert growth.grade is Grade.A
    assert growth.low < 100 * GROWTH < growth.high
    assert persistence.grade is Grade.B
    assert persistence.value == pytest.approx(PERSISTENCE, abs=0.06)
    assert plan.parameters["inn_user_cost"].grade is Grade.C


def test_nothing_is_spent_where_no_rule_calls_for_it(plan_of):
    plan = plan_of(COUNTRIES[-1])
    assert not {each.rule.name for each in plan.problems} & set(plan.domain.target("inn_effort").when)
    assert plan.design is not None
    assert used_in(plan.design) == ()


def test_a_design_that_was_asked_for_spends_within_its_bounds_and_raises_effort(domain, world):
    options = replace(OPTIONS, targets={"inn_effort": 10.0, "inn_tfp": 1.0})
    plan = plan_for(domain, world, COUNTRIES[-1], options)
    design = plan.design
    assert design is not None
    for each in design.problem.instruments:
        path = design.policy.paths[each.name]["optimal"]
        assert path.min() >= -1e-9
        assert path.max() <= each.high + 1e-9
    ends = {each.name: each.ends for each in design.alternatives}
    assert ends["mix"]["inn_effort"][0] > ends["nothing"]["inn_effort"][0] + 1.0
    assert ends["mix"]["inn_tfp"][0] > 0.0
    assert ends["mix"]["inn_cost"][0] > 0.0
    assert "inn_education" in {each.subject for each in plan.refusals}


def test_where_productivity_falls_nothing_is_designed_on_it(plan_of):
    plan = plan_of(STUCK)
    assert plan.parameters["inn_growth"].grade is Grade.D
    assert "inn_tfp" in {each.subject for each in plan.refusals}
    assert plan.design is not None
    assert "inn_tfp" not in {each.name for each in plan.design.problem.targets}


def test_rules(plan_of):
    poor = answers(plan_of(POOR))
    assert poor["under_investment"] is Answer.YES
    assert poor["adopt_first"] is Answer.YES
    assert poor["business_retreats"] is Answer.OPEN
    rich = answers(plan_of(COUNTRIES[-1]))
    assert rich["under_investment"] is Answer.NO
    assert rich["adopt_first"] is Answer.NO


def test_without_research_figures_there_is_no_design(domain, world):
    bare = Panel.of(world.frame[(world.frame["area"] != POOR) | (world.frame["variable"] != "rd_intensity")])
    plan = plan_for(domain, bare, POOR, OPTIONS)
    assert plan.design is None
    assert "rd" in {each.subject for each in plan.refusals}


def test_on_the_real_pack_ideas_are_refused_where_productivity_does_not_grow(domain, world_pack):
    """Measured before: productivity of the United Kingdom, France and Italy does not grow clearly, that of the United
    States does; a country's research intensity keeps .8 of itself from year to year with both effects."""
    world = real_world(world_pack, "rd_intensity", "tfp_published", "tfp_level", "real_gdp_usd")
    across = Across(domain, world)
    found = {
        area: parameters_of(domain, State(area, {}, {}), world, across=across)
        for area in ("USA", "GBR", "FRA", "ITA")
    }
    assert found["USA"]["inn_growth"].grade is Grade.A
    assert found["USA"]["inn_persistence"].value == pytest.approx(0.82, abs=0.05)
    assert "inn_tfp" in {each.name for each in trusted(domain, found["USA"], "USA").targets}
    for area in ("GBR", "FRA", "ITA"):
        assert "inn_tfp" in {each.subject for each in trusted(domain, found[area], area).refusals}
