"""The slow-down over causes: how much of a country's change of growth its states' changes account for, and the rest.

Two splits of the difference of mean growth of output per worker between two stretches:

- By estimated effects. One joint regression over all countries (five-year windows, country and window effects,
  level at the start) gives b; the part of a state is b_k (x_k,later - x_k,earlier), that of catching up
  c (ln y,later - ln y,earlier), that of the years f,later - f,earlier (what happened to all countries alike, without
  an explanation), and the rest is what remains: the parts add up to the difference exactly. In a linear model every order
  of taking the parts gives the same, so that this is at once the Oaxaca-Blinder and the Shapley split. Intervals: whole
  countries drawn anew.
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
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.effects.arrow import Effects
from longwave.measure.effects.indicators import DIMENSIONS, DRIVERS, INDICATORS, Indicator
from longwave.measure.effects.table import WINDOW, CountryTable, earlier, stacked
from longwave.measure.effects.within import Matrix, Vector, sweep, tidy
from longwave.measure.effects.within import Sample as Rows
from longwave.measure.inputs import Input, not_positive, take, yearly_changes
from longwave.measure.measurement import Measurement
from longwave.measure.productivity.accounting import growth_accounts
from longwave.measure.spans import spell

NAME = "slow_down_split"
ACCOUNTS = "slow_down_accounts"
DRAWS = 999
_FEWEST_COUNTRIES = 20
_UNIT = "share a year"
_COVERED = 2 / 3
"""A state is in the split where it is known before this part of each span's windows: else a gain in parts would be bought
with another question, the growth of other years."""

Stretch = tuple[int, int]


def slow_down_split(
    effects: Effects, panel: Panel, area: str, earlier_years: Stretch, later_years: Stretch
) -> Measurement:
    """The split of an area's change of growth by estimated effects, and by accounts where the inputs are there.

    earlier_years, later_years: first and last year of each stretch. Table: index = part (each state by its indicator's
    name, `catching_up`, `common_years`, `rest`, `total`; then `accounts_...` where the accounts can be made), columns
    contribution, contribution_low, contribution_high (fractions a year; bounds empty where nothing is estimated). Estimates:
    one a part with an interval. Refused where a stretch has no window with growth, or no state is there in both.
    """
    found = _by_effects(effects, area, earlier_years, later_years)
    accounts = accounting_split(panel, area, earlier_years, later_years)
    refusals = [one for one in (found, accounts) if isinstance(one, Refusal)]
    rows: dict[str, tuple[float, float, float]] = {}
    estimates: tuple[Estimate, ...] = ()
    findings: list[Message] = []
    sources: tuple[str, ...] = ()
    if isinstance(found, _Split):
        rows |= found.rows()
        estimates = tuple(found.estimates(earlier_years, later_years))
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
class _Split:
    """Parts in order, draws by parts for their intervals, the nodes left out for want of figures and because a
    check spoke against their arrow, and the last years of the windows compared."""

    names: tuple[str, ...]
    values: Vector
    draws: Matrix
    total: float
    clusters: int
    observations: int
    left_out: tuple[tuple[str, ...], tuple[str, ...]]
    windows: tuple[tuple[str, ...], tuple[str, ...]]
    sources: tuple[str, ...]
    first: int
    last: int

    def rows(self) -> dict[str, tuple[float, float, float]]:
        bounds = np.quantile(self.draws, [0.025, 0.975], axis=0)
        rows = {
            name: (float(value), float(low), float(high))
            for name, value, low, high in zip(self.names, self.values, bounds[0], bounds[1], strict=True)
        }
        return rows | {"total": (self.total, np.nan, np.nan)}

    def estimates(self, early: Stretch, late: Stretch) -> Iterator[Estimate]:
        method = say(
            "effects.method_split",
            countries=self.clusters,
            first=str(self.first),
            last=str(self.last),
            draws=DRAWS,
        )
        sample = Sample(self.observations, str(early[0]), str(late[1]))
        grade = grade_of(self.clusters)
        for name, (value, low, high) in self.rows().items():
            if name != "total":
                yield Estimate(
                    f"part_{name}", value, low, high, _UNIT, method, sample, grade, 0.95, self.sources
                )


def _by_effects(effects: Effects, area: str, early: Stretch, late: Stretch) -> _Split | Refusal:
    table = effects.table
    growth, start = table.growth["growth"], table.start["growth"]
    if growth.empty or area not in growth.columns:
        return Refusal(NAME, say("effects.split_no_growth", area=area_names(area)))
    ends = {which: _windows(growth[area], *years) for which, years in (("early", early), ("late", late))}
    if not ends["early"] or not ends["late"]:
        lacking = early if not ends["early"] else late
        return Refusal(
            NAME,
            say(
                "effects.split_no_window", area=area_names(area), span=spell(str(lacking[0]), str(lacking[1]))
            ),
        )
    used, left_out, flawed = _states(effects, area, ends)
    if len(table.countries) < _FEWEST_COUNTRIES:
        few = say("effects.split_few", countries=len(table.countries), fewest=_FEWEST_COUNTRIES)
        return Refusal(NAME, few)
    if not used:
        return Refusal(NAME, say("effects.split_no_states", area=area_names(area)))
    place = table.countries.index(area)
    clusters = 0
    while used:
        frames = [growth, *(earlier(table.means[one.name]) for one in used), start]
        values, units, times = stacked(frames, table.countries)
        sample = tidy(values[:, 0], values[:, 1:], units, times)
        own = {which: _own_rows(sample, place, ends[which]) for which in ends}
        clusters = sample.clusters
        if clusters >= _FEWEST_COUNTRIES and len(own["early"]) and len(own["late"]):
            return _divided(sample, own, used, (left_out, flawed), table)
        # The states have too few windows in common: the one that is known of fewest gives way.
        rarest = min(used, key=lambda one: int(table.means[one.name].notna().to_numpy().sum()))
        used.remove(rarest)
        left_out = (*left_out, rarest.node)
    return Refusal(NAME, say("effects.split_few", countries=clusters, fewest=_FEWEST_COUNTRIES))


def _windows(growth: pd.Series, first: int, last: int) -> list[int]:
    """Windows that lie within a stretch with more than half of their years."""
    return [
        int(end)
        for end in growth.dropna().index
        if min(end, last) - max(end - WINDOW + 1, first) + 1 > WINDOW / 2
    ]


def _states(
    effects: Effects, area: str, ends: dict[str, list[int]]
) -> tuple[list[Indicator], tuple[str, ...], tuple[str, ...]]:
    """The first indicator of each node that the area has before most windows of both stretches and whose arrow no check
    speaks against; the nodes that lack figures; the nodes that a check took out."""
    table = effects.table
    flawed = {arrow.indicator for arrow in effects.arrows if arrow.target == "growth" and arrow.flawed}
    used: dict[str, Indicator] = {}
    spoiled: list[str] = []
    nodes = [node for node in dict.fromkeys((*DRIVERS, *DIMENSIONS)) if node != "productivity"]
    for node in nodes:
        there = [one for one in INDICATORS if one.node == node and _there(table, one, area, ends)]
        sound = [one for one in there if one.name not in flawed and not one.mechanical]
        if sound:
            used[node] = sound[0]
        elif there:
            spoiled.append(node)
    lacking = tuple(node for node in nodes if node not in used and node not in spoiled)
    return list(used.values()), lacking, tuple(spoiled)


def _have(table: CountryTable, one: Indicator, area: str) -> set[int]:
    return {int(end) for end in table.means[one.name][area].dropna().index + WINDOW}


def _there(table: CountryTable, one: Indicator, area: str, ends: dict[str, list[int]]) -> bool:
    means = table.means[one.name]
    if means.empty or area not in means.columns:
        return False
    if (means.notna().sum(axis=1) >= _FEWEST_COUNTRIES).sum() < 2:
        return False
    have = _have(table, one, area)
    return all(len(have & set(wanted)) >= _COVERED * len(wanted) for wanted in ends.values())


def _own_rows(sample: Rows, place: int, ends: list[int]) -> Vector:
    return np.flatnonzero((sample.units == place) & np.isin(sample.times, ends)).astype(float)


def _divided(
    sample: Rows,
    own: dict[str, Vector],
    used: list[Indicator],
    left_out: tuple[tuple[str, ...], tuple[str, ...]],
    table: CountryTable,
) -> _Split:
    swept = sweep(sample)
    grams, moments = swept.blocks()
    rng = np.random.default_rng(0)
    g = len(grams)
    counts = np.vstack([np.ones(g), rng.multinomial(g, np.full(g, 1.0 / g), size=DRAWS)])
    gram = np.tensordot(counts, grams, axes=1)
    moment = counts @ moments
    size = np.sqrt(np.einsum("bii->bi", gram))
    size = np.where(size > 0, size, 1.0)
    # A ridge far below rounding keeps draws that miss a window from failing.
    scaled = gram / size[:, :, None] / size[:, None, :] + 1e-10 * np.eye(gram.shape[1])
    b = np.linalg.solve(scaled, (moment / size)[:, :, None])[:, :, 0] / size
    years = np.unique(sample.times)
    design = np.column_stack([sample.x, (sample.times[:, None] == years[None, 1:]).astype(float)])
    early, late = (own[which].astype(int) for which in ("early", "late"))
    step = design[late].mean(axis=0) - design[early].mean(axis=0)
    total = float(sample.y[late].mean() - sample.y[early].mean())
    k = sample.x.shape[1]
    parts = np.column_stack([b[:, :k] * step[:k], b[:, k:] @ step[k:]])
    rest = total - parts.sum(axis=1)
    every = np.column_stack([parts, rest])
    names = (*(one.name for one in used), "catching_up", "common_years", "rest")
    needs = {need for one in used for need in one.needs} | {"real_gdp", "employment"}
    sources = tuple(sorted({name for need in needs for name in table.sources.get(need, ())}))
    return _Split(
        names,
        every[0],
        every[1:],
        total,
        g,
        len(sample.y),
        left_out,
        (
            tuple(str(year) for year in np.sort(sample.times[early])),
            tuple(str(year) for year in np.sort(sample.times[late])),
        ),
        sources,
        int(sample.times.min()) - WINDOW + 1,
        int(sample.times.max()),
    )


def _told(area: str, split: _Split, early: Stretch, late: Stretch) -> Iterator[Message]:
    rows = split.rows()
    states = [name for name in split.names if name not in {"catching_up", "common_years", "rest"}]
    clear = [name for name in states if rows[name][1] > 0 or rows[name][2] < 0]
    yield say(
        "effects.split",
        area=area_names(area),
        early=spell(str(early[0]), str(early[1])),
        late=spell(str(late[0]), str(late[1])),
        early_windows=split.windows[0],
        late_windows=split.windows[1],
        total=100 * split.total,
        parts=tuple(
            say(
                "effects.split_part",
                name=say(f"effects.indicator_{name}"),
                value=100 * rows[name][0],
                low=100 * rows[name][1],
                high=100 * rows[name][2],
            )
            for name in states
        ),
        catching_up=100 * rows["catching_up"][0],
        common=100 * rows["common_years"][0],
        rest=100 * rows["rest"][0],
        low=100 * rows["rest"][1],
        high=100 * rows["rest"][2],
    )
    unexplained = rows["rest"][0] + rows["common_years"][0]
    if not clear:
        yield say("effects.split_nothing_clear", area=area_names(area), unexplained=100 * unexplained)
    for kind, nodes in zip(("left_out", "spoiled"), split.left_out, strict=True):
        if nodes:
            yield say(
                f"effects.split_{kind}",
                area=area_names(area),
                nodes=tuple(say(f"effects.node_{node}") for node in nodes),
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
        **{str(name): 100 * float(value) for name, value in parts.items()},
    )
