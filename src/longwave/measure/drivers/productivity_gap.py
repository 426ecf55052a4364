"""The gap between frontier firms and laggards: whether new technology spreads from the best to the rest.

    gap_t = mean ln p of the frontier - mean ln p of the laggards, within an industry and year

The frontier is the most productive twentieth of an industry's firms in a year (at least five), the laggards
all others (Andrews,
Criscuolo and Gal 2016). Members change from year to year: the frontier is a place, not a list of firms, so a
widening gap is not that the same
firms pull away. Industries are averaged by their number of firms over the years that they all have. A user's
own table of firms.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.intervals import FEWEST, Noise, Stretch
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.spans import caution

NAME = "productivity_gap"
FRONTIER = 0.05
_FEWEST_FRONTIER = 5
_FEWEST_FIRMS = 20


def measure_gap(table: pd.DataFrame) -> Measurement:
    """The gap by year from columns `period`, `firm`, `productivity` (above zero) and, where given, `industry`.

    Table: index = period; frontier and laggards (mean logarithm of productivity, less its value in the first year), gap (log
    points), gap_low and gap_high (firms drawn anew), firms. Estimates: gap_<first>, gap_<last>, gap_trend
    (log points a year).
    """
    firms = table.dropna(subset=["period", "firm", "productivity"])
    if refusal := _unfit(firms):
        return Measurement(NAME, "adaptability", "", pd.DataFrame(), refusals=(refusal,))
    firms = firms.assign(
        log=np.log(firms["productivity"].to_numpy(float)),
        industry=firms["industry"].astype(str) if "industry" in firms else "",
    )
    cells, left_out = _cells(firms)
    if cells.empty:
        reason = say("drivers.gap_few", fewest=_FEWEST_FIRMS)
        return Measurement(
            NAME,
            "adaptability",
            "",
            pd.DataFrame(),
            refusals=(Refusal(NAME, reason, say("drivers.gap_few_mend")),),
        )
    frame = _by_year(cells)
    estimates = tuple(_estimates(frame))
    refusals = [] if len(estimates) > 1 else [_short(frame)]
    return Measurement(
        NAME,
        "adaptability",
        "",
        frame,
        {name: "firms" if name == "firms" else "log points" for name in frame.columns},
        estimates,
        tuple(_findings(frame, estimates, left_out)),
        tuple(refusals),
    )


def _unfit(firms: pd.DataFrame) -> Refusal | None:
    if firms.empty:
        return Refusal(NAME, say("drivers.gap_empty"), say("drivers.gap_few_mend"))
    if not firms["period"].astype(str).str.fullmatch(r"\d{4}").all():
        return Refusal(NAME, say("drivers.gap_not_yearly"), say("measure.not_yearly_mend"))
    if (firms["productivity"] <= 0).any():
        row = firms[firms["productivity"] <= 0].iloc[0]
        reason = say("drivers.gap_not_positive", firm=str(row["firm"]), period=str(row["period"]))
        return Refusal(NAME, reason, say("measure.check_figures"))
    if firms.duplicated(["period", "firm"]).any():
        row = firms[firms.duplicated(["period", "firm"])].iloc[0]
        reason = say("drivers.gap_twice", firm=str(row["firm"]), period=str(row["period"]))
        return Refusal(NAME, reason, say("measure.check_figures"))
    if firms["productivity"].nunique() == 1:
        return Refusal(NAME, say("drivers.gap_alike"), say("measure.check_figures"))
    return None


def _cells(firms: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """One row an industry and year: both means, the gap's sampling variance, how many firms; industries that miss a year or
    have too few firms in one are left out whole, so that years are compared over the same industries."""
    rng = np.random.default_rng(0)
    rows, dropped = [], 0
    every = sorted(firms["period"].astype(str).unique())
    for industry, part in firms.groupby("industry", sort=True):
        by_year = {str(year): group["log"].to_numpy(float) for year, group in part.groupby("period")}
        if set(by_year) != set(every) or min(len(values) for values in by_year.values()) < _FEWEST_FIRMS:
            dropped += 1
            continue
        for year in every:
            frontier, laggards = split(by_year[year])
            drawn = [np.subtract(*split(rng.choice(by_year[year], len(by_year[year])))) for _ in range(199)]
            rows.append(
                (industry, year, frontier, laggards, float(np.var(drawn, ddof=1)), len(by_year[year]))
            )
    columns = ["industry", "period", "frontier", "laggards", "variance", "firms"]
    return pd.DataFrame(rows, columns=columns), dropped


def split(logs: np.ndarray) -> tuple[float, float]:
    """Mean logarithm of the frontier and of the rest. Raises ValueError for fewer than six firms."""
    if len(logs) <= _FEWEST_FRONTIER:
        raise ValueError("six or more firms are needed")
    ordered = np.sort(logs)[::-1]
    top = max(_FEWEST_FRONTIER, round(FRONTIER * len(logs)))
    return float(ordered[:top].mean()), float(ordered[top:].mean())


def _by_year(cells: pd.DataFrame) -> pd.DataFrame:
    # Weights are fixed over the years, so that the gap cannot move because firms move between industries.
    weight = cells.groupby("industry")["firms"].mean()
    weight = weight / weight.sum()
    share = cells["industry"].map(weight)
    means = cells.assign(
        frontier=share * cells["frontier"],
        laggards=share * cells["laggards"],
        variance=share**2 * cells["variance"],
    )
    frame = means.groupby("period")[["frontier", "laggards", "variance", "firms"]].sum()
    gap, error = frame["frontier"] - frame["laggards"], np.sqrt(frame["variance"])
    return pd.DataFrame(
        {
            "frontier": frame["frontier"] - frame["frontier"].iloc[0],
            "laggards": frame["laggards"] - frame["laggards"].iloc[0],
            "gap": gap,
            "gap_low": gap - 1.96 * error,
            "gap_high": gap + 1.96 * error,
            "firms": frame["firms"].astype(float),
        }
    )


def _estimates(frame: pd.DataFrame) -> Iterator[Estimate]:
    periods = [str(period) for period in frame.index]
    for period in dict.fromkeys((periods[0], periods[-1])):
        row = {str(name): float(frame[name][period]) for name in frame.columns}
        yield Estimate(
            f"gap_{period}",
            row["gap"],
            row["gap_low"],
            row["gap_high"],
            "log points",
            say("drivers.method_gap", count=int(row["firms"]), frontier=FRONTIER),
            Sample(int(row["firms"]), period, period),
            grade_of(int(FRONTIER * row["firms"])),
        )
    years = np.array([int(period) for period in periods], dtype=np.int64)
    stretch = Stretch(years, frame["gap"].to_numpy(float), line=True)
    if len(years) <= FEWEST or stretch.constant:
        return
    noise = Noise([stretch])
    slope = noise.slope(0)
    yield Estimate(
        "gap_trend",
        slope.value,
        slope.low,
        slope.high,
        "log points a year",
        say("drivers.method_gap_trend", count=len(years), caution=caution(noise.persistence)),
        Sample(len(years), periods[0], periods[-1]),
        grade_of(len(years)),
    )


def _short(frame: pd.DataFrame) -> Refusal:
    return Refusal("gap_trend", say("measure.short_trend", count=len(frame), fewest=FEWEST + 1))


def _findings(frame: pd.DataFrame, estimates: tuple[Estimate, ...], left_out: int) -> Iterator[Message]:
    last = estimates[-1] if estimates[-1].name != "gap_trend" else estimates[-2]
    yield say(
        "drivers.gap",
        period=last.sample.last,
        times=float(np.exp(last.value)),
        low=float(np.exp(last.low)),
        high=float(np.exp(last.high)),
    )
    trend = next((one for one in estimates if one.name == "gap_trend"), None)
    if trend is not None:
        key = "widens" if trend.low > 0 else "narrows" if trend.high < 0 else "steady"
        yield say(
            f"drivers.gap_{key}",
            first=trend.sample.first,
            last=trend.sample.last,
            pace=100 * trend.value,
            low=100 * trend.low,
            high=100 * trend.high,
        )
    yield say("drivers.gap_place")
    if left_out:
        yield say("drivers.gap_left_out", count=left_out, fewest=_FEWEST_FIRMS)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "adaptability",
        (
            Column("period", "period", say("drivers.column_period")),
            Column("firm", "text", say("drivers.column_firm")),
            Column("productivity", "number", say("drivers.column_productivity")),
            Column("industry", "text", say("drivers.column_industry"), optional=True),
        ),
        measure_gap,
    )
)
