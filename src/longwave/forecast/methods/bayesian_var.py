"""Bayesian vector autoregression: every column on the past of all, held by a Minnesota prior as tight as the data ask.

Prior, evidence and posterior are `forecast.minnesota` (Giannone, Lenza and Primiceri 2015). One step ahead the
forecast is an exact Student t; further ahead the normals of `DRAWS` draws of coefficients and covariance are mixed, so
that the doubt in the coefficients and in the noise is in the spread. Only the tightness is taken as known.

Draws under which a shock would have grown a hundredfold over the sample are left out, and the label says what share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, FitError, Matrix, Vector
from longwave.forecast.minnesota import (
    Posterior,
    Scales,
    Tightness,
    drawn,
    moments,
    persistent,
    posterior,
    prior,
    scales,
    tightest,
)
from longwave.forecast.system import (
    MixturePrediction,
    Paths,
    columns_of,
    explosive,
    lagged,
    newest,
    paths_ahead,
    paths_given,
)

NAME = "bayesian_var"
DRAWS = 2_000
"""The ends of a 95 per cent band move by half a per cent of its width from seed to seed (standard deviation)."""
_FEWEST_DRAWS = 300
_MOST_WORK = 120_000_000
"""Draws times the cube of the regressors, which is what looking for explosive draws costs: two or three seconds."""
_MOST_COLUMNS = 20
_MOST_REGRESSORS = 100
"""Lags times columns; a bigger system gets fewer lags."""


@dataclass(frozen=True, eq=False)
class BayesianVarFit:
    """The posterior in the units of `scale`, its draws, and the figures that the forecast starts from.

    order: where each column of the data stands in the posterior; places: the same, to read results in the order
    of the data; walks: which columns were thought random walks; left_out: share of draws thrown away as explosive.
    """

    found: Posterior
    tightness: Tightness
    scale: Scales
    order: tuple[int, ...]
    walks: tuple[bool, ...]
    lags: int
    draws: tuple[Matrix, Matrix]
    left_out: float
    recent: Matrix

    @property
    def parameters(self) -> int:
        """Coefficients of one equation."""
        return len(self.found.coefficients)

    @property
    def label(self) -> Message:
        return say(
            "systems.bayesian_var",
            columns=len(self.order),
            lags=self.lags,
            walks=sum(self.walks),
            tightness=self.tightness.overall,
            explosive=say("systems.left_out", share=self.left_out)
            if self.left_out
            else say("systems.nothing"),
        )

    def ahead(self, horizon: int) -> MixturePrediction:
        return self.paths(horizon).column(0)

    def system(self, horizon: int) -> tuple[Matrix, Matrix]:
        """Means (horizon, k) and covariances (horizon, k, k) of all columns, in the order given."""
        ahead = self.paths(horizon)
        return ahead.mean, ahead.covariance

    def paths(self, horizon: int) -> Paths:
        """All columns ahead, in the order and units given."""
        regressors = newest(self.recent, self.lags)
        inner = paths_ahead(*self.draws, regressors, horizon)
        return self._outward(replace(inner, exact=self._one_step(regressors)))

    def conditional(self, known: Matrix) -> Paths:
        """All columns ahead when some figures are known or supposed: `known` is (horizon, k) in the order and units
        given, NaN where free.

        The coefficients are not learned anew from the supposed path (as in Banbura, Giannone and Lenza 2015): a
        scenario tells what would go with it, and is no evidence. Raises FitError for another shape.
        """
        wanted = np.array(known, dtype=np.float64)
        if wanted.ndim != 2 or wanted.shape[1] != len(self.order) or np.isinf(wanted).any():
            raise FitError(say("systems.path_shape", columns=len(self.order)))
        inward = self.scale.inward(wanted[:, self.order])
        return self._outward(paths_given(*self.draws, newest(self.recent, self.lags), inward))

    def carried(self, values: Vector) -> BayesianVarFit:
        table = columns_of(values, self.lags, _MOST_COLUMNS)
        if table.shape[1] != len(self.order):
            raise FitError(say("systems.other_columns", columns=len(self.order), given=table.shape[1]))
        return replace(self, recent=self.scale.inward(table[:, self.order])[-self.lags :])

    def _one_step(self, regressors: Vector) -> tuple[Vector, Matrix, float]:
        degrees = float(self.found.degrees - len(self.order) + 1)
        doubt = 1 + regressors @ self.found.covariance @ regressors
        return regressors @ self.found.coefficients, self.found.scale * doubt / degrees, degrees

    def _outward(self, inner: Paths) -> Paths:
        places = np.argsort(self.order)
        unit = self.scale.unit[places]
        square = np.outer(unit, unit)
        exact = inner.exact
        if exact is not None:
            centre = exact[0][places] * unit + self.scale.zero[places]
            exact = (centre, exact[1][np.ix_(places, places)] * square, exact[2])
        return Paths(
            inner.centres[..., places] * unit + self.scale.zero[places],
            inner.covariances[..., places, :][..., places] * square,
            exact,
        )


@dataclass
class BayesianVar:
    """lags: None for a year and one period (2, 5, 13), fewer for a short sample or many columns; tightness: None to let
    the data choose; walks: for each column whether its prior is a random walk, None for the rule on persistence."""

    lags: int | None = None
    tightness: Tightness | None = None
    walks: Sequence[bool] | None = None

    fewest: int = 10
    several: bool = True
    slow: bool = True

    def fit(self, values: Vector, season: int, seed: int) -> BayesianVarFit:
        table = columns_of(values, self.fewest, _MOST_COLUMNS)
        k = table.shape[1]
        lags = self.lags or lags_of(len(table), k, season)
        if len(table) < 2 * lags + 3:
            raise FitError(say("systems.too_few", count=len(table), columns=k, fewest=2 * lags + 3))
        scale = scales(table, lags)
        walks = persistent(table) if self.walks is None else np.array(self.walks, dtype=bool)
        order = _own_order(scale.inward(table))
        scale, walks = Scales(scale.zero[order], scale.unit[order]), walks[order]
        inner = scale.inward(table[:, order])
        data = moments(*lagged(inner, lags))
        tightness = self.tightness or tightest(data, inner, lags, walks)
        found = posterior(data, prior(inner, lags, walks, tightness))
        draws, left_out = _bounded_draws(found, len(table), seed)
        return BayesianVarFit(
            found=found,
            tightness=tightness,
            scale=scale,
            order=tuple(int(place) for place in order),
            walks=tuple(bool(walk) for walk in walks),
            lags=lags,
            draws=draws,
            left_out=left_out,
            recent=inner[-lags:],
        )


def lags_of(n: int, k: int, season: int) -> int:
    """A year and one period, bounded by a quarter of the sample and by the size of the system."""
    return max(1, min(season + 1, (n - 2) // 4, _MOST_REGRESSORS // k))


def _own_order(inner: Matrix) -> np.ndarray:
    """Columns sorted by their own figures, so that the draws do not depend on the order in which they came."""
    return np.lexsort(np.round(inner, 9)[::-1])


def _bounded_draws(found: Posterior, n: int, seed: int) -> tuple[tuple[Matrix, Matrix], float]:
    count = int(np.clip(_MOST_WORK // len(found.coefficients) ** 3, _FEWEST_DRAWS, DRAWS))
    coefficients, covariances = drawn(found, count, np.random.default_rng(seed))
    wild = explosive(coefficients, n)
    if wild.mean() > 0.5:
        raise FitError(say("systems.explosive"))
    return (coefficients[~wild], covariances[~wild]), float(wild.mean())


FORECAST_METHODS.register(NAME)(BayesianVar())
