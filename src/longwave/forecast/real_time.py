"""Rolling origins on vintages: what methods would have said with the figures of the day, and what came of it.

Figures are revised, so a back-test on today's figures knows too much: at each origin a method sees only what had been
released by then. Each release that carries the series a period further is an origin; its last figure is the last
known, whatever the delay of publication. What came is one of three, and they differ by the revisions between:

    latest         the newest figure of the period
    first          the first figure that was released of it
    after_periods  the figure as it stood when the series had gone `after` periods further

A figure dated before its period was over is a projection, not an observation, and is dropped. A release that lost
more than half of the periods of the one before, or ends earlier than it, is a part of a file and is left out.

Before the end of the first release nothing is known of what had been released. Origins there are cut from that
release, with figures revised since: pseudo-real time, an empty vintage, and a note that says how many are so.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, DuplicateObservations, NotEnoughData, UnitMismatch, UsageError
from longwave.core.forecast import TRIAL_COLUMNS, Trials
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.core.period import Period, normalise_periods
from longwave.forecast.method import FitError, Vector

Forecaster = Callable[[pd.Series, int], tuple[Vector, pd.DataFrame]]
"""Takes a series (index = written period, oldest first, no gaps) and a horizon h; gives the mean (h,) and quantiles
(h rows, columns named by probability: ``0.1``). Raises FitError where it has nothing to say."""

Outcome = Literal["latest", "first", "after_periods"]

_FEWEST = 12
_PART = 0.5
_REBASED = np.log(1.05)
"""Releases whose levels differ by more than this in the median of common periods have another base or definition."""


@dataclass(frozen=True, eq=False)
class Release:
    """The series as it stood on a day (empty: undated): values by written period, oldest first, none missing."""

    day: str
    values: pd.Series

    @property
    def last(self) -> Period:
        return Period.parse(str(self.values.index[-1]))


def vintages_of(
    panel: Panel, variable: str, area: str, item: str = "", *, whole: bool = False
) -> dict[str, pd.Series]:
    """The series as it stood on each day on which something of it was released: day -> values by written period.

    For each period the newest row of that day or before, as the store reads with `as_of`; a newer row without a
    value withdraws the figure. whole: each release stands alone, nothing is taken from older ones, for datasets
    that are published as complete files (a splice of two base years is no series). Raises NotEnoughData (no such
    series), DuplicateObservations (several sources: select one), UnitMismatch (its releases have several units).
    """
    rows = panel.select(variable=variable, area=area, item=item).frame
    if rows.empty or rows["value"].isna().all():
        raise NotEnoughData(say("core.no_series", variable=variable, area=area), say("core.list_series"))
    if rows["source"].nunique() > 1:
        raise DuplicateObservations(say("core.series_overlaps", variable=variable, area=area))
    if rows["unit"].nunique() > 1:
        raise UnitMismatch(
            say("scores.mixed_units", units=tuple(sorted(rows["unit"].unique()))),
            say("scores.mixed_units_mend"),
        )
    known: dict[str, float] = {}
    found: dict[str, pd.Series] = {}
    for day, part in rows.groupby("vintage", sort=True):
        fresh = dict(zip(part["period"], part["value"].astype(float), strict=True))
        known = fresh if whole else known | fresh
        found[str(day)] = pd.Series(known, dtype=float).dropna().sort_index().rename(variable)
    return found


def real_time_trials(
    vintages: Mapping[str, pd.Series],
    methods: Mapping[str, Forecaster],
    horizon: int,
    *,
    unique_id: str = "series",
    outcome: Outcome = "latest",
    after: int = 0,
    link: bool | None = False,
    fewest: int = _FEWEST,
    most: int | None = None,
) -> Trials:
    """What the methods would have said on each day of release, and what came.

    vintages: day (YYYY-MM-DD) -> the series as it stood then, values indexed by written period; not in any order,
    ragged at both ends; missing values are dropped, and the last unbroken run is forecast from. methods: name ->
    forecaster. horizon: periods ahead. outcome, after: see above. link: where base years differ between releases,
    compare growth since the origin: forecast and outcome are each multiplied by the newest figure of the origin over
    the release's own; an origin that the newest release or the outcome's no longer has cannot be linked and is left
    out; None links where every release's figures at the origins are above zero. fewest: least number of figures in a
    run. most: at most so many origins, spread evenly over those with an outcome (None: all).

    Several releases that end in the same period count once, by the first of them. Origins before the first release's
    end are cut from it and have an empty vintage. Only forecasts with an outcome are rows. `history` is the newest
    release. Notes tell what was left out. Raises UsageError (horizon, outcome, no methods), BadInput (days, periods,
    values, what a forecaster gives), NotEnoughData (no origin with an outcome).
    """
    _check(methods, horizon, outcome, after, fewest, most)
    if not isinstance(vintages, Mapping) or not all(isinstance(one, pd.Series) for one in vintages.values()):
        raise BadInput(
            say("scores.bad_vintages"), say("scores.bad_vintages_mend", example='{"2024-06-30": series}')
        )
    releases, notes = _complete([_release(day, values) for day, values in vintages.items()])
    real = list(_origins(releases, fewest))
    pseudo = len({release.last for release in releases}) == 1
    first = releases[-1] if pseudo else real[0] if real else releases[0]
    origins = [*_cut(first, fewest), *([] if pseudo else real)]
    looked = _Outcomes(releases, "latest" if pseudo else outcome, after)
    link = not pseudo and (_positive(releases, origins) if link is None else link)
    if link:
        origins = [origin for origin in origins if str(origin.last) in looked.newest.values.index]
    rows: list[dict[str, object]] = []
    for origin in _spread(origins, looked, horizon, most):
        rows += _rows(origin, methods, horizon, looked, link)
    if not rows:
        raise NotEnoughData(say("scores.no_origin", fewest=fewest), say("scores.no_origin_mend"))
    frame = pd.DataFrame(rows).assign(unique_id=unique_id)
    if pseudo:
        notes.append(say("scores.pseudo", day=first.day or say("scores.undated")))
    else:
        notes.append(say(f"scores.outcome_{outcome}", after=after))
        notes += _cut_ones(frame, first)
        notes += _rebased(releases, link)
    quantiles = sorted((name for name in frame.columns if name not in TRIAL_COLUMNS), key=float)
    return Trials(
        frame[[*TRIAL_COLUMNS, *quantiles]],
        {unique_id: releases[-1].values},
        releases[-1].last.frequency.value,
        tuple(notes),
    )


class _Outcomes:
    """What came of a period, and in which release it is read."""

    def __init__(self, releases: list[Release], kind: Outcome, after: int) -> None:
        self.newest = releases[-1]
        self._releases = releases if kind != "latest" else releases[::-1]
        self._after = after if kind == "after_periods" else 0

    def of(self, period: Period) -> Release | None:
        """The release that answers for this period, or None where none does yet."""
        written = str(period)
        for release in self._releases:
            if written in release.values.index and period + self._after <= release.last:
                return release
        return None


def _spread(origins: list[Release], looked: _Outcomes, horizon: int, most: int | None) -> list[Release]:
    """At most `most` of the origins that have an outcome, evenly from the first to the last."""
    answered = [
        origin for origin in origins if any(looked.of(origin.last + step) for step in range(1, horizon + 1))
    ]
    if most is None or len(answered) <= most:
        return answered
    return [answered[int(place)] for place in np.linspace(0, len(answered) - 1, most).round()]


def _rows(
    origin: Release,
    methods: Mapping[str, Forecaster],
    horizon: int,
    looked: _Outcomes,
    link: bool,
) -> Iterator[dict[str, object]]:
    ahead = [origin.last + step for step in range(1, horizon + 1)]
    sources = [looked.of(period) for period in ahead]
    written = str(origin.last)
    own = _factor(looked.newest, origin, written) if link else 1.0
    if own is None:
        return
    for method, forecaster in methods.items():
        try:
            mean, quantiles = _asked(method, forecaster, origin.values, horizon)
        except FitError:
            continue
        for place, (period, source) in enumerate(zip(ahead, sources, strict=True)):
            if source is None:
                continue
            theirs = _factor(looked.newest, source, written) if link else 1.0
            if theirs is None:
                continue
            yield {
                "method": method,
                "origin": written,
                "vintage": origin.day,
                "period": str(period),
                "step": place + 1,
                "outcome": float(source.values[str(period)]) * theirs,
                "mean": float(mean[place]) * own,
                **{
                    str(name): float(value) * own
                    for name, value in zip(quantiles.columns, quantiles.to_numpy(float)[place], strict=True)
                },
            }


def _asked(
    method: str, forecaster: Forecaster, values: pd.Series, horizon: int
) -> tuple[Vector, pd.DataFrame]:
    """What the forecaster says, checked."""
    said = forecaster(values.copy(), horizon)
    try:
        mean, quantiles = said
        mean = np.asarray(mean, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _unusable(method) from error
    if not (quantiles is None or isinstance(quantiles, pd.DataFrame)):
        raise _unusable(method)
    count = 0 if quantiles is None else len(quantiles)
    if mean.shape != (horizon,) or count not in {0, horizon}:
        raise BadInput(
            say("scores.bad_forecaster", method=method, count=mean.size, horizon=horizon),
            say("scores.bad_forecaster_mend"),
        )
    if not np.isfinite(mean).all():
        raise _unusable(method)
    if quantiles is None or not count:
        return mean, pd.DataFrame(index=range(horizon))
    return mean, _quantiles(method, quantiles)


def _quantiles(method: str, quantiles: pd.DataFrame) -> pd.DataFrame:
    """Numbers, by rising probability. Raises BadInput: names that are no probabilities, gaps, quantiles that cross."""
    try:
        shares = [float(name) for name in quantiles.columns]
        table = quantiles.to_numpy(dtype=np.float64)[:, np.argsort(shares)]
    except (TypeError, ValueError) as error:
        raise _unusable(method) from error
    distinct = len(set(shares)) == len(shares) and all(0 < share < 1 for share in shares)
    if not distinct or not np.isfinite(table).all() or (np.diff(table, axis=1) < 0).any():
        raise _unusable(method)
    return pd.DataFrame(table, columns=[f"{share:g}" for share in sorted(shares)])


def _unusable(method: str) -> BadInput:
    return BadInput(say("scores.bad_quantiles", method=method), say("scores.bad_quantiles_mend"))


def _factor(newest: Release, release: Release, written: str) -> float | None:
    """The newest figure of the origin over the release's own; None where one of them lacks it."""
    if release is newest:
        return 1.0
    here, there = (each.values.get(written) for each in (newest, release))
    if here is None or there is None:
        return None
    if not (here > 0 and there > 0):
        raise BadInput(say("scores.no_link", period=written), say("scores.no_link_mend"))
    return float(here / there)


