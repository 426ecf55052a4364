"""The loop: collect, analyse and design for any domain; what watching and evaluating will need is part of the plan.

One function for all domains: a domain is data. Watching, adjusting and evaluating begin from the `Plan` that was
recorded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from longwave.core.area import area_names
from longwave.core.errors import SolveError, UsageError
from longwave.core.estimate import Grade, Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.macro.model import Model
from longwave.policy.conditions import Ground
from longwave.policy.design import Design, designed
from longwave.policy.diagnose import Diagnosis, diagnose
from longwave.policy.domain import Domain, DomainInstrument, DomainTarget
from longwave.policy.evidence import Measured, State, state_of
from longwave.policy.fan import drawn
from longwave.policy.figures import Figures, figures_of
from longwave.policy.known_part import known_map, known_part, without_unread
from longwave.policy.parameter_evidence import Across, ParameterEvidence, parameters_of
from longwave.policy.problem import Problem, with_outlay
from longwave.policy.robustness import inside
from longwave.policy.trust import Trusted, trusted, unmapped

REPLICATIONS = 1000
FIRST_START, LAST_START = 1900, 2200
MOST_WEIGHT = 1e6
"""Beyond it a target drowns the others in the rounding of the loss."""


@dataclass(frozen=True, eq=False)
class PlanOptions:
    """start: first year in which policy instruments may move (None: the one after the last known); horizon: years of
    the plan (None: the domain's); budget: per cent of GDP a year; parameters: the user's ranges; targets: desired
    values in place of the domain's; bounds: of policy instruments in place of the domain's; only: the policy
    instruments that may be used; replications, seed: of the draws.
    """

    start: int | None = None
    horizon: int | None = None
    budget: float | None = None
    parameters: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    replications: int = REPLICATIONS
    seed: int = 0


OPTIONS = PlanOptions()


@dataclass(frozen=True, eq=False)
class Plan:
    """What the loop found for one area in one domain.

    design: None where the evidence does not carry one; refusals: what could not be said or done, and why.
    """

    domain: Domain
    area: str
    state: State
    parameters: Mapping[str, ParameterEvidence]
    diagnoses: tuple[Diagnosis, ...]
    trusted: Trusted
    figures: Figures | None
    design: Design | None
    refusals: tuple[Refusal, ...]
    options: PlanOptions
    notes: tuple[Message, ...] = ()

    @property
    def problems(self) -> tuple[Diagnosis, ...]:
        return tuple(each for each in self.diagnoses if each.fired and each.rule.problem)

    @property
    def strengths(self) -> tuple[Diagnosis, ...]:
        """What rules found that asks for no action: good or bad, or a caution."""
        return tuple(each for each in self.diagnoses if each.fired and not each.rule.problem)

    @property
    def sources(self) -> tuple[str, ...]:
        found = [source for each in self.state.evidence.values() for source in each.sources]
        found += [] if self.figures is None else list(self.figures.sources)
        return tuple(dict.fromkeys(found))


def plan_for(
    domain: Domain,
    world: Panel,
    area: str,
    options: PlanOptions = OPTIONS,
    *,
    measured: Measured | None = None,
    across: Across | None = None,
    progress: Progress = silent,
) -> Plan:
    """The loop's first three steps for an area.

    world: one source a variable, of every country there is. Raises UsageError for options that do not fit the
    domain; what the figures cannot carry is refused within the plan.
    """
    wanted = adapted(domain, options)
    progress(say("policy.step_collect", domain=domain.names, area=area_names(area)), 0, 4)
    state = state_of(wanted, world, area, measured, known=(options.start or 1) - 1)
    progress(say("policy.step_parameters", domain=domain.names, area=area_names(area)), 1, 4)
    evidence = parameters_of(wanted, state, world, options.parameters, across)
    progress(say("policy.step_analyse", domain=domain.names, area=area_names(area)), 2, 4)
    diagnoses = diagnose(Ground(wanted, state, world, evidence))
    wanted = called_for(wanted, diagnoses, options)
    trust = trusted(wanted, evidence, area, state.refusals)
    progress(say("policy.step_design", domain=domain.names, area=area_names(area)), 3, 4)
    stop = next((each for each in diagnoses if each.fired and each.rule.stops), None)
    if stop is not None:
        reason = say("policy.stopped", diagnosis=stop.rule.diagnosis, reason=stop.rule.reason)
        outcome: Outcome = (None, None, (Refusal(domain.name, reason),))
    else:
        outcome = _designed(wanted, world, state, evidence, trust, options)
    figures, made, refusals = outcome
    progress(say("policy.step_design", domain=domain.names, area=area_names(area)), 4, 4)
    return Plan(
        wanted, area, state, evidence, diagnoses, trust, figures, made,
        (*state.refusals.values(), *trust.refusals, *refusals), options,
    )  # fmt: skip


Outcome: TypeAlias = "tuple[Figures | None, Design | None, tuple[Refusal, ...]]"


def called_for(domain: Domain, diagnoses: Sequence[Diagnosis], options: PlanOptions) -> Domain:
    """The domain with the targets held where they stand that no fired rule calls for and the user did not ask for: an
    ambition without a problem behind it would be spending for its own sake."""
    fired = {each.rule.name for each in diagnoses if each.fired}
    targets = tuple(
        replace(each, desired=each.otherwise, called=False)
        if each.when and not fired & set(each.when) and each.name not in options.targets
        else each
        for each in domain.targets
    )
    return replace(domain, targets=targets)


def _designed(
    domain: Domain,
    world: Panel,
    state: State,
    evidence: Mapping[str, ParameterEvidence],
    trust: Trusted,
    options: PlanOptions,
) -> Outcome:
    lacking = [each for each in domain.indicators if each.needed and each.name not in state.evidence]
    if lacking:
        first = state.refusals[lacking[0].name]
        reason = say("policy.needs", domain=domain.names, name=lacking[0].names, reason=first.reason)
        return None, None, (Refusal(domain.name, reason, first.mend),)
    if not trust.enough:
        reason = say("policy.no_design", domain=domain.names, area=area_names(state.area))
        return None, None, (Refusal(domain.name, reason, say("policy.no_design_mend")),)
    horizon = options.horizon or domain.horizon
    if _all_later(trust.targets, horizon):
        return None, None, (Refusal(domain.name, *_too_short(trust.targets, horizon)),)
    values = {**domain.model.values, **_centres(domain, evidence)}
    kept = {each.name for each in trust.instruments}
    unused = [each.name for each in domain.instruments if each.name not in kept]
    part = known_part(domain.model.with_values(values), _unknown(evidence), unused)
    part = without_unread(part, unmapped(domain, state.refusals))
    model = with_outlay(part, _payable(domain.instruments, part))
    mapped = replace(domain, map=known_map(domain.map, model))
    found = figures_of(mapped, model, state, world, values, options.start, horizon)
    if isinstance(found, Refusal):
        return None, None, (found,)
    later = [each for each in trust.targets if each.after >= horizon]
    notes = tuple(say("policy.counts_later", name=each.names, first=each.after + 1) for each in later)
    found = replace(found, notes=(*found.notes, *notes))
    problem = Problem(model, found, trust.instruments, trust.targets, values, domain.discount, options.budget)
    draws = drawn(replace(domain, model=model), evidence, options.replications, options.seed)
    columns = {each.name for each in (*model.endogenous, *model.exogenous)}
    meanwhile = [each.meanwhile for each in trust.targets if each.meanwhile]
    watched = [name for name in (*domain.watched, *meanwhile) if name in columns]
    try:
        return found, designed(problem, draws, evidence, watched), ()
    except SolveError as error:
        return found, None, (Refusal(domain.name, error.message, error.mend),)


def _unknown(evidence: Mapping[str, ParameterEvidence]) -> list[str]:
    return [name for name, each in evidence.items() if each.grade is Grade.D]


def _payable(instruments: Sequence[DomainInstrument], model: Model) -> list[DomainInstrument]:
    """The policy instruments whose cost is known in a model; the others are left out of the design."""
    known = {each.name for each in model.endogenous} | {each.name for each in model.exogenous}
    return [
        each
        for each in instruments
        if each.name in known and (not isinstance(each.cost, str) or each.cost in known)
    ]


def _centres(domain: Domain, evidence: Mapping[str, ParameterEvidence]) -> dict[str, float]:
    """The middle of what is known of each parameter, within its bounds of sense; what is not known keeps the model's own
    number, and nothing is designed by it."""
    bounds = {each.name: (each.low, each.high) for each in domain.model.parameters}
    return {
        name: inside(each.value, bounds[name], each.uncertain.sign)
        for name, each in evidence.items()
        if each.grade is not Grade.D
    }


def adapted(domain: Domain, options: PlanOptions) -> Domain:
    """The domain with the user's targets, weights and bounds. Raises UsageError for names or numbers that do not
    fit."""
    _check(options.targets, [each.name for each in domain.targets], "target")
    _check(options.weights, [each.name for each in domain.targets], "target")
    _check(options.bounds, [each.name for each in domain.instruments], "instrument")
    _check(options.only, [each.name for each in domain.instruments], "instrument")
    for name, (low, high) in options.bounds.items():
        if not -math.inf < low <= 0.0 <= high < math.inf:
            raise UsageError(
                say("policy.bounds_without_nought", name=name, low=f"{low:g}", high=f"{high:g}"),
                say("policy.bounds_without_nought_mend"),
            )
    for name, weight in options.weights.items():
        if not 0.0 < weight <= MOST_WEIGHT:
            raise UsageError(
                say("policy.bad_weight", name=name, weight=f"{weight:g}", most=f"{MOST_WEIGHT:,.0f}"),
                say("policy.bad_weight_mend"),
            )
    for name, desired in options.targets.items():
        if not math.isfinite(desired):
            raise UsageError(
                say("policy.bad_target", name=name, desired=f"{desired:g}"), say("policy.bad_target_mend")
            )
    if options.start is not None and not FIRST_START <= options.start <= LAST_START:
        raise UsageError(
            say("policy.bad_start", start=str(options.start)),
            say("policy.bad_start_mend", first=str(FIRST_START), last=str(LAST_START)),
        )
    if options.budget is not None and not 0.0 <= options.budget < math.inf:
        raise UsageError(
            say("policy.bad_budget", budget=f"{options.budget:g}"), say("policy.bad_budget_mend")
        )
    if options.horizon is not None and not 1 <= options.horizon <= 50:
        raise UsageError(say("policy.bad_horizon", horizon=options.horizon), say("policy.bad_horizon_mend"))
    if options.horizon is not None and domain.targets and _all_later(domain.targets, options.horizon):
        raise UsageError(*_too_short(domain.targets, options.horizon))
    if not 20 <= options.replications <= 100_000:
        raise UsageError(say("policy.bad_draws", draws=options.replications), say("policy.bad_draws_mend"))
    targets = tuple(
        replace(
            each,
            desired=options.targets.get(each.name, each.desired),
            priority=options.weights.get(each.name, each.priority),
        )
        for each in domain.targets
    )
    instruments = tuple(
        replace(each, low=options.bounds[each.name][0], high=options.bounds[each.name][1])
        if each.name in options.bounds
        else each
        for each in domain.instruments
        if not options.only or each.name in options.only
    )
    return replace(domain, targets=targets, instruments=instruments)


def _all_later(targets: Sequence[DomainTarget], horizon: int) -> bool:
    """Whether every target counts only after the last year of a plan."""
    return all(each.after >= horizon for each in targets)


def _too_short(targets: Sequence[DomainTarget], horizon: int) -> tuple[Message, Message]:
    """What is said of a plan in which no target counts, and the mend."""
    first = min(targets, key=lambda each: each.after)
    return (
        say("policy.horizon_short", years=horizon, name=first.names, first=first.after + 1),
        say("policy.horizon_short_mend", first=first.after + 1),
    )


def _check(given: Sequence[str] | Mapping[str, object], known: Sequence[str], kind: str) -> None:
    for name in given:
        if name not in known:
            raise UsageError(
                say(f"policy.unknown_{kind}", name=name), say("policy.unknown_mend", known=tuple(known))
            )
