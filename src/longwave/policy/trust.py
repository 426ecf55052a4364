"""Which policy instruments and targets a design may rest on: no unknown parameter on the way, and at most two that
only the literature knows. What does not pass is left out by name; where nothing is left there is a diagnosis and
no design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from longwave.core.estimate import Grade, Refusal
from longwave.core.message import say
from longwave.macro.language.tree import names_in
from longwave.policy.domain import Domain, DomainInstrument, DomainTarget
from longwave.policy.known_part import moved_by
from longwave.policy.parameter_evidence import ParameterEvidence

MOST_C = 2
NONE: Mapping[str, Refusal] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Trusted:
    """What is left to design with, and why the rest was left out."""

    instruments: tuple[DomainInstrument, ...]
    targets: tuple[DomainTarget, ...]
    refusals: tuple[Refusal, ...]

    @property
    def enough(self) -> bool:
        return bool(self.instruments and self.targets)


def trusted(
    domain: Domain,
    evidence: Mapping[str, ParameterEvidence],
    area: str,
    absent: Mapping[str, Refusal] = NONE,
) -> Trusted:
    """The policy instruments and targets of a domain that the evidence carries; absent: the indicators without
    figures, each with why."""
    refusals: list[Refusal] = []
    gone = _gone(domain, evidence)
    instruments = []
    for lever in domain.instruments:
        refusal = _barred(lever, area) or _unknown(lever, evidence) or _moved(lever, gone)
        if refusal is None:
            instruments.append(lever)
        else:
            refusals.append(refusal)
    targets, thin = _reachable(domain, evidence, gone, absent, instruments)
    blind = [each for each in instruments if each.serves and each.serves not in {one.name for one in targets}]
    if blind:
        refusals += [_blind(each, domain) for each in blind]
        instruments = [each for each in instruments if each not in blind]
        targets, thin = _reachable(domain, evidence, gone, absent, instruments)
    refusals += thin
    served = [each for each in instruments if any(_carries(each, target, evidence) for target in targets)]
    refusals += [
        Refusal(each.name, say("policy.serves_nothing", name=each.names), say("policy.serves_nothing_mend"))
        for each in instruments
        if each not in served
    ]
    return Trusted(tuple(served), tuple(targets), tuple(refusals))


def _reachable(
    domain: Domain,
    evidence: Mapping[str, ParameterEvidence],
    gone: Mapping[str, Refusal],
    absent: Mapping[str, Refusal],
    instruments: list[DomainInstrument],
) -> tuple[list[DomainTarget], list[Refusal]]:
    """The targets that some policy instruments can be set to serve, and why the others are left out."""
    kept, refusals = [], []
    for target in domain.targets:
        refusal = (
            _unknown(target, evidence)
            or _moved(target, gone)
            or _aimless(target, domain, absent)
            or _too_thin(target, instruments, evidence)
        )
        if refusal is None:
            kept.append(target)
        else:
            refusals.append(refusal)
    return kept, refusals


def _aimless(target: DomainTarget, domain: Domain, absent: Mapping[str, Refusal]) -> Refusal | None:
    """A target of which nobody has said where it should be: none is made up for it."""
    why = unmapped(domain, absent).get(target.desired) if isinstance(target.desired, str) else None
    if why is None:
        return None
    return Refusal(
        target.name,
        say("policy.left_out", name=target.names, reason=why.reason),
        say("policy.aim_mend", name=target.name),
    )


def unmapped(domain: Domain, absent: Mapping[str, Refusal]) -> dict[str, Refusal]:
    """The columns all of whose alternatives read an indicator without figures, each with why."""
    found = {}
    for column, ways in domain.map.items():
        lacking = [next((n for n in names_in(way.expression) if n in absent), "") for way in ways]
        if lacking and all(lacking):
            found[column] = absent[lacking[0]]
    return found


def _blind(lever: DomainInstrument, domain: Domain) -> Refusal:
    aim = domain.target(lever.serves).names
    return Refusal(
        lever.name, say("policy.blind", name=lever.names, target=aim), say("policy.serves_nothing_mend")
    )


def _barred(lever: DomainInstrument, area: str) -> Refusal | None:
    for bar in lever.bars:
        if area in bar.areas:
            return Refusal(lever.name, say("policy.barred", name=lever.names, why=bar.why))
    return None


def _unknown(
    thing: DomainInstrument | DomainTarget, evidence: Mapping[str, ParameterEvidence]
) -> Refusal | None:
    for name in thing.through:
        found = evidence[name]
        if found.grade is Grade.D and found.refusal is not None:
            return Refusal(
                thing.name,
                say("policy.left_out", name=thing.names, reason=found.refusal.reason),
                found.refusal.mend,
            )
    return None


def _gone(domain: Domain, evidence: Mapping[str, ParameterEvidence]) -> dict[str, Refusal]:
    """The columns that an unknown parameter moves, each with why it is unknown."""
    found: dict[str, Refusal] = {}
    unused = [each.name for each in domain.instruments if _unknown(each, evidence) is not None]
    for name, each in evidence.items():
        if each.grade is Grade.D and each.refusal is not None:
            found |= dict.fromkeys(moved_by(domain.model, [name], unused) - found.keys(), each.refusal)
    return found


def _moved(thing: DomainInstrument | DomainTarget, gone: Mapping[str, Refusal]) -> Refusal | None:
    """A target that an unknown parameter moves, or a cost that it does, whether or not the domain says so."""
    read = thing.cost if isinstance(thing, DomainInstrument) else thing.desired
    for name in (thing.name, read):
        if isinstance(name, str) and name in gone:
            why = gone[name]
            return Refusal(thing.name, say("policy.left_out", name=thing.names, reason=why.reason), why.mend)
    return None


def _too_thin(
    target: DomainTarget, instruments: list[DomainInstrument], evidence: Mapping[str, ParameterEvidence]
) -> Refusal | None:
    if not instruments or any(_carries(each, target, evidence) for each in instruments):
        return None
    thin = tuple(
        dict.fromkeys(
            evidence[name].names
            for lever in instruments
            for name in _path(lever, target)
            if evidence[name].grade is Grade.C
        )
    )
    return Refusal(
        target.name,
        say("policy.too_thin", name=target.names, parameters=thin, most=MOST_C),
        say("policy.too_thin_mend"),
    )


def _path(lever: DomainInstrument, target: DomainTarget) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*lever.through, *target.through)))


def _carries(
    lever: DomainInstrument, target: DomainTarget, evidence: Mapping[str, ParameterEvidence]
) -> bool:
    return sum(evidence[name].grade is Grade.C for name in _path(lever, target)) <= MOST_C
