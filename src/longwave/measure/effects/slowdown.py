"""The slow-down over causes: how much of a country's change of growth its states' changes account for, and the rest.

Two splits of the difference of mean growth of output per worker between two stretches:

- By the diagram's arrows. The part of a state is b (x_later - x_earlier): b the coefficient of its own arrow onto growth
  (the effect over the standard deviation that it is told for), the same for every country, x the area's mean of the state
  in the windows before those of the stretch, as in the arrow's regression. Only arrows take part that are estimated and
  that no check speaks against (an effect, or none with its bound); the others are left out by name. Catching up and common
  years are not taken out: the first cannot be told within a country from a passing swing, the second has no explanation.
  What is left is the rest, and parts and rest add up to the difference exactly. The bounds of the rest are those that the
  parts leave when each stands at its bound at once.
- By accounts (`accounting_split`): capital deepening, hours, human capital and total factor productivity, exact by
  identity and without an interval because nothing is estimated.

A rest that is larger than the parts is a finding: the measured states do not account for the slow-down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Grade, Refusal
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.effects.arrow import Arrow, ArrowState, Effects
from longwave.measure.effects.indicators import DIMENSIONS, DRIVERS
from longwave.measure.effects.table import WINDOW, CountryTable, earlier
from longwave.measure.effects.words import signed
from longwave.measure.inputs import Input, not_positive, take, yearly_changes
from longwave.measure.measurement import Measurement
from longwave.measure.productivity.accounting import growth_accounts
from longwave.measure.spans import spell

NAME = "slow_down_split"
ACCOUNTS = "slow_down_accounts"
_UNIT = "share a year"
_COVERED = 2 / 3
"""A state takes part where it is known before this part of each span's windows."""
_GRADES = (Grade.A, Grade.B, Grade.C, Grade.D)

Stretch = tuple[int, int]


def slow_down_split(
    effects: Effects, panel: Panel, area: str, earlier_years: Stretch, later_years: Stretch
) -> Measurement:
    """The split of an area's change of growth by the diagram's arrows, and by accounts where the inputs are there.

    earlier_years, later_years: first and last year of each stretch. Table: index = part (each state by its indicator's
    name, `rest`, `total`; then `accounts_...` where the accounts can be made), columns contribution, contribution_low,
    contribution_high (fractions a year; bounds empty where nothing is estimated, the rest's too where no arrow can be used).
    Estimates: one a part with an interval. Refused where a stretch has no window with growth.
    """
    found = _by_arrows(effects, area, earlier_years, later_years)
    accounts = accounting_split(panel, area, earlier_years, later_years)
    refusals = [one for one in (found, accounts) if isinstance(one, Refusal)]
    rows: dict[str, tuple[float, float, float]] = {}
    estimates: tuple[Estimate, ...] = ()
    findings: list[Message] = []
    sources: tuple[str, ...] = ()
    if isinstance(found, _Split):
        rows |= found.rows()
        estimates = tuple(found.estimates())
        findings += _told(area, found, earlier_years, later_years)
        sources = found.sources
    if isinstance(accounts, pd.Series):
        rows |= {f"accounts_{name}": (float(value), np.nan, np.nan) for name, value in accounts.items()}
        findings.append(_accounts_told(area, accounts, earlier_years, later_years))
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["contribution", "contribution_low", "contribution_high"]
    )
    table.index.name = "item"
    return Measurement(
        NAME,
        "effects",
        area,
        table,
        dict.fromkeys(table.columns, _UNIT),
        estimates,
        tuple(findings),
        tuple(refusals),
        sources or tuple(panel.select(area=area, variable="real_gdp").sources()),
    )


