"""The nowcast of a slow figure: what its first unknown periods look like, how sure that is, and what moved it.

One call: the door (`inputs`), the method (`dynamic_factor` or `bridge`), the same method and its rivals tried on the past
with the data cut to today's ragged edge (`trials`), bands as wide as those trials say (`intervals`), candidates tested
(`candidates`), and the news against an earlier data set (`news`). Everything is computed on the target's changes (growth
of its logarithm, difference or level: `stationarity`) and told both so and in the target's own unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal, Sample, TestResult
from longwave.core.forecast import TRIAL_COLUMNS, Trials
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.core.period import Period, normalise_periods
from longwave.forecast.method import FitError, Vector
from longwave.forecast.nowcast import candidates as candidate
from longwave.forecast.nowcast.bridge import NAME as BRIDGE
from longwave.forecast.nowcast.bridge import Bridge
from longwave.forecast.nowcast.candidates import Increment
from longwave.forecast.nowcast.dynamic_factor import (
    FEWEST_INDICATORS,
    DynamicFactor,
    FactorFit,
    FactorOptions,
    can_carry,
)
from longwave.forecast.nowcast.dynamic_factor import NAME as DYNAMIC_FACTOR
from longwave.forecast.nowcast.equal_errors import equal_errors
from longwave.forecast.nowcast.inputs import Given, read_inputs, read_track
from longwave.forecast.nowcast.intervals import DEGREES, coverage, factors, left_out, probabilities, quantiles
from longwave.forecast.nowcast.news import News, news
from longwave.forecast.nowcast.outliers import Doubted
from longwave.forecast.nowcast.ragged import Ragged, Track
from longwave.forecast.nowcast.rivals import RIVALS
from longwave.forecast.nowcast.sentences import amount, sentences
from longwave.forecast.nowcast.stationarity import Kind
from longwave.forecast.nowcast.trials import (
    FEWEST_KNOWN,
    AbstractNowcaster,
    AbstractNowcastFit,
    errors,
    past_origins,
    shared,
    tried,
)

Method: TypeAlias = Literal["dynamic_factor", "bridge"]
METHODS = (DYNAMIC_FACTOR, BRIDGE)

LEVELS = (0.5, 0.8, 0.95)

FARTHEST = 4
"""Periods of the target that may be unknown; what lies further ahead is a forecast."""

_FELT = 0.1
"""Share of a half-width from which on it is told that figures far out have widened the band."""

_OVERLAP = 20
"""Changes of an indicator that must lie beside known changes of the target."""


@dataclass(frozen=True, eq=False)
class Told:
    """What one method says of the unknown periods.

    changes: index = written period, columns ``mean`` and quantiles by probability as text, on the scale of the target's
    changes; raw: the same before calibration; values: the same in the target's own unit (beyond the first period the
    errors of the steps are taken as independent); widened: factor of the half-widths, one a period; doubt: by how much
    figures far out move each change, which has widened the bands (`outliers`).
    """

    name: str
    label: Message
    changes: pd.DataFrame
    raw: pd.DataFrame
    values: pd.DataFrame
    widened: tuple[float, ...]
    doubt: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Nowcast:
    """A nowcast with its rivals, its record and its reasons.

    target, period: what is nowcast, and for when; origin: last known period of the target; latest: newest figure of
    any indicator; kind: the change that is modelled; own: the method's answer; rivals: the same from AR(2) and the
    mean; scores: one row a method: origins, rmse, mae (of changes, first unknown period), coverage_50 and so on, from
    origins at which all spoke; trials: the rows behind it; tests: Diebold-Mariano against each rival; weights: how
    much each series takes part (its correlation with the common factors' part of it, or the weight of its equation);
    outliers: written periods of which figures were kept out of estimation.
    """

    target: str
    period: str
    origin: str
    latest: str
    kind: Kind
    own: Told
    rivals: tuple[Told, ...]
    scores: pd.DataFrame
    trials: Trials
    tests: tuple[TestResult, ...]
    weights: pd.Series
    outliers: tuple[str, ...]
    candidates: tuple[Increment, ...]
    news: News | None
    method: Message
    sample: Sample
    notes: tuple[Message, ...]
    said: tuple[Message, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """The calibrated nowcast in the target's own unit: index = written period, ``mean`` and quantiles."""
        return self.own.values

    @property
    def change(self) -> pd.DataFrame:
        """The calibrated nowcast as changes of the target."""
        return self.own.changes


def nowcast(
    target: pd.Series,
    indicators: Mapping[str, pd.Series],
    *,
    period: str | None = None,
    method: Method = "dynamic_factor",
    candidates: Mapping[str, pd.Series] | None = None,
    earlier: Mapping[str, pd.Series] | None = None,
    transformations: Mapping[str, Kind] | None = None,
    options: FactorOptions | None = None,
    levels: Sequence[float] = LEVELS,
    origins: int = 12,
    progress: Progress = silent,
) -> Nowcast | Refusal:
    """The first unknown periods of `target`, read from indicators with ragged edges.

    target: quarterly, yearly or monthly, index = written periods; indicators: name -> series no slower than the target;
    period: the one that is told in sentences (default: the first unknown one; at most four ahead); candidates: series
    whose use is tested, never used; earlier: name -> the same series (target by its name) as known before, for the news;
    transformations: name -> "log", "difference" or "level" where the rule should not choose; origins: how many past
    periods the nowcast is tried on. Deterministic. Raises BadInput and UsageError with the mend; what the data cannot
    carry is a Refusal.
    """
    _check_options(method, levels, origins)
    given = read_inputs(target, indicators, candidates or {}, transformations or {})
    goal = given.data.target
    wanted = _wanted(period, goal)
    refused = _too_little(goal)
    if refused is not None:
        return refused
    data, notes = _overlapping(given)
    if not data.indicators:
        return _refusal(goal, say("nowcast.no_overlap", target=goal.name), say("nowcast.no_overlap_mend"))
    steps = max(data.reach, 1 if wanted is None else wanted - goal.last)
    if steps > FARTHEST:
        reason = say(
            "nowcast.stale", target=goal.name, last=goal.written(goal.last), steps=steps, most=FARTHEST
        )
        return _refusal(goal, reason, say("nowcast.stale_mend"))
    chosen, fallen = _method(method, data, options or FactorOptions())
    if isinstance(fallen, Refusal):
        return fallen
    work = _Work(data, chosen, steps, wanted or goal.last + 1, tuple(levels), origins, progress)
    try:
        return work.done(given, earlier or {}, (*given.notes, *notes, *fallen))
    except FitError:
        return _refusal(goal, say("nowcast.no_fit", target=goal.name), say("nowcast.no_fit_mend"))


@dataclass(frozen=True, eq=False)
class _Work:
    """One nowcast in the making: data and choices, all checked."""

    data: Ragged
    method: AbstractNowcaster
    steps: int
    period: int
    levels: tuple[float, ...]
    origins: int
    progress: Progress

    def done(self, given: Given, earlier: Mapping[str, pd.Series], notes: tuple[Message, ...]) -> Nowcast:
        goal, methods = self.data.target, (self.method, *RIVALS)
        origins = past_origins(self.data, self.origins)
        total = 1 + len(origins) * (1 + len(given.candidates))
        self.progress(say("nowcast.fitting"), 0, total)
        fits = {each.name: each.fit(self.data) for each in methods}
        trials = tried(
            self.data,
            methods,
            origins,
            self.steps,
            lambda at: self.progress(say("nowcast.trying"), at, total),
        )
        told = [self._told(each.name, fits[each.name], trials) for each in methods]
        tested = candidate.increments(
            self.data,
            given.candidates,
            self.method,
            origins,
            trials,
            lambda at: self.progress(say("nowcast.testing"), min(len(origins) + at, total), total),
        )
        moved, unread = self._news(fits[self.method.name], earlier)
        self.progress(say("nowcast.trying"), total, total)
        common = shared(trials, [each.name for each in methods])
        aside = _set_aside(fits[self.method.name])
        result = Nowcast(
            target=goal.name,
            period=goal.written(self.period),
            origin=goal.written(goal.last),
            latest=_latest(self.data),
            kind=goal.kind,
            own=told[0],
            rivals=tuple(told[1:]),
            scores=_scores(common, [each.name for each in methods], self.levels),
            trials=_trials(trials, self.data, self.levels),
            tests=tuple(_tests(common, self.method.name, goal.name)),
            weights=_weights(fits[self.method.name]),
            outliers=aside,
            candidates=tested,
            news=moved,
            method=_method_said(fits[self.method.name], self.data, len(origins)),
            sample=_sample(goal),
            notes=(
                *notes,
                *_edge_notes(self.data, self.period),
                *_aside_note(aside),
                *_beyond_note(told[0], goal, self.period),
                *unread,
            ),
        )
        return replace(result, said=sentences(result))

    def _told(self, name: str, fit: Any, trials: pd.DataFrame) -> Told:
        """One method's answer on both scales, with its factors."""
        said, wanted = fit.predict(self.data, self.steps), probabilities(self.levels)
        widen = factors(trials, name, self.steps)
        goal = self.data.target
        index = pd.Index([goal.written(goal.last + step) for step in range(1, self.steps + 1)], name="period")
        changes = {"mean": said.mean, **quantiles(said, widen, wanted)}
        raw = {"mean": said.mean, **{f"{p:g}": said.quantile(p) for p in wanted}}
        return Told(
            name,
            fit.label,
            pd.DataFrame(changes, index=index),
            pd.DataFrame(raw, index=index),
            pd.DataFrame(_values(self.data, changes), index=index),
            tuple(float(value) for value in widen),
            tuple(said.doubt.tolist()) if isinstance(said, Doubted) else (0.0,) * self.steps,
        )

    def _news(
        self, fit: AbstractNowcastFit, earlier: Mapping[str, pd.Series]
    ) -> tuple[News | None, tuple[Message, ...]]:
        """What moved the nowcast since the earlier figures; a note where that cannot be told."""
        if not earlier:
            return None, ()
        if not isinstance(fit, FactorFit):
            return None, (say("nowcast.note_no_news"),)
        before, notes = _earlier(self.data, earlier)
        return news(before, self.data, fit, self.period), notes


def _check_options(method: str, levels: Sequence[float], origins: int) -> None:
    if method not in METHODS:
        raise UsageError(say("nowcast.bad_method", method=str(method), known=METHODS))
    if not levels or not all(0 < level < 1 for level in levels):
        raise UsageError(say("nowcast.bad_levels", levels=tuple(f"{level:g}" for level in levels)))
    if origins < 0:
        raise UsageError(say("nowcast.bad_origins", origins=origins))


def _wanted(period: str | None, goal: Track) -> int | None:
    """The asked period's ordinal. Raises BadInput for one of another calendar, known already, or far ahead."""
    if period is None:
        return None
    parsed = Period.parse(normalise_periods(pd.Series([str(period)])).iloc[0])
    if parsed.frequency is not goal.frequency:
        raise BadInput(
            say(
                "nowcast.other_calendar",
                period=str(period),
                target=goal.name,
                example=goal.written(goal.last + 1),
            ),
            say(
                "nowcast.period_mend",
                first=goal.written(goal.last + 1),
                last=goal.written(goal.last + FARTHEST),
            ),
        )
    if not goal.last < parsed.ordinal <= goal.last + FARTHEST:
        key = "nowcast.known_already" if parsed.ordinal <= goal.last else "nowcast.too_far"
        raise BadInput(
            say(key, period=str(period), target=goal.name, last=goal.written(goal.last)),
            say(
                "nowcast.period_mend",
                first=goal.written(goal.last + 1),
                last=goal.written(goal.last + FARTHEST),
            ),
        )
    return parsed.ordinal


def _refusal(goal: Track, reason: Message, mend: Message) -> Refusal:
    return Refusal(goal.name, reason, mend)


def _too_little(goal: Track) -> Refusal | None:
    """A refusal where the target itself cannot carry a nowcast."""
    known = goal.values[np.isfinite(goal.values)]
    changes = goal.changes[np.isfinite(goal.changes)]
    fewest = FEWEST_KNOWN
    if len(changes) < fewest - 1:
        reason = say("nowcast.too_short", target=goal.name, count=len(known), fewest=fewest)
        return _refusal(goal, reason, say("nowcast.too_short_mend"))
    if np.ptp(known) == 0:
        return _refusal(goal, say("nowcast.constant", target=goal.name), say("nowcast.check_figures"))
    if np.ptp(changes) <= 1e-9 * np.abs(changes).max():
        return _refusal(goal, say("nowcast.regular", target=goal.name), say("nowcast.check_figures"))
    return None


def _overlapping(given: Given) -> tuple[Ragged, tuple[Message, ...]]:
    """The data without indicators that lie beside too little of the target, with a note for each of these."""
    goal, kept, notes = given.data.target, {}, []
    for name, track in given.data.indicators.items():
        ratio = given.data.within(track)
        last = min(track.last, (goal.last + 1) * ratio - 1)
        beside = track.changes[max(goal.first * ratio - track.first, 0) : max(last - track.first + 1, 0)]
        if np.isfinite(beside).sum() < _OVERLAP:
            notes.append(say("nowcast.note_no_overlap", name=name, target=goal.name, fewest=_OVERLAP))
        else:
            kept[name] = track
    return Ragged(goal, kept), tuple(notes)


def _method(
    method: Method, data: Ragged, options: FactorOptions
) -> tuple[AbstractNowcaster, tuple[Message, ...] | Refusal]:
    """The method to use and what to say of the choice, or why there is none."""
    if method == BRIDGE:
        return Bridge(), ()
    if not can_carry(data):
        return Bridge(), (say("nowcast.note_calendars", target=data.target.name),)
    if len(data.indicators) < FEWEST_INDICATORS:
        reason = say("nowcast.too_few_series", count=len(data.indicators), fewest=FEWEST_INDICATORS)
        return Bridge(), _refusal(data.target, reason, say("nowcast.too_few_series_mend"))
    return DynamicFactor(options), ()


def _values(data: Ragged, changes: Mapping[str, Vector]) -> dict[str, Vector]:
    """Columns in the target's own unit. Bounds of several periods: the roots of summed squares around the path."""
    if data.target.kind == "level":
        return {name: values.copy() for name, values in changes.items()}
    middle = changes["mean"]
    path = np.cumsum(middle)
    columns = {}
    for name, values in changes.items():
        away = values - middle
        summed = path + np.sign(away) * np.sqrt(np.cumsum(away**2))
        columns[name] = data.levels(np.diff(summed, prepend=0.0))
    return columns


def _scores(common: pd.DataFrame, names: Sequence[str], levels: Sequence[float]) -> pd.DataFrame:
    """One row a method from the first unknown period at shared origins."""
    rows = {}
    for name in names:
        found = errors(common, name)
        missed = (found["outcome"] - found["mean"]).to_numpy()
        several = len(found) > 1
        rows[name] = {
            "origins": float(len(found)),
            "rmse": float(np.sqrt(np.mean(missed**2))) if several else np.nan,
            "mae": float(np.mean(np.abs(missed))) if several else np.nan,
            **{f"coverage_{100 * p:g}": coverage(found, p) if several else np.nan for p in levels},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _trials(trials: pd.DataFrame, data: Ragged, levels: Sequence[float]) -> Trials:
    """The trials with quantile columns, each origin's band with the factor of the others at that step."""
    from scipy.special import stdtrit

    widened = pd.Series(1.0, index=trials.index)
    for _, rows in trials.groupby(["method", "step"]):
        widened.loc[rows.index] = left_out(rows)
    columns = {
        f"{p:g}": trials["mean"] + widened * trials["sd"] * stdtrit(DEGREES, p) for p in probabilities(levels)
    }
    goal = data.target
    history = pd.Series(
        goal.changes, index=[goal.written(goal.first + at) for at in range(len(goal.changes))]
    )
    frame = pd.concat([trials[list(TRIAL_COLUMNS)], pd.DataFrame(columns, index=trials.index)], axis=1)
    return Trials(frame, {goal.name: history.dropna()}, goal.frequency.value)


def _tests(common: pd.DataFrame, own: str, target: str) -> Iterator[TestResult]:
    found = errors(common, own)
    if found.empty:
        return
    sample = Sample(len(found), str(found.index[0]), str(found.index[-1]))
    missed = (found["outcome"] - found["mean"]).to_numpy()
    for rival in RIVALS:
        other = errors(common, rival.name)
        null = say("nowcast.equal_errors", target=target, rival=say(f"nowcast.rival_{rival.name}"))
        yield from equal_errors(null, missed, (other["outcome"] - other["mean"]).to_numpy(), sample)


def _weights(fit: Any) -> pd.Series:
    """How much each series takes part; rivals have no such thing and are never asked."""
    found: pd.Series = fit.weighed
    return found


def _set_aside(fit: Any) -> tuple[str, ...]:
    """Written periods of which a figure was kept out of estimation."""
    if not isinstance(fit, FactorFit):
        return ()
    return tuple(fit.table.written(int(row)) for row in np.flatnonzero(fit.aside.any(axis=1)))


def _latest(data: Ragged) -> str:
    newest = max(data.indicators.values(), key=lambda each: (each.last + 1) / each.frequency.value)
    return newest.written(newest.last)


def _sample(goal: Track) -> Sample:
    known = np.flatnonzero(np.isfinite(goal.changes))
    return Sample(
        len(known), goal.written(goal.first + int(known[0])), goal.written(goal.first + int(known[-1]))
    )


def _method_said(fit: Any, data: Ragged, origins: int) -> Message:
    return say(
        "nowcast.method",
        label=fit.label,
        kind=say(f"nowcast.kind_{data.target.kind}"),
        calibrated=say("nowcast.calibrated", origins=origins)
        if origins >= 4
        else say("nowcast.not_calibrated"),
    )


def _edge_notes(data: Ragged, period: int) -> Iterator[Message]:
    """Indicators that say nothing of the period itself, and those that ended long before."""
    goal = data.target
    reaching = [each for each in data.indicators.values() if each.last // data.within(each) >= period]
    if not reaching:
        yield say("nowcast.note_nothing_within", period=goal.written(period))
    for name, each in data.indicators.items():
        behind = (period + 1) * data.within(each) - 1 - each.last
        if behind > each.frequency.value + data.within(each):
            yield say("nowcast.note_ended", name=name, last=each.written(each.last))
        holes = int(np.isnan(each.values).sum())
        if holes:
            yield say("nowcast.note_missing", name=name, count=holes)


def _aside_note(aside: Sequence[str]) -> Iterator[Message]:
    if aside:
        shown = aside if len(aside) <= 12 else (*aside[:3], "…", *aside[-8:])
        yield say("nowcast.note_outliers", count=len(aside), periods=tuple(shown))


def _beyond_note(told: Told, goal: Track, period: int) -> Iterator[Message]:
    """Where figures far out move the nowcast by a tenth of its band and more: that the band holds this doubt."""
    place = period - goal.last - 1
    row, moved = told.raw.iloc[place], told.doubt[place]
    if abs(moved) > _FELT * float(row.iloc[-1] - row["mean"]):
        yield say("nowcast.note_beyond", period=goal.written(period), moved=amount(goal.kind, moved))


def _earlier(data: Ragged, earlier: Mapping[str, pd.Series]) -> tuple[Ragged, tuple[Message, ...]]:
    """The earlier figures as a data set; a series that is not among them counts as it is now, and is named."""
    _check_known(earlier, (data.target.name, *data.indicators))
    tracks = {
        each.name: read_track(each.name, earlier[each.name], each.kind) if each.name in earlier else each
        for each in (data.target, *data.indicators.values())
    }
    for each in (data.target, *data.indicators.values()):
        if tracks[each.name].frequency is not each.frequency:
            raise BadInput(
                say("nowcast.earlier_calendar", name=each.name), say("nowcast.earlier_calendar_mend")
            )
    unread = tuple(name for name in tracks if name not in earlier)
    notes = (say("nowcast.note_same_before", names=unread),) if unread else ()
    before = Ragged(tracks[data.target.name], {name: tracks[name] for name in data.indicators})
    return before, notes


def _check_known(earlier: Mapping[str, pd.Series], names: Sequence[str]) -> None:
    if not {*earlier} & {*names}:
        raise UsageError(say("nowcast.earlier_unknown", names=tuple(map(str, earlier)), known=tuple(names)))
