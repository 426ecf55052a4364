"""Since when: a date with its interval, a bound, or the word that none can be given.

One convention for every break and turning point of the house: the date is the last observation of the old
regime. (Stata and EViews name the observation after it.)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from longwave.core.estimate import Grade, Sample
from longwave.core.message import Language, Message


class DatingState(StrEnum):
    """What can be said about a date."""

    PASSED = "passed"
    """It happened: `period` with the interval from `low` to `high`."""
    NOT_BEFORE = "not_before"
    """It has not been seen; if it is to come, then not before `low`."""
    NOT_DATABLE = "not_datable"
    """The figures cannot carry a date; `reason` says why."""
    NO_BREAK = "no_break"
    """The figures are looked through and nothing changed that could be told from noise."""


@dataclass(frozen=True, slots=True)
class Dating:
    """When something changed.

    name: what, e.g. ``tfp_growth_break_1`` or ``era_turning_point``; period: last observation of the old regime;
    low, high: written periods that bound the interval with coverage `level`, None where there is no bound; reason:
    why there is no date, or what limits it; sources: dataset ids.
    """

    name: str
    state: DatingState
    method: Message
    sample: Sample
    grade: Grade
    period: str | None = None
    low: str | None = None
    high: str | None = None
    level: float = 0.95
    reason: Message | None = None
    sources: tuple[str, ...] = ()

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "name": self.name,
            "state": str(self.state),
            "period": self.period,
            "interval": {"low": self.low, "high": self.high, "level": self.level},
            "method": self.method.text(lang),
            "sample": self.sample.as_dict(),
            "grade": str(self.grade),
            "reason": None if self.reason is None else self.reason.text(lang),
            "sources": list(self.sources),
        }