def _positive(releases: list[Release], origins: list[Release]) -> bool:
    """Whether every figure at which they would be linked is above zero."""
    ends = {str(origin.last) for origin in origins}
    return all(bool((one.values[one.values.index.isin(ends)] > 0).all()) for one in releases)


def _cut_ones(frame: pd.DataFrame, first: Release) -> list[Message]:
    """Told where some origins lie before the first release."""
    count = int(frame.loc[frame["vintage"] == "", "origin"].nunique())
    total = int(frame["origin"].nunique())
    day = first.day or say("scores.undated")
    return [say("scores.partly_pseudo", count=count, total=total, day=day)] if count else []


def _origins(releases: list[Release], fewest: int) -> Iterator[Release]:
    """Each release that carries the series further, cut to its last unbroken run."""
    seen: Period | None = None
    for release in releases:
        if seen is not None and not seen < release.last:
            continue
        seen = release.last
        run = _last_run(release.values)
        if len(run) >= fewest:
            yield Release(release.day, run)


def _cut(release: Release, fewest: int) -> Iterator[Release]:
    """Earlier ends of the one release, each with figures after it, undated."""
    run = _last_run(release.values)
    for count in range(fewest, len(run)):
        yield Release("", run.iloc[:count])


def _last_run(values: pd.Series) -> pd.Series:
    ordinals = [Period.parse(str(text)).ordinal for text in values.index]
    start = max((place + 1 for place, (a, b) in enumerate(pairwise(ordinals)) if b - a != 1), default=0)
    return values.iloc[start:]


