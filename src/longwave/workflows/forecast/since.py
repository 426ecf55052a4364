"""What changed since an earlier forecast: made again as of a date, or kept as the JSON of an earlier run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import BadInput, LongwaveError, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import ForecastTable
from longwave.core.message import say
from longwave.core.settings import Settings
from longwave.forecast.forecast import FARTHEST, forecast
from longwave.forecast.held import held
from longwave.forecast.revision import Revision, revision, saved
from longwave.workflows.forecast.named import NamedSeries, named_series
from longwave.workflows.forecast.own import is_there
from longwave.workflows.sources import read_date


def check_since(since: str, *, own: bool) -> None:
    """Raises UsageError, before the work, for neither a date nor a file, and for a date where only a file will do."""
    if _is_kept(since):
        if not is_there(Path(since)):
            raise UsageError(say("workflows.no_file", path=since), say("workflows.not_a_forecast_mend"))
        return
    if own:
        raise UsageError(say("workflows.since_own"), say("workflows.since_own_mend"))
    read_date(since)


def check_kept(since: str, keys: Iterable[str]) -> None:
    """Raises what is wrong with a file of an earlier forecast that holds none of the series."""
    first: LongwaveError | None = None
    for key in keys if _is_kept(since) else ():
        try:
            _kept(Path(since), key)
            return
        except (BadInput, UsageError) as error:
            first = first or error
    if first is not None:
        raise first


def _is_kept(since: str) -> bool:
    return Path(since).suffix.lower() == ".json"


def changed_since(
    since: str,
    key: str,
    series: NamedSeries,
    later: ForecastTable,
    method: str,
    seed: int,
    settings: Settings | None,
) -> Revision:
    """The change, split where the earlier data are known: of a date always, of a JSON file where it holds its history.

    Raises UsageError (neither a date nor a file, or a date for a user's own table), BadInput (not such a file).
    """
    if _is_kept(since):
        earlier, old = _kept(Path(since), key)
    elif settings is None:
        raise UsageError(say("workflows.since_own"), say("workflows.since_own_mend"))
    else:
        earlier, old = _again(since, key, later, method, seed, settings)
    replay = None if old is None else held(earlier.made_by or method, earlier, old, seed=seed)
    if not isinstance(replay, Refusal):
        return revision(earlier, later, replay, old, series.values)
    made = revision(earlier, later, None, old, series.values)
    others = (one for one in made.refusals if one.reason.key != "revision.no_replay")
    return replace(made, refusals=(replay, *others))


def _again(
    day: str, key: str, later: ForecastTable, method: str, seed: int, settings: Settings
) -> tuple[ForecastTable, pd.Series]:
    from longwave.core.period import frequency_of

    then = named_series(key, as_of=day, frequency=frequency_of(later.origin), settings=settings)
    made = forecast(
        then.values,
        variable=later.variable,
        area=later.area,
        unit=then.unit,
        horizon=min(FARTHEST, later.horizon + _between(then, later)),
        method=method,
        seed=seed,
    )
    if isinstance(made, Refusal):
        raise UsageError(made.reason, made.mend)
    return made, then.values


def _between(then: NamedSeries, later: ForecastTable) -> int:
    from longwave.core.period import Period

    return max(0, Period.parse(later.origin) - Period.parse(str(then.values.index[-1])))


def _kept(path: Path, key: str) -> tuple[ForecastTable, pd.Series | None]:
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        found = {each["series"]: each for each in document["forecasts"]}
        if key not in found:
            raise UsageError(say("workflows.since_other", path=str(path), names=tuple(found)[:8]))
        one = found[key]
        frame = pd.DataFrame({k: v for k, v in one["table"].items() if k != "period"}, dtype=float)
        frame.index = pd.Index(one["table"]["period"], name="period")
        history = one.get("history")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            say("workflows.not_a_forecast", path=str(path)), say("workflows.not_a_forecast_mend")
        ) from error
    table = saved(frame, variable=one["variable"], area=one["area"], unit=one["unit"])
    old = None if not history else pd.Series(history["value"], index=history["period"], dtype=float)
    return replace(table, made_by=str(one.get("made_by") or "")), old
