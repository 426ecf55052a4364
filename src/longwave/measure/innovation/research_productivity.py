"""Research productivity: how much growth of total factor productivity a unit of research effort buys, and how fast
that falls.

    RP = g / S,   S = R&D spending / wage      (Bloom, Jones, Van Reenen and Webb 2020, equation 2)

g is the mean yearly log growth of total factor productivity of a period, S the effective number of researchers: how many
workers the spending could hire. Between two periods whose middles lie T years apart

    rate of decline = -ln(RP_later / RP_earlier) / T,   half-life = ln 2 / rate,   beta = rate / mean g

The choice of the wage that deflates spending is a first-order sensitivity (United States, 1930s to 2000s: 5.1% a year with
the pay of graduates, 4.4% with GDP per head), so the measure never gives one deflator alone. Spending being a share of
GDP, nominal GDP cancels: S = share * employment / labour share where the mean pay of a worker deflates, and
share * population where GDP per head does.

A ratio of two uncertain means has Fieller's (1954) interval, unbounded where the earlier growth cannot be told from zero.
Where productivity growth averages at or below zero, research productivity is not positive and has no rate of decline.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, outside, take
from longwave.measure.intervals import FEWEST, GROWTH_PERSISTENCE, Interval, Noise, Stretch
from longwave.measure.measurement import MEASURES, Column, Measure, Measurement, TableMeasure
from longwave.measure.productivity.accounting import account
from longwave.measure.spans import estimate, halves, sample_of

NAME = "research_productivity"
OWN = "research_productivity_own"
NEEDS = ("rd_intensity", "real_gdp", "capital_services", "employment", "labour_share")
USES = ("hours_per_worker", "human_capital", "population")
PAY, PER_HEAD = "pay", "per_head"
"""The deflators: mean pay of a worker, GDP per head."""


@dataclass(frozen=True, slots=True)
class Decline:
    """How research productivity fell between two periods.

    rate: a year, positive where it falls, with its interval; factor: how many times it was higher before; half_life:
    in years, infinite where it does not fall; beta: rate over the mean growth of the periods; growth_before,
    growth_after: mean growth of the two; effort: how many times the effective research rose; years: between the middles.
    """

    rate: Interval
    factor: float
    half_life: float
    beta: float
    growth_before: float
    growth_after: float
    effort: float
    years: float


def research_productivity(growth: np.ndarray, spending: np.ndarray, wage: np.ndarray) -> np.ndarray:
    """RP = g / (spending / wage), period by period.

    growth: as fractions a year; spending and wage: in one currency, above zero. Raises ValueError.
    """
    if (spending <= 0).any() or (wage <= 0).any():
        raise ValueError("spending and wage have to be above zero")
    return np.asarray(growth / (spending / wage))


def rate_of_decline(first: float, last: float, years: float) -> float:
    """-ln(last / first) / years. Raises ValueError where one of them is not above zero."""
    if first <= 0 or last <= 0 or years <= 0:
        raise ValueError("research productivity at or below zero has no rate of decline")
    return -math.log(last / first) / years


def half_life(rate: float) -> float:
    """ln 2 / rate in years; infinite where it does not fall."""
    return math.log(2) / rate if rate > 0 else math.inf


def decline(growth: pd.Series, effort: pd.Series, level: float = 0.95) -> Decline | Refusal:
    """Decline of research productivity from the first to the second half of the years that have both.

    growth: yearly, as fractions, by year; effort: effective number of researchers, above zero, by year. The mean growth
    of a half over the geometric mean of its effort. A Refusal where years are too few or growth averages near or
    below zero in either half, so that the interval of the rate would have no end.
    """
    both = pd.DataFrame({"growth": growth, "effort": effort}).dropna()
    if len(both) < 4 * FEWEST:
        return Refusal(
            NAME,
            say("innovation.too_few_years", count=len(both), fewest=4 * FEWEST),
            say("innovation.growth_near_zero_mend"),
        )
    if (both["effort"] <= 0).any():
        return Refusal(NAME, say("innovation.no_effort"), say("innovation.check_table"))
    early, late = halves(both["growth"])
    parts = [Stretch(part.index.to_numpy(np.int64), part.to_numpy(float)) for part in (early, late)]
    if any(part.constant for part in parts):
        return Refusal(NAME, say("innovation.constant_growth"), say("innovation.check_table"))
    noise = Noise(parts, GROWTH_PERSISTENCE)
    before, after = noise.mean(0, level), noise.mean(1, level)
    if before.low <= 0 or after.low <= 0:
        worst, part = (before, early) if before.low <= 0 else (after, late)
        return Refusal(
            NAME,
            say(
                "innovation.growth_near_zero",
                first=str(part.index[0]),
                last=str(part.index[-1]),
                growth=100 * worst.value,
                low=100 * worst.low,
                high=100 * worst.high,
            ),
            say("innovation.growth_near_zero_mend"),
        )
    logs = np.log(both["effort"])
    rise = float(logs.loc[late.index].mean() - logs.loc[early.index].mean())
    years = float(np.mean(late.index) - np.mean(early.index))
    bounds = [(rise - math.log(ratio)) / years for ratio in reversed(fieller(before, after))]
    rate = (rise - math.log(after.value / before.value)) / years
    mean = float(both["growth"].mean())
    return Decline(
        Interval(rate, bounds[0], bounds[1], noise.persistence, level),
        math.exp(rate * years),
        half_life(rate),
        rate / mean,
        before.value,
        after.value,
        math.exp(rise),
        years,
    )


def fieller(before: Interval, after: Interval) -> tuple[float, float]:
    """Fieller's bounds of after / before, two independent means above zero: all q with
    |after - q before| <= sqrt(h_after2 + q2 h_before2), h being half-widths. Raises ValueError where there is no bound.
    """
    h_before, h_after = (before.high - before.low) / 2, (after.high - after.low) / 2
    a = before.value**2 - h_before**2
    b = before.value * after.value
    c = after.value**2 - h_after**2
    inside = b * b - a * c
    if a <= 0 or c <= 0 or inside < 0:
        raise ValueError("a mean that cannot be told from zero leaves the ratio without bounds")
    root = math.sqrt(inside)
    return (b - root) / a, (b + root) / a


def measure_research_productivity(panel: Panel, area: str) -> Measurement:
    """Research productivity of an area under two deflators.

    Table: growth_tfp (share a year), rd_intensity (share of GDP), effort_pay and effort_per_head (effective researchers,
    millions). Estimates, for each deflator, from the first to the second half of the common years: research_productivity_
    decline_pay, ..._per_head (share a year, positive = falling), half_life_..., effort_growth_....
    """
    given = {
        name: take(panel, area, name) for name in ("rd_intensity", "employment", "labour_share", "population")
    }
    accounts = account(panel, area)
    refusals = [one for name, one in given.items() if isinstance(one, Refusal) and name != "population"]
    refusals += list(accounts.refusals) if accounts.table.empty else []
    research = given["rd_intensity"]
    if isinstance(research, Input) and (bad := outside(research)):
        refusals.append(bad)
    if refusals:
        return _nothing(area, tuple(refusals))
    known = {name: one for name, one in given.items() if isinstance(one, Input)}
    growth = accounts.table["growth_tfp"].astype(float)
    growth.index = growth.index.astype(int)
    table = pd.DataFrame({"growth_tfp": growth, "rd_intensity": known["rd_intensity"].values})
    share, persons = known["labour_share"].values, known["employment"].values
    table["effort_pay"] = table["rd_intensity"] * (persons / share).reindex(table.index)
    if "population" in known:
        people = known["population"].values.reindex(table.index)
        table["effort_per_head"] = table["rd_intensity"] * people * _millions(known["population"])
    table = table.dropna(subset=["growth_tfp", "rd_intensity", "effort_pay"])
    sources = tuple(dict.fromkeys([*accounts.sources, *(one.source for one in known.values())]))
    if table.empty:
        return _nothing(area, (Refusal(NAME, say("innovation.no_common_years")),))
    observed = min(one.observed for one in known.values())
    declines = {
        which: decline(table["growth_tfp"], table[f"effort_{which}"])
        for which in (PAY, PER_HEAD)
        if f"effort_{which}" in table
    }
    found = {which: one for which, one in declines.items() if isinstance(one, Decline)}
    lacks = tuple({one.reason.key: one for one in declines.values() if isinstance(one, Refusal)}.values())
    if PER_HEAD not in declines:
        lack = given["population"]
        lacks += (lack,) if isinstance(lack, Refusal) else ()
        lacks += (Refusal(f"{NAME}_decline", say("innovation.one_deflator")),)
        found = {}
    return Measurement(
        NAME,
        "innovation",
        area,
        by_period(table),
        units={
            "growth_tfp": "share a year",
            "rd_intensity": "share of GDP",
            "effort_pay": "million persons",
            "effort_per_head": "million persons",
        },
        estimates=tuple(_estimates(found, table, observed, sources)),
        findings=tuple(_findings(area_names(area), found, table)),
        refusals=lacks,
        sources=sources,
    )


def _millions(population: Input) -> float:
    """Persons are told in millions, as employment is."""
    return 1.0 if population.unit.startswith("million") else 1e-6


def _estimates(
    found: dict[str, Decline], table: pd.DataFrame, observed: float, sources: tuple[str, ...]
) -> Iterator[Estimate]:
    sample = sample_of(table["growth_tfp"])
    grade = grade_of(len(table), observed)
    for which, one in found.items():
        method = say(
            "innovation.method_decline", deflator=say(f"innovation.deflator_{which}"), count=len(table)
        )
        yield estimate(f"{NAME}_decline_{which}", one.rate, "share a year", method, sample, grade, sources)
        if one.rate.low > 0:
            life = Interval(
                one.half_life, half_life(one.rate.high), half_life(one.rate.low), one.rate.persistence
            )
            yield estimate(f"half_life_{which}", life, "years", method, sample, grade, sources)


def _findings(area: Message | object, found: dict[str, Decline], table: pd.DataFrame) -> Iterator[Message]:
    if len(found) < 2:
        return
    pay, head = found[PAY], found[PER_HEAD]
    words = {"first": str(table.index[0]), "last": str(table.index[-1])}
    falls = all(one.rate.low > 0 for one in (pay, head))
    rises = all(one.rate.high < 0 for one in (pay, head))
    key = "decline_clear" if falls else "rise_clear" if rises else "decline_unclear"
    mean, pay_low, pay_high = _told(pay.rate, falls)
    per_head, head_low, head_high = _told(head.rate, falls)
    yield say(
        f"innovation.{key}",
        area=area,  # type: ignore[arg-type]
        **words,
        pay=mean,
        pay_low=pay_low,
        pay_high=pay_high,
        head=per_head,
        head_low=head_low,
        head_high=head_high,
    )
    yield say(
        "innovation.effort_rose",
        pay=pay.effort,
        head=head.effort,
        before=100 * pay.growth_before,
        after=100 * pay.growth_after,
    )
    yield say("innovation.productivity_caution")


def _told(rate: Interval, falls: bool) -> tuple[float, float, float]:
    """A rate of decline in per cent with its bounds: as it stands where the sentence says "fell", else as a change, of
    which plus is up."""
    if falls:
        return 100 * rate.value, 100 * rate.low, 100 * rate.high
    return -100 * rate.value, -100 * rate.high, -100 * rate.low


def _nothing(area: str, refusals: tuple[Refusal, ...]) -> Measurement:
    return Measurement(NAME, "innovation", area, pd.DataFrame(), refusals=refusals)


COLUMNS = (
    Column("period", "period", say("innovation.column_period")),
    Column("growth", "number", say("innovation.column_growth")),
    Column("spending", "number", say("innovation.column_spending")),
    Column("wage", "number", say("innovation.column_wage")),
    Column("second_wage", "number", say("innovation.column_second_wage"), optional=True),
)


def measure_own(table: pd.DataFrame) -> Measurement:
    """Research productivity of a user's own table (a firm, an industry, a product), under one deflator or two.

    Table: growth, effort (by wage), productivity, and with second_wage effort_second and productivity_second. Estimates:
    research_productivity_decline_wage, ..._second_wage (share a year, positive = falling).
    """
    wages = [name for name in ("wage", "second_wage") if name in table and table[name].notna().any()]
    if "wage" not in wages:
        return _refused(say("innovation.no_rows"))
    rows = table.dropna(subset=["growth", "spending", *wages])
    if rows.empty:
        return _refused(say("innovation.no_rows"))
    years = pd.to_numeric(rows["period"].astype(str), errors="coerce")
    if years.isna().any():
        return _refused(say("innovation.not_yearly"))
    if years.duplicated().any():
        return _refused(
            say("innovation.period_twice", period=str(rows.loc[years.duplicated(), "period"].iloc[0]))
        )
    if (rows[["spending", *wages]] <= 0).any().any():
        return _refused(say("innovation.no_effort"))
    kept = rows.set_axis(years.astype(int)).sort_index()
    growth = kept["growth"].astype(float)
    efforts = {which: kept["spending"] / kept[which] for which in wages}
    declines = {which: decline(growth, effort) for which, effort in efforts.items()}
    shown, units = {"growth": growth}, {"growth": "share a year"}
    for which, effort in efforts.items():
        suffix = "" if which == "wage" else "_second"
        shown |= {f"effort{suffix}": effort, f"productivity{suffix}": growth / effort}
        units |= {f"effort{suffix}": "as given", f"productivity{suffix}": "share a year a unit of effort"}
    lacks = tuple({one.reason.key: one for one in declines.values() if isinstance(one, Refusal)}.values())
    findings = tuple(_own_findings(declines, growth, efforts))
    return Measurement(
        OWN,
        "innovation",
        "",
        by_period(pd.DataFrame(shown)),
        units=units,
        estimates=tuple(_own_estimates(declines, growth)),
        findings=(*findings, say("innovation.productivity_caution")) if findings else (),
        refusals=lacks,
    )


def _own_estimates(declines: dict[str, Decline | Refusal], growth: pd.Series) -> Iterator[Estimate]:
    for which, one in declines.items():
        if isinstance(one, Decline):
            deflator = say(f"innovation.deflator_{which}")
            method = say("innovation.method_decline", deflator=deflator, count=len(growth))
            name = f"{NAME}_decline_{which}"
            yield estimate(
                name, one.rate, "share a year", method, sample_of(growth), grade_of(len(growth)), ()
            )


def _own_findings(
    declines: dict[str, Decline | Refusal], growth: pd.Series, efforts: dict[str, pd.Series]
) -> Iterator[Message]:
    words = {"first": str(growth.index[0]), "last": str(growth.index[-1])}
    told = False
    for which, one in declines.items():
        deflator = say(f"innovation.deflator_{which}")
        if isinstance(one, Decline):
            falls = one.rate.low > 0
            key = "own_fell" if falls else "own_rose" if one.rate.high < 0 else "own_unclear"
            rate, low, high = _told(one.rate, falls)
            yield say(f"innovation.{key}", **words, deflator=deflator, rate=rate, low=low, high=high)
        elif one.reason.key == "innovation.constant_growth" and (growth > 0).all():
            rate = -100 * _plain_rate(growth, efforts[which])
            yield say("innovation.own_point", **words, deflator=deflator, rate=rate)
        else:
            continue
        told = True
    if told and len(declines) == 1:
        yield say("innovation.own_one_deflator")


def _plain_rate(growth: pd.Series, effort: pd.Series) -> float:
    """The rate of decline from the first to the second half, without an interval."""
    early, late = halves(growth)
    logs = np.log(effort)
    first, last = (float(part.mean() / math.exp(logs.loc[part.index].mean())) for part in (early, late))
    return rate_of_decline(first, last, float(np.mean(late.index) - np.mean(early.index)))


def _refused(reason: Message) -> Measurement:
    lack = Refusal(OWN, reason, say("innovation.check_table"))
    return Measurement(OWN, "innovation", "", pd.DataFrame(), refusals=(lack,))


MEASURES.register(NAME)(Measure(NAME, "innovation", NEEDS, measure_research_productivity, USES))
MEASURES.register(OWN)(TableMeasure(OWN, "innovation", COLUMNS, measure_own))
