"""Difference in differences: the change where the policy came less the change where it did not.

One date for all: two-way fixed effects (diff-diff's `TwoWayFixedEffects`). Several dates: `CallawaySantAnna` (2021), areas
that have not adopted as the comparison, since two-way fixed effects would compare late adopters with early ones whose
effect is still growing (Goodman-Bacon 2021). The path is the event study's. With fewer than five adopters clustered errors
mean nothing (Conley and Taber 2011): the interval is then that of placebos, areas without the policy taken as if they had
adopted.

Before the adoption the two groups must have moved alike. The test compares slopes by area; and because a test that
does not reject is no proof (Roth 2022), the trend that it could not have seen is carried forward and told.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Grade, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.policy.evaluate.bands import from_covariance, from_placebos
from longwave.policy.evaluate.design import EvaluationDesign
from longwave.policy.evaluate.effect import Measured, PolicyEffect, average_test, estimates
from longwave.policy.evaluate.outcome import FEWEST_BEFORE, OutcomeTable, adoption_places, complete

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

FEW_ADOPTERS = 5
FEWEST_WITHOUT = 5
"""Fewest areas without the policy."""
MOST_PLACEBOS = 499
LEADS_SHOWN = 8


@dataclass(frozen=True, eq=False)
class Groups:
    """Balanced areas in a window: values periods by areas; adopted: column -> row of adoption, absent where never."""

    values: Matrix
    names: tuple[str, ...]
    adopted: dict[int, int]

    @property
    def never(self) -> list[int]:
        return [each for each in range(len(self.names)) if each not in self.adopted]

    @property
    def staggered(self) -> bool:
        return len(set(self.adopted.values())) > 1


def difference_in_differences(
    table: OutcomeTable, design: EvaluationDesign, adopters: Mapping[str, object], hit: tuple[str, ...] = ()
) -> PolicyEffect:
    """The effect where the policy was adopted.

    adopters: area -> first period with the policy; the treated area and its start belong to them. hit: areas that felt it
    without adopting, left out. Raises NotEnoughData for fewer than five areas without the policy, or too little before
    the first adoption.
    """
    table = _unbroken(table)
    groups, notes = _groups(table, design, adopters, hit)
    few = len(groups.adopted) < FEW_ADOPTERS
    horizon = min(table.horizon, len(groups.values) - min(groups.adopted.values()))
    index = range(horizon)
    by = _by_placebos if few else _by_library
    measured, carried, placebos, headline = by(groups, horizon, design.level)
    first, last = min(groups.adopted.values()), len(groups.values) - 1
    trends, told = _trend_test(groups, horizon, table.periods)
    sample = Sample(groups.values.size, table.periods[0], table.periods[last])
    key = "few" if few else "staggered" if groups.staggered else "one_date"
    method = say(f"evaluation.method_did_{key}", treated=len(groups.adopted), without=len(groups.never))
    parallel = trends is None or not trends.rejected
    grade = _grade(groups, first, parallel)
    average, cumulated = estimates(measured, design, method, sample, grade, carried)
    single = not groups.staggered
    labels = [table.periods[first + each] for each in index] if single else [str(each) for each in index]
    test = average_test(measured, method, sample)
    return PolicyEffect(
        area=table.area,
        outcome=design.outcome,
        estimator=design.estimator,
        start=table.start,
        path=measured.path(labels),
        average=average,
        cumulated=cumulated,
        p_value=measured.p_value,
        method=method,
        sample=sample,
        grade=grade,
        decidable=parallel,
        clock="period" if single else "event",
        unit=design.unit,
        level=carried,
        tests=(test,) if trends is None else (test, trends),
        placebos=placebos,
        notes=(*notes, *headline, *told, *_weak(groups, few)),
    )


def _unbroken(table: OutcomeTable) -> OutcomeTable:
    """The run of periods around the start in which the treated area has no hole."""
    known = np.isfinite(table.values[table.area].to_numpy(float))
    before = np.flatnonzero(~known[: table.place])
    after = np.flatnonzero(~known[table.place :])
    first = int(before[-1]) + 1 if len(before) else 0
    end = table.place + int(after[0]) if len(after) else len(known)
    if table.place - first < 2 or end == table.place:
        raise NotEnoughData(
            say("evaluation.holes", area=table.area, first=table.periods[0], last=table.periods[-1]),
            say("evaluation.holes_mend"),
        )
    horizon = min(table.horizon, end - table.place)
    return OutcomeTable(table.values.iloc[first:end], table.area, table.start, table.place - first, horizon)


def _groups(
    table: OutcomeTable, design: EvaluationDesign, adopters: Mapping[str, object], hit: tuple[str, ...]
) -> tuple[Groups, tuple[Message, ...]]:
    everyone = {**{str(k): v for k, v in adopters.items()}, table.area: table.start}
    end = _end(table, everyone)
    window = table.values.iloc[:end]
    dates = adoption_places(everyone, table.values, until=end)
    barred = {*design.exclude, *hit} - {table.area}
    allowed = [str(each) for each in window.columns if each not in barred]
    if design.donors:
        allowed = [each for each in allowed if each in dates or each in design.donors]
    kept = complete(window, allowed)
    early = [each for each in kept if dates.get(each, end) < 2]
    kept = [each for each in kept if each not in early]
    if table.area not in kept:
        raise NotEnoughData(
            say("evaluation.holes", area=table.area, first=table.periods[0], last=table.periods[end - 1]),
            say("evaluation.holes_mend"),
        )
    adopted = {at: dates[name] for at, name in enumerate(kept) if name in dates}
    groups = Groups(window[kept].to_numpy(float), tuple(kept), adopted)
    if len(groups.never) < FEWEST_WITHOUT:
        raise NotEnoughData(
            say("evaluation.too_few_without", count=len(groups.never), fewest=FEWEST_WITHOUT),
            say("evaluation.too_few_donors_mend"),
        )
    if min(adopted.values()) < 2:
        raise NotEnoughData(
            say(
                "evaluation.too_few_before",
                area=table.area,
                start=table.start,
                count=min(adopted.values()),
                fewest=2,
            ),
            say("evaluation.too_few_before_mend"),
        )
    gone = len(allowed) - len(kept)
    notes = (say("evaluation.areas_left_out", count=gone, kept=len(kept)),) if gone else ()
    return groups, notes


def _end(table: OutcomeTable, adopters: Mapping[str, object]) -> int:
    """Row after the last one looked at: the horizon of the latest adoption, within the figures."""
    places = adoption_places(adopters, table.values, until=len(table.values))
    known = np.flatnonzero(np.isfinite(table.values[table.area].to_numpy(float)))
    latest = max([table.place, *places.values()])
    return int(min(max(latest + table.horizon, table.place + table.horizon), known[-1] + 1))


def _stacked(groups: Groups) -> pd.DataFrame:
    periods, areas = groups.values.shape
    unit, time = np.repeat(np.arange(areas), periods), np.tile(np.arange(1, periods + 1), areas)
    since = np.array([groups.adopted.get(each, -1) + 1 for each in range(areas)])[unit]
    frame = pd.DataFrame({"y": groups.values.T.ravel(), "unit": unit, "time": time, "since": since})
    frame["treated"] = (since > 0).astype(int)
    frame["after"] = ((since > 0) & (time >= since) | (since == 0) & (time >= since.max())).astype(int)
    return frame


def _by_library(
    groups: Groups, horizon: int, level: float
) -> tuple[Measured, float, pd.DataFrame, tuple[Message, ...]]:
    """Five adopters or more: diff-diff's estimator for one date or for several, errors clustered by area."""
    frame = _stacked(groups)
    with warnings.catch_warnings():
        # Remarks on cells without a base period or few areas in a cohort: told by our own notes where they matter.
        warnings.simplefilter("ignore")
        study = _staggered(frame) if groups.staggered else _one_date(frame, groups)
        told = () if groups.staggered else _headline(frame, level)
    rows = study.rows
    after = rows[(rows["event_time"] >= 0) & (rows["event_time"] < horizon)]
    places = after["place"].to_numpy(int)
    covariance = study.covariance[np.ix_(places, places)]
    clusters = min(len(groups.adopted), len(groups.never))
    measured = from_covariance(after["att"].to_numpy(float), covariance, float(max(clusters - 1, 2)), level)
    before = rows[(rows["event_time"] < -1) & (rows["event_time"] >= -1 - LEADS_SHOWN)]
    leads = [
        ("lead", str(int(e)), float(a), float(a / s) if s > 0 else 0.0)
        for e, a, s in zip(before["event_time"], before["att"], before["se"], strict=True)
    ]
    return measured, level, pd.DataFrame(leads, columns=["kind", "name", "effect", "statistic"]), told


