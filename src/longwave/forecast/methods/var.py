"""Vector autoregression by least squares, its lags chosen by AIC (statsmodels), for the first of several columns.

The forecast error at step h has covariance

    sum_{i<h} R_i' S R_i  +  sum_{i,j<h} (x_{h-i}' (X'X)^-1 x_{h-j}) R_i' S R_j

that of the shocks to come and, by the delta method, that of the estimated coefficients, seen from the regressors
x_1 .. x_h of this very forecast (Luetkepohl 2005, 3.5, takes their average over the sample instead). The shape is
Student's t with the degrees of freedom that one equation leaves.

One column alone is an autoregression, by statsmodels' AutoReg.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from longwave.core.message import Message, say
from longwave.forecast.method import FORECAST_METHODS, FitError, Matrix, Prediction, Vector
from longwave.forecast.minnesota import Scales
from longwave.forecast.system import columns_of, explosive, lagged, largest_root, newest, run_on

NAME = "var"
_MOST_COLUMNS = 20
_LEAST_FREEDOM = 8
"""Observations left over in each equation; with fewer the band says nothing."""
_PER_COEFFICIENT = 3
"""Observations for each coefficient of an equation, where lags are chosen."""
_TOO_ALIKE = 1e-8
"""Standard deviation, of columns that have one each, at which some are copies or sums of others."""


@dataclass(frozen=True, eq=False)
class VarFit:
    """Everything in the units of `scale`, columns by their own mean and standard deviation.

    coefficients: (k lags + 1, k), newest lag first, constant last; noise: covariance (k, k) of the shocks; inverse:
    (X'X)^-1; root: largest modulus of the companion matrix; degrees: of freedom of one equation; recent: the
    last figures.
    """

    scale: Scales
    coefficients: Matrix
    noise: Matrix
    inverse: Matrix
    root: float
    degrees: int
    recent: Matrix
    chosen: bool

    @property
    def lags(self) -> int:
        return len(self.recent)

    @property
    def parameters(self) -> int:
        """Coefficients of one equation."""
        return len(self.coefficients)

    @property
    def label(self) -> Message:
        columns = self.recent.shape[1]
        return say(
            "systems.var_alone" if columns == 1 else "systems.var",
            columns=columns,
            lags=self.lags,
            chosen=say("systems.by_aic" if self.chosen else "systems.nothing"),
            unstable=say("systems.unstable", root=self.root) if self.root >= 1 else say("systems.nothing"),
        )

    def ahead(self, horizon: int) -> Prediction:
        means, covariances = self.system(horizon)
        return Prediction(means[:, 0], np.sqrt(covariances[:, 0, 0]), float(self.degrees))

    def system(self, horizon: int) -> tuple[Matrix, Matrix]:
        """Means (horizon, k) and covariances of the forecast error (horizon, k, k) of all columns, in the order
        given."""
        start = newest(self.recent, self.lags)
        centres, responses, used = run_on(self.coefficients[None], start, horizon)
        found = np.cumsum(np.swapaxes(responses[0], 1, 2) @ self.noise @ responses[0], axis=0)
        doubt = used[0] @ self.inverse @ used[0].T
        for step in range(horizon):
            # Response i belongs to the regressors used i steps before this one.
            back = doubt[step::-1, step::-1][: step + 1, : step + 1]
            found[step] += _doubled(back, responses[0, : step + 1], self.noise)
        unit = self.scale.unit
        return centres[0] * unit + self.scale.zero, found * np.outer(unit, unit)

    def carried(self, values: Vector) -> VarFit:
        table = columns_of(values, self.lags, _MOST_COLUMNS)
        columns = self.recent.shape[1]
        if table.shape[1] != columns:
            raise FitError(say("systems.other_columns", columns=columns, given=table.shape[1]))
        return replace(self, recent=self.scale.inward(table)[-self.lags :])


@dataclass
class Var:
    """lags: None to let AIC choose among at least one and at most a year and one period (2, 5, 13), fewer where the
    sample is short."""

    lags: int | None = None

    fewest: int = 12
    several: bool = True
    slow: bool = False

    def fit(self, values: Vector, season: int, seed: int) -> VarFit:
        table = columns_of(values, self.fewest, _MOST_COLUMNS)
        n, k = table.shape
        scale = Scales(table.mean(axis=0), table.std(axis=0))
        inner = scale.inward(table)
        _refuse_few(n, k, 1)
        _refuse_copies(inner, 1)
        lags = self.lags or _lags(inner, min(season + 1, max(1, (n // _PER_COEFFICIENT - 1) // k)))
        _refuse_few(n, k, lags)
        _refuse_copies(inner, lags)
        coefficients = _least_squares(inner, lags)
        if explosive(coefficients[None], n)[0]:
            raise FitError(say("systems.explosive"))
        x, y = lagged(inner, lags)
        left = y - x @ coefficients
        degrees = len(x) - x.shape[1]
        return VarFit(
            scale=scale,
            coefficients=coefficients,
            noise=left.T @ left / degrees,
            inverse=np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64),
            root=largest_root(coefficients),
            degrees=degrees,
            recent=inner[-lags:],
            chosen=self.lags is None,
        )


def _lags(table: Matrix, most: int) -> int:
    """The lags of least AIC, all tried on the same observations; at least one."""
    from statsmodels.tsa.api import VAR
    from statsmodels.tsa.ar_model import ar_select_order

    with warnings.catch_warnings():
        # With too many lags regressors may be alike; whether they are with those chosen is looked at afterwards.
        warnings.simplefilter("ignore")
        if table.shape[1] == 1:
            return max(1, len(ar_select_order(table[:, 0], most, ic="aic").ar_lags or []))
        try:
            return max(1, int(VAR(table).select_order(most).aic))
        except np.linalg.LinAlgError as error:
            raise FitError(say("systems.copies", columns=table.shape[1], lags=most)) from error


def _least_squares(table: Matrix, lags: int) -> Matrix:
    """(k lags + 1, k), the constant last."""
    if table.shape[1] == 1:
        from statsmodels.tsa.ar_model import AutoReg

        found = np.asarray(AutoReg(table[:, 0], lags).fit().params, dtype=np.float64)[:, None]
    else:
        from statsmodels.tsa.api import VAR

        found = np.asarray(VAR(table).fit(lags).params, dtype=np.float64)
    return np.asarray(np.roll(found, -1, axis=0))


def _doubled(weights: Matrix, responses: Matrix, noise: Matrix) -> Matrix:
    """sum_ij w_ij R_i' S R_j."""
    blended = np.einsum("ij,jab->iab", weights, responses)
    return np.asarray((np.swapaxes(responses, 1, 2) @ noise @ blended).sum(axis=0))


def _refuse_few(n: int, k: int, lags: int) -> None:
    fewest = lags + (k * lags + 1) + _LEAST_FREEDOM
    if n < fewest:
        raise FitError(say("systems.too_few", count=n, columns=k, fewest=fewest))


def _refuse_copies(inner: Matrix, lags: int) -> None:
    """A column that is a sum or copy of others leaves coefficients open, or the shocks with no spread of their own."""
    x, y = lagged(inner, lags)
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    for table in (x, left):
        least = np.linalg.svd(table, compute_uv=False)[-1]
        if least <= _TOO_ALIKE * np.sqrt(len(table)):
            alone = inner.shape[1] == 1
            raise FitError(
                say("systems.exact", place=1)
                if alone
                else say("systems.copies", columns=inner.shape[1], lags=lags)
            )


FORECAST_METHODS.register(NAME)(Var())
