"""Change of productivity of a user's units from period to period: catching up with the best, and the best moving on.

Formulas in frontier/malmquist.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.frontier.malmquist import Malmquist, MalmquistDraws, malmquist, resample_malmquist
from longwave.measure.measurement import MEASURES, Measurement, TableMeasure
from longwave.measure.productivity.own_units import OUTPUTS, Units, columns, left_out, read_units

NAME = "malmquist"
PARTS = ("productivity", "efficiency_change", "technical_change", "pure_change", "scale_change")
DRAWN = PARTS[:3]
_SOLVED = 60_000
"""Linear programmes that the draws of a table may take: some ten seconds."""
COVERAGE = "85-92%"
"""Share of simulated means whose 95 % interval held the truth: benchmarks/frontier_coverage.py."""
_FACTOR = "factor, 1 = no change"


@dataclass(frozen=True, eq=False)
class _Link:
    """Two neighbouring periods: the units in both, their change, and the draws around it where they could be made."""

    first: str
    last: str
    names: tuple[str, ...]
    change: Malmquist
    drawn: MalmquistDraws | None


def measure_malmquist(table: pd.DataFrame) -> Measurement:
    """Malmquist productivity of a user's units.

    table: unit, period, output (to output_4), input (to input_5). Result: index = unit and period together, columns
    unit, period, productivity, efficiency_change, technical_change (factors from the period before, with _low and
    _high where draws could be made), pure_change, scale_change. Estimates: the geometric means over units of the
    first three, for each period.
    """
    units = read_units(table, NAME)
    if isinstance(units, Refusal):
        return _nothing(units)
    periods = sorted(units.rows["period"].unique())
    if len(periods) < 2:
        return _nothing(Refusal(NAME, say("productivity.one_period")))
    links, refusals = _links(units, periods)
    if not links:
        return _nothing(*refusals)
    frame = pd.concat([_rows(link) for link in links])
    lost = frame["productivity"].isna()
    if lost.any():
        refusals.append(
            Refusal("productivity", say("productivity.infeasible", rows=tuple(frame.index[lost][:5])))
        )
    if not any(link.drawn for link in links):
        refusals.append(Refusal("productivity_interval", say("productivity.few_for_draws")))
    kept = frame[~lost]
    return Measurement(
        NAME,
        "productivity",
        "",
        kept,
        units={name: "" if name in {"unit", "period"} else _FACTOR for name in kept.columns},
        estimates=tuple(one for link in links for one in _estimates(link)),
        findings=(*_findings(kept, links), *left_out(units)),
        refusals=tuple(refusals),
    )


def _links(units: Units, periods: list[str]) -> tuple[list[_Link], list[Refusal]]:
    links: list[_Link] = []
    refusals: list[Refusal] = []
    for first, last in pairwise(periods):
        before = units.rows[units.rows["period"] == first].set_index("unit")
        after = units.rows[units.rows["period"] == last].set_index("unit")
        both = before.index.intersection(after.index)
        if len(both) < 2:
            refusals.append(Refusal(NAME, say("productivity.few_common", first=first, last=last)))
            continue
        tables = units.pair(before.loc[both]), units.pair(after.loc[both])
        change = malmquist(*tables)
        solved = len(both) * 4
        draws = int(np.clip(_SOLVED // (solved * (len(periods) - 1)), 0, 200))
        fit = len(both) >= 8 and draws >= 100 and _varied(change)
        drawn = None
        if fit:
            try:
                drawn = resample_malmquist(*tables, draws=draws)
            except ValueError:
                # Too few units inside the frontier of this link: it stays without an interval, and that is said.
                drawn = None
        links.append(_Link(first, last, tuple(map(str, both)), change, drawn))
    return links, refusals


def _varied(change: Malmquist) -> bool:
    return bool(np.isfinite(change.productivity).all() and np.ptp(change.productivity) > 0)


def _rows(link: _Link) -> pd.DataFrame:
    data: dict[str, object] = {"unit": list(link.names), "period": link.last}
    for part in PARTS:
        data[part] = getattr(link.change, part)
        if part in DRAWN:
            low, high = (np.nan, np.nan) if link.drawn is None else getattr(link.drawn, part)
            data[f"{part}_low"], data[f"{part}_high"] = low, high
    return pd.DataFrame(
        data, index=pd.Index([f"{name} {link.last}" for name in link.names], name="unit", dtype=object)
    )


def _estimates(link: _Link) -> Iterator[Estimate]:
    if link.drawn is None:
        return
    bounds = (
        link.drawn.mean_productivity,
        link.drawn.mean_efficiency_change,
        link.drawn.mean_technical_change,
    )
    count = len(link.names)
    for part, (low, high) in zip(DRAWN, bounds, strict=True):
        value = float(np.exp(np.log(getattr(link.change, part)).mean()))
        yield Estimate(
            f"mean_{part}_{link.last}",
            value,
            min(low, value),
            max(high, value),
            _FACTOR,
            say("productivity.method_malmquist", count=count, draws=link.drawn.draws, share=COVERAGE),
            Sample(count, link.first, link.last),
            max(grade_of(count), Grade.B),
        )


def _findings(kept: pd.DataFrame, links: list[_Link]) -> Iterator[Message]:
    for link in links[-3:]:
        rows = kept[kept["period"] == link.last]
        if rows.empty:
            continue
        means = np.exp(np.log(rows[list(DRAWN)]).mean())
        yield say(
            "productivity.malmquist_link",
            first=link.first,
            last=link.last,
            count=len(rows),
            productivity=float(means["productivity"]) - 1,
            catching=float(means["efficiency_change"]) - 1,
            frontier=float(means["technical_change"]) - 1,
        )


def _nothing(*refusals: Refusal) -> Measurement:
    return Measurement(NAME, "productivity", "", pd.DataFrame(), refusals=refusals)


MEASURES.register(NAME)(
    TableMeasure(NAME, "productivity", columns(OUTPUTS, period="needed"), measure_malmquist)
)
