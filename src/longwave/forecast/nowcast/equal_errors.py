"""Equal squared errors of two runs of nowcasts at the same origins: Diebold-Mariano with the small-sample correction."""

from __future__ import annotations

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Sample, TestResult
from longwave.core.message import Message, say
from longwave.forecast.method import Vector
from longwave.forecast.scores.comparison import diebold_mariano

LEVEL = 0.05


def equal_errors(null: Message, first: Vector, second: Vector, sample: Sample) -> tuple[TestResult, ...]:
    """One test from the errors of both, or none where origins are too few or the two never differ.

    The statistic is below 0 where the first erred less.
    """
    try:
        found = diebold_mariano(first**2, second**2)
    except NotEnoughData:
        return ()
    method = say("nowcast.diebold_mariano")
    rejected = found.p_value < LEVEL
    return (
        TestResult(
            "diebold_mariano", null, found.statistic, rejected, method, sample, found.p_value, level=LEVEL
        ),
    )
