"""Who gains and who loses, group by group: each policy instrument's side, and what is left of it all together.

What a policy instrument does to a group is known by its side, not by its size, so that a gain and a loss cannot be netted
in general. They can where the model has a figure that stands for the group: public debt for those who will pay it, and
unemployment for those without work. There the mix as a whole is told against doing nothing, with its band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from longwave.core.message import Message, Value, say
from longwave.policy.design import Design
from longwave.policy.digits import short
from longwave.policy.joint import Stake

Side: TypeAlias = Literal["gains", "loses", "about_nothing", "unclear", "both"]

MEASURED: Mapping[str, tuple[str, int]] = {
    "future_taxpayers": ("debt_effect", -1),
    "unemployed": ("u_gap", -1),
}
"""By group the target that stands for it, and the sign of a change that is good for it."""

SMALL = 0.02
"""The part of what counts as met below which a change is about nothing."""


@dataclass(frozen=True, eq=False)
class Together:
    """What the whole mix does to a group, and in which words; "unclear" where its band holds nought, "both" where gains and
    losses cannot be netted."""

    side: Side
    words: Message


@dataclass(frozen=True, eq=False)
class GroupStakes:
    """A group with its stakes; together: None where all stakes are on one side and nothing measures the group."""

    group: str
    stakes: tuple[Stake, ...]
    together: Together | None

    @property
    def side(self) -> Side:
        if self.together is not None:
            return self.together.side
        return "gains" if self.stakes[0].sign > 0 else "loses"


def by_group(stakes: Sequence[Stake], design: Design) -> tuple[GroupStakes, ...]:
    """The stakes of a mix by group, in the order in which groups come up."""
    groups = dict.fromkeys(each.group for each in stakes)
    own = {group: tuple(each for each in stakes if each.group == group) for group in groups}
    return tuple(GroupStakes(group, found, _together(group, found, design)) for group, found in own.items())


def _together(group: str, stakes: Sequence[Stake], design: Design) -> Together | None:
    measured = _measured(group, design)
    if measured is not None:
        return measured
    if len({each.sign for each in stakes}) < 2:
        return None
    return Together("both", say("policy_page.not_netted"))


def _measured(group: str, design: Design) -> Together | None:
    """The change of the group's own figure in the last year; None where the design has no such target."""
    if group not in MEASURED:
        return None
    column, good = MEASURED[group]
    target = next((each for each in design.problem.targets if each.name == column), None)
    effect = next((each for each in design.effects if each.name == column), None)
    if target is None or effect is None:
        return None
    last = effect.frame.iloc[-1]
    low, middle, high = float(last["low"]), float(last["median"]), float(last["high"])
    words = say(
        "policy_page.netted", name=target.names, value=short(middle), unit=target.unit, low=short(low),
        high=short(high), last=str(effect.frame.index[-1]),
    )  # fmt: skip
    if max(abs(low), abs(high)) <= SMALL * target.tolerance:
        return Together("about_nothing", words)
    if low <= 0.0 <= high:
        return Together("unclear", words)
    return Together("gains" if middle * good > 0.0 else "loses", words)


def side_words(side: Side) -> Message:
    """A side in words."""
    return say(f"policy_page.{side}")


def why(each: Stake) -> Value:
    """Why a group gains or loses; told the other way round where the policy instrument is used the other way."""
    return say("policy_page.reversed", why=each.why) if each.reversed else each.why
