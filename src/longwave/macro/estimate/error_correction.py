"""Error correction: how levels that belong together find back to each other.

In one step an equation such as ``dlog(C) = a + b*dlog(Y) + g*(log(C(-1)) - k*log(Y(-1)))`` is estimated like any other (the
long-run coefficient k by its own name, nonlinear least squares), or with free levels ``g*log(C(-1)) + h*log(Y(-1))``, whose
long-run coefficient is -h/g: `long_run` gives it with the standard error of the delta method (Bardsen 1989).

In two steps (Engle and Granger 1987) the long-run equation is estimated by least squares, its errors are tested for a unit
root, and its coefficients are held in the short-run equation, whose standard errors need no correction because the first
step converges faster. The tests of cointegration look at the long-run equation's errors e: Engle and Granger's
augmented Dickey-Fuller t (lags by AIC), and Phillips and Ouliaris' (1990) Z_t,

    Z_t = sqrt(c0 / w) t - (w - c0) / (2 sqrt(w)) n s_rho / s,

with t and s_rho of the regression of e on e(-1), c0 and w the variance and long-run variance (Bartlett weights) of what it
leaves. Both have the null that nothing ties the levels together; p-values by MacKinnon's (2010) response surfaces for the
number of variables in levels, with a constant or a constant and a trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.estimate.design import EquationDesign, design
from longwave.macro.estimate.equation import EstimationOptions, chosen_method, estimated
from longwave.macro.estimate.result import EquationEstimate, intervals
from longwave.macro.model import Model

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

MOST_LEVELS = 12  # MacKinnon's surfaces end there
LEVEL = 0.05
SHORTEST = 12


@dataclass(frozen=True, eq=False)
class TwoStep:
    """levels: the long-run equation; changes: the short-run one with the long run held; tests: of cointegration."""

    levels: EquationEstimate
    changes: EquationEstimate
    tests: tuple[TestResult, ...]
    untested: tuple[Refusal, ...] = ()

    @property
    def values(self) -> dict[str, float]:
        return {**self.levels.values, **self.changes.values}


def engle_granger(
    model: Model,
    levels: str,
    changes: str,
    data: Databank,
    *,
    first: Period | str | None = None,
    last: Period | str | None = None,
    covariance: str = "",
    level: float = 0.95,
) -> TwoStep:
    """Both steps: `levels` names the long-run equation, `changes` the short-run one that uses its coefficients.

    Raises what `estimate_equation` raises, and UsageError where the two share no coefficient.
    """
    options = EstimationOptions(covariance, None, level)
    long_design = design(model, levels, data, first=first, last=last)
    long = estimated(
        model, long_design, "ols" if long_design.linear else chosen_method(long_design, None), options
    )
    whole = design(model, changes, data, first=first, last=last)
    shared = {name: value for name, value in long.values.items() if name in whole.coefficients}
    if not shared:
        raise UsageError(
            say("estimate.nothing_shared", levels=levels, changes=changes),
            say("estimate.nothing_shared_mend"),
        )
    short_design = design(model, changes, data, first=first, last=last, fixed=shared)
    short = estimated(model, short_design, chosen_method(short_design, None), options)
    tests, untested = cointegration_tests(long_design, long)
    return TwoStep(long, short, tests, untested)


def cointegration_tests(
    ready: EquationDesign, levels: EquationEstimate
) -> tuple[tuple[TestResult, ...], tuple[Refusal, ...]]:
    """Whether the errors of a long-run equation have a unit root: Engle-Granger and Phillips-Ouliaris."""
    reason = _no_test(ready)
    if reason is not None:
        return (), (Refusal(f"{ready.name}: cointegration", reason),)
    terms, count = _levels(ready)
    return (_dickey_fuller(levels, terms, count), _phillips_ouliaris(levels, terms, count)), ()


def _no_test(ready: EquationDesign) -> Message | None:
    if ready.regressors is None:
        return say("estimate.cointegration_linear")
    if ready.periods[-1] - ready.periods[0] != ready.observations - 1:
        return say("estimate.broken_sample")
    terms, count = _levels(ready)
    if not terms:
        return say("estimate.cointegration_constant")
    if ready.observations < max(SHORTEST, count + 6):
        return say("estimate.few_to_test", left=ready.observations)
    if not 2 <= count <= MOST_LEVELS:
        return say("estimate.cointegration_levels", count=count, most=MOST_LEVELS)
    return None


def _levels(ready: EquationDesign) -> tuple[str, int]:
    """The fixed terms ("" none, "c" constant, "ct" with a trend) and the number of variables in levels, y among them."""
    if ready.regressors is None:
        return "", 0
    x = ready.regressors / np.maximum(np.linalg.norm(ready.regressors, axis=0), np.finfo(float).tiny)
    steps = np.arange(len(x), dtype=np.float64)
    fixed = np.linalg.qr(np.column_stack([np.ones(len(x)), steps]))[0]
    plain = [float(np.linalg.norm(column - fixed @ (fixed.T @ column))) < 1e-9 for column in x.T]
    space = x[:, plain]
    one = np.full(len(x), 1 / np.sqrt(len(x)))
    has_constant = bool(space.shape[1]) and _inside(space, one)
    has_trend = has_constant and _inside(space, steps / np.linalg.norm(steps))
    return "ct" if has_trend else "c" if has_constant else "", 1 + plain.count(False)


def _inside(space: Matrix, column: Vector) -> bool:
    return bool(np.linalg.norm(column - space @ np.linalg.lstsq(space, column, rcond=None)[0]) < 1e-8)


def _dickey_fuller(levels: EquationEstimate, terms: str, count: int) -> TestResult:
    from statsmodels.tsa.adfvalues import mackinnonp

    errors = levels.residuals
    most = min(int(12 * (len(errors) / 100) ** 0.25), len(errors) // 3)
    lags = min(range(most + 1), key=lambda each: _augmented(errors, each, most)[1])
    statistic = _augmented(errors, lags, lags)[0]
    p_value = float(mackinnonp(statistic, regression=terms, N=count))
    method = say("estimate.engle_granger", lags=lags, count=count)
    return _answer("engle_granger", method, levels.sample, statistic, p_value)


def _augmented(errors: Vector, lags: int, start: int) -> tuple[float, float]:
    """t of the level and AIC of the Dickey-Fuller regression without constant, on observations from start + 1 on."""
    change = np.diff(errors)
    y = change[start:]
    columns = [errors[start:-1], *(change[start - lag : len(change) - lag] for lag in range(1, lags + 1))]
    x = np.column_stack(columns)
    solution = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ solution
    squares = float(rest @ rest)
    spread = squares / (len(y) - x.shape[1]) * np.linalg.pinv(x.T @ x)[0, 0]
    return float(solution[0] / np.sqrt(spread)), float(len(y) * np.log(squares / len(y)) + 2 * x.shape[1])


def _phillips_ouliaris(levels: EquationEstimate, terms: str, count: int) -> TestResult:
    from statsmodels.tsa.adfvalues import mackinnonp

    before, now = levels.residuals[:-1], levels.residuals[1:]
    n = len(now)
    rho = float(before @ now / (before @ before))
    rest = now - rho * before
    squares = float(rest @ rest)
    deviation = np.sqrt(squares / (n - 1))
    doubt = deviation / np.sqrt(float(before @ before))
    lags = int(4 * (n / 100) ** 0.25)
    variance = squares / n
    lasting = variance + 2 * sum(
        (1 - lag / (lags + 1)) * float(rest[lag:] @ rest[:-lag]) / n for lag in range(1, lags + 1)
    )
    statistic = float(
        np.sqrt(variance / lasting) * (rho - 1) / doubt
        - (lasting - variance) / (2 * np.sqrt(lasting)) * n * doubt / deviation
    )
    p_value = float(mackinnonp(statistic, regression=terms, N=count))
    return _answer(
        "phillips_ouliaris",
        say("estimate.phillips_ouliaris", lags=lags, count=count),
        levels.sample,
        statistic,
        p_value,
    )


def _answer(name: str, method: Message, sample: Sample, statistic: float, p_value: float) -> TestResult:
    return TestResult(
        name, say("estimate.null_no_cointegration"), statistic, p_value < LEVEL, method, sample, p_value
    )


def long_run(
    estimate: EquationEstimate, own: str, others: Sequence[str], *, level: float = 0.95
) -> tuple[Estimate, ...]:
    """The long-run effects -b_other / b_own of an equation with free levels, by the delta method.

    own: the coefficient of the explained variable's own lagged level. Raises UsageError for names that are no
    coefficients, or where the own one is nought.
    """
    names = [each.name for each in estimate.coefficients]
    place = names.index(estimate.coefficient(own).name)
    speed = estimate.coefficients[place].value
    if speed == 0.0:
        raise UsageError(say("estimate.no_correction", name=own, equation=estimate.name))
    found = []
    for other in others:
        column = names.index(estimate.coefficient(other).name)
        turn = np.zeros(len(names))
        turn[column] = -1.0 / speed
        turn[place] = estimate.coefficients[column].value / speed**2
        value = -estimate.coefficients[column].value / speed
        error = np.sqrt(max(float(turn @ estimate.covariance @ turn), 0.0))
        low, high = intervals(np.array([value]), np.array([error]), estimate.degrees, level)
        method, grade = say("estimate.delta", how=estimate.how), grade_of(len(estimate.periods))
        found.append(
            Estimate(
                f"long run {other}",
                value,
                float(low[0]),
                float(high[0]),
                "",
                method,
                estimate.sample,
                grade,
                level,
            )
        )
    return tuple(found)
