"""How fast equations become machine code and how fast that is, on generated systems and on FRB/US.

    python benchmarks/macro/kernels.py [--frbus FOLDER] [--most 10000] [--plot FILE]

First table: systems of 10, 100, 1,000, 10,000 equations in groups of twelve that need each other (each group solved by
Newton's method on its tears); seconds to lay out and to compile without a cache, microseconds a period and equation
compiled and interpreted, and how costs grow with the number of non-zeros (1.00 is linear). Second table, with the
folder of the Federal Reserve's `model.xml` and LONGBASE: 80 quarters of the backward-looking model, warm, compiled
beside interpreted; 1,000 and 10,000 replications over 24 quarters; residuals and Jacobian values a row.
Processor time where one thread works, wall time for two threads.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LONGWAVE_KERNELS", "off")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from tests.numerics.made_systems import made_data, made_system

from longwave.numerics.driver import InterpretedReplicator, compile_program
from longwave.numerics.interpreted import InterpretedSolver
from longwave.numerics.kernel import InterpretedKernel, compile_tape
from longwave.numerics.tape import record

PERIODS = 22
SIZES = (10, 100, 1_000, 10_000)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--frbus", type=Path)
    arguments.add_argument("--most", type=int, default=SIZES[-1])
    arguments.add_argument("--plot", type=Path)
    given = arguments.parse_args()
    rows = growth([size for size in SIZES if size <= given.most])
    if given.plot:
        draw(rows, given.plot)
    if given.frbus:
        frbus(given.frbus)


def timed(work: Callable[[], object], *, wall: bool = False, least: float = 0.2) -> float:
    """Seconds of the quickest of several runs."""
    clock = time.perf_counter if wall else time.process_time
    best, total = float("inf"), 0.0
    while total < least:
        began = clock()
        work()
        taken = clock() - began
        best, total = min(best, taken), total + max(taken, 1e-6)
    return best


def growth(sizes: list[int]) -> list[tuple[int, int, float, float, float]]:
    compile_program(made_system(3)[0])(*made_call(3))  # what every program shares
    print(
        "equations  non-zeros  lay out s  compile s  us/period/equation  interpreted  ratio   growth of each"
    )
    rows: list[tuple[int, int, float, float, float]] = []
    for size in sizes:
        row, slow = grown(size)
        rows.append(row)
        _, non_zeros, laid_out, compiled, solve = row
        print(
            f"{size:9,}  {non_zeros:9,}  {laid_out:9.3f}  {compiled:9.3f}  {1e6 * solve / size:18.3f}  "
            f"{1e6 * slow / size:11.1f}  {slow / solve:5.0f}   {exponents(rows)}"
        )
    return rows


def grown(size: int) -> tuple[tuple[int, int, float, float, float], float]:
    """(equations, non-zeros, seconds to lay out, to compile, a period), and seconds a period interpreted."""
    began = time.process_time()
    made, graph, residuals = made_system(size)
    laid_out = time.process_time() - began
    non_zeros = sum(len(graph.partials(each)) for each in residuals)
    began = time.process_time()
    solver = compile_program(made)
    compiled = time.process_time() - began
    data, first, stop, parameters = made_call(size)
    solve = timed(lambda: solver(data.copy(), first, stop, parameters)) / (PERIODS - 2)
    slow = float("nan")
    if size <= 1_000:
        walker = InterpretedSolver(made)
        slow = timed(lambda: walker(data.copy(), first, stop, parameters)) / (PERIODS - 2)
    return (size, non_zeros, laid_out, compiled, solve), slow


def made_call(size: int) -> tuple[np.ndarray, int, int, np.ndarray]:
    data, parameters = made_data(size, PERIODS)
    return data, 2, PERIODS, parameters


def exponents(rows: list[tuple[int, int, float, float, float]]) -> str:
    """d log cost / d log non-zeros from the row before."""
    if len(rows) < 2:
        return ""
    one, other = rows[-2], rows[-1]
    step = np.log(other[1] / one[1])
    return "  ".join(f"{np.log(other[place] / one[place]) / step:.2f}" for place in (2, 3, 4))


def draw(rows: list[tuple[int, int, float, float, float]], path: Path) -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
    non_zeros = [row[1] for row in rows]
    for place, name in ((2, "lay out (blocks, tears, derivatives)"), (3, "compile"), (4, "solve one period")):
        axes.loglog(non_zeros, [row[place] for row in rows], marker="o", label=name)
    last = rows[-1]
    axes.loglog(non_zeros, [last[3] * each / last[1] for each in non_zeros], "k:", label="linear")
    axes.set_xlabel("non-zeros of the Jacobian")
    axes.set_ylabel("seconds")
    axes.legend(frameon=False)
    figure.savefig(path)


def frbus(folder: Path) -> None:
    from longwave.core.period import Period
    from longwave.macro.bind import bind
    from longwave.macro.interop.frbus import read_frbus, read_longbase
    from longwave.macro.solve import add_factors_for, gather, program_of

    first, last = Period.parse("2040-Q1"), Period.parse("2059-Q4")
    imported = read_frbus(folder / "model.xml")
    system = bind(imported.model)
    bank = imported.complete(read_longbase(next(folder.glob("longbase*"))))
    given = bank.with_columns({"dfpdbt": np.zeros(len(bank.values)), "dfpsrp": np.ones(len(bank.values))})
    inputs = gather(system, add_factors_for(system, given, first, last), first, last)
    start, stop, parameters = inputs.rows.start, inputs.rows.stop, inputs.parameters
    data = inputs.values.copy()
    print(f"\nFRB/US, {len(system.variables)} equations{'':24}longwave   interpreted   ratio")
    made = program_of(system)
    began = time.process_time()
    solver = compile_program(made)
    print(f"{'compile, s':48}{time.process_time() - began:10.3f}")

    shocked = data.copy()
    shocked[start, system.column("rffintay.add")] += 1.0
    scratch = shocked.copy()

    def run(solver_called: Callable[..., object]) -> None:
        scratch[:] = shocked
        solver_called(scratch, start, stop, parameters)

    fast = timed(lambda: run(solver))
    slow = timed(lambda: run(InterpretedSolver(made)))
    print(f"{'80 quarters, ms':48}{1e3 * fast:10.3f}{1e3 * slow:14.1f}{slow / fast:8.0f}")

    places = [system.column(f"{name}.add") for name in imported.stochastic if system.has(f"{name}.add")]
    base = data[start : start + 24, places]
    scale = 1e-3 * np.ones(len(places))

    def fill(one: int, other: int) -> tuple[np.ndarray, None]:
        draws = [np.random.default_rng([1, each]).normal(size=base.shape) for each in range(one, other)]
        return base + scale * np.stack(draws), None

    keep = [system.column(name) for name in ("xgdp", "lur", "picxfe", "rff")]
    for count, threads, engine in ((1_000, 1, solver), (10_000, 2, solver)):
        out = np.empty((count, 24, len(keep)))
        began, clock = time.perf_counter(), time.process_time()
        outcomes = engine.replicate(
            data, start, start + 24, parameters, replications=count, shocked=places, fill=fill,
            keep=keep, out=out, threads=threads,
        )  # fmt: skip
        wall, processor = time.perf_counter() - began, time.process_time() - clock
        print(
            f"{f'{count:,} x 24 quarters, {threads} thread(s), s wall (processor)':48}{wall:10.3f} ({processor:.3f}), "
            f"{outcomes.failed.size} failed"
        )
    few = np.empty((10, 24, len(keep)))
    slow = timed(
        lambda: InterpretedReplicator(made).replicate(
            data,
            start,
            start + 24,
            parameters,
            replications=10,
            shocked=places,
            fill=fill,
            keep=keep,
            out=few,
        )
    )
    print(f"{'10 x 24 quarters interpreted, s':48}{'':10}{slow:14.3f}")

    slopes = [node for each in system.residuals for node in system.graph.partials(each).values()]
    tape = record(system.graph, [*system.residuals, *slopes])
    kernel, walker = compile_tape(tape, len(system.columns)), InterpretedKernel(tape, len(system.columns))
    rows = stop - start
    fast = timed(lambda: kernel(data, start, stop, parameters)) / rows
    slow = timed(lambda: walker(data, start, stop, parameters)) / rows
    name = f"residuals and all {len(slopes):,} partials, us a row"
    print(f"{name:48}{1e6 * fast:10.2f}{1e6 * slow:14.1f}{slow / fast:8.1f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