@dataclass(frozen=True, eq=False)
class Study:
    """An event study: rows event_time, att, se and the place in `covariance`."""

    rows: pd.DataFrame
    covariance: Matrix


def _staggered(frame: pd.DataFrame) -> Study:
    from diff_diff import CallawaySantAnna

    estimator = CallawaySantAnna(control_group="not_yet_treated", base_period="universal")
    fitted = estimator.fit(frame, outcome="y", unit="unit", time="time", first_treat="since")
    return _study(fitted.aggregate("event_study"), 0)


def _one_date(frame: pd.DataFrame, groups: Groups) -> Study:
    from diff_diff import TwoWayFixedEffects

    start = min(groups.adopted.values()) + 1
    fitted = TwoWayFixedEffects(cluster="unit").fit(
        frame,
        outcome="y",
        treatment="treated",
        time="time",
        unit="unit",
        event_study=True,
        post_periods=list(range(start, len(groups.values) + 1)),
        reference_period=start - 1,
    )
    return _study(fitted, start)


def _headline(frame: pd.DataFrame, level: float) -> tuple[Message, ...]:
    """The plain difference in differences: the mean after against the mean of all periods before, not the eve only."""
    from diff_diff import TwoWayFixedEffects

    fitted = TwoWayFixedEffects(cluster="unit", alpha=1 - level).fit(
        frame, outcome="y", treatment="treated", post="after", unit="unit"
    )
    low, high = fitted.conf_int
    return (say("evaluation.twfe", value=f"{fitted.att:.4g}", low=f"{low:.4g}", high=f"{high:.4g}"),)


