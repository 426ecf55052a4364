"""An estimated equation that speaks for itself: coefficients with intervals, fit, errors, tests with their nulls.

With n observations and k free coefficients, S the sum of squared errors and y the left side as written:
R2 = 1 - S / sum (y - mean y)^2, also where the equation has no constant (it may then be below nought);
adjusted R2 = 1 - (1 - R2)(n - 1)/(n - k); standard error of the regression = sqrt(S / (n - k));
log-likelihood of Gaussian errors = -n/2 (log(2 pi S/n) + 1), AIC = 2 k - 2 logL, BIC = k log n - 2 logL, by least
squares only: an estimator with instruments maximises no likelihood and has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult
from longwave.core.message import Language, Message, knows, say
from longwave.core.period import Period
from longwave.macro.model import Equation, Model

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LagWeights:
    """The weights of a polynomial lag: of x, x(-1) ... and their sum (the long-run effect)."""

    variable: str
    weights: tuple[Estimate, ...]
    total: Estimate


@dataclass(frozen=True, eq=False)
class EquationEstimate:
    """One equation, estimated.

    method: ols, nls, 2sls, liml, gmm, gmm_iterated, sur, 3sls, fiml; how: the same in a sentence, with what the
    standard errors rest on; coefficients: k of them, also those that restrictions fix (with a point interval);
    covariance: float64 [k, k]; actual, fitted, residuals: [n], actual = fitted + residuals, on the scale of the left
    side; with autoregressive errors the residuals are the innovations, what is left after their memory.
    free: how many coefficients restrictions leave free; degrees: n - k where the intervals are Student's, None where they
    are normal; kappa: of LIML; order: of autoregressive errors; untested: tests that could not be made, and why.
    """

    equation: Equation
    method: str
    how: Message
    coefficients: tuple[Estimate, ...]
    standard_errors: Vector
    covariance: Matrix
    periods: tuple[Period, ...]
    actual: Vector
    fitted: Vector
    residuals: Vector
    r2: float
    adjusted_r2: float
    standard_error: float
    free: int
    log_likelihood: float | None = None
    aic: float | None = None
    bic: float | None = None
    kappa: float | None = None
    degrees: int | None = None
    order: int = 0
    instruments: tuple[str, ...] = ()
    tests: tuple[TestResult, ...] = ()
    untested: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()
    lag_weights: tuple[LagWeights, ...] = ()

    @property
    def name(self) -> str:
        return self.equation.name

    @property
    def sample(self) -> Sample:
        return Sample(len(self.periods), str(self.periods[0]), str(self.periods[-1]))

    @property
    def values(self) -> dict[str, float]:
        """Coefficient -> value, as `Model.with_values` takes them."""
        return {each.name: each.value for each in self.coefficients}

    def coefficient(self, name: str) -> Estimate:
        """The coefficient of this name. Raises UsageError."""
        for each in self.coefficients:
            if each.name == name:
                return each
        raise UsageError(
            say("estimate.unknown_coefficient", name=name, equation=self.name),
            say("estimate.unknown_coefficient_mend", names=tuple(each.name for each in self.coefficients)),
        )

    def standard_error_of(self, name: str) -> float:
        """The standard error of a coefficient. Raises UsageError."""
        return float(self.standard_errors[self.coefficients.index(self.coefficient(name))])

    def test(self, name: str) -> TestResult:
        """The test of this name. Raises UsageError."""
        for each in self.tests:
            if each.name == name:
                return each
        raise UsageError(
            say("estimate.unknown_test", name=name, equation=self.name),
            say("estimate.unknown_test_mend", names=tuple(each.name for each in self.tests) or "-"),
        )

    def residual_series(self) -> pd.Series:
        """The residuals with written periods."""
        return pd.Series(self.residuals.copy(), index=self._index(), name=self.name)

    def fit_frame(self, lang: Language = "en") -> pd.DataFrame:
        """Actual, fitted and residual by period: what a picture of the fit draws."""
        headings = [say(f"estimate.heading_{each}").text(lang) for each in ("actual", "fitted", "residual")]
        table = np.column_stack([self.actual, self.fitted, self.residuals])
        return pd.DataFrame(table, index=self._index(), columns=headings)

    def to_frame(self, lang: Language = "en") -> pd.DataFrame:
        """One row a coefficient: value, standard error, t, p, interval."""
        return coefficient_frame(self, lang)

    def tests_frame(self, lang: Language = "en") -> pd.DataFrame:
        """One row a test: its null in words, statistic, p-value, whether the null is rejected."""
        return test_frame(self.tests, lang)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        errors = self.standard_errors.tolist()
        return {
            "equation": self.name,
            "method": self.method,
            "how": self.how.text(lang),
            "sample": self.sample.as_dict(),
            "coefficients": [
                {**each.as_dict(lang), "standard_error": error}
                for each, error in zip(self.coefficients, errors, strict=True)
            ],
            "covariance": self.covariance.tolist(),
            "r2": self.r2,
            "adjusted_r2": self.adjusted_r2,
            "standard_error": self.standard_error,
            "log_likelihood": self.log_likelihood,
            "aic": self.aic,
            "bic": self.bic,
            "kappa": self.kappa,
            "instruments": list(self.instruments),
            "tests": [each.as_dict(lang) for each in self.tests],
            "untested": [each.as_dict(lang) for each in self.untested],
            "notes": [each.text(lang) for each in self.notes],
            "lag_weights": [
                {
                    "variable": each.variable,
                    "weights": [weight.as_dict(lang) for weight in each.weights],
                    "total": each.total.as_dict(lang),
                }
                for each in self.lag_weights
            ],
        }

    def _index(self) -> pd.Index:
        return pd.Index([str(each) for each in self.periods], name="period")


@dataclass(frozen=True, eq=False)
class ModelEstimate:
    """A model with the values that its equations were given; refusals: equations that could not be estimated, and why."""

    model: Model
    equations: tuple[EquationEstimate, ...]
    refusals: tuple[Refusal, ...] = ()

    def equation(self, name: str) -> EquationEstimate:
        """The estimate of an equation, by its name or its variable's. Raises UsageError."""
        for each in self.equations:
            if name in (each.name, each.equation.variable):
                return each
        raise UsageError(
            say("estimate.not_estimated", name=name),
            say("estimate.unknown_equation_mend", names=tuple(each.name for each in self.equations) or "-"),
        )

    @property
    def values(self) -> dict[str, float]:
        return {name: value for each in self.equations for name, value in each.values.items()}

    def to_frame(self, lang: Language = "en") -> pd.DataFrame:
        """One row a coefficient of every equation."""
        parts = {each.name: each.to_frame(lang) for each in self.equations}
        if not parts:
            return pd.DataFrame()
        return pd.concat(parts, names=[say("estimate.heading_equation").text(lang)])

    def residual_frame(self) -> pd.DataFrame:
        """Residuals by period (rows) and equation (columns), NaN outside an equation's sample."""
        return pd.DataFrame({each.name: each.residual_series() for each in self.equations}).sort_index()

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        return {
            "model": self.model.name,
            "equations": [each.as_dict(lang) for each in self.equations],
            "refusals": [each.as_dict(lang) for each in self.refusals],
        }


