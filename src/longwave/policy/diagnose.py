"""Analyse: the rules of a domain, each with the figures that made it fire, stay silent, or leave it open."""

from __future__ import annotations

from dataclasses import dataclass

from longwave.policy.conditions import Answer, Checked, Ground, check
from longwave.policy.domain import Rule


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """A rule and what became of it: yes where every condition holds, no where one does not, else not decidable."""

    rule: Rule
    answer: Answer
    checked: tuple[Checked, ...]

    @property
    def fired(self) -> bool:
        return self.answer is Answer.YES


def diagnose(ground: Ground) -> tuple[Diagnosis, ...]:
    """Every rule of the domain, in its order."""
    return tuple(_judged(rule, ground) for rule in ground.domain.rules)


def _judged(rule: Rule, ground: Ground) -> Diagnosis:
    checked = tuple(check(each, ground) for each in rule.conditions)
    answers = {each.answer for each in checked}
    if answers == {Answer.YES}:
        return Diagnosis(rule, Answer.YES, checked)
    return Diagnosis(rule, Answer.NO if Answer.NO in answers else Answer.OPEN, checked)