@dataclass(frozen=True, eq=False)
class _Share:
    """What one arrow's state accounts for, as fractions a year."""

    arrow: Arrow
    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class _Split:
    """The parts, the whole, the nodes left out for want of the area's figures and because their arrow cannot be used,
    and the last years of the windows compared."""

    parts: tuple[_Share, ...]
    total: float
    left_out: tuple[tuple[str, ...], tuple[str, ...]]
    windows: tuple[tuple[str, ...], tuple[str, ...]]
    sources: tuple[str, ...]

    @property
    def rest(self) -> tuple[float, float, float]:
        """The rest and its bounds, which are empty where nothing was estimated."""
        value = self.total - sum(one.value for one in self.parts)
        if not self.parts:
            return value, np.nan, np.nan
        low = self.total - sum(one.high for one in self.parts)
        return value, low, self.total - sum(one.low for one in self.parts)

    @property
    def grade(self) -> Grade:
        """That of the weakest arrow, B at most: the coefficients are those of other countries too."""
        return max((Grade.B, *(one.arrow.grade for one in self.parts)), key=_GRADES.index)

    def rows(self) -> dict[str, tuple[float, float, float]]:
        rows = {one.arrow.indicator: (one.value, one.low, one.high) for one in self.parts}
        return rows | {"rest": self.rest, "total": (self.total, np.nan, np.nan)}

    def estimates(self) -> Iterator[Estimate]:
        for one in self.parts:
            sample = one.arrow.sample
            if sample is None:
                continue
            method = say(
                "effects.method_split",
                indicator=say(f"effects.indicator_{one.arrow.indicator}"),
                countries=one.arrow.clusters,
                first=sample.first,
                last=sample.last,
            )
            name = f"part_{one.arrow.indicator}"
            yield Estimate(
                name,
                one.value,
                one.low,
                one.high,
                _UNIT,
                method,
                sample,
                self.grade,
                one.arrow.level,
                self.sources,
            )
        samples = [one.arrow.sample for one in self.parts if one.arrow.sample is not None]
        if samples:
            fewest = min(samples, key=lambda sample: sample.observations)
            level = min(one.arrow.level for one in self.parts)
            method = say("effects.method_split_rest")
            yield Estimate("part_rest", *self.rest, _UNIT, method, fewest, self.grade, level, self.sources)


def _by_arrows(effects: Effects, area: str, early: Stretch, late: Stretch) -> _Split | Refusal:
    table = effects.table
    growth = table.growth["growth"]
    if growth.empty or area not in growth.columns:
        return Refusal(NAME, say("effects.split_no_growth", area=area_names(area)))
    ends = (_windows(growth[area], *early), _windows(growth[area], *late))
    for own, (first, last) in zip(ends, (early, late), strict=True):
        if not own:
            span = spell(str(first), str(last))
            return Refusal(NAME, say("effects.split_no_window", area=area_names(area), span=span))
    means = [float(growth[area].loc[own].mean()) for own in ends]
    parts: list[_Share] = []
    lacking: list[str] = []
    spoiled: list[str] = []
    for node, arrow in _onto_growth(effects).items():
        if not usable(arrow):
            spoiled.append(node)
        elif (step := _step(table, arrow.indicator, area, ends)) is None:
            lacking.append(node)
        else:
            parts.append(_share(arrow, step))
    used = {name for one in parts for name in one.arrow.sources}
    own_sources = {name for need in ("real_gdp", "employment") for name in table.sources.get(need, ())}
    return _Split(
        tuple(parts),
        means[1] - means[0],
        (tuple(lacking), tuple(spoiled)),
        (tuple(map(str, ends[0])), tuple(map(str, ends[1]))),
        tuple(sorted(used | own_sources)),
    )


def _onto_growth(effects: Effects) -> dict[str, Arrow]:
    """The diagram's arrow onto growth from every node but productivity, which is a part of growth itself."""
    nodes = [node for node in dict.fromkeys((*DRIVERS, *DIMENSIONS)) if node != "productivity"]
    drawn = {arrow.source: arrow for arrow in effects.diagram() if arrow.target == "growth"}
    return {node: drawn[node] for node in nodes if node in drawn}


def usable(arrow: Arrow) -> bool:
    """Whether an arrow's number may stand for a cause: estimated, and no check speaks against it."""
    return arrow.state in {ArrowState.EFFECT, ArrowState.NO_EFFECT} and not arrow.flawed


def _share(arrow: Arrow, step: float) -> _Share:
    scale = step / (arrow.deviation or np.nan)
    value, *bounds = (scale * (one or 0.0) for one in (arrow.effect, arrow.low, arrow.high))
    return _Share(arrow, value, min(bounds), max(bounds))


def _windows(growth: pd.Series, first: int, last: int) -> list[int]:
    """Windows that lie within a stretch with more than half of their years."""
    return [
        int(end)
        for end in growth.dropna().index
        if min(end, last) - max(end - WINDOW + 1, first) + 1 > WINDOW / 2
    ]


