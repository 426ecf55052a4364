"""Tests of an estimated equation, each with its null in words.

Every test works on the errors e and the regressors X of the estimated equation; of one that is not linear X is the matrix
of exact derivatives at the estimate (the Gauss-Newton regression of Davidson and MacKinnon 1990), so that the same
tests hold there asymptotically. RESET and Jarque-Bera by statsmodels; Sargan, Hansen's J, Wu-Hausman by linearmodels;
Breusch-Godfrey, White, Breusch-Pagan (Koenker's form) are n R2 of a regression; Durbin-Watson and the tests of
breaks stand in files of their own.

With instruments the tests on squared errors (White, Breusch-Pagan) and of normality are made as they stand; the test for
serial correlation adds the lagged errors to regressors and instruments (Godfrey 1994); RESET and breaks are not made.

A test that cannot be made is a `Refusal` that says why.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import DataError
from longwave.core.estimate import Refusal, Sample, TestResult
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.estimate.break_tests import chow, sup_f
from longwave.macro.estimate.design import EquationDesign
from longwave.macro.estimate.durbin_watson import durbin_watson
from longwave.macro.estimate.iv import independent

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

LEVEL = 0.05
WEAK = 10.0  # Staiger and Stock (1997): a first-stage F below this and the normal law is a poor guide

_Found = tuple[tuple[TestResult, ...], tuple[Refusal, ...]]


def told(
    name: str, null: Message, method: Message, sample: Sample, statistic: float, p_value: float
) -> TestResult:
    """A test that its p-value decides at 5 per cent."""
    return TestResult(name, null, float(statistic), bool(p_value < LEVEL), method, sample, float(p_value))


def regression_tests(design: EquationDesign, values: Vector, *, instrumented: bool) -> _Found:
    """The tests that every estimated equation gets."""
    errors = design.errors(values)
    slopes = -design.slopes(values) @ design.freedom.directions
    sample = Sample(design.observations, str(design.periods[0]), str(design.periods[-1]))
    refuse = _common_reason(design, values, errors, slopes)
    makers: dict[str, Callable[[], TestResult | Message]] = {}
    unbroken = _unbroken(design.periods)
    if not unbroken:
        makers["durbin_watson"] = makers["breusch_godfrey"] = lambda: say("estimate.broken_sample")
    else:
        if not instrumented and not design.order:
            makers["durbin_watson"] = lambda: durbin_watson(errors, slopes, sample, own_lag=design.own_lag)
        lags = design.periods[0].frequency.value
        if instrumented:
            makers["breusch_godfrey"] = lambda: _godfrey(design, errors, slopes, sample, lags)
        else:
            makers["breusch_godfrey"] = lambda: _breusch_godfrey(errors, slopes, sample, lags)
    makers["white"] = lambda: _white(errors, slopes, sample)
    makers["breusch_pagan"] = lambda: _breusch_pagan(errors, slopes, sample)
    makers["jarque_bera"] = lambda: _jarque_bera(errors, sample)
    if not instrumented:
        if design.linear:
            makers["reset"] = lambda: _reset(design, sample)
        makers["sup_f"] = lambda: sup_f(errors, slopes, sample, design.periods)
    return _made(design.name, makers, refuse)


def _made(
    equation: str, makers: dict[str, Callable[[], TestResult | Message]], refuse: Message | None
) -> _Found:
    tests: list[TestResult] = []
    left: list[Refusal] = []
    for name, make in makers.items():
        outcome = refuse if refuse is not None else make()
        if isinstance(outcome, TestResult) and np.isfinite(outcome.statistic):
            tests.append(outcome)
        else:
            reason = outcome if isinstance(outcome, Message) else say("estimate.test_without_figure")
            left.append(Refusal(f"{equation}: {name}", reason))
    return tuple(tests), tuple(left)


def _common_reason(design: EquationDesign, values: Vector, errors: Vector, slopes: Matrix) -> Message | None:
    """Why no test of the errors makes sense, None where they do."""
    terms = np.abs(design.actual(values)) + np.abs(design.slopes(values)) @ np.abs(values)
    if design.dependent is not None:
        terms = np.maximum(terms, np.abs(design.dependent))
    if float(np.abs(errors - errors.mean()).max()) <= 1e-11 * max(float(terms.max()), np.finfo(float).tiny):
        return say("estimate.perfect_fit")
    if design.observations - slopes.shape[1] < 3:
        return say("estimate.few_to_test", left=design.observations - slopes.shape[1])
    return None


def _unbroken(periods: Iterable[Period]) -> bool:
    given = list(periods)
    return given[-1] - given[0] == len(given) - 1


def _explained(left: Vector, columns: Matrix) -> float:
    """n R2 about nought of a regression of `left` on columns, of which some may be alike."""
    scaled = columns / np.maximum(np.linalg.norm(columns, axis=0), np.finfo(float).tiny)
    basis = np.linalg.qr(scaled[:, independent(scaled)])[0]
    return len(left) * float(np.square(basis.T @ left).sum() / (left @ left))


def _lagged(errors: Vector, lags: int) -> Matrix:
    """The errors 1 ... lags periods before, nought before the sample, [n, lags]."""
    return np.column_stack([np.concatenate([np.zeros(lag), errors[:-lag]]) for lag in range(1, lags + 1)])


def _breusch_godfrey(errors: Vector, slopes: Matrix, sample: Sample, lags: int) -> TestResult | Message:
    from scipy import stats

    if len(errors) - slopes.shape[1] - lags < 2:
        return say("estimate.few_to_test", left=len(errors) - slopes.shape[1] - lags)
    statistic = _explained(errors, np.column_stack([slopes, _lagged(errors, lags)]))
    null, method = say("estimate.null_no_correlation", lags=lags), say("estimate.breusch_godfrey", lags=lags)
    return told("breusch_godfrey", null, method, sample, statistic, float(stats.chi2.sf(statistic, lags)))


def _godfrey(
    design: EquationDesign, errors: Vector, slopes: Matrix, sample: Sample, lags: int
) -> TestResult | Message:
    """Errors on regressors and their own lags, instruments enlarged by the lags; Wald test of the lags (Godfrey 1994)."""
    from scipy import stats

    lagged = _lagged(errors, lags)
    instruments = design.instruments if design.instruments is not None else slopes
    z = np.column_stack([instruments, lagged])
    z = z[:, independent(z)]
    x = np.column_stack([slopes / np.linalg.norm(slopes, axis=0), lagged])
    if len(errors) - max(x.shape[1], z.shape[1]) < 2:
        return say("estimate.few_to_test", left=len(errors) - max(x.shape[1], z.shape[1]))
    basis = np.linalg.qr(z)[0]
    projected = basis @ (basis.T @ x)
    if np.linalg.matrix_rank(projected) < x.shape[1]:
        return say("estimate.test_without_figure")
    values = np.linalg.lstsq(projected, errors, rcond=None)[0]
    rest = errors - x @ values
    spread = np.linalg.inv(projected.T @ projected) * float(rest @ rest) / len(errors)
    own = values[-lags:]
    statistic = float(own @ np.linalg.solve(spread[-lags:, -lags:], own))
    method = say("estimate.godfrey", lags=lags)
    null = say("estimate.null_no_correlation", lags=lags)
    return told("breusch_godfrey", null, method, sample, statistic, float(stats.chi2.sf(statistic, lags)))


def _with_constant(slopes: Matrix) -> Matrix:
    """The columns that vary, scaled, behind a constant."""
    varying = slopes[:, np.ptp(slopes, axis=0) > 1e-12 * np.abs(slopes).max(axis=0)]
    columns = np.column_stack([np.ones(len(slopes)), varying / np.linalg.norm(varying, axis=0)])
    return columns[:, independent(columns)]


def _white(errors: Vector, slopes: Matrix, sample: Sample) -> TestResult | Message:
    """n R2 of squared errors on regressors, their squares and products."""
    from scipy import stats

    columns = _with_constant(slopes)
    if columns.shape[1] < 2:
        return say("estimate.nothing_varies")
    pairs = np.triu_indices(columns.shape[1])
    products = columns[:, pairs[0]] * columns[:, pairs[1]]
    products = products[:, independent(products)]
    if products.shape[1] >= len(errors) - 2:
        return say("estimate.few_to_test", left=len(errors) - products.shape[1])
    centred = np.square(errors) - np.square(errors).mean()
    statistic = _explained(centred, products)
    degrees = products.shape[1] - 1
    p_value = float(stats.chi2.sf(statistic, degrees))
    return told(
        "white",
        say("estimate.null_equal_variance"),
        say("estimate.white", degrees=degrees),
        sample,
        statistic,
        p_value,
    )


def _breusch_pagan(errors: Vector, slopes: Matrix, sample: Sample) -> TestResult | Message:
    from scipy import stats

    columns = _with_constant(slopes)
    if columns.shape[1] < 2:
        return say("estimate.nothing_varies")
    statistic = _explained(np.square(errors) - np.square(errors).mean(), columns)
    p_value = float(stats.chi2.sf(statistic, columns.shape[1] - 1))
    null = say("estimate.null_variance_of_regressors")
    return told("breusch_pagan", null, say("estimate.breusch_pagan"), sample, statistic, p_value)


def _jarque_bera(errors: Vector, sample: Sample) -> TestResult | Message:
    from statsmodels.stats.stattools import jarque_bera

    statistic, p_value, skew, kurtosis = jarque_bera(errors)
    method = say("estimate.jarque_bera", skew=float(skew), kurtosis=float(kurtosis))
    return told("jarque_bera", say("estimate.null_normal"), method, sample, statistic, p_value)


def _reset(design: EquationDesign, sample: Sample) -> TestResult | Message:
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import linear_reset

    if design.dependent is None or design.regressors is None:
        return say("estimate.test_without_figure")
    y = design.dependent - design.regressors @ design.freedom.base
    x = design.regressors @ design.freedom.directions
    if design.observations - x.shape[1] < 4:
        return say("estimate.few_to_test", left=design.observations - x.shape[1])
    x = x / np.linalg.norm(x, axis=0)
    size = float(np.abs(y).max())
    found = OLS(y / size, x).fit()
    if np.ptp(found.fittedvalues) <= 1e-10:
        return say("estimate.nothing_varies")
    larger = np.column_stack([x, *(found.fittedvalues**power for power in (2, 3))])
    if len(independent(larger)) < larger.shape[1]:
        return say("estimate.nothing_varies")
    with warnings.catch_warnings():
        # powers of fitted values that hardly vary are close to one another: statsmodels says so, the F is still right
        warnings.simplefilter("ignore")
        test = linear_reset(found, power=3, test_type="fitted", use_f=True)
    return told(
        "reset",
        say("estimate.null_form"),
        say("estimate.reset"),
        sample,
        float(np.squeeze(test.statistic)),
        float(test.pvalue),
    )


def restriction_test(design: EquationDesign, values: Vector) -> _Found:
    """F test of the restrictions of a linear equation estimated by least squares."""
    from scipy import stats

    if design.dependent is None or design.regressors is None:
        return (), ()
    columns = design.regressors
    columns = columns / np.maximum(np.linalg.norm(columns, axis=0), np.finfo(float).tiny)
    # what the data cannot tell apart without the restrictions they cannot speak about either
    columns = columns[:, independent(columns)]
    q, left = columns.shape[1] - len(design.freedom.free), design.observations - columns.shape[1]
    errors = design.errors(values)
    free = design.dependent - columns @ np.linalg.lstsq(columns, design.dependent, rcond=None)[0]
    own = float(free @ free)
    if min(q, left) < 1 or own <= 1e-20 * float(design.dependent @ design.dependent):
        return (), (Refusal(f"{design.name}: restrictions", say("estimate.few_to_test", left=left)),)
    statistic = max(float(errors @ errors) - own, 0.0) / q / (own / left)
    sample = Sample(design.observations, str(design.periods[0]), str(design.periods[-1]))
    p_value = float(stats.f.sf(statistic, q, left))
    method = say("estimate.restriction_test", restrictions=q, left=left)
    return (told("restrictions", say("estimate.null_restrictions"), method, sample, statistic, p_value),), ()


def instrument_tests(
    design: EquationDesign, method: str, found: Any, statistic: float | None, degrees: int
) -> _Found:
    """Over-identification, strength of the instruments, exogeneity of the regressors.

    found: what linearmodels says of a linear equation, None where it is not linear and `statistic` with `degrees` of
    freedom is the over-identification test.
    """
    sample = Sample(design.observations, str(design.periods[0]), str(design.periods[-1]))
    tests: list[TestResult] = []
    left: list[Refusal] = []
    over = _over_identification(design, method, found, statistic, degrees, sample)
    if isinstance(over, TestResult):
        tests.append(over)
    else:
        left.append(Refusal(f"{design.name}: over_identification", over))
    if found is None:
        return tuple(tests), tuple(left)
    tests += first_stage(design, sample)
    if method == "2sls" and found.model.endog.shape[1] and design.observations > 2 * len(design.coefficients):
        wu = found.wu_hausman()
        if np.isfinite(wu.stat):
            tests.append(
                told(
                    "wu_hausman",
                    say("estimate.null_exogenous"),
                    say("estimate.wu_hausman"),
                    sample,
                    wu.stat,
                    wu.pval,
                )
            )
    return tuple(tests), tuple(left)


def _over_identification(
    design: EquationDesign, method: str, found: Any, statistic: float | None, degrees: int, sample: Sample
) -> TestResult | Message:
    from scipy import stats

    null = say("estimate.null_valid_instruments")
    if found is None:
        if statistic is None:
            return say("estimate.just_identified")
        name, words = _over_words(method, degrees)
        return told(name, null, words, sample, statistic, float(stats.chi2.sf(statistic, degrees)))
    instruments = found.model.instruments.shape[1]
    degrees = instruments - found.model.endog.shape[1]
    if degrees < 1:
        return say("estimate.just_identified")
    test = found.j_stat if method.startswith("gmm") else found.sargan
    name, words = _over_words(method, degrees)
    return told(name, null, words, sample, test.stat, test.pval)


def _over_words(method: str, degrees: int) -> tuple[str, Message]:
    if method.startswith("gmm"):
        return "hansen_j", say("estimate.hansen_j", degrees=degrees)
    return "sargan", say("estimate.sargan", degrees=degrees)


def first_stage(design: EquationDesign, sample: Sample) -> list[TestResult]:
    """For each regressor outside the instruments' space: F of the instruments that are no regressors themselves.

    The null is that they have no part in it; below F = 10 they are weak, which the method says (Staiger and Stock 1997).
    With several such regressors each may look strong while together they are not: the F are necessary, not sufficient.
    """
    from scipy import stats

    if design.regressors is None or design.instruments is None:
        return []
    x = design.regressors @ design.freedom.directions
    x = x / np.linalg.norm(x, axis=0)
    z = design.instruments[:, independent(design.instruments)]
    basis = np.linalg.qr(z / np.linalg.norm(z, axis=0))[0]
    outside = x - basis @ (basis.T @ x)
    apart = np.linalg.norm(outside, axis=0) > 1e-9
    own = x[:, ~apart]
    rows = []
    for place in np.flatnonzero(apart):
        rest = x[:, place] - (own @ np.linalg.lstsq(own, x[:, place], rcond=None)[0] if own.shape[1] else 0.0)
        full, less = float(outside[:, place] @ outside[:, place]), float(rest @ rest)
        added, left = basis.shape[1] - own.shape[1], design.observations - basis.shape[1]
        if left < 1 or full <= 0.0:
            continue
        statistic = (less - full) / added / (full / left)
        name = design.coefficients[design.freedom.free[int(place)]]
        method = say(
            "estimate.first_stage_weak" if statistic < WEAK else "estimate.first_stage",
            added=added,
            left=left,
        )
        null = say("estimate.null_irrelevant", name=name)
        rows.append(
            told(
                f"first_stage {name}",
                null,
                method,
                sample,
                statistic,
                float(stats.f.sf(statistic, added, left)),
            )
        )
    return rows


def chow_test(design: EquationDesign, values: Vector, date: Period | str) -> TestResult:
    """Whether the coefficients differ from `date` on (the first period of the new regime) from those before.

    Raises DataError for a date outside the sample or too near its ends.
    """
    first_new = Period.parse(date) if isinstance(date, str) else date
    sample = Sample(design.observations, str(design.periods[0]), str(design.periods[-1]))
    slopes = -design.slopes(values) @ design.freedom.directions
    before = sum(each < first_new for each in design.periods)
    outcome = chow(design.errors(values), slopes, sample, before, str(first_new))
    if isinstance(outcome, Message):
        raise DataError(outcome)
    return outcome