def _study(fitted: Any, origin: int) -> Study:
    """origin: what is taken off the library's clock, which is the calendar for one date and the event for several."""
    clock = [int(each) for each in fitted.event_time]
    places = {int(each): at for at, each in enumerate(fitted.vcov_index)}
    rows = pd.DataFrame(
        {
            "event_time": [each - origin for each in clock],
            "att": np.asarray(fitted.att, dtype=float),
            "se": np.asarray(fitted.se, dtype=float),
            "place": [places.get(each, -1) for each in clock],
        }
    )
    known = (rows["place"] >= 0) & np.isfinite(rows["att"]) & np.isfinite(rows["se"])
    return Study(rows[known].reset_index(drop=True), np.asarray(fitted.vcov, dtype=float))


def _by_placebos(
    groups: Groups, horizon: int, level: float
) -> tuple[Measured, float, pd.DataFrame, tuple[Message, ...]]:
    """Fewer than five adopters: areas without the policy as if they had adopted at the same dates."""
    dates, never = list(groups.adopted.values()), groups.never
    effect, scale = did_path(groups.values, list(groups.adopted), dates, never, horizon)
    rows, sizes = [], []
    for chosen in _choices(never, len(dates)):
        rest = [each for each in never if each not in chosen]
        path, spread = did_path(groups.values, list(chosen), dates, rest, horizon)
        sizes.append(path / spread)
        name = ", ".join(groups.names[each] for each in chosen)
        rows.append(("space", name, float(path.mean()), float(path.mean() / spread)))
    measured, carried = from_placebos(effect, scale, np.array(sizes), level)
    return measured, carried, pd.DataFrame(rows, columns=["kind", "name", "effect", "statistic"]), ()


