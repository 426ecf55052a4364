"""The sentences of a plan: every one in both languages, with figures that the design holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.policy.worlds import world

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.policy.domain import Domain
from longwave.policy.joint import Joint
from longwave.policy.loop import Plan, PlanOptions, plan_for
from longwave.policy.robustness import BestByDraw, straddles
from longwave.policy.verdict import joint_verdict, mean_cost, path_of, robustness_of, used_in, verdict


def test_the_mix_is_told_with_its_band_and_what_it_takes_away(the_plan: Plan):
    design = the_plan.design
    assert design is not None
    first = str(verdict(design)[0])
    mean = path_of(design, "water").mean()
    assert f"{mean['best']:+.2f}" in first
    assert f"{mean['low']:+.2f} to {mean['high']:+.2f}" in first
    share = 1 - design.policy.loss_after / design.policy.loss_before
    assert f"{share:.0%}" in first
    assert [each.name for each in used_in(design)] == ["water"]


def test_every_sentence_has_both_languages_and_no_hole(the_plan: Plan):
    for sentence in verdict(the_plan.design, the_plan.refusals):
        for lang in ("en", "zh"):
            text = sentence.text(lang)
            assert text
            assert "{" not in text
            assert "nan" not in text


def test_a_target_is_met_or_not_promised(the_garden: Domain):
    def told(desired: float) -> str:
        options = PlanOptions(replications=60, targets={"green": desired, "jobs": -0.35 * desired})
        design = plan_for(the_garden, world({"FRA": -0.4}), "FRA", options).design
        assert design is not None
        return " ".join(str(each) for each in verdict(design))

    assert "Not to be promised for 2030: Green" in told(50.0)
    assert "Held back by: Water" in told(50.0)
    assert "Not to be promised" not in told(0.5)


def test_without_a_design_the_last_reason_is_told():
    reasons = [Refusal("a", say("policy.the_mix")), Refusal("b", say("policy.do_nothing"))]
    (only,) = verdict(None, reasons)
    assert say("policy.do_nothing").text("en") in str(only)
    assert verdict(None) == ()


def test_what_a_mix_costs_is_told(the_plan: Plan):
    design = the_plan.design
    assert design is not None
    cost = mean_cost(design)
    assert cost is not None
    mean = float(path_of(design, "water")["best"].mean())
    assert cost[0] == pytest.approx(mean, rel=1e-6)
    word = "costs" if mean > 0 else "brings in"
    assert any(f"{word} {abs(mean):.2f} % of GDP a year" in str(each) for each in verdict(design))


def test_a_problem_whose_policy_instruments_are_all_left_out_is_named(the_plan: Plan):
    design = the_plan.design
    assert design is not None
    (small,) = the_plan.diagnoses
    assert small.fired
    assert not any("nothing could be designed" in str(s) for s in verdict(design, diagnoses=[small]))
    elsewhere = replace(small, rule=replace(small.rule, calls_for=("wine",)))
    told = " ".join(str(each) for each in verdict(design, diagnoses=[elsewhere]))
    assert "nothing could be designed" in told and "It is small." in told


def test_a_mix_that_takes_next_to_nothing_away_is_none(the_plan: Plan):
    design = the_plan.design
    assert design is not None
    before = design.policy.loss_before
    idle = replace(design, policy=replace(design.policy, loss_after=0.995 * before))
    assert used_in(idle) == ()
    assert "Nothing worth doing" in str(verdict(idle)[0])
    assert not any("0%" in str(each).split("%")[0] for each in verdict(idle)[:1])


def test_a_band_that_holds_no_change_is_no_side(the_plan: Plan):
    design = the_plan.design
    assert design is not None
    wide = design.mix_interval.assign(low=-1.0, high=1.0)
    unsure = replace(design, mix_interval=wide, sure={"water": False})
    assert "hold no change" in str(robustness_of(unsure, "water"))
    best = BestByDraw(wide, np.zeros(1), ())
    assert straddles(best, design.problem.instruments[0])
    assert not straddles(BestByDraw(wide.assign(low=0.1), np.zeros(1), ()), design.problem.instruments[0])


def test_a_domain_that_is_stopped_is_told_before_the_joint_mix(the_plan: Plan):
    (small,) = the_plan.diagnoses
    halted = replace(small, rule=replace(small.rule, stops=True))
    out = replace(the_plan, design=None, diagnoses=(halted,))
    silent = replace(the_plan, design=None)
    joint = Joint((out, the_plan, silent), the_plan.design, pd.DataFrame(), pd.DataFrame(), (), None, (), ())
    told = [str(each) for each in joint_verdict(joint)]
    assert told[0] == "Garden has no part in this mix: It is small."
    assert told[-1] == "Not in this mix, for want of a design: Garden."
