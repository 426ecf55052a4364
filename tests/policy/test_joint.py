"""Two small domains under one budget: how they are joined, what binds, and what cannot be joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.policy.worlds import DOMAIN, ESTIMATES, MODEL, garden, world

from longwave.core.errors import UsageError
from longwave.policy.domain import Domain
from longwave.policy.joint import Joint, joint_plan, stakes_of
from longwave.policy.loop import Plan, PlanOptions, plan_for
from longwave.policy.read import read_domain

KNOWN = {"growing": (0.5, 0.5), "watering": (1.0, 1.0)}


def _orchard(folder: Path, *, output: str = "0*apple_green", reads: str = "") -> Domain:
    """The garden again under names of its own; reads: a term in its first equation."""
    folder.mkdir()
    model = MODEL.replace("model garden", "model orchard").replace(
        "garden_output = 0*green", f"garden_output = {output}"
    )
    model = model.replace("watering*water", f"watering*water{reads}")
    for name in ("green", "jobs", "water", "growing", "watering", "picking", "garden_output"):
        model = _renamed(model, name)
    text = DOMAIN
    for name in ("green", "jobs", "water", "growing", "watering", "picking"):
        text = _renamed(text, name)
    (folder / "domain.toml").write_text(text, "utf-8")
    (folder / "model.lw").write_text(model, "utf-8")
    (folder / "estimates.lw").write_text(ESTIMATES, "utf-8")
    return read_domain(folder, "orchard")


def _renamed(text: str, name: str) -> str:
    import re

    return re.sub(rf"(?<![\w]){name}(?!\w)", f"apple_{name}", text)


def _plans(tmp_path: Path, options: PlanOptions, **orchard: str) -> list[Plan]:
    figures = world({"FRA": -0.4})
    parts = []
    for domain in (garden(tmp_path / "garden"), _orchard(tmp_path / "orchard", **orchard)):
        prefix = "" if domain.name == "garden" else "apple_"
        known = {prefix + name: bounds for name, bounds in KNOWN.items()}
        own = PlanOptions(budget=options.budget, replications=options.replications, parameters=known)
        parts.append(plan_for(domain, figures, "FRA", own))
    return parts


def _joint(tmp_path: Path, budget: float | None, **orchard: str) -> Joint:
    options = PlanOptions(budget=budget, replications=40)
    return joint_plan(_plans(tmp_path, options, **orchard), options)


def test_two_domains_that_share_nothing_do_what_each_does_alone(tmp_path: Path):
    found = _joint(tmp_path, None)
    assert found.design is not None
    assert found.shadow_price is None
    assert list(found.uses.index) == ["water", "apple_water"]
    assert found.uses["together"].to_numpy(float) == pytest.approx(
        found.uses["alone"].to_numpy(float), abs=1e-5
    )
    assert found.moves.loc["garden", "apple_green"] == pytest.approx(0.0, abs=1e-9)
    assert abs(found.moves.loc["garden", "green"]) > 0.1


def test_one_budget_binds_both_and_its_price_is_the_slope_of_the_loss(tmp_path: Path):
    found = _joint(tmp_path, 1.0)
    assert found.design is not None
    paths = found.design.policy.paths
    spent = paths["water"]["optimal"] + paths["apple_water"]["optimal"]
    assert spent.max() <= 1.0 + 1e-7
    assert found.shadow_price is not None
    assert found.shadow_price > 0.0
    assert paths["water"]["optimal"].to_numpy() == pytest.approx(
        paths["apple_water"]["optimal"].to_numpy(), abs=1e-4
    )


def test_what_one_adds_to_output_reaches_the_other(tmp_path: Path):
    found = _joint(tmp_path, None, output="0.5*green", reads=" + 0.3*output_elsewhere")
    assert found.design is not None
    model = found.design.problem.model
    (link,) = [each for each in model.equations if each.name == "output_elsewhere_orchard"]
    assert link.variable == "output_elsewhere_orchard"
    names = {each.name for each in model.endogenous}
    assert {"outlay", "outlay_garden", "outlay_orchard", "garden_output", "apple_garden_output"} <= names


def test_who_gains_and_loses_follows_the_side_that_is_used(tmp_path: Path):
    plans = _plans(tmp_path, PlanOptions(replications=40))
    assert plans[0].design is not None
    (stake,) = stakes_of(plans[0], plans[0].design)
    assert (stake.group, stake.sign, stake.reversed) == ("farmers", 1, False)


def test_one_name_for_two_things_is_told(tmp_path: Path):
    figures = world({"FRA": -0.4})
    options = PlanOptions(replications=40)
    one = plan_for(garden(tmp_path / "one"), figures, "FRA", options)
    with pytest.raises(UsageError, match="green"):
        joint_plan([one, one], options)


def test_fewer_than_two_designs_leave_each_to_itself(tmp_path: Path):
    options = PlanOptions(replications=40)
    barred = plan_for(garden(tmp_path / "one"), world({"USA": -0.4}), "USA", options)
    found = joint_plan([barred], options)
    assert found.design is None
    assert found.refusals
    assert found.plans == (barred,)
    assert np.asarray(found.uses).size == 0
