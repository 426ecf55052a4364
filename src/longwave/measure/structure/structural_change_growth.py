"""What moving between industries gave to labour productivity: from the first year to the last, within and structural.

With s_i the share of employment and LP_i productivity of industry i, between two years 0 and 1 (McMillan and Rodrik 2011):

    dLP / LP0 = sum s_i0 dLP_i / LP0  +  sum LP_i1 ds_i / LP0
                within                   structural = static (LP_i0) + dynamic (dLP_i)

both in proportion to ln(LP1 / LP0) over the years between, so that they add up to the mean log growth a year.
`productivity_by_industry` splits each year against the one before and averages; over decades the two differ, because
here people are counted where they ended, at the productivity of the end. For chained volumes, which do not add up over
industries, the same with p_i s_i for s_i, p_i the relative price (Tang and Wang 2004), is given beside.

The interval: the parts are functions of the sums of yearly log steps of productivity, persons and prices. Their
first-order weights turn each year's steps into one number whose mean is the part itself; the interval is that of a mean
of a persistent series (`intervals`).

Below zero, the structural part says that people moved to where output a person is lower: misallocation by the rule of
McMillan and Rodrik. It uses average productivity where marginal would be wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.intervals import FEWEST, Interval, Noise, Stretch
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.productivity.by_industry import (
    INDEX,
    NOMINAL,
    PERSONS,
    VOLUME,
    Levels,
    read_levels,
    shift_share,
)
from longwave.measure.productivity.industries import Industries, take_industries
from longwave.measure.spans import caution, estimate, spell
from longwave.measure.structure.industry_names import industry_name
from longwave.measure.wording import clear

NAME = "structural_change_growth"
PARTS = (
    "labour_productivity_growth",
    "within_growth",
    "structural_growth",
    "structural_static_growth",
    "structural_dynamic_growth",
    "without_workers_growth",
)
RECENT = 10
"""Years of the recent span; it is given where the data hold as many before it."""

_RATE = "share a year"
_MAKERS = frozenset({"manufacturing", "man", "c"})
_STEP = 1e-5

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ends:
    """What the split needs of one year: share (of employment, or p_i s_i) and level (productivity) by industry, alone
    (output of industries without workers, per worker of the whole)."""

    share: pd.Series
    level: pd.Series
    alone: float

    @property
    def whole(self) -> float:
        return float((self.share * self.level).sum()) + self.alone


def long_difference(before: Ends, after: Ends, years: int) -> dict[str, float]:
    """The PARTS between two years, log growth a year: within, structural and without workers add up to growth, static
    and dynamic to structural. Raises ValueError where productivity of the whole is not positive."""
    if not (before.whole > 0 and after.whole > 0 and years > 0):
        raise ValueError("productivity of the whole must be positive, and the years apart")
    within, static, dynamic = (
        float(part.sum()) for part in shift_share((before.share, after.share), (before.level, after.level))
    )
    own = before.whole - before.alone
    parts = [part * own / before.whole for part in (within, static, dynamic)]
    alone = (after.alone - before.alone) / before.whole
    growth = after.whole / before.whole - 1
    # ln(1 + g) / g, which is 1 where nothing grew.
    scale = (float(np.log1p(growth)) / growth if abs(growth) > 1e-12 else 1.0) / years
    figures = (growth, parts[0], parts[1] + parts[2], parts[1], parts[2], alone)
    return {name: scale * figure for name, figure in zip(PARTS, figures, strict=True)}


@dataclass(frozen=True, eq=False)
class _Run:
    """Years without a gap: persons, productivity and relative price by industry, output without workers a worker."""

    persons: pd.DataFrame
    level: pd.DataFrame
    price: pd.DataFrame
    alone: pd.Series

    @property
    def share(self) -> pd.DataFrame:
        """Share of employment."""
        return self.persons.div(self.persons.sum(axis=1), axis=0)

    def ends(self, year: int) -> Ends:
        persons, price = pd.Series(self.persons.loc[year]), pd.Series(self.price.loc[year])
        share = pd.Series(persons / persons.sum() * price)
        return Ends(share, pd.Series(self.level.loc[year]), float(self.alone[year]))

    def since(self, year: int) -> _Run:
        return _Run(
            self.persons.loc[year:], self.level.loc[year:], self.price.loc[year:], self.alone.loc[year:]
        )

    @property
    def years(self) -> list[int]:
        return [int(year) for year in self.persons.index]

    def split(self) -> dict[str, float]:
        first, last = self.years[0], self.years[-1]
        return long_difference(self.ends(first), self.ends(last), last - first)

    def steps(self) -> Vector:
        """Yearly log steps of persons, levels and prices, and yearly steps of what is produced without workers: years x
        features. Of persons, not of shares: where the whole grows evenly, shares bend."""
        logs = [np.log(frame.to_numpy(float)) for frame in (self.persons, self.level, self.price)]
        return np.diff(np.column_stack([*logs, self.alone.to_numpy(float)]), axis=0)

    def moved(self, total: Vector) -> dict[str, float]:
        """The parts, had the steps added up to `total`."""
        n, first = self.persons.shape[1], self.years[0]
        start = self.ends(first)
        persons = pd.Series(self.persons.loc[first]) * np.exp(total[:n])
        price = pd.Series(self.price.loc[first]) * np.exp(total[2 * n : 3 * n])
        end = Ends(
            persons / persons.sum() * price,
            start.level * np.exp(total[n : 2 * n]),
            start.alone + float(total[3 * n]),
        )
        return long_difference(start, end, self.years[-1] - first)

    def yearly(self) -> pd.DataFrame:
        """Each part as yearly figures whose mean is the part: its value, plus the weight of each year's steps less
        their mean."""
        steps = self.steps()
        total, count = steps.sum(axis=0), len(steps)
        value = pd.Series(self.split())
        slopes = np.empty((len(PARTS), len(total)))
        for at in range(len(total)):
            nudge = np.zeros(len(total))
            nudge[at] = _STEP
            up, down = self.moved(total + nudge), self.moved(total - nudge)
            slopes[:, at] = [(up[name] - down[name]) / (2 * _STEP) for name in PARTS]
        around = count * (steps - steps.mean(axis=0)) @ slopes.T
        return pd.DataFrame(around + value[list(PARTS)].to_numpy(), index=self.years[1:], columns=list(PARTS))


def measure_structural_change(panel: Panel, area: str) -> Measurement:
    """Labour productivity growth over all whole years, split into within industries and between them.

    Table, one row an industry: employment_share_then and _now, relative_productivity_then and _now (1 = the whole),
    within and structural (log growth a year of the whole; the structural part of an industry is measured from the
    whole's productivity, so that gaining workers counts only above it). Estimates: the PARTS, with suffix ``_recent`` over
    the last ten years, gead_within_growth and gead_structural_growth where prices are there, and
    manufacturing_employment_share_change (a year). Test: structural_change_is_neutral.
    """
    levels = read_levels(panel, area)
    if isinstance(levels, Refusal):
        return Measurement(NAME, "structure", area, pd.DataFrame(), refusals=(_ours(panel, area, levels),))
    run = _run(levels)
    if run is None:
        reason = say("input_output.short_run", area=area_names(area), fewest=FEWEST)
        return Measurement(NAME, "structure", area, pd.DataFrame(), refusals=(Refusal(NAME, reason),))
    sources = tuple(dict.fromkeys(each.source for each in levels.used))
    observed = min(each.observed for each in levels.used)
    estimates = list(_estimates(run, "", observed, sources))
    last = run.years[-1]
    if len(run.years) > 2 * RECENT:
        estimates += _estimates(run.since(last - RECENT), "_recent", observed, sources)
    refusals, priced = [], _run(levels, priced=True)
    if priced is None:
        reason = (
            levels.nominal.reason if isinstance(levels.nominal, Refusal) else say("productivity.no_prices")
        )
        refusals.append(Refusal("gead_structural_growth", reason))
    else:
        estimates += _priced(priced, observed, (*sources, *_source(levels)))
    estimates += _makers(run, observed, sources)
    found = {one.name: one for one in estimates}
    return Measurement(
        NAME,
        "structure",
        area,
        _table(run),
        units={
            "employment_share_then": "share of employment",
            "employment_share_now": "share of employment",
            "relative_productivity_then": "ratio to the whole",
            "relative_productivity_now": "ratio to the whole",
            "within": _RATE,
            "structural": _RATE,
        },
        estimates=tuple(estimates),
        findings=tuple(_findings(area, found, levels, run)),
        refusals=tuple(refusals),
        sources=tuple(dict.fromkeys((*sources, *_source(levels)))),
        tests=tuple(_tests(found)),
    )


def _ours(panel: Panel, area: str, refusal: Refusal) -> Refusal:
    """The same refusal, of this measure; where index numbers of volumes are there, that these have no levels."""
    if isinstance(take_industries(panel, area, INDEX), Industries):
        return Refusal(NAME, say("productivity.no_levels"), say("productivity.no_levels_mend"))
    return Refusal(NAME, refusal.reason, refusal.mend)


def _source(levels: Levels) -> tuple[str, ...]:
    return (levels.nominal.source,) if isinstance(levels.nominal, Industries) else ()


def _run(levels: Levels, *, priced: bool = False) -> _Run | None:
    """The last years without a gap, of industries with workers; None where they are too few, or have no prices."""
    volume, persons = levels.volume, levels.persons
    price = volume * 0.0 + 1.0
    if priced:
        relative = levels.relative_prices()
        if relative is None:
            return None
        price = relative
    breaks = np.flatnonzero(np.diff(volume.index) != 1)
    start = int(breaks[-1]) + 1 if len(breaks) else 0
    years = volume.index[start:]
    hands = [item for item in persons.columns if item not in levels.idle]
    level = volume.loc[years, hands] / persons.loc[years, hands]
    if len(years) <= FEWEST or (level <= 0).any().any():
        return None
    alone = (volume * price).drop(columns=hands).sum(axis=1) / persons.sum(axis=1)
    return _Run(persons.loc[years, hands], level, price.loc[years, hands], alone.loc[years])


def _estimates(run: _Run, suffix: str, observed: float, sources: tuple[str, ...]) -> Iterator[Estimate]:
    yearly = run.yearly()
    for name in PARTS:
        if name == "without_workers_growth" and not run.alone.abs().max() > 0:
            continue
        yield _mean(f"{name}{suffix}", yearly[name], observed, sources, "input_output.method_structural")


def _mean(name: str, yearly: pd.Series, observed: float, sources: tuple[str, ...], method: str) -> Estimate:
    values, years = yearly.to_numpy(float), yearly.index.to_numpy(np.int64)
    stretch = Stretch(years, values)
    mean = float(values.mean())
    sure = Interval(mean, mean, mean, 0.0)
    interval = sure if stretch.constant else Noise([stretch]).mean(0)
    sample = Sample(len(values), str(years[0] - 1), str(years[-1]))
    told = say(method, count=len(values), caution=caution(interval.persistence))
    return estimate(name, interval, _RATE, told, sample, grade_of(len(values), observed), sources)


def _priced(run: _Run, observed: float, sources: tuple[str, ...]) -> Iterator[Estimate]:
    yearly = run.yearly()
    for name in ("within_growth", "structural_growth"):
        once = tuple(dict.fromkeys(sources))
        yield _mean(f"gead_{name}", yearly[name], observed, once, "input_output.method_priced")


def _makers(run: _Run, observed: float, sources: tuple[str, ...]) -> Iterator[Estimate]:
    """How the share of manufacturing in employment moves, over all years and lately."""
    named = [item for item in run.share.columns if str(item).strip().casefold() in _MAKERS]
    if len(named) != 1:
        return
    moves = run.share[named[0]].diff().dropna()
    name, method = "manufacturing_employment_share_change", "input_output.method_share"
    yield _mean(name, moves, observed, sources, method)
    if len(moves) >= 2 * RECENT:
        yield _mean(f"{name}_recent", moves.iloc[-RECENT:], observed, sources, method)


def _table(run: _Run) -> pd.DataFrame:
    first, last = run.years[0], run.years[-1]
    before, after = run.ends(first), run.ends(last)
    growth = after.whole / before.whole - 1
    scale = (float(np.log1p(growth)) / growth if abs(growth) > 1e-12 else 1.0) / (last - first)
    table = pd.DataFrame(
        {
            "employment_share_then": before.share,
            "employment_share_now": after.share,
            "relative_productivity_then": before.level / before.whole,
            "relative_productivity_now": after.level / after.whole,
            "within": scale * before.share * (after.level - before.level) / before.whole,
            "structural": scale * (after.share - before.share) * (after.level - after.whole) / before.whole,
        }
    )
    table.index = pd.Index([str(item) for item in table.index], name="item", dtype=object)
    return table.sort_values("structural", ascending=False, kind="stable")


def _tests(found: dict[str, Estimate]) -> Iterator[TestResult]:
    for suffix in ("", "_recent"):
        one = found.get(f"structural_growth{suffix}")
        half = (one.high - one.low) / 2 if one is not None else 0.0
        if one is None or half == 0:
            continue
        yield TestResult(
            f"structural_change_is_neutral{suffix}",
            say("input_output.null_neutral"),
            one.value / half,
            clear(one),
            say("input_output.method_neutral"),
            one.sample,
            critical=1.0,
            sources=one.sources,
        )


def _findings(area: str, found: dict[str, Estimate], levels: Levels, run: _Run) -> Iterator[Message]:
    name = area_names(area)
    for suffix in ("", "_recent"):
        if f"structural_growth{suffix}" not in found:
            continue
        part = found[f"structural_growth{suffix}"]
        yield say(
            "input_output.structural",
            area=name,
            span=spell(part.sample.first, part.sample.last),
            growth=100 * found[f"labour_productivity_growth{suffix}"].value,
            within=100 * found[f"within_growth{suffix}"].value,
            structural=100 * part.value,
            low=100 * part.low,
            high=100 * part.high,
            verdict=_verdict(part),
        )
    if levels.idle:
        alone = found["without_workers_growth"]
        yield say(
            "input_output.without_workers",
            items=tuple(industry_name(item) for item in levels.idle),
            points=100 * alone.value,
        )
    gead = found.get("gead_structural_growth")
    whole = found["structural_growth"]
    if gead is not None and _sense(gead) != _sense(whole):
        yield say(
            "input_output.prices_differ",
            points=100 * gead.value,
            low=100 * gead.low,
            high=100 * gead.high,
        )
    makers = found.get("manufacturing_employment_share_change_recent")
    if makers is not None:
        yield say(
            "input_output.makers",
            area=name,
            points=100 * makers.value,
            low=100 * makers.low,
            high=100 * makers.high,
            span=spell(makers.sample.first, makers.sample.last),
        )


def _verdict(part: Estimate) -> Message:
    if _sense(part) == 0:
        return say("input_output.structural_unclear")
    return say("input_output.structural_helps" if part.value > 0 else "input_output.structural_harms")


def _sense(one: Estimate) -> int:
    """1: above zero, -1: below, 0: cannot be told."""
    return 0 if not clear(one) else (1 if one.value > 0 else -1)


MEASURES.register(NAME)(
    Measure(NAME, "structure", (), measure_structural_change, (VOLUME, PERSONS, NOMINAL, INDEX))
)
