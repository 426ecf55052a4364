"""The Beveridge curve: how vacancies fall as unemployment rises, where that relation broke, and how much
unemployment would be efficient.

    ln v_t = a_r - e_r ln u_t + error,   regimes r found by Bai and Perron (1998, 2003)

An elasticity of 1 means that a tenth more unemployment goes with a tenth fewer vacancies. The curve has
shifted *outward* where at the same unemployment there are more vacancies than in the regime before: people
and jobs meet less well. Efficient unemployment after Michaillat and Saez: sqrt(u v) (2024), or with the
regime's elasticity, the cost of a vacancy and the value of time out of work (2021).

The number of breaks is that of the Bayesian criterion, as in the literature. The bootstrapped UDmax test of
the house, which allows for persistent errors, is more careful and stands beside it: where it finds fewer, the
findings say so and the dates lose a grade, since branches and one curve with errors that wander are then hard
to tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.skills.own_series import above_zero, in_order
from longwave.measure.skills.own_series import times as times_of
from longwave.measure.skills.regression import Segment, SegmentedRegression, hac_covariance
from longwave.measure.spans import caution, spell

NAME = "beveridge"
FEWEST = 40
"""Fewest periods for regimes to be looked for: with fewer, one regime is taken."""

FEWEST_AT_ALL = 12
_LOWEST_PEAK = 0.4
"""No rate of unemployment or vacancies in per cent stays below this: it is a fraction, and the units are mixed."""
TRIM = 0.15
"""Least share of the periods in a regime, as in Michaillat and Saez (2021)."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regime:
    """One branch of the curve: first and last place (0-based, last included), elasticity with its interval
    and the HAC standard error of articles."""

    first: int
    last: int
    intercept: float
    elasticity: Interval
    hac_error: float


@dataclass(frozen=True, slots=True)
class Careful:
    """What tests that allow for persistent errors say: how many breaks, and the UDmax test of none."""

    breaks: int
    statistic: float
    p_value: float | None


@dataclass(frozen=True, eq=False)
class Curve:
    """All branches; dates: for each break the place of the old branch's last period with the interval's
    places; shifts: for each break the move of ln v at the mean of ln u with its interval and p-value;
    careful: None where no breaks were looked for."""

    regimes: tuple[Regime, ...]
    dates: tuple[tuple[int, int, int], ...]
    careful: Careful | None
    shifts: tuple[tuple[Interval, float], ...]
    persistence: float


def efficient_unemployment(u: Vector, v: Vector) -> Vector:
    """Unemployment at which no more output is lost to idle people than to recruiting: sqrt(u v).

    u, v: unemployment and vacancies over the labour force, fractions. It holds where the elasticity of the
    curve is near 1 and a vacancy takes up about as much labour as an unemployed person produces at home.
    Michaillat and Saez (2024). Raises ValueError for figures that are not above zero.
    """
    _check(u, v)
    return np.asarray(np.sqrt(np.asarray(u, float) * np.asarray(v, float)), dtype=np.float64)


def efficient_unemployment_with(
    u: Vector, v: Vector, elasticity: Vector | float, recruiting_cost: float = 0.92, home_value: float = 0.26
) -> Vector:
    """The same with the curve's elasticity e: u* = [kappa e / (1 - zeta) * v u^e]^(1 / (1 + e)).

    recruiting_cost (kappa): labour that a vacancy takes, in workers; home_value (zeta): product of time out
    of work, in a worker's product. The defaults are those of Michaillat and Saez (2021) for the United
    States. Raises ValueError for figures that are not above zero, kappa not above zero or zeta not below 1.
    """
    _check(u, v)
    e = np.asarray(elasticity, dtype=float)
    if (e <= 0).any() or recruiting_cost <= 0 or home_value >= 1:
        raise ValueError(
            "elasticity and recruiting cost must be above zero, the value of home time below one"
        )
    inner = recruiting_cost * e / (1 - home_value) * np.asarray(v, float) * np.asarray(u, float) ** e
    return np.asarray(inner ** (1 / (1 + e)), dtype=np.float64)


