"""Adoption lags: years from the invention of a technology to its adoption in a place, those still waiting included.

    T = year adopted - year invented, censored at the last year looked at

Comin and Hobijn (2010) find a mean lag of 45 years over 15 technologies and 166 countries, by the shape of each diffusion
curve; here dates of adoption are given, and the Kaplan-Meier median, the restricted mean, Weibull and log-normal times
side by side, the log-rank test between groups and a Cox regression say how long it took. Places that share a
technology wait for the same thing: where there are eight technologies or more, the median's interval comes from drawing
whole technologies anew (Field and Welsh 2007); with fewer it would be too narrow, and the sentence says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.measure.innovation.survival import (
    Bounded,
    accelerated,
    cox,
    kaplan_meier,
    log_rank,
    median_time,
    restricted_mean,
)
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.spans import estimate

NAME = "adoption_lag"
COLUMNS = (
    Column("technology", "text", say("innovation.column_technology")),
    Column("place", "text", say("innovation.column_place")),
    Column("invented", "number", say("innovation.column_invented")),
    Column("adopted", "number", say("innovation.column_adopted")),
    Column("until", "number", say("innovation.column_until")),
    Column("group", "text", say("innovation.column_group"), optional=True),
    Column("covariate", "number", say("innovation.column_covariate"), optional=True),
)
FEWEST = 10
"""Fewest adoptions: quantiles of fewer say next to nothing."""
CLUSTERS = 8
"""Fewest technologies for intervals that draw whole technologies anew."""
_DRAWS = 400


def measure_adoption_lag(table: pd.DataFrame) -> Measurement:
    """Adoption lags of a user's own table: one row a technology and place.

    Table: index = years since invention, columns at_risk, events, waiting (share not yet adopted), waiting_low,
    waiting_high. Estimates: median_lag, restricted_mean_lag, median_lag_weibull, median_lag_log_normal (years),
    hazard_ratio (of one unit of covariate). Tests: groups_wait_alike (log-rank).
    """
    rows = table.dropna(subset=["technology", "place", "invented", "until"]).reset_index(drop=True)
    wrong = _wrong(rows)
    if wrong is not None:
        return _refused(wrong)
    adopted = rows["adopted"].fillna(math.inf)
    seen = (adopted <= rows["until"]).to_numpy(bool)
    times = (np.minimum(adopted, rows["until"]) - rows["invented"]).to_numpy(float)
    if seen.sum() < FEWEST:
        return _refused(say("innovation.few_adoptions", count=int(seen.sum()), fewest=FEWEST))
    if len(np.unique(times[seen])) < 2:
        return _refused(say("innovation.lags_equal"))
    curve = kaplan_meier(times, seen)
    sample = Sample(len(rows), f"{int(rows['invented'].min())}", f"{int(rows['until'].max())}")
    clusters = rows["technology"].nunique()
    estimates, refusals = [], []
    median = _clustered(rows["technology"], times, seen) if clusters >= CLUSTERS else median_time(curve)
    words = {"count": len(rows), "events": int(seen.sum()), "technologies": clusters}
    method = say(
        "innovation.method_clustered" if clusters >= CLUSTERS else "innovation.method_plain", **words
    )
    if math.isinf(median.value):
        share = float(1 - curve["survival"].iloc[-1])
        refusals.append(Refusal("median_lag", say("innovation.no_median", share=share)))
    elif math.isinf(median.high):
        refusals.append(
            Refusal("median_lag", say("innovation.open_median", median=median.value, low=median.low))
        )
    else:
        estimates.append(_estimate("median_lag", median, method, sample))
    horizon = float(min(times.max(), np.quantile(times, 0.95)))
    if horizon > 0:
        told = say("innovation.method_restricted", horizon=horizon)
        estimates.append(
            _estimate("restricted_mean_lag", restricted_mean(times, seen, horizon), told, sample)
        )
    families = _families(times, seen)
    estimates += [
        _estimate(f"median_lag_{name}", found.median, say("innovation.method_accelerated"), sample)
        for name, found in families.items()
    ]
    estimates += _hazard(rows, times, seen, sample)
    tests = _tests(rows, times, seen, sample)
    shown = curve.rename(columns={"survival": "waiting", "low": "waiting_low", "high": "waiting_high"})
    shown.index = pd.Index([f"{time:g}" for time in shown.index], name="years_since_invention", dtype=object)
    return Measurement(
        NAME,
        "innovation",
        "",
        shown,
        units={"waiting": "share"},
        estimates=tuple(estimates),
        findings=tuple(_findings(estimates, families, tests, words, clusters)),
        refusals=tuple(refusals),
        tests=tests,
    )


def _wrong(rows: pd.DataFrame) -> Message | None:
    """What is the matter with the table, or nothing."""
    if rows.empty:
        return say("innovation.no_rows")
    years = rows[["invented", "until"]].join(rows["adopted"].dropna())
    strange = (years < 1) | (years > 9999)
    if strange.any().any():
        first = rows[strange.any(axis=1)].iloc[0]
        return say("innovation.strange_year", technology=str(first["technology"]), place=str(first["place"]))
    twice = rows.duplicated(["technology", "place"])
    if twice.any():
        first = rows[twice].iloc[0]
        return say("innovation.pair_twice", technology=str(first["technology"]), place=str(first["place"]))
    early = rows[(rows["adopted"] < rows["invented"]) | (rows["until"] < rows["invented"])]
    if len(early):
        first = early.iloc[0]
        return say(
            "innovation.before_invention", technology=str(first["technology"]), place=str(first["place"])
        )
    return None


def _clustered(technologies: pd.Series, times: np.ndarray, seen: np.ndarray) -> Bounded:
    """The median with an interval from drawing technologies with replacement."""
    value = median_time(kaplan_meier(times, seen)).value
    codes = pd.factorize(technologies)[0]
    members = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
    rng = np.random.default_rng(20)
    drawn = []
    for _ in range(_DRAWS):
        rows = np.concatenate([members[which] for which in rng.integers(0, len(members), len(members))])
        drawn.append(
            median_time(kaplan_meier(times[rows], seen[rows])).value if seen[rows].any() else math.inf
        )
    ends = np.sort(drawn)[[int(0.025 * _DRAWS), int(0.975 * _DRAWS) - 1]]
    return Bounded(value, min(float(ends[0]), value), max(float(ends[1]), value))


def _families(times: np.ndarray, seen: np.ndarray):  # type: ignore[no-untyped-def]
    # Adopted in the year of the invention means after half a year on average.
    later = np.where(times == 0, 0.5, times)
    return {name: accelerated(later, seen, name) for name in ("weibull", "log_normal")}


def _hazard(rows: pd.DataFrame, times: np.ndarray, seen: np.ndarray, sample: Sample) -> list[Estimate]:
    if "covariate" not in rows:
        return []
    there = rows["covariate"].notna().to_numpy()
    values = rows.loc[there, ["covariate"]]
    spread = float(np.ptp(values["covariate"])) if len(values) else 0.0
    if seen[there].sum() < FEWEST or not 1e-9 < spread < 1e9:
        return []
    found = cox(times[there], seen[there], values)
    centre, error = found.coefficients["covariate"], found.errors["covariate"]
    if not math.isfinite(centre) or not 0 < error < 50:
        return []
    ratio = Bounded(math.exp(centre), math.exp(centre - 1.96 * error), math.exp(centre + 1.96 * error))
    return [
        _estimate(
            "hazard_ratio", ratio, say("innovation.method_cox", count=int(there.sum())), sample, "ratio"
        )
    ]


def _tests(rows: pd.DataFrame, times: np.ndarray, seen: np.ndarray, sample: Sample) -> tuple[TestResult, ...]:
    if "group" not in rows:
        return ()
    there = rows["group"].notna().to_numpy() & (rows["group"].astype(str) != "").to_numpy()
    groups = rows.loc[there, "group"].astype(str).to_numpy(str)
    if len(np.unique(groups)) < 2:
        return ()
    statistic, p_value = log_rank(times[there], seen[there], groups)
    if not math.isfinite(statistic):
        return ()
    return (
        TestResult(
            "groups_wait_alike",
            say("innovation.null_groups"),
            statistic,
            p_value < 0.05,
            say("innovation.method_log_rank", groups=tuple(sorted(set(groups)))),
            sample,
            p_value,
        ),
    )


def _estimate(name: str, found: Bounded, method: Message, sample: Sample, unit: str = "years") -> Estimate:
    interval = Interval(found.value, found.low, found.high, 0.0)
    return estimate(name, interval, unit, method, sample, grade_of(sample.observations), ())


def _findings(
    estimates: list[Estimate],
    families: dict,  # type: ignore[type-arg]
    tests: tuple[TestResult, ...],
    words: dict[str, int],
    clusters: int,
) -> Iterator[Message]:
    named = {one.name: one for one in estimates}
    if "median_lag" in named:
        one = named["median_lag"]
        yield say("innovation.median_lag", median=one.value, low=one.low, high=one.high, **words)
    else:
        yield say("innovation.waiting", **words)
    best = min(families.values(), key=lambda one: one.aic)
    yield say(
        "innovation.families_compared",
        weibull=families["weibull"].median.value,
        log_normal=families["log_normal"].median.value,
        better=say(f"innovation.family_{best.family}"),
        difference=abs(families["weibull"].aic - families["log_normal"].aic),
    )
    for test in tests:
        key = "innovation.groups_differ" if test.rejected else "innovation.groups_alike"
        yield say(key, p=float(test.p_value or 0.0))
    if clusters < CLUSTERS:
        yield say("innovation.few_technologies", technologies=clusters)
    yield say("innovation.lag_caution")


def _refused(reason: Message) -> Measurement:
    lack = Refusal(NAME, reason, say("innovation.check_table"))
    return Measurement(NAME, "innovation", "", pd.DataFrame(), refusals=(lack,))


MEASURES.register(NAME)(TableMeasure(NAME, "innovation", COLUMNS, measure_adoption_lag))
