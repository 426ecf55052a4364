"""Many series of a user's file: forecast together, on several processes, in batches where the file is large."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import DataError, LongwaveError, UsageError
from longwave.core.estimate import Refusal
from longwave.core.forecast import Backtest, Trials
from longwave.core.harvest import Progress
from longwave.core.message import Message, say
from longwave.core.period import Frequency, Period
from longwave.forecast.batches import read_batches
from longwave.forecast.evaluate import evaluate
from longwave.forecast.frames import LongSeries, read_many
from longwave.forecast.many import Pools, Task, forecast_many, learn_pools
from longwave.workflows.data import spreadsheet_safe
from longwave.workflows.plain import plain_frame, plain_refusal, plain_sentence
from longwave.workflows.whole_file import beside

_WORTH_PROCESSES = 100
"""Series from which starting processes pays for itself."""

_MOST_PROCESSES = 8
RIVALS = ("naive2", "naive", "ar2")
_BATCH = 1_000_000
"""Rows of a file that are read at a time."""

_TOLD_REFUSALS = 1000
"""Refusals of a streamed file that are kept one by one."""


@dataclass(frozen=True, eq=False)
class Pooled:
    """Forecasts of many series. frame: see `many.Forecasts` (empty where the forecasts went to `out` batch by batch);
    series: how many were forecast; coverage: level -> share of past outcomes inside the calibrated bands; backtests:
    periods in a year -> what the last `horizon` periods of each series, held out, say of the method and its rivals."""

    frame: pd.DataFrame
    series: int
    refused: int
    refusals: tuple[Refusal, ...]
    coverage: Mapping[float, float]
    fallen: Mapping[str, int]
    notes: tuple[Message, ...] = ()
    backtests: Mapping[int, Backtest] = field(default_factory=dict)
    out: Path | None = None

    def results(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "forecasts": plain_frame(self.frame),
            "series": self.series,
            "refused": self.refused,
            "refusals": [plain_refusal(refusal) for refusal in self.refusals],
            "coverage": {f"{level:g}": share for level, share in self.coverage.items()},
            "fallen": dict(self.fallen),
            "notes": [plain_sentence(note) for note in self.notes],
            "scores": {
                str(season): plain_frame(found.scores.rename_axis("method").reset_index())
                for season, found in self.backtests.items()
            },
            "out": None if self.out is None else str(self.out),
        }


def forecast_pooled(
    table: pd.DataFrame | LongSeries,
    task: Task,
    *,
    freq: str | None = None,
    backtest: bool = False,
    processes: int | None = None,
    progress: Progress,
) -> Pooled:
    """All series of one table. processes: None takes as many as there are cores. Raises BadInput (the table), UsageError."""
    series = table if isinstance(table, LongSeries) else read_many(table, freq=freq, today=date.today())
    with workers(len(series), processes) as executor:
        made = forecast_many(series, task, executor=executor, progress=progress)
        held = held_out(series, task, executor, progress) if backtest and len(made.frame) else {}
    count = len(made.frame) // task.horizon
    if not count:
        raise DataError(made.refusals[0].reason, made.refusals[0].mend)
    return Pooled(
        made.frame, count, len(made.refusals), made.refusals, made.coverage, made.fallen, series.notes, held
    )


def forecast_stream(
    path: Path,
    out: Path,
    task: Task,
    *,
    freq: str | None = None,
    processes: int | None = None,
    progress: Progress,
) -> Pooled:
    """A large file, batch by batch, into `out` (parquet or csv); memory does not grow with the number of series.

    The pool of each frequency is learned from the first batch that has enough of its series. Nothing is left at `out`
    where the work breaks off.
    """
    part = beside(out)
    pools = Pools({}, {})
    notes: dict[str, Message] = {}
    fallen: dict[str, int] = {}
    refusals: list[Refusal] = []
    count = refused = batches = 0
    rows = _rows_of(path)
    try:
        with writer(part, out.suffix.lower()) as write, workers(_WORTH_PROCESSES, processes) as executor:
            for place, batch in enumerate(read_batches(path, rows=_BATCH, freq=freq, today=date.today())):
                told = _of_file(progress, place, rows)
                if not set(batch.frequency.tolist()) <= set(pools.by_season):
                    pools = pools.joined(learn_pools(batch, task, known=pools.by_season, executor=executor))
                made = forecast_many(batch, task, pools=pools, executor=executor, progress=told)
                write(made.frame)
                batches += 1
                notes |= {str(note): note for note in batch.notes}
                count += len(made.frame) // task.horizon
                refused += len(made.refusals)
                refusals += made.refusals[: max(0, _TOLD_REFUSALS - len(refusals))]
                for name, times in made.fallen.items():
                    fallen[name] = fallen.get(name, 0) + times
        if not count:
            raise DataError(refusals[0].reason, refusals[0].mend)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    if batches > 1 and pools.by_season:
        learned = sum(pool.series for pool in pools.by_season.values())
        notes["pool"] = say("workflows.streamed_pool", series=learned, batches=batches)
    return Pooled(
        pd.DataFrame(),
        count,
        refused,
        tuple(refusals),
        pools.coverage,
        fallen,
        tuple(notes.values()),
        out=out,
    )


def _rows_of(path: Path) -> int:
    """Rows of a Parquet file; 0 where only reading would tell."""
    if path.suffix.lower() != ".parquet":
        return 0
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError):  # the reader says what is wrong with it
        return 0


def _of_file(progress: Progress, batches: int, rows: int) -> Progress:
    """The progress within one batch, told as that within the file."""

    def told(label: Message, done: int, total: int) -> None:
        seen = int(_BATCH * (batches + done / max(total, 1)))
        progress(say("workflows.streaming"), min(seen, rows) if rows else seen, rows)

    return told


def check_processes(processes: int | None) -> None:
    """Raises UsageError for a number of processes that is none."""
    if processes is not None and processes < 1:
        raise UsageError(say("workflows.bad_processes", count=processes))


@contextmanager
def workers(series: int, processes: int | None) -> Iterator[Executor | None]:
    """Processes for that many series; None where one does."""
    wanted = min(os.cpu_count() or 1, _MOST_PROCESSES) if processes is None else processes
    check_processes(processes)
    if wanted == 1 or series < _WORTH_PROCESSES:
        yield None
        return
    before = set(active_children())
    executor = ProcessPoolExecutor(wanted, mp_context=get_context("spawn"), initializer=_overlook_ctrl_c)
    try:
        yield executor
    except BrokenProcessPool as error:
        raise LongwaveError(say("workflows.process_lost"), say("workflows.process_lost_mend")) from error
    except BaseException:  # Ctrl-C above all: nobody waits for what is half done
        for child in set(active_children()) - before:
            child.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _overlook_ctrl_c() -> None:
    """Ctrl-C reaches every process of a terminal; the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def writer(part: Path, suffix: str) -> Iterator[Any]:
    """A function that adds a frame to the file. Raises UsageError for another ending than .parquet or .csv."""
    if suffix == ".csv":
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            yield lambda frame: spreadsheet_safe(frame).to_csv(file, index=False, header=file.tell() == 0)
        return
    if suffix != ".parquet":
        raise UsageError(say("workflows.forecast_out", suffix=suffix), say("workflows.forecast_out_mend"))
    import pyarrow as pa
    import pyarrow.parquet as pq

    held: list[Any] = []

    def write(frame: pd.DataFrame) -> None:
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        if not held:
            held.append(pq.ParquetWriter(part, rows.schema))
        held[0].write_table(rows)

    try:
        yield write
    finally:
        for each in held:
            each.close()


