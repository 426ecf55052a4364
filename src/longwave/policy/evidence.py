"""Collect: what is known of an area, indicator by indicator, with its interval, grade and date.

A published figure has no interval of its own; what is uncertain is what it says of the state of things. So each
series is told with the mean of its last five years and the slope of its last ten, whose intervals hold under
persistence (`measure.intervals`, `measure.trend.line`); a measured series (an output gap) brings its own band.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.errors import LongwaveError, UnknownSeries
from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Names, say
from longwave.core.panel import Panel
from longwave.macro.library.mapped_column import Alternative
from longwave.macro.library.mapped_columns import mapped_columns
from longwave.measure.inputs import OBSERVED, Input, take
from longwave.measure.intervals import Interval, Noise, Stretch
from longwave.measure.measurement import Measurement, of_panel
from longwave.measure.trend.line import persistent_line
from longwave.policy.domain import Domain, Indicator

SLOPE_YEARS, MEAN_YEARS = 10, 5
OLD = 3
"""Years behind the newest figure of the area from which a figure is called old."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What one indicator says of an area.

    values: by year as a whole number, in the indicator's unit; low, high: its band where it has one (same index);
    latest: the last figure as an `Estimate`, with the bounds of its band where there is one, else with its own value
    as both; mean: of the last five years; slope: a year, of the last ten; both None where too few figures are there;
    observed: share that the publisher observed.
    """

    indicator: Indicator
    values: pd.Series
    latest: Estimate
    low: pd.Series | None = None
    high: pd.Series | None = None
    mean: Interval | None = None
    slope: Interval | None = None
    sources: tuple[str, ...] = ()
    assumed: tuple[Names, ...] = ()

    @property
    def year(self) -> int:
        return int(self.values.index[-1])

    @property
    def grade(self) -> Grade:
        return self.latest.grade


@dataclass(frozen=True, eq=False)
class State:
    """The state of an area in a domain: evidence by indicator, what could not be said, and the measures that were
    taken."""

    area: str
    evidence: Mapping[str, Evidence]
    refusals: Mapping[str, Refusal]

    @property
    def newest(self) -> int:
        """The year of the newest figure; 0 without any. What was announced is in force and no figure."""
        told = [each.year for each in self.evidence.values() if each.indicator.published is None]
        return max(told, default=0)

    def old(self, name: str) -> bool:
        return self.newest - self.evidence[name].year >= OLD


class PanelShelf:
    """Series of one area in a panel of one source a variable, and beside them indicators already made."""

    def __init__(self, panel: Panel, area: str, made: Mapping[str, pd.Series] | None = None) -> None:
        self._panel = panel
        self._area = area
        self._made = made or {}
        self.inputs: dict[str, Input | Refusal] = {}

    def look(self, name: str) -> UnknownSeries | None:
        if name in self._made:
            return None
        if name not in self.inputs:
            self.inputs[name] = self._taken(name)
        found = self.inputs[name]
        return UnknownSeries(found.reason, found.mend) if isinstance(found, Refusal) else None

    def values(self, name: str) -> pd.Series:
        """The series by written year; gaps stay gaps."""
        if name in self._made:
            return _written(self._made[name])
        found = self.inputs[name]
        if isinstance(found, Refusal):
            raise UnknownSeries(found.reason, found.mend)
        return _written(found.values)

    def _taken(self, name: str) -> Input | Refusal:
        if not self._panel.has(name, area=self._area):
            from longwave.prepare.concepts import concepts

            if name not in concepts():
                return Refusal(name, say("policy.no_concept", name=name), say("policy.no_concept_mend"))
        return take(self._panel, self._area, name)


def _written(values: pd.Series) -> pd.Series:
    return pd.Series(
        values.to_numpy(dtype=float), index=[f"{year:04d}" for year in values.index], dtype=float
    )


Measured = Callable[[str], Measurement]


def state_of(
    domain: Domain, world: Panel, area: str, measured: Measured | None = None, known: int = 0
) -> State:
    """The evidence of a domain for an area.

    world: one source a variable, of every country there is; measured: takes a measure by name (by default computes
    it each time); known: the year up to which announcements are known where the figures end before.
    """
    take_measure = measured or (lambda name: measure_of(name, world, area))
    found: dict[str, Evidence] = {}
    refused: dict[str, Refusal] = {}
    taken: dict[str, Measurement] = {}
    own = world.of_area(area)
    for each in domain.indicators:
        made: Evidence | Refusal
        if each.published is not None:
            made = _of_announced(each, area, max(known, _newest(own)))
        elif each.measure:
            if each.measure not in taken:
                taken[each.measure] = take_measure(each.measure)
            made = _of_measure(each, taken[each.measure], own)
        else:
            made = _of_series(each, own, area)
        if isinstance(made, Refusal):
            refused[each.name] = made
        else:
            found[each.name] = made
    return State(area, found, refused)


def measure_of(name: str, world: Panel, area: str) -> Measurement:
    """A measure of an area by its name."""
    measure = of_panel()[name]
    return measure.compute(world if measure.across else world.of_area(area), area)


@lru_cache(maxsize=8192)
def series_of(indicator: Indicator, panel: Panel, area: str) -> pd.Series | None:
    """An indicator's yearly figures of any area, None where they are not there or the indicator is a measure's."""
    if indicator.measure or indicator.published is not None:
        return None
    for way in indicator.ways:
        made = _figures_by(indicator, way, panel.of_area(area), area)
        if not isinstance(made, Refusal):
            return made.values
    return None


@lru_cache(maxsize=512)
def shelf_of(own: Panel, area: str) -> PanelShelf:
    """The shelf of an area's rows, which keeps what was taken from it."""
    return PanelShelf(own, area)


