"""A watch rule: which figure, by which chart, how rare a false alarm, what an alarm would mean and what to do then.

    [[watch]]
    name = "inflation_misses"
    title = { en = "Inflation away from its target", zh = "通胀偏离目标" }
    indicator = "inflation"             # an indicator of the domain, or an expression over concepts
    kind = "cusum"                      # cusum, ewma or threshold
    direction = "both"                  # up, down or both
    run_length = 50                     # years between two false alarms (cusum, ewma)
    meaning = { en = "...", zh = "..." }
    action = { en = "...", zh = "..." }

``assurance`` (default .5) is the share of samples for which the run length is at least that long; ``first`` and ``skip``
say which figures before the decision were in control. A threshold has ``value`` and ``persistence`` (periods on end,
default 2) instead of ``run_length``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from longwave.core.errors import BadInput
from longwave.core.message import Message, Names, say
from longwave.core.period import Period
from longwave.policy.monitor.run_length import ChartKind, Direction
from longwave.policy.toml_table import TomlTable

WatchKind: TypeAlias = ChartKind | Literal["threshold"]
KINDS: tuple[WatchKind, ...] = ("cusum", "ewma", "threshold")
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "both")
SHORTEST_YEARS, LONGEST_YEARS = 5.0, 2_000.0
"""Years between two false alarms: more often and nobody listens, more seldom and nothing is ever seen."""
MOST_PERSISTENCE = 60
MOST_ASSURANCE = 0.95
RUN_LENGTH = 50.0
"""Years, unless the rule says otherwise: one false alarm in some ten rules watched for five years."""
ASSURANCE = 0.5
_NAMELESS = Names("")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class WatchRule:
    """One rule. indicator: name or expression that a workflow turns into figures; run_length: years; value, persistence: of
    a threshold; first, skip: written periods, see the module.
    """

    name: str
    indicator: str
    kind: WatchKind
    direction: Direction
    meaning: Names
    action: Names
    names: Names = _NAMELESS
    run_length: float = RUN_LENGTH
    assurance: float = ASSURANCE
    value: float | None = None
    persistence: int = 2
    first: str = ""
    skip: tuple[str, ...] = ()

    @property
    def title(self) -> Names:
        return self.names if self.names.en else Names(self.name)


def read_rule(told: TomlTable) -> WatchRule:
    """The rule of one table. Raises BadInput with the file, the key and the mend."""
    kind = cast(WatchKind, told.choice("kind", KINDS))
    chart = kind != "threshold"
    rule = WatchRule(
        name=told.text("name"),
        names=told.names("title", _NAMELESS),
        indicator=told.text("indicator"),
        kind=kind,
        direction=cast(Direction, told.choice("direction", DIRECTIONS, "both" if chart else None)),
        meaning=told.names("meaning"),
        action=told.names("action"),
        run_length=told.number("run_length", RUN_LENGTH) if chart else RUN_LENGTH,
        assurance=told.number("assurance", ASSURANCE) if chart else ASSURANCE,
        value=None if chart else told.number("value"),
        persistence=2 if chart else told.whole("persistence", 2),
        first=told.text("first", "") if chart else "",
        skip=told.texts("skip") if chart else (),
    )
    _refuse_foreign(told, kind)
    told.finish()
    for key, wanted in _faults(rule):
        raise told.wrong(key, wanted)
    return rule


def read_rules(tables: Iterable[TomlTable]) -> tuple[WatchRule, ...]:
    """The rules of a file. Raises BadInput, also where two have one name."""
    found: dict[str, WatchRule] = {}
    for told in tables:
        rule = read_rule(told)
        if rule.name in found:
            raise told.wrong("name", say("monitor.name_twice", name=rule.name))
        found[rule.name] = rule
    return tuple(found.values())


_CHART_ONLY = ("run_length", "assurance", "first", "skip")
_THRESHOLD_ONLY = ("value", "persistence")


def _refuse_foreign(told: TomlTable, kind: WatchKind) -> None:
    foreign = _CHART_ONLY if kind == "threshold" else _THRESHOLD_ONLY
    for key in foreign:
        if told.has(key):
            raise told.wrong(key, say("monitor.foreign_key", kind=kind, keys=foreign))


def check_rule(rule: WatchRule) -> None:
    """Raises BadInput for a rule that cannot be, however it was made."""
    for key, wanted in _faults(rule):
        raise BadInput(say("monitor.rule_wrong", name=rule.name, part=key, wanted=wanted))


def _faults(rule: WatchRule) -> Iterator[tuple[str, Message]]:
    """What is wrong: the key, and what it should be."""
    if not _NAME.fullmatch(rule.name):
        yield "name", say("monitor.bad_name")
    if not rule.indicator:
        yield "indicator", say("monitor.no_indicator")
    if rule.kind not in KINDS:
        yield "kind", say("monitor.one_of", choices=KINDS)
    if rule.direction not in DIRECTIONS:
        yield "direction", say("monitor.one_of", choices=DIRECTIONS)
    for key, names in (("meaning", rule.meaning), ("action", rule.action)):
        if not names.en.strip():
            yield key, say("monitor.says_nothing")
    if rule.kind == "threshold" and rule.direction == "both":
        yield "direction", say("monitor.one_way")
    if rule.kind == "threshold" and (rule.value is None or not math.isfinite(rule.value)):
        yield "value", say("monitor.no_value")
    if not SHORTEST_YEARS <= rule.run_length <= LONGEST_YEARS:
        yield "run_length", say("monitor.run_length_years", low=SHORTEST_YEARS, high=LONGEST_YEARS)
    if not 0 <= rule.assurance <= MOST_ASSURANCE:
        yield "assurance", say("monitor.bad_assurance", most=MOST_ASSURANCE)
    if not 1 <= rule.persistence <= MOST_PERSISTENCE:
        yield "persistence", say("monitor.bad_persistence", most=MOST_PERSISTENCE)
    for key, periods in (("first", (rule.first,) if rule.first else ()), ("skip", rule.skip)):
        if not all(_is_period(each) for each in periods):
            yield key, say("monitor.bad_period")


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except BadInput:
        return False
    return True