def _complete(releases: list[tuple[Release, int]]) -> tuple[list[Release], list[Message]]:
    """Releases in the order of days, without parts of files; what was dropped, told."""
    ordered = sorted((release for release, _ in releases if len(release.values)), key=lambda one: one.day)
    if not ordered:
        raise NotEnoughData(say("scores.no_origin", fewest=1), say("scores.no_origin_mend"))
    if len({one.last.frequency for one in ordered}) > 1:
        raise BadInput(say("core.mixed_frequency", first=str(ordered[0].last), second=str(ordered[-1].last)))
    kept = [ordered[0]]
    for release in ordered[1:]:
        before = kept[-1]
        if not release.last < before.last and len(release.values) >= _PART * len(before.values):
            kept.append(release)
    notes = []
    if len(kept) < len(ordered):
        notes.append(say("scores.parts", count=len(ordered) - len(kept)))
    early = sum(count for _, count in releases)
    if early:
        notes.append(say("scores.projections", count=early))
    return kept, notes


def _release(day: str, values: pd.Series) -> tuple[Release, int]:
    """A checked release, and how many figures of periods that were not over were dropped."""
    if not isinstance(day, str):
        raise BadInput(say("scores.bad_day", text=str(day)), say("scores.bad_day_mend"))
    known = pd.Series(
        pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64),
        index=pd.Index(normalise_periods(pd.Series(values.index, dtype=object)), name="period"),
        name=values.name,
    ).dropna()
    if np.isinf(known.to_numpy()).any():
        raise BadInput(say("frames.infinite"), say("frames.check_figures"))
    if known.index.has_duplicates:
        raise BadInput(say("frames.period_twice", period=str(known.index[known.index.duplicated()][0])))
    known = known.sort_index()
    if known.index.map(len).nunique() > 1:
        raise BadInput(say("core.mixed_frequency", first=str(known.index[0]), second=str(known.index[-1])))
    if not day:
        return Release("", known), 0
    over = [is_over(Period.parse(str(text)), _day(day)) for text in known.index]
    return Release(day, known[over]), len(known) - sum(over)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) != len("2024-06-30"):
        raise BadInput(say("scores.bad_day", text=text), say("scores.bad_day_mend"))
    return found


