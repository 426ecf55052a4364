"""The answer in sentences: what to do and how sure, what it reaches, what it cannot, or why there is no design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.policy.design import Design
from longwave.policy.diagnose import Diagnosis
from longwave.policy.domain import DomainInstrument, DomainTarget
from longwave.policy.joint import Joint
from longwave.policy.problem import OUTLAY, gap
from longwave.policy.robustness import holds_nought, moved
from longwave.policy.wording import band, banded

LEAST_SHARE = 0.01
"""Of the loss of doing nothing: what takes less away is not worth doing."""
NOTHING = 1e-3
"""Of a target's tolerance: a gap below it is what the search for the optimum left over."""


def verdict(
    design: Design | None, refusals: Sequence[Refusal] = (), diagnoses: Sequence[Diagnosis] = ()
) -> tuple[Message, ...]:
    """The sentences of a plan, the answer first. diagnoses: what rules found, to say which of it nothing answers."""
    if design is None:
        return tuple(say("policy.verdict_none", reason=each.reason) for each in refusals[-1:])
    return (
        *_mix(design),
        *_unserved(design, diagnoses),
        *_reached(design),
        *_later(design),
        *_uncalled(design),
        *_held(design),
    )


def joint_verdict(joint: Joint) -> tuple[Message, ...]:
    """The sentences of a joint mix: first the domains whose model does not hold here, last those that have no design."""
    if joint.design is None:
        return ()
    found = [each for plan in joint.plans if plan.design is not None for each in plan.diagnoses]
    return (*stopped(joint), *verdict(joint.design, diagnoses=found), *_without(joint))


def stopped(joint: Joint) -> tuple[Message, ...]:
    """Each domain that is left out because a rule says that its model is not made for the area as it stands."""
    return tuple(
        say("policy.joint_stopped", domain=plan.domain.names, diagnosis=each.rule.diagnosis)
        for plan in joint.plans
        if plan.design is None
        for each in [one for one in plan.diagnoses if one.fired and one.rule.stops][:1]
    )


def _without(joint: Joint) -> tuple[Message, ...]:
    names = tuple(
        plan.domain.names
        for plan in joint.plans
        if plan.design is None and not any(each.fired and each.rule.stops for each in plan.diagnoses)
    )
    return (say("policy.joint_without", names=names),) if names else ()


def _mix(design: Design) -> tuple[Message, ...]:
    used = used_in(design)
    if not used:
        return (say("policy.verdict_small"),) if _aimed(design) else ()
    figures = design.problem.figures
    parts = tuple(_part(design, each) for each in used)
    return (
        say(
            "policy.verdict_mix",
            start=str(figures.start), last=str(figures.last), parts=parts, share=_taken_away(design),
        ),
        *_cost(design),
    )  # fmt: skip


def _aimed(design: Design) -> bool:
    """Whether anything is aimed at but that what is in force stays: else only that is said."""
    return any(each.called and each.when for each in design.problem.targets) or all(
        each.called for each in design.problem.targets
    )


def _taken_away(design: Design) -> float:
    """The share of the loss of doing nothing that the mix takes away."""
    loss = design.policy
    return 1.0 - loss.loss_after / loss.loss_before if loss.loss_before > 0.0 else 0.0


def _cost(design: Design) -> tuple[Message, ...]:
    """What the mix costs a year on average, and the parts of it where several cost."""
    cost = mean_cost(design)
    if cost is None:
        return ()
    middle, low, high = cost
    key = "policy.verdict_cost" if middle >= 0.0 else "policy.verdict_revenue"
    sign = 1.0 if middle >= 0.0 else -1.0
    ends = sorted((sign * low, sign * high))
    return (say(key, value=abs(middle), band=band(*ends)),)


def mean_cost(design: Design) -> tuple[float, float, float] | None:
    """What the mix costs a year over the plan, % of GDP, less what doing nothing does: median and 90 %; None where it
    neither costs nor brings anything in."""
    skip = design.problem.figures.start - design.problem.figures.first
    paths = design.outcomes.paths[OUTLAY] - design.without.paths[OUTLAY]
    means = paths[:, skip:].mean(axis=1)
    low, middle, high = (float(v) for v in np.quantile(means[np.isfinite(means)], (0.05, 0.5, 0.95)))
    return None if max(abs(low), abs(high)) < FREE else (middle, low, high)


def _unserved(design: Design, diagnoses: Sequence[Diagnosis]) -> tuple[Message, ...]:
    """The problems whose policy instruments are all left out of the design: nothing was looked for, so that nothing can
    have been found."""
    there = {each.name for each in design.problem.instruments}
    alone = [
        each.rule
        for each in diagnoses
        if each.fired and each.rule.problem and each.rule.calls_for and not there & set(each.rule.calls_for)
    ]
    return tuple(say("policy.verdict_unserved", diagnosis=each.diagnosis) for each in alone)


