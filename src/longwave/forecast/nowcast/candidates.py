"""Does one more series help? A text index or any other extra is a candidate until a test says that it adds something.

Each candidate is appended alone to the indicators; both data sets are tried at the same past origins with the same cut of
data. The null is that it adds nothing: Clark and West (2007), made for a model within a larger one, one-sided, with
p-values stepped up for their number (Holm 1979). A benefit is claimed only where that null is rejected and the error
is smaller too. The nowcast itself never uses a candidate: move it among the indicators to use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.estimate import Sample, TestResult
from longwave.core.message import Message, say
from longwave.forecast.nowcast.clark_west import clark_west
from longwave.forecast.nowcast.equal_errors import equal_errors
from longwave.forecast.nowcast.ragged import Ragged, Track
from longwave.forecast.nowcast.trials import AbstractNowcaster, errors, tried

FEWEST = 8
"""Origins below which no test is run."""

LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class Increment:
    """What a candidate added at past origins.

    rmse_without, rmse_with: on the scale of the target's changes; test: of "adds nothing" (None where origins are too
    few); helps: whether a benefit may be claimed; said: the same in a sentence.
    """

    name: str
    origins: int
    rmse_without: float
    rmse_with: float
    tests: tuple[TestResult, ...]
    helps: bool
    said: Message


def increments(
    data: Ragged,
    candidates: Mapping[str, Track],
    method: AbstractNowcaster,
    origins: Sequence[int],
    base: pd.DataFrame,
    each_origin: Callable[[int], None] = lambda place: None,
) -> tuple[Increment, ...]:
    """One for each candidate. base: the trials of the method without candidates."""
    found = []
    for name, track in candidates.items():
        wider = data.but({**data.indicators, name: track})
        trials = tried(wider, [method], origins, 1, each_origin)
        found.append(_increment(name, errors(base, method.name), errors(trials, method.name), data))
    return _stepped(found)


def _increment(name: str, without: pd.DataFrame, beside: pd.DataFrame, data: Ragged) -> Increment:
    both = without.join(beside, how="inner", lsuffix="_without", rsuffix="_with")
    outcome = both["outcome_without"].to_numpy()
    small, large = both["mean_without"].to_numpy(), both["mean_with"].to_numpy()
    count = len(both)
    if count < FEWEST:
        said = say("nowcast.candidate_untested", name=name, count=count, fewest=FEWEST)
        return Increment(name, count, np.nan, np.nan, (), False, said)
    rmse = [float(np.sqrt(np.mean((outcome - mean) ** 2))) for mean in (small, large)]
    sample = Sample(count, str(both.index[0]), str(both.index[-1]))
    null = say("nowcast.candidate_null", name=name, target=data.target.name)
    statistic, p_value = clark_west(outcome, small, large)
    nested = TestResult(
        "clark_west",
        null,
        statistic,
        p_value < LEVEL,
        say("nowcast.clark_west"),
        sample,
        p_value,
        level=LEVEL,
    )
    equal = equal_errors(say("nowcast.candidate_equal", name=name), outcome - small, outcome - large, sample)
    return Increment(name, count, rmse[0], rmse[1], (nested, *equal), False, say("nowcast.nothing"))


def _stepped(found: Sequence[Increment]) -> tuple[Increment, ...]:
    """The same increments with Holm's p-values of the nested test, and the sentence that these allow."""
    order = sorted((each for each in found if each.tests), key=lambda each: each.tests[0].p_value or 0.0)
    stepped: dict[str, float] = {}
    largest = 0.0
    for place, each in enumerate(order):
        largest = max(largest, min((each.tests[0].p_value or 0.0) * (len(order) - place), 1.0))
        stepped[each.name] = largest
    return tuple(_judged(each, stepped[each.name]) if each.tests else each for each in found)


def _judged(each: Increment, p_value: float) -> Increment:
    nested = replace(each.tests[0], p_value=p_value, rejected=p_value < LEVEL)
    helps = nested.rejected and each.rmse_with < each.rmse_without
    said = say(
        "nowcast.candidate_helps" if helps else "nowcast.candidate_adds_nothing",
        name=each.name,
        ratio=each.rmse_with / each.rmse_without if each.rmse_without else 1.0,
        count=each.origins,
        p_value=p_value,
    )
    return replace(each, tests=(nested, *each.tests[1:]), helps=helps, said=said)
