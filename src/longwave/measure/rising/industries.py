"""Emerging industries: which small parts of the economy have gained on the rest for twenty years, by stated
rules.

An industry *emerges* where all of these hold; it is *growing large* where only the last one does not:

1. its share of value added grew in the last ten years and in the ten before;
2. both windows show the gain also without their best year, so that no single leap made it;
3. it was small: its share before the two windows was below that of the middle industry.

Shares that only wander pass the first two rules now and then; how many would is said, each industry has its
interval, and those *beyond chance* among so many are named (false discovery rate of 10 per cent,
`longwave.measure.rising.gains`).

Value added is at current prices, so that a share can rise because a product becomes dear. Where volumes are
there, the industry's volume growth less that of the whole (Törnqvist, shares as weights) stands beside it,
and a gain without a gain of volume is said to be one of prices. Employment is a second look where it is
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.rising.gains import CHANCE, WINDOW, Gain, Gains, share_gains
from longwave.measure.rising.items import Items, take_items
from longwave.measure.skills.discovery import FALSE_RATE
from longwave.measure.spans import caution, spell
from longwave.measure.structure.industry_names import industry_name

NAME = "emerging_industries"
VALUE, EMPLOYMENT = "sector_value_added", "sector_employment"
VOLUMES = ("sector_value_added_constant", "sector_value_added_volume")
_BROAD = 20
"""Fewer industries than this are broad sectors."""

_TOLD = 6
"""Most industries told of in one sentence; the table holds all."""


def measure_emerging_industries(panel: Panel, area: str) -> Measurement:
    """Emerging industries of an area.

    Table, one row an industry: share_then, share_now (fractions of the whole), gain_before, gain, gain_whole
    (mean log change of the share a year in the two windows and in both) and acceleration, each with _low and
    _high; volume_gain (a year, in the last window), p_value, emerging, growing_large and beyond_chance (1 or
    0). Estimates: gain_<industry> of those that emerge or grow large. Of value added where it is there, else
    of employment.
    """
    refusals = []
    for variable in (VALUE, EMPLOYMENT):
        given = take_items(panel, area, variable)
        if isinstance(given, Refusal):
            refusals.append(given)
            continue
        found = share_gains(given.shares)
        if found is None or not found.measured:
            short = say("rising.short_items", count=2 * WINDOW + 1, area=area_names(area))
            refusals.append(Refusal(variable, short, say("rising.short_items_mend")))
            continue
        second = take_items(panel, area, EMPLOYMENT) if variable == VALUE else None
        return _measurement(
            area,
            Look(variable, given, found, _volume_gains(panel, area, given, found)),
            second if isinstance(second, Items) and _same_list(second, given) else None,
        )
    return Measurement(NAME, "rising", area, pd.DataFrame(), refusals=tuple(refusals))


@dataclass(frozen=True, eq=False)
class Look:
    """What was looked at: the variable, its items, their gains, and each one's volume growth less the
    whole's."""

    variable: str
    items: Items
    gains: Gains
    volumes: Mapping[str, float]

    @property
    def middle_share(self) -> float:
        return float(np.median([each.share_then for each in self.gains.measured]))

    def emerging(self) -> list[Gain]:
        return [one for one in self.gains.passing() if one.share_then < self.middle_share]

    def growing_large(self) -> list[Gain]:
        return [one for one in self.gains.passing() if one.share_then >= self.middle_share]


