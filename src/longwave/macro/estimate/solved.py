"""What an estimator hands back, and how it becomes a result: free coefficients made whole, intervals, fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import SolveError, UsageError
from longwave.core.estimate import Estimate, Refusal, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.macro.estimate.design import EquationDesign
from longwave.macro.estimate.result import EquationEstimate, goodness, intervals

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

Divisor: TypeAlias = Literal["n", "n-k"]

COVARIANCES = ("classical", "HC0", "HC1", "HC2", "HC3", "HAC")


@dataclass(frozen=True, eq=False)
class Solved:
    """free: float64 [free coefficients]; covariance: of these [free, free]; errors: in words, what the standard errors
    rest on; degrees: n - k for Student's law, None for the normal one; tests, untested: those that the estimator itself
    makes; kappa: of LIML."""

    free: Vector
    covariance: Matrix
    errors: Message
    degrees: int | None
    kappa: float | None = None
    tests: tuple[TestResult, ...] = ()
    untested: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()


def checked_covariance(name: str) -> str:
    """The covariance of this name, in any case of letters. Raises UsageError."""
    for known in COVARIANCES:
        if name.lower() == known.lower():
            return known
    raise UsageError(
        say("estimate.unknown_option", option="covariance", value=name),
        say("estimate.unknown_option_mend", known=COVARIANCES),
    )


def assembled(
    design: EquationDesign,
    solved: Solved,
    method: str,
    *,
    level: float = 0.95,
    likelihood: bool = True,
    tests: tuple[TestResult, ...] = (),
    untested: tuple[Refusal, ...] = (),
) -> EquationEstimate:
    """The result of an estimator on a design. Raises SolveError where its figures overflow."""
    values = design.freedom.full(solved.free)
    covariance = design.freedom.covariance(solved.covariance)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    how = _how(design, solved, method)
    residuals, actual = design.errors(values), design.actual(values)
    with np.errstate(over="ignore"):
        figures = (
            float(residuals @ residuals),
            float(actual @ actual),
            float(values @ values),
            float(errors @ errors),
        )
    if not np.isfinite(figures).all():
        raise SolveError(say("estimate.not_finite", equation=design.name), say("estimate.not_finite_mend"))
    fit = goodness(actual, residuals, len(design.freedom.free), likelihood=likelihood)
    made = EquationEstimate(
        equation=design.equation,
        method=method,
        how=how,
        coefficients=(),
        standard_errors=errors,
        covariance=covariance,
        periods=design.periods,
        actual=actual,
        fitted=actual - residuals,
        residuals=residuals,
        r2=fit.r2,
        adjusted_r2=fit.adjusted_r2,
        standard_error=fit.standard_error,
        free=len(design.freedom.free),
        log_likelihood=fit.log_likelihood,
        aic=fit.aic,
        bic=fit.bic,
        kappa=solved.kappa,
        degrees=solved.degrees,
        order=design.order,
        instruments=design.instrument_names,
        tests=(*solved.tests, *tests),
        untested=(*solved.untested, *untested),
        notes=(*design.notes, *solved.notes, *_out_of_bounds(design, values)),
    )
    return with_coefficients(made, design.coefficients, values, level)


def with_coefficients(
    made: EquationEstimate, names: tuple[str, ...], values: Vector, level: float
) -> EquationEstimate:
    """The result with its coefficients as estimates of the house: interval, method, sample, grade."""
    from dataclasses import replace

    low, high = intervals(values, made.standard_errors, made.degrees, level)
    grade = grade_of(len(made.periods))
    told = tuple(
        Estimate(name, float(value), float(one), float(other), "", made.how, made.sample, grade, level)
        for name, value, one, other in zip(names, values, low, high, strict=True)
    )
    return replace(made, coefficients=told)


def _how(design: EquationDesign, solved: Solved, method: str) -> Message:
    law = (
        say("estimate.law_normal")
        if solved.degrees is None
        else say("estimate.law_student", degrees=solved.degrees)
    )
    words = say(f"estimate.method_{method.replace('2sls', 'tsls').replace('3sls', 'thsls')}")
    if design.order:
        words = say("estimate.with_memory", method=words, order=design.order)
    if design.freedom.restrictions:
        words = say("estimate.with_restrictions", method=words, count=design.freedom.restrictions)
    return say("estimate.how", method=words, errors=solved.errors, law=law)


def _out_of_bounds(design: EquationDesign, values: Vector) -> tuple[Message, ...]:
    found = []
    for name, value in zip(design.coefficients, values, strict=True):
        low, high = design.bounds.get(name, (None, None))
        if (low is not None and value < low) or (high is not None and value > high):
            sense = f"{'-inf' if low is None else f'{low:g}'}..{'inf' if high is None else f'{high:g}'}"
            found.append(say("estimate.out_of_bounds", name=name, value=float(value), bounds=sense))
    return tuple(found)
