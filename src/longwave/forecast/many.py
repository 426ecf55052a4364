"""Forecasts of many series at once: each led on by itself, its bands calibrated by what all of them did together.

The pool of factors is learned from up to a thousand series of each frequency, spread evenly over those given; then every
series is forecast and let go again, so that memory does not grow with their number. On several processes the same numbers
come out, in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Refusal
from longwave.core.harvest import Progress, silent
from longwave.core.message import say
from longwave.forecast.calibration import (
    Calibration,
    Pool,
    Ratios,
    calibrate,
    in_order,
    learn_pool,
    panel_inside,
)
from longwave.forecast.forecast import FEWEST_BEFORE, LEVELS, check
from longwave.forecast.frames import LongSeries
from longwave.forecast.method import FitError, Matrix, Vector
from longwave.forecast.profiles import DEFAULT, profile
from longwave.forecast.projection import project
from longwave.forecast.run import SHORTEST, is_constant, is_regular
from longwave.forecast.scale import Scale, method_scale

POOLED = 1000
"""Series of a frequency from which the pool is learned. More would move its factors by less than their own error."""

ORIGINS = 6
"""Origins a series: fewer than a single forecast takes, because the pool does most of the work."""

_CHUNK = 64
"""Series that a process takes at a time: enough that handing over costs nothing, few enough for a steady bar."""


@dataclass(frozen=True, slots=True)
class Task:
    """How to forecast: as in `forecast`; unit: of all series, where it is stated."""

    horizon: int
    method: str = DEFAULT
    levels: tuple[float, ...] = LEVELS
    seed: int = 0
    unit: str = ""

    @property
    def shares(self) -> tuple[float, ...]:
        """Probabilities of the quantiles, ascending."""
        sides = {round((1 + sign * level) / 2, 9) for level in self.levels for sign in (-1, 1)}
        return tuple(sorted({0.5, *sides}))


@dataclass(frozen=True, eq=False)
class Led:
    """One series led on, on the method's scale: quantiles before calibration (with and without the doubt about the model),
    shape (shares, horizon), and the errors on its own past. Small enough to be handed between processes."""

    said: Matrix
    own: Matrix
    errors: Ratios
    scale: Scale
    fallen: str


@dataclass(frozen=True, eq=False)
class Forecasts:
    """frame: `unique_id` and `ds` as they came, `longwave` (the median), bands `longwave-lo-95` ... `longwave-hi-95`, and
    the model's own before calibration, `longwave-raw-lo-95` ...; refusals: series of which nothing honest can be said;
    coverage: level -> share of the pool's past outcomes inside calibrated bands that had not seen them (`panel_inside`);
    fallen: method that took another's place -> how often."""

    frame: pd.DataFrame
    refusals: tuple[Refusal, ...] = ()
    coverage: Mapping[float, float] = field(default_factory=dict)
    fallen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pools:
    """What was learned: periods in a year -> pool; coverage: see `Forecasts`; judged: level -> outcomes behind it."""

    by_season: Mapping[int, Pool]
    coverage: Mapping[float, float]
    judged: Mapping[float, int] = field(default_factory=dict)

    def joined(self, later: Pools) -> Pools:
        """With what was learned later of other frequencies."""
        judged = {level: self.judged.get(level, 0) + count for level, count in later.judged.items()}
        shares = {
            level: (self.coverage.get(level, 0.0) * self.judged.get(level, 0) + share * later.judged[level])
            / judged[level]
            for level, share in later.coverage.items()
        }
        return Pools(
            {**later.by_season, **self.by_season}, {**self.coverage, **shares}, {**self.judged, **judged}
        )