def relative_volume_growth(volumes: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Yearly log growth of each volume less the Törnqvist growth of the whole.

    volumes, shares: index = years, columns = items; growth of the whole = sum of (s_t + s_t-1) / 2 times log
    growth. Null in years in which an item lacks a figure above zero.
    """
    logs = volumes.where(volumes > 0).transform(np.log)
    growth = logs - logs.shift(1)
    both = shares.reindex(index=volumes.index, columns=volumes.columns)
    weights = (both + both.shift(1)) / 2
    whole = (weights * growth).sum(axis=1, min_count=volumes.shape[1]) / weights.sum(axis=1)
    return pd.DataFrame(growth.sub(whole, axis=0))


def _volume_gains(panel: Panel, area: str, given: Items, found: Gains) -> dict[str, float]:
    for variable in VOLUMES:
        volumes = take_items(panel, area, variable)
        if isinstance(volumes, Refusal) or not _same_list(volumes, given):
            continue
        table = volumes.values.reindex(index=given.values.index)[list(given.values.columns)]
        recent = relative_volume_growth(table, given.shares).loc[found.years[1] + 1 : found.years[2]]
        return {str(item): float(recent[item].mean()) for item in recent if bool(recent[item].notna().all())}
    return {}


def _same_list(one: Items, other: Items) -> bool:
    return set(other.values.columns) <= set(one.values.columns)


def _measurement(area: str, look: Look, employment: Items | None) -> Measurement:
    emerging, large = look.emerging(), look.growing_large()
    table = gains_table(look.gains)
    table["volume_gain"] = pd.Series(look.volumes, dtype=float).reindex(table.index)
    for name, members in (("emerging", emerging), ("growing_large", large)):
        table[name] = table.index.isin([one.item for one in members]).astype(float)
    source = look.items.source
    return Measurement(
        NAME,
        "rising",
        area,
        table,
        units={
            **GAIN_UNITS,
            "volume_gain": "share a year",
            "emerging": "1 = yes",
            "growing_large": "1 = yes",
        },
        estimates=tuple(
            gain_estimate(one, look.gains, look.items.observed, source) for one in (*emerging, *large)
        ),
        findings=(*_findings(area, look, emerging, large), *_employment_told(look, employment, emerging)),
        refusals=tuple(
            Refusal(item, say("rising.item_passed_over", item=industry_name(item)))
            for item in look.gains.passed_over
        ),
        sources=(source,),
        tests=tuple(gain_test(one, look.gains, source) for one in (*emerging, *large)),
    )


_GAINS = ("gain_before", "gain", "gain_whole", "acceleration")
GAIN_UNITS = {
    "share_then": "share of the whole",
    "share_now": "share of the whole",
    **{f"{name}{end}": "share a year" for name in _GAINS for end in ("", "_low", "_high")},
    "p_value": "probability",
    "beyond_chance": "1 = yes",
}


def gains_table(found: Gains) -> pd.DataFrame:
    """Every item that could be measured, those that gained most over both windows first."""
    rows = {}
    for one in sorted(found.measured, key=lambda each: (-each.whole.value, each.item)):
        row = {"share_then": one.share_then, "share_now": one.share_now}
        for name, interval in zip(_GAINS, (one.earlier, one.later, one.whole, one.change), strict=True):
            row |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
        rows[one.item] = {
            **row,
            "p_value": one.p_value,
            "beyond_chance": float(one.item in found.beyond_chance),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.Index(list(rows), name="item", dtype=object)
    return table


def gain_estimate(gain: Gain, found: Gains, observed: float, source: str) -> Estimate:
    """The mean gain a year over both windows."""
    whole = gain.whole
    return Estimate(
        f"gain_{slug(gain.item)}",
        whole.value,
        whole.low,
        whole.high,
        "share a year",
        say("rising.method_gain", count=2 * WINDOW, caution=caution(whole.persistence)),
        _sample(found),
        grade_of(2 * WINDOW, observed),
        whole.level,
        (source,),
    )


def gain_test(gain: Gain, found: Gains, source: str) -> TestResult:
    """Whether an item's gain is beyond chance among all that were looked at."""
    half = (gain.whole.high - gain.whole.low) / 2
    return TestResult(
        f"gain_{slug(gain.item)}",
        say("rising.null_gain", item=industry_name(gain.item)),
        gain.whole.value / half,
        gain.item in found.beyond_chance,
        say("rising.method_selected", count=len(found.measured), rate=FALSE_RATE),
        _sample(found),
        p_value=gain.p_value,
        level=FALSE_RATE,
        sources=(source,),
    )


def _sample(found: Gains) -> Sample:
    return Sample(2 * WINDOW, str(found.years[0] + 1), str(found.years[2]))


def slug(item: str) -> str:
    """An item's name as part of an estimate's name."""
    return re.sub(r"[^a-z0-9]+", "_", item.lower()).strip("_") or "item"


def _findings(area: str, look: Look, emerging: list[Gain], large: list[Gain]) -> Iterator[Message]:
    count = len(look.gains.measured)
    words: dict[str, Value] = {
        "area": area_names(area),
        "count": count,
        "span": spell(str(look.gains.years[0]), str(look.gains.years[2])),
        "what": say(f"rising.of_{look.variable}"),
        "listed": say("rising.listed", name=look.items.listed)
        if look.items.listed
        else say("measure.nothing"),
    }
    if emerging:
        yield say("rising.emerging", items=told(emerging, look.volumes), **words)
        if large:
            yield say("rising.growing_large", items=told(large, look.volumes))
    elif large:
        yield say("rising.large_only", items=told(large, look.volumes), **words)
    else:
        yield say("rising.none_emerging", **words)
    if emerging or large:
        yield beyond(look.gains, [*emerging, *large])
    if count < _BROAD:
        yield say("rising.broad", count=count)
    yield say("rising.rules", window=WINDOW)


def beyond(found: Gains, passing: list[Gain]) -> Message:
    """How many of those that pass the rules are beyond chance, and how many chance alone would bring."""
    sure = tuple(industry_name(one.item) for one in passing if one.item in found.beyond_chance)
    words: dict[str, Value] = {
        "number": len(passing),
        "count": len(found.measured),
        "expected": CHANCE * len(found.measured),
        "rate": FALSE_RATE,
    }
    if not sure:
        return say("rising.none_beyond", **words)
    if len(sure) == len(passing):
        return say("rising.all_beyond", **words)
    return say("rising.some_beyond", items=sure, **words)


def told(gains: list[Gain], volumes: Mapping[str, float]) -> tuple[Message, ...]:
    """Items with their shares and pace, and a word where the gain is one of prices alone."""
    words = []
    for one in gains[:_TOLD]:
        volume = volumes.get(one.item)
        price = volume is not None and volume <= 0
        words.append(
            say(
                "rising.item",
                item=industry_name(one.item),
                then=one.share_then,
                now=one.share_now,
                pace=one.whole.value,
                low=one.whole.low,
                high=one.whole.high,
                price=say("rising.by_price") if price else say("measure.nothing"),
            )
        )
    if len(gains) > _TOLD:
        words.append(say("rising.and_more", count=len(gains) - _TOLD))
    return tuple(words)


def _employment_told(look: Look, employment: Items | None, emerging: list[Gain]) -> Iterator[Message]:
    if employment is None or not emerging:
        return
    shares = employment.shares
    first, last = look.gains.years[0], min(look.gains.years[2], int(shares.index.max()))
    if first not in shares.index or last - first < WINDOW:
        return
    moved = (shares.loc[last] - shares.loc[first]).to_numpy(float)
    moves: dict[str, float] = dict(zip(map(str, shares.columns), map(float, moved), strict=True))
    named = [one.item for one in emerging if np.isfinite(moves.get(one.item, np.nan))]
    up = tuple(industry_name(item) for item in named if moves[item] > 0)
    down = tuple(industry_name(item) for item in named if moves[item] <= 0)
    span = spell(str(first), str(last))
    if up:
        yield say("rising.employment_too", items=up, span=span)
    if down:
        yield say("rising.employment_not", items=down, span=span)


MEASURES.register(NAME)(
    Measure(NAME, "rising", (), measure_emerging_industries, (VALUE, EMPLOYMENT, *VOLUMES))
)
