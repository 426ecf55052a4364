"""An adoption read back from its record: the decided paths, the promise, the rules and designs that were frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import UsageError
from longwave.core.message import Names, say
from longwave.core.policy_record import PolicyRecord, RecordKind
from longwave.core.settings import Settings
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.monitor.rule import WatchRule
from longwave.workflows.policy.kept_plan import frame_of
from longwave.workflows.policy.records import last_of, records_of


@dataclass(frozen=True, eq=False)
class FrozenRule:
    """A watch rule as it was adopted. promised: the path that was promised for it, None where none was; figures: as they
    stood then, by written year."""

    domain: str
    rule: WatchRule
    column: str | None
    since: str
    promised: pd.Series | None
    figures: pd.Series | None


@dataclass(frozen=True, eq=False)
class FrozenDesign:
    """An evaluation as it was adopted. promise: frame by written year with value, low, high of the promised effect;
    smallest: the least effect that it could see, None where that was not known."""

    domain: str
    design: EvaluationDesign
    start: str
    promise: pd.DataFrame | None
    smallest: float | None


@dataclass(frozen=True, eq=False)
class Adopted:
    """The record of an adoption."""

    record: PolicyRecord

    @property
    def body(self) -> Mapping[str, Any]:
        return self.record.body

    @property
    def paths(self) -> Mapping[str, Mapping[str, float]]:
        """By policy instrument and written year, against what was in force at the decision."""
        found: Mapping[str, Mapping[str, float]] = self.body["paths"]
        return found

    def level(self, name: str, year: int) -> float:
        """The decided level in a year: nothing before the first, the last one after the plan's end."""
        path = {int(period): value for period, value in self.paths.get(name, {}).items()}
        before = [period for period in path if period <= year]
        return float(path[max(before)]) if before else 0.0

    def outcome(self, column: str) -> pd.DataFrame:
        """The promised path of a column: frame by written year with value, low, high."""
        return frame_of(self.body["promise"]["outcomes"][column], "value", "low", "high")

    @property
    def rules(self) -> tuple[FrozenRule, ...]:
        return tuple(self._rule(each) for each in self.body["watch"])

    def _rule(self, told: Mapping[str, Any]) -> FrozenRule:
        column, since = told["promised"], told["since"]
        promised = None if column is None else self.outcome(column)["value"]
        figures = pd.Series(told["figures"], dtype=float) if told["figures"] else None
        return FrozenRule(
            told["domain"], rule_of(told["rule"]), column, since,
            None if promised is None else promised[promised.index >= since], figures,
        )  # fmt: skip

    @property
    def designs(self) -> tuple[FrozenDesign, ...]:
        return tuple(self._frozen(each) for each in self.body["evaluation"])

    def _frozen(self, told: Mapping[str, Any]) -> FrozenDesign:
        design = design_of_record(told["design"])
        effects = self.body["promise"]["effects"].get(design.promised)
        promise = None if effects is None else frame_of(effects, "value", "low", "high").dropna()
        if promise is not None:
            promise = promise[promise.index >= told["start"]]
        return FrozenDesign(told["domain"], design, told["start"], promise, told["smallest"])


def last_adoption(chain: str, area: str, begins: str | None, settings: Settings) -> Adopted:
    """The last adoption of a chain, or the one whose id begins so. Raises UsageError where there is none."""
    found = last_of(records_of(chain, area, settings), (RecordKind.ADOPTION,), begins)
    if found is None:
        raise UsageError(
            say("policy_verbs.no_adoption", domain=chain, area=area_names(area)),
            say("policy_verbs.no_adoption_mend", domain=chain, area=area),
        )
    return Adopted(found)


def rule_of(told: Mapping[str, Any]) -> WatchRule:
    """A watch rule out of a record."""
    words = {key: Names(**told[key]) for key in ("meaning", "action", "names")}
    return WatchRule(**{**told, **words, "skip": tuple(told["skip"])})


def design_of_record(told: Mapping[str, Any]) -> EvaluationDesign:
    """An evaluation design out of a record."""
    lists = {key: tuple(told[key]) for key in ("donors", "exclude", "sources")}
    return EvaluationDesign(**{**told, **lists, "title": Names(**told["title"])})
