"""A case: named settings of policy instruments, what they would bring under every draw, and how likely each claim
about it is.

The settings are held from the first year of the plan. A claim is an expression over the model's columns in one year
of it; where the settings lie outside the bounds of the policy instruments or an instrument is not at hand, the case
says so and leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.message import Message, Names, say
from longwave.core.period import Period
from longwave.macro.language.read import read_expression
from longwave.macro.language.tree import names_in
from longwave.policy.domain import Case
from longwave.policy.problem import Problem
from longwave.workflows.plain import plain_sentence
from longwave.workflows.policy.plain import names, number
from longwave.workflows.policy.run import Policy, nothing_designed


@dataclass(frozen=True, eq=False)
class CaseFound:
    """effects: (name, median, 5 %, 95 %) of what is watched against doing nothing in `period`; claims: (expression,
    words, probability) of those that can be judged; all_claims: probability that every one comes true, NaN where one
    cannot be judged; notes: what was left out."""

    case: Case
    period: Period
    effects: tuple[tuple[Names, float, float, float], ...]
    claims: tuple[tuple[str, Names, float], ...]
    all_claims: float
    notes: tuple[Message, ...]
    area: str
    domain: str

    def results(self) -> dict[str, Any]:
        return {
            "domain": self.domain,
            "area": self.area,
            "case": self.case.name,
            "source": self.case.source,
            "settings": dict(self.case.settings),
            "period": str(self.period),
            "effects": [
                {"title": names(n), "median": number(m), "low": number(low), "high": number(high)}
                for n, m, low, high in self.effects
            ],
            "claims": [
                {"that": text, "title": names(n), "chance": number(chance)} for text, n, chance in self.claims
            ],
            "all_claims": number(self.all_claims),
            "notes": [plain_sentence(each) for each in self.notes],
        }


def case_of(policy: Policy, name: str) -> CaseFound:
    """A case of the one domain asked for. Raises UsageError for a name that is none, NotEnoughData without a design."""
    plan = policy.plan
    known = {each.name: each for each in plan.domain.cases}
    if name not in known:
        raise UsageError(
            say("policy.no_case", name=name, domain=plan.domain.names),
            say("policy.unknown_mend", known=tuple(known)) if known else None,
        )
    if plan.design is None:
        raise nothing_designed(policy)
    case, design = known[name], plan.design
    problem = design.problem
    period = problem.figures.start + (case.year - 1)
    usable = {each.name for each in plan.trusted.instruments}
    years = [
        str(problem.figures.start + step) for step in range(problem.figures.last - problem.figures.start + 1)
    ]
    paths: dict[str, dict[str, float]] = {}
    notes = []
    for lever, value in case.settings.items():
        if lever not in usable:
            notes.append(say("policy.case_without", name=plan.domain.instrument(lever).names))
            continue
        paths[lever] = dict.fromkeys(years, value)
    watched = [each for each in plan.domain.watched if each in problem.system.columns]
    claims = [text for text, _ in case.claims if _decidable(text, problem)]
    notes += [say("policy.case_untold", claim=words) for text, words in case.claims if text not in claims]
    last = max(period, problem.figures.last, key=lambda each: each.ordinal)
    if last - problem.figures.last > 0:
        raise NotEnoughData(say("policy.case_beyond", year=case.year), say("policy.bad_horizon_mend"))
    found = problem.brought(paths, [*watched, *claims], design.draws)
    place = period - problem.figures.first
    model = {each.name: each for each in (*problem.model.endogenous, *problem.model.exogenous)}
    effects: list[tuple[Names, float, float, float]] = []
    seen: list[Any] = []
    for column_name in watched:
        difference = found.paths[column_name][:, place] - design.without.paths[column_name][:, place]
        if any(np.allclose(difference, other, atol=1e-9, equal_nan=True) for other in seen):
            continue  # a level and its effect differ by what is in force: told once
        seen.append(difference)
        low, middle, high = np.quantile(difference[np.isfinite(difference)], (0.05, 0.5, 0.95))
        effects.append((model[column_name].names, float(middle), float(low), float(high)))
    truths = [found.paths[text][:, place] > 0.5 for text in claims]
    chances = [float(np.mean(truth)) for truth in truths]
    whole = truths and len(truths) == len(case.claims)
    together = float(np.mean(np.logical_and.reduce(truths))) if whole else float("nan")
    words_of = dict(case.claims)
    told = tuple((text, words_of[text], chance) for text, chance in zip(claims, chances, strict=True))
    return CaseFound(case, period, tuple(effects), told, together, tuple(notes), plan.area, plan.domain.name)


def _decidable(claim: str, problem: Problem) -> bool:
    """Whether the design knows everything that a claim reads: what unknown parameters move is not among its columns."""
    return names_in(read_expression(claim)) <= {*problem.system.columns, *problem.values}
