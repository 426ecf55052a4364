"""Structural change: how fast an economy moves between agriculture, industry and services.

The speed of a year is the share of the economy that changed sector, v = 1/2 sum |s_i,t - s_i,t-1| (the norm
of absolute values; Dietrich 2012), on shares that are first made to add up to one. It is measured for value
added and, where they are there, for employment shares, in the two halves of the data. Yearly noise in shares
counts as movement, so that v is an upper bound of lasting change; falling speed is what rigidity would look
like.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, name_of, take
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import WIDEST_SHARE_CHANGE, SpanStudy, between, halves, study
from longwave.measure.wording import doubts, verdict, years

NAME = "structural_change"
SECTORS = ("agriculture_share", "industry_share", "services_share")
EMPLOYMENT = ("agriculture_employment_share", "industry_employment_share", "services_employment_share")
_LOWEST, _HIGHEST = 0.80, 1.05
"""What three value-added shares may add up to. GDP includes taxes less subsidies on products, which belong to
no sector, so real sums run from about 0.84 (Europe, Latin America) to 1."""


def measure_structure(panel: Panel, area: str) -> Measurement:
    """Sector shares and the speed at which they change.

    Table: agriculture_share, industry_share, services_share as published, shares_sum, speed (share a year, on
    shares scaled to add up), and the same with employment in their names where those shares are there.
    Estimates: speed and employment_speed by half, speed_change and employment_speed_change.
    """
    output = _part(panel, area, SECTORS, "speed", "shares_sum")
    labour = _part(panel, area, EMPLOYMENT, "employment_speed", "employment_shares_sum")
    parts = [part for part in (output, labour) if not isinstance(part, tuple)]
    refusals = [one for part in (output, labour) if isinstance(part, tuple) for one in part]
    table = pd.concat([part.table for part in parts], axis=1).sort_index() if parts else pd.DataFrame()
    return Measurement(
        NAME,
        "structure",
        area,
        by_period(table) if parts else table,
        units={column: _unit(str(column)) for column in table.columns},
        estimates=tuple(one for part in parts for one in part.speed.estimates),
        findings=tuple(message for part in parts for message in _findings(area, part)),
        refusals=(*refusals, *(one for part in parts for one in part.speed.refusals)),
        sources=tuple(dict.fromkeys(source for part in parts for source in part.sources)),
    )


class _Part:
    """Shares of one kind (value added or employment) with their speed."""

    def __init__(
        self, table: pd.DataFrame, columns: tuple[str, ...], speed: SpanStudy, sources: tuple[str, ...]
    ) -> None:
        self.table, self.columns, self.speed, self.sources = table, columns, speed, sources


def yearly_speed(shares: pd.DataFrame) -> pd.Series:
    """1/2 sum |s_i,t - s_i,t-1| on shares scaled to add up to one; only where the year before is there."""
    scaled = shares.div(shares.sum(axis=1), axis=0)
    before = scaled.copy()
    before.index = before.index + 1
    return ((scaled - before).abs().sum(axis=1, skipna=False) / 2).dropna()


def _part(
    panel: Panel, area: str, names: tuple[str, ...], speed: str, total: str
) -> _Part | tuple[Refusal, ...]:
    given = [take(panel, area, name) for name in names]
    refusals = tuple(one for one in given if isinstance(one, Refusal))
    known = [one for one in given if isinstance(one, Input)]
    if refusals:
        return _missing(area, speed, refusals)
    shares = pd.DataFrame({one.variable: one.values for one in known}).dropna()
    if shares.empty:
        return (
            Refusal(
                speed,
                say("measure.no_common_years", names=tuple(say(f"measure.name_{one}") for one in names)),
            ),
        )
    sums = shares.sum(axis=1)
    bad = sums[(sums < _LOWEST) | (sums > _HIGHEST)]
    good = shares.drop(index=bad.index)
    negative = (good < 0).any(axis=1)
    if len(bad) > len(shares) / 10 or negative.any():
        worst = bad if len(bad) else sums[negative[negative].index]
        reason = say(
            "measure.shares_do_not_add",
            count=len(worst),
            of=len(shares),
            period=str(worst.index[0]),
            total=float(worst.iloc[0]),
        )
        return (Refusal(speed, reason, say("measure.check_figures")),)
    yearly = yearly_speed(good)
    found = study(
        yearly,
        speed,
        "share a year",
        [one.source for one in known],
        cut=halves,
        bounds=between(0.0, 1.0),
        widest=WIDEST_SHARE_CHANGE,
        observed=min(one.observed for one in known)
        if not len(bad)
        else min(0.89, *(one.observed for one in known)),
    )
    if len(bad):
        left_out = Refusal(
            speed, say("measure.years_left_out", periods=tuple(str(year) for year in bad.index))
        )
        found = replace(found, refusals=(*found.refusals, left_out))
    table = shares.assign(**{total: sums, speed: yearly})
    return _Part(table, names, found, tuple(dict.fromkeys(one.source for one in known)))


def _missing(area: str, speed: str, refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """Sectors without figures told in one refusal, not one each; other refusals as they are."""
    lacking = [one for one in refusals if one.reason.key == "measure.missing"]
    if len(lacking) < 2:
        return refusals
    names = tuple(name_of(one.subject) for one in lacking)
    together = Refusal(
        speed,
        say("measure.missing", name=names, area=area_names(area)),
        say("measure.missing_mend", variable=tuple(one.subject for one in lacking)),
    )
    return (together, *(one for one in refusals if one not in lacking))


def _findings(area: str, part: _Part) -> Iterator[Message]:
    name = area_names(area)
    shares = part.table[list(part.columns)]
    kind = say("measure.of_output" if part.columns == SECTORS else "measure.of_jobs")
    first, last = shares.iloc[0], shares.iloc[-1]
    yield say(
        "measure.sectors",
        area=name,
        kind=kind,
        last=str(shares.index[-1]),
        first=str(shares.index[0]),
        agriculture=float(last.iloc[0]),
        industry=float(last.iloc[1]),
        services=float(last.iloc[2]),
        agriculture_then=float(first.iloc[0]),
        industry_then=float(first.iloc[1]),
        services_then=float(first.iloc[2]),
    )
    speed = part.speed
    if speed.change is not None and speed.last is not None and speed.before is not None:
        yield say(
            "measure.speed_change",
            area=name,
            kind=kind,
            points=100 * speed.last.value,
            low=100 * speed.last.low,
            high=100 * speed.last.high,
            span=years(speed.last),
            earlier=100 * speed.before.value,
            before=years(speed.before),
            verdict=verdict(speed.change),
            doubts=doubts(speed.last, speed.before),
        )


def _unit(column: str) -> str:
    if "speed" in column:
        return "share a year"
    return "share of employment" if "employment" in column else "share of GDP"


MEASURES.register(NAME)(Measure(NAME, "structure", SECTORS, measure_structure, EMPLOYMENT))
