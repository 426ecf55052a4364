"""Growth accounting: what output growth is left when capital and labour have been paid their shares.

    dln Y = s_K dln K + s_L (dln N + dln H + dln Q) + dln A

Y real GDP, K capital services, N persons, H hours a person, Q human capital a person; s_L is the mean of this
year's and last year's labour share (the Törnqvist weight), s_K = 1 - s_L, and dln A, total factor
productivity (TFP) growth, is what is left. Solow (1957); Jorgenson and Griliches (1967); Feenstra, Inklaar
and Timmer (2015).

Where a year has no hours, labour is counted in persons, and the table says so for that year: the Penn World
Table 10.01 itself then lets hours move as in the United States, so its figure and this one differ there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.growth_words import growth_told
from longwave.measure.inputs import Input, by_period, not_positive, take, yearly_changes
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import SpanStudy, spell, study, without_shocks
from longwave.measure.wording import years

NAME = "growth_accounting"
NEEDS = ("real_gdp", "capital_services", "employment", "labour_share")
USES = ("hours_per_worker", "human_capital", "tfp_published")
CONTRIBUTIONS = (
    "contribution_capital",
    "contribution_persons",
    "contribution_hours",
    "contribution_human_capital",
    "growth_tfp",
)
_RATE = "share a year"
_ABSURD = 0.03
"""TFP growth or decline beyond this over a whole span is more than technology has done in any economy that is
well measured (fastest catching-up: 2 to 3% a year)."""
_SAME = 1e-6
"""Published TFP growth counts as equal within this: tables print six decimals."""


def growth_accounts(
    output: pd.Series,
    capital: pd.Series,
    persons: pd.Series,
    labour_share: pd.Series,
    hours: pd.Series | None = None,
    human_capital: pd.Series | None = None,
) -> pd.DataFrame:
    """The accounts, year by year. Series are indexed by year; levels are positive, shares within (0, 1).

    Returns a frame indexed by year with growth_output, the five CONTRIBUTIONS (they add up to growth_output;
    null hours or human capital contribute nothing), labour_share (the mean that was used) and labour_input. A
    year is there where it and the year before have all four needed inputs.
    """
    growth = pd.DataFrame(
        {
            "growth_output": yearly_changes(output, log=True),
            "capital": yearly_changes(capital, log=True),
            "persons": yearly_changes(persons, log=True),
            "labour_share": labour_share - yearly_changes(labour_share, log=False) / 2,
        }
    ).dropna()
    empty = pd.Series(np.nan, index=growth.index)
    growth["hours"] = empty if hours is None else yearly_changes(hours, log=True).reindex(growth.index)
    schooling = empty if human_capital is None else yearly_changes(human_capital, log=True)
    growth["human_capital"] = schooling.reindex(growth.index)
    share = growth["labour_share"]
    accounts = pd.DataFrame(
        {
            "growth_output": growth["growth_output"],
            "contribution_capital": (1 - share) * growth["capital"],
            "contribution_persons": share * growth["persons"],
            "contribution_hours": share * growth["hours"],
            "contribution_human_capital": share * growth["human_capital"],
        }
    )
    inputs = accounts[
        ["contribution_capital", "contribution_persons", "contribution_hours", "contribution_human_capital"]
    ]
    accounts["growth_tfp"] = accounts["growth_output"] - inputs.fillna(0.0).sum(axis=1)
    accounts["labour_share"] = share
    base = np.where(growth["hours"].notna(), "hours", "persons")
    accounts["labour_input"] = np.where(
        growth["human_capital"].notna(), np.char.add(base, "_human_capital"), base
    )
    return accounts


def account(panel: Panel, area: str) -> Measurement:
    """Growth accounts of an area.

    Table: growth_output, contribution_capital, contribution_persons, contribution_hours,
    contribution_human_capital, growth_tfp (all log changes as fractions a year), tfp_index (last year of the
    last unbroken run = 1), labour_share, labour_input (hours or persons, with _human_capital where the index
    is there), and tfp_published_growth where a published TFP index is in the panel. Estimates: growth_output,
    the contributions and tfp_growth by span, tfp_growth_change, and both of the last two without the shock
    years.
    """
    given = {name: take(panel, area, name) for name in NEEDS + USES}
    refusals = [lack for name in NEEDS if isinstance(lack := given[name], Refusal)]
    known = {name: value for name, value in given.items() if isinstance(value, Input)}
    refusals += [
        bad for name, value in known.items() if name != "labour_share" and (bad := not_positive(value))
    ]
    if not refusals and (bad := _bad_share(known["labour_share"])):
        refusals.append(bad)
    if refusals:
        return _nothing(area, refusals)
    accounts = growth_accounts(
        known["real_gdp"].values,
        known["capital_services"].values,
        known["employment"].values,
        known["labour_share"].values,
        known["hours_per_worker"].values if "hours_per_worker" in known else None,
        known["human_capital"].values if "human_capital" in known else None,
    )
    if accounts.empty:
        return _nothing(area, [Refusal(NAME, say("measure.no_common_years", names=_names(NEEDS)))])
    accounts["tfp_index"] = _index(accounts["growth_tfp"])
    if "tfp_published" in known:
        accounts["tfp_published_growth"] = yearly_changes(known["tfp_published"].values, log=True)
    used = [value for name, value in known.items() if name != "tfp_published"]
    sources = tuple(dict.fromkeys(value.source for value in known.values()))
    studies = _studies(accounts, tuple(dict.fromkeys(v.source for v in used)), min(v.observed for v in used))
    steady = studies["tfp_growth_without_shocks"]
    table = by_period(accounts)
    return Measurement(
        NAME,
        "productivity",
        area,
        table,
        units={name: "" if name == "labour_input" else _UNITS.get(name, _RATE) for name in table.columns},
        estimates=tuple(one for each in studies.values() for one in each.estimates),
        findings=tuple(_findings(area, accounts, studies["tfp_growth"], steady)),
        refusals=studies["tfp_growth"].refusals + _hours_refusal(accounts, given["hours_per_worker"]),
        sources=sources,
    )


_UNITS = {"tfp_index": "index", "labour_share": "share of GDP"}
_NAMES = {"growth_tfp": "tfp_growth"}


def _studies(accounts: pd.DataFrame, sources: tuple[str, ...], observed: float) -> dict[str, SpanStudy]:
    """Means by span. Empty hours and human capital count as no contribution, so that means add up as years
    do."""
    studies = {}
    for column in ("growth_tfp", "growth_output", *CONTRIBUTIONS[:-1]):
        if accounts[column].notna().any():
            name = _NAMES.get(column, column)
            studies[name] = study(accounts[column].fillna(0.0), name, _RATE, sources, observed=observed)
    calm = without_shocks(accounts["growth_tfp"])
    # Where the last span as it is says nothing, it is not made to speak by leaving years out.
    looked = len(calm) < len(accounts) and studies["tfp_growth"].last is not None
    studies["tfp_growth_without_shocks"] = _calm_study(calm, sources, observed) if looked else SpanStudy()
    return studies


def _calm_study(calm: pd.Series, sources: tuple[str, ...], observed: float) -> SpanStudy:
    found = study(calm, "tfp_growth", _RATE, sources, observed=observed, suffix="_without_shocks")
    return found.only_last()


def _findings(area: str, accounts: pd.DataFrame, tfp: SpanStudy, calm: SpanStudy) -> Iterator[Message]:
    name = area_names(area)
    last = tfp.last
    yield from growth_told("tfp", accounts["growth_tfp"], tfp, calm, area=name)
    level = accounts["tfp_index"].dropna()
    if last is None and len(level) > 1:
        yield say(
            "measure.tfp_level",
            area=name,
            first=str(level.index[0]),
            last=str(level.index[-1]),
            times=float(level.iloc[-1] / level.iloc[0]),
        )
    if last is not None:
        yield _contributions(area, accounts, last.sample.first, last.sample.last)
    yield from _absurd(area, accounts, tfp)
    yield say("measure.labour_input", area=name, runs=tuple(_runs(accounts["labour_input"])))
    yield from _against_published(area, accounts)


def _contributions(area: str, accounts: pd.DataFrame, first: str, last: str) -> Message:
    means = accounts.loc[int(first) : int(last), ["growth_output", *CONTRIBUTIONS]].fillna(0.0).mean()
    labour = means["contribution_persons"] + means["contribution_hours"]
    return say(
        "measure.contributions",
        area=area_names(area),
        span=spell(first, last),
        output=float(means["growth_output"]),
        capital=100 * float(means["contribution_capital"]),
        labour=100 * float(labour),
        human_capital=100 * float(means["contribution_human_capital"]),
        tfp=100 * float(means["growth_tfp"]),
    )


def _absurd(area: str, accounts: pd.DataFrame, tfp: SpanStudy) -> Iterator[Message]:
    """Spans whose residual cannot be technology: it grows or falls by more than `_ABSURD` a year, or capital
    alone gives half as much again as all output growth, and a percentage point a year more."""
    for mean in (tfp.last, tfp.before):
        if mean is None:
            continue
        within = accounts.loc[int(mean.sample.first) : int(mean.sample.last)]
        output = float(within["growth_output"].mean())
        capital = float(within["contribution_capital"].mean())
        overshoots = capital > 1.5 * output and capital - output > 0.01
        if abs(mean.value) > _ABSURD or overshoots:
            yield say(
                "measure.absurd_residual",
                area=area_names(area),
                span=years(mean),
                output=output,
                capital=100 * capital,
                tfp=100 * mean.value,
            )


def _runs(labels: pd.Series) -> Iterator[Message]:
    """Which labour input was used from when to when."""
    for label, run in groupby(labels.items(), key=lambda item: item[1]):
        run_years = [int(str(year)) for year, _ in run]
        yield say(f"measure.run_{label}", span=spell(str(run_years[0]), str(run_years[-1])))


def _against_published(area: str, accounts: pd.DataFrame) -> Iterator[Message]:
    if "tfp_published_growth" not in accounts:
        return
    gap = (accounts["growth_tfp"] - accounts["tfp_published_growth"]).abs().dropna()
    if gap.empty:
        return
    same = gap <= _SAME
    hours = accounts.loc[gap.index, "labour_input"] == "hours_human_capital"
    name = area_names(area)
    if same.all():
        yield say("measure.equals_published", area=name, count=len(gap), largest=float(gap.max()))
    elif (same | ~hours).all() and hours.any():
        odd = gap[~same]
        yield say(
            "measure.equals_where_hours",
            area=name,
            count=int(same.sum()),
            others=len(odd),
            points=100 * float(odd.max()),
        )
    else:
        odd = gap[~same]
        yield say(
            "measure.differs_from_published",
            area=name,
            count=len(odd),
            of=len(gap),
            points=100 * float(odd.max()),
        )


def _index(growth: pd.Series) -> pd.Series:
    """Level of TFP over the last unbroken run of years, its last year at 1; null before."""
    run = np.cumsum(np.diff(growth.index.to_numpy(), prepend=growth.index[0] - 1) != 1)
    last = growth[run == run[-1]].cumsum()
    return pd.Series(np.exp(last - last.iloc[-1])).reindex(growth.index)


def _bad_share(given: Input) -> Refusal | None:
    bad = given.values[(given.values <= 0) | (given.values >= 1)]
    if bad.empty:
        return None
    return Refusal(
        NAME,
        say("measure.share_outside", period=str(bad.index[0]), value=float(bad.iloc[0])),
        say("measure.check_figures"),
    )


def _hours_refusal(accounts: pd.DataFrame, hours: Input | Refusal) -> tuple[Refusal, ...]:
    """Where no year has hours, that labour had to be counted in heads is said among the refusals too."""
    counted = accounts["labour_input"].str.startswith("hours").any()
    if counted:
        return ()
    mend = hours.mend if isinstance(hours, Refusal) else None
    return (Refusal("contribution_hours", say("measure.no_hours"), mend),)


def _names(variables: tuple[str, ...]) -> tuple[Message, ...]:
    return tuple(say(f"measure.name_{variable}") for variable in variables)


def _nothing(area: str, refusals: list[Refusal]) -> Measurement:
    return Measurement(NAME, "productivity", area, pd.DataFrame(), refusals=tuple(refusals))


MEASURES.register(NAME)(Measure(NAME, "productivity", NEEDS, account, USES))
