"""Adopting: what was decided, when, with which policy instruments, and everything by which it will be judged.

The promise (what the decided paths are to bring, under the plan's draws), the watch rules with the figures as they
stood, the evaluation designs with the least effect that each could see: all of it is frozen into the record, so that
nobody chooses the yardstick afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import UsageError
from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, Names, say
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings, load_settings
from longwave.policy.domain import Domain
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.run import power_before
from longwave.workflows.data import area_code
from longwave.workflows.plain import plain_refusal, plain_sentence
from longwave.workflows.policy.decided import Decision, decided_paths
from longwave.workflows.policy.kept_plan import LEVEL, KeptPlan
from longwave.workflows.policy.plain import names
from longwave.workflows.policy.records import PLANS, chain_named, chain_title, keep_step, last_of, records_of
from longwave.workflows.policy.remade import interval, remade
from longwave.workflows.policy.run import domains_of
from longwave.workflows.policy.watched_series import outcome_of_all, promised_column, watched_series
from longwave.workflows.policy.world import World, world_for
from longwave.workflows.sources import read_date

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Adoption:
    """What was adopted.

    body: as it is recorded; record: None for a dry run; plan: the record that it is of; notes: what a reader must
    know of it.
    """

    domain: str
    area: str
    plan: KeptPlan
    body: Mapping[str, Any]
    record: PolicyRecord | None
    notes: tuple[Message, ...]

    @property
    def title(self) -> Names:
        return chain_title(self.body["what"])

    @property
    def area_names(self) -> Names:
        return area_names(self.area)

    def results(self) -> dict[str, Any]:
        return {**self.body, "record": None if self.record is None else self.record.id}


def adopt_policy(
    domain: str,
    area: str,
    decisions: Iterable[Decision] = (),
    *,
    plan: str | None = None,
    on: str | date | None = None,
    note: str = "",
    beyond_bounds: bool = False,
    dry_run: bool = False,
    recorded: date | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Adoption:
    """Records a decision.

    decisions: in place of the plan's best mix; plan: the beginning of a record's id, by default the last plan or
    adjustment; on: the day of the decision, today by default; recorded: the day on which it is written down. Raises
    UsageError where there is no plan, for a day in the future or before the plan, and as `decided_paths`.
    """
    settings = settings or load_settings()
    code, chain = area_code(area, settings), chain_named(domain)
    found = last_of(records_of(chain, code, settings), PLANS, plan)
    if found is None:
        raise UsageError(
            say("policy_verbs.no_plan", domain=chain, area=area_names(code)),
            say("policy_verbs.no_plan_mend", domain=domain, area=code),
        )
    kept, today = KeptPlan(found), recorded or date.today()
    day = _decided_on(kept, on, today)
    chosen = tuple(decisions)
    paths = decided_paths(kept, chosen, beyond_bounds=beyond_bounds) if chosen else kept.best
    outcomes, effects, notes = _promise(kept, paths, domain, settings, progress, own=bool(chosen))
    begins = _begins(kept, paths)
    domains = domains_of(domain)
    as_of = kept.as_of or (day.isoformat() if day < today and kept.figures_to is None else None)
    world = world_for(domains, settings=settings, as_of=as_of, figures_to=kept.figures_to)
    if kept.figures_to is not None:
        notes = (*notes, say("policy_verbs.hindsight", year=str(kept.figures_to)))
    body = {
        "plan": found.id,
        "what": str(domain),
        "decided_on": day.isoformat(),
        "note": note,
        "decided": "own" if chosen else "mix",
        "beyond_bounds": beyond_bounds,
        "base": kept.base,
        "start": kept.start,
        "last": kept.last,
        "begins": begins,
        "figures_to": kept.figures_to,
        "standing": kept.body.get("standing", {}),
        "in_force": {each.name: each.in_force for each in kept.instruments},
        "instruments": kept.design["instruments"],
        "paths": paths,
        "promise": {"level": LEVEL, "outcomes": _plain(outcomes), "effects": _plain(effects)},
        "columns": _columns(domains, effects),
        "watch": [part for each in domains for part in _rules(each, world, code, kept, outcomes)],
        "evaluation": [part for each in domains for part in _evaluations(each, world, code, begins)],
        "data": [
            {"dataset": name, "sha256": each.sha256, "released": each.released}
            for name, each in world.origins.items()
        ],
        "notes": [plain_sentence(each) for each in notes],
        "versions": {"longwave": version("longwave"), "numpy": np.__version__},
    }
    record = (
        None if dry_run else keep_step(RecordKind.ADOPTION, chain, code, today.isoformat(), body, settings)
    )
    return Adoption(chain, code, kept, body, record, notes)


def _decided_on(plan: KeptPlan, on: str | date | None, today: date) -> date:
    """The day of the decision. Raises UsageError."""
    known = plan.figures_to
    earliest = date.fromisoformat(plan.record.made) if known is None else date(known, 12, 31)
    day = read_date(on) or (today if known is None else earliest)
    if day > today:
        raise UsageError(say("policy_verbs.future", on=day.isoformat()), say("policy_verbs.future_mend"))
    if day < earliest:
        raise UsageError(
            say("policy_verbs.before_plan", on=day.isoformat(), made=earliest.isoformat()),
            say("policy_verbs.before_plan_mend"),
        )
    if day.year > plan.start:
        raise UsageError(
            say("policy_verbs.plan_begun", on=day.isoformat(), start=str(plan.start)),
            say("policy_verbs.plan_begun_mend"),
        )
    return day


def _promise(
    plan: KeptPlan,
    paths: Mapping[str, Mapping[str, float]],
    what: str,
    settings: Settings,
    progress: Progress,
    *,
    own: bool,
) -> tuple[Frames, Frames, tuple[Message, ...]]:
    """Outcomes and effects by column: the plan's own where its mix was decided, else computed by its options."""
    if not own:
        return plan.outcomes, plan.effects, ()
    again = remade(plan, what, settings, progress)
    found, without = (
        again.design.problem.brought(paths, again.watched, again.design.draws),
        again.design.without,
    )
    outcomes = {name: interval(found.paths[name], found.periods) for name in again.watched}
    effects = {
        name: interval(found.paths[name] - without.paths[name], found.periods)
        for name in again.watched
        if name not in paths
    }
    changed = (say("policy_verbs.data_changed", datasets=again.changed),) if again.changed else ()
    return outcomes, effects, changed


