"""The digitalisation domain: its folder holds together, it finds again the curve that a made-up world was drawn from, and
supports lines where they are missing and not where they are there."""

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.real_world import real_world
from tests.policy.domains.told import answers

from longwave.core.area import areas
from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.measure.drivers.broadband_diffusion import measure_broadband
from longwave.policy.conditions import Answer
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.read import find_domain

COUNTRIES = tuple(sorted(code for code, each in areas().items() if not each.aggregate))[:25]
EARLY, LATE, FALLING, RACING = COUNTRIES[2], COUNTRIES[4], COUNTRIES[6], COUNTRIES[8]
"""At a few lines and rising; at its ceiling; losing the few that it had; at many and racing on, without a bend."""
YEARS = range(1998, 2024)
SPEED, CEILING = 0.2, 0.45
OPTIONS = PlanOptions(start=2025, replications=50)


def curve(start, rng, noise=0.02):
    values = [start]
    for _ in YEARS[1:]:
        values.append(values[-1] ** (1 - SPEED) * CEILING**SPEED * np.exp(noise * rng.normal()))
    return np.array(values)


@pytest.fixture(scope="module")
def domain():
    return find_domain("digitalisation")


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(11)
    rows = []

    def add(area, variable, values, unit):
        rows.extend(
            (area, variable, str(year), float(v), unit) for year, v in zip(YEARS, values, strict=True)
        )

    count = len(YEARS)
    for place, area in enumerate(COUNTRIES):
        lines = curve(1e-4 * 2 ** (place % 6), rng)
        if area == EARLY:
            lines = 0.0003 * np.exp(0.15 * np.arange(count) + 0.02 * rng.normal(size=count))
        if area == LATE:
            lines = curve(0.02, rng, noise=0.001)
        if area == FALLING:
            lines = 0.004 * np.exp(-0.02 * np.arange(count)) * (1 + 0.01 * rng.normal(size=count))
        if area == RACING:
            lines = 0.02 + 0.42 * (np.arange(count) / (count - 1)) ** 2
        add(area, "broadband_subscribers", lines, "share of population")
        add(area, "internet_users", np.minimum(0.99, 2 * lines + 0.01), "share of population")
        add(area, "telephone_lines", 0.3 * np.exp(-0.05 * np.arange(count)), "share of population")
        add(area, "population", np.full(count, 10.0), "million persons")
        add(area, "gdp_ppp", np.full(count, 1e5 * (place + 1)), "million USD, constant 2017")
    return Panel.of(
        pd.DataFrame(rows, columns=["area", "variable", "period", "value", "unit"]).assign(source="made_up")
    )


def test_the_folder_holds_together(domain):
    assert {each.name for each in domain.instruments} == {"dig_support", "dig_rollout", "dig_skills"}
    assert len(domain.watch) >= 2
    assert len(domain.evaluations) >= 1
    parts = (*domain.indicators, *domain.instruments, *domain.targets, *domain.model.parameters)
    assert all(each.names.text("zh") != each.names.text("en") for each in parts)
    # Output is shown and never aimed at.
    assert not {"dig_output", "dig_growth"} & {each.name for each in domain.targets}


def test_it_finds_the_speed_of_the_curve(plan_of):
    speed = plan_of(COUNTRIES[0]).parameters["dig_speed"]
    assert speed.grade in (Grade.A, Grade.B)
    assert speed.value == pytest.approx(SPEED, abs=0.02)


def test_lines_are_supported_where_they_are_missing(plan_of):
    plan = plan_of(EARLY)
    design = plan.design
    assert design is not None
    path = design.policy.paths["dig_support"]["optimal"]
    assert path.mean() > 0.01
    assert path.max() <= 0.5 + 1e-9
    ends = {each.name: each.ends for each in design.alternatives}
    assert ends["mix"]["dig_lines"][0] > ends["nothing"]["dig_lines"][0]
    assert {"dig_rollout", "dig_skills"} <= {each.subject for each in plan.refusals}


def test_and_not_where_they_are_there(plan_of):
    plan = plan_of(LATE)
    assert plan.design is not None
    assert plan.design.policy.paths["dig_support"]["optimal"].abs().max() < 0.02
    growth = next(each.frame for each in plan.design.effects if each.name == "dig_growth")
    assert growth["high"].max() < 0.01


