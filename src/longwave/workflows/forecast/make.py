"""The verb `forecast`: series of the store or of a user's file, led on; with their record, and what changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import DataError, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import Backtest, ForecastScenario, ForecastTable
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, Names, say
from longwave.core.origin import Origin
from longwave.core.period import Frequency, Period, frequency_of
from longwave.core.settings import Settings, load_settings
from longwave.forecast.calendars import declared
from longwave.forecast.calibration import ENOUGH_SERIES
from longwave.forecast.forecast import LEVELS, check, forecast
from longwave.forecast.frames import ReadSeries, SeriesForm, forecast_frame, read_series
from longwave.forecast.profiles import DEFAULT
from longwave.forecast.record import record
from longwave.forecast.revision import Revision
from longwave.report.document import Document
from longwave.workflows.forecast.door import check_kinds
from longwave.workflows.forecast.methods import check_method
from longwave.workflows.forecast.named import NamedSeries, named_series
from longwave.workflows.forecast.own import is_file, own_table
from longwave.workflows.forecast.plain import plain_forecast
from longwave.workflows.forecast.since import changed_since, check_kept, check_since
from longwave.workflows.forecast_page import forecast_document, key_of

MOST_SERIES = ENOUGH_SERIES - 1
"""Series told one by one; from a pool's number on they are forecast together (`pooled.forecast_pooled`)."""

_TWELVE = 12

NOT_STATED = "not stated"
"""The unit of figures whose owner states none."""


@dataclass(frozen=True, slots=True)
class ForecastOptions:
    """What was asked for. horizon: periods ahead; method: a profile or a method's name; backtest: whether the record of
    past forecasts is made too; since: a date, or the file of an earlier ``--json``."""

    horizon: int = _TWELVE
    method: str = DEFAULT
    backtest: bool = False
    as_of: str | None = None
    since: str | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Made:
    """Forecasts of a few series, each told in full. All mappings go by the series' key (``real_gdp@USA``, or the id in
    the user's file)."""

    options: ForecastOptions
    tables: Mapping[str, ForecastTable]
    histories: Mapping[str, pd.Series]
    names: Mapping[str, Names | Message | str]
    backtests: Mapping[str, Backtest] = field(default_factory=dict)
    scenarios: Mapping[str, tuple[ForecastScenario, ...]] = field(default_factory=dict)
    revisions: Mapping[str, Revision] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()
    form: SeriesForm | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """Dates as they came, median and bands under Nixtla's names; of named series, written periods."""
        if self.form is not None:
            return forecast_frame(self.tables, self.form)
        parts = [
            table.frame.rename_axis("ds").reset_index().assign(unique_id=key)
            for key, table in self.tables.items()
        ]
        frame = pd.concat(parts, ignore_index=True)
        return frame[["unique_id", "ds", *(name for name in frame if name not in {"unique_id", "ds"})]]

    def written(self, key: str) -> list[str]:
        """The periods of a forecast in text: written periods; of counts (1, 2, 3, ...) counts."""
        periods = [str(period) for period in self.tables[key].frame.index]
        if self.form is None or self.form.calendars[key].kind != "count":
            return periods
        ordinals = np.array([Period.parse(text).ordinal for text in periods], dtype=np.int64)
        return [str(one) for one in self.form.dates(key, ordinals)]

    @property
    def document(self) -> Document:
        """The page: fans, past errors, tables."""
        by_page = {key: key_of(table) for key, table in self.tables.items()}
        return forecast_document(
            tuple(self.tables.values()),
            {by_page[key]: series for key, series in self.histories.items() if key in by_page},
            backtests={by_page[key]: each for key, each in self.backtests.items()},
            scenarios={by_page[key]: each for key, each in self.scenarios.items() if key in by_page},
            revisions={by_page[key]: each for key, each in self.revisions.items()},
            origins=self.origins,
            names={by_page[key]: name for key, name in self.names.items() if key in by_page},
            refusals=self.refusals,
        )

    def results(self) -> dict[str, Any]:
        """Everything as plain data, in the schema of ``longwave forecast --json``."""
        return plain_forecast(self)