def held_out(
    series: LongSeries, task: Task, executor: Executor | None, progress: Progress
) -> dict[int, Backtest]:
    """The last `horizon` periods of each series held out: method and rivals judged on them, each frequency by itself."""
    known = shortened(series, task.horizon)
    made = {
        name: forecast_many(known, replace(task, method=name), executor=executor, progress=progress).frame
        for name in dict.fromkeys((task.method, *RIVALS))
    }
    found = {}
    for season in np.unique(series.frequency):
        trials = _trials(series, known, made, task, int(season))
        if len(trials.frame):
            found[int(season)] = evaluate(trials, task.method, ("naive", "ar2"))
    return found


def shortened(series: LongSeries, by: int) -> LongSeries:
    """Each series without its last `by` periods; those that would have none left are empty."""
    length = np.diff(series.offsets)
    kept = np.maximum(length - by, 0)
    offsets = np.concatenate([[0], np.cumsum(kept)])
    rows = np.arange(offsets[-1]) + np.repeat(series.offsets[:-1] - offsets[:-1], kept)
    return replace(series, offsets=offsets, values=series.values[rows], last=series.last - by, refusals=())


def _trials(
    series: LongSeries, known: LongSeries, made: Mapping[str, pd.DataFrame], task: Task, season: int
) -> Trials:
    """The house's table of trials from frames with Nixtla's names."""
    places = {str(one): place for place, one in enumerate(series.ids) if series.frequency[place] == season}
    history = {name: _written(series, place, season) for name, place in places.items()}
    parts = []
    for method, frame in made.items():
        rows = frame[frame.iloc[:, 0].astype(str).isin(places)]
        ids = rows.iloc[:, 0].astype(str).to_numpy()
        where = np.array([places[one] for one in ids], dtype=np.int64)
        step = np.tile(np.arange(1, task.horizon + 1), len(rows) // task.horizon)
        length = np.diff(known.offsets)[where]
        parts.append(
            pd.DataFrame(
                {
                    "unique_id": ids,
                    "method": method,
                    "origin": [history[i].index[n - 1] for i, n in zip(ids, length, strict=True)],
                    "vintage": "",
                    "period": [
                        history[i].index[n - 1 + h] for i, n, h in zip(ids, length, step, strict=True)
                    ],
                    "step": step,
                    "outcome": series.values[series.offsets[where] + length + step - 1],
                    "mean": rows["longwave"].to_numpy(),
                    **{name: rows[column].to_numpy() for name, column in _shares(task)},
                }
            )
        )
    return Trials(pd.concat(parts, ignore_index=True), history, season)


def _shares(task: Task) -> Iterator[tuple[str, str]]:
    for share in task.shares:
        side = "lo" if share < 0.5 else "hi"
        level = f"{round(100 * abs(2 * share - 1), 6):g}"
        yield f"{share:g}", "longwave" if share == 0.5 else f"longwave-{side}-{level}"


def _written(series: LongSeries, place: int, season: int) -> pd.Series:
    values = series.of(place)
    last = Period(Frequency(season), int(series.last[place]))
    index = [str(last + (step - len(values) + 1)) for step in range(len(values))]
    return pd.Series(values, index=pd.Index(index, name="period", dtype=object))
