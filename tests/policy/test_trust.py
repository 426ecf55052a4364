"""What a design may rest on."""

from __future__ import annotations

from pathlib import Path

from tests.policy.worlds import COUNTRIES, garden, world

from longwave.core.panel import Panel
from longwave.policy.domain import Domain
from longwave.policy.evidence import state_of
from longwave.policy.known_part import known_map, known_part, moved_by
from longwave.policy.parameter_evidence import parameters_of
from longwave.policy.trust import Trusted, trusted

FEW = world({"FRA": -0.4}, others=COUNTRIES[:3])


def _trusted(domain: Domain, panel: Panel, area: str) -> Trusted:
    state = state_of(domain, panel, area)
    return trusted(domain, parameters_of(domain, state, panel), area)


def test_a_design_rests_on_what_is_known(the_garden: Domain, the_world: Panel):
    found = _trusted(the_garden, the_world, "FRA")
    assert found.enough
    assert [each.name for each in found.targets] == ["green", "jobs"]
    assert not found.refusals


def test_an_instrument_that_is_not_at_hand_is_left_out_by_name(the_garden: Domain):
    found = _trusted(the_garden, world({"USA": -0.4}), "USA")
    assert not found.enough
    assert "there is no tap" in str(found.refusals[0].reason)


def test_an_unknown_parameter_takes_its_target_out(the_garden: Domain):
    found = _trusted(the_garden, world({"FRA": 0.0}, noise=0.2), "FRA")
    assert [each.name for each in found.targets] == ["green"]
    assert found.enough
    assert found.refusals[0].subject == "jobs"


def test_an_unknown_parameter_takes_out_what_it_moves_though_nobody_says_so(tmp_path: Path):
    told = garden(tmp_path, ('through = ["picking"]', "through = []"))
    found = _trusted(told, world({"FRA": 0.0}, noise=0.2), "FRA")
    assert [each.name for each in found.targets] == ["green"]


def test_a_cost_that_is_not_known_takes_the_instrument_out(tmp_path: Path):
    told = garden(tmp_path, ("cost = 1.0", 'cost = "jobs"'))
    found = _trusted(told, world({"FRA": 0.0}, noise=0.2), "FRA")
    assert not found.enough


def test_more_than_two_numbers_from_the_literature_are_too_thin(tmp_path: Path):
    literature = 'range = [-0.6, -0.2]\nsource = "Nobody (2000)"\nsign = -1'
    told = garden(
        tmp_path, ('equation = "real_gdp"\ncoefficient = "slope"\nsign = -1', literature),
        ('through = ["picking"]', 'through = ["picking", "growing"]'),
    )  # fmt: skip
    found = _trusted(told, FEW, "FRA")
    assert [each.name for each in found.targets] == ["green"]
    assert "more than 2" in str(found.refusals[0].reason)


def test_what_unknown_parameters_move_leaves_the_model_and_the_map(the_garden: Domain):
    assert moved_by(the_garden.model, ["picking"]) == {"jobs"}
    assert moved_by(the_garden.model, ["watering"]) == {"green", "jobs", "garden_output"}
    assert moved_by(the_garden.model, []) == frozenset()
    part = known_part(the_garden.model, ["picking"])
    assert [each.name for each in part.endogenous] == ["green", "garden_output"]
    assert set(known_map(the_garden.map, part)) == {"green"}
    nothing = known_part(the_garden.model, ["watering"])
    assert not nothing.endogenous
    assert "water" not in {each.name for each in nothing.exogenous}
    assert known_part(the_garden.model, []) is the_garden.model
