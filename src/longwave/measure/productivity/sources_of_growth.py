"""Where growth of labour productivity comes from: more capital a worker, better schooled workers, and the rest.

    dln(Y / L) = s_K dln(K / L) + s_L dln Q + dln A

Y real GDP, L hours worked (persons where a year has no hours), K capital services, Q human capital a person, s_L the
mean of this year's and last year's labour share, s_K = 1 - s_L, A total factor productivity. The accounts of
accounting.py with growth of labour taken from both sides: the parts add up exactly. Solow (1957); van Ark (2016).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, name_of, not_positive, outside, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.productivity.accounting import growth_accounts
from longwave.measure.spans import SpanStudy, spell, study
from longwave.measure.wording import clear

NAME = "productivity_sources"
NEEDS = ("real_gdp", "capital_services", "employment", "labour_share")
USES = ("hours_per_worker", "human_capital")
PARTS = ("capital_deepening", "human_capital", "tfp")
_RATE = "share a year"


def labour_productivity_sources(
    output: pd.Series,
    capital: pd.Series,
    persons: pd.Series,
    labour_share: pd.Series,
    hours: pd.Series | None = None,
    human_capital: pd.Series | None = None,
) -> pd.DataFrame:
    """Growth of labour productivity and its three sources, year by year. Series indexed by year, levels positive,
    shares within (0, 1).

    Returns growth, capital_deepening, human_capital (null where there is no index), tfp, labour_input (``hours`` or
    ``persons``); the three parts add up to growth, null counting as nothing.
    """
    accounts = growth_accounts(output, capital, persons, labour_share, hours, human_capital)
    counted = accounts["labour_input"].str.startswith("hours")
    labour = yearly_changes(persons, log=True).reindex(accounts.index)
    if hours is not None:
        worked = yearly_changes(hours, log=True).reindex(accounts.index)
        labour = labour + worked.where(counted, 0.0)
    share = accounts["labour_share"]
    return pd.DataFrame(
        {
            "growth": accounts["growth_output"] - labour,
            "capital_deepening": accounts["contribution_capital"] - (1 - share) * labour,
            "human_capital": accounts["contribution_human_capital"],
            "tfp": accounts["growth_tfp"],
            "labour_input": counted.map({True: "hours", False: "persons"}),
        }
    )


def measure_sources(panel: Panel, area: str) -> Measurement:
    """Sources of labour productivity growth of an area.

    Table: growth, capital_deepening, human_capital, tfp (log changes, fractions a year), labour_input. Estimates:
    labour_productivity_growth, capital_deepening, human_capital_contribution and tfp_contribution by span and their
    changes.
    """
    given = {name: take(panel, area, name) for name in NEEDS + USES}
    refusals = [lack for name in NEEDS if isinstance(lack := given[name], Refusal)]
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    refusals += [bad for value in known.values() if (bad := not_positive(value))]
    if "labour_share" in known and (bad := outside(known["labour_share"])):
        refusals.append(bad)
    if refusals:
        return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=tuple(refusals))
    table = labour_productivity_sources(
        known["real_gdp"].values,
        known["capital_services"].values,
        known["employment"].values,
        known["labour_share"].values,
        known["hours_per_worker"].values if "hours_per_worker" in known else None,
        known["human_capital"].values if "human_capital" in known else None,
    )
    if table.empty:
        names = tuple(name_of(name) for name in NEEDS)
        lack = Refusal(NAME, say("measure.no_common_years", names=names))
        return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=(lack,))
    sources = tuple(dict.fromkeys(value.source for value in known.values()))
    observed = min(value.observed for value in known.values())
    studies = {
        column: study(table[column].fillna(0.0), name, _RATE, sources, observed=observed)
        for column, name in _ESTIMATES.items()
        if table[column].notna().any()
    }
    units = {name: "" if name == "labour_input" else _RATE for name in table.columns}
    return Measurement(
        NAME,
        "productivity",
        area,
        by_period(table),
        units=units,
        estimates=tuple(one for each in studies.values() for one in each.estimates),
        findings=tuple(_findings(area, table, studies)),
        refusals=studies["growth"].refusals,
        sources=sources,
    )


_ESTIMATES = {
    "growth": "labour_productivity_growth",
    "capital_deepening": "capital_deepening",
    "human_capital": "human_capital_contribution",
    "tfp": "tfp_contribution",
}


def _findings(area: str, table: pd.DataFrame, studies: dict[str, SpanStudy]) -> Iterator[Message]:
    name = area_names(area)
    last, before = studies["growth"].last, studies["growth"].before
    if last is not None:
        yield say(
            "productivity.sources",
            area=name,
            span=spell(last.sample.first, last.sample.last),
            **_means(table, last.sample.first, last.sample.last),
        )
    if last is not None and before is not None:
        yield say(
            "productivity.sources_before",
            span=spell(before.sample.first, before.sample.last),
            **_means(table, before.sample.first, before.sample.last),
        )
        yield from _moved(studies)
    runs = groupby(table["labour_input"].items(), key=lambda pair: pair[1])
    spans = [(label, [str(year) for year, _ in run]) for label, run in runs]
    yield say(
        "productivity.sources_labour",
        area=name,
        runs=tuple(
            say(f"productivity.labour_{label}", span=spell(years[0], years[-1])) for label, years in spans
        ),
    )


def _moved(studies: dict[str, SpanStudy]) -> Iterator[Message]:
    """Which of the parts changed by more than their noise."""
    changes = {
        column: each.change for column, each in studies.items() if column in PARTS and each.change is not None
    }
    told = tuple(
        say(
            f"productivity.part_{column}",
            points=100 * change.value,
            low=100 * change.low,
            high=100 * change.high,
        )
        for column, change in changes.items()
        if clear(change)
    )
    if told:
        yield say("productivity.sources_moved", parts=told)
    elif changes:
        yield say("productivity.sources_unmoved")


def _means(table: pd.DataFrame, first: str, last: str) -> dict[str, float]:
    means = table.loc[int(first) : int(last), ["growth", *PARTS]].fillna(0.0).mean()
    return {
        "growth": float(means["growth"]),
        "capital": 100 * float(means["capital_deepening"]),
        "human_capital": 100 * float(means["human_capital"]),
        "tfp": 100 * float(means["tfp"]),
    }


MEASURES.register(NAME)(Measure(NAME, "productivity", NEEDS, measure_sources, USES))