def _begins(plan: KeptPlan, paths: Mapping[str, Mapping[str, float]]) -> int:
    """The first year in which a policy instrument is other than without the decision; the plan's first where none is."""
    held = plan.held
    moved = [
        int(year)
        for name, path in paths.items()
        for year, value in path.items()
        if int(year) in plan.years and abs(value - held.get(name, {}).get(year, 0.0)) > 1e-9
    ]
    return min(moved, default=plan.start)


def _columns(domains: Iterable[Domain], effects: Frames) -> dict[str, Any]:
    """Title and unit of the columns of the promise, as the domains' models have them."""
    return {
        each.name: {"title": names(each.names), "unit": each.unit}
        for domain in domains
        for each in (*domain.model.endogenous, *domain.model.exogenous)
        if each.name in effects
    }


def _rules(domain: Domain, world: World, area: str, plan: KeptPlan, outcomes: Frames) -> list[dict[str, Any]]:
    """Each watch rule with the figures as they stand and the path that is promised for them."""
    if not domain.watch:
        return []
    series = watched_series(domain, world.panel, area)
    found = []
    for rule in domain.watch:
        figures = series[rule.indicator]
        known = None if isinstance(figures, Refusal) else figures
        column = None if rule.kind == "threshold" else promised_column(domain, rule.indicator, outcomes)
        found.append(
            {
                "domain": domain.name,
                "rule": asdict(rule),
                "promised": column,
                "since": str(plan.base + 1 if column is not None else plan.start),
                "figures": {} if known is None else {str(y): float(v) for y, v in known["value"].items()},
                "refusal": plain_refusal(figures) if isinstance(figures, Refusal) else None,
            }
        )
    return found


def _evaluations(domain: Domain, world: World, area: str, begins: int) -> list[dict[str, Any]]:
    """Each evaluation design at the level of the promise, with the least effect that it could see."""
    found = []
    for each in domain.evaluations:
        design = replace(each, level=LEVEL)
        frame = outcome_of_all(design.outcome, domain, world.panel)
        found.append(_evaluation(domain, design, frame[frame.index < str(begins)], area, begins))
    return found


def _evaluation(
    domain: Domain, design: EvaluationDesign, frame: pd.DataFrame, area: str, begins: int
) -> dict[str, Any]:
    power = power_before(design, frame, area, str(begins))
    smallest = power.smallest if power.smallest is not None and np.isfinite(power.smallest) else None
    own = frame[area].dropna() if area in frame else pd.Series(dtype=float)
    return {
        "domain": domain.name,
        "design": asdict(design),
        "start": str(begins),
        "figures": {str(period): float(value) for period, value in own.items()},
        "smallest": smallest,
        "refusals": [plain_refusal(one) for one in power.refusals],
        "notes": [plain_sentence(one) for one in power.notes],
    }


def _plain(frames: Frames) -> dict[str, Any]:
    return {
        name: {
            "period": [str(period) for period in frame.index],
            **{side: [_number(value) for value in frame[side]] for side in ("value", "low", "high")},
        }
        for name, frame in frames.items()
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
