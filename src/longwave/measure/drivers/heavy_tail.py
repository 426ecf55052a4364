"""Heavy tails: whether a few incidents hold most of the harm, and how large the largest can be.

    Hill        a = k / sum_{i<=k} ln(x_(i) / x_(k+1)),  x_(1) >= x_(2) >= ...; P(X > x) falls like x^-a
                interval from 2 k a_true / a ~ chi-square with 2k degrees, exact for a Pareto tail; with a <=
                1 the mean, with a <= 2 the variance is infinite
    threshold   the k whose Pareto tail lies nearest (Kolmogorov-Smirnov) to the excesses (Clauset, Shalizi
                and Newman 2009), of at
                least 10 and at most half of the values; the estimate over all k is in the table, because the choice matters
    GPD         excesses over the same threshold: P(X - u > y) = (1 + s y / b)^(-1/s) (peaks over threshold,
                Pickands 1975; by
                maximum likelihood); s = 1/a for a Pareto tail, 0 exponential, below 0 a ceiling

Hill (1975). A user's own table, one row an incident.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "heavy_tail"
Vector = NDArray[np.float64]
FEWEST, FEWEST_TAIL = 40, 10
_DRAWS = 299


@dataclass(frozen=True, slots=True)
class Hill:
    """Tail index with its interval; k: how many values lie above the threshold."""

    index: float
    low: float
    high: float
    k: int
    threshold: float
    distance: float


def hill(values: ArrayLike, k: int, level: float = 0.95) -> Hill:
    """Hill's estimate from the k largest values; `distance` is the Kolmogorov-Smirnov distance of that tail.

    Raises ValueError for values at or below zero, or k below 1 or not below the number of values, or a tail of equal values.
    """
    x = _descending(values)
    if not 1 <= k < len(x):
        raise ValueError(f"k must lie between 1 and {len(x) - 1}")
    index, distance = _tail(np.log(x), k)
    return _hill(x, k, index, distance, level)


def choose_tail(values: ArrayLike, level: float = 0.95) -> Hill:
    """Hill's estimate at the threshold whose Pareto tail fits best; at least 10 values and at most half lie above it.

    Raises ValueError for fewer than 20 values and as `hill` does.
    """
    x = _descending(values)
    if len(x) // 2 < FEWEST_TAIL:
        raise ValueError(f"{2 * FEWEST_TAIL} or more values are needed")
    logs = np.log(x)
    tried = [(*_tail(logs, k), k) for k in _places(len(x) // 2) if logs[0] > logs[k]]
    if not tried:
        raise ValueError("the largest values are all equal; they have no tail")
    index, distance, k = min(tried, key=lambda one: one[1])
    return _hill(x, k, index, distance, level)


def _descending(values: ArrayLike) -> Vector:
    x = np.sort(np.asarray(values, dtype=float))[::-1]
    if len(x) == 0 or not np.isfinite(x).all() or x[-1] <= 0:
        raise ValueError("values must be finite and above zero")
    return x


def _tail(logs: Vector, k: int) -> tuple[float, float]:
    """Index and Kolmogorov-Smirnov distance of the k largest, from descending logarithms."""
    excess = logs[:k] - logs[k]
    total = float(excess.sum())
    if total <= 0:
        raise ValueError("the largest values are all equal; they have no tail")
    index = k / total
    expected = 1 - np.exp(-index * excess[::-1])
    steps = np.arange(k) / k
    return index, float(np.maximum(np.abs(expected - steps), np.abs(expected - steps - 1 / k)).max())


def _hill(x: Vector, k: int, index: float, distance: float, level: float) -> Hill:
    from scipy.stats import chi2

    low, high = (index * float(chi2.ppf(0.5 + side * level / 2, 2 * k)) / (2 * k) for side in (-1, 1))
    return Hill(index, low, high, k, float(x[k]), distance)


def _places(most: int) -> list[int]:
    """Every k where there are few, a hundred spread evenly over their logarithms where there are many."""
    if most <= 100:
        return list(range(FEWEST_TAIL, most + 1))
    return sorted({int(k) for k in np.geomspace(FEWEST_TAIL, most, 100)})


@dataclass(frozen=True, slots=True)
class Excesses:
    """Generalised Pareto fit of what lies beyond the threshold: shape with its interval, scale."""

    shape: float
    low: float
    high: float
    scale: float
    threshold: float
    count: int


def peaks_over_threshold(values: ArrayLike, threshold: float, level: float = 0.95) -> Excesses:
    """Generalised Pareto distribution of the excesses, by maximum likelihood; the shape's interval is that of the profile
    likelihood.

    Raises ValueError for fewer than 10 values above the threshold, or where all excesses are equal.
    """
    from scipy.optimize import brentq, minimize_scalar
    from scipy.stats import chi2

    x = np.asarray(values, dtype=float)
    y = x[x > threshold] - threshold
    if len(y) < FEWEST_TAIL:
        raise ValueError(f"{FEWEST_TAIL} or more values above the threshold are needed")
    if np.ptp(y) <= 0:
        raise ValueError("all excesses are equal; they have no tail")
    mean, largest = float(y.mean()), float(y.max())
    z = y / mean

    def loss(shape: float) -> tuple[float, float]:
        # At a given shape the scale is found along its logarithm; below zero the ceiling must lie beyond the largest.
        floor = np.log(max(1e-3, -shape * largest / mean * (1 + 1e-9)))

        def at(log_scale: float) -> float:
            scale = np.exp(log_scale)
            if abs(shape) < 1e-8:
                return float(len(z) * log_scale + z.sum() / scale)
            inner = 1 + shape * z / scale
            if inner.min() <= 0:
                return 1e12
            return float(len(z) * log_scale + (1 + 1 / shape) * np.log(inner).sum())

        best = minimize_scalar(at, bounds=(floor, np.log(50 * largest / mean)), method="bounded")
        return float(best.fun), float(np.exp(best.x))

    grid = np.linspace(-0.5, 4.0, 91)
    losses = np.array([loss(float(shape))[0] for shape in grid])
    at = int(np.argmin(losses))
    around = (float(grid[max(at - 1, 0)]), float(grid[min(at + 1, len(grid) - 1)]))
    best = minimize_scalar(lambda shape: loss(float(shape))[0], bounds=around, method="bounded")
    shape, least = float(best.x), float(best.fun)
    cut = least + float(chi2.ppf(level, 1)) / 2

    def beyond(value: float) -> float:
        return loss(value)[0] - cut

    low = float(brentq(beyond, -0.5, shape)) if beyond(-0.5) > 0 else -0.5
    high = float(brentq(beyond, shape, 4.0)) if beyond(4.0) > 0 else 4.0
    return Excesses(shape, low, high, loss(shape)[1] * mean, threshold, len(y))


def measure_heavy_tail(table: pd.DataFrame) -> Measurement:
    """The tail of a column `value` (above zero, one row an incident).

    Table: index = number of values in the tail, columns tail_index with bounds and threshold. Estimates: tail_index,
    shape (of the excesses), share_of_top_tenth (part of the total held by the largest tenth). Test: pareto_tail, by a
    parametric bootstrap of the Kolmogorov-Smirnov distance.
    """
    values = table["value"].dropna().to_numpy(float)
    if refusal := _unfit(values):
        return Measurement(NAME, "security", "", pd.DataFrame(), refusals=(refusal,))
    chosen = choose_tail(values)
    excess = peaks_over_threshold(values, chosen.threshold)
    ordered = _descending(values)
    rows = [hill(values, k) for k in _places(len(values) // 2) if ordered[k] < ordered[0]]
    frame = pd.DataFrame(
        {
            "tail_index": [one.index for one in rows],
            "tail_index_low": [one.low for one in rows],
            "tail_index_high": [one.high for one in rows],
            "threshold": [one.threshold for one in rows],
        },
        index=pd.Index([str(one.k) for one in rows], name="item"),
    )
    share, low, high = _top_share(values)
    estimates = tuple(_estimates(values, chosen, excess, (share, low, high)))
    return Measurement(
        NAME,
        "security",
        "",
        frame,
        {"tail_index": "", "tail_index_low": "", "tail_index_high": "", "threshold": "as given"},
        estimates,
        tuple(_findings(values, chosen, excess, share)),
        tests=(_fit_test(values, chosen),),
    )


def _unfit(values: Vector) -> Refusal | None:
    if len(values) < FEWEST:
        return Refusal(
            NAME,
            say("drivers.tail_few", count=len(values), fewest=FEWEST),
            say("drivers.tail_few_mend"),
        )
    if values.min() <= 0:
        return Refusal(NAME, say("drivers.tail_not_positive"), say("drivers.tail_not_positive_mend"))
    top = np.sort(values)[-(len(values) // 2) - 1 :]
    if len(np.unique(top)) < FEWEST_TAIL:
        return Refusal(NAME, say("drivers.tail_repeated", fewest=FEWEST_TAIL), say("measure.check_figures"))
    return None


def _top_share(values: Vector) -> tuple[float, float, float]:
    """Part of the total held by the largest tenth of incidents, with a bootstrap interval (rows drawn anew)."""
    rng = np.random.default_rng(0)
    top = max(1, len(values) // 10)
    drawn = np.sort(rng.choice(values, size=(999, len(values))), axis=1)
    shares = drawn[:, -top:].sum(axis=1) / drawn.sum(axis=1)
    value = float(np.sort(values)[-top:].sum() / values.sum())
    low, high = np.quantile(shares, [0.025, 0.975])
    return value, min(float(low), value), max(float(high), value)


def _estimates(
    values: Vector, chosen: Hill, excess: Excesses, top: tuple[float, float, float]
) -> Iterator[Estimate]:
    sample, grade = Sample(len(values), "1", str(len(values))), grade_of(chosen.k)
    words = {"count": chosen.k, "of": len(values), "threshold": chosen.threshold}
    yield Estimate(
        "tail_index",
        chosen.index,
        chosen.low,
        chosen.high,
        "",
        say("drivers.method_hill", **words),
        sample,
        grade,
    )
    yield Estimate(
        "shape", excess.shape, excess.low, excess.high, "", say("drivers.method_gpd", **words), sample, grade
    )
    yield Estimate(
        "share_of_top_tenth",
        *top,
        "share of total",
        say("drivers.method_top", of=len(values)),
        sample,
        grade_of(len(values)),
    )


def _fit_test(values: Vector, chosen: Hill) -> TestResult:
    """Made-up tails of the same index; their own best distances are compared with the one found."""
    rng = np.random.default_rng(0)
    body = values[values <= chosen.threshold]
    above = 0
    for _ in range(_DRAWS):
        count = int(rng.binomial(len(values), chosen.k / len(values)))
        tail = chosen.threshold * rng.pareto(chosen.index, count) + chosen.threshold
        made = np.concatenate([rng.choice(body, len(values) - count), tail])
        above += choose_tail(made).distance >= chosen.distance
    p = (above + 1) / (_DRAWS + 1)
    return TestResult(
        "pareto_tail",
        say("drivers.null_pareto", threshold=chosen.threshold),
        chosen.distance,
        p <= 0.05,
        say("drivers.method_pareto", draws=_DRAWS),
        Sample(len(values), "1", str(len(values))),
        p,
    )


def _findings(values: Vector, chosen: Hill, excess: Excesses, share: float) -> Iterator[Message]:
    yield say(
        "drivers.tail",
        index=chosen.index,
        low=chosen.low,
        high=chosen.high,
        count=chosen.k,
        of=len(values),
        threshold=chosen.threshold,
        share=share,
    )
    kind = "no_mean" if chosen.high < 1 else "no_variance" if chosen.high < 2 else "tail_open"
    yield say(f"drivers.{kind}", low=chosen.low, high=chosen.high)
    # The same tail by two routes: the Hill index is 1/shape for a Pareto tail.
    inverse = 1 / chosen.index
    if not excess.low <= inverse <= excess.high:
        yield say(
            "drivers.tails_differ", shape=excess.shape, low=excess.low, high=excess.high, inverse=inverse
        )


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "security",
        (Column("value", "number", say("drivers.column_value")),),
        measure_heavy_tail,
    )
)
