"""Labour productivity by industry: how much of its growth came within industries, and how much from labour moving
between them.

With LP = sum_i t_i LP_i, t_i the share of employment, each year against the one before (Fabricant 1942; the order of
de Vries, Timmer and de Vries 2015):

    dLP / LP0 = sum t_i0 dLP_i / LP0  +  sum dt_i LP_i0 / LP0  +  sum dt_i dLP_i / LP0
                within                   between, static          between, dynamic

Constant-price value added adds up over industries, chained volumes do not. For these the identity is LP = sum p_i t_i
LP_i with p_i the price of industry i relative to the whole (Tang and Wang 2004, "GEAD"): the same three terms with
p_i t_i for t_i. It is given beside where current prices are there too, with the whole a Törnqvist chain of the
industries. Where only index numbers of volumes and hours are there, levels of productivity cannot be compared between
industries, and only the part within can be known: sum w_i dln(V_i / H_i), w_i the mean share of nominal value added.

Industries with output but without workers of their own (dwellings that are lived in by their owners, in many tables)
have no labour productivity; what they add is shown by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period, missing, name_of
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.productivity.industries import Industries, take_industries
from longwave.measure.spans import SpanStudy, spell, study
from longwave.measure.wording import clear, percents, years

NAME = "productivity_by_industry"
VOLUME, NOMINAL, PERSONS = "sector_value_added_constant", "sector_value_added", "sector_employment"
INDEX, HOURS = "sector_value_added_volume", "sector_hours"
USES = (VOLUME, NOMINAL, PERSONS, INDEX, HOURS)
PARTS = ("within", "between_static", "between_dynamic", "without_workers")
_RATE = "share a year"


def shift_share(
    weights: tuple[pd.Series, pd.Series], levels: tuple[pd.Series, pd.Series]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Within, static and dynamic part by industry of the relative change of sum_i weight_i level_i.

    weights, levels: before and after, one entry an industry (employment shares, or p_i t_i for chained volumes; labour
    productivity). The three parts, summed over industries, add up to the change exactly. Raises ValueError where the
    whole before is not positive or the industries differ.
    """
    (w0, w1), (z0, z1) = weights, levels
    if not all(each.index.equals(w0.index) for each in (w1, z0, z1)):
        raise ValueError("weights and levels must be of the same industries")
    whole = float((w0 * z0).sum())
    if not whole > 0:
        raise ValueError("productivity of the whole must be positive")
    return w0 * (z1 - z0) / whole, (w1 - w0) * z0 / whole, (w1 - w0) * (z1 - z0) / whole


def decompose(
    volume: pd.DataFrame, persons: pd.DataFrame, prices: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The decomposition, year by year, of output a person.

    volume: value added at constant prices; persons: employment (missing or zero: no workers of their own); prices:
    for chained volumes, price of each industry's output relative to the whole. All: index = year, columns =
    industries. Returns, by later year, growth and the PARTS, which add up to it. Raises ValueError as `shift_share`.
    """
    weight = persons.div(persons.sum(axis=1), axis=0)
    if prices is not None:
        weight = weight * prices
    hands = list(persons.columns[(persons > 0).all() & persons.notna().all()])
    level = volume[hands] / persons[hands]
    shares = weight[hands]
    alone = volume.drop(columns=hands) if prices is None else (volume * prices).drop(columns=hands)
    extra = alone.sum(axis=1) / persons.sum(axis=1)
    found = {}
    for year in volume.index[1:]:
        if year - 1 not in volume.index:
            continue
        before = year - 1
        own = float((shares.loc[before] * level.loc[before]).sum())
        whole = own + float(extra[before])
        parts = shift_share((shares.loc[before], shares.loc[year]), (level.loc[before], level.loc[year]))
        within, static, dynamic = (float(part.sum()) * own / whole for part in parts)
        loose = float(extra[year] - extra[before]) / whole
        found[year] = [within + static + dynamic + loose, within, static, dynamic, loose]
    return pd.DataFrame.from_dict(found, orient="index", columns=["growth", *PARTS])


def relative_prices(volume: pd.DataFrame, nominal: pd.DataFrame) -> pd.DataFrame:
    """Price of each industry's output relative to the whole, which is a Törnqvist chain of the industries' volumes.

    volume, nominal: index = year without gaps, columns = industries, above zero. p_i = (N_i / V_i) / (N / Y), Y the
    chain, equal to the sum of volumes in its first year.
    """
    share = nominal.div(nominal.sum(axis=1), axis=0)
    mean = (share + share.shift()) / 2
    step = (mean * pd.DataFrame(np.log(volume)).diff()).sum(axis=1)
    whole = float(volume.iloc[0].sum()) * np.exp(step.cumsum())
    return (nominal / volume).div(nominal.sum(axis=1) / whole, axis=0)


def within_growth(index: pd.DataFrame, hours: pd.DataFrame, nominal: pd.DataFrame) -> pd.Series:
    """sum_i w_i dln(V_i / H_i), w_i the mean of this and last year's share of nominal value added, by later year.

    index, hours: index numbers above zero, nominal: value added at current prices; index = year, columns = industries.
    """
    share = nominal.div(nominal.sum(axis=1), axis=0)
    step = pd.DataFrame(np.log(index / hours)).diff()
    gap = pd.Series(index.index, index=index.index).diff() == 1
    return pd.Series(((share + share.shift()) / 2 * step).sum(axis=1)[gap], name="within")


@dataclass(frozen=True, eq=False)
class _Account:
    """One decomposition and what it rests on."""

    table: pd.DataFrame
    used: tuple[Industries, ...]
    refusals: tuple[Refusal, ...]
    kind: str
    count: int
    idle: tuple[str, ...] = ()

    @property
    def source(self) -> Message | str:
        """Who publishes the output that is divided by labour; it is never mixed with another source's labour."""
        return self.used[0].source or name_of(self.used[0].variable)


def measure_by_industry(panel: Panel, area: str) -> Measurement:
    """Labour productivity growth of an area by where it came from.

    Table: growth, within, between_static, between_dynamic, without_workers (relative changes a year, fractions; the
    four add up to growth), and gead_within, gead_static, gead_dynamic where prices are there; or within alone (a log
    change) where only index numbers are. Estimates: each part by span and its change.
    """
    account = _levels(panel, area)
    if isinstance(account, Refusal):
        lone = _indices(panel, area)
        if isinstance(lone, Refusal):
            return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=(account,))
        account = lone
    sources = tuple(dict.fromkeys(each.source for each in account.used))
    observed = min(each.observed for each in account.used)
    names = [
        name for name in ("growth", *PARTS) if name in account.table and account.table[name].abs().max() > 0
    ]
    studies = {
        name: study(account.table[name], _name(name), _RATE, sources, observed=observed) for name in names
    }
    return Measurement(
        NAME,
        "productivity",
        area,
        by_period(account.table),
        units=dict.fromkeys(account.table.columns, _RATE),
        estimates=tuple(one for each in studies.values() for one in each.estimates),
        findings=tuple(_findings(area, account, studies)),
        refusals=account.refusals + studies[names[0]].refusals,
        sources=sources,
    )


