"""Watching: the rules that were adopted, on the figures of now, against the path that was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, say
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings, load_settings
from longwave.core.signal import Signal, SignalState
from longwave.policy.monitor.watch import watch
from longwave.workflows.data import area_code
from longwave.workflows.plain import plain_sentence
from longwave.workflows.policy.adopted import Adopted, FrozenRule, last_adoption
from longwave.workflows.policy.plain import names
from longwave.workflows.policy.records import chain_named, chain_title, keep_step
from longwave.workflows.policy.run import domains_of
from longwave.workflows.policy.watched_series import watched_series
from longwave.workflows.policy.world import world_for

_ORDER = {SignalState.FIRED: 0, SignalState.NOT_DECIDABLE: 1, SignalState.QUIET: 2}


@dataclass(frozen=True, eq=False)
class Monitoring:
    """What the watch rules say. signals: those that fired first, each with the domain and the promised column."""

    domain: str
    title: Names
    area: str
    adopted: Adopted
    signals: tuple[tuple[Signal, FrozenRule], ...]
    body: Mapping[str, Any]
    record: PolicyRecord | None
    notes: tuple[Message, ...]

    @property
    def area_names(self) -> Names:
        return area_names(self.area)

    @property
    def fired(self) -> tuple[Signal, ...]:
        return tuple(each for each, _ in self.signals if each.state is SignalState.FIRED)

    def results(self) -> dict[str, Any]:
        return {**self.body, "record": None if self.record is None else self.record.id}


def monitor_policy(
    domain: str,
    area: str,
    *,
    adoption: str | None = None,
    as_of: str | date | None = None,
    record: bool = True,
    made: date | None = None,
    settings: Settings | None = None,
) -> Monitoring:
    """Runs the watch rules of the last adoption (or of the one whose id begins so) on the figures of now, or as they
    stood. Raises UsageError where nothing was adopted."""
    settings = settings or load_settings()
    code, chain = area_code(area, settings), chain_named(domain)
    adopted = last_adoption(chain, code, adoption, settings)
    stood = as_of.isoformat() if isinstance(as_of, date) else as_of
    domains = domains_of(domain)
    world = world_for(domains, settings=settings, as_of=stood)
    series = {each.name: watched_series(each, world.panel, code) for each in domains}
    seen = [
        (_signal(each, series.get(each.domain, {}).get(each.rule.indicator)), each) for each in adopted.rules
    ]
    seen.sort(key=lambda each: _ORDER[each[0].state])
    notes: tuple[Message, ...] = ()
    if adopted.body["figures_to"] is not None:
        notes = (say("policy_verbs.hindsight_watched", year=str(adopted.body["figures_to"])),)
    body = {
        "adoption": adopted.record.id,
        "as_of": stood,
        "signals": [_plain(signal, rule) for signal, rule in seen],
        "data": [
            {"dataset": name, "sha256": each.sha256, "released": each.released}
            for name, each in world.origins.items()
        ],
        "notes": [plain_sentence(each) for each in notes],
        "versions": {"longwave": version("longwave")},
    }
    day = (made or date.today()).isoformat()
    kept = keep_step(RecordKind.MONITORING, chain, code, day, body, settings) if record else None
    return Monitoring(chain, chain_title(domain), code, adopted, tuple(seen), body, kept, notes)


def _signal(frozen: FrozenRule, figures: pd.DataFrame | Refusal | None) -> Signal:
    empty = pd.DataFrame({"value": [], "low": [], "high": []}, dtype=float)
    known = figures if isinstance(figures, pd.DataFrame) else empty
    banded = known["low"].notna().any()
    return watch(
        frozen.rule, known["value"], frozen.since, promised=frozen.promised,
        low=known["low"] if banded else None, high=known["high"] if banded else None,
        before=frozen.figures,
    )  # fmt: skip


def _plain(signal: Signal, frozen: FrozenRule) -> dict[str, Any]:
    return {
        **signal.as_dict(),
        "domain": frozen.domain,
        "promised": frozen.column,
        "title": names(signal.names),
        "meaning": names(signal.meaning),
        "action": names(signal.action),
        "reason": None if signal.reason is None else plain_sentence(signal.reason),
        "mend": None if signal.mend is None else plain_sentence(signal.mend),
        "method": plain_sentence(signal.method),
        "findings": [plain_sentence(each) for each in signal.findings],
    }