def beveridge_curve(
    u: Vector, v: Vector, times: NDArray[np.int64] | None = None, most: int = 5, level: float = 0.95
) -> Curve:
    """The curve's regimes.

    u, v: unemployment and vacancy rates, shape (n,), above zero; times: whole numbers that count periods
    (default: no gap); most: most breaks that are looked for. Raises ValueError for figures not above zero,
    fewer than twelve periods, or unemployment that does not vary.
    """
    _check(u, v)
    y, x = np.log(np.asarray(v, float)), np.log(np.asarray(u, float))
    n = len(y)
    times = np.arange(n, dtype=np.int64) if times is None else times
    if n < FEWEST_AT_ALL or np.ptp(x) < 1e-9:
        raise ValueError("at least twelve periods are wanted, with unemployment that varies")
    dates, careful = _dates(y, x, most, level) if n >= FEWEST else ((), None)
    cuts = [0, *(place + 1 for place, _, _ in dates), n]
    design = np.column_stack([np.ones(n), x])
    segments = [Segment(times[a:b], y[a:b], design[a:b]) for a, b in pairwise(cuts)]
    fitted = SegmentedRegression(segments)
    regimes = tuple(_regime(fitted, which, cuts[which]) for which in range(len(segments)))
    middle = np.array([1.0, float(x.mean())])
    shifts = []
    for which in range(1, len(segments)):
        wanted = {which: middle, which - 1: -middle}
        shifts.append((fitted.combination(wanted, level), fitted.two_sided(wanted)))
    return Curve(regimes, dates, careful, tuple(shifts), fitted.persistence)


def _dates(y: Vector, x: Vector, most: int, level: float) -> tuple[tuple[tuple[int, int, int], ...], Careful]:
    from longwave.measure.breaks.find import find_breaks

    design = np.column_stack([np.ones(len(y)), x])
    found = find_breaks(y, design, trim=TRIM, most=most, covariance="hac", level=level, rule="bic")
    test = next(each for each in found.tests if each.law == "bootstrap")
    careful = Careful(found.numbers["bootstrap"], test.statistic, test.p_value)
    places = zip(found.positions, found.likelihood_intervals, strict=True)
    return tuple((int(place), int(low), int(high)) for place, (low, high) in places), careful


def _regime(fitted: SegmentedRegression, which: int, first: int) -> Regime:
    segment = fitted.segments[which]
    slope = fitted.coefficient(which, 1)
    error = float(np.sqrt(hac_covariance(segment.x, segment.residuals())[1, 1]))
    elasticity = Interval(-slope.value, -slope.high, -slope.low, slope.persistence, slope.level)
    return Regime(first, first + len(segment.y) - 1, float(segment.least_squares()[0]), elasticity, error)


def _check(u: Vector, v: Vector) -> None:
    if (np.asarray(u) <= 0).any() or (np.asarray(v) <= 0).any():
        raise ValueError("unemployment and vacancies must be above zero")


def measure_beveridge(table: pd.DataFrame) -> Measurement:
    """The Beveridge curve of a user's table.

    Table: unemployment_rate, vacancy_rate, fitted_vacancy_rate, elasticity (of the period's regime, with _low
    and _high), hac_error, efficient_unemployment (sqrt u v), efficient_unemployment_by_elasticity,
    unemployment_gap (rate less sqrt u v). Estimates: beveridge_elasticity_<first>_<last>,
    beveridge_shift_<k>, unemployment_gap_last. Datings: beveridge_break_<k>.
    """
    columns = ("unemployment_rate", "vacancy_rate")
    rows = in_order(table, columns, NAME)
    if isinstance(rows, Refusal):
        return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(rows,))
    rows, per_cent = _as_fractions(rows)
    if bad := _not_rates(rows) or above_zero(rows, NAME):
        return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(bad,))
    shown = rows.copy()
    u, v = (rows[name].to_numpy(float) for name in columns)
    shown["efficient_unemployment"] = efficient_unemployment(u, v)
    shown["unemployment_gap"] = shown["unemployment_rate"] - shown["efficient_unemployment"]
    refusal = _too_little(rows)
    if refusal is not None:
        told = (*per_cent, _efficient_told(shown))
        return Measurement(NAME, "skills", "", shown, _units(shown), findings=told, refusals=(refusal,))
    try:
        curve = beveridge_curve(u, v, times_of(rows.index))
    except ValueError:
        # A regime in which unemployment stands still, or which fits without any error.
        refusal = Refusal(NAME, say("skills.exact_fit"), say("measure.check_figures"))
        told = (*per_cent, _efficient_told(shown))
        return Measurement(NAME, "skills", "", shown, _units(shown), findings=told, refusals=(refusal,))
    shown = _with_curve(shown, curve, u, v)
    return Measurement(
        NAME,
        "skills",
        "",
        shown,
        units=_units(shown),
        estimates=(*_elasticities(rows.index, curve), *_shifts(rows.index, curve)),
        findings=(*_findings(shown, rows.index, curve), *per_cent),
        refusals=() if len(rows) >= FEWEST else (_one_regime(len(rows)),),
        tests=(*_careful_test(rows.index, curve), *_shift_tests(rows.index, curve)),
        datings=_datings(rows.index, curve),
    )


