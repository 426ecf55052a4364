"""What was promised against what was measured, period by period and on average.

    difference = measured - promised,    interval half-widths added in quadrature

Both are uncertain and were found independently: the promise on a model before the start, the measurement on figures after
it. The promise's errors are taken to move together over periods (its model is wrong in one way), which is the cautious
reading. The verdict is one of a closed list, and absence of evidence is only told as evidence of absence where the design
could have seen the effect. That a promise was kept is a claim like any other: it needs a difference that is known to be
small, not one that is merely unknown, or the vaguest promise would always be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.estimate import Estimate
from longwave.core.message import Message, say
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.effect import PolicyEffect
from longwave.policy.evaluate.outcome import wide_figures
from longwave.policy.evaluate.power import Power

Vector = NDArray[np.float64]

PER_HALF_WIDTH = 2.802 / 1.960
"""Effect found with 80 % probability at 5 %, in half-widths of a 95 % interval."""


class Verdict(StrEnum):
    """How a promise fared."""

    BETTER = "better"
    AS_PROMISED = "as_promised"
    WORSE = "worse"
    NOTHING_SEEN = "nothing_seen"
    NOT_DECIDABLE = "not_decidable"


@dataclass(frozen=True, eq=False)
class PromiseCheck:
    """A promise and what became of it.

    path: by period promised, promised_low, promised_high, measured, measured_low, measured_high, difference with _low and
    _high; difference: of the averages; smallest: the effect that could have been seen; sentence: the verdict in words.
    """

    verdict: Verdict
    sentence: Message
    difference: Estimate | None = None
    promised: tuple[float, float, float] | None = None
    smallest: float | None = None
    path: pd.DataFrame = field(default_factory=pd.DataFrame)


def compare(
    effect: PolicyEffect, promise: pd.DataFrame, design: EvaluationDesign, power: Power | None = None
) -> PromiseCheck:
    """The verdict on a promise.

    promise: index as the effect's path (written periods, or 0, 1, ... since adoption or shock), columns value, low, high of
    the promised *effect* (with the policy less without it), same unit and level. Raises BadInput for a promise without these
    columns or with bounds that do not hold its value, NotEnoughData where it shares no period with the measurement.
    """
    if effect.average is None or not len(effect.path):
        return PromiseCheck(
            Verdict.NOT_DECIDABLE, say("evaluation.verdict_no_effect", outcome=effect.outcome)
        )
    told = _checked(promise, effect.clock == "period")
    shared = [each for each in effect.path.index if each in told.index]
    if not shared:
        raise NotEnoughData(say("evaluation.promise_elsewhere"), say("evaluation.promise_elsewhere_mend"))
    path = _by_period(effect.path.loc[shared], told.loc[shared])
    measured, low, high = _average(effect, shared)
    promised = tuple(float(told.loc[shared, each].mean()) for each in ("value", "low", "high"))
    value = measured - promised[0]
    down = float(np.hypot(measured - low, promised[2] - promised[0]))
    up = float(np.hypot(high - measured, promised[0] - promised[1]))
    smallest = _smallest(effect, design, power, (high - low) / 2)
    sign = _direction(design, promised[0])
    verdict, sentence = _verdict(
        effect.decidable, (low, high), (value - down, value + up), promised[0], smallest, sign
    )
    difference = Estimate(
        "measured_less_promised",
        value,
        value - down,
        value + up,
        design.unit,
        say("evaluation.method_promise"),
        effect.average.sample,
        effect.grade,
        effect.level,
        design.sources,
    )
    told_as = say(
        f"evaluation.verdict_{sentence}",
        area=effect.area,
        outcome=effect.outcome,
        promised=f"{promised[0]:.4g}",
        promised_low=f"{promised[1]:.4g}",
        promised_high=f"{promised[2]:.4g}",
        measured=f"{measured:.4g}",
        low=f"{low:.4g}",
        high=f"{high:.4g}",
        smallest=f"{smallest:.3g}",
    )
    return PromiseCheck(verdict, told_as, difference, (promised[0], promised[1], promised[2]), smallest, path)


def _checked(promise: pd.DataFrame, dated: bool) -> pd.DataFrame:
    missing = [each for each in ("value", "low", "high") if each not in promise.columns]
    if missing:
        raise BadInput(
            say("evaluation.promise_columns", names=tuple(missing)), say("evaluation.promise_mend")
        )
    chosen = promise[["value", "low", "high"]]
    if dated:
        told = wide_figures(chosen, "promise").dropna()
    else:
        told = chosen.apply(pd.to_numeric, errors="coerce").dropna()
        told.index = pd.Index([str(each) for each in told.index], dtype=object)
    if ((told["low"] > told["value"]) | (told["value"] > told["high"])).any():
        raise BadInput(say("evaluation.promise_bounds"), say("evaluation.promise_mend"))
    return told


def _by_period(measured: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    path = pd.DataFrame(
        {f"promised{end}": told[name] for end, name in (("", "value"), ("_low", "low"), ("_high", "high"))}
    )
    path["measured"], path["measured_low"], path["measured_high"] = (
        measured["effect"],
        measured["low"],
        measured["high"],
    )
    path["difference"] = path["measured"] - path["promised"]
    down = np.hypot(path["measured"] - path["measured_low"], path["promised_high"] - path["promised"])
    up = np.hypot(path["measured_high"] - path["measured"], path["promised"] - path["promised_low"])
    path["difference_low"], path["difference_high"] = path["difference"] - down, path["difference"] + up
    return path


def _average(effect: PolicyEffect, shared: list[str]) -> tuple[float, float, float]:
    """The average over the shared periods: exact where they are the first of the path, from the cumulated effect."""
    cut = effect.path.loc[shared]
    value = float(cut["effect"].mean())
    first = list(effect.path.index[: len(shared)])
    if shared == first:
        low, high = cut[["cumulated_low", "cumulated_high"]].to_numpy(float)[-1] / len(shared)
        return value, float(low), float(high)
    # Errors of single periods taken to move together: never too narrow.
    return value, float(cut["low"].mean()), float(cut["high"].mean())


def _smallest(effect: PolicyEffect, design: EvaluationDesign, power: Power | None, half: float) -> float:
    """Written before the start where it was; computed before the start; else what the interval found afterwards implies."""
    if design.minimum_detectable_effect is not None:
        return design.minimum_detectable_effect
    if power is not None and power.smallest is not None:
        return power.smallest
    return PER_HALF_WIDTH * half


def _direction(design: EvaluationDesign, promised: float) -> float:
    if design.higher_is_better is not None:
        return 1.0 if design.higher_is_better else -1.0
    return -1.0 if promised < 0 else 1.0


def _verdict(
    decidable: bool,
    measured: tuple[float, float],
    difference: tuple[float, float],
    promised: float,
    smallest: float,
    sign: float,
) -> tuple[Verdict, str]:
    """The verdict, and the sentence that tells it (two verdicts have two reasons).

    Nought inside the measured interval is `nothing seen` only where the promise is outside it and would have been seen:
    an interval that holds both decides nothing. An effect wholly on the other side of nought from the promise breaks it,
    however wide the promise was.
    """
    if not decidable:
        return Verdict.NOT_DECIDABLE, "not_decidable"
    apart = not difference[0] <= 0 <= difference[1]
    above = sign * (difference[0] + difference[1]) > 0
    if apart and above:
        return Verdict.BETTER, "better"
    unseen = measured[0] <= 0 <= measured[1]
    if unseen and promised != 0:
        outside = not measured[0] <= promised <= measured[1]
        visible = outside and (apart or abs(promised) >= smallest)
        return (Verdict.NOTHING_SEEN, "nothing_seen") if visible else (Verdict.NOT_DECIDABLE, "not_decidable")
    if promised * measured[0] < 0 and promised * measured[1] < 0:
        return (Verdict.WORSE, "opposite") if sign * measured[0] < 0 else (Verdict.BETTER, "better")
    if apart:
        return Verdict.WORSE, "worse"
    if _alike(difference, promised, smallest):
        return Verdict.AS_PROMISED, "as_promised"
    return Verdict.NOT_DECIDABLE, "too_wide"


def _alike(difference: tuple[float, float], promised: float, smallest: float) -> bool:
    """Whether the whole interval of the difference is small: within half the promise or the smallest effect that can be
    seen, and never so wide that none of what was promised may have come."""
    bound = max(abs(promised) / 2, smallest)
    none_came = promised != 0 and difference[0] <= -promised <= difference[1]
    return -bound <= difference[0] and difference[1] <= bound and not none_came
