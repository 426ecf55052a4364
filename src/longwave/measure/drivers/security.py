"""Data security and privacy: how many breaches are reported, how fast they grow, and how much of the harm a few of them do.

Counts are of what had to be reported by law, in the sector that the law covers: a rise can be more breaches, more reporting,
or more firms under the law. A last year that is counted in part is left out, so that it is never read as a
fall. Persons affected hang on
single incidents; they are summed, never averaged into a trend.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel, Status
from longwave.measure.drivers.counts import FEWEST, CountTrend, count_trend, whole_years
from longwave.measure.inputs import by_period, missing
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import spell

NAME = "security"
NEEDS = ("data_breaches",)
USES = ("breached_records",)


def measure_security(panel: Panel, area: str) -> Measurement:
    """Breaches of an area by year, over all kinds and for each kind.

    Table: data_breaches, breached_records, and data_breaches_<n> for the kinds in the order of their sums (the units name
    them). Estimates: data_breaches_growth and, for the largest kind, data_breaches_growth_largest_kind (log points a year).
    Test: breaches_poisson.
    """
    rows = _rows(panel, area, "data_breaches")
    if rows.empty:
        return Measurement(NAME, "security", area, pd.DataFrame(), refusals=(missing("data_breaches", area),))
    if (rows["value"] < 0).any():
        bad = Refusal(NAME, say("drivers.negative_counts"), say("measure.check_figures"))
        return Measurement(NAME, "security", area, pd.DataFrame(), refusals=(bad,))
    wide = rows.pivot_table(index="year", columns="item", values="value", aggfunc="sum")
    # A kind without a row in a year that has rows was not reported that year: no event, which is a count of zero.
    total = wide.sum(axis=1)
    records = _rows(panel, area, "breached_records")
    table = pd.DataFrame({"data_breaches": total})
    if not records.empty:
        table["breached_records"] = records.groupby("year")["value"].sum()
    kinds = [str(name) for name in wide.sum().sort_values(ascending=False).index if name]
    for rank, kind in enumerate(kinds, start=1):
        table[f"data_breaches_{rank}"] = wide[kind]
    sources = tuple(sorted(set(rows["source"]) | set(records.get("source", ()))))
    whole, first, last = whole_years(_unbroken(total))
    trend = _trend(whole)
    estimates: list[Estimate] = []
    tests: tuple[TestResult, ...] = ()
    refusals: list[Refusal] = []
    if isinstance(trend, CountTrend):
        estimates.append(_estimate("data_breaches_growth", trend, whole, sources))
        tests = (_dispersion(trend, whole, sources),)
    else:
        refusals.append(trend)
    findings = list(_findings(area, table, whole, trend, first, last))
    if kinds and len(kinds) > 1:
        findings += _largest_kind(area, wide.fillna(0.0).loc[whole.index], kinds[0], sources, estimates)
    findings.append(say("drivers.reporting_law", area=area_names(area)))
    units = {"data_breaches": "incidents", "breached_records": "persons"}
    units |= {f"data_breaches_{rank}": f"incidents: {kind}" for rank, kind in enumerate(kinds, start=1)}
    return Measurement(
        NAME,
        "security",
        area,
        by_period(table),
        {name: units[name] for name in table.columns},
        tuple(estimates),
        tuple(findings),
        tuple(refusals),
        sources,
        tests,
    )


def _rows(panel: Panel, area: str, variable: str) -> pd.DataFrame:
    """Yearly figures over all kinds; where a total is published beside its kinds, the kinds alone are added up."""
    frame = panel.select(area=area, variable=variable).frame
    yearly = frame["period"].str.fullmatch(r"\d{4}") & frame["value"].notna()
    frame = frame[(yearly & (frame["status"] != str(Status.FORECAST))).to_numpy(bool)]
    if (frame["item"] != "").any():
        frame = frame[frame["item"] != ""]
    return frame.assign(year=frame["period"].astype(int))


def _unbroken(total: pd.Series) -> pd.Series:
    """The last run of years without a hole: a missing year is not a year without breaches."""
    run = np.cumsum(np.diff(total.index.to_numpy(), prepend=total.index[0] - 1) != 1)
    return pd.Series(total[run == run[-1]])


def _trend(counts: pd.Series) -> CountTrend | Refusal:
    if len(counts) < FEWEST:
        return Refusal("data_breaches_growth", say("measure.short_trend", count=len(counts), fewest=FEWEST))
    if counts.sum() <= 0:
        return Refusal("data_breaches_growth", say("drivers.no_events"))
    return count_trend(counts)


def _estimate(name: str, trend: CountTrend, counts: pd.Series, sources: tuple[str, ...]) -> Estimate:
    method = say(
        "drivers.method_counts",
        first=str(counts.index[0]),
        last=str(counts.index[-1]),
        dispersion=trend.dispersion,
    )
    sample = Sample(len(counts), str(counts.index[0]), str(counts.index[-1]))
    return Estimate(
        name,
        trend.growth,
        trend.low,
        trend.high,
        "share a year",
        method,
        sample,
        grade_of(len(counts)),
        0.95,
        sources,
    )


def _dispersion(trend: CountTrend, counts: pd.Series, sources: tuple[str, ...]) -> TestResult:
    return TestResult(
        "breaches_poisson",
        say("drivers.null_poisson"),
        trend.statistic,
        trend.p_value <= 0.05,
        say("drivers.method_dispersion"),
        Sample(len(counts), str(counts.index[0]), str(counts.index[-1])),
        trend.p_value,
        sources=sources,
    )


def _findings(
    area: str,
    table: pd.DataFrame,
    whole: pd.Series,
    trend: CountTrend | Refusal,
    first: int | None,
    last: int | None,
) -> Iterator[Message]:
    name = area_names(area)
    yield say(
        "drivers.breaches_level",
        area=name,
        count=float(whole.iloc[-1]),
        period=str(whole.index[-1]),
        then=float(whole.iloc[0]),
        since=str(whole.index[0]),
    )
    if isinstance(trend, CountTrend):
        key = "grew" if trend.low > 0 else "fell" if trend.high < 0 else "unclear"
        yield say(
            f"drivers.breaches_{key}",
            area=name,
            span=spell(str(whole.index[0]), str(whole.index[-1])),
            pace=abs(float(np.expm1(trend.growth))) if key != "unclear" else float(np.expm1(trend.growth)),
            low=float(np.expm1(trend.low)),
            high=float(np.expm1(trend.high)),
        )
    if last is not None:
        yield say(
            "drivers.partial_last", area=name, period=str(last), count=float(table["data_breaches"][last])
        )
    if first is not None:
        yield say("drivers.partial_first", area=name, period=str(first))
    if "breached_records" in table and table["breached_records"].sum() > 0:
        records = table["breached_records"].dropna()
        yield say(
            "drivers.records",
            area=name,
            span=spell(str(records.index[0]), str(records.index[-1])),
            total=float(records.sum()) / 1e6,
            year=str(records.idxmax()),
            share=float(records.max() / records.sum()),
        )


def _largest_kind(
    area: str, wide: pd.DataFrame, kind: str, sources: tuple[str, ...], estimates: list[Estimate]
) -> Iterator[Message]:
    counts = wide[kind]
    trend = _trend(counts)
    yield say(
        "drivers.largest_kind",
        area=area_names(area),
        kind=kind,
        now=float(counts.iloc[-1] / wide.iloc[-1].sum()),
        period=str(counts.index[-1]),
        then=float(counts.iloc[0] / wide.iloc[0].sum()) if wide.iloc[0].sum() > 0 else 0.0,
        since=str(counts.index[0]),
    )
    if isinstance(trend, CountTrend):
        estimates.append(_estimate("data_breaches_growth_largest_kind", trend, counts, sources))


MEASURES.register(NAME)(Measure(NAME, "security", NEEDS, measure_security, USES))