def make_forecast(
    *what: str | Path | pd.DataFrame | pd.Series,
    horizon: int = _TWELVE,
    method: str = DEFAULT,
    backtest: bool = False,
    as_of: str | date | None = None,
    since: str | Path | date | None = None,
    companions: Sequence[str] = (),
    scenarios: str | Path | pd.DataFrame | Mapping[str, pd.Series] | None = None,
    freq: str | None = None,
    unit: str = "",
    seed: int = 0,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Made:
    """Forecasts one or more series.

    what: names of series (``real_gdp@USA``), or one table: a file (csv, xlsx, parquet) or frame with the columns
    unique_id, ds, y, a Series with Period or Datetime index. companions: names of series, or ids of the same table, for
    methods of several columns; scenarios: paths of the user's to draw beside the forecast, one a name; since: a date, or
    an earlier result's JSON file: what changed; unit: of the user's own figures.

    Raises UsageError (nothing asked for, options), UnknownArea, UnknownSeries, BadInput (the table), DataError where
    nothing could be forecast.
    """
    check_kinds(
        horizon=horizon,
        seed=seed,
        method=method,
        unit=unit,
        freq=freq,
        since=since.isoformat() if isinstance(since, date) else since,
        companions=companions,
        settings=settings,
    )
    options = ForecastOptions(
        int(horizon),
        method,
        backtest,
        as_of.isoformat() if isinstance(as_of, date) else as_of,
        None if since is None else str(since),
        int(seed),
    )
    check_options(horizon, method, companions, seed)
    settings = settings or load_settings()
    given = _given(what, options, companions, freq, unit, settings, progress)
    if options.since is not None:
        check_kept(options.since, given.series)
    paths = _scenarios(scenarios, freq, given)
    made = _forecasts(given, options, progress)
    return replace(made, scenarios=dict.fromkeys(made.tables, paths) if paths else {})


def check_options(horizon: int, method: str, companions: Sequence[str], seed: int) -> None:
    """Raises UsageError, before the work, for what cannot be asked for."""
    check(horizon, LEVELS)
    check_method(method, companions)
    if seed < 0:
        raise UsageError(say("workflows.bad_seed", seed=str(seed)))


@dataclass(frozen=True, eq=False)
class _Given:
    """Series to be forecast, and those beside them."""

    series: Mapping[str, NamedSeries]
    companions: Mapping[str, pd.Series]
    form: SeriesForm | None = None
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Message, ...] = ()
    settings: Settings | None = None
    earlier: Mapping[str, pd.Series] = field(default_factory=dict)


def _given(
    what: tuple[str | Path | pd.DataFrame | pd.Series, ...],
    options: ForecastOptions,
    companions: Sequence[str],
    freq: str | None,
    unit: str,
    settings: Settings,
    progress: Progress,
) -> _Given:
    if not what:
        raise UsageError(say("workflows.nothing_asked"), say("workflows.nothing_asked_mend"))
    named = all(isinstance(one, str) and not is_file(one) for one in what)
    if options.since is not None:
        if companions:
            raise UsageError(say("workflows.since_alone"), say("workflows.since_alone_mend"))
        check_since(options.since, own=not named)
    if named:
        progress(say("workflows.collecting"), 0, 1)
        frequency = frequency_named(freq)
        found = [
            named_series(
                str(one),
                as_of=options.as_of,
                frequency=frequency,
                settings=settings,
                vintages=options.backtest and not companions,
            )
            for one in what
        ]
        beside = [
            named_series(one, as_of=options.as_of, frequency=frequency or _of(found[0]), settings=settings)
            for one in companions
        ]
        for one in beside:
            if one.key in {each.key for each in found}:
                raise UsageError(
                    say("workflows.companion_itself", name=one.key), say("workflows.companions_mend")
                )
        return _Given(
            {one.key: one for one in found},
            {one.key: one.values for one in beside},
            notes=tuple(note for one in found for note in one.notes),
            settings=settings,
        )
    if len(what) > 1:
        raise UsageError(say("workflows.one_table"))
    if options.as_of is not None:
        raise UsageError(say("workflows.as_of_own"), say("workflows.as_of_own_mend"))
    return _own(what[0], companions, freq, unit)


def _of(one: NamedSeries) -> Frequency:
    return frequency_of(str(one.values.index[-1]))


def frequency_named(freq: str | None) -> Frequency | None:
    """A frequency in words, or as pandas writes it (Q, QE, quarterly). Raises UsageError."""
    said = declared(freq)
    return None if said is None else said.frequency


