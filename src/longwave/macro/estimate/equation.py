"""One behavioural equation estimated, or every one of a model in turn.

The method is the caller's, else that of the text, else the plainest that fits: least squares, nonlinear where the
coefficients enter so, two-stage where the text names instruments. Equations that share a coefficient belong together:
one by one they would give it two values, so the estimate of a whole model refuses them here and names them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import DataError, UsageError
from longwave.core.estimate import Refusal, TestResult
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.estimate.autoregressive import memory, memory_notes
from longwave.macro.estimate.design import EquationDesign, design, to_estimate
from longwave.macro.estimate.diagnostics import (
    chow_test,
    instrument_tests,
    regression_tests,
    restriction_test,
)
from longwave.macro.estimate.iv import limited_information, moments, nonlinear, two_stage
from longwave.macro.estimate.nls import minimum
from longwave.macro.estimate.ols import ordinary
from longwave.macro.estimate.polynomial import lag_weights
from longwave.macro.estimate.result import EquationEstimate, ModelEstimate
from longwave.macro.estimate.solved import Divisor, Solved, assembled, checked_covariance
from longwave.macro.model import Kind, Model, Parameter

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

METHODS = ("ols", "nls", "2sls", "liml", "gmm", "gmm_iterated")
WITH_INSTRUMENTS = METHODS[2:]


@dataclass(frozen=True)
class EstimationOptions:
    """covariance: classical, HC0 ... HC3 or HAC; "" is the method's own (classical; for GMM robust, HC0); divisor: of
    the error variance, None for the method's own (n - k for least squares, n with instruments: the way printed tables
    have it); level: coverage of intervals; tests: whether diagnostics are made."""

    covariance: str = ""
    divisor: Divisor | None = None
    level: float = 0.95
    tests: bool = True

    def covariance_for(self, method: str) -> str:
        if self.covariance:
            return checked_covariance(self.covariance)
        return "HC0" if method.startswith("gmm") else "classical"


def estimate_equation(
    model: Model,
    name: str,
    data: Databank,
    *,
    method: str | None = None,
    first: Period | str | None = None,
    last: Period | str | None = None,
    covariance: str = "",
    divisor: Divisor | None = None,
    level: float = 0.95,
    tests: bool = True,
) -> EquationEstimate:
    """One equation of a model (by its name or its variable's), estimated.

    method: ols, nls, 2sls, liml, gmm (two steps) or gmm_iterated; first, last, level, covariance, divisor as
    `EstimationOptions` and `design` have them. Raises UsageError for unknown words and for a method that does not fit
    the equation, and what `design` and the estimators raise.
    """
    options = EstimationOptions(covariance, divisor, level, tests)
    ready = design(model, name, data, first=first, last=last)
    return estimated(model, ready, chosen_method(ready, method), options)


def estimate_model(
    model: Model,
    data: Databank,
    *,
    method: str | None = None,
    first: Period | str | None = None,
    last: Period | str | None = None,
    covariance: str = "",
    divisor: Divisor | None = None,
    level: float = 0.95,
    tests: bool = True,
) -> ModelEstimate:
    """Every behavioural equation that has something to estimate, one by one, and the model with the values found.

    What cannot be estimated is a `Refusal` among the others' results. Options as `estimate_equation`. Raises UsageError
    for unknown words only.
    """
    _check_words(method, covariance)
    made: list[EquationEstimate] = []
    refused: list[Refusal] = []
    wanted = [each for each in model.equations if each.kind is Kind.BEHAVIOURAL and to_estimate(model, each)]
    users = Counter(name for each in wanted for name in to_estimate(model, each))
    for each in wanted:
        shared = tuple(name for name in to_estimate(model, each) if users[name] > 1)
        if shared:
            reason = say("estimate.shared", equation=each.name, names=shared)
            refused.append(Refusal(each.name, reason, say("estimate.shared_mend")))
            continue
        try:
            made.append(
                estimate_equation(
                    model, each.name, data, method=method, first=first, last=last,
                    covariance=covariance, divisor=divisor, level=level, tests=tests,
                )
            )  # fmt: skip
        except (DataError, UsageError) as error:
            refused.append(Refusal(each.name, error.message, error.mend))
    return ModelEstimate(with_estimates(model, made), tuple(made), tuple(refused))


def break_test(
    model: Model,
    name: str,
    data: Databank,
    date: Period | str,
    *,
    method: str | None = None,
    first: Period | str | None = None,
    last: Period | str | None = None,
) -> TestResult:
    """Chow's test of an equation estimated by least squares: whether its coefficients differ from `date` on.

    Raises UsageError for an estimator with instruments, DataError for a date outside the sample, and what
    `estimate_equation` raises.
    """
    ready = design(model, name, data, first=first, last=last)
    chosen = chosen_method(ready, method)
    if chosen in WITH_INSTRUMENTS:
        raise UsageError(say("estimate.chow_least_squares"), say("estimate.chow_least_squares_mend"))
    solved, _, _ = _SOLVERS[chosen](ready, chosen, "classical", EstimationOptions(tests=False))
    return chow_test(ready, ready.freedom.full(solved.free), date)


def with_estimates(model: Model, made: list[EquationEstimate]) -> Model:
    """The model with the values of its estimated coefficients; those of errors with memory are added where they lack."""
    values = {name: value for each in made for name, value in each.values.items()}
    known = {each.name for each in model.parameters}
    new = tuple(Parameter(name, estimated=True) for name in values if name not in known)
    return replace(model, parameters=(*model.parameters, *new)).with_values(values)


def chosen_method(ready: EquationDesign, method: str | None) -> str:
    """The method that an equation is estimated by. Raises UsageError where the one asked for does not fit."""
    note = ready.equation.estimation
    asked = (method or (note.method if note else "")).lower()
    if asked not in ("", *METHODS):
        raise UsageError(
            say("estimate.unknown_option", option="method", value=asked),
            say("estimate.unknown_option_mend", known=METHODS),
        )
    if not asked:
        return "2sls" if ready.instruments is not None else "ols" if ready.linear or ready.order else "nls"
    if asked == "ols" and not ready.linear and not ready.order:
        raise UsageError(say("estimate.not_linear", equation=ready.name), say("estimate.not_linear_mend"))
    return asked


def estimated(
    model: Model, ready: EquationDesign, method: str, options: EstimationOptions
) -> EquationEstimate:
    """The estimate of a design by a method."""
    covariance = options.covariance_for(method)
    solved, tests, untested = _SOLVERS[method](ready, method, covariance, options)
    values = ready.freedom.full(solved.free)
    if options.tests:
        told, left = regression_tests(ready, values, instrumented=method in WITH_INSTRUMENTS)
        tests, untested = (*tests, *told), (*untested, *left)
        if ready.freedom.restrictions and method == "ols" and ready.linear:
            one, other = restriction_test(ready, values)
            tests, untested = (*tests, *one), (*untested, *other)
    made = assembled(
        ready,
        solved,
        method,
        level=options.level,
        likelihood=method not in WITH_INSTRUMENTS,
        tests=tests,
        untested=untested,
    )
    notes = (*made.notes, *memory_notes(made.name, memory(made)))
    return replace(made, notes=notes, lag_weights=lag_weights(model, made, options.level))


def _least_squares(
    ready: EquationDesign, method: str, covariance: str, options: EstimationOptions
) -> _Outcome:
    del method
    if ready.dependent is not None and ready.regressors is not None:
        y = ready.dependent - ready.regressors @ ready.freedom.base
        return ordinary(y, ready.regressors @ ready.freedom.directions, covariance, options.divisor), (), ()
    best = minimum(ready)
    values = ready.freedom.full(best.free)
    slopes = -ready.slopes(values) @ ready.freedom.directions
    # the tangent plane at the minimum is a linear regression with the same errors: its covariance is Gauss-Newton's
    tangent = ordinary(ready.errors(values) + slopes @ best.free, slopes, covariance, options.divisor)
    return replace(tangent, free=best.free, notes=best.notes), (), ()


def _with_instruments(
    ready: EquationDesign, method: str, covariance: str, options: EstimationOptions
) -> _Outcome:
    if not ready.linear:
        solved, statistic, degrees = nonlinear(ready, method, covariance, options.divisor)
        found = None
    else:
        statistic, degrees = None, 0
        if method == "2sls":
            solved, found = two_stage(ready, covariance, options.divisor)
        elif method == "liml":
            solved, found = limited_information(ready, covariance, options.divisor)
        else:
            solved, found = moments(ready, covariance, options.divisor, iterated=method == "gmm_iterated")
    if not options.tests:
        return solved, (), ()
    tests, untested = instrument_tests(ready, method, found, statistic, degrees)
    return solved, tests, untested


_Outcome = tuple[Solved, tuple[TestResult, ...], tuple[Refusal, ...]]

_SOLVERS: dict[str, Callable[[EquationDesign, str, str, EstimationOptions], _Outcome]] = {
    "ols": _least_squares,
    "nls": _least_squares,
    **dict.fromkeys(WITH_INSTRUMENTS, _with_instruments),
}


def _check_words(method: str | None, covariance: str) -> None:
    if covariance:
        checked_covariance(covariance)
    if method is not None and method.lower() not in METHODS:
        raise UsageError(
            say("estimate.unknown_option", option="method", value=method),
            say("estimate.unknown_option_mend", known=METHODS),
        )
