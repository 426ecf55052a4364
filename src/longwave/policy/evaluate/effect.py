"""The measured effect of a policy: one type for every estimator, so that reports and comparisons know only this.

effect_t = actual_t - counterfactual_t,      in the outcome's own unit
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, TestResult
from longwave.core.message import Language, Message, Value, say
from longwave.policy.evaluate.design import EvaluationDesign

Clock: TypeAlias = Literal["period", "event", "horizon"]
PATH_COLUMNS = (
    "effect",
    "low",
    "high",
    "band_low",
    "band_high",
    "cumulated",
    "cumulated_low",
    "cumulated_high",
)

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PolicyEffect:
    """What a policy did.

    clock: what the index of `path` counts: written periods, periods since each area's adoption, or periods since a
    shock; path: columns effect, low, high (each period's interval), band_low, band_high (all periods together),
    cumulated with _low and _high, and actual and counterfactual where the method has them; average, cumulated: over the
    path; p_value: of no effect at all; decidable: False where the figures cannot carry an answer, and `notes` say why;
    placebos: kind (space, time, leave_one_out, lead), name, effect, statistic; weights: donors and their weights; fit:
    actual and counterfactual before the start; refusals: what could not be said, with everything else empty where
    nothing could.
    """

    area: str
    outcome: str
    estimator: str
    start: str
    path: pd.DataFrame = field(default_factory=pd.DataFrame)
    average: Estimate | None = None
    cumulated: Estimate | None = None
    p_value: float | None = None
    method: Message | None = None
    sample: Sample | None = None
    grade: Grade = Grade.D
    decidable: bool = False
    clock: Clock = "period"
    unit: str = ""
    level: float = 0.95
    tests: tuple[TestResult, ...] = ()
    placebos: pd.DataFrame = field(default_factory=pd.DataFrame)
    weights: pd.DataFrame = field(default_factory=pd.DataFrame)
    fit: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Message, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether the average effect's interval leaves nought out, where the figures can carry an answer."""
        return self.decidable and self.average is not None and not self.average.low <= 0 <= self.average.high

    def sentence(self) -> Message:
        """The finding in a sentence."""
        if self.average is None:
            return say("evaluation.nothing_said", area=self.area, outcome=self.outcome)
        key = (
            "evaluation.undecided"
            if not self.decidable
            else "evaluation.effect_seen"
            if self.seen
            else "evaluation.not_seen"
        )
        told: dict[str, Value] = {
            "area": self.area,
            "outcome": self.outcome,
            "value": f"{self.average.value:.4g}",
            "low": f"{self.average.low:.4g}",
            "high": f"{self.average.high:.4g}",
            "level": round(100 * self.average.level),
            "periods": len(self.path),
        }
        return say(key, **told)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        """Everything for a file: numbers as they are, sentences in `lang`."""
        return {
            "area": self.area,
            "outcome": self.outcome,
            "unit": self.unit,
            "estimator": self.estimator,
            "start": self.start,
            "clock": self.clock,
            "sentence": self.sentence().text(lang),
            "decidable": self.decidable,
            "path": _rows(self.path, "period"),
            "average": None if self.average is None else self.average.as_dict(lang),
            "cumulated": None if self.cumulated is None else self.cumulated.as_dict(lang),
            "p_value": self.p_value,
            "level": self.level,
            "method": None if self.method is None else self.method.text(lang),
            "sample": None if self.sample is None else self.sample.as_dict(),
            "grade": str(self.grade),
            "tests": [each.as_dict(lang) for each in self.tests],
            "placebos": _rows(self.placebos),
            "weights": _rows(self.weights),
            "fit": _rows(self.fit, "period"),
            "notes": [each.text(lang) for each in self.notes],
            "refusals": [each.as_dict(lang) for each in self.refusals],
        }


def _rows(table: pd.DataFrame, index: str = "") -> list[dict[str, Any]]:
    shown = table.rename_axis(index).reset_index() if index and len(table) else table
    records = shown.to_dict("records")
    return [{str(k): _plain(v) for k, v in row.items()} for row in records]


def _plain(cell: Any) -> Any:
    if isinstance(cell, float | np.floating):
        return float(cell) if np.isfinite(cell) else None
    return int(cell) if isinstance(cell, np.integer) else cell


@dataclass(frozen=True, eq=False)
class Measured:
    """An effect's numbers before they are worded: path of effects with joint uncertainty.

    effect, low, high, band_low, band_high, cumulated, cumulated_low, cumulated_high: shape (horizon,); average: value,
    low, high; p_value: of no average effect (or as the method says).
    """

    effect: Vector
    low: Vector
    high: Vector
    band_low: Vector
    band_high: Vector
    cumulated: Vector
    cumulated_low: Vector
    cumulated_high: Vector
    average: tuple[float, float, float]
    p_value: float

    def path(self, index: list[str]) -> pd.DataFrame:
        columns = {name: getattr(self, name) for name in PATH_COLUMNS}
        return pd.DataFrame(columns, index=pd.Index(index, dtype=object))


def estimates(
    measured: Measured, design: EvaluationDesign, method: Message, sample: Sample, grade: Grade, level: float
) -> tuple[Estimate, Estimate]:
    """The average and the cumulated effect, each able to speak for itself."""
    average = Estimate(
        "average_effect", *measured.average, design.unit, method, sample, grade, level, design.sources
    )
    last = (
        float(measured.cumulated[-1]),
        float(measured.cumulated_low[-1]),
        float(measured.cumulated_high[-1]),
    )
    cumulated = Estimate("cumulated_effect", *last, design.unit, method, sample, grade, level, design.sources)
    return average, cumulated


def average_test(measured: Measured, method: Message, sample: Sample) -> TestResult:
    """The test of no average effect, the interval taken as four standard errors wide."""
    value, low, high = measured.average
    return TestResult(
        "no_average_effect",
        say("evaluation.null_average"),
        value / max((high - low) / 4, 1e-300),
        measured.p_value <= 0.05,
        method,
        sample,
        p_value=measured.p_value,
    )


def refused(
    design: EvaluationDesign, area: str, start: str, reason: Message, mend: Message | None
) -> PolicyEffect:
    """An effect of which nothing can be said."""
    return PolicyEffect(
        area=area,
        outcome=design.outcome,
        estimator=design.estimator,
        start=start,
        unit=design.unit,
        refusals=(Refusal(f"evaluation.{design.name}", reason, mend),),
    )
