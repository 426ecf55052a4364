"""What ``longwave policy`` prints: the answer first, then what it rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from longwave.cli.output import Output
from longwave.core.message import Message, Names, say
from longwave.policy.conditions import Answer
from longwave.policy.verdict import joint_verdict, path_of, robustness_of, used_in, verdict
from longwave.policy.wording import band, banded, bare, signed

if TYPE_CHECKING:
    from longwave.policy.design import Design
    from longwave.policy.diagnose import Diagnosis
    from longwave.policy.loop import Plan
    from longwave.workflows.policy.case import CaseFound
    from longwave.workflows.policy.run import Policy


def policy(output: Output, made: Policy) -> None:
    """Every plan, and the joint mix before them where there is one."""
    if made.joint is not None and made.joint.design is not None:
        output.line(say("policy_told.joint", area=made.area_names))
        for sentence in joint_verdict(made.joint):
            output.line(f"  > {sentence.text(output.lang)}")
        _mix(output, made.joint.design)
        if made.joint.shadow_price is not None:
            output.line(say("policy_told.shadow_price", price=made.joint.shadow_price))
        output.line()
    for plan in made.plans.values():
        _plan(output, plan, made.area_names, brief=made.joint is not None)
    if made.joint is not None:
        _refusals(output, [each.reason for each in made.joint.refusals])


def _plan(output: Output, plan: Plan, area: Names, *, brief: bool) -> None:
    output.line(say("policy_told.title", domain=plan.domain.names, area=area))
    problems = plan.problems
    for each in problems:
        _found(output, "!", each)
    if not problems:
        key = "policy_told.no_trouble" if plan.strengths else "policy_told.no_problem"
        output.line(f"  {say(key).text(output.lang)}")
    for each in plan.strengths:
        _found(output, "·", each)
    _open(output, plan)
    for sentence in verdict(plan.design, plan.refusals, plan.diagnoses):
        output.line(f"  > {sentence.text(output.lang)}")
    if not brief:
        _evidence(output, plan)
    if plan.design is not None:
        _mix(output, plan.design)
        if not brief:
            _outcome(output, plan.design)
    _refusals(output, [each.reason for each in plan.refusals])
    output.line()


def _found(output: Output, mark: str, each: Diagnosis) -> None:
    """What a rule found, and under it the figures, each with its year."""
    output.line(f"  {mark} {output.spoken(each.rule.diagnosis)} {output.spoken(each.rule.reason)}")
    for words in dict.fromkeys(one.words for one in each.checked):
        output.line(f"      {words.text(output.lang)}")


def _open(output: Output, plan: Plan) -> None:
    """The rules that nothing can be said of, by why."""
    by_reason: dict[str, list[Names]] = {}
    for each in plan.diagnoses:
        if each.answer is not Answer.OPEN:
            continue
        why = dict.fromkeys(one.words.text(output.lang) for one in each.checked if one.answer is Answer.OPEN)
        by_reason.setdefault(" ".join(why), []).append(bare(each.rule.diagnosis))
    if by_reason:
        output.line(f"  {say('policy_told.open_head').text(output.lang)}")
    for reason, rules in by_reason.items():
        told = say("policy_told.open", rules=tuple(rules), reason=reason)
        output.line(f"  ? {told.text(output.lang)}")


def _evidence(output: Output, plan: Plan) -> None:
    rows = []
    for each in plan.state.evidence.values():
        mean = "" if each.mean is None else f"{each.mean.low:.3g} … {each.mean.high:.3g}"
        rows.append(
            (
                each.indicator.names,
                f"{each.latest.value:.3g}",
                each.indicator.unit,
                str(each.year),
                mean,
                str(each.grade),
            )
        )
    heads = ("indicator", "latest", "unit", "year", "mean", "grade")
    output.table([say(f"policy_told.head_{name}") for name in heads], rows)


def _mix(output: Output, design: Design) -> None:
    if not used_in(design):
        return
    start = str(design.problem.figures.start)
    rows = []
    for each in design.problem.instruments:
        frame = path_of(design, each.name)
        first, mean = frame.iloc[0], frame.mean()
        sure = robustness_of(design, each.name)
        rows.append(
            (
                each.names, each.unit, signed(first["best"]), band(first["low"], first["high"]),
                signed(mean["best"]), sure,
            )
        )  # fmt: skip
    output.line(
        "  " + say("policy_told.mix", start=start, last=str(design.problem.figures.last)).text(output.lang)
    )
    heads = ("instrument", "unit", "first_year", "interval", "average", "robust")
    output.table([say(f"policy_told.head_{name}") for name in heads], rows)


def _outcome(output: Output, design: Design) -> None:
    nothing, mix = design.alternatives[0], design.alternatives[1]
    rows = [
        (
            each.names,
            each.unit,
            banded(*nothing.ends[each.name]),
            banded(*mix.ends[each.name]),
            f"{nothing.chances[each.name]:.0%}" if each.called else "–",
            f"{mix.chances[each.name]:.0%}" if each.called else "–",
        )
        for each in design.problem.targets
    ]
    heads = ("target", "unit", "nothing", "with_mix", "chance_nothing", "chance_mix")
    output.line("  " + say("policy_told.outcome", last=str(design.problem.figures.last)).text(output.lang))
    output.table([say(f"policy_told.head_{name}") for name in heads], rows)


def _refusals(output: Output, reasons: list[Message]) -> None:
    for reason in dict.fromkeys(reasons):
        output.line(f"  - {reason.text(output.lang)}")


def case(output: Output, found: CaseFound) -> None:
    """What a case would bring, and how likely each claim is."""
    output.line(say("policy_told.case", name=found.case.names, year=str(found.period)))
    output.table(
        [say("policy_told.head_effect"), say("policy_told.head_median"), say("policy_told.head_interval")],
        [
            (names, f"{middle:+.2f}", f"{low:+.2f} … {high:+.2f}")
            for names, middle, low, high in found.effects
        ],
    )
    for claim, names, chance in found.claims:
        output.line(f"  - {say('policy_told.claim', claim=names, chance=chance).text(output.lang)} [{claim}]")
    if math.isfinite(found.all_claims):
        output.line(say("policy_told.all_claims", chance=found.all_claims))
    for note in found.notes:
        output.note(note)
