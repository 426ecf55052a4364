"""The skill premium: how relative wages of the skilled answer to their relative number, and how fast demand
for them grows.

    ln(w_s / w_u)_t = a + b t - (1 / sigma) ln(S / U)_t + error

After Katz and Murphy (1992): t counts years; -1/sigma is the answer of relative wages to relative supply,
sigma the elasticity of substitution between skilled and unskilled; b + 0 is the yearly growth of relative
demand in units of wages, so that demand itself grows by sigma b. Least squares; intervals allow for errors
that resemble their neighbours (`longwave.measure.skills.regression`), HAC errors stand beside. The interval
of sigma is Fieller's (1954): it is the range of 1/x over the interval of x, and is unbounded where that
interval holds zero, which the delta method hides.

With a trend of supply that is all but straight, supply and trend cannot be told apart, and the elasticity is
refused. A change of the trend's slope is looked for by Bai and Perron's tests with the answer to supply held
constant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.skills.own_series import a_year, above_zero, in_order, times
from longwave.measure.skills.regression import Segment, SegmentedRegression, hac_covariance
from longwave.measure.spans import caution
from longwave.measure.wording import clear

NAME = "skill_premium"
FEWEST = 15
FEWEST_FOR_BREAKS = 40
HIGHEST_R2 = 0.995
"""R2 of relative supply on the trend above which the two cannot be told apart: the variance of the answer to
supply is then 200 times what it were without the trend."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Premium:
    """answer: coefficient on ln supply (-1/sigma); trend: growth of the premium a year at given supply; sigma
    with delta interval and Fieller's (None, None where unbounded); hac: HAC standard errors of answer and
    trend; r2: of supply on the trend; residuals."""

    intercept: float
    answer: Interval
    trend: Interval
    sigma: float
    sigma_delta: tuple[float, float]
    sigma_fieller: tuple[float, float] | None
    hac_answer: float
    hac_trend: float
    r2: float
    residuals: Vector


def skill_premium(
    log_wage: Vector, log_supply: Vector, years: Vector, ordinals: NDArray[np.int64], level: float = 0.95
) -> Premium:
    """The regression of Katz and Murphy (1992).

    log_wage, log_supply: logarithms of relative wage and relative supply, shape (n,); years: time in years
    (may be fractions); ordinals: the same as whole numbers that count periods. Raises ValueError for fewer
    than fifteen periods, for supply that a straight trend explains but for half a per cent, and for an exact
    fit.
    """
    n = len(log_wage)
    if n < FEWEST:
        raise ValueError("at least fifteen periods are wanted")
    time = years - years.mean()
    r2 = trend_r2(log_supply, years)
    if r2 > HIGHEST_R2:
        raise ValueError("supply and trend cannot be told apart")
    x = np.column_stack([np.ones(n), time, log_supply - log_supply.mean()])
    segment = Segment(ordinals, log_wage, x)
    fitted = SegmentedRegression([segment])
    answer, trend = fitted.coefficient(0, 2, level), fitted.coefficient(0, 1, level)
    errors = np.sqrt(np.diag(hac_covariance(x, segment.residuals())))
    sigma = -1 / answer.value if answer.value != 0 else math.inf
    half = (answer.high - answer.low) / 2 / answer.value**2 if answer.value != 0 else math.inf
    return Premium(
        float(segment.least_squares()[0]),
        answer,
        trend,
        sigma,
        (sigma - half, sigma + half),
        fieller_of_inverse(-answer.high, -answer.low),
        float(errors[2]),
        float(errors[1]),
        r2,
        segment.residuals(),
    )


def fieller_of_inverse(low: float, high: float) -> tuple[float, float] | None:
    """The range of 1/x over x from low to high: Fieller's (1954) interval for a ratio with a known numerator.
    None where zero lies within, since 1/x is then unbounded."""
    if low <= 0 <= high:
        return None
    return 1 / high, 1 / low


def trend_r2(values: Vector, years: Vector) -> float:
    """Share of the variance of values that a straight line in time explains; 1 for values that do not
    vary."""
    centred, time = values - values.mean(), years - years.mean()
    whole = float(centred @ centred)
    if whole <= 1e-12:
        return 1.0
    return float((centred @ time) ** 2 / (time @ time) / whole)


def measure_skill_premium(table: pd.DataFrame) -> Measurement:
    """The skill premium of a user's table.

    Table: relative_wage, relative_supply, fitted_wage, and demand (log index of relative demand in units of
    the premium: ln wage + (1/sigma) ln supply, 0 in the first period). Estimates: answer_to_supply,
    demand_trend (a year), elasticity_of_ substitution (where bounded). Datings: demand_trend_break_<k>.
    """
    columns = ("relative_wage", "relative_supply")
    rows = in_order(table, columns, NAME)
    if isinstance(rows, Refusal):
        return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(rows,))
    if bad := above_zero(rows, NAME):
        return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(bad,))
    ordinals = times(rows.index)
    years = ordinals / a_year(rows.index)
    wage, supply = (np.log(rows[name].to_numpy(float)) for name in columns)
    if bad := _refused(wage, supply, years):
        return Measurement(NAME, "skills", "", rows, dict.fromkeys(columns, "ratio"), refusals=(bad,))
    found = skill_premium(wage, supply, years, ordinals)
    shown = rows.copy()
    shown["fitted_wage"] = np.exp(wage - found.residuals)
    demand = wage - found.answer.value * supply
    shown["demand"] = demand - demand[0]
    datings, refusals = _breaks(wage, supply, years, rows.index)
    return Measurement(
        NAME,
        "skills",
        "",
        shown,
        units={**dict.fromkeys((*columns, "fitted_wage"), "ratio"), "demand": "log index"},
        estimates=tuple(_estimates(found, rows.index)),
        findings=tuple(_findings(found, rows.index, datings)),
        refusals=(*refusals, *_unbounded(found)),
        datings=datings,
    )