def is_over(period: Period, day: date) -> bool:
    """Whether a period had ended by the evening of a day."""
    months = 12 // period.frequency.value
    running = Period(period.frequency, day.year * period.frequency.value + (day.month - 1) // months)
    last_day = day.month % months == 0 and day.day == monthrange(day.year, day.month)[1]
    return period < running or (period == running and last_day)


def _rebased(releases: list[Release], link: bool) -> list[Message]:
    """Told where releases have other levels than the newest one."""
    newest = releases[-1].values
    count = sum(_level_gap(release.values, newest) > _REBASED for release in releases[:-1])
    if not count:
        return []
    return [say("scores.linked" if link else "scores.rebased", count=count, total=len(releases))]


def _level_gap(values: pd.Series, newest: pd.Series) -> float:
    both = pd.concat([values, newest], axis=1, join="inner").to_numpy(dtype=np.float64)
    if not len(both) or (both <= 0).any():
        return 0.0
    return float(abs(np.median(np.log(both[:, 0] / both[:, 1]))))


def _check(
    methods: Mapping[str, Forecaster], horizon: int, outcome: str, after: int, fewest: int, most: int | None
) -> None:
    if not _is_count(horizon) or horizon < 1:
        raise UsageError(say("scores.bad_horizon", horizon=str(horizon)))
    if outcome not in ("latest", "first", "after_periods"):
        raise UsageError(say("scores.bad_outcome", outcome=str(outcome)))
    counts = (after, fewest, 1 if most is None else most)
    if not (isinstance(methods, Mapping) and methods and all(map(callable, methods.values()))):
        raise UsageError(say("scores.bad_real_time"))
    if not all(map(_is_count, counts)) or any(
        one < least for one, least in zip(counts, (0, 1, 1), strict=True)
    ):
        raise UsageError(say("scores.bad_real_time"))


def _is_count(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
