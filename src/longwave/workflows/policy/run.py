"""The verb `policy`: the loop of one domain, of several, or of all under one budget, for an area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from longwave.core.area import area_names
from longwave.core.errors import NotEnoughData, UnknownArea
from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Names, say
from longwave.core.origin import Origin
from longwave.core.settings import Settings, load_settings
from longwave.measure.measurement import Measurement
from longwave.measure.structure.published_tables import with_published
from longwave.policy.domain import Domain
from longwave.policy.evidence import measure_of
from longwave.policy.joint import Joint, joint_plan
from longwave.policy.loop import OPTIONS, Plan, PlanOptions, plan_for
from longwave.policy.read import domain_names, find_domain
from longwave.workflows.data import area_code
from longwave.workflows.policy.world import World, world_for

ALL = "all"


@dataclass(frozen=True, eq=False)
class Policy:
    """What `policy` gives: the plan of a domain, or of all with the joint mix.

    plans: by domain; joint: only where several domains were asked for; made: the day; as_of: figures as they stood
    then; figures_to: the last year whose figures were looked at, in hindsight.
    """

    what: str
    area: str
    plans: Mapping[str, Plan]
    joint: Joint | None
    world: World
    options: PlanOptions
    made: str
    as_of: str | None = None
    figures_to: int | None = None

    @property
    def area_names(self) -> Names:
        return area_names(self.area)

    @property
    def plan(self) -> Plan:
        """The first plan; the only one where one domain was asked for."""
        return next(iter(self.plans.values()))

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        found = [each for plan in self.plans.values() for each in plan.refusals]
        return (*found, *(() if self.joint is None else self.joint.refusals))

    @property
    def designed(self) -> bool:
        """Whether there is a design at all."""
        return any(plan.design is not None for plan in self.plans.values())

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """The datasets that were used, for the foot of each chart."""
        used = {source for plan in self.plans.values() for source in plan.sources}
        return with_published(self.world.origins, used)

    def results(self) -> dict[str, Any]:
        """Everything as plain data: the body of the record."""
        from longwave.workflows.policy.plain import plain_policy

        return plain_policy(self)


def make_policy(
    what: str | Path,
    area: str,
    *,
    options: PlanOptions = OPTIONS,
    as_of: str | date | None = None,
    made: str | date | None = None,
    figures_to: int | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Policy:
    """The loop's first three steps: evidence, diagnosis, design.

    what: a domain, the folder of the user's own, or ``all``; made: the day it is made, today by default, after which
    the plan begins unless the options say when; figures_to: a plan in hindsight, from the figures of no later year,
    as they are known now, and beginning the year after. Raises UsageError, UnknownArea, BadInput for a folder that does not
    hold together, NotEnoughData where the store has nothing at all for the area.
    """
    settings = settings or load_settings()
    code = area_code(area, settings)
    day = (made.isoformat() if isinstance(made, date) else made) or date.today().isoformat()
    stood = as_of.isoformat() if isinstance(as_of, date) else as_of
    domains = domains_of(what)
    world = world_for(domains, settings=settings, as_of=stood, figures_to=figures_to)
    if code not in world.panel.areas():
        raise UnknownArea(
            say("workflows.nothing_for_area", area=area_names(code)), say("workflows.bring_data")
        )
    known = int(day[:4]) if figures_to is None else figures_to
    options = options if options.start is not None else replace(options, start=known + 1)
    plans = _plans(domains, world, code, options, progress)
    several = len(domains) > 1
    joint = joint_plan(list(plans.values()), options) if several else None
    return Policy(str(what), code, plans, joint, world, options, day, stood, figures_to)


def domains_of(what: str | Path) -> list[Domain]:
    """The domains that a word means: one by name, the folder of the user's own, or ``all``."""
    if str(what) == ALL:
        return [find_domain(name) for name in domain_names()]
    return [find_domain(what)]


def _plans(
    domains: Sequence[Domain], world: World, area: str, options: PlanOptions, progress: Progress
) -> dict[str, Plan]:
    """Each domain's plan; measures that several domains read are taken once."""
    taken: dict[str, Measurement] = {}

    def measured(name: str) -> Measurement:
        if name not in taken:
            taken[name] = measure_of(name, world.panel, area)
        return taken[name]

    plans = {}
    for place, domain in enumerate(domains):
        own = options if len(domains) == 1 else _for_domain(options, domain)

        def told(text: Any, done: int, of: int, place: int = place) -> None:
            progress(text, place * of + done, of * len(domains))

        plans[domain.name] = plan_for(domain, world.panel, area, own, measured=measured, progress=told)
    return plans


def _for_domain(options: PlanOptions, domain: Domain) -> PlanOptions:
    """What of the options is about this domain; a name that no domain knows is told by the joint check."""
    targets = {each.name for each in domain.targets}
    instruments = {each.name for each in domain.instruments}
    parameters = {each.name for each in domain.parameters}
    return replace(
        options,
        targets={name: value for name, value in options.targets.items() if name in targets},
        weights={name: value for name, value in options.weights.items() if name in targets},
        bounds={name: value for name, value in options.bounds.items() if name in instruments},
        parameters={name: value for name, value in options.parameters.items() if name in parameters},
        only=tuple(name for name in options.only if name in instruments),
        budget=options.budget,
    )


def nothing_designed(policy: Policy) -> NotEnoughData:
    """The error of a call that wants a design where there is none: the first reason."""
    first = policy.refusals[0]
    return NotEnoughData(first.reason, first.mend)