def _own(source: object, companions: Sequence[str], freq: str | None, unit: str) -> _Given:
    table = own_table(Path(source)) if isinstance(source, str | Path) else source
    read = read_series(table, freq=freq, unique_id=_stem(source), today=date.today())
    missing = [name for name in companions if name not in read.series]
    if missing:
        raise UsageError(say("workflows.no_companion", name=missing[0], ids=tuple(list(read.series)[:8])))
    wanted = {key: values for key, values in read.series.items() if key not in companions}
    if not wanted:
        raise UsageError(say("workflows.companions_none_left"), say("workflows.companions_mend"))
    return _Given(
        {
            key: NamedSeries(key, key, "", unit or NOT_STATED, values, _named(key), {}, {})
            for key, values in wanted.items()
        },
        {name: read.series[name] for name in companions},
        read.form,
        read.refusals,
        read.notes,
    )


def _stem(source: object) -> str:
    """What a lone series without an id goes by: the name of its file."""
    return Path(source).stem if isinstance(source, str | Path) else ""


def _named(key: str) -> Names | Message:
    return Names(key) if key else say("workflows.the_series")


def _forecasts(given: _Given, options: ForecastOptions, progress: Progress) -> Made:
    tables: dict[str, ForecastTable] = {}
    refusals = list(given.refusals)
    backtests: dict[str, Backtest] = {}
    revisions: dict[str, Revision] = {}
    for place, (key, each) in enumerate(given.series.items()):
        progress(say("workflows.forecasting_series", name=each.name), place, len(given.series))
        table = _forecast(key, each, given.companions, options)
        if isinstance(table, Refusal):
            refusals.append(table)
            continue
        tables[key] = table
        if options.backtest:
            found = _record(key, each, given.companions, options, _trying(each, progress))
            if isinstance(found, Refusal):
                refusals.append(found)
            else:
                backtests[key] = found
        if options.since is not None:
            changed = _changed(options.since, key, each, table, options, given.settings)
            if isinstance(changed, Refusal):
                refusals.append(changed)
            else:
                revisions[key] = changed
    if not tables:
        first = refusals[0]
        raise DataError(first.reason, first.mend)
    origins = {name: origin for each in given.series.values() for name, origin in each.origins.items()}
    return Made(
        options,
        tables,
        {key: each.values for key, each in given.series.items()},
        {key: each.name for key, each in given.series.items()},
        backtests,
        {},
        revisions,
        origins,
        tuple(refusals),
        given.notes,
        given.form,
    )


def _forecast(
    key: str, each: NamedSeries, companions: Mapping[str, pd.Series], options: ForecastOptions
) -> ForecastTable | Refusal:
    table = forecast(
        each.values,
        variable=each.variable,
        area=each.area,
        unit=each.unit,
        horizon=options.horizon,
        method=options.method,
        seed=options.seed,
        companions=companions or None,
    )
    if isinstance(table, Refusal):
        return replace(table, subject=key)
    return replace(table, as_of=options.as_of or "", sources=tuple(each.origins))


def _changed(
    since: str,
    key: str,
    each: NamedSeries,
    table: ForecastTable,
    options: ForecastOptions,
    settings: Settings | None,
) -> Revision | Refusal:
    try:
        return changed_since(since, key, each, table, options.method, options.seed, settings)
    except (DataError, UsageError) as error:
        return Refusal(key, error.message, error.mend)


def _trying(each: NamedSeries, progress: Progress) -> Callable[[int, int], None]:
    label = say("workflows.trying_series", name=each.name)
    progress(label, 0, 1)
    return lambda done, total: progress(label, done, total)


def _record(
    key: str,
    each: NamedSeries,
    companions: Mapping[str, pd.Series],
    options: ForecastOptions,
    step: Callable[[int, int], None],
) -> Backtest | Refusal:
    try:
        return record(
            each.values,
            unit=each.unit,
            horizon=options.horizon,
            method=options.method,
            vintages=each.vintages or {_released(each, options.as_of): each.values},
            unique_id=key,
            seed=options.seed,
            companions=companions or None,
            step=step,
        )
    except (DataError, UsageError) as error:
        return Refusal(key, error.message, error.mend)


def _released(each: NamedSeries, as_of: str | None) -> str:
    """The day of the figures, none after the one asked for; empty for a user's own, which say none."""
    day = max((origin.released for origin in each.origins.values()), default="")
    return min(day, as_of or day)


def _scenarios(
    source: str | Path | pd.DataFrame | Mapping[str, pd.Series] | None, freq: str | None, given: _Given
) -> tuple[ForecastScenario, ...]:
    if source is None:
        return ()
    table = own_table(Path(source)) if isinstance(source, str | Path) else source
    read: ReadSeries = read_series(table, freq=freq)
    if len(given.series) > 1:
        raise UsageError(say("workflows.scenarios_one"), say("workflows.scenarios_one_mend"))
    return tuple(ForecastScenario(name, values) for name, values in read.series.items())
