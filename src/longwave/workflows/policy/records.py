"""Records of the policy loop: keeping one after the last of its chain, and finding those that were kept.

A chain holds what was planned, decided, watched, adjusted and found for one domain and area, in the order in which it
was kept. What was kept already is not kept again: the same step with the same content on the same day adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings
from longwave.policy.read import find_domain
from longwave.store import Store
from longwave.workflows.policy.run import ALL, Policy

_ALL_NAMES = Names("All policy domains", "全部政策领域")
PLANS = (RecordKind.PLAN, RecordKind.ADJUSTMENT)
"""What can be adopted."""
SHORTEST_ID = 4
"""Digits of an id that may stand for the whole."""


def keep_plan(made: Policy, settings: Settings) -> str:
    """Keeps a plan and returns the id of its record. Raises what `keep_step` raises."""
    return keep_step(RecordKind.PLAN, chain_of(made), made.area, made.made, made.results(), settings).id


def chain_of(made: Policy) -> str:
    """The name of the chain of a policy: its domain's, or ``all``."""
    return made.plan.domain.name if len(made.plans) == 1 else ALL


def chain_named(what: str | Path) -> str:
    """The chain that a word means: a domain by name or by its folder, or ``all``. Raises UsageError."""
    return ALL if str(what) == ALL else find_domain(what).name


def chain_title(what: str | Path) -> Names:
    """The name of a chain for readers."""
    return _ALL_NAMES if str(what) == ALL else find_domain(what).names


def keep_step(
    kind: RecordKind, domain: str, area: str, made: str, body: Mapping[str, Any], settings: Settings
) -> PolicyRecord:
    """Keeps one step after the last of its chain; one of the same content that is there already is returned instead.

    Raises BadInput for a body that is no plain JSON, StoreError where the store cannot be written.
    """
    with Store.open(settings.store, write=True) as store:
        record = PolicyRecord(str(kind), domain, area, made, body, store.last_kept(domain, area))
        for earlier in store.kept(domain, area, str(kind)):
            if earlier.content == record.content:
                return earlier
        store.keep(record)
    return record


def records_of(domain: str | None, area: str | None, settings: Settings) -> tuple[PolicyRecord, ...]:
    """The records of a domain and area in their order; all where None. Raises StoreError for one that was altered."""
    with Store.open(settings.store) as store:
        return store.kept(domain, area)


def last_of(
    records: Iterable[PolicyRecord], kinds: Iterable[RecordKind], begins: str | None = None
) -> PolicyRecord | None:
    """The last record of some kinds, or the one whose id begins so; None where there is none.

    Raises UsageError for a beginning that is too short, of another kind, or of several records.
    """
    wanted = {str(kind) for kind in kinds}
    of_kind = [each for each in records if each.kind in wanted]
    if begins is None:
        return of_kind[-1] if of_kind else None
    return by_id(of_kind, begins)


def by_id(records: Iterable[PolicyRecord], begins: str) -> PolicyRecord:
    """The one record whose id begins so. Raises UsageError where there is none, or several."""
    text = begins.strip().lower()
    found = [each for each in records if each.id.startswith(text)] if len(text) >= SHORTEST_ID else []
    if len(found) != 1:
        key = "policy_verbs.no_record" if not found else "policy_verbs.several_records"
        raise UsageError(say(key, id=begins), say("policy_verbs.no_record_mend", shortest=SHORTEST_ID))
    return found[0]