def _of_series(indicator: Indicator, own: Panel, area: str) -> Evidence | Refusal:
    """The first alternative that gives figures; where none does, the refusal of the first."""
    found = [_figures_by(indicator, indicator.ways[0], own, area)]
    for way in indicator.ways[1:]:
        if not isinstance(found[-1], Refusal):
            break
        found.append(_figures_by(indicator, way, own, area))
    made = found[0] if isinstance(found[-1], Refusal) else found[-1]
    if isinstance(made, Refusal):
        return made
    return _told(indicator, made.values, observed=made.observed, sources=made.sources, assumed=made.assumed)


@dataclass(frozen=True, eq=False)
class _Figures:
    """An indicator's figures by year, and what they were made from."""

    values: pd.Series
    observed: float
    sources: tuple[str, ...]
    assumed: tuple[Names, ...]


def _figures_by(indicator: Indicator, way: Alternative, own: Panel, area: str) -> _Figures | Refusal:
    """The figures by one alternative."""
    shelf = shelf_of(own, area)
    try:
        mapped = mapped_columns({indicator.name: (way,)}, {}, shelf, area)
    except LongwaveError as error:
        return Refusal(indicator.name, error.message, error.mend)
    column = mapped.columns[indicator.name]
    years = [(mapped.first + step).ordinal for step in range(len(column))]
    values = pd.Series(column, index=years, dtype=float, name=indicator.name).dropna()
    if values.empty:
        reason = say("policy.never_together", name=indicator.names, area=area_names(area))
        return Refusal(indicator.name, reason, say("policy.never_together_mend", variables=mapped.used))
    inputs = [shelf.inputs[name] for name in mapped.used]
    known = [each for each in inputs if isinstance(each, Input)]
    return _Figures(
        values,
        min((each.observed for each in known), default=1.0),
        tuple(dict.fromkeys(each.source for each in known)),
        (way.assumed,) if way.assumed.en else (),
    )


def _newest(own: Panel) -> int:
    """The last year of any of an area's figures, 0 without any."""
    years = own.frame["period"].astype(str).str[:4]
    return int(years.max()) if len(years) else 0


def _of_announced(indicator: Indicator, area: str, known: int) -> Evidence | Refusal:
    """What was announced up to a year, year by year, each in force until the next."""
    rows = [each for each in (indicator.published or {}).get(area, ()) if each.since <= known]
    if not rows:
        reason = say("policy.not_announced", name=indicator.names, area=area_names(area))
        return Refusal(indicator.name, reason, say("policy.not_announced_mend"))
    values = pd.Series(
        {
            year: next(row.value for row in reversed(rows) if row.since <= year)
            for year in range(rows[0].since, known + 1)
        },
        dtype=float,
    )
    last = rows[-1]
    latest = Estimate(
        indicator.name, last.value, last.value, last.value, indicator.unit.en,
        say("policy.as_announced", source=last.source), Sample(len(values), str(rows[0].since), str(known)),
        Grade.A, 0.95,
    )  # fmt: skip
    return Evidence(indicator, values, latest, assumed=(Names(last.source),))


