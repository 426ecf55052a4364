"""Figures that an authority has announced: in force from their year on, known only once announced, and none made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policy.worlds import write_garden

from longwave.core.area import areas
from longwave.core.errors import BadInput
from longwave.policy.conditions import Answer
from longwave.policy.domain import Domain
from longwave.policy.evidence import state_of
from longwave.policy.loop import PlanOptions, plan_for
from longwave.policy.read import find_domain, read_domain

TABLE = "area,since,value,source\nFRA,1990,3,Somebody (1990)\nFRA,2020,4,Somebody (2020)\n"
AIM = """[[indicator]]
name = "aim"
title = { en = "Aim", zh = "目标" }
unit = "%"
published = "aims.csv"

[[rule]]
name = "small\""""
AIMED = (
    ('[[rule]]\nname = "small"', AIM),
    ("[map]", '[map]\naimed = { is = "aim", over = "last" }'),
    ("desired = 4.0", 'desired = "aimed"'),
)


def _garden(folder: Path, table: str = TABLE, *edits: tuple[str, str]) -> Domain:
    from tests.policy.worlds import MODEL

    model = MODEL.replace("exogenous\n", 'exogenous\n  aimed "Aim" "目标" [%],\n', 1)
    write_garden(folder, *AIMED, *edits, model=model)
    (folder / "aims.csv").write_text(table, "utf-8")
    return read_domain(folder, "garden")


def test_what_was_announced_is_in_force_until_the_next(tmp_path: Path, the_world):
    found = state_of(_garden(tmp_path), the_world, "FRA").evidence["aim"]
    assert (found.values.index[0], found.values[2019], found.values[2020]) == (1990, 3.0, 4.0)
    assert found.latest.value == 4.0 and "Somebody (2020)" in str(found.latest.method)


def test_an_announcement_is_known_no_sooner_than_it_was_made(tmp_path: Path, the_world):
    domain = _garden(tmp_path, TABLE.replace("2020", "2027"))
    assert state_of(domain, the_world, "FRA").evidence["aim"].latest.value == 3.0
    assert state_of(domain, the_world, "FRA", known=2027).evidence["aim"].latest.value == 4.0
    early = _garden(tmp_path / "early", "FRA,2027,4,Somebody\n")
    assert "none is made up" in str(state_of(early, the_world, "FRA").refusals["aim"].reason)


def test_an_announcement_makes_no_figure_look_old(tmp_path: Path, the_world):
    state = state_of(_garden(tmp_path), the_world, "FRA", known=2040)
    assert state.evidence["aim"].year == 2040 and state.newest == 2024


def test_a_target_aims_at_what_was_announced_and_the_users_own_wins(tmp_path: Path, the_world):
    domain = _garden(tmp_path)
    plan = plan_for(domain, the_world, "FRA", PlanOptions(replications=40))
    assert plan.design is not None
    assert plan.design.outcomes.paths["aimed"][0, -1] == 4.0
    own = plan_for(domain, the_world, "FRA", PlanOptions(replications=40, targets={"green": 1.0}))
    assert own.design is not None and own.design.problem.targets[0].desired == 1.0


def test_without_an_announcement_nothing_is_aimed_at_unless_the_user_says_where(tmp_path: Path, the_world):
    domain = _garden(tmp_path, TABLE.replace("FRA", "DEU"))
    plan = plan_for(domain, the_world, "FRA", PlanOptions(replications=40))
    assert "green" not in {each.name for each in plan.trusted.targets}
    (left,) = [each for each in plan.refusals if each.subject == "green"]
    assert "--target" in str(left.mend)
    own = plan_for(domain, the_world, "FRA", PlanOptions(replications=40, targets={"green": 1.0}))
    assert "green" in {each.name for each in own.trusted.targets} and own.design is not None


def test_what_serves_a_target_that_is_left_out_is_not_moved(tmp_path: Path, the_world):
    serves = ('through = ["watering"]', 'through = ["watering"]\nserves = "green"')
    domain = _garden(tmp_path, TABLE.replace("FRA", "DEU"), serves)
    plan = plan_for(domain, the_world, "FRA", PlanOptions(replications=40))
    assert plan.design is None and not plan.trusted.instruments
    assert any("is not moved" in str(each.reason) for each in plan.refusals)
    there = _garden(tmp_path / "there", TABLE, serves)
    assert plan_for(there, the_world, "FRA", PlanOptions(replications=40)).design is not None


@pytest.mark.parametrize(
    "table",
    [
        "FRA,1990\n", "XXX,1990,3,Somebody\n", "FRA,90,3,Somebody\n", "FRA,1990,nan,Somebody\n", "FRA,1990,3,\n",
        "FRA,2020,3,Somebody\nFRA,1990,4,Somebody\n",
    ],
)  # fmt: skip
def test_a_table_that_does_not_hold_together_is_refused(tmp_path: Path, table: str):
    with pytest.raises(BadInput, match="published"):
        _garden(tmp_path, table)


def test_a_table_is_looked_for_in_the_folder_only(tmp_path: Path):
    with pytest.raises(BadInput, match="published"):
        _garden(tmp_path / "a", TABLE, ('published = "aims.csv"', 'published = "../aims.csv"'))


def test_the_inflation_targets_of_central_banks():
    """Federal Reserve (January 2012) 2 %, Banco de México (2003) 3 %, Bank Indonesia 2.5 % from 2024 and 3 % before,
    South Africa 3 % from November 2025, middle of 3 to 6 % before."""
    table = find_domain("macro").indicator("inflation_aim").published
    assert table is not None
    last = {area: rows[-1].value for area, rows in table.items()}
    known = {"USA": 2.0, "FRA": 2.0, "JPN": 2.0, "GBR": 2.0, "MEX": 3.0, "POL": 2.5, "BRA": 3.0, "IND": 4.0}
    assert {area: last[area] for area in known} == known
    assert [(each.since, each.value) for each in table["IDN"]][-2:] == [(2020, 3.0), (2024, 2.5)]
    assert [(each.since, each.value) for each in table["ZAF"]] == [(2000, 4.5), (2025, 3.0)]
    assert set(table) <= set(areas())
    assert all(0.0 < each.value <= 8.0 for rows in table.values() for each in rows)


def test_the_rule_of_a_target_is_open_where_none_is_on_record(tmp_path: Path, the_world):
    rule = '[{ indicator = "size", is = "below", value = 10.0 }]'
    beside = '[{ indicator = "size", is = "more_than_other", other = "aim", value = 1.0 }]'
    domain = _garden(tmp_path, TABLE.replace("FRA", "DEU"), (rule, beside))
    (only,) = plan_for(domain, the_world, "FRA", PlanOptions(replications=40)).diagnoses
    assert only.answer is Answer.OPEN
