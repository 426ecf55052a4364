"""The verb `nowcast`: the first unknown periods of a slow figure, read from faster ones of the store or of a user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import DataError, LongwaveError, UsageError
from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, Names, say
from longwave.core.origin import Origin
from longwave.core.settings import Settings, load_settings
from longwave.forecast.frames import read_series
from longwave.forecast.nowcast.nowcast import METHODS, Nowcast, nowcast
from longwave.workflows.forecast.make import frequency_named
from longwave.workflows.forecast.named import NamedSeries, named_series
from longwave.workflows.forecast.own import own_table
from longwave.workflows.plain import plain_frame, plain_refusal, plain_sentence, plain_table, plain_test


@dataclass(frozen=True, eq=False)
class Nowcasted:
    """A nowcast with the names and the origins of its series; refusals: indicators that could not be found or read."""

    key: str
    name: Names | Message | str
    unit: str
    result: Nowcast
    origins: dict[str, Origin] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    def results(self) -> dict[str, Any]:
        """Everything as plain data, in the schema of ``longwave nowcast --json``."""
        return plain_nowcast(self)


def make_nowcast(
    target: str,
    *,
    indicators: Sequence[str] = (),
    candidates: Sequence[str] = (),
    file: str | Path | pd.DataFrame | None = None,
    earlier: str | Path | pd.DataFrame | None = None,
    period: str | None = None,
    method: str = METHODS[0],
    freq: str | None = None,
    as_of: str | date | None = None,
    since: str | date | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Nowcasted:
    """Nowcasts `target` from indicators.

    target, indicators, candidates: names of series (``real_gdp@USA``); with `file`, ids in that table, where all other
    series are indicators if none are named. candidates are tested, never used. since: a date, for figures
    of the store; earlier: the table of a file as it was: what moved the nowcast. freq: of the target (A, Q or M). Raises
    UsageError, UnknownArea, UnknownSeries, BadInput, DataError where the data cannot carry a nowcast.
    """
    if method not in METHODS:
        raise UsageError(say("workflows.no_nowcast_method", name=method, methods=METHODS))
    if file is not None:
        _check_dates(as_of, since)
        given = _of_file(target, indicators, candidates, file, earlier, freq)
    elif earlier is not None:
        raise UsageError(say("workflows.earlier_of_file"), say("workflows.earlier_of_file_mend"))
    else:
        given = _of_store(
            target,
            indicators,
            candidates,
            freq,
            _day(as_of),
            _day(since),
            settings or load_settings(),
            progress,
        )
    made = nowcast(
        given.target.values.rename(given.target.key),
        given.indicators,
        period=period,
        method=method,  # type: ignore[arg-type]
        candidates=given.candidates,
        earlier=given.earlier,
        progress=progress,
    )
    if isinstance(made, Refusal):
        raise DataError(made.reason, made.mend)
    return Nowcasted(
        given.target.key, given.target.name, given.target.unit, made, given.origins, given.refusals
    )


@dataclass(frozen=True, eq=False)
class _Given:
    target: NamedSeries
    indicators: Mapping[str, pd.Series]
    candidates: Mapping[str, pd.Series]
    earlier: Mapping[str, pd.Series] | None
    origins: dict[str, Origin]
    refusals: tuple[Refusal, ...] = ()


def _check_dates(as_of: str | date | None, since: str | date | None) -> None:
    """Raises UsageError: the figures of a file are known as they stand there, on no date."""
    for option, given in (("--as-of", as_of), ("--since", since)):
        if given is not None:
            raise UsageError(say("nowcast.dates_of_file", option=option), say("nowcast.dates_of_file_mend"))


def _day(given: str | date | None) -> str | None:
    return given.isoformat() if isinstance(given, date) else given


def _of_store(
    target: str,
    indicators: Sequence[str],
    candidates: Sequence[str],
    freq: str | None,
    as_of: str | None,
    since: str | None,
    settings: Settings,
    progress: Progress,
) -> _Given:
    if not indicators:
        raise UsageError(say("workflows.no_indicators"), say("workflows.no_indicators_mend"))
    progress(say("workflows.collecting"), 0, 1)
    goal = named_series(target, as_of=as_of, frequency=frequency_named(freq or "Q"), settings=settings)
    found: dict[str, NamedSeries] = {}
    refusals = []
    for name in (*indicators, *candidates):
        try:
            found[name] = named_series(name, as_of=as_of, frequency=None, settings=settings)
        except UsageError:
            raise
        except LongwaveError as error:
            refusals.append(Refusal(name, error.message, error.mend))
    if not any(name in found for name in indicators):
        raise DataError(refusals[0].reason, refusals[0].mend)
    before = None
    if since is not None:
        before = {
            each.key: named_series(each.key, as_of=since, frequency=_same(each), settings=settings).values
            for each in (goal, *(found[name] for name in indicators if name in found))
        }
    origins = {name: origin for each in (goal, *found.values()) for name, origin in each.origins.items()}
    return _Given(
        goal,
        {found[name].key: found[name].values for name in indicators if name in found},
        {found[name].key: found[name].values for name in candidates if name in found},
        before,
        origins,
        tuple(refusals),
    )


def _same(each: NamedSeries) -> Any:
    from longwave.core.period import frequency_of

    return frequency_of(str(each.values.index[-1]))


def _of_file(
    target: str,
    indicators: Sequence[str],
    candidates: Sequence[str],
    file: str | Path | pd.DataFrame,
    earlier: str | Path | pd.DataFrame | None,
    freq: str | None,
) -> _Given:
    read = read_series(own_table(Path(file)) if isinstance(file, str | Path) else file, freq=freq)
    wanted = (target, *indicators, *candidates)
    missing = [name for name in wanted if name not in read.series]
    if missing:
        raise UsageError(say("workflows.no_companion", name=missing[0], ids=tuple(list(read.series)[:8])))
    named = indicators or [name for name in read.series if name not in {target, *candidates}]
    before = None
    if earlier is not None:
        old = read_series(own_table(Path(earlier)) if isinstance(earlier, str | Path) else earlier, freq=freq)
        before = {name: old.series[name] for name in (target, *named) if name in old.series}
    goal = NamedSeries(target, target, "", "not stated", read.series[target], Names(target), {}, {})
    return _Given(
        goal,
        {name: read.series[name] for name in named},
        {name: read.series[name] for name in candidates},
        before,
        {},
        read.refusals,
    )


def plain_nowcast(made: Nowcasted) -> dict[str, Any]:
    """The document of ``longwave nowcast --json``."""
    result = made.result
    return {
        "series": made.key,
        "unit": made.unit,
        "period": result.period,
        "origin": result.origin,
        "latest": result.latest,
        "change": result.kind,
        "findings": [plain_sentence(sentence) for sentence in result.said],
        "method": plain_sentence(result.method),
        "sample": result.sample.as_dict(),
        "methods": [
            {
                "name": told.name,
                "label": plain_sentence(told.label),
                "table": plain_table(told.values),
                "changes": plain_table(told.changes),
                "raw_changes": plain_table(told.raw),
                "widened": list(told.widened),
            }
            for told in (result.own, *result.rivals)
        ],
        "scores": plain_frame(result.scores.rename_axis("method").reset_index()),
        "tests": [plain_test(test) for test in result.tests],
        "weights": {str(name): float(value) for name, value in result.weights.items()},
        "outliers": list(result.outliers),
        "candidates": [
            {
                "name": each.name,
                "origins": each.origins,
                "rmse_without": each.rmse_without,
                "rmse_with": each.rmse_with,
                "helps": each.helps,
                "finding": plain_sentence(each.said),
                "tests": [plain_test(test) for test in each.tests],
            }
            for each in result.candidates
        ],
        "news": None
        if result.news is None
        else {
            "period": result.news.period,
            "before": result.news.before,
            "after": result.news.after,
            "rows": plain_frame(result.news.frame),
            "findings": [plain_sentence(sentence) for sentence in result.news.said],
        },
        "notes": [plain_sentence(note) for note in result.notes],
        "refusals": [plain_refusal(refusal) for refusal in made.refusals],
        "data": [origin.as_dict() for origin in made.origins.values()],
    }
