"""The environment domain: its folder holds together, it finds again what a made-up world was drawn from, designs on the
right side within bounds, and on the real pack tells what the figures tell."""

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.real_world import real_world
from tests.policy.domains.told import answers

from longwave.core.area import areas
from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.policy.conditions import Answer, Ground
from longwave.policy.diagnose import diagnose
from longwave.policy.evidence import state_of
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.parameter_evidence import Across, parameters_of
from longwave.policy.read import find_domain

COUNTRIES = tuple(sorted(code for code, each in areas().items() if not each.aggregate))[:16]
CLEANER, STUCK, PLAIN = COUNTRIES[2], COUNTRIES[4], COUNTRIES[6]
"""Its energy gets cleaner fast; its energy gets dirtier; the one that is designed for."""
YEARS = range(1990, 2024)
ELASTICITY = 0.6
OPTIONS = PlanOptions(start=2025, replications=60)


@pytest.fixture(scope="module")
def domain():
    return find_domain("environment")


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(11)
    count, rows = len(YEARS), []
    for place, area in enumerate(COUNTRIES):
        growth = 0.02 + 0.015 * rng.normal(size=count)
        energy = -0.015 + ELASTICITY * growth + 0.006 * rng.normal(size=count)
        drift = {CLEANER: -0.05, STUCK: 0.02}.get(area, -0.005)
        carbon = drift + 0.004 * rng.normal(size=count)
        income = 1e4 * np.exp(0.05 * place + np.cumsum(growth))
        energy, carbon = 2000 * np.exp(np.cumsum(energy)), np.exp(np.cumsum(carbon))
        figures = {
            "gdp_per_person": (income, "USD, constant"),
            "real_gdp_usd": (10.0 * income, "million USD, constant"),
            "gdp_current": (10.0 * income, "million USD, current"),
            "gdp_ppp": (15.0 * income, "million USD, constant 2017"),
            "population": (np.full(count, 10.0), "million persons"),
            "energy_use_per_person": (energy, "kg of oil equivalent per person"),
            "co2_intensity": (0.8 * carbon * energy / income, "kg CO2 per 2021 PPP $ of GDP"),
        }
        rows += [
            (area, name, str(year), float(value), unit)
            for name, (values, unit) in figures.items()
            for year, value in zip(YEARS, values, strict=True)
        ]
    table = pd.DataFrame(rows, columns=["area", "variable", "period", "value", "unit"])
    return Panel.of(table.assign(source="made_up"))


@pytest.fixture(scope="module")
def plan(domain, world, across):
    return plan_for(domain, world, PLAIN, OPTIONS, across=across)


@pytest.fixture(scope="module")
def ambitious(domain, world, across):
    options = PlanOptions(start=2025, replications=60, targets={"env_emissions": 70.0})
    return plan_for(domain, world, PLAIN, options, across=across)


def test_the_folder_holds_together(domain):
    assert {each.name for each in domain.instruments} == {"env_carbon_price", "env_clean", "env_efficiency"}
    assert len(domain.watch) >= 2
    assert len(domain.evaluations) >= 1
    parts = (*domain.indicators, *domain.instruments, *domain.targets, *domain.model.parameters)
    assert all(each.names.text("zh") != each.names.text("en") for each in parts)
    assert all(each.text("zh") and each.text("en") for each in domain.refuses)
    assert not any("Mt" in str(each.unit.text("en")) for each in domain.indicators)


def test_it_finds_the_elasticity_that_the_world_was_drawn_from(plan):
    found = plan.parameters["env_income_elasticity"]
    assert found.grade in (Grade.A, Grade.B)
    assert found.low - 0.05 < ELASTICITY < found.high + 0.05
    assert plan.parameters["env_efficiency_yield"].grade is Grade.D
    assert "env_efficiency" in {each.subject for each in plan.refusals}


def test_rules(domain, world, plan):
    def judged(area):
        ground = Ground(domain, state_of(domain, world, area), world, {})
        return {each.rule.name: each.answer for each in diagnose(ground)}

    cleaner = judged(CLEANER)
    assert cleaner["env_mix_cleaner"] is Answer.YES
    assert cleaner["env_absolute_decoupling"] is Answer.YES
    stuck = judged(STUCK)
    assert stuck["env_mix_stuck"] is Answer.YES
    assert stuck["env_mix_cleaner"] is Answer.NO
    assert stuck["env_out_of_reach"] is Answer.YES
    assert answers(plan)["env_import_exposure"] is Answer.OPEN


def test_a_stated_reduction_calls_for_both_instruments_within_their_bounds(ambitious):
    design = ambitious.design
    assert design is not None
    for each in design.problem.instruments:
        path = design.policy.paths[each.name]["optimal"]
        assert path.min() >= -1e-9
        assert path.max() <= each.high + 1e-9
        assert np.diff(path, prepend=0.0).max() <= each.step + 1e-9
        assert path.iloc[-1] > 1.0
    ends = {each.name: each.ends for each in design.alternatives}
    assert ends["mix"]["env_emissions"][0] < ends["nothing"]["env_emissions"][0] - 5.0
    assert ends["mix"]["env_output"][0] < 0.0
    assert ends["mix"]["env_electricity"][0] < 0.0
    assert {each.name: each.outlay for each in design.alternatives}["only_env_carbon_price"] < 0.0
    assert all(np.isfinite(values).all() for values in design.outcomes.paths.values())


def test_the_index_starts_at_a_hundred_in_the_last_known_year(plan):
    bank = plan.figures.bank
    assert bank.series("env_energy")[str(plan.figures.base)] == 100.0
    assert bank.series("env_carbon")[str(plan.figures.base)] == 100.0


def test_the_users_yield_lets_the_programme_in(domain, world, across):
    options = PlanOptions(
        start=2025, replications=60, targets={"env_emissions": 70.0}, parameters={"env_efficiency_yield": (1.0, 3.0)}
    )  # fmt: skip
    plan = plan_for(domain, world, PLAIN, options, across=across)
    assert plan.design is not None
    assert "env_efficiency" in {each.name for each in plan.design.problem.instruments}


def test_without_carbon_there_is_no_design(domain, world):
    frame = world.frame
    bare = Panel.of(frame[(frame["area"] != PLAIN) | (frame["variable"] != "co2_intensity")])
    plan = plan_for(domain, bare, PLAIN, OPTIONS)
    assert plan.design is None
    assert "env_intensity" in {each.subject for each in plan.refusals}


def test_on_the_real_pack(domain, world_pack):
    """The United States' own elasticity of energy is found, and its last ten years of carbon in energy got cleaner;
    China's emissions fell in no ten years."""
    world = real_world(world_pack, "co2_intensity", "energy_use_per_person", "real_gdp_usd", "gdp_per_person")
    across = Across(domain, world)
    state = state_of(domain, world, "USA")
    found = parameters_of(domain, state, world, across=across)["env_income_elasticity"]
    assert found.grade in (Grade.A, Grade.B)
    assert 0.3 < found.value < 1.3
    assert state.evidence["env_carbon_effect"].latest.high < 0.0
    china = state_of(domain, world, "CHN")
    assert china.evidence["env_best_pace"].latest.value > 0.0
