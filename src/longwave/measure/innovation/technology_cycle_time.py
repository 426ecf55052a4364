"""Technology cycle time: how old the knowledge is that new patents build on.

    TCT_c = median over citations of patents of year c of (c - year of the cited patent)

Narin (1993); Kayal and Waters (1999). It is a length in years, not a frequency: it rises as technology turns over more
slowly. Older citations than the table's first year cannot be seen, so that a naive median of early years is too
short; the medians here are corrected for that (`citation_ages`). Whether the cycle lengthens is the slope of the log
median over citing years, its interval averaged over persistence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.measure.innovation.citation_ages import FAMILIES, Ages, count_ages, fit_ages, naive_medians
from longwave.measure.inputs import by_period
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.spans import estimate, sample_of
from longwave.measure.trend.line import FEWEST, persistent_line

NAME = "technology_cycle_time"
COLUMNS = (
    Column("citing_year", "number", say("innovation.column_citing")),
    Column("cited_year", "number", say("innovation.column_cited")),
    Column("class", "text", say("innovation.column_class"), optional=True),
)
ENOUGH = 30
"""Fewest citations of a citing year."""
HALF_SEEN = 0.5
"""Where less of a year's citations can be seen, its median is all shape and no data."""
_DRAWS = 60
_FUTURE = 0.05
"""Share of citations of younger patents (grant against application years) that is passed over with a word."""


def measure_cycle_time(table: pd.DataFrame) -> Measurement:
    """Technology cycle time of a user's own table of citations.

    Table: index = citing year, columns citations, naive_median, median (corrected), median_low, median_high, mean_age
    (naive), seen (share of its citations that the table can show). Estimates: technology_cycle_time (years, last year
    that can be told), cycle_time_change (share a year), and cycle_time_<class>. Tests: cycle_time_steady.
    """
    rows = table.dropna(subset=["citing_year", "cited_year"])
    if rows.empty:
        return _refused(say("innovation.no_rows"))
    if ((rows[["citing_year", "cited_year"]] % 1) != 0).any().any():
        return _refused(say("innovation.years_not_whole"))
    ages = rows["citing_year"] - rows["cited_year"]
    future = float((ages < 0).mean())
    if future > _FUTURE:
        return _refused(say("innovation.cites_future", share=future))
    rows = rows[ages >= 0]
    found = _cohorts(rows)
    if isinstance(found, Refusal):
        return _refused(found.reason)
    cohorts, fitted = found
    kept = cohorts[cohorts["seen"] >= HALF_SEEN]
    if kept.empty:
        return _refused(say("innovation.all_truncated"))
    estimates, tests, findings, refusals = _trend(kept)
    last = kept.iloc[-1]
    method = say(
        "innovation.method_ages",
        family=say(f"innovation.family_{fitted.family}"),
        count=int(last["citations"]),
    )
    interval = Interval(float(last["median"]), float(last["median_low"]), float(last["median_high"]), 0.0)
    grade = grade_of(len(kept))
    level = estimate(NAME, interval, "years", method, sample_of(kept["median"]), grade, ())
    told = [
        say(
            "innovation.cycle_level",
            period=str(kept.index[-1]),
            median=interval.value,
            low=interval.low,
            high=interval.high,
            naive=float(last["naive_median"]),
            unseen=1 - float(last["seen"]),
        )
    ]
    if future > 0:
        told.append(say("innovation.passed_over", share=future))
    classes = _by_class(rows)
    return Measurement(
        NAME,
        "innovation",
        "",
        by_period(cohorts),
        units={"median": "years", "naive_median": "years", "mean_age": "years", "seen": "share"},
        estimates=(level, *estimates, *classes),
        findings=(*told, *findings, say("innovation.cycle_caution")),
        refusals=refusals,
        tests=tests,
    )


def _cohorts(rows: pd.DataFrame) -> tuple[pd.DataFrame, Ages] | Refusal:
    """Each citing year with enough citations, its naive and corrected medians and bootstrap interval."""
    citing = rows["citing_year"].astype(int)
    sizes = citing.value_counts().sort_index()
    years = sizes.index[sizes >= ENOUGH]
    if not len(years):
        return Refusal(NAME, say("innovation.few_citations", most=int(sizes.max()), fewest=ENOUGH))
    chosen = rows[citing.isin(years)]
    ages = (chosen["citing_year"] - chosen["cited_year"]).to_numpy(np.int64)
    if np.ptp(ages) == 0:
        return Refusal(NAME, say("innovation.ages_equal"))
    place = np.searchsorted(years.to_numpy(), chosen["citing_year"].to_numpy(np.int64))
    counts = count_ages(ages, place, len(years))
    limits = years.to_numpy(np.int64) - int(rows["cited_year"].min())
    fits = [fit_ages(counts, limits, family) for family in FAMILIES]
    best = max(fits, key=lambda one: one.loglikelihood)
    drawn = _drawn(counts, limits, best.family)
    total = counts.sum(axis=1)
    frame = pd.DataFrame(
        {
            "citations": total,
            "naive_median": naive_medians(counts),
            "median": best.medians,
            "median_low": np.minimum(np.quantile(drawn, 0.025, axis=0), best.medians),
            "median_high": np.maximum(np.quantile(drawn, 0.975, axis=0), best.medians),
            "mean_age": counts @ np.arange(counts.shape[1]) / total,
            "seen": best.seen,
        },
        index=pd.Index(years, name="period"),
    )
    return frame, best


