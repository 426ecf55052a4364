"""Dynamic factor model of mixed frequency (Mariano and Murasawa 2003; Banbura and Modugno 2014), by statsmodels.

    x_it = l_i f_t + e_it,   f_t = a f_{t-1} + u_t,   e_it = r_i e_{i,t-1} + v_it       (months t)
    quarterly change = (x_t + 2 x_{t-1} + 3 x_{t-2} + 2 x_{t-3} + x_{t-4}) / 3, up to scale

Few factors, autoregressive idiosyncratic parts, missing figures where the edge is ragged. Series are standardised by
mean and standard deviation of the figures that are not far out (`outliers`); parameters come from the same figures by
a bounded number of EM steps; the nowcast then reads all figures. It is taken from the smoothed states: predictions of
statsmodels are by default conditional on the month before, and so leave out the last month of the quarter.

The library knows months with quarters, or one calendar for all; a yearly target of quicker indicators goes by bridge.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.message import Message, say
from longwave.core.period import Frequency
from longwave.forecast.method import FitError, Prediction, Vector
from longwave.forecast.nowcast.outliers import Flags, doubted, flagged
from longwave.forecast.nowcast.ragged import Ragged, Table

NAME = "dynamic_factor"

FEWEST_INDICATORS = 2
"""A factor shared by the target and one series cannot be told from either."""

_MANY = 10
"""Series beside the target from which on two factors can be told apart."""

_EPOCH = 1970
_MOST_PERSISTENT = 0.99
"""Idiosyncratic parts must not be random walks: their filter starts from the stationary distribution."""

_LOUDEST = 5.0
"""Variance of the noise of a standardised series beyond which an estimation has broken down."""

_FAILURES = (ValueError, np.linalg.LinAlgError, FloatingPointError, IndexError)


@dataclass(frozen=True, slots=True)
class FactorOptions:
    """How the model is built and how long its estimation may take."""

    factors: int | None = None
    """Common factors; None: two from ten indicators on, else one. The second took a tenth off the error of monthly data."""
    order: int = 1
    """Lags of the factor's autoregression."""
    iterations: int = 60
    """EM steps at most. The likelihood gains little after the first ten."""
    tolerance: float = 1e-4
    """Relative gain of the likelihood below which EM ends."""
    outliers: bool = True
    """Whether figures far out are left out of the estimation. False shows what happens otherwise."""
    fewest: int = 20
    """Fewest figures of a series that takes part."""


@dataclass(frozen=True, eq=False)
class FactorFit:
    """Estimated parameters, and what is needed to read other data with them.

    names: series that took part, in order; centre, scale: one a series; aside: which cells of the estimation table
    were left out, with `table`; iterations: EM steps taken; settled: whether EM ended before its bound.
    """

    options: FactorOptions
    factors: int
    names: tuple[str, ...]
    quick: int
    parameters: Vector
    centre: Vector
    scale: Vector
    table: Table
    aside: Flags
    iterations: int
    settled: bool

    @property
    def label(self) -> Message:
        return say(
            "nowcast.dynamic_factor",
            factors=self.factors,
            order=self.options.order,
            series=len(self.names),
            iterations=self.iterations,
            settled=say("nowcast.settled" if self.settled else "nowcast.not_settled"),
        )

    @property
    def weighed(self) -> pd.Series:
        """Correlation of each series with the part of it that is common, over the figures kept for estimation."""
        found = self.smoothed(self.table, ~self.aside)
        factors = np.array(["eps" not in name for name in found.model.state_names])
        common = (found.model["design"][:, factors] @ found.smoothed_state[factors]).T
        kept = np.where(self.aside, np.nan, self.table.values)
        columns = [kept[:, self.table.names.index(name)] for name in self.names]
        found = [_correlation(x, common[:, place]) for place, x in enumerate(columns)]
        return pd.Series(found, index=list(self.names), name="correlation")

    def smoothed(self, table: Table, known: Flags | None = None) -> Any:
        """statsmodels' results for these data under the fitted parameters (standardised). Raises FitError.

        known: cells that may be seen (all when None).
        """
        chosen = [table.names.index(name) for name in self.names]
        values = table.values if known is None else np.where(known, table.values, np.nan)
        standard = (values[:, chosen] - self.centre) / self.scale
        return _quietly(
            lambda: _model(standard, self.names, self.quick, table, self.factors, self.options.order).smooth(
                self.parameters
            )
        )

    def predict(self, data: Ragged, steps: int) -> Prediction:
        """The target's changes in its first `steps` unknown periods; figures far out widen it. Raises FitError."""
        table = _with_columns(data.table(steps), self.names)
        said = self._read(table, None)
        aside = _aside(data, table, self.options)
        return doubted(said, self._read(table, ~aside).mean) if aside.any() else said

    def _read(self, table: Table, known: Flags | None) -> Prediction:
        """The prediction from the cells that may be seen (all when None). Raises FitError."""
        found = self.smoothed(table, known)
        place = self.names.index(table.names[table.target])
        design = found.model["design"][place]
        rows = list(table.ends)
        states = found.smoothed_state[:, rows]
        spread = np.einsum("i,ijt,j->t", design, found.smoothed_state_cov[:, :, rows], design)
        noise = float(found.model["obs_cov"][place, place])
        said = Prediction(
            self.centre[place] + self.scale[place] * (design @ states),
            self.scale[place] * np.sqrt(np.maximum(spread + noise, 0.0)),
        )
        if not said.finite:
            raise FitError("the smoothed states are not finite")
        return said


