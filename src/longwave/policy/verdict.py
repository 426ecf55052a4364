"""The answer in sentences: what to do and how sure, what it reaches, what it cannot, or why there is no design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.policy.design import Design
from longwave.policy.domain import DomainInstrument, DomainTarget
from longwave.policy.problem import OUTLAY

SMALL = 0.02


def verdict(design: Design | None, refusals: Sequence[Refusal] = ()) -> tuple[Message, ...]:
    """The sentences of a plan, the answer first."""
    if design is None:
        return tuple(say("policy.verdict_none", reason=each.reason) for each in refusals[-1:])
    return (*_mix(design), *_reached(design), *_held(design))


def _mix(design: Design) -> tuple[Message, ...]:
    used = used_in(design)
    if not used:
        return (say("policy.verdict_small"),)
    figures = design.problem.figures
    loss = design.policy
    share = 1.0 - loss.loss_after / loss.loss_before if loss.loss_before > 0.0 else 0.0
    parts = tuple(_part(design, each) for each in used)
    return (
        say("policy.verdict_mix", start=str(figures.start), last=str(figures.last), parts=parts, share=share),
    )


def used_in(design: Design) -> tuple[DomainInstrument, ...]:
    """The policy instruments that the mix moves by more than a fiftieth of their range in some year."""
    return tuple(
        each
        for each in design.problem.instruments
        if path_of(design, each.name)["best"].abs().max() > SMALL * (each.high - each.low)
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
        low=float(mean["low"]),
        high=float(mean["high"]),
    )


def _reached(design: Design) -> tuple[Message, ...]:
    last = str(design.problem.figures.last)
    chances = {each.name: design.chance(each) for each in design.problem.targets}
    met = tuple(dict.fromkeys(each.names for each in design.problem.targets if chances[each.name] > 0.5))
    missed = tuple(
        _missed(design, each, chances[each.name])
        for each in design.problem.targets
        if chances[each.name] <= 0.5
    )
    said = _met(last, met)
    return (*said, say("policy.verdict_missed", last=last, parts=missed)) if missed else said


MOST_NAMED = 5


def _met(last: str, names: tuple[Names, ...]) -> tuple[Message, ...]:
    if not names:
        return ()
    if len(names) <= MOST_NAMED + 1:
        return (say("policy.verdict_met", last=last, names=names),)
    rest = len(names) - MOST_NAMED
    return (say("policy.verdict_met_many", last=last, names=names[:MOST_NAMED], rest=rest),)


def robustness_of(design: Design, name: str) -> Message | str:
    """What doubled ranges say of a policy instrument; a dash where the mix does not use it."""
    if name not in {each.name for each in used_in(design)}:
        return "–"
    return say("policy_told.sure" if design.sure.get(name, True) else "policy_told.not_robust")


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