def _of_measure(indicator: Indicator, measured: Measurement, own: Panel) -> Evidence | Refusal:
    if indicator.estimate:
        named = [each for each in measured.estimates if each.name == indicator.estimate]
        if not named:
            return _unsaid(indicator, measured)
        return _of_estimate(indicator, named[-1], measured)
    table = measured.table
    if indicator.column not in table.columns or table[indicator.column].dropna().empty:
        return _unsaid(indicator, measured)
    band = []
    for side in ("low", "high"):
        name = f"{indicator.column}_{side}"
        band.append(_by_year(table[name]) * indicator.factor if name in table.columns else None)
    values = (_by_year(table[indicator.column]) * indicator.factor).dropna()
    if indicator.factor < 0:
        band.reverse()
    return _told(
        indicator, values, low=band[0], high=band[1], observed=_observed(own, measured), sources=measured.sources,
    )  # fmt: skip


def _observed(own: Panel, measured: Measurement) -> float:
    """Share of the figures that a measure could read which the publisher observed."""
    measure = of_panel()[measured.measure]
    frame = own.select(variable=[*measure.needs, *measure.uses]).frame
    known = frame[frame["value"].notna()]
    return float(known["status"].isin(OBSERVED).mean()) if len(known) else 1.0


def _by_year(column: pd.Series) -> pd.Series:
    """A measure's column by year; periods within a year count as their mean."""
    years = [int(str(each)[:4]) for each in column.index]
    values = pd.Series(column.to_numpy(dtype=float), index=years, dtype=float)
    return values if values.index.is_unique else values.groupby(level=0).mean()


def _unsaid(indicator: Indicator, measured: Measurement) -> Refusal:
    """Why a measure has nothing to say here: its own refusal where it gave one."""
    if measured.refusals:
        first = measured.refusals[0]
        return Refusal(indicator.name, first.reason, first.mend)
    reason = say("policy.measure_silent", name=indicator.names, measure=measured.measure)
    return Refusal(indicator.name, reason, say("policy.measure_silent_mend", measure=measured.measure))


def _of_estimate(indicator: Indicator, given: Estimate, measured: Measurement) -> Evidence:
    low, high = sorted((given.low * indicator.factor, given.high * indicator.factor))
    latest = Estimate(
        indicator.name, given.value * indicator.factor, low, high, indicator.unit.en, given.method, given.sample,
        given.grade, given.level, given.sources or measured.sources,
    )  # fmt: skip
    year = int(str(given.sample.last)[:4])
    return Evidence(
        indicator, pd.Series([latest.value], index=[year], dtype=float), latest,
        pd.Series([low], index=[year]), pd.Series([high], index=[year]), sources=latest.sources,
    )  # fmt: skip


def _told(
    indicator: Indicator,
    values: pd.Series,
    *,
    low: pd.Series | None = None,
    high: pd.Series | None = None,
    observed: float = 1.0,
    sources: tuple[str, ...] = (),
    assumed: tuple[Names, ...] = (),
) -> Evidence:
    year = int(values.index[-1])
    value = float(values.iloc[-1])
    banded = low is not None and high is not None and np.isfinite(low.get(year, np.nan))
    bounds = (float(low[year]), float(high[year])) if banded else (value, value)  # type: ignore[index]
    latest = Estimate(
        indicator.name, value, *bounds, indicator.unit.en,
        say("policy.as_measured") if banded else say("policy.as_published"),
        Sample(len(values), str(values.index[0]), str(year)),
        grade_of(len(values), observed), 0.95, sources,
    )  # fmt: skip
    return Evidence(indicator, values, latest, low, high, mean_of(values), slope_of(values), sources, assumed)


def mean_of(values: pd.Series, years: int = MEAN_YEARS, level: float = 0.9) -> Interval | None:
    """Mean of the last so many years; None where they are too few, or do not vary."""
    part = values[values.index > values.index[-1] - years]
    stretch = Stretch(part.index.to_numpy(dtype=np.int64), part.to_numpy(dtype=float))
    try:
        return Noise([stretch]).mean(0, level)
    except ValueError:
        return None


def slope_of(values: pd.Series, years: int = SLOPE_YEARS, level: float = 0.9) -> Interval | None:
    """Slope a year over the last so many years; None where they are too few or lie on a line."""
    part = values[values.index > values.index[-1] - years]
    times = part.index.to_numpy(dtype=np.int64)
    try:
        return persistent_line(times, times.astype(float), part.to_numpy(dtype=float), level)
    except ValueError:
        return None
