"""Why a nowcast changed between two data sets: each new figure's surprise times its weight, and each revision's.

With parameters fixed, the nowcast is linear in the figures (Banbura and Modugno 2014), so its change is exactly

    change = sum over releases  weight x (figure - what the earlier data made expect)
           + sum over revisions weight x (figure now - figure then)
           + what the withdrawal of figures did

A release of what was expected moves nothing. The parameters are those of the newer nowcast in both; the effect of
estimating them afresh is not news, and is not in it. Weights by statsmodels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from longwave.core.message import Message, say
from longwave.forecast.method import Matrix
from longwave.forecast.nowcast.dynamic_factor import FactorFit
from longwave.forecast.nowcast.ragged import Ragged, Table
from longwave.forecast.nowcast.stationarity import Kind

_EPOCH = 1970
"""The year from which pandas counts periods."""

Cause: TypeAlias = Literal["release", "revision", "older_revisions", "withdrawn"]

_DETAILED = 36
"""Rows at the end of the table whose revisions are told one by one; weights of older figures are next to nothing."""

_ROUNDING = 1e-6
"""Standard deviations by which a figure must differ to be told as a revision of its own."""

_TOLD = 8
"""Rows that are put into words; the table holds all."""

_LEAST_SHARE = 5e-6
"""Impact below which nothing but noughts would be read: growth is told to a thousandth of a point."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """How impacts are told (share or number), and the one below which they are told as nothing."""

    form: str
    least: float


@dataclass(frozen=True, slots=True)
class NewsRow:
    """One figure: series and written period (empty where many are told together), what was expected (or stood there
    before), what came, weight and impact on the nowcast, in changes of the series and of the target."""

    cause: Cause
    series: str
    period: str
    expected: float
    actual: float
    weight: float
    impact: float
    said: Message


@dataclass(frozen=True, eq=False)
class News:
    """before and after: the nowcast of `period` from the two data sets, as changes of the target; rows: largest impact
    first; their impacts add up to after - before."""

    period: str
    before: float
    after: float
    rows: tuple[NewsRow, ...]
    said: tuple[Message, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a table."""
        columns = ("cause", "series", "period", "expected", "actual", "weight", "impact")
        return pd.DataFrame(
            [{name: getattr(row, name) for name in columns} for row in self.rows], columns=columns
        )


def news(before: Ragged, after: Ragged, fit: FactorFit, period: int) -> News:
    """The change of the nowcast of the target's `period` (ordinal). Raises FitError.

    Both data sets hold the same series with the same kinds of change; a series of the fit that one of them lacks counts
    as unknown there.
    """
    old, new, row = _side_by_side(before, after, fit.names, period)
    place = fit.names.index(after.target.name)
    kept = _without(old, new)
    stages = (old, kept, _with_older(kept, new, fit), new)
    seen = [fit.smoothed(_table(after, fit, grid)) for grid in stages]
    told = [float(found.model["design"][place] @ found.smoothed_state[:, row]) for found in seen]
    told = [float(fit.centre[place] + fit.scale[place] * value) for value in told]
    unit = _unit(fit, after)
    rows = [
        *_together("withdrawn", told[1] - told[0], unit),
        *_together("older_revisions", told[2] - told[1], unit),
        *_moved(seen[2], seen[3], fit, row, after),
    ]
    rows.sort(key=lambda each: -abs(each.impact))
    written = after.target.written(period)
    return News(written, told[0], told[3], tuple(rows), _said(written, told[0], told[3], rows, unit))


Grid: TypeAlias = tuple[Matrix, int]


def _side_by_side(before: Ragged, after: Ragged, names: Sequence[str], period: int) -> tuple[Grid, Grid, int]:
    """Both data sets on one grid, columns as in the fit, and the row in which the period ends."""
    tables = [data.table(max(period - data.target.last, 1)) for data in (before, after)]
    first = min(table.first for table in tables)
    rows = max(table.first + len(table.values) for table in tables) - first
    grids = []
    for table in tables:
        values = np.full((rows, len(names)), np.nan)
        for column, name in enumerate(names):
            if name in table.names:
                at = table.first - first
                values[at : at + len(table.values), column] = table.values[:, table.names.index(name)]
        grids.append((values, first))
    ratio = tables[1].base.value // after.target.frequency.value
    return grids[0], grids[1], (period + 1) * ratio - 1 - first


def _without(old: Grid, new: Grid) -> Grid:
    """The old figures but those that are no longer there."""
    return np.where(np.isfinite(new[0]), old[0], np.nan), old[1]


