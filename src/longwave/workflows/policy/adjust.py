"""Adjusting: from where the economy is, keep the adopted path, take the best from here, or go back to nothing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from longwave.core.area import area_names
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, Names, say
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings, load_settings
from longwave.policy.design import Design
from longwave.policy.fan import Outcomes
from longwave.policy.problem import chance
from longwave.workflows.data import area_code
from longwave.workflows.plain import plain_sentence
from longwave.workflows.policy.adopted import Adopted, last_adoption
from longwave.workflows.policy.from_here import FromHere, from_here, outlay_unknown
from longwave.workflows.policy.kept_plan import KeptPlan
from longwave.workflows.policy.plain import number
from longwave.workflows.policy.records import by_id, chain_named, chain_title, keep_step, records_of
from longwave.workflows.policy.run import make_policy


@dataclass(frozen=True, eq=False)
class Way:
    """One way to go on. loss: at the centre of what is known; mean_loss: over all draws; ends: median and 90 % of each
    target in the last year; chances: that each lies within its tolerance then."""

    name: str
    words: Message
    loss: float
    mean_loss: float
    ends: Mapping[str, tuple[float, float, float]]
    chances: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Adjustment:
    """The plan from here beside its alternatives. in_force, kept_paths: as `FromHere`; ways: keep, best, back."""

    domain: str
    title: Names
    area: str
    adopted: Adopted
    design: Design
    in_force: Mapping[str, float]
    kept_paths: Mapping[str, Mapping[str, float]]
    ways: tuple[Way, ...]
    body: Mapping[str, Any]
    record: PolicyRecord | None
    notes: tuple[Message, ...]

    @property
    def area_names(self) -> Names:
        return area_names(self.area)

    def results(self) -> dict[str, Any]:
        return {**self.body, "record": None if self.record is None else self.record.id}


def adjust_policy(
    domain: str,
    area: str,
    *,
    adoption: str | None = None,
    start: int | None = None,
    as_of: str | date | None = None,
    figures_to: int | None = None,
    record: bool = True,
    made: date | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Adjustment:
    """Designs again around the last adoption (or the one whose id begins so), by the options of its plan.

    start: first year that may be moved, next year by default; figures_to: in hindsight, as `make_policy`. Raises
    UsageError where nothing was adopted, NotEnoughData where the figures carry no design, SolveError where none is
    found. The adjustment is recorded, and can be adopted like a plan.
    """
    settings = settings or load_settings()
    code, chain = area_code(area, settings), chain_named(domain)
    adopted = last_adoption(chain, code, adoption, settings)
    earlier = KeptPlan(by_id(records_of(chain, code, settings), adopted.body["plan"]))
    day = (made or date.today()).isoformat()
    now = make_policy(
        domain, code, options=replace(earlier.options, start=start), as_of=as_of, made=day,
        figures_to=figures_to, settings=settings, progress=progress,
    )  # fmt: skip
    here = from_here(now, adopted)
    ways = _ways(here)
    notes = _notes(here, adopted)
    body = {
        **here.policy.results(),
        "adoption": adopted.record.id,
        "in_force": here.in_force,
        "kept_paths": here.kept,
        "standing": here.standing,
        "comparison": [_plain(each) for each in ways],
        "adjustment_notes": [plain_sentence(each) for each in notes],
    }
    kept = keep_step(RecordKind.ADJUSTMENT, chain, code, day, body, settings) if record else None
    return Adjustment(
        chain,
        chain_title(domain),
        code,
        adopted,
        here.design,
        here.in_force,
        here.kept,
        ways,
        body,
        kept,
        notes,
    )


def _ways(here: FromHere) -> tuple[Way, ...]:
    design = here.design
    targets = tuple(design.without.paths)
    back = design.problem.brought(here.back, targets, design.draws)
    stands = {name: path[max(path)] for name, path in here.standing.items()}
    return (
        _way("keep", design, design.without, design.policy.loss_before, stands),
        _way("best", design, design.outcomes, design.policy.loss_after, stands),
        _way("back", design, back, design.problem.centre_loss(here.back), stands),
    )


def _way(name: str, design: Design, found: Outcomes, loss: float, stands: Mapping[str, float]) -> Way:
    ends = {}
    for each in design.problem.targets:
        last = found.paths[each.name][:, -1] + stands.get(each.name, 0.0)
        low, middle, high = np.quantile(last[np.isfinite(last)], (0.05, 0.5, 0.95))
        ends[each.name] = (float(middle), float(low), float(high))
    chances = {each.name: chance(each, found) for each in design.problem.targets}
    mean = float(np.nanmean(design.problem.losses(found)))
    return Way(name, say(f"policy_verbs.way_{name}"), loss, mean, ends, chances)


def _notes(here: FromHere, adopted: Adopted) -> tuple[Message, ...]:
    figures = here.design.problem.figures
    found = []
    if figures.base.year < int(adopted.body["begins"]):
        found.append(
            say("policy_verbs.not_in_figures", base=str(figures.base), begins=str(adopted.body["begins"]))
        )
    if here.standing:
        told = tuple(each.names for each in here.design.problem.targets if each.name in here.standing)
        found.append(say("policy_verbs.standing", names=told))
    unknown = outlay_unknown(here.design.problem, here.in_force)
    return (*found, *(() if unknown is None else (unknown,)))


def _plain(each: Way) -> dict[str, Any]:
    return {
        "name": each.name,
        "title": plain_sentence(each.words),
        "loss": number(each.loss),
        "mean_loss": number(each.mean_loss),
        "chances": {name: number(value) for name, value in each.chances.items()},
        "ends": {
            name: {"median": number(m), "low": number(low), "high": number(high)}
            for name, (m, low, high) in each.ends.items()
        },
    }  # fmt: skip