def _name(part: str) -> str:
    return "productivity_growth_by_industry" if part == "growth" else f"{part}_contribution"


@dataclass(frozen=True, eq=False)
class Levels:
    """Output and workers by industry in the years that are whole.

    volume: value added at constant prices; persons: employment, zero where an industry has no workers of its own; both
    index = year, the same columns; nominal: value added at current prices, or why there is none; used: where they came
    from; idle: industries without workers of their own.
    """

    volume: pd.DataFrame
    persons: pd.DataFrame
    nominal: Industries | Refusal
    used: tuple[Industries, ...]
    idle: tuple[str, ...]

    def relative_prices(self) -> pd.DataFrame | None:
        """`relative_prices` of these years; None where they lack a year or a price above zero."""
        if isinstance(self.nominal, Refusal):
            return None
        money = self.nominal.values.reindex(index=self.volume.index, columns=self.volume.columns)
        good = money.notna().all().all() and (money > 0).all().all() and (self.volume > 0).all().all()
        if not good or (np.diff(self.volume.index) != 1).any():
            return None
        return relative_prices(self.volume, money)


def read_levels(panel: Panel, area: str) -> Levels | Refusal:
    """Constant-price value added and persons by industry of one publisher, or why they cannot be divided."""
    volume = take_industries(panel, area, VOLUME)
    if isinstance(volume, Refusal):
        current = isinstance(take_industries(panel, area, NOMINAL), Industries)
        return _only_current(area) if current and volume.reason.key == "measure.missing" else volume
    persons = take_industries(panel, area, PERSONS, volume.family)
    if isinstance(persons, Refusal):
        return persons
    strange = persons.values.columns.difference(volume.values.columns)
    if len(strange):
        return _other(volume, persons)
    if (persons.values < 0).any().any():
        return Refusal(NAME, say("productivity.negative_persons"), say("measure.check_figures"))
    # An industry that never has persons is one without workers of its own; one that has them in some years only would
    # make workers appear from nowhere, so such years are left out.
    staffed = persons.values.reindex(columns=volume.values.columns)
    never = staffed.columns[
        staffed.isna().all() | ((staffed.fillna(0.0) == 0).any() & (volume.values != 0).any())
    ]
    full = volume.values.notna().all(axis=1).reindex(staffed.index, fill_value=False)
    known = staffed.drop(columns=never).notna().all(axis=1)
    at = staffed.index[full & known]
    output, heads = volume.values.loc[at], staffed.loc[at].fillna(0.0)
    if len(at) < 2 or not (np.diff(at) == 1).any():
        return Refusal(NAME, say("measure.no_common_years", names=(name_of(VOLUME), name_of(PERSONS))))
    hands = heads.columns[(heads > 0).all()]
    if len(hands) < 2 or (output[hands].sum(axis=1) <= 0).any() or (output.sum(axis=1) <= 0).any():
        return Refusal(NAME, say("productivity.no_whole"), say("measure.check_figures"))
    idle = tuple(str(item) for item in heads.columns[(heads <= 0).any()])
    nominal = take_industries(panel, area, NOMINAL, volume.family)
    return Levels(output, heads, nominal, (volume, persons), idle)