def _with_older(old: Grid, new: Grid, fit: FactorFit) -> Grid:
    """The old figures with the revisions that are told together: of long ago, or no larger than rounding."""
    with np.errstate(invalid="ignore"):
        small = np.abs(new[0] - old[0]) < _ROUNDING * fit.scale
    small[: max(len(small) - _DETAILED, 0)] = True
    return np.where(small & np.isfinite(old[0]), new[0], old[0]), old[1]


def _table(data: Ragged, fit: FactorFit, grid: Grid) -> Table:
    return Table(grid[0], fit.names, fit.quick, grid[1], data.base, fit.names.index(data.target.name), ())


def _together(
    cause: Literal["withdrawn", "older_revisions"], impact: float, unit: _Unit
) -> Iterator[NewsRow]:
    if impact != 0.0:
        said = say(f"nowcast.news_{cause}", impact=_points(impact, unit))
        yield NewsRow(cause, "", "", np.nan, np.nan, np.nan, impact, said)


def _moved(before: Any, after: Any, fit: FactorFit, row: int, data: Ragged) -> Iterator[NewsRow]:
    """Rows for releases and revisions from statsmodels' decomposition, in the units of the changes.

    Details are asked for all revisions or none: where they start in the middle, statsmodels 0.15.0 counts the place of
    the first one as if each row held one revision, and the parts no longer add up.
    """
    found = before.news(
        after,
        impact_date=after.model._index[row],
        impacted_variable=f"s{fit.names.index(data.target.name)}",
        comparison_type="updated",
        revisions_details_start=True,
        tolerance=0.0,
    )
    tables: tuple[tuple[Cause, pd.DataFrame], ...] = (
        ("release", found.details_by_impact),
        ("revision", found.revision_details_by_impact),
    )
    for cause, table in tables:
        for each in table.reset_index().itertuples(index=False):
            _, _, stamp, column, actual, expected, _, weight, impact = each
            yield _row(cause, int(str(column)[1:]), stamp, (expected, actual, weight, impact), fit, data)


def _row(
    cause: Cause,
    column: int,
    stamp: Any,
    found: tuple[float, float, float, float],
    fit: FactorFit,
    data: Ragged,
) -> NewsRow:
    """One figure, from statsmodels' standardised units back to changes of the series."""
    name, place = fit.names[column], fit.names.index(data.target.name)
    track = data.target if name == data.target.name else data.indicators[name]
    at = (stamp.ordinal + _EPOCH * data.base.value) // (data.base.value // track.frequency.value)
    expected, actual = (float(fit.centre[column] + fit.scale[column] * value) for value in found[:2])
    weight = float(found[2] * fit.scale[place] / fit.scale[column])
    impact = float(found[3] * fit.scale[place])
    form = _FORMS[track.kind]
    said = say(
        f"nowcast.news_{cause}",
        series=name,
        period=track.written(at),
        expected=say(f"nowcast.amount_{form}", value=expected),
        actual=say(f"nowcast.amount_{form}", value=actual),
        impact=_points(impact, _unit(fit, data)),
    )
    return NewsRow(cause, name, track.written(at), expected, actual, weight, impact, said)


_FORMS: dict[Kind, str] = {"log": "share", "difference": "number", "level": "number"}


def _unit(fit: FactorFit, data: Ragged) -> _Unit:
    form = _FORMS[data.target.kind]
    rounding = _ROUNDING * float(fit.scale[fit.names.index(data.target.name)])
    return _Unit(form, _LEAST_SHARE if form == "share" else rounding)


def _points(impact: float, unit: _Unit) -> Message:
    """An impact in percentage points of growth, or in the target's unit."""
    if abs(impact) < unit.least:
        return say(f"nowcast.no_impact_{unit.form}")
    return say(f"nowcast.impact_{unit.form}", value=100 * impact if unit.form == "share" else impact)


def _said(
    period: str, before: float, after: float, rows: Sequence[NewsRow], unit: _Unit
) -> tuple[Message, ...]:
    """The change in one sentence, then the rows that moved it most."""
    if not rows:
        return (say("nowcast.news_none", period=period),)
    releases = sum(row.impact for row in rows if row.cause == "release")
    others = sum(row.impact for row in rows if row.cause != "release")
    whole = say(
        "nowcast.news_change",
        period=period,
        before=say(f"nowcast.amount_{unit.form}", value=before),
        after=say(f"nowcast.amount_{unit.form}", value=after),
        change=_points(after - before, unit),
        releases=_points(releases, unit),
        revisions=_points(others, unit),
    )
    felt = [row.said for row in rows if abs(row.impact) >= unit.least]
    return (whole, *felt[:_TOLD])