def _units(shown: pd.DataFrame) -> dict[str, str]:
    rates = {"elasticity", "elasticity_low", "elasticity_high", "hac_error"}
    return {
        str(name): "log change of vacancies per log change of unemployment"
        if name in rates
        else "share of labour force"
        for name in shown.columns
    }


def _as_fractions(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """The rates as fractions, and what is said where they came in per cent: the median of one of them is above 1 then,
    and none lies so low that it can only be a fraction beside per cents."""
    if rows.empty or (rows.median() <= 1).all() or (rows.max() < _LOWEST_PEAK).any():
        return rows, ()
    return rows / 100, (say("skills.taken_as_per_cent"),)


def _not_rates(rows: pd.DataFrame) -> Refusal | None:
    for name in rows.columns:
        bad = rows.index[(rows[name] < 0) | (rows[name] > 1)]
        if len(bad):
            reason = say(
                "skills.not_a_share",
                column=str(name),
                period=str(bad[0]),
                value=float(rows.loc[bad[0], name]),
            )
            return Refusal(NAME, reason, say("skills.not_a_share_mend"))
    return None


def _too_little(rows: pd.DataFrame) -> Refusal | None:
    if len(rows) < FEWEST_AT_ALL:
        reason = say("skills.few_periods", count=len(rows), fewest=FEWEST_AT_ALL)
        return Refusal(NAME, reason, say("skills.few_periods_mend"))
    logs = rows.transform(np.log)
    for name in rows.columns:
        if float(np.ptp(logs[name].to_numpy())) < 1e-9:
            return Refusal(NAME, say("skills.constant", column=str(name)), say("measure.check_figures"))
    x = np.column_stack([np.ones(len(rows)), logs["unemployment_rate"]])
    residual = Segment(times_of(rows.index), logs["vacancy_rate"].to_numpy(), x).residuals()
    if float(np.abs(residual).max()) < 1e-9:
        return Refusal(NAME, say("skills.exact_fit"), say("measure.check_figures"))
    return None


def _one_regime(count: int) -> Refusal:
    return Refusal(
        "beveridge_breaks",
        say("skills.no_regimes", count=count, fewest=FEWEST),
        say("skills.few_periods_mend"),
    )


def _with_curve(shown: pd.DataFrame, curve: Curve, u: Vector, v: Vector) -> pd.DataFrame:
    out = shown.copy()
    names = ("fitted_vacancy_rate", "elasticity", "elasticity_low", "elasticity_high", "hac_error")
    values = {name: np.empty(len(out)) for name in names}
    for each in curve.regimes:
        part = slice(each.first, each.last + 1)
        found = each.elasticity
        values["fitted_vacancy_rate"][part] = np.exp(each.intercept - found.value * np.log(u[part]))
        values["elasticity"][part] = found.value
        values["elasticity_low"][part], values["elasticity_high"][part] = found.low, found.high
        values["hac_error"][part] = each.hac_error
    for name in names:
        out[name] = values[name]
    if (values["elasticity"] > 0).all():
        out["efficient_unemployment_by_elasticity"] = efficient_unemployment_with(u, v, values["elasticity"])
    return out


def _sample(index: pd.Index, first: int, last: int) -> Sample:
    return Sample(last - first + 1, str(index[first]), str(index[last]))


def _elasticities(index: pd.Index, curve: Curve) -> Iterator[Estimate]:
    for each in curve.regimes:
        sample = _sample(index, each.first, each.last)
        yield Estimate(
            f"beveridge_elasticity_{_word(sample.first)}_{_word(sample.last)}",
            each.elasticity.value,
            each.elasticity.low,
            each.elasticity.high,
            "log change of vacancies per log change of unemployment",
            say("skills.method_elasticity", error=each.hac_error, caution=caution(curve.persistence)),
            sample,
            grade_of(sample.observations),
            each.elasticity.level,
        )


def _shifts(index: pd.Index, curve: Curve) -> Iterator[Estimate]:
    for which, (shift, _) in enumerate(curve.shifts):
        before, after = curve.regimes[which], curve.regimes[which + 1]
        sample = _sample(index, before.first, after.last)
        yield Estimate(
            f"beveridge_shift_{which + 1}",
            shift.value,
            shift.low,
            shift.high,
            "log change of vacancies at the same unemployment",
            say("skills.method_shift", caution=caution(curve.persistence)),
            sample,
            grade_of(2 * min(before.last - before.first + 1, after.last - after.first + 1)),
            shift.level,
        )


def _careful_test(index: pd.Index, curve: Curve) -> Iterator[TestResult]:
    if curve.careful is not None:
        yield TestResult(
            "beveridge_no_break",
            say("skills.null_robust"),
            curve.careful.statistic,
            curve.careful.breaks > 0,
            say("skills.method_robust"),
            _sample(index, 0, len(index) - 1),
            p_value=curve.careful.p_value,
        )


def _shift_tests(index: pd.Index, curve: Curve) -> Iterator[TestResult]:
    for which, (shift, p_value) in enumerate(curve.shifts):
        before, after = curve.regimes[which], curve.regimes[which + 1]
        yield TestResult(
            f"beveridge_shift_{which + 1}",
            say("skills.null_shift", period=str(index[before.last])),
            shift.value / max((shift.high - shift.low) / 2, 1e-300),
            p_value < 0.05,
            say("skills.method_shift", caution=caution(curve.persistence)),
            _sample(index, before.first, after.last),
            p_value=p_value,
        )


def _datings(index: pd.Index, curve: Curve) -> tuple[Dating, ...]:
    sample = _sample(index, 0, len(index) - 1)
    if len(index) < FEWEST:
        return ()
    method = say("skills.method_breaks", trim=TRIM)
    robust = 0 if curve.careful is None else curve.careful.breaks
    grade = grade_of(len(index), 1.0 if robust >= len(curve.dates) else 0.0)
    reason = None if robust >= len(curve.dates) else say("skills.number_by_robust", robust=robust)
    if not curve.dates:
        return (Dating("beveridge_break", DatingState.NO_BREAK, method, sample, grade),)
    end = len(index) - 1
    return tuple(
        Dating(
            f"beveridge_break_{which + 1}",
            DatingState.PASSED,
            method,
            sample,
            grade,
            period=str(index[place]),
            low=str(index[max(low, 0)]),
            high=str(index[min(high, end)]),
            reason=reason,
        )
        for which, (place, low, high) in enumerate(curve.dates)
    )


def _findings(shown: pd.DataFrame, index: pd.Index, curve: Curve) -> Iterator[Message]:
    last = curve.regimes[-1]
    falls = last.elasticity.low > 0
    fewer = {"fewer": 100 * (1 - 1.1**-last.elasticity.value)} if falls else {}
    yield say(
        "skills.beveridge_now" if falls else "skills.beveridge_not_down",
        span=spell(str(index[last.first]), str(index[last.last])),
        **fewer,
        value=last.elasticity.value,
        low=last.elasticity.low,
        high=last.elasticity.high,
        level=last.elasticity.level,
    )
    if curve.dates:
        dates = tuple(
            say("skills.date", period=one.period or "", low=one.low or "", high=one.high or "")
            for one in _datings(index, curve)
        )
        yield say("skills.beveridge_breaks", count=len(dates), dates=dates)
        if curve.careful is not None and curve.careful.breaks < len(dates):
            yield say("skills.beveridge_robust", robust=curve.careful.breaks)
        shift, p_value = curve.shifts[-1]
        out = "skills.shifted_out" if shift.value > 0 else "skills.shifted_in"
        yield say(
            out if p_value < 0.05 else "skills.shift_unclear",
            period=str(index[curve.dates[-1][0]]),
            shift=shift.value,
            low=shift.low,
            high=shift.high,
        )
    elif len(index) >= FEWEST:
        yield say("skills.beveridge_no_break", span=spell(str(index[0]), str(index[-1])))
    yield _efficient_told(shown)


def _efficient_told(shown: pd.DataFrame) -> Message:
    row = shown.iloc[-1]
    key = "skills.efficient_above" if row["unemployment_gap"] > 0 else "skills.efficient_below"
    return say(
        key,
        period=str(shown.index[-1]),
        rate=float(row["unemployment_rate"]),
        efficient=float(row["efficient_unemployment"]),
        gap=abs(100 * float(row["unemployment_gap"])),
    )


def _word(period: str) -> str:
    return period.lower().replace("-", "_")


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "skills",
        (
            Column("period", "period", say("skills.column_period")),
            Column("unemployment_rate", "number", say("skills.column_unemployment_rate")),
            Column("vacancy_rate", "number", say("skills.column_vacancy_rate")),
        ),
        measure_beveridge,
    )
)
