"""An estimate that can speak for itself: value, interval, method, sample and evidence grade; or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from longwave.core.message import Language, Message


class Grade(StrEnum):
    """How much evidence stands behind an estimate; the rule is `grade_of`.

    A strong, B fair, C thin, D too thin to build on (shown only with its warning).
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"


def grade_of(observations: int, share_observed: float = 1.0) -> Grade:
    """The evidence grade of an estimate from a time series.

    observations: how many it rests on; share_observed: the part of its inputs that the publisher observed rather
    than modelled, filled or partly totalled (0 to 1). A needs 40 observations, B 20, C 10; one grade is lost
    where less than nine tenths was observed.
    """
    ladder = (Grade.A, Grade.B, Grade.C, Grade.D)
    step = 0 if observations >= 40 else 1 if observations >= 20 else 2 if observations >= 10 else 3
    return ladder[min(step + (share_observed < 0.9), 3)]


@dataclass(frozen=True, slots=True)
class Sample:
    """What an estimate rests on."""

    observations: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its doubt.

    name: what it is, e.g. ``tfp_growth``; unit: text of a `Unit`; low and high bound the interval with coverage
    `level`; method: how interval and value were made; sources: dataset ids.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    method: Message
    sample: Sample
    grade: Grade
    level: float = 0.95
    sources: tuple[str, ...] = ()

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "interval": {"low": self.low, "high": self.high, "level": self.level},
            "unit": self.unit,
            "method": self.method.text(lang),
            "sample": {
                "observations": self.sample.observations,
                "first": self.sample.first,
                "last": self.sample.last,
            },
            "grade": str(self.grade),
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could not be said, why, and what would mend it. A result like any other."""

    subject: str
    reason: Message
    mend: Message | None = None

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        mend = None if self.mend is None else self.mend.text(lang)
        return {"subject": self.subject, "reason": self.reason.text(lang), "mend": mend}