@dataclass(frozen=True)
class Fit:
    """r2, adjusted_r2, standard_error of the regression; log_likelihood, aic, bic None with instruments."""

    r2: float
    adjusted_r2: float
    standard_error: float
    log_likelihood: float | None
    aic: float | None
    bic: float | None


def goodness(actual: Vector, residuals: Vector, free: int, *, likelihood: bool) -> Fit:
    """The figures of fit of the head of this file. A y that does not vary gives an R2 of one."""
    count = len(actual)
    squares, spread = float(residuals @ residuals), float(np.square(actual - actual.mean()).sum())
    r2 = 1.0 - squares / spread if spread > 0.0 else 1.0
    left = count - free
    adjusted = 1.0 - (1.0 - r2) * (count - 1) / left if left else r2
    deviation = float(np.sqrt(squares / left)) if left else 0.0
    if not likelihood or squares <= 0.0:
        return Fit(r2, adjusted, deviation, None, None, None)
    told = -0.5 * count * (float(np.log(2.0 * np.pi * squares / count)) + 1.0)
    return Fit(
        r2, adjusted, deviation, told, 2.0 * free - 2.0 * told, float(free * np.log(count)) - 2.0 * told
    )


def intervals(values: Vector, errors: Vector, degrees: int | None, level: float) -> tuple[Vector, Vector]:
    """Low and high of intervals; by Student's law with `degrees`, by the normal law where that is None."""
    from scipy.special import ndtri, stdtrit  # scipy.stats takes most of a second to load

    tail = (1 - level) / 2
    reach = -float(ndtri(tail) if degrees is None else stdtrit(degrees, tail))
    return values - reach * errors, values + reach * errors