def test_the_users_cost_of_a_line_lets_roll_out_in(domain, world):
    plan = plan_for(
        domain,
        world,
        EARLY,
        PlanOptions(start=2025, replications=50, parameters={"dig_line_cost": (10.0, 30.0)}),
    )
    assert plan.design is not None
    assert "dig_rollout" in {each.name for each in plan.design.problem.instruments}
    assert plan.design.policy.paths["dig_rollout"]["optimal"].max() > 0.0


def test_rules(plan_of):
    early = answers(plan_of(EARLY))
    assert early["before_the_bend"] is Answer.YES
    assert early["past_the_bend"] is Answer.NO
    late = answers(plan_of(LATE))
    assert late["before_the_bend"] is not Answer.YES
    assert late["past_the_bend"] is Answer.YES
    assert answers(plan_of(FALLING))["mobile_only"] is Answer.YES


def test_no_ceiling_above_the_highest_that_was_seen_where_the_curve_tells_none(domain, plan_of):
    plan = plan_of(RACING)
    assert plan.design is not None
    frontier = plan.parameters["dig_frontier"]
    now = plan.state.evidence["broadband"].latest.value
    assert (frontier.low, frontier.high) == (pytest.approx(now), 56.0)
    assert np.nanmax(plan.design.without.paths["dig_lines"]) <= 56.0 + 1e-6
    assert np.nanmin(plan.design.without.paths["dig_lines"]) >= now - 1e-6
    assert not plan.design.problem.targets[0].called


def test_where_lines_are_lost_no_recovery_is_foretold(plan_of):
    plan = plan_of(FALLING)
    assert plan.design is not None
    without = plan.design.without.paths["dig_lines"]
    assert np.nanmax(without) <= 100 * 0.005


def test_on_the_real_pack_the_panel_gives_no_growth_to_promise(world_pack):
    """Measured before, 177 countries with both effects: -.64 (.26) points of growth for ten more lines."""
    from linearmodels.panel import PanelOLS

    frame = real_world(world_pack, "broadband_subscribers", "gdp_per_person").frame
    wide = frame.pivot_table(index=["area", "period"], columns="variable", values="value").reset_index()
    wide["year"] = wide["period"].astype(int)
    wide["income"] = np.log(wide["gdp_per_person"])
    before = wide.assign(year=wide["year"] + 1)[["area", "year", "income", "broadband_subscribers"]]
    both = (
        wide[["area", "year", "income"]].merge(before, on=["area", "year"], suffixes=("", "_before")).dropna()
    )
    both = both[both["year"].between(1999, 2019)].set_index(["area", "year"])
    growth = 100 * (both["income"] - both["income_before"])
    regressors = pd.DataFrame({"lines": 10 * both["broadband_subscribers"], "income": both["income_before"]})
    fitted = PanelOLS(growth, regressors, entity_effects=True, time_effects=True).fit(
        cov_type="clustered", cluster_entity=True
    )
    assert fitted.params["lines"] == pytest.approx(-0.64, abs=0.3)
    assert fitted.params["lines"] < 0.0


def test_on_the_real_pack_no_ceiling_is_told_before_the_bend(world_pack):
    world = real_world(world_pack, "broadband_subscribers")
    for area in ("CHN", "IND"):
        found = measure_broadband(world.select(area=area), area)
        assert not found.estimates
        assert "no ceiling is told" in str(found.refusals[-1].reason)
    told = measure_broadband(world.select(area="CHE"), "CHE").estimate("broadband_ceiling")
    assert 0.3 < told.low <= told.value <= told.high < 1.0


def test_the_assumed_ceiling_is_where_the_countries_furthest_ahead_stand(domain, world_pack):
    frame = real_world(world_pack, "broadband_subscribers").frame
    last = 100 * frame.loc[frame["period"] == "2023", "value"]
    frontier = next(each for each in domain.parameters if each.name == "dig_frontier")
    assert frontier.low == pytest.approx(last.quantile(0.75), abs=1.0)
    assert frontier.high == pytest.approx(last.max(), abs=1.0)
