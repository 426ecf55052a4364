"""Several methods as one: at each step the middle of what they say.

A plain combination of a few unlike methods beats each of them and every learned weighting on short economic series
(Makridakis, Spiliotis and Assimakopoulos 2020; Petropoulos and Svetunkov 2020). Three ways to combine: ``mean``,
``median``, and ``trimmed``, the mean without the highest and the lowest, which is as steady as the median and wastes less.

Where every value is above zero, a member that says zero or less is not heard at that step. The variance is that of an even
mixture of the members: the mean of their variances plus the variance of their means, so that the fan is wide where they
disagree. A single model's fan on a short series is far too narrow; this one is about right before any calibration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import (
    FORECAST_METHODS,
    AbstractFit,
    FitError,
    Matrix,
    Prediction,
    Vector,
    led_on,
)
from longwave.forecast.sound import ready, sound

Rule = Literal["mean", "median", "trimmed"]

_FEWEST_HEARD = 2
"""With fewer members than this there is nothing to combine."""

_FEWEST_TO_TRIM = 4


class MixedPrediction(Prediction):
    """Of several models: their disagreement is in the spread."""

    counts_doubt: ClassVar[bool] = True


@dataclass(frozen=True, eq=False)
class EnsembleFit:
    """The members that found a fit, by name, to values less `start`: logarithms begin at nought, so that the unit of the
    values does not choose a member's form."""

    members: Mapping[str, AbstractFit]
    values: Vector
    season: int
    seed: int
    rule: Rule
    bounded: bool = True
    start: float = 0.0

    @property
    def parameters(self) -> int:
        """As of the largest member; the combination itself estimates nothing."""
        return max(fit.parameters for fit in self.members.values())

    @property
    def label(self) -> Message:
        return say(
            f"ensemble.{self.rule}", members=tuple(_short(name, fit) for name, fit in self.members.items())
        )

    def ahead(self, horizon: int) -> Prediction:
        said = list(self._heard(horizon))
        if len(said) < _FEWEST_HEARD:
            raise FitError("fewer than two members say something finite")
        means = np.vstack([one.mean for one in said])
        variance = np.vstack([one.sd for one in said]) ** 2
        heard = means > 0 if self.bounded and self.values.min() > 0 else np.isfinite(means)
        if not heard.any(axis=0).all():
            raise FitError("no member stays among the values that the series can take")
        means, variance = np.where(heard, means, np.nan), np.where(heard, variance, np.nan)
        sd = np.sqrt(np.nanmean(variance, axis=0) + np.nanvar(means, axis=0))
        said_together = MixedPrediction(self.start + middle(means, self.rule), sd)
        return sound(said_together, self.values)

    def _heard(self, horizon: int) -> Iterator[Prediction]:
        for fit in self.members.values():
            try:
                yield fit.ahead(horizon)
            except FitError:
                continue

    def carried(self, values: Vector) -> EnsembleFit:
        """Members that take long to fit are carried; the quick ones, and those that cannot be carried, are fitted to what
        is known by then."""
        run = np.array(values, dtype=np.float64) - self.start
        fits: dict[str, AbstractFit] = {}
        for name, fit in self.members.items():
            try:
                fits[name] = led_on(FORECAST_METHODS.get(name), fit, run, self.season, self.seed)
            except FitError:
                continue
        if len(fits) < _FEWEST_HEARD:
            raise FitError("fewer than two members found a fit")
        return EnsembleFit(fits, run, self.season, self.seed, self.rule, self.bounded, self.start)


_SHORT = frozenset(
    {
        "slow_growth",
        "auto_arima",
        "ces",
        "dynamic_theta",
        "growth_autoregression",
        "log_growth_autoregression",
        "naive2",
    }
)


def _short(name: str, fit: AbstractFit) -> Message:
    """A member's name within a row of names."""
    return say(f"ensemble.member_{name}") if name in _SHORT else fit.label


@dataclass(frozen=True, slots=True)
class Ensemble:
    """members: names in FORECAST_METHODS; logged: those that speak where the values given are logarithms; bounded: whether
    values above zero stay there; fewest: least observations with which at least two members can be fitted.

    slow: a back-test carries it, which fits its quick members anew.
    """

    members: tuple[str, ...]
    rule: Rule = "trimmed"
    logged: tuple[str, ...] = ()
    bounded: bool = True
    fewest: int = 6
    several: bool = False
    slow: bool = True

    def on_logs(self) -> Ensemble:
        """The same for values that are logarithms, which know no bound at zero."""
        return replace(self, members=self.logged or self.members, bounded=False)

    def fit(self, values: Vector, season: int, seed: int) -> EnsembleFit:
        run = ready(values, self.fewest)
        start = 0.0 if self.bounded else float(run[0])
        run = run - start
        fits: dict[str, AbstractFit] = {}
        for name in self.members:
            method = FORECAST_METHODS.get(name)
            if len(run) < method.fewest:
                continue
            try:
                fits[name] = method.fit(run, season, seed)
            except FitError:
                continue
        if len(fits) < _FEWEST_HEARD:
            raise FitError("fewer than two members found a fit")
        return EnsembleFit(fits, run, season, seed, self.rule, self.bounded, start)


def middle(means: Matrix, rule: Rule) -> Vector:
    """Combines forecasts of shape (members, steps); NaN are members not heard. At least one is, at each step."""
    if rule == "mean":
        return np.asarray(np.nanmean(means, axis=0))
    if rule == "median":
        return np.asarray(np.nanmedian(means, axis=0))
    heard = np.isfinite(means).sum(axis=0)
    total = np.nansum(means, axis=0) - np.nanmax(means, axis=0) - np.nanmin(means, axis=0)
    trimmed = total / np.maximum(heard - 2, 1)
    return np.asarray(np.where(heard >= _FEWEST_TO_TRIM, trimmed, np.nanmean(means, axis=0)))


QUICK_MEMBERS = (
    "ces",
    "dynamic_theta",
    "growth_autoregression",
    "log_growth_autoregression",
    "naive2",
)
MEMBERS = ("auto_arima", *QUICK_MEMBERS)
"""Unlike on purpose: a searched and a fixed ARIMA, two kinds of smoothing, growth in units and in per cent, and no change.
Chosen on the first parts of competition series, their ends kept for the judgement (`docs/concepts/forecasts.md`)."""

QUICK_ON_LOGS = ("ces", "dynamic_theta", "growth_autoregression", "slow_growth", "naive2")
ON_LOGS = ("auto_arima", *QUICK_ON_LOGS)
"""On logarithms, growth is growth in per cent already, and what growth may drift to takes the free place: output, employment
and prices are led on for years."""
