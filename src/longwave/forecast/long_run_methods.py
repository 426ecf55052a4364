"""Ways to say mean growth over the next years from the growth of the years behind: the house's own, and its rivals.

Each takes growth a year, the oldest first, and the numbers of years to average, and gives a distribution for each of these.
A random walk with drift forecasts the sample mean; `sample_mean` shows the confidence interval that is often printed with
it, which leaves out what the years ahead themselves bring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from longwave.forecast.method import Prediction, Vector
from longwave.forecast.methods.drift import Drift
from longwave.forecast.methods.local_level import MixturePrediction
from longwave.forecast.methods.slow_growth import SlowGrowth

Spans: TypeAlias = NDArray[np.int64]
Predictor: TypeAlias = Callable[[Vector, Spans], Prediction]

OWN, DRIFT, RECENT = "slow_growth", "drift", "recent_mean"

_MOST_PERSISTENT = 0.98
"""AR(1) is held below a unit root, beyond which its mean is nowhere."""


def slow_growth(growth: Vector, years: Spans) -> Prediction:
    """The house's own: mean growth of the level that `methods.slow_growth` forecasts."""
    said = SlowGrowth().fit(level_of(growth), 1, 0).ahead(int(years.max()))
    place, start = years - 1, growth.sum()
    return MixturePrediction.of(
        said.weights, said.freedom, (said.centres[:, place] - start) / years, said.spreads[:, place] / years
    )


def drift(growth: Vector, years: Spans) -> Prediction:
    """Random walk with drift: the sample mean, with what both the years ahead and the mean itself may bring."""
    said = Drift().fit(level_of(growth), 1, 0).ahead(int(years.max()))
    place = years - 1
    return Prediction((said.mean[place] - growth.sum()) / years, said.sd[place] / years)


def first_order(growth: Vector, years: Spans) -> Prediction:
    """AR(1) in growth by least squares, its parameters taken as known: as software prints it."""
    before, after = growth[:-1], growth[1:]
    around = before - before.mean()
    slope = float(around @ after / (around @ around)) if around.any() else 0.0
    slope = float(np.clip(slope, -_MOST_PERSISTENT, _MOST_PERSISTENT))
    constant = float((after - slope * before).mean())
    residual = after - constant - slope * before
    mean, spread = constant / (1 - slope), float(np.sqrt(residual @ residual / (len(after) - 2)))
    powers = slope ** np.arange(1, int(years.max()) + 1)
    place = years - 1
    centre = mean + (growth[-1] - mean) * np.cumsum(powers)[place] / years
    # A shock in the k-th year from the end counts 1 + slope + ... + slope^(k-1) times in the sum.
    weights = (1 - powers) / (1 - slope)
    return Prediction(centre, spread * np.sqrt(np.cumsum(weights**2)[place]) / years)


def sample_mean(growth: Vector, years: Spans) -> Prediction:
    """The sample mean with its confidence interval s / sqrt(n): narrow, because years ahead bring no noise in it."""
    spread = growth.std(ddof=1) / np.sqrt(len(growth))
    return Prediction(
        np.full(len(years), growth.mean()), np.full(len(years), spread), degrees=len(growth) - 1
    )


def recent_mean(growth: Vector, years: Spans) -> Prediction:
    """The mean of as many years back as are looked ahead, at least five; as noisy ahead as it was behind."""
    spans = [growth[-max(int(span), 5) :] for span in years]
    spread = [
        growth.std(ddof=1) * np.sqrt(1 / h + 1 / len(span)) for h, span in zip(years, spans, strict=True)
    ]
    return Prediction(np.array([span.mean() for span in spans]), np.array(spread))


METHODS: Mapping[str, Callable[[Vector, Spans], Prediction]] = {
    OWN: slow_growth,
    DRIFT: drift,
    "ar1": first_order,
    "sample_mean": sample_mean,
    "recent_mean": recent_mean,
}
"""Growth of each past year and the numbers of years to average -> a distribution for each of these."""


def level_of(growth: Vector) -> Vector:
    return np.concatenate([[0.0], np.cumsum(growth)])
