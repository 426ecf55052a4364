"""The sentences of a plan: every one in both languages, with figures that the design holds."""

from __future__ import annotations

from tests.policy.worlds import world

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.policy.domain import Domain
from longwave.policy.loop import Plan, PlanOptions, plan_for
from longwave.policy.verdict import path_of, used_in, verdict


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