def _step(table: CountryTable, name: str, area: str, ends: tuple[list[int], list[int]]) -> float | None:
    """Change of the area's state between the windows before each stretch's; None where too few of them have figures."""
    means = table.means[name]
    if means.empty or area not in means.columns:
        return None
    before = earlier(means)[area].dropna()
    there = [before.reindex(own).dropna() for own in ends]
    if any(len(have) < _COVERED * len(own) for have, own in zip(there, ends, strict=True)):
        return None
    return float(there[1].mean() - there[0].mean())


def _told(area: str, split: _Split, early: Stretch, late: Stretch) -> Iterator[Message]:
    whole: dict[str, Value] = {
        "area": area_names(area),
        "early": spell(str(early[0]), str(early[1])),
        "late": spell(str(late[0]), str(late[1])),
        "early_windows": split.windows[0],
        "late_windows": split.windows[1],
        "total": signed(100 * split.total),
    }
    if not split.parts:
        yield say("effects.split_bare", **whole)
    else:
        rest, low, high = (signed(100 * one) for one in split.rest)
        parts = tuple(map(_part_told, split.parts))
        yield say("effects.split", **whole, parts=parts, rest=rest, low=low, high=high)
        if not any(one.low > 0 or one.high < 0 for one in split.parts):
            yield say("effects.split_nothing_clear", area=area_names(area))
        countries = max(one.arrow.clusters for one in split.parts)
        yield say("effects.split_caveat", area=area_names(area), countries=countries)
    for kind, nodes in zip(("left_out", "spoiled"), split.left_out, strict=True):
        if nodes:
            yield say(
                f"effects.split_{kind}",
                area=area_names(area),
                nodes=tuple(say(f"effects.node_{node}") for node in nodes),
            )


def _part_told(one: _Share) -> Message:
    return say(
        "effects.split_part",
        name=say(f"effects.indicator_{one.arrow.indicator}"),
        value=signed(100 * one.value),
        low=signed(100 * one.low),
        high=signed(100 * one.high),
    )


def accounting_split(panel: Panel, area: str, early: Stretch, late: Stretch) -> pd.Series | Refusal:
    """Change of mean growth of output per person employed by accounts, as fractions a year.

        dln(Y/N) = s_K dln(K/N) + s_L dln H + s_L dln Q + dln A

    Index: capital_deepening, hours, human_capital, tfp, total; the four add up to total exactly. A Refusal where an input
    is missing or a stretch has no year with accounts.
    """
    names = ("real_gdp", "capital_services", "employment", "labour_share")
    given = {name: take(panel, area, name) for name in (*names, "hours_per_worker", "human_capital")}
    for name in names:
        one = given[name]
        if isinstance(one, Refusal):
            return Refusal(ACCOUNTS, one.reason, one.mend)
        if name != "labour_share" and (bad := not_positive(one)):
            return Refusal(ACCOUNTS, bad.reason, bad.mend)
    known = {name: one.values for name, one in given.items() if isinstance(one, Input)}
    accounts = growth_accounts(
        known["real_gdp"],
        known["capital_services"],
        known["employment"],
        known["labour_share"],
        known.get("hours_per_worker"),
        known.get("human_capital"),
    )
    persons = yearly_changes(known["employment"], log=True).reindex(accounts.index)
    parts = pd.DataFrame(
        {
            "capital_deepening": accounts["contribution_capital"] - (1 - accounts["labour_share"]) * persons,
            "hours": accounts["contribution_hours"].fillna(0.0),
            "human_capital": accounts["contribution_human_capital"].fillna(0.0),
            "tfp": accounts["growth_tfp"],
        }
    )
    parts["total"] = accounts["growth_output"] - persons
    before, after = parts.loc[early[0] : early[1]], parts.loc[late[0] : late[1]]
    if before.empty or after.empty:
        lacking = early if before.empty else late
        span = spell(str(lacking[0]), str(lacking[1]))
        return Refusal(ACCOUNTS, say("effects.split_no_window", area=area_names(area), span=span))
    return after.mean() - before.mean()


def _accounts_told(area: str, parts: pd.Series, early: Stretch, late: Stretch) -> Message:
    return say(
        "effects.split_accounts",
        area=area_names(area),
        early=spell(str(early[0]), str(early[1])),
        late=spell(str(late[0]), str(late[1])),
        **{str(name): signed(100 * float(value)) for name, value in parts.items()},
    )