def forecast_many(
    series: LongSeries,
    task: Task,
    *,
    pools: Pools | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Forecasts:
    """Forecasts every series. pools: learned before (from the first batch of a file); executor: processes to spread the
    work over. Raises UsageError for a horizon, levels or a method that are none."""
    check(task.horizon, task.levels)
    widened = profile(task.method).widened
    sample = {} if pools else _sample(series, task, executor, progress)
    learned = pools or _learned(series, sample, task)
    places = range(len(series))
    others = np.array([place for place in places if place not in sample], dtype=np.int64)
    rest = _led(series, others, task, executor, progress)
    rows: list[Matrix] = []
    kept: list[int] = []
    refused: list[Refusal] = list(series.refusals)
    fallen: dict[str, int] = {}
    for place in places:
        led = sample.pop(place) if place in sample else next(rest)
        if isinstance(led, Refusal):
            refused.append(led)
            continue
        pool = learned.by_season.get(int(series.frequency[place]))
        table = _quantiles(led, calibrate(led.errors, pool, alone=widened), task)
        if not np.isfinite(table).all():
            refused.append(
                Refusal(str(series.ids[place]), say("forecast.no_finite"), say("frames.check_figures"))
            )
            continue
        rows.append(table)
        kept.append(place)
        if led.fallen:
            fallen[led.fallen] = fallen.get(led.fallen, 0) + 1
    return Forecasts(_frame(series, kept, rows, task), tuple(refused), learned.coverage, fallen)


def learn_pools(
    series: LongSeries,
    task: Task,
    *,
    known: Collection[int] = (),
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Pools:
    """The factors of each frequency, from up to a thousand of its series spread evenly; for the batches of a file. known:
    frequencies (periods in a year) that have theirs."""
    return _learned(series, _sample(series, task, executor, progress, known), task)


def _sample(
    series: LongSeries,
    task: Task,
    executor: Executor | None,
    progress: Progress,
    known: Collection[int] = (),
) -> dict[int, Led | Refusal]:
    """Those series from which the pools are learned, led on, by their place."""
    chosen = []
    for season in np.setdiff1d(series.frequency, list(known)):
        members = np.flatnonzero(series.frequency == season)
        chosen.append(members[np.unique(np.linspace(0, len(members) - 1, POOLED).round().astype(int))])
    places = np.sort(np.concatenate([*chosen, np.array([], dtype=np.int64)])).astype(np.int64)
    return dict(zip(places.tolist(), _led(series, places, task, executor, progress), strict=True))


def _learned(series: LongSeries, sample: Mapping[int, Led | Refusal], task: Task) -> Pools:
    found: dict[int, Pool] = {}
    inside: dict[float, list[Vector]] = {}
    widened = profile(task.method).widened
    for season in np.unique(series.frequency):
        tried = [
            led.errors
            for place, led in sample.items()
            if isinstance(led, Led) and series.frequency[place] == season and len(led.errors.at)
        ]
        pool = learn_pool(tried)
        if pool is not None:
            found[int(season)] = pool
        if tried:
            _note_inside(panel_inside(tried, alone=widened), tried[0].levels, inside)
    held = {level: np.concatenate(inside[level]) for level in task.levels if level in inside}
    return Pools(
        found,
        {level: float(each.mean()) for level, each in held.items()},
        {level: len(each) for level, each in held.items()},
    )


def _note_inside(held: Matrix, levels: Sequence[float], inside: dict[float, list[Vector]]) -> None:
    """held: see `panel_inside`."""
    for place, level in enumerate(levels):
        known = held[:, :, place]
        if np.isfinite(known).any():
            inside.setdefault(level, []).append(known[np.isfinite(known)])


def _led(
    series: LongSeries, places: NDArray[np.int64], task: Task, executor: Executor | None, progress: Progress
) -> Iterator[Led | Refusal]:
    """Each of these series led on, in their order."""
    chunks = [places[start : start + _CHUNK] for start in range(0, len(places), _CHUNK)]
    work = [[(str(series.ids[p]), series.of(p), int(series.frequency[p])) for p in chunk] for chunk in chunks]
    mapped = (
        map(lead_on, work, [task] * len(work))
        if executor is None
        else executor.map(lead_on, work, [task] * len(work))
    )
    for done, each in enumerate(mapped):
        progress(say("forecast.leading"), min((done + 1) * _CHUNK, len(places)), len(places))
        yield from each


def lead_on(work: Sequence[tuple[str, Vector, int]], task: Task) -> list[Led | Refusal]:
    """What one process does: a few series, each by itself. work: id, values, periods in a year."""
    return [_lead_on(*each, task) for each in work]


def _lead_on(unique_id: str, values: Vector, season: int, task: Task) -> Led | Refusal:
    if len(values) < SHORTEST:
        return Refusal(
            unique_id, say("forecast.too_few", count=len(values), fewest=SHORTEST), say("frames.more_figures")
        )
    if is_constant(values):
        return Refusal(unique_id, say("frames.constant"), say("frames.check_figures"))
    if is_regular(values):
        return Refusal(unique_id, say("frames.regular"), say("frames.check_figures"))
    chosen = profile(task.method)
    scale = method_scale(values, task.unit, log=chosen.log)
    try:
        made = project(
            scale.forward(values),
            season,
            chosen.fitted_on(scale.kind),
            horizon=task.horizon,
            levels=task.levels,
            seed=task.seed,
            fewest=FEWEST_BEFORE,
            origins=ORIGINS,
        )
    except FitError:
        return Refusal(unique_id, say("forecast.no_finite"), say("frames.check_figures"))
    said = np.vstack([made.said.quantile(share) for share in task.shares])
    own = np.vstack([made.own.quantile(share) for share in task.shares])
    said[task.shares.index(0.5)] = made.said.mean
    return Led(said, own, made.errors, scale, made.fallen)


def _quantiles(led: Led, calibration: Calibration, task: Task) -> Matrix:
    """Calibrated quantiles on the series' own scale above the model's own ones; shape (2 x shares, horizon)."""
    centre = led.said[task.shares.index(0.5)]
    places = [calibration.levels.index(_level(share, calibration.levels)) for share in task.shares]
    moved = centre + calibration.factors[:, places].T * (led.said - centre)
    return np.vstack([led.scale.backward(in_order(moved)), led.scale.backward(led.own)])


def _level(share: float, levels: Sequence[float]) -> float:
    return min(levels, key=lambda level: abs(level - abs(2 * share - 1)))


def _frame(series: LongSeries, kept: list[int], rows: list[Matrix], task: Task) -> pd.DataFrame:
    names = [*_names(task, "longwave"), *_names(task, "longwave-raw")]
    ids = [str(series.ids[place]) for place in kept]
    dates = series.form.dates_ahead(ids, series.last[kept], task.horizon) if kept else pd.Series(dtype=object)
    table = np.concatenate([block.T for block in rows]) if rows else np.empty((0, len(names)))
    frame = pd.DataFrame(table, columns=names).drop(columns="longwave-raw")
    frame.insert(0, series.form.names[0], np.repeat([series.form.ids[one] for one in ids], task.horizon))
    frame.insert(1, series.form.names[1], dates.to_numpy() if kept else dates)
    return frame


def _names(task: Task, name: str) -> list[str]:
    """Nixtla's names, in the order of the quantiles."""
    return [
        name
        if share == 0.5
        else f"{name}-{'lo' if share < 0.5 else 'hi'}-{round(100 * abs(2 * share - 1), 6):g}"
        for share in task.shares
    ]
