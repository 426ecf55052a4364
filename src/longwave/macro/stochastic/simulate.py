"""Stochastic simulation of a model: its shocks drawn again and again, and what becomes of its variables.

Each replication puts shocks into the add-factors of behavioural equations (or into named exogenous columns), drawn
from what these equations missed in the past, and where asked its own coefficients, and solves the model. What no
replication contains: errors in the exogenous paths, in the form of the equations, or shocks of a kind that the
sample has not seen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import NotEnoughData, SolveError, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Period, as_period
from longwave.macro.bind import System
from longwave.macro.certificate import Worst
from longwave.macro.databank import Databank
from longwave.macro.model import Model
from longwave.macro.solution import Solution
from longwave.macro.solve import Inputs, SolveOptions, add_factors_for, bound, solve
from longwave.macro.stochastic.block_length import common_block_length
from longwave.macro.stochastic.coefficients import CoefficientDraws, Coefficients, drawn_coefficients
from longwave.macro.stochastic.covariance import covariance_of, factor_of
from longwave.macro.stochastic.draws import ByBlock, ByPeriod, Drawer, Normal, Purpose, Stream
from longwave.macro.stochastic.events import Event, Truth
from longwave.macro.stochastic.failures import Failures, Tally
from longwave.macro.stochastic.held import Held, Sketched, Whole
from longwave.macro.stochastic.moments import Moments
from longwave.macro.stochastic.replicate import (
    BackwardReplicator,
    Chunk,
    ForwardReplicator,
    Information,
    Replicator,
    Shocks,
    block_solver,
    in_order,
    rho_places,
)
from longwave.macro.stochastic.residuals import LARGEST, Residuals, ResidualTable, residual_table
from longwave.macro.stochastic.result import StochasticCertificate, StochasticRun
from longwave.macro.stochastic.sketch import Sketch
from longwave.macro.stochastic.watched import Lens, Scene, Watch, as_watch, constant_over, lens
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import Tape, record

Vector = NDArray[np.float64]
Method = Literal["bootstrap", "block", "normal"]

MOST_REPLICATIONS = 10_000_000
MOST_SKETCHED = 16_000_000
"""Numbers that a sketch may hold, with four levels filled."""
CHECKED = 8
"""Replications that are computed anew and checked on every equation, beside the one with the largest norm."""
FURTHEST_TAIL = 40
"""Periods that a forward-looking model is solved beyond the last one, where figures reach so far."""


@dataclass(frozen=True, slots=True)
class StochasticOptions:
    """most_failed: share of failed replications above which there is no result.

    exact_up_to: numbers (replications x periods x columns looked at) that are kept whole, 8 bytes each; above,
    quantiles come from a sketch of at most sketch_size rows a level. keep_paths: of the first replications. information,
    tail: of forward-looking models (see `replicate`); tail None: as far as the figures reach, forty periods at
    most. solving: as for `solve`.
    """

    most_failed: float = 0.05
    exact_up_to: int = 8_000_000
    sketch_size: int = 2048
    keep_paths: int = 20
    information: Information = "surprise"
    tail: int | None = None
    solving: SolveOptions = SolveOptions()  # noqa: RUF009 - frozen


def simulate(
    model: Model | System,
    data: Databank,
    first: Period | str,
    last: Period | str,
    *,
    replications: int = 1000,
    residuals: Residuals | None = Residuals(),  # noqa: B008 - frozen
    coefficients: Coefficients | None = None,
    method: Method = "bootstrap",
    block_length: int | None = None,
    antithetic: bool = False,
    seed: int = 0,
    watch: Sequence[str | Watch] = (),
    events: Sequence[Event] = (),
    threads: int | None = None,
    baseline: Solution | None = None,
    tracking: bool = False,
    parameters: Mapping[str, float] | None = None,
    options: StochasticOptions = StochasticOptions(),
) -> StochasticRun:
    """Solves the model over first..last `replications` times with drawn shocks, and says how the variables spread.

    residuals: where shocks come from, None for none (then `coefficients` must be given). method: bootstrap draws
    whole periods, block neighbouring periods (block_length, or the automatic one), normal from their covariance.
    watch: expressions, or `Watch` with a measure; () looks at every endogenous variable. events: those whose
    probability is wanted from more replications than are kept. baseline: what differences are taken to, by default
    the solution without shocks. tracking: add-factors are set so that without shocks the data's own figures solve
    the model. threads: None for one a core.

    Raises UsageError for words that do not fit, NotEnoughData for too few residuals, and SolveError where the
    model has no solution without shocks, or where more than the allowed share of replications failed; it names the
    most frequent reasons.
    """
    system = bound(model)
    span = as_period(first, "first"), as_period(last, "last")
    _check_call(replications, seed, residuals, coefficients, method, block_length, options)
    if threads is not None and threads < 1:
        raise UsageError(say("stochastic.threads", threads=threads), say("stochastic.threads_mend"))
    threads = threads or os.cpu_count() or 1
    if tracking:
        data = add_factors_for(system, data, *span, parameters=parameters)
    plain = _without_shocks(system, data, span, parameters, options)
    table = None if residuals is None else residual_table(system, data, residuals, plain.parameters, span[0])
    watches = tuple(as_watch(each) for each in watch) or tuple(Watch(name) for name in system.variables)
    labels = [each.label for each in watches]
    if len(set(labels)) < len(labels):
        raise UsageError(say("stochastic.watched_twice"), say("stochastic.watched_twice_mend"))
    job, notes = _job(
        system, data, span, plain, table,
        coefficients=coefficients, method=method, block_length=block_length, antithetic=antithetic, seed=seed,
        watches=watches, events=tuple(events), baseline=baseline, parameters=parameters, options=options,
    )  # fmt: skip
    began = time.perf_counter()
    found = _collected(job, replications, threads)
    failures = found.tally.explained(job.why, replications)
    if failures.share > options.most_failed or found.moments.count == 0:
        raise _refused(failures, options)
    certificate = _certified(job, found, replications, threads, began)
    return StochasticRun(
        system=system,
        baseline=plain,
        first=span[0],
        last=span[1],
        replications=replications,
        seed=seed,
        method=method,
        antithetic=antithetic,
        watches=watches,
        residuals=table,
        failures=failures,
        certificate=certificate,
        notes=(*notes, *_notes_after(failures, found.held)),
        scene=job.scene,
        through=job.through,
        held=found.held,
        moments=found.moments,
        pairs=found.pairs,
        reference=job.reference,
        paths=found.paths,
        asked=found.asked,
        good=found.good,
    )


# before


@dataclass(frozen=True, eq=False)
class Job:
    """Everything that a chunk needs."""

    replicator: Replicator
    system: System
    parameters: Vector
    scene: Scene
    through: Lens
    watching: Lens
    reference: Vector
    events: tuple[Event, ...]
    antithetic: bool
    options: StochasticOptions

    def why(self, place: object, replication: int) -> Message:
        if isinstance(place, tuple) and place and place[0] == "watch":
            return say("stochastic.watch_failed", name=place[1], period=str(self.scene.first + int(place[2])))
        return self.replicator.why(place, replication)


def _check_call(
    replications: int,
    seed: int,
    residuals: Residuals | None,
    coefficients: Coefficients | None,
    method: str,
    block_length: int | None,
    options: StochasticOptions,
) -> None:
    if int(replications) != replications or not 1 <= replications <= MOST_REPLICATIONS or seed < 0:
        raise UsageError(
            say("stochastic.replications", most=MOST_REPLICATIONS), say("stochastic.replications_mend")
        )
    if method not in ("bootstrap", "block", "normal"):
        raise UsageError(say("stochastic.method", word=method), say("stochastic.method_mend"))
    if residuals is None and coefficients is None:
        raise UsageError(say("stochastic.nothing_drawn"), say("stochastic.nothing_drawn_mend"))
    if block_length is not None and (block_length < 1 or method != "block"):
        raise UsageError(say("stochastic.block_length"), say("stochastic.block_length_mend"))
    if not 0.0 <= options.most_failed <= 1.0 or options.solving.mode != "dynamic" or (options.tail or 0) < 0:
        raise UsageError(say("stochastic.options"), say("stochastic.options_mend"))


def _without_shocks(
    system: System,
    data: Databank,
    span: tuple[Period, Period],
    parameters: Mapping[str, float] | None,
    options: StochasticOptions,
) -> Solution:
    """The solution without shocks, of a forward-looking model as far beyond the last period as is wanted."""
    tail = 0
    if system.max_lead > 0:
        spare = data.last - span[1] - system.max_lead
        tail = max(0, min(spare, FURTHEST_TAIL)) if options.tail is None else options.tail
    return solve(system, data, span[0], span[1] + tail, parameters=parameters, options=options.solving)


def _job(
    system: System,
    data: Databank,
    span: tuple[Period, Period],
    plain: Solution,
    table: ResidualTable | None,
    *,
    coefficients: Coefficients | None,
    method: Method,
    block_length: int | None,
    antithetic: bool,
    seed: int,
    watches: tuple[Watch, ...],
    events: tuple[Event, ...],
    baseline: Solution | None,
    parameters: Mapping[str, float] | None,
    options: StochasticOptions,
) -> tuple[Job, tuple[Message, ...]]:
    horizon = span[1] - span[0] + 1
    for event in events:
        event.rows(span[0], horizon)
    through = lens(system, watches)
    both = lens(system, (*watches, *(each.watch for each in events)))
    names = table.columns if table is not None else ()
    shocked = tuple(system.column(name) for name in names)
    moves = {*system.unknowns, *shocked}
    moving = tuple(column for column in both.varying if column in moves)
    scene = _scene(system, data, span, plain if baseline is None else baseline, plain, moving)
    reference = scene.baseline(both, plain.parameters)[:, : len(watches)]
    drawer, notes = _drawer(table, method, block_length, antithetic)
    begin = plain.rows.start
    shocks = Shocks(
        columns=shocked,
        base=plain.bank.values[begin : begin + horizon, list(shocked)],
        drawer=drawer,
        stream=Stream(seed, Purpose.SHOCKS, antithetic),
        rho=rho_places(system, names),
        mask=np.array([table is None or name not in table.silent for name in names], dtype=np.float64),
    )
    draws = (
        None
        if coefficients is None
        else drawn_coefficients(system, coefficients, parameters, seed, antithetic=antithetic)
    )
    inputs = Inputs(system, plain.bank.values, plain.rows, plain.bank.first, plain.parameters)
    replicator = _replicator(inputs, shocks, draws, moving, options)
    notes = (*plain.notes, *notes, *_notes_before(system, plain, span, coefficients, options))
    return Job(
        replicator, system, plain.parameters, scene, through, both, reference, events, antithetic, options
    ), notes


def _scene(
    system: System,
    data: Databank,
    span: tuple[Period, Period],
    baseline: Solution,
    plain: Solution,
    moving: tuple[int, ...],
) -> Scene:
    """History from the data, paths over the simulated periods. Raises UsageError for a baseline that does not fit."""
    horizon = span[1] - span[0] + 1
    row = baseline.bank.row(span[0])
    if (
        baseline.system.columns != system.columns
        or row < baseline.rows.start
        or row + horizon > baseline.rows.stop
    ):
        raise UsageError(say("stochastic.other_baseline"), say("stochastic.other_baseline_mend"))
    before = max(0, min(data.row(span[0]), len(data.values)))
    history = data.columns(system.columns, dict.fromkeys(system.add_factors, 0.0))[:before]
    begin = plain.rows.start
    own = plain.bank.values[begin : begin + horizon]
    return Scene(history, own, baseline.bank.values[row : row + horizon], moving, span[0])


def _drawer(
    table: ResidualTable | None, method: Method, block_length: int | None, antithetic: bool
) -> tuple[Drawer | None, tuple[Message, ...]]:
    """What turns uniform numbers into shocks, and what is to be said about it."""
    if table is None:
        return None, (say("stochastic.no_residuals_drawn"),)
    about = [
        say(
            "stochastic.drawn_from",
            columns=len(table.columns),
            periods=len(table.periods),
            first=table.periods[0],
            last=table.periods[-1],
        ),
        *table.gaps,
    ]
    if table.means.any():
        about.append(say("stochastic.demeaned", largest=_largest_mean(table)))
    if antithetic:
        about.append(say("stochastic.antithetic"))
    if method == "bootstrap":
        return ByPeriod(table.values), tuple(about)
    if method == "normal":
        found = covariance_of(table.values)
        if found.shrinkage:
            about.append(
                say(
                    "stochastic.shrunk",
                    columns=len(table.columns),
                    periods=len(table.periods),
                    weight=found.shrinkage,
                )
            )
        return Normal(
            factor_of(found.matrix), np.zeros(len(table.columns)) + table.values.mean(axis=0)
        ), tuple(about)
    if not table.without_gaps:
        raise NotEnoughData(say("stochastic.block_gaps", gaps=table.gaps), say("stochastic.block_gaps_mend"))
    length = common_block_length(table.values) if block_length is None else block_length
    if length > len(table.periods):
        raise UsageError(say("stochastic.block_length"), say("stochastic.block_length_mend"))
    about.append(say("stochastic.block_given" if block_length else "stochastic.block_found", length=length))
    return ByBlock(table.values, length), tuple(about)


def _largest_mean(table: ResidualTable) -> Message:
    """The mean that was taken out and is largest in standard deviations."""
    spread = table.values.std(axis=0)
    ratio = np.abs(table.means) / np.where(spread > 0.0, spread, np.inf)
    place = int(np.argmax(ratio))
    return say("stochastic.mean_of", name=table.columns[place], ratio=float(ratio[place]))


def _replicator(
    inputs: Inputs,
    shocks: Shocks,
    draws: CoefficientDraws | None,
    moving: tuple[int, ...],
    options: StochasticOptions,
) -> Replicator:
    solving = options.solving
    if inputs.system.max_lead == 0:
        solver = block_solver(inputs.system, solving.engine)
        return BackwardReplicator(inputs, shocks, draws, moving, solver)
    return ForwardReplicator(
        inputs, shocks, draws, moving, options.information, solving.terminal, solving.engine != "interpreted"
    )


def _notes_before(
    system: System,
    plain: Solution,
    span: tuple[Period, Period],
    coefficients: Coefficients | None,
    options: StochasticOptions,
) -> tuple[Message, ...]:
    notes = []
    if coefficients is not None:
        notes.append(say("stochastic.coefficients_drawn", count=len(coefficients.names)))
    if system.max_lead > 0:
        notes.append(say(f"stochastic.information_{options.information}", tail=plain.last - span[1]))
    return tuple(notes)


# the replications


@dataclass(frozen=True, eq=False)
class Looked:
    """What a chunk gives. cells: [solved, horizon x watches]; truth: [events, solved]; solved: [replications]."""

    chunk: Chunk
    cells: Vector
    truth: Truth
    solved: Truth
    tally: Tally


@dataclass(eq=False)
class Collected:
    """What all chunks give together."""

    held: Held
    moments: Moments
    pairs: Moments
    paths: dict[str, Vector]
    asked: dict[Event, Truth]
    good: Truth
    tally: Tally = field(default_factory=Tally)
    norm: float = 0.0
    checked: list[int] = field(default_factory=list)


def _collected(job: Job, replications: int, threads: int) -> Collected:
    """All replications, chunk by chunk, in order."""
    horizon, watches = job.scene.horizon, len(job.through.labels)
    cells = horizon * watches
    whole = replications * horizon * max(1, len(job.scene.moving)) <= job.options.exact_up_to
    store = np.empty((replications if whole else 0, horizon, len(job.scene.moving)))
    sketch = Sketch(cells, _sketch_size(cells, job.options))
    moments, pairs, tally = Moments(cells), Moments(cells), Tally()
    kept = min(job.options.keep_paths, replications)
    first_paths = np.full((kept, horizon, watches), np.nan)
    truths: list[Truth] = []
    solved: list[Truth] = []
    used: list[Vector] = []
    norm, largest = 0.0, -1
    for each in in_order(
        lambda a, b: _looked(job, a, b, store[a:b] if whole else None), replications, threads
    ):
        moments.add(each.cells)
        if job.antithetic:
            pairs.add(_pair_means(each))
        if not whole:
            sketch.add(each.cells)
        elif each.chunk.parameters.ndim == 2:
            used.append(each.chunk.parameters[each.solved])
        tally.add_all(each.tally)
        truths.append(each.truth)
        solved.append(each.solved)
        if each.chunk.norm > norm:
            norm, largest = each.chunk.norm, each.chunk.largest
        if each.chunk.start < kept:
            within = np.flatnonzero(each.solved) + each.chunk.start
            early = within < kept
            first_paths[within[early]] = each.cells[early].reshape(-1, horizon, watches)
    good = np.concatenate(solved)
    truth = np.concatenate(truths, axis=1)
    held: Held = Sketched(sketch, watches)
    if whole:
        parameters = np.concatenate(used) if used else job.parameters
        held = Whole(job.scene, store if good.all() else store[good], parameters)
    return Collected(
        held,
        moments,
        pairs,
        {name: first_paths[:, :, place] for place, name in enumerate(job.through.labels)},
        {event: truth[place] for place, event in enumerate(job.events)},
        good,
        tally,
        norm,
        _to_check(good, largest),
    )


def _sketch_size(cells: int, options: StochasticOptions) -> int:
    """Rows a level: fewer where many cells are looked at, so that all levels together stay within bounds."""
    return max(16, min(options.sketch_size, MOST_SKETCHED // (4 * max(cells, 1)))) // 2 * 2


def _to_check(good: Truth, largest: int) -> list[int]:
    """The first few replications that were solved, and the one with which the solver was least at ease."""
    first = [int(each) for each in np.flatnonzero(good)[:CHECKED]]
    return [*first, largest] if largest >= 0 and good[largest] and largest not in first else first


def _looked(job: Job, start: int, stop: int, out: Vector | None) -> Looked:
    """A chunk solved and looked at."""
    chunk = job.replicator.chunk(start, stop, out)
    solved = np.array([place is None for place in chunk.places])
    tally = Tally()
    for at in np.flatnonzero(~solved):
        tally.add(chunk.places[at], start + int(at))
    values = job.watching.values(
        job.scene.window(job.watching, chunk.paths), constant_over(chunk.parameters), job.scene.horizon
    )
    sound = np.abs(values) <= LARGEST
    finite = sound.all(axis=(0, 1))
    for at in np.flatnonzero(solved & ~finite):
        row, place = (int(each) for each in np.argwhere(~sound[:, :, at])[0])
        tally.add(("watch", job.watching.labels[place], row), start + int(at))
    solved &= finite
    watches = len(job.through.labels)
    kept = values if solved.all() else values[:, :, solved]
    cells = np.moveaxis(kept[:, :watches], 2, 0).reshape(kept.shape[2], watches * job.scene.horizon)
    truth = np.empty((len(job.events), kept.shape[2]), dtype=np.bool_)
    for place, event in enumerate(job.events):
        rows = event.rows(job.scene.first, job.scene.horizon)
        truth[place] = event.happened(kept[:, watches + place] != 0.0, rows)
    return Looked(chunk, np.ascontiguousarray(cells), truth, solved, tally)


def _pair_means(each: Looked) -> Vector:
    """The means of antithetic pairs of which both members were solved."""
    count = len(each.solved) - len(each.solved) % 2
    both = each.solved[:count].reshape(-1, 2).all(axis=1)
    place = np.cumsum(each.solved) - 1
    first = place[:count:2][both]
    return np.asarray((each.cells[first] + each.cells[first + 1]) / 2.0)


# after


def _refused(failures: Failures, options: StochasticOptions) -> SolveError:
    reasons = tuple(
        say("stochastic.reason", count=each.count, reason=each.reason) for each in failures.reasons[:3]
    )
    return SolveError(
        say(
            "stochastic.too_many_failed",
            count=failures.count,
            replications=failures.replications,
            share=failures.share,
            most=options.most_failed,
            reasons=reasons,
        ),
        say("stochastic.too_many_failed_mend"),
    )


def _notes_after(failures: Failures, held: Held) -> tuple[Message, ...]:
    notes = []
    if failures.count:
        notes.append(say("stochastic.conditional", count=failures.count, share=failures.share))
    if held.rank_error:
        notes.append(say("stochastic.sketched", error=held.rank_error))
    return tuple(notes)


def _certified(
    job: Job, found: Collected, replications: int, threads: int, began: float
) -> StochasticCertificate:
    """The worst residual of the replications that are computed anew, all of them at once."""
    worst = _worst(job, found.checked)
    if worst.residual > job.options.solving.tolerance:
        raise SolveError(
            say(
                "stochastic.not_certified",
                residual=worst.residual,
                tolerance=job.options.solving.tolerance,
                equation=job.system.labels[worst.equation][0],
                period=str(job.scene.first + worst.row),
            ),
            say("stochastic.not_certified_mend"),
        )
    return StochasticCertificate(
        norm=found.norm,
        residual=worst.residual,
        equation="" if worst.equation < 0 else job.system.labels[worst.equation][0],
        period="" if worst.equation < 0 else str(job.scene.first + worst.row),
        checked=len(found.checked),
        replications=replications,
        engine=job.replicator.engine,
        threads=threads,
        seconds=time.perf_counter() - began,
    )


def _sides(system: System) -> Tape:
    """The tape of all left sides, then all right sides, made once a system."""
    found: Tape | None = system.__dict__.get("_sides_tape")
    if found is None:
        found = record(system.graph, (*system.lefts, *system.rights))
        system.__dict__["_sides_tape"] = found
    return found


def _worst(job: Job, replications: Sequence[int]) -> Worst:
    """Where some replications hold least, row 0 the first simulated one."""
    system = job.system
    begin = system.max_lag + 1
    alike: dict[tuple[int, int], list[tuple[Vector, Vector]]] = {}
    for each in replications:
        for values, rows, used in job.replicator.views(each):
            stop = min(rows.stop, begin + job.scene.horizon)
            alike.setdefault((rows.start, stop), []).append((values, used))
    found, count = Worst(0.0, -1, 0), len(system.lefts)
    for (start, stop), tables in alike.items():
        window = np.stack([values for values, _ in tables], axis=2)
        parameters = np.stack([used for _, used in tables], axis=1)
        both = interpret(_sides(system), window, slice(start, stop), parameters)
        shape = (stop - start, len(tables))
        for number in range(count):
            left, right = np.broadcast_to(both[number], shape), np.broadcast_to(both[count + number], shape)
            missed = np.abs(left - right) / np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
            missed = np.where(np.isnan(missed), np.inf, missed)
            if float(missed.max()) > found.residual:
                row = start - begin + int(np.argmax(missed.max(axis=1)))
                found = Worst(float(missed.max()), number, row)
    return found