def used_in(design: Design) -> tuple[DomainInstrument, ...]:
    """The policy instruments that the mix moves by more than a fiftieth of their range in some year; none where all of
    it takes away less than a hundredth of the loss of doing nothing."""
    if _taken_away(design) < LEAST_SHARE:
        return ()
    return tuple(
        each for each in design.problem.instruments if moved(path_of(design, each.name)["best"], each)
    )


def path_of(design: Design, name: str) -> pd.DataFrame:
    """A policy instrument's best path by period, with what else it might be: columns best, median, low, high."""
    return pd.DataFrame(design.mix_interval.loc[name])


def _part(design: Design, each: DomainInstrument) -> Message:
    mean = path_of(design, each.name).mean()
    key = "policy.verdict_part" if design.sure.get(each.name, True) else "policy.verdict_part_unsure"
    return say(
        key,
        name=each.names,
        value=float(mean["best"]),
        unit=each.unit,
        band=band(float(mean["low"]), float(mean["high"])),
    )


def _reached(design: Design) -> tuple[Message, ...]:
    last = str(design.problem.figures.last)
    aims = [each for each in design.problem.targets if each.called and not _untouched(design, each)]
    chances = {each.name: design.chance(each) for each in aims}
    met = tuple(dict.fromkeys(each.names for each in aims if chances[each.name] > 0.5))
    missed = tuple(_missed(design, each, chances[each.name]) for each in aims if chances[each.name] <= 0.5)
    said = _met(last, met)
    return (*said, say("policy.verdict_missed", last=last, parts=missed)) if missed else said


def _later(design: Design) -> tuple[Message, ...]:
    """How much of a target that comes after the plan is there within it."""
    if not used_in(design):
        return ()
    last = str(design.problem.figures.last)
    changed = {each.name for each in design.effects if np.abs(each.frame["median"].iloc[-1]) > 0.0}
    return tuple(
        say(
            "policy.verdict_later",
            name=each.names,
            last=last,
            band=banded(
                *(float(v) for v in design.outcomes.quantiles(each.meanwhile)[[0.5, 0.05, 0.95]].iloc[-1])
            ),
            unit=each.unit,
        )
        for each in design.problem.targets
        if each.meanwhile in design.outcomes.paths and each.name in changed
    )


def _uncalled(design: Design) -> tuple[Message, ...]:
    """What no rule calls for and the user did not ask for."""
    names = tuple(dict.fromkeys(each.names for each in design.problem.targets if not each.called))
    return (say("policy.verdict_uncalled", names=names),) if names else ()


def _untouched(design: Design, each: DomainTarget) -> bool:
    """Whether a target is met because nothing is done and nothing else moves it: that is no success."""
    return all(
        float(np.nanmax(np.abs(gap(each, found)))) <= NOTHING * each.tolerance
        for found in (design.without, design.outcomes)
    )


MOST_NAMED = 5
FREE = 5e-4
"""% of GDP a year: below it nothing is spent."""


def _met(last: str, names: tuple[Names, ...]) -> tuple[Message, ...]:
    if not names:
        return ()
    if len(names) <= MOST_NAMED + 1:
        return (say("policy.verdict_met", last=last, names=names),)
    rest = len(names) - MOST_NAMED
    return (say("policy.verdict_met_many", last=last, names=names[:MOST_NAMED], rest=rest),)


def robustness_of(design: Design, name: str) -> Message | str:
    """What doubled ranges and the draws say of a policy instrument; a dash where the mix does not use it."""
    if name not in {each.name for each in used_in(design)}:
        return "–"
    if design.sure.get(name, True):
        return say("policy_told.sure")
    mean = path_of(design, name).mean()
    around = holds_nought(float(mean["low"]), float(mean["high"]))
    return say("policy_told.side_unsure" if around else "policy_told.not_robust")


def _missed(design: Design, each: DomainTarget, chance: float) -> Message:
    value = float(np.nanmedian(design.outcomes.paths[each.name][:, -1]))
    desired = (
        float(np.nanmedian(design.outcomes.paths[each.desired][:, -1]))
        if isinstance(each.desired, str)
        else each.desired
    )
    return say(
        "policy.verdict_missed_part",
        name=each.names,
        value=value,
        unit=each.unit,
        desired=desired,
        chance=chance,
    )


def _held(design: Design) -> tuple[Message, ...]:
    """What keeps the optimum from going further: policy instruments that stand at their bound or step, and the budget. To
    stand at no change is not to be held back by a bound that somebody could widen."""
    known = {each.name: each.names for each in used_in(design)}
    held = dict.fromkeys(each.name for each in design.policy.binding if abs(each.value) > 1e-9)
    told = tuple(
        known[name] if name in known else say("policy.the_budget")
        for name in held
        if name in known or name == OUTLAY
    )
    return (say("policy.verdict_bound", names=told),) if told else ()