def _levels(panel: Panel, area: str) -> _Account | Refusal:
    """Shift-share from constant prices and persons."""
    levels = read_levels(panel, area)
    if isinstance(levels, Refusal):
        return levels
    table = decompose(levels.volume, levels.persons)
    gead = _gead(levels)
    used = list(levels.used)
    refusals: tuple[Refusal, ...] = ()
    if isinstance(gead, Refusal):
        refusals = (gead,)
    else:
        table = table.join(gead)
        used += [levels.nominal] if isinstance(levels.nominal, Industries) else []
    return _Account(table, tuple(used), refusals, "levels", levels.volume.shape[1], levels.idle)


def _gead(levels: Levels) -> pd.DataFrame | Refusal:
    """The same by Tang and Wang, or why not."""
    if isinstance(levels.nominal, Refusal):
        return Refusal("gead_within", levels.nominal.reason, levels.nominal.mend)
    prices = levels.relative_prices()
    if prices is None:
        return Refusal("gead_within", say("productivity.no_prices"))
    found = decompose(levels.volume, levels.persons, prices)
    return found.rename(
        columns={
            "growth": "gead_growth",
            "within": "gead_within",
            "between_static": "gead_static",
            "between_dynamic": "gead_dynamic",
            "without_workers": "gead_without_workers",
        }
    )


def _indices(panel: Panel, area: str) -> _Account | Refusal:
    """The part within industries from index numbers of volumes and hours."""
    index, hours = take_industries(panel, area, INDEX), take_industries(panel, area, HOURS)
    if isinstance(index, Refusal) or isinstance(hours, Refusal):
        return index if isinstance(index, Refusal) else missing(HOURS, area)
    nominal = take_industries(panel, area, NOMINAL, index.family)
    if isinstance(nominal, Refusal) or hours.family != index.family:
        return nominal if isinstance(nominal, Refusal) else missing(HOURS, area)
    items = index.values.columns.intersection(hours.values.columns).intersection(nominal.values.columns)
    if len(items) < 2 or len(items) < index.values.shape[1]:
        return _other(index, hours)
    frames = [each.values[items] for each in (index, hours, nominal)]
    good = [frame.notna().all(axis=1) & (frame > 0).all(axis=1) for frame in frames[:2]]
    at = frames[0].index[good[0]].intersection(frames[1].index[good[1]])
    at = at.intersection(frames[2].dropna().index)
    if len(at) < 2:
        return Refusal(NAME, say("measure.no_common_years", names=(name_of(INDEX), name_of(HOURS))))
    volume, worked, money = (frame.loc[at] for frame in frames)
    table = within_growth(volume, worked, money).to_frame()
    refusal = Refusal(
        "between_contribution", say("productivity.no_levels"), say("productivity.no_levels_mend")
    )
    return _Account(table, (index, hours, nominal), (refusal,), "indices", len(items))


def _other(output: Industries, labour: Industries) -> Refusal:
    items = output.values.columns.symmetric_difference(labour.values.columns)
    return Refusal(
        NAME,
        say(
            "productivity.other_industries",
            output=output.source or name_of(output.variable),
            labour=labour.source or name_of(labour.variable),
            items=tuple(map(str, items[:5])),
        ),
    )


def _only_current(area: str) -> Refusal:
    return Refusal(
        NAME,
        say("productivity.only_current", area=area_names(area)),
        say("measure.missing_mend", variable=VOLUME),
    )


def _findings(area: str, account: _Account, studies: dict[str, SpanStudy]) -> Iterator[Message]:
    name = area_names(area)
    lead = studies.get("growth", studies["within"]).last
    if account.kind == "indices":
        if lead is not None:
            yield say(
                "productivity.within_only",
                area=name,
                source=account.source,
                span=years(lead),
                within=lead.value,
                interval=percents(lead),
                count=account.count,
            )
        return
    if lead is not None:
        first, last = int(lead.sample.first), int(lead.sample.last)
        means = account.table.loc[first:last].mean()
        yield say(
            "productivity.shift_share",
            area=name,
            source=account.source,
            span=spell(lead.sample.first, lead.sample.last),
            growth=float(means["growth"]),
            within=100 * float(means["within"]),
            between=100 * float(means["between_static"] + means["between_dynamic"]),
            static=100 * float(means["between_static"]),
            dynamic=100 * float(means["between_dynamic"]),
            count=account.count,
        )
        yield say("productivity.shift_share_unlike")
        if account.idle:
            yield say(
                "productivity.idle_industries",
                items=account.idle,
                points=100 * float(means["without_workers"]),
            )
        if "gead_within" in means:
            yield say(
                "productivity.gead",
                within=100 * float(means["gead_within"]),
                growth=float(means["gead_growth"]),
            )
    change = studies["within"].change
    if change is not None:
        yield say(
            "productivity.within_slowed" if clear(change) else "productivity.within_same",
            points=100 * change.value,
            low=100 * change.low,
            high=100 * change.high,
        )


MEASURES.register(NAME)(Measure(NAME, "productivity", (), measure_by_industry, USES))
