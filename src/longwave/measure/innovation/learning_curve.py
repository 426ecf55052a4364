"""How technology gets better: by experience (Wright) and by time (Moore).

    Wright (1936): ln y = a - b ln x,   learning rate = 1 - 2^-b     x: cumulative production
    Moore (1965):  ln y = a + m t,      doubling (halving) time = ln 2 / |m|

y is a cost, or a performance, which then rises: its "learning rate" is 2^b - 1. Costs wander: errors of one year stay,
so the slopes have intervals averaged over persistence up to a random walk; ordinary least squares covers far less
than it says.
Cumulative production itself grows nearly exponentially almost everywhere, so Wright's and Moore's laws fit alike and data
cannot tell which of the two drives (Sahal 1979; Nagy and others 2013): a learning rate is no promise that producing more
would cheapen it. One slope is fitted to all years: breaks are not looked for here.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, grade_of
from longwave.core.message import Message, say
from longwave.measure.inputs import by_period
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.spans import estimate, sample_of
from longwave.measure.trend.line import FEWEST, persistent_line

NAME = "learning_curve"
COLUMNS = (
    Column("period", "period", say("innovation.column_period")),
    Column("value", "number", say("innovation.column_cost")),
    Column("cumulative", "number", say("innovation.column_cumulative"), optional=True),
)


def learning_rate(exponent: float) -> float:
    """Fall of the cost with each doubling of cumulative production, 1 - 2^slope, from the slope of ln y on ln x."""
    return float(1.0 - 2.0**exponent)


def doubling_time(slope: float) -> float:
    """Years to double or halve at that slope of ln y a year; infinite for none."""
    return math.log(2) / abs(slope) if slope else math.inf


def measure_learning(table: pd.DataFrame) -> Measurement:
    """Improvement of a technology from a user's table of period, value (cost or performance) and cumulative production.

    Table: value, cumulative. Estimates: change_a_year (share a year; below zero where the value falls), doubling_time or,
    where it falls, halving_time (years; given only where the interval of the pace leaves zero out), learning_rate
    (share a doubling of cumulative production).
    """
    rows = table.dropna(subset=["value"])
    years = pd.to_numeric(rows["period"].astype(str), errors="coerce")
    if years.isna().any():
        return _refused(say("innovation.not_yearly"))
    if years.duplicated().any():
        return _refused(
            say("innovation.period_twice", period=str(rows.loc[years.duplicated(), "period"].iloc[0]))
        )
    if len(rows) < FEWEST:
        return _refused(say("innovation.too_few_years", count=len(rows), fewest=FEWEST))
    if (rows["value"] <= 0).any():
        return _refused(say("innovation.value_not_positive"))
    kept = rows.set_axis(years.astype(int)).sort_index()
    values = kept["value"].astype(float)
    if np.ptp(np.log(values)) <= 1e-12:
        return _refused(say("innovation.value_constant"))
    time = kept.index.to_numpy(np.int64)
    try:
        moore = persistent_line(time, time.astype(float), np.log(values.to_numpy()))
    except ValueError:
        return _refused(say("innovation.exact_line"))
    estimates, findings = _by_time(moore, values)
    shown, refusals = pd.DataFrame({"value": values}), []
    if "cumulative" in kept and kept["cumulative"].notna().any():
        shown["cumulative"] = kept["cumulative"].astype(float)
        wright = _by_experience(shown.dropna())
        if isinstance(wright, Refusal):
            refusals.append(wright)
        else:
            estimates += wright[0]
            findings += wright[1]
    return Measurement(
        NAME,
        "innovation",
        "",
        by_period(shown),
        dict.fromkeys(map(str, shown.columns), "as given"),
        estimates=tuple(estimates),
        findings=(*findings, say("innovation.learning_caution")),
        refusals=tuple(refusals),
    )


def _by_time(moore: Interval, values: pd.Series) -> tuple[list[Estimate], list[Message]]:
    method = say("innovation.method_line", count=len(values), persistence=moore.persistence)
    sample, grade = sample_of(values), grade_of(len(values))
    found = [estimate("change_a_year", moore, "share a year", method, sample, grade, ())]
    words = {"first": sample.first, "last": sample.last}
    if moore.low <= 0 <= moore.high:
        told = say("innovation.no_pace", **words, low=100 * moore.low, high=100 * moore.high)
        return found, [told]
    ends = sorted((doubling_time(moore.low), doubling_time(moore.high)))
    time = Interval(doubling_time(moore.value), ends[0], ends[1], moore.persistence)
    rises = moore.value > 0
    found.append(
        estimate("doubling_time" if rises else "halving_time", time, "years", method, sample, grade, ())
    )
    key = "innovation.doubles" if rises else "innovation.halves"
    return found, [say(key, **words, years=time.value, low=time.low, high=time.high)]


def _by_experience(rows: pd.DataFrame) -> tuple[list[Estimate], list[Message]] | Refusal:
    made = rows["cumulative"].to_numpy(float)
    if len(rows) < FEWEST:
        return Refusal("learning_rate", say("innovation.too_few_years", count=len(rows), fewest=FEWEST))
    if (made <= 0).any() or (np.diff(made) < 0).any() or made[-1] == made[0]:
        return Refusal("learning_rate", say("innovation.cumulative_falls"), say("innovation.check_table"))
    logs = np.log(made)
    try:
        slope = persistent_line(rows.index.to_numpy(np.int64), logs, np.log(rows["value"].to_numpy(float)))
    except ValueError:
        return Refusal("learning_rate", say("innovation.exact_line"), say("innovation.check_table"))
    rate = Interval(
        learning_rate(slope.value), learning_rate(slope.high), learning_rate(slope.low), slope.persistence
    )
    method = say("innovation.method_line", count=len(rows), persistence=slope.persistence)
    found = estimate(
        "learning_rate", rate, "share", method, sample_of(rows["value"]), grade_of(len(rows)), ()
    )
    likeness = abs(float(np.corrcoef(rows.index.to_numpy(float), logs)[0, 1]))
    key = (
        "innovation.learns"
        if rate.low > 0
        else "innovation.learns_rises"
        if rate.high < 0
        else "innovation.learns_not"
    )
    # Where it does not fall, the change is told: up is plus.
    sign = 1 if rate.low > 0 else -1
    low, high = sorted((100 * sign * rate.low, 100 * sign * rate.high))
    return [found], [
        say(key, rate=100 * sign * rate.value, low=low, high=high),
        say("innovation.wright_or_moore", likeness=likeness),
    ]


def _refused(reason: Message) -> Measurement:
    lack = Refusal(NAME, reason, say("innovation.check_table"))
    return Measurement(NAME, "innovation", "", pd.DataFrame(), refusals=(lack,))


MEASURES.register(NAME)(TableMeasure(NAME, "innovation", COLUMNS, measure_learning))
