"""Replications that have no solution: how many, where and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from longwave.core.message import Message, say

MOST_EXPLAINED = 25
"""Places of failure that are looked into; what fails elsewhere is counted with them as one."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason. count: replications; example: the first of them; equation, variable, period: "" where there is none."""

    reason: Message
    equation: str
    variable: str
    period: str
    count: int
    example: int


@dataclass(frozen=True, slots=True)
class Failures:
    """How many of how many replications failed, and the reasons, most frequent first."""

    count: int
    replications: int
    reasons: tuple[Failure, ...] = ()

    @property
    def share(self) -> float:
        return self.count / self.replications if self.replications else 0.0

    def sentence(self) -> Message:
        """How many failed, in words."""
        if self.count == 0:
            return say("stochastic.none_failed", replications=self.replications)
        return say(
            "stochastic.some_failed", count=self.count, replications=self.replications, share=self.share
        )


@dataclass(eq=False)
class Tally:
    """Failures counted by place, with the first replication at each."""

    counts: Counter[Hashable] = field(default_factory=Counter)
    first: dict[Hashable, int] = field(default_factory=dict)

    def add(self, place: Hashable, replication: int) -> None:
        self.counts[place] += 1
        self.first[place] = min(self.first.get(place, replication), replication)

    def add_all(self, other: Tally) -> None:
        for place, count in other.counts.items():
            self.counts[place] += count
            self.first[place] = min(self.first.get(place, other.first[place]), other.first[place])

    def explained(self, explain: Callable[[Hashable, int], Message], replications: int) -> Failures:
        """The failures with their reasons. explain: (place, replication) -> why that replication failed there."""
        told: dict[tuple[str, str, str, str], Failure] = {}
        ranked = sorted(self.counts, key=lambda place: (-self.counts[place], self.first[place]))
        for place in ranked[:MOST_EXPLAINED]:
            failure = _failure(explain(place, self.first[place]), self.counts[place], self.first[place])
            key = (failure.reason.key, failure.equation, failure.variable, failure.period)
            known = told.get(key)
            count = failure.count + (known.count if known else 0)
            told[key] = Failure((known or failure).reason, *key[1:], count, (known or failure).example)
        rest = ranked[MOST_EXPLAINED:]
        if rest:
            other = say("stochastic.other_places", places=len(rest))
            told[other.key, "", "", ""] = Failure(
                other,
                "",
                "",
                "",
                sum(self.counts[each] for each in rest),
                min(self.first[each] for each in rest),
            )
        ordered = sorted(told.values(), key=lambda each: (-each.count, each.example))
        return Failures(sum(self.counts.values()), replications, tuple(ordered))


def _failure(reason: Message, count: int, example: int) -> Failure:
    def word(*names: str) -> str:
        return next((str(reason.values[name]) for name in names if name in reason.values), "")

    return Failure(
        reason, word("equation", "equations"), word("variable", "variables"), word("period"), count, example
    )