def _drawn(counts: np.ndarray, limits: np.ndarray, family: str) -> np.ndarray:
    """Corrected medians of samples drawn within each citing year."""
    rng = np.random.default_rng(20)
    found = []
    for _ in range(_DRAWS):
        sample = np.array([rng.multinomial(int(row.sum()), row / row.sum()) for row in counts], dtype=float)
        found.append(fit_ages(sample, limits, family).medians)
    return np.array(found)


def _trend(
    kept: pd.DataFrame,
) -> tuple[list[Estimate], tuple[TestResult, ...], list[Message], tuple[Refusal, ...]]:
    if len(kept) < FEWEST:
        lack = Refusal("cycle_time_change", say("innovation.few_cohorts", count=len(kept), fewest=FEWEST))
        return [], (), [], (lack,)
    years = kept.index.to_numpy(np.int64)
    try:
        slope = persistent_line(years, years.astype(float), np.log(kept["median"].to_numpy(float)))
    except ValueError:
        return [], (), [], (Refusal("cycle_time_change", say("innovation.exact_line")),)
    method = say("innovation.method_line", count=len(kept), persistence=slope.persistence)
    sample = sample_of(kept["median"])
    found = estimate("cycle_time_change", slope, "share a year", method, sample, grade_of(len(kept)), ())
    clear = slope.low > 0 or slope.high < 0
    half = (slope.high - slope.low) / 2
    test = TestResult(
        "cycle_time_steady",
        say("innovation.null_cycle"),
        abs(slope.value) / half if half else math.inf,
        clear,
        method,
        sample,
        None,
        1.0,
    )
    key = (
        "innovation.cycle_steady"
        if not clear
        else "innovation.cycle_longer"
        if slope.value > 0
        else "innovation.cycle_shorter"
    )
    words = {"first": sample.first, "last": sample.last}
    # A cycle that became shorter is told as a positive shrinking.
    sign = -1 if clear and slope.value < 0 else 1
    low, high = sorted((100 * sign * slope.low, 100 * sign * slope.high))
    return [found], (test,), [say(key, pace=100 * sign * slope.value, low=low, high=high, **words)], ()


def _by_class(rows: pd.DataFrame) -> Iterator[Estimate]:
    """Corrected median of each class over the last ten citing years, the largest twenty classes."""
    if "class" not in rows:
        return
    recent = rows[rows["citing_year"] > rows["citing_year"].max() - 10]
    start = int(rows["cited_year"].min())
    for name in recent["class"].dropna().value_counts().index[:20]:
        part = recent[recent["class"] == name]
        ages = (part["citing_year"] - part["cited_year"]).to_numpy(np.int64)
        if len(part) < ENOUGH or np.ptp(ages) == 0:
            continue
        counts = count_ages(ages, np.zeros(len(part), dtype=np.int64), 1)
        limit = np.array([int(part["citing_year"].max()) - start])
        family = max(FAMILIES, key=lambda one: fit_ages(counts, limit, one).loglikelihood)
        found = fit_ages(counts, limit, family)
        if found.seen[0] < HALF_SEEN:
            continue
        drawn = _drawn(counts, limit, family)[:, 0]
        low, high = np.quantile(drawn, [0.025, 0.975])
        value = float(found.medians[0])
        slug = "".join(char if char.isalnum() else "_" for char in str(name)).lower()
        method = say("innovation.method_class", name=str(name), count=len(part))
        years = part["citing_year"].astype(int)
        sample = sample_of(pd.Series(0.0, index=sorted(set(years))))
        yield estimate(
            f"cycle_time_{slug}",
            Interval(value, min(float(low), value), max(float(high), value), 0.0),
            "years",
            method,
            sample,
            grade_of(len(part)),
            (),
        )


def _refused(reason: Message) -> Measurement:
    lack = Refusal(NAME, reason, say("innovation.check_table"))
    return Measurement(NAME, "innovation", "", pd.DataFrame(), refusals=(lack,))


MEASURES.register(NAME)(TableMeasure(NAME, "innovation", COLUMNS, measure_cycle_time))