def coefficient_frame(estimate: EquationEstimate, lang: Language) -> pd.DataFrame:
    """The table of coefficients. The p-value is that of the law of the intervals."""
    from scipy.special import ndtr, stdtr

    values = np.array([each.value for each in estimate.coefficients])
    errors = estimate.standard_errors
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(errors > 0, values / errors, np.nan)
    degrees = estimate.degrees
    chance = 2 * (ndtr(-np.abs(ratio)) if degrees is None else stdtr(degrees, -np.abs(ratio)))
    columns: Mapping[str, Any] = {
        "value": values,
        "standard_error": errors,
        "t": ratio,
        "p": chance,
        "low": [each.low for each in estimate.coefficients],
        "high": [each.high for each in estimate.coefficients],
    }
    index = pd.Index(
        [each.name for each in estimate.coefficients], name=say("estimate.heading_coefficient").text(lang)
    )
    return pd.DataFrame(
        {say(f"estimate.heading_{name}").text(lang): column for name, column in columns.items()}, index=index
    )


def test_frame(tests: tuple[TestResult, ...], lang: Language) -> pd.DataFrame:
    """The table of tests."""
    rows = [
        (
            each.null.text(lang),
            each.statistic,
            each.p_value,
            say(_ANSWERS[each.rejected]).text(lang),
            each.method.text(lang),
        )
        for each in tests
    ]
    headings = [
        say(f"estimate.heading_{each}").text(lang)
        for each in ("null", "statistic", "p", "rejected", "method")
    ]
    index = pd.Index([each.name for each in tests], name=say("estimate.heading_test").text(lang))
    return pd.DataFrame(rows, index=index, columns=headings)


def test_title(name: str) -> Message | str:
    """A test's name in words; the name itself of one that this house does not know by words."""
    kind = name.partition(" ")[0]
    return say(f"estimate.name_{kind}") if knows(f"estimate.name_{kind}") else name


def told_coefficients(estimate: EquationEstimate, lang: Language) -> pd.DataFrame:
    """The table of coefficients as people read it: the intervals' level in their heads, a value that restrictions fix
    with the word ``fixed`` instead of an error of nought, and no t and p for it."""
    frame = coefficient_frame(estimate, lang)
    if not estimate.coefficients:
        return frame
    level = estimate.coefficients[0].level
    edges = [say(f"estimate.heading_{edge}_at", level=level).text(lang) for edge in ("low", "high")]
    told = frame.astype(object)
    told.columns = pd.Index([*frame.columns[:-2], *edges])
    size = max(float(np.nanmax(estimate.standard_errors, initial=0.0)), 0.0)
    for row, error in enumerate(estimate.standard_errors):
        if error <= 1e-12 * size or error == 0.0:
            told.iloc[row, 1:] = [say("estimate.fixed").text(lang), *(["–"] * (told.shape[1] - 2))]
    return told


def lag_weight_frame(weights: LagWeights, lang: Language) -> pd.DataFrame:
    """The weights of a polynomial lag, each with its interval, and their sum."""
    rows = [*weights.weights, weights.total]
    level = weights.total.level
    names = [
        *(
            f"{weights.variable} ({-place})" if place else weights.variable
            for place in range(len(weights.weights))
        ),
        say("estimate.lag_sum").text(lang),
    ]
    heads = [
        say("estimate.heading_value").text(lang),
        *(say(f"estimate.heading_{edge}_at", level=level).text(lang) for edge in ("low", "high")),
    ]
    index = pd.Index(names, name=say("estimate.heading_lag").text(lang))
    return pd.DataFrame([[each.value, each.low, each.high] for each in rows], index=index, columns=heads)


_ANSWERS = {True: "estimate.rejected", False: "estimate.not_rejected"}
