"""Looking back: every record of the policy loop in order, each in a sentence, and whether their chain is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longwave.core.area import find_area
from longwave.core.errors import StoreError, UnknownArea
from longwave.core.harvest import Fault
from longwave.core.message import Message, Names, say
from longwave.core.policy_record import PolicyRecord
from longwave.core.settings import Settings, load_settings
from longwave.policy.read import domain_names
from longwave.store import Store
from longwave.workflows.plain import plain_sentence
from longwave.workflows.policy.records import by_id, records_of
from longwave.workflows.policy.run import ALL

MOVED = 0.02
"""Share of its range below which a policy instrument counts as not moved."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record in the order of keeping. words: what it says; faults: why it or its place in the chain cannot be
    believed."""

    id: str
    kind: str
    domain: str
    area: str
    made: str
    previous: str
    words: Message
    faults: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class History:
    """The entries asked for; faults: of the whole chain, also of records that are not shown."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]

    def results(self) -> dict[str, Any]:
        return {
            "records": [
                {
                    "id": each.id, "kind": each.kind, "domain": each.domain, "area": each.area, "made": each.made,
                    "previous": each.previous, "says": plain_sentence(each.words),
                    "faults": [plain_sentence(one) for one in each.faults],
                }
                for each in self.entries
            ],
            "whole": not self.faults,
            "faults": [plain_sentence(each.message) for each in self.faults],
        }  # fmt: skip


def policy_history(
    domain: str | None = None, area: str | None = None, *, settings: Settings | None = None
) -> History:
    """The history of a domain and area, of either, or of all; an area may stand in the place of the domain."""
    settings = settings or load_settings()
    with Store.open(settings.store) as store:
        headers, faults = store.listed(), store.check_chain()
        chain, code = _asked(domain, area, {each.domain for each in headers})
        entries = []
        for each in headers:
            if chain not in (None, each.domain) or code not in (None, each.area):
                continue
            wrong = tuple(fault.message for fault in faults if each.id[:12] in fault.subject)
            try:
                words = sentence(store.read_kept(each))
            except StoreError:
                words = say("policy_verbs.altered")
            entries.append(
                Entry(each.id, each.kind, each.domain, each.area, each.made, each.previous, words, wrong)
            )
    return History(tuple(entries), faults)


def _asked(domain: str | None, area: str | None, chains: set[str]) -> tuple[str | None, str | None]:
    """Domain and area as they are written in records."""
    if domain is not None and area is None and domain not in {ALL, *domain_names(), *chains}:
        return None, _code(domain)
    return domain, None if area is None else _code(area)


def _code(area: str) -> str:
    try:
        return find_area(area).code
    except UnknownArea:
        return area


def one_record(begins: str, *, settings: Settings | None = None) -> PolicyRecord:
    """The record whose id begins so. Raises UsageError where there is none or several."""
    return by_id(records_of(None, None, settings or load_settings()), begins)


def sentence(record: PolicyRecord) -> Message:
    """What a record says, in one sentence; a body that is not as the house writes it says only that it is there."""
    try:
        return _SENTENCES.get(record.kind, _other)(record.body)
    except (KeyError, TypeError, IndexError, ValueError):
        return say("policy_verbs.history_other")


def _other(body: Mapping[str, Any]) -> Message:
    return say("policy_verbs.history_other")


def _plan(body: Mapping[str, Any]) -> Message:
    joint = body["joint"]
    design = next(iter(body["plans"].values()))["design"] if joint is None else joint["design"]
    if design is None:
        plans = list(body["plans"].values())
        refusals = (joint or plans[0])["refusals"] or plans[0]["refusals"]
        reason = refusals[-1]["reason"]
        return say("policy_verbs.history_no_design", reason=Names(reason["en"], reason["zh"]))
    paths = {name: _means(told["period"], told["best"]) for name, told in design["mix"].items()}
    return say(
        "policy_verbs.history_plan", start=design["start"], last=design["last"], parts=_parts(design, paths)
    )


def _parts(design: Mapping[str, Any], means: Mapping[str, float]) -> tuple[Message, ...]:
    """The policy instruments that move, with their mean."""
    found = tuple(
        say(
            "policy_verbs.history_part", name=Names(**each["title"]), value=means[each["name"]],
            unit=Names(**each["unit"]),
        )
        for each in design["instruments"]
        if abs(means.get(each["name"], 0.0)) > MOVED * (each["high"] - each["low"])
    )  # fmt: skip
    return found or (say("policy_verbs.history_still"),)


def _means(periods: list[str], values: list[float | None]) -> float:
    known = [value for _, value in zip(periods, values, strict=True) if value is not None]
    return sum(known) / len(known) if known else 0.0


def _adoption(body: Mapping[str, Any]) -> Message:
    means = {name: _means(list(path), list(path.values())) for name, path in body["paths"].items()}
    note = say("policy_verbs.history_note", note=body["note"]) if body["note"] else ""
    return say("policy_verbs.history_adoption", on=body["decided_on"], parts=_parts(body, means), note=note)


def _monitoring(body: Mapping[str, Any]) -> Message:
    signals = body["signals"]
    fired = tuple(Names(**each["title"]) for each in signals if each["state"] == "fired")
    if not fired:
        undecided = sum(each["state"] == "not_decidable" for each in signals)
        return say("policy_verbs.history_quiet", of=len(signals), open=undecided)
    return say("policy_verbs.history_monitoring", fired=len(fired), of=len(signals), names=fired)


def _adjustment(body: Mapping[str, Any]) -> Message:
    design = (
        next(iter(body["plans"].values()))["design"] if body["joint"] is None else body["joint"]["design"]
    )
    means = {name: _means(told["period"], told["best"]) for name, told in design["mix"].items()}
    losses = {each["name"]: each["loss"] for each in body["comparison"]}
    return say(
        "policy_verbs.history_adjustment", start=design["start"], parts=_parts(design, means), **losses
    )


def _evaluation(body: Mapping[str, Any]) -> Message:
    told = [each for each in body["answers"] if each["average"] is not None]
    said = (told[0]["promise"] or told[0])["sentence"]
    return say("policy_verbs.history_evaluation", sentence=Names(said["en"], said["zh"]))


_SENTENCES = {
    "plan": _plan,
    "adoption": _adoption,
    "monitoring": _monitoring,
    "adjustment": _adjustment,
    "evaluation": _evaluation,
}
