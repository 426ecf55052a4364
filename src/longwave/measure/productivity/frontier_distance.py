"""Distance to the world frontier: how much of what the best economies make with as much capital a worker an economy
makes itself, and whether it is catching up or the frontier is moving.

Data envelopment with constant returns, capital and labour as inputs and real GDP as output, against all economies
there are, each year anew; Malmquist productivity = efficiency change x technical change (Färe, Grosskopf, Norris and
Zhang 1994, who did this first for countries). Formulas in frontier/envelope.py and frontier/malmquist.py; intervals by
frontier/resampling.py.

Only figures at purchasing power parities are taken (output-side real GDP and capital of the Penn World Table, persons
engaged times human capital): real GDP at national prices is in another unit in every country, so that its levels
cannot be compared at all; market exchange rates would make rich countries look more productive than they are.
Economies with fewer than a million persons engaged do not make the frontier: among them are ports, banks and oil
wells whose output is not made by the capital and labour counted there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names, areas
from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.frontier.envelope import frontier_yield, frontier_yield_draws, hull
from longwave.measure.frontier.envelopment import Vector
from longwave.measure.frontier.resampling import WIDER, bandwidth, smooth_draws, without_bias
from longwave.measure.inputs import Input, by_period, not_positive, take
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, estimate, study
from longwave.measure.wording import pace, percents, years

NAME = "frontier_distance"
OUTPUT, CAPITAL, PERSONS, SCHOOLING = "gdp_ppp", "capital_stock_ppp", "employment", "human_capital"
NEEDS = (OUTPUT, CAPITAL, PERSONS)
SMALLEST = 1.0
"""Million persons engaged below which an economy does not make the frontier."""
FEWEST = 30
"""Economies without which there is no world frontier to speak of."""
DRAWS = 200
COVERAGE = "97%"
"""Share of simulated economies whose 95 % interval held their true efficiency: benchmarks/frontier_coverage.py."""
_RATE = "share a year"
_SHARE = "share of frontier output"


@dataclass(frozen=True, eq=False)
class World:
    """All economies of one year: capital and output a unit of labour, and which of them may make the frontier."""

    codes: tuple[str, ...]
    depth: Vector
    yields: Vector


def world_of(frame: pd.DataFrame, area: str, schooled: bool) -> dict[int, World]:
    """The world by year. frame: columns area, variable, year, value of one source a variable; schooled: labour is
    persons times human capital, and economies without that are left out. Economies below `SMALLEST` are left out,
    except `area` itself."""
    wide = frame.pivot_table(index=["year", "area"], columns="variable", values="value", aggfunc="first")
    needed = [*NEEDS, SCHOOLING] if schooled else list(NEEDS)
    wide = wide.reindex(columns=needed).dropna()
    wide = wide[(wide > 0).all(axis=1)]
    own = wide.index.get_level_values("area") == area
    wide = wide[(wide[PERSONS] >= SMALLEST) | own]
    labour = wide[PERSONS] * (wide[SCHOOLING] if schooled else 1.0)
    table = pd.DataFrame({"depth": wide[CAPITAL] / labour, "yields": wide[OUTPUT] / labour})
    return {
        int(str(year)): World(
            tuple(part.index.get_level_values("area")),
            part["depth"].to_numpy(float),
            part["yields"].to_numpy(float),
        )
        for year, part in table.groupby(table.index.get_level_values("year"))
    }


def distances(worlds: dict[int, World], area: str) -> pd.DataFrame:
    """Efficiency and the Malmquist index with its parts (as log changes from the year before), by year.

    Returns efficiency, efficiency_change, technical_change, malmquist (the last is the sum of the two before it; null
    where the year before is not there), economies.
    """
    own = {year: _place(world, area) for year, world in worlds.items() if area in world.codes}
    found = {}
    for year, (depth, made) in own.items():
        world = worlds[year]
        here = made / _best(world, depth)
        row = [here, np.nan, np.nan, np.nan, float(len(world.codes))]
        if year - 1 in own:
            before, (d0, m0) = worlds[year - 1], own[year - 1]
            then = m0 / _best(before, d0)
            forward, backward = made / _best(before, depth), m0 / _best(world, d0)
            row[1] = float(np.log(here / then))
            row[2] = float(0.5 * np.log(forward / here * then / backward))
            row[3] = row[1] + row[2]
        found[year] = row
    columns = ["efficiency", "efficiency_change", "technical_change", "malmquist", "economies"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).sort_index()


def efficiency_interval(
    world: World, area: str, seed: int, level: float = 0.95
) -> tuple[float, float, float]:
    """Efficiency of an economy without the estimated bias, and the bounds of its interval: the union of that of Simar and
    Wilson and of the score without the economies that make the frontier there."""
    best = frontier_yield(world.depth, world.yields, world.depth)
    spread = np.maximum(best / world.yields, 1.0)
    rng = np.random.default_rng(seed)
    width = bandwidth(spread)
    depth, made = _place(world, area)
    # Each economy is moved along its output to a drawn distance from the frontier.
    seen, wide = (
        frontier_yield_draws(
            world.depth, world.yields * spread / smooth_draws(spread, kernel, rng, DRAWS), depth
        )[:, None]
        / made
        for kernel in (width, WIDER * width)
    )
    here = spread[[world.codes.index(area)]]
    corrected, low = without_bias(here, seen, wide, level)
    # One economy's error can move the frontier further than the draws do, so the interval reaches to the score without
    # those that make it here: taking out both moves it furthest.
    high = max(float(1 / here[0]), _without(world, area, frontier_makers(world, area)))
    return float(corrected[0]), float(low[0]), high


def measure_distance(panel: Panel, area: str) -> Measurement:
    """Distance of an area to the world frontier.

    Table: efficiency (with efficiency_low, efficiency_high, and efficiency_corrected without the estimated bias),
    efficiency_change, technical_change, malmquist (log changes a year), economies (how many make the frontier).
    Estimates: efficiency in the last year, the three changes by span.
    """
    given = {name: take(panel, area, name) for name in (*NEEDS, SCHOOLING)}
    lacks = [lack for name in NEEDS if isinstance(lack := given[name], Refusal)]
    if lacks:
        return _nothing(
            area, [Refusal(NAME, say("productivity.no_ppp", area=area_names(area)), lacks[0].mend), *lacks]
        )
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    if bad := [refusal for value in known.values() if (refusal := not_positive(value))]:
        return _nothing(area, bad)
    schooled = SCHOOLING in known
    names = [*NEEDS, SCHOOLING] if schooled else list(NEEDS)
    frame = panel.select(variable=names).frame
    frame = frame[frame["value"].notna() & frame["period"].str.fullmatch(r"\d{4}") & (frame["item"] == "")]
    frame = frame[~frame["area"].map(_aggregate)]
    # Another source may count capital or persons otherwise: only the area's own sources make its frontier.
    frame = frame[frame["source"] == frame["variable"].map({name: known[name].source for name in names})]
    worlds = world_of(frame.assign(year=frame["period"].astype(int)), area, schooled)
    worlds = {year: world for year, world in worlds.items() if len(world.codes) >= FEWEST}
    table = distances(worlds, area)
    if len(table) < 2:
        reason = say("productivity.few_economies", fewest=FEWEST)
        return _nothing(area, [Refusal(NAME, reason, say("productivity.few_economies_mend"))])
    intervals = {
        year: efficiency_interval(worlds[year], area, seed=year)
        for year in table.index
        if _spread(worlds[year])
    }
    bounds = pd.DataFrame.from_dict(
        intervals, orient="index", columns=["efficiency_corrected", "efficiency_low", "efficiency_high"]
    )
    table = table.join(bounds)[_ORDER]
    sources = tuple(dict.fromkeys(value.source for value in known.values()))
    observed = min(value.observed for value in known.values())
    studies = {
        name: study(table[name].dropna(), name, _RATE, sources, observed=observed)
        for name in ("malmquist", "efficiency_change", "technical_change")
    }
    level = _level(table, sources, observed)
    return Measurement(
        NAME,
        "productivity",
        area,
        by_period(table),
        units=dict.fromkeys(_ORDER[4:7], _RATE)
        | dict.fromkeys(_ORDER[:4], _SHARE)
        | {"economies": "economies"},
        estimates=(*level, *(one for each in studies.values() for one in each.estimates)),
        findings=tuple(_findings(area, table, worlds, studies, schooled)),
        refusals=tuple(_refusals(studies)),
        sources=sources,
    )


_ORDER = [
    "efficiency",
    "efficiency_low",
    "efficiency_high",
    "efficiency_corrected",
    "efficiency_change",
    "technical_change",
    "malmquist",
    "economies",
]


def _level(table: pd.DataFrame, sources: tuple[str, ...], observed: float) -> tuple[Estimate, ...]:
    """Efficiency in the last year, as an estimate; none where no interval could be made."""
    last = table.iloc[-1]
    if not np.isfinite(last["efficiency_low"]):
        return ()
    year = str(table.index[-1])
    value, low, high = (
        float(last[name]) for name in ("efficiency_corrected", "efficiency_low", "efficiency_high")
    )
    count = int(last["economies"])
    interval = Interval(value, min(low, value), max(high, value), 0.0)
    # A cross-section of many economies, but modelled accounts: never better than fair.
    grade = max(grade_of(count, observed), Grade.B)
    method = say("productivity.method_efficiency", count=count, draws=DRAWS, share=COVERAGE)
    return (
        estimate(f"efficiency_{year}", interval, _SHARE, method, Sample(count, year, year), grade, sources),
    )


def _findings(
    area: str, table: pd.DataFrame, worlds: dict[int, World], studies: dict[str, SpanStudy], schooled: bool
) -> Iterator[Message]:
    name = area_names(area)
    year = int(table.index[-1])
    last = table.iloc[-1]
    makers = frontier_makers(worlds[year], area)
    peers = tuple(area_names(code) for code in makers)
    labour = say("productivity.labour_schooled" if schooled else "productivity.labour_heads")
    if last["efficiency"] >= 1 - 1e-9:
        yield say(
            "productivity.on_frontier", area=name, year=str(year), labour=labour, count=int(last["economies"])
        )
    elif np.isfinite(last["efficiency_low"]):
        yield say(
            "productivity.distance",
            area=name,
            year=str(year),
            share=float(last["efficiency_corrected"]),
            low=float(last["efficiency_low"]),
            high=float(last["efficiency_high"]),
            count=int(last["economies"]),
            labour=labour,
        )
        yield say(
            "productivity.frontier_peers",
            seen=float(last["efficiency"]),
            peers=peers,
            without=_without(worlds[year], area, makers),
        )
    moved = {key: each.last for key, each in studies.items()}
    m, e, t = moved["malmquist"], moved["efficiency_change"], moved["technical_change"]
    if m is not None:
        yield say("productivity.malmquist_span", area=name, span=years(m), pace=pace(m), interval=percents(m))
    if m is not None and e is not None and t is not None:
        yield say(
            "productivity.malmquist_parts",
            catching=100 * e.value,
            catching_low=100 * e.low,
            catching_high=100 * e.high,
            frontier=100 * t.value,
            frontier_low=100 * t.low,
            frontier_high=100 * t.high,
        )
    yield say(
        "productivity.distance_then",
        area=name,
        first=str(table.index[0]),
        last=str(year),
        then=float(table["efficiency"].iloc[0]),
        now=float(last["efficiency"]),
    )
    yield say("productivity.frontier_caveat")


def _refusals(studies: dict[str, SpanStudy]) -> Iterator[Refusal]:
    """What could not be said, each with the name of what it is about."""
    for name, each in studies.items():
        for one in each.refusals:
            what = say(f"productivity.part_{name}")
            yield Refusal(
                one.subject, say("productivity.refused_part", what=what, reason=one.reason), one.mend
            )


def _without(world: World, area: str, left_out: tuple[str, ...]) -> float:
    """Efficiency of an area where some economies are taken out of the frontier."""
    keep = np.array([code not in left_out or code == area for code in world.codes])
    rest = World(tuple(np.array(world.codes)[keep]), world.depth[keep], world.yields[keep])
    depth, made = _place(rest, area)
    return made / _best(rest, depth)


def frontier_makers(world: World, area: str) -> tuple[str, ...]:
    """The one or two economies between which the frontier runs where an economy's capital a worker would put it."""
    corners, heights = hull(world.depth, world.yields)
    depth, _ = _place(world, area)
    right = int(np.searchsorted(corners, depth))
    near = {right - 1, right} if right < len(corners) else {len(corners) - 1}
    wanted = [(corners[one], heights[one]) for one in sorted(near) if one > 0]
    makers = [
        world.codes[int(np.flatnonzero((world.depth == c) & (world.yields == z))[0])] for c, z in wanted
    ]
    return tuple(makers)


def _place(world: World, area: str) -> tuple[float, float]:
    where = world.codes.index(area)
    return float(world.depth[where]), float(world.yields[where])


def _best(world: World, depth: float) -> float:
    return float(frontier_yield(world.depth, world.yields, np.array([depth]))[0])


def _spread(world: World) -> bool:
    best = frontier_yield(world.depth, world.yields, world.depth)
    return bool((best / world.yields > 1 + 1e-6).sum() >= 3)


def _aggregate(code: str) -> bool:
    known = areas().get(code)
    return known is not None and known.aggregate


def _nothing(area: str, refusals: list[Refusal]) -> Measurement:
    return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=tuple(refusals))


MEASURES.register(NAME)(Measure(NAME, "productivity", NEEDS, measure_distance, (SCHOOLING,), across=True))
