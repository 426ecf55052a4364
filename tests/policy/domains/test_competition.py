"""The competition domain: its folder holds together; it designs on easier entry where a made-up world shows that entry
matters, and stops at a diagnosis where the world, or the real one, does not."""

import numpy as np
import pandas as pd
import pytest
from tests.policy.domains.told import answers
from tests.policy.worlds import COUNTRIES, panel

from longwave.core.area import areas
from longwave.core.estimate import Grade
from longwave.core.panel import Panel
from longwave.macro.databank import Databank
from longwave.macro.solve import solve
from longwave.policy.conditions import Answer
from longwave.policy.evidence import state_of
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.parameter_evidence import Across, parameters_of
from longwave.policy.read import find_domain

YEARS = range(2003, 2025)
EFFECT, CONVERGENCE = 0.04, 0.08
SLOW, QUICK = COUNTRIES[0], COUNTRIES[1]
OPTIONS = PlanOptions(start=2026, replications=50)


def world(effect):
    """Growth falls by `effect` points for each log point of days the year before, and with the level."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=len(YEARS))
    series = {}
    for place, area in enumerate(COUNTRIES[:35]):
        # Log days wander round their country's mean: a reform here, a relapse there.
        days = np.log({SLOW: 150.0, QUICK: 5.0}.get(area, 20.0)) + np.cumsum(
            0.25 * rng.normal(size=len(YEARS))
        )
        if area in (SLOW, QUICK):
            days += np.log({SLOW: 150.0, QUICK: 5.0}[area]) - days[-1]
        level = np.empty(len(YEARS))
        level[0] = 100 * np.log(30_000) + 20 * rng.normal()
        for step in range(1, len(YEARS)):
            growth = 1.0 + place % 3 + common[step] + rng.normal()
            growth -= effect * 100 * (days[step - 1] - np.log(20)) / 1.0
            growth -= CONVERGENCE * (level[step - 1] - 100 * np.log(30_000))
            level[step] = level[step - 1] + growth
        figures = {
            "days_to_start_business": np.exp(days), "gdp_per_person_employed": np.exp(level / 100),
            "population": np.full(len(YEARS), 10.0), "gdp_ppp": np.full(len(YEARS), 3e5 * (1 + place % 7)),
        }  # fmt: skip
        series |= {(area, name): pd.Series(values, index=YEARS) for name, values in figures.items()}
    return panel(series)


@pytest.fixture(scope="module")
def domain():
    return find_domain("competition")


@pytest.fixture(scope="module")
def opened(domain):
    """A world in which easier entry speeds growth."""
    made = world(EFFECT)
    return made, Across(domain, made)


def test_the_folder_holds_together(domain):
    assert len(domain.watch) >= 2
    assert len(domain.evaluations) >= 1
    parts = (*domain.indicators, *domain.instruments, *domain.targets, *domain.model.parameters)
    assert all(each.names.text("zh") != each.names.text("en") for each in parts)
    assert all(each.text("zh") and each.text("en") for each in domain.refuses)


def test_it_finds_the_effect_of_entry_where_there_is_one(domain, opened):
    made, across = opened
    plan = plan_for(domain, made, SLOW, OPTIONS, across=across)
    found = plan.parameters["com_entry_effect"]
    assert found.grade is Grade.B
    assert found.low - 0.005 < EFFECT < found.high + 0.005
    assert answers(plan)["entry_barrier"] is Answer.YES
    path = plan.design.policy.paths["com_ease"]["optimal"]
    assert path.iloc[-1] > 100.0
    assert path.diff().max() <= 40.0 + 1e-9
    assert np.median(plan.design.outcomes.paths["com_output"][:, -1]) > 1.0


def test_who_is_quick_already_is_left_alone(domain, opened):
    made, across = opened
    plan = plan_for(domain, made, QUICK, OPTIONS, across=across)
    assert answers(plan)["entry_barrier"] is Answer.NO
    assert abs(plan.design.policy.paths["com_ease"]["optimal"]).max() < 2.0


def test_without_an_effect_there_is_a_diagnosis_and_no_design(domain):
    made = world(0.0)
    plan = plan_for(domain, made, SLOW, OPTIONS)
    assert plan.parameters["com_entry_effect"].grade is Grade.D
    assert plan.design is None
    assert answers(plan)["entry_barrier"] is Answer.YES
    assert {"com_ease", "com_enforcement", "competition"} <= {each.subject for each in plan.refusals}


def test_mark_ups_wait_for_the_users_number(domain, opened):
    made, across = opened
    plan = plan_for(domain, made, QUICK, OPTIONS, across=across)
    assert "com_enforcement" in {each.subject for each in plan.refusals}
    assert answers(plan)["high_markups"] is Answer.OPEN
    given = PlanOptions(start=2026, replications=50, parameters={"com_markup_effect": (0.1, 0.5)})
    plan = plan_for(domain, made, QUICK, given, across=across)
    assert 0.5 < plan.design.policy.paths["com_enforcement"]["optimal"].iloc[-1] <= 5.0


def test_halving_the_days_lifts_the_level_and_not_growth_for_ever(domain):
    columns = [each.name for each in (*domain.model.exogenous, *domain.model.endogenous)]
    table = pd.DataFrame(0.0, index=[str(year) for year in range(1995, 2400)], columns=columns)
    table["com_days_before"] = 20.0
    table.loc[table.index >= "2000", "com_ease"] = 100 * np.log(2)
    given = {"com_entry_effect": 0.01, "com_convergence": 0.05}
    path = solve(domain.model, Databank.from_frame(table), "2000", "2399", parameters=given).bank.frame()
    assert path["com_days"].iloc[-1] == pytest.approx(10.0)
    assert path.loc["2000", "com_output"] == 0.0
    assert path.loc["2001", "com_entry_growth"] == pytest.approx(0.01 * 100 * np.log(2))
    assert path["com_entry_growth"].iloc[-1] == pytest.approx(0.0, abs=1e-6)
    assert path["com_output"].iloc[-1] == pytest.approx(0.01 / 0.05 * 100 * np.log(2), rel=1e-6)


def test_the_real_panel_shows_no_effect_of_days(domain, world_pack):
    """2004-2019, countries and years held apart: the sign is wrong and the interval holds nought."""
    codes = {
        "IC.REG.DURS.MA": "days_to_start_business",
        "gdpperemployee_us_inflation_adjusted": "gdp_per_person_employed",
    }
    rows = pd.read_parquet(
        world_pack / "panel.parquet", filters=[("variable", "in", list(codes)), ("is_country", "==", True)]
    ).dropna(subset=["value"])
    if rows["variable"].nunique() < 2:
        pytest.skip("the pack's names have changed")
    known = {code for code, each in areas().items() if not each.aggregate}
    table = pd.DataFrame({
        "source": "world", "area": rows["iso3"].astype(str), "variable": rows["variable"].astype(str).map(codes),
        "period": rows["year"].astype(str), "value": rows["value"].astype(float), "unit": "1",
    })  # fmt: skip
    table = table[table["area"].isin(known)].drop_duplicates(["area", "variable", "period"])
    made = Panel.of(table[table["variable"].notna()])
    found = parameters_of(domain, state_of(domain, made, "ZAF"), made)
    assert found["com_entry_effect"].grade is Grade.D
    assert found["com_convergence"].grade is Grade.B
    assert 0.02 < found["com_convergence"].value < 0.12
