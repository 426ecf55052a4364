"""An estimate that can speak for itself: value, interval, method, sample and evidence grade; a test; or a
refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

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

    def as_dict(self) -> dict[str, Any]:
        return {"observations": self.observations, "first": self.first, "last": self.last}


RANGE = 0.0
"""Level of bounds that are a range of assumptions or weights and have no probability."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its doubt.

    name: what it is, e.g. ``tfp_growth``; unit: text of a `Unit`; low and high bound the interval with coverage
    `level`, which is 1 for arithmetic without error and `RANGE` for bounds without probability; method: how
    interval and value were made; sources: dataset ids.
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
            "interval": {"low": self.low, "high": self.high, "level": self.level or None},
            "unit": self.unit,
            "method": self.method.text(lang),
            "sample": self.sample.as_dict(),
            "grade": str(self.grade),
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test that states its null in words.

    null: what is assumed until the figures speak against it, as a sentence; rejected: whether they do at `level`;
    p_value: None where only critical values are known; critical: the value that the statistic must exceed (or
    fall below) at `level`, None where the p-value decides; method: how statistic and null distribution were made.
    """

    __test__: ClassVar[bool] = False

    name: str
    null: Message
    statistic: float
    rejected: bool
    method: Message
    sample: Sample
    p_value: float | None = None
    critical: float | None = None
    level: float = 0.05
    sources: tuple[str, ...] = ()

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "name": self.name,
            "null": self.null.text(lang),
            "statistic": self.statistic,
            "p_value": self.p_value,
            "critical": self.critical,
            "level": self.level,
            "rejected": self.rejected,
            "method": self.method.text(lang),
            "sample": self.sample.as_dict(),
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