def _refused(wage: Vector, supply: Vector, years: Vector) -> Refusal | None:
    if len(wage) < FEWEST:
        reason = say("skills.few_periods", count=len(wage), fewest=FEWEST)
        return Refusal(NAME, reason, say("skills.few_periods_mend"))
    for name, values in (("relative_wage", wage), ("relative_supply", supply)):
        if float(np.ptp(values)) < 1e-9:
            return Refusal(NAME, say("skills.constant", column=name), say("measure.check_figures"))
    r2 = trend_r2(supply, years)
    if r2 > HIGHEST_R2:
        return Refusal(NAME, say("skills.supply_is_trend", r2=100 * r2), say("skills.supply_is_trend_mend"))
    x = np.column_stack([np.ones(len(wage)), years - years.mean(), supply])
    left = wage - x @ np.linalg.lstsq(x, wage, rcond=None)[0]
    if float(np.abs(left).max()) < 1e-9:
        return Refusal(NAME, say("skills.exact_fit"), say("measure.check_figures"))
    return None


def _unbounded(found: Premium) -> tuple[Refusal, ...]:
    if found.sigma_fieller is not None and found.sigma > 0:
        return ()
    return (
        Refusal(
            "elasticity_of_substitution",
            say("skills.sigma_unbounded", low=found.answer.low, high=found.answer.high),
            say("skills.few_periods_mend"),
        ),
    )


def _estimates(found: Premium, index: pd.Index) -> Iterator[Estimate]:
    sample = Sample(len(index), str(index[0]), str(index[-1]))
    words = {"caution": caution(found.answer.persistence)}
    grade = grade_of(len(index))
    for name, interval, error, unit in (
        ("answer_to_supply", found.answer, found.hac_answer, "log change of wages per log change of supply"),
        ("demand_trend", found.trend, found.hac_trend, "share a year"),
    ):
        method = say("skills.method_premium", error=error, **words)
        yield Estimate(
            name,
            interval.value,
            interval.low,
            interval.high,
            unit,
            method,
            sample,
            grade,
            interval.level,
        )
    if found.sigma_fieller is not None and found.sigma > 0:
        low, high = found.sigma_fieller
        delta = found.sigma_delta
        method = say("skills.method_sigma", low=delta[0], high=delta[1], **words)
        yield Estimate(
            "elasticity_of_substitution", found.sigma, low, high, "elasticity", method, sample, grade
        )


def _breaks(
    wage: Vector, supply: Vector, years: Vector, index: pd.Index
) -> tuple[tuple[Dating, ...], tuple[Refusal, ...]]:
    if len(wage) < FEWEST_FOR_BREAKS:
        reason = say("skills.no_regimes", count=len(wage), fewest=FEWEST_FOR_BREAKS)
        return (), (Refusal("demand_trend_break", reason, say("skills.few_periods_mend")),)
    from longwave.measure.breaks.find import find_breaks

    time = np.column_stack([np.ones(len(wage)), years - years.mean()])
    found = find_breaks(wage, time, supply[:, None], covariance="hac")
    sample = Sample(len(index), str(index[0]), str(index[-1]))
    method, grade = say("skills.method_trend_break"), grade_of(len(index))
    if not len(found.positions):
        return (Dating("demand_trend_break", DatingState.NO_BREAK, method, sample, grade),), ()
    end = len(index) - 1
    return tuple(
        Dating(
            f"demand_trend_break_{which}",
            DatingState.PASSED,
            method,
            sample,
            grade,
            period=str(index[int(place)]),
            low=str(index[max(int(low), 0)]),
            high=str(index[min(int(high), end)]),
        )
        for which, (place, (low, high)) in enumerate(
            zip(found.positions, found.likelihood_intervals, strict=True), start=1
        )
    ), ()


def _findings(found: Premium, index: pd.Index, datings: tuple[Dating, ...]) -> Iterator[Message]:
    answer = next(_estimates(found, index))
    key = "skills.premium_answer" if clear(answer) else "skills.premium_no_answer"
    yield say(
        key,
        first=str(index[0]),
        last=str(index[-1]),
        # What ten per cent more supply goes with, in per cent of the relative wage.
        effect=100 * (1.1**found.answer.value - 1),
        low=100 * (1.1**found.answer.low - 1),
        high=100 * (1.1**found.answer.high - 1),
    )
    if found.sigma_fieller is not None and found.sigma > 0:
        low, high = found.sigma_fieller
        yield say("skills.premium_sigma", sigma=found.sigma, low=low, high=high)
    yield say("skills.premium_trend", trend=found.trend.value, low=found.trend.low, high=found.trend.high)
    passed = tuple(
        say("skills.date", period=each.period or "", low=each.low or "", high=each.high or "")
        for each in datings
        if each.state is DatingState.PASSED
    )
    if passed:
        yield say("skills.premium_breaks", dates=passed)
    elif datings:
        yield say("skills.premium_no_break")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "skills",
        (
            Column("period", "period", say("skills.column_period")),
            Column("relative_wage", "number", say("skills.column_relative_wage")),
            Column("relative_supply", "number", say("skills.column_relative_supply")),
        ),
        measure_skill_premium,
    )
)