def did_path(
    values: Matrix, treated: list[int], dates: list[int], without: list[int], horizon: int
) -> tuple[Vector, float]:
    """Change since the eve of adoption less that of areas without, mean over `treated`; and the spread of the one-period
    changes of that difference before, to which the placebos are put in proportion. values: periods by areas."""
    beside = values[:, without].mean(axis=1)
    paths, steps = np.full((len(treated), horizon), np.nan), []
    for at, (unit, date) in enumerate(zip(treated, dates, strict=True)):
        gap = values[:, unit] - beside
        late = gap[date : date + horizon] - gap[date - 1]
        paths[at, : len(late)] = late
        steps.append(float((np.diff(gap[:date]) ** 2).mean()))
    return np.nanmean(paths, axis=0), max(float(np.sqrt(np.mean(steps))), 1e-12)


def _choices(never: list[int], count: int) -> list[tuple[int, ...]]:
    """Sets of areas that stand for the adopters: all where they are few, else drawn."""
    if comb(len(never), count) <= MOST_PLACEBOS:
        return list(combinations(never, count))
    rng = np.random.default_rng(0)
    return [
        tuple(int(each) for each in rng.choice(never, count, replace=False)) for _ in range(MOST_PLACEBOS)
    ]


def _trend_test(
    groups: Groups, horizon: int, periods: list[str]
) -> tuple[TestResult | None, tuple[Message, ...]]:
    """Whether adopters' slopes before the first adoption differ from the others'; and what the test could not have seen."""
    first = min(groups.adopted.values())
    if first < FEWEST_BEFORE // 2:
        return None, (say("evaluation.no_trend_test", count=first),)
    from scipy.stats import t

    clock = np.arange(first) - (first - 1) / 2
    slopes = clock @ groups.values[:first] / float(clock @ clock)
    treated, never = slopes[list(groups.adopted)], slopes[groups.never]
    error, freedom = _slope_error(treated, never)
    difference = float(treated.mean() - never.mean())
    statistic = difference / error if error > 0 else 0.0
    p_value = float(2 * t.sf(abs(statistic), freedom))
    unseen = float(t.ppf(0.975, freedom) + t.ppf(0.8, freedom)) * error * (horizon + 1) / 2
    test = TestResult(
        "parallel_trends",
        say("evaluation.null_trends"),
        statistic,
        p_value <= 0.05,
        say("evaluation.method_trends", periods=first),
        Sample(first * len(slopes), periods[0], periods[first - 1]),
        p_value=p_value,
    )
    key = "evaluation.trends_differ" if p_value <= 0.05 else "evaluation.trend_unseen"
    shown = difference * (horizon + 1) / 2 if p_value <= 0.05 else unseen
    return test, (say(key, value=f"{abs(shown):.3g}"),)


def _slope_error(treated: Vector, never: Vector) -> tuple[float, float]:
    """Welch's error of the difference of means, the spread of the areas without standing for both where adopters are few."""
    m, n = len(treated), len(never)
    without = float(never.var(ddof=1))
    if m < FEW_ADOPTERS:
        return float(np.sqrt(without * (1 / m + 1 / n))), float(n - 1)
    a, b = float(treated.var(ddof=1)) / m, without / n
    if a + b <= 0:
        return 0.0, float(m + n - 2)
    return float(np.sqrt(a + b)), (a + b) ** 2 / (a**2 / (m - 1) + b**2 / (n - 1))


def _weak(groups: Groups, few: bool) -> tuple[Message, ...]:
    if few:
        return (say("evaluation.few_adopters", count=len(groups.adopted)),)
    return (say("evaluation.few_clusters", count=len(groups.adopted)),) if len(groups.adopted) < 12 else ()


def _grade(groups: Groups, first: int, parallel: bool) -> Grade:
    """By areas that adopted, C at most below twelve (few clusters), D where trends differed before."""
    if not parallel:
        return Grade.D
    treated = len(groups.adopted)
    by_areas = Grade.A if treated >= 30 else Grade.B if treated >= 12 else Grade.C
    return max(by_areas, grade_of(first * len(groups.names)))