@dataclass(frozen=True, slots=True)
class DynamicFactor:
    """The method: `fit` estimates, `FactorFit.predict` reads."""

    options: FactorOptions = FactorOptions()
    name: str = NAME

    def fit(self, data: Ragged, earlier: FactorFit | None = None) -> FactorFit:
        """Estimates on the figures known. earlier: a fit to older data, from which EM starts. Raises FitError."""
        table = data.table(1)
        aside = _aside(data, table, self.options)
        kept = np.where(aside, np.nan, table.values)
        usable = _usable(kept, table, self.options.fewest)
        names = tuple(table.names[column] for column in usable)
        if table.target not in usable or len(names) < FEWEST_INDICATORS + 1:
            raise FitError("too few series with enough figures")
        centre, scale = np.nanmean(kept[:, usable], axis=0), np.nanstd(kept[:, usable], axis=0, ddof=1)
        quick = sum(column < table.quick for column in usable)
        standard = (kept[:, usable] - centre) / scale
        start = earlier.parameters if earlier is not None and earlier.names == names else None
        factors = min(self.options.factors or (2 if len(names) > _MANY else 1), len(names) - 1)
        model = _model(standard, names, quick, table, factors, self.options.order)
        found = _sane(model, start, self.options)
        steps = int(found.mle_retvals.iter)
        parameters = _stable(np.asarray(found.params, dtype=np.float64), model.param_names)
        settled = steps < self.options.iterations
        return FactorFit(
            self.options, factors, names, quick, parameters, centre, scale, table, aside, steps, settled
        )


def _aside(data: Ragged, table: Table, options: FactorOptions) -> Flags:
    """Which cells of the data's table are far out; none where they are not to be set aside."""
    span = table.base.value // data.target.frequency.value
    return flagged(table.values, table.quick, span) & options.outliers


def _correlation(x: Vector, y: Vector) -> float:
    known = np.isfinite(x)
    return float(np.corrcoef(x[known], y[known])[0, 1])


def can_carry(data: Ragged) -> bool:
    """Whether the library has a form for these calendars: one for all, or months with quarters."""
    found = {data.target.frequency, *(each.frequency for each in data.indicators.values())}
    return len(found) == 1 or found == {Frequency.MONTHLY, Frequency.QUARTERLY}


def _model(standard: Any, names: tuple[str, ...], quick: int, table: Table, factors: int, order: int) -> Any:
    from statsmodels.tsa.statespace.dynamic_factor_mq import DynamicFactorMQ

    index = calendar(table)
    frame = pd.DataFrame(standard, index=index, columns=[f"s{place}" for place in range(len(names))])
    shared = [f"f{place}" for place in range(factors)]
    return DynamicFactorMQ(
        frame,
        k_endog_monthly=quick,
        factors=dict.fromkeys(frame.columns, shared),
        factor_orders={tuple(shared): order},
        idiosyncratic_ar1=True,
        standardize=False,
    )


def calendar(table: Table) -> pd.PeriodIndex:
    """The rows of a table as pandas' periods."""
    letter = {Frequency.ANNUAL: "Y", Frequency.QUARTERLY: "Q", Frequency.MONTHLY: "M"}[table.base]
    start = pd.Period(ordinal=table.first - _EPOCH * table.base.value, freq=letter)
    return pd.period_range(start, periods=len(table.values), freq=letter)


def _with_columns(table: Table, names: tuple[str, ...]) -> Table:
    """The table with an empty column for each series of the fit that these data do not hold yet."""
    missing = [name for name in names if name not in table.names]
    if not missing:
        return table
    empty = np.full((len(table.values), len(missing)), np.nan)
    return Table(
        np.column_stack([table.values, empty]),
        (*table.names, *missing),
        table.quick,
        table.first,
        table.base,
        table.target,
        table.ends,
    )


def _usable(kept: Any, table: Table, fewest: int) -> list[int]:
    """Columns with enough figures that vary."""
    counts = np.isfinite(kept).sum(axis=0)
    return [
        column
        for column in range(len(table.names))
        if counts[column] >= fewest
        and np.nanstd(kept[:, column]) > 1e-12 * np.nanmax(np.abs(kept[:, column]))
    ]


def _sane(model: Any, start: Vector | None, options: FactorOptions) -> Any:
    """The first of three EM runs whose noise is no larger than the series themselves. Raises FitError.

    EM may break down when it estimates the initial state too; then it is run without, and last from its own start.
    """
    for begin, initial in ((start, True), (start, False), (None, False)):
        found = _quietly(
            lambda begin=begin, initial=initial: model.fit_em(
                start_params=begin,
                maxiter=options.iterations,
                tolerance=options.tolerance,
                em_initialization=initial,
            )
        )
        noise = [
            value
            for name, value in zip(model.param_names, found.params, strict=True)
            if name.startswith("sigma2")
        ]
        if np.isfinite(noise).all() and max(noise) < _LOUDEST:
            return found
    raise FitError("EM broke down")


def _stable(parameters: Vector, names: list[str]) -> Vector:
    """Idiosyncratic autoregressions kept short of a unit root; raises FitError where anything is not a number."""
    if not np.isfinite(parameters).all():
        raise FitError("EM ended in parameters that are not numbers")
    bounded = [
        np.clip(value, -_MOST_PERSISTENT, _MOST_PERSISTENT) if name.startswith("L1.eps") else value
        for name, value in zip(names, parameters, strict=True)
    ]
    return np.array(bounded, dtype=np.float64)


def _quietly(call: Any) -> Any:
    """Warnings of an estimation that ran into its bound are told in the method's sentence instead."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return call()
        except _FAILURES as error:
            raise FitError(str(error)) from error
