"""A plan read back from its record: the years, the instruments, the best paths and what they were to bring.

Records of plans and of adjustments have the same parts, so what comes after reads both alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.message import Names, say
from longwave.core.policy_record import PolicyRecord
from longwave.policy.loop import PlanOptions

LEVEL = 0.9
"""Level of the intervals that a plan's record holds (its quantiles of 5 and 95 %)."""


@dataclass(frozen=True, slots=True)
class KeptInstrument:
    """A policy instrument as the record has it; in_force: its level, against the first plan, when this one was made."""

    name: str
    names: Names
    unit: Names
    low: float
    high: float
    in_force: float


@dataclass(frozen=True, eq=False)
class KeptPlan:
    """The record of a plan or an adjustment that has a design. Raises NotEnoughData where it has none."""

    record: PolicyRecord

    def __post_init__(self) -> None:
        if self._design is None:
            raise NotEnoughData(
                say("policy_verbs.no_design", id=self.record.id[:12]), say("policy_verbs.no_design_mend")
            )

    @property
    def body(self) -> Mapping[str, Any]:
        return self.record.body

    @property
    def _design(self) -> Mapping[str, Any] | None:
        joint = self.body["joint"]
        found = next(iter(self.body["plans"].values()))["design"] if joint is None else joint["design"]
        return found if isinstance(found, dict) else None

    @property
    def design(self) -> Mapping[str, Any]:
        assert self._design is not None  # noqa: S101  the constructor has looked
        return self._design

    @property
    def base(self) -> int:
        """Last year that was known."""
        return int(self.design["base"])

    @property
    def start(self) -> int:
        return int(self.design["start"])

    @property
    def last(self) -> int:
        return int(self.design["last"])

    @property
    def years(self) -> range:
        return range(self.start, self.last + 1)

    @property
    def figures_to(self) -> int | None:
        """The last year looked at by a plan made in hindsight."""
        return self.body.get("figures_to")

    @property
    def as_of(self) -> str | None:
        found = self.body["as_of"]
        return None if found is None else str(found)

    @cached_property
    def instruments(self) -> tuple[KeptInstrument, ...]:
        forced = self.body.get("in_force", {})
        return tuple(
            KeptInstrument(
                each["name"], _names(each["title"]), _names(each["unit"]), each["low"], each["high"],
                float(forced.get(each["name"], 0.0)),
            )
            for each in self.design["instruments"]
        )  # fmt: skip

    @property
    def best(self) -> dict[str, dict[str, float]]:
        """The best paths, by instrument and written year."""
        return {name: _path(frame, "best") for name, frame in self.design["mix"].items()}

    @property
    def held(self) -> dict[str, dict[str, float]]:
        """The paths that hold where nothing else is decided: no change, or what was adopted before."""
        before = self.body.get("kept_paths", {})
        return {
            each.name: {
                str(year): float(before.get(each.name, {}).get(str(year), 0.0)) for year in self.years
            }
            for each in self.instruments
        }

    @property
    def outcomes(self) -> dict[str, pd.DataFrame]:
        """What the best paths bring: by column, a frame by year with columns value, low, high (90 %)."""
        return {name: frame_of(each, "0.5", "0.05", "0.95") for name, each in self.design["outcomes"].items()}

    @property
    def effects(self) -> dict[str, pd.DataFrame]:
        """As `outcomes`, against doing nothing."""
        return {
            name: frame_of(each, "median", "low", "high") for name, each in self.design["effects"].items()
        }

    @property
    def checksums(self) -> dict[str, str]:
        """Of the datasets that were read."""
        return {each["dataset"]: each["sha256"] for each in self.body["data"]}

    @property
    def options(self) -> PlanOptions:
        told = dict(self.body["options"])
        for name in ("parameters", "bounds"):
            told[name] = {key: (float(low), float(high)) for key, (low, high) in told[name].items()}
        return PlanOptions(**{**told, "only": tuple(told["only"])})


def frame_of(told: Mapping[str, Any], value: str, low: str, high: str) -> pd.DataFrame:
    """A frame by written year with columns value, low, high out of three columns of a recorded one."""
    index = pd.Index([str(each) for each in told["period"]], name="period", dtype=object)
    columns = {"value": told[value], "low": told[low], "high": told[high]}
    return pd.DataFrame(columns, index=index, dtype=float)


def _path(told: Mapping[str, Any], column: str) -> dict[str, float]:
    return {
        str(year): float(value)
        for year, value in zip(told["period"], told[column], strict=True)
        if value is not None
    }


def _names(told: Mapping[str, str]) -> Names:
    return Names(told["en"], told["zh"])
