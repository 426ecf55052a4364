"""An estimated system that speaks for itself: coefficients of all equations with their joint covariance, and tests.

Hansen-Sargan (Hansen 1982): J = g' V^-1 g at the weighted estimate, chi-squared with as many degrees of freedom as there
are moments beyond free coefficients. Breusch and Pagan (1980): T times the sum of squared correlations of the errors of
different equations, each equation estimated alone; chi-squared with m(m-1)/2 degrees. Likelihood ratio: twice the gain of
the freer of two estimates by maximum likelihood on the same sample.

The log-likelihood of least-squares methods is that of their errors as normal variables, -n/2 (m log 2 pi + m +
log|Sigma|), without the Jacobian of the model; only `fiml` has the likelihood of the model.
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
from longwave.core.message import Language, Message, say
from longwave.core.period import Period
from longwave.macro.estimate.result import EquationEstimate
from longwave.macro.estimate.result import test_frame as frame_of_tests
from longwave.macro.model import Model

Vector = NDArray[np.float64]
LIKELIHOOD_METHODS = ("isur", "fiml")


@dataclass(frozen=True, eq=False)
class SystemEstimate:
    """Equations estimated together.

    model: with the values found; method: 2sls, sur, isur, 3sls, i3sls, fiml; how: the same in a sentence;
    coefficients: k of them, in the order of the model; covariance: float64 [k, k], of rank `free` where restrictions
    bind; covariances: by way of making it (fiml: hessian, outer, sandwich); residuals: float64 [equations, n];
    residual_covariance: [equations, equations], divisor n; instruments: names by equation; rounds: weighted stages, or
    starts of fiml; settled: whether iterations came to rest; tops: log-likelihoods at which the starts of fiml ended.
    """

    model: Model
    method: str
    how: Message
    equations: tuple[EquationEstimate, ...]
    coefficients: tuple[Estimate, ...]
    standard_errors: Vector
    covariance: Vector
    covariances: Mapping[str, Vector]
    residuals: Vector
    residual_covariance: Vector
    periods: tuple[Period, ...]
    free: int
    log_likelihood: float
    settled: bool
    rounds: int
    instruments: Mapping[str, tuple[str, ...]]
    tests: tuple[TestResult, ...] = ()
    untested: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()
    tops: tuple[float, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The coefficients' names, in the order of `covariance`."""
        return tuple(each.name for each in self.coefficients)

    @property
    def values(self) -> dict[str, float]:
        """Coefficient -> value, as `Model.with_values` takes them."""
        return {each.name: each.value for each in self.coefficients}

    @property
    def sample(self) -> Sample:
        return Sample(len(self.periods), str(self.periods[0]), str(self.periods[-1]))

    def coefficient(self, name: str) -> Estimate:
        """The coefficient of this name. Raises UsageError."""
        for each in self.coefficients:
            if each.name == name:
                return each
        raise UsageError(
            say("estimate_system.unknown_coefficient", name=name),
            say("estimate_system.unknown_coefficient_mend", names=self.names),
        )

    def standard_error_of(self, name: str) -> float:
        """The standard error of a coefficient. Raises UsageError."""
        return float(self.standard_errors[self.coefficients.index(self.coefficient(name))])

    def equation(self, name: str) -> EquationEstimate:
        """The estimate of an equation, by its name or its variable's. Raises UsageError."""
        for each in self.equations:
            if name in (each.name, each.equation.variable):
                return each
        raise UsageError(
            say("estimate_system.unknown", equation=name, model=self.model.name),
            say("estimate_system.unknown_mend", names=tuple(each.name for each in self.equations)),
        )

    def test(self, name: str) -> TestResult:
        """The test of this name. Raises UsageError."""
        for each in self.tests:
            if each.name == name:
                return each
        raise UsageError(
            say("estimate_system.unknown_test", name=name),
            say("estimate_system.unknown_test_mend", names=tuple(each.name for each in self.tests) or "-"),
        )

    def to_frame(self, lang: Language = "en") -> pd.DataFrame:
        """One row a coefficient of every equation: value, standard error, t, p, interval."""
        parts = {each.name: each.to_frame(lang) for each in self.equations}
        return pd.concat(parts, names=[say("estimate.heading_equation").text(lang)])

    def tests_frame(self, lang: Language = "en") -> pd.DataFrame:
        """One row a test: its null in words, statistic, p-value, whether the null is rejected."""
        return frame_of_tests(self.tests, lang)

    def residual_frame(self) -> pd.DataFrame:
        """Residuals by period (rows) and equation (columns)."""
        index = pd.Index([str(each) for each in self.periods], name="period")
        return pd.DataFrame(
            self.residuals.T.copy(), index=index, columns=[each.name for each in self.equations]
        )

    def residual_correlations(self) -> pd.DataFrame:
        """Correlations of the errors of the equations; about nought, as `residual_covariance`."""
        sizes = np.sqrt(np.diag(self.residual_covariance))
        names = [each.name for each in self.equations]
        return pd.DataFrame(self.residual_covariance / np.outer(sizes, sizes), index=names, columns=names)

    def as_dict(self, lang: Language = "en") -> dict[str, Any]:
        errors = self.standard_errors.tolist()
        return {
            "model": self.model.name,
            "method": self.method,
            "how": self.how.text(lang),
            "sample": self.sample.as_dict(),
            "coefficients": [
                {**each.as_dict(lang), "standard_error": error}
                for each, error in zip(self.coefficients, errors, strict=True)
            ],
            "covariance": self.covariance.tolist(),
            "residual_covariance": self.residual_covariance.tolist(),
            "log_likelihood": self.log_likelihood,
            "settled": self.settled,
            "rounds": self.rounds,
            "instruments": {name: list(each) for name, each in self.instruments.items()},
            "equations": [each.as_dict(lang) for each in self.equations],
            "tests": [each.as_dict(lang) for each in self.tests],
            "untested": [each.as_dict(lang) for each in self.untested],
            "notes": [each.text(lang) for each in self.notes],
        }


