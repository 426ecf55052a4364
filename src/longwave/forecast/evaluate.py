"""What a back-test says of a method: scores beside its rivals, tests against them, and whether its bands are honest.

Tests ask about the step ahead 1 and about all steps together. One loss an origin: the mean squared error over the
steps; with several series the mean of their scaled squared errors at that origin, so that series that move together
count once. An origin's errors overlap with those of later origins within the horizon; the tests allow for that.
Transforms are tested one step ahead and for a single series only, where right forecasts have independent ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Refusal, Sample, TestResult
from longwave.core.forecast import Backtest, Trials
from longwave.core.message import Message, say
from longwave.forecast.method import Vector
from longwave.forecast.scores.comparison import diebold_mariano, mincer_zarnowitz
from longwave.forecast.scores.distribution import spread_over, transforms, uniformity
from longwave.forecast.scores.table import KEY, Aligned, align, score_table, step_table

BINS = 10
"""Bins of the histogram of probability integral transforms."""

_LEVEL = 0.05
_NAIVE = "naive"


def evaluate(trials: Trials, method: str, rivals: Sequence[str] = ("naive", "ar2")) -> Backtest:
    """The back-test of one method among the trials: one series with many origins, or many series.

    rivals: methods to be tested against; those that the trials lack, or that have too few of the method's
    forecasts, are refused, not failed. Raises UsageError (no such method), BadInput (a table that breaks its own
    rules, no forecast with an outcome).
    """
    found = align(trials, method)
    said = [*_rivalries(found, method, rivals), _unbiased(trials, found, method), _uniform(found, method)]
    answers = [each for each in said if each is not None]
    return Backtest(
        method,
        trials,
        score_table(found),
        step_table(found),
        _histogram(found, method),
        tuple(each for each in answers if isinstance(each, TestResult)),
        tuple(each for each in answers if isinstance(each, Refusal)),
        (*trials.notes, *found.notes, *_notes(found)),
    )


def _notes(found: Aligned) -> Iterator[Message]:
    if found.series > 1:
        yield say("scores.many_series", count=found.series)
    if "naive2" not in found.methods:
        yield say("scores.no_naive2")
    if not found.quantiles:
        yield say("scores.points_only")


def _histogram(found: Aligned, method: str) -> pd.Series:
    """Counts of the method's transforms in ten even bins, by the bin's lower edge; NaN without quantiles."""
    edges = np.round(np.linspace(0, 1, BINS + 1), 9)
    index = pd.Index([f"{edge:g}" for edge in edges[:-1]], name="from")
    if method not in found.with_quantiles:
        return pd.Series(np.nan, index=index, name="count")
    part = found.of(method)
    low, high = transforms(part["outcome"], part[found.quantiles], found.probabilities)
    return pd.Series(spread_over(low, high, edges), index=index, name="count")


def _rivalries(found: Aligned, method: str, rivals: Sequence[str]) -> Iterator[TestResult | Refusal]:
    longest = int(found.frame["step"].max())
    for rival in dict.fromkeys(rivals):
        if rival == method:
            continue
        if rival not in found.methods:
            yield Refusal(
                f"diebold_mariano_{rival}", say("scores.no_rival", rival=rival), say("scores.no_rival_mend")
            )
            continue
        yield _rivalry(found, method, rival, 1)
        if longest > 1:
            yield _rivalry(found, method, rival, longest)


def _rivalry(found: Aligned, method: str, rival: str, longest: int) -> TestResult | Refusal:
    """Diebold and Mariano over the steps up to `longest`, one loss an origin."""
    name = f"diebold_mariano_{rival}" + ("_step_1" if longest == 1 else "")
    own, other = (_losses(found, one, longest) for one in (method, rival))
    if own.empty:
        return Refusal(name, say("scores.no_losses"), say("scores.no_losses_mend"))
    overlap = _overlap(own["origin_ordinal"].to_numpy(), longest)
    try:
        result = diebold_mariano(own["loss"], other["loss"], horizon=overlap)
    except NotEnoughData as error:
        return Refusal(name, error.message, error.mend)
    steps = say("scores.one_step") if longest == 1 else say("scores.all_steps", longest=longest)
    return TestResult(
        name,
        say("scores.equal_loss", method=method, rival=rival, steps=steps),
        result.statistic,
        result.p_value < _LEVEL,
        say(
            f"scores.diebold_mariano_{result.variance}",
            degrees=result.degrees,
            overlap=overlap,
            better=method if result.difference < 0 else rival,
        ),
        _sample(own),
        p_value=result.p_value,
        level=_LEVEL,
    )


def _losses(found: Aligned, method: str, longest: int) -> pd.DataFrame:
    """One row an origin in the order of time, with the mean squared error over the steps up to `longest`.

    Origins too late for all steps are left out. Several series: squared errors over squared scales, averaged over
    the series of an origin.
    """
    part = found.of(method)
    part = part[part["step"] <= longest]
    errors = part["outcome"] - part["mean"]
    part = part.assign(loss=(errors / part["scale"] if found.series > 1 else errors) ** 2)
    part = part[np.isfinite(part["loss"])]
    each = part.groupby(["unique_id", "origin_ordinal", "origin", "vintage"], as_index=False).agg(
        mean=("loss", "mean"), count=("loss", "count")
    )
    whole = each.loc[each["count"] == each["count"].max()].rename(columns={"mean": "loss"})
    if found.series > 1:
        whole = whole.groupby(["origin_ordinal", "origin"], as_index=False)["loss"].mean()
    return pd.DataFrame(whole).sort_values("origin_ordinal", kind="stable", ignore_index=True)


def _overlap(origins: Vector, longest: int) -> int:
    """How many origins in a row see errors of a common period: the horizon counted in origins."""
    ends = np.searchsorted(origins, origins + longest, side="left")
    return int((ends - np.arange(len(origins))).max())


def _unbiased(trials: Trials, found: Aligned, method: str) -> TestResult | Refusal | None:
    """Mincer and Zarnowitz one step ahead, in changes from the last value known at the origin."""
    name = "mincer_zarnowitz_step_1"
    if found.series > 1:
        return Refusal(name, say("scores.series_together"), say("scores.one_series_mend"))
    part = found.of(method)
    part = part[part["step"] == 1]
    if part.empty:
        return None
    last = _last_known(trials, found, part)
    try:
        result = mincer_zarnowitz(
            part["outcome"] - last,
            part["mean"] - last,
            lags=_overlap(part["origin_ordinal"].to_numpy(), 1) - 1,
        )
    except NotEnoughData as error:
        return Refusal(name, error.message, error.mend)
    if result.slope is None:
        null, how = say("scores.right_on_average", method=method), say("scores.bias_only", a=result.intercept)
    else:
        null = say("scores.one_for_one", method=method)
        how = say("scores.mincer_zarnowitz", a=result.intercept, b=result.slope)
    return TestResult(
        name,
        null,
        result.statistic,
        result.p_value < _LEVEL,
        how,
        _sample(part),
        p_value=result.p_value,
        level=_LEVEL,
    )


def _last_known(trials: Trials, found: Aligned, part: pd.DataFrame) -> Vector:
    """The last value known at each origin: the naive forecast's median (its mean lies above it on a logarithmic scale),
    else the history's, else 0 (levels)."""
    naive = found.of(_NAIVE)
    naive = naive[naive["step"] == 1]
    if len(naive) == len(part):
        middle = "0.5" if _NAIVE in found.with_quantiles and "0.5" in found.quantiles else "mean"
        return part[KEY].merge(naive, on=KEY, how="left")[middle].to_numpy(dtype=np.float64)
    history = trials.history.get(str(part["unique_id"].iloc[0]))
    if history is None or (part["vintage"] != "").any() or not part["origin"].isin(history.index).all():
        return np.zeros(len(part))
    return history.loc[part["origin"]].to_numpy(dtype=np.float64)


def _uniform(found: Aligned, method: str) -> TestResult | Refusal | None:
    """Whether outcomes one step ahead fall between the quantiles as often as these say."""
    name = "uniform_transforms_step_1"
    part = found.of(method)
    part = part[part["step"] == 1]
    if part.empty or method not in found.with_quantiles:
        return None
    if found.series > 1:
        return Refusal(name, say("scores.series_together"), say("scores.one_series_mend"))
    try:
        result = uniformity(part["outcome"], part[found.quantiles], found.probabilities)
    except NotEnoughData as error:
        return Refusal(name, error.message, error.mend)
    return TestResult(
        name,
        say("scores.uniform", method=method),
        result.statistic,
        result.p_value < _LEVEL,
        say("scores.pearson", cells=len(found.quantiles) + 1),
        _sample(part),
        p_value=result.p_value,
        level=_LEVEL,
    )


def _sample(part: pd.DataFrame) -> Sample:
    return Sample(len(part), str(part["origin"].iloc[0]), str(part["origin"].iloc[-1]))