def likelihood_ratio(restricted: SystemEstimate, free: SystemEstimate) -> TestResult:
    """Whether the restrictions by which the first estimate is narrower than the second cost more than chance.

    Raises UsageError where the two are not both by maximum likelihood (isur or fiml, the same), rest on different
    samples or equations, or where the first is not the narrower.
    """
    reason = None
    if restricted.method != free.method or free.method not in LIKELIHOOD_METHODS:
        reason = say("estimate_system.ratio_method", first=restricted.method, second=free.method)
    elif restricted.periods != free.periods or [each.name for each in restricted.equations] != [
        each.name for each in free.equations
    ]:
        reason = say("estimate_system.ratio_sample")
    elif restricted.free >= free.free:
        reason = say("estimate_system.ratio_order", first=restricted.free, second=free.free)
    if reason is not None:
        raise UsageError(reason, say("estimate_system.ratio_mend"))
    degrees = free.free - restricted.free
    statistic = 2.0 * (free.log_likelihood - restricted.log_likelihood)
    return chi_squared(
        "likelihood_ratio",
        say("estimate_system.null_ratio", count=degrees),
        say("estimate_system.method_ratio", degrees=degrees),
        max(statistic, 0.0),
        degrees,
        free.sample,
    )


def hansen_sargan(distance: float, degrees: int, sample: Sample) -> TestResult:
    """J of a weighted instrumental estimate."""
    return chi_squared(
        "hansen_sargan",
        say("estimate_system.null_hansen"),
        say("estimate_system.method_hansen", degrees=degrees),
        distance,
        degrees,
        sample,
    )


def breusch_pagan(errors: Vector, sample: Sample) -> TestResult:
    """The Lagrange multiplier test of a diagonal Sigma, from errors [equations, n] of equations estimated alone."""
    sigma = errors @ errors.T
    sizes = np.sqrt(np.diag(sigma))
    correlations = sigma / np.outer(sizes, sizes)
    below = correlations[np.tril_indices(len(sigma), -1)]
    degrees = len(below)
    return chi_squared(
        "breusch_pagan_lm",
        say("estimate_system.null_diagonal"),
        say("estimate_system.method_diagonal", degrees=degrees),
        float(errors.shape[1] * (below @ below)),
        degrees,
        sample,
    )


def chi_squared(
    name: str,
    null: Message,
    method: Message,
    statistic: float,
    degrees: int,
    sample: Sample,
    level: float = 0.05,
) -> TestResult:
    """A test whose statistic is chi-squared under the null in large samples."""
    from scipy.special import chdtrc

    chance = float(chdtrc(degrees, statistic))
    return TestResult(
        name=name,
        null=null,
        statistic=statistic,
        rejected=chance < level,
        method=method,
        sample=sample,
        p_value=chance,
        level=level,
    )
