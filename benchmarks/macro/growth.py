"""How the engine's costs grow with a model: texts of 10 to 10,000 equations, from reading to twenty solved periods.

    python benchmarks/macro/growth.py [--most 10000] [--ahead 3000] [--sizes 10,100] [--plot growth.svg]

The models are written by this file as `.lw` texts: groups of twelve equations that need each other within a period,
chained from group to group and through lags, two parameters an equation, a logarithm in every fourth; in the
forward-looking variant every third equation reads its own next period. Each size is a process of its own, without
stored kernels. Printed: processor seconds of each step and megabytes of the process after it; below, how each cost
grows with the Jacobian's non-zeros (1.00 is linear), fitted between 1,000 equations and the largest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SIZES = (10, 100, 1_000, 3_000, 10_000)
PERIODS = 20
STEPS = ("read", "bind", "lay out", "compile", "solve", "certify")
STEPS_AHEAD = ("read", "bind", "solve", "solve again")
GROUP = 12
FIT_FROM = 1_000


def text(equations: int, *, ahead: bool) -> str:
    """A model of some equations as a text. All variables rest near two."""
    lines = [f"model made{equations}", "frequency annual", "exogenous z", "parameter"]
    lines.append(
        ",\n".join(f"  a{i} = {0.2 + i % 7 / 100}, b{i} = {0.05 + i % 5 / 100}" for i in range(equations))
    )
    for i in range(equations):
        start = i - i % GROUP
        size = min(GROUP, equations - start)
        near = start + (i - start + 1) % size
        other = start + (i - start + 5) % size
        before = max(start - GROUP, 0) + i % GROUP
        term = f"log(1 + x{other}^2)" if i % 4 == 0 else f"0.8*x{other}"
        expected = f" + 0.2*x{i}(+1)" if ahead and i % 3 == 0 else ""
        chained = f" + 0.1*x{before}" if before < start else ""
        lines.append(
            f"behavioural x{i}: x{i} = 0.5 + a{i}*x{i}(-1) + b{i}*{term} + 0.1*x{near} + 0.05*z(-1){chained}{expected}"
        )
    return "\n".join(lines)


def one(equations: int, ahead: bool) -> dict[str, object]:
    """Seconds and megabytes of every step for one size, in this process."""
    import resource
    import time

    from longwave.core.period import Period
    from longwave.macro.bind import bind
    from longwave.macro.certificate import worst
    from longwave.macro.databank import Databank
    from longwave.macro.language.read import read_model
    from longwave.macro.solve import gather, period_solver, program_of, solve

    warm = read_model(text(6, ahead=ahead))  # what every model shares: the parser, the compiler, SuperLU
    years = Period.parse("2000")
    solve(warm, Databank(years, warm_names(6), np.full((40, 7), 2.0)), years + 5, years + 8)
    made = text(equations, ahead=ahead)
    seconds: dict[str, float] = {}
    megabytes: dict[str, float] = {}
    clock = time.process_time()

    def lap(step: str) -> None:
        nonlocal clock
        seconds[step] = time.process_time() - clock
        megabytes[step] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        clock = time.process_time()

    model = read_model(made)
    lap("read")
    system = bind(model)
    lap("bind")
    bank = Databank(years, warm_names(equations), np.full((40, equations + 1), 2.0))
    first, last = years + 5, years + (4 + PERIODS)
    clock = time.process_time()
    if ahead:
        found = solve(system, bank, first, last)
        lap("solve")
        solve(system, bank, first, last)
        lap("solve again")
    else:
        program_of(system)
        lap("lay out")
        period_solver(system, "auto")
        lap("compile")
        found = solve(system, bank, first, last)
        lap("solve")
        inputs = gather(system, found.bank, first, last)
        clock = time.process_time()
        worst(system, inputs.values, inputs.rows, inputs.parameters)
        lap("certify")
    non_zeros = sum(len(system.graph.partials(each)) for each in system.residuals)
    return {
        "equations": equations,
        "non_zeros": non_zeros,
        "seconds": seconds,
        "megabytes": megabytes,
        "residual": found.certificate.residual,
        "engine": found.certificate.engine,
    }


def warm_names(equations: int) -> tuple[str, ...]:
    return (*(f"x{i}" for i in range(equations)), "z")


def measured(equations: int, ahead: bool, times: int) -> dict[str, object]:
    """The least seconds of each step over some processes."""
    runs = [_process(equations, ahead) for _ in range(times)]
    best = runs[0]
    best["seconds"] = {step: min(run["seconds"][step] for run in runs) for step in best["seconds"]}
    return best


def _process(equations: int, ahead: bool) -> dict[str, object]:
    environment = {
        **os.environ,
        "LONGWAVE_KERNELS": "off",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    arguments = [sys.executable, __file__, "--one", str(equations), *(["--forward"] if ahead else [])]
    printed = subprocess.run(arguments, check=True, capture_output=True, env=environment).stdout
    return json.loads(printed)


def table(sizes: list[int], *, ahead: bool) -> list[dict[str, object]]:
    steps = STEPS_AHEAD if ahead else STEPS
    print(f"\n{'forward-looking' if ahead else 'backward-looking'}, {PERIODS} periods: processor seconds")
    print(f"| equations | non-zeros | {' | '.join(steps)} | all | MB | residual |")
    print(f"|{'---|' * (len(steps) + 5)}")
    rows = []
    for size in sizes:
        row = measured(size, ahead, 1 if size > 3_000 else 3)
        rows.append(row)
        taken = row["seconds"]
        print(
            f"| {size:,} | {row['non_zeros']:,} | {' | '.join(f'{taken[step]:.3g}' for step in steps)} "
            f"| {sum(taken.values()):.3g} | {max(row['megabytes'].values()):.0f} | {row['residual']:.0e} |",
            flush=True,
        )
    large = [row for row in rows if row["equations"] >= FIT_FROM]
    if len(large) > 1:
        slopes = " | ".join(f"{exponent(large, [step]):.2f}" for step in steps)
        print(f"| exponent | | {slopes} | {exponent(large, steps):.2f} | | |")
    return rows


def exponent(rows: list[dict[str, object]], steps: Sequence[str]) -> float:
    """The slope of log seconds of these steps together on log non-zeros."""
    size = np.log([row["non_zeros"] for row in rows])
    seconds = [max(sum(row["seconds"][step] for step in steps), 1e-6) for row in rows]
    return float(np.polyfit(size, np.log(seconds), 1)[0])


def draw(rows: list[dict[str, object]], path: Path) -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
    non_zeros = [row["non_zeros"] for row in rows]
    for step in STEPS:
        axes.loglog(non_zeros, [row["seconds"][step] for row in rows], marker="o", label=step)
    whole = sum(rows[-1]["seconds"].values())
    axes.loglog(non_zeros, [whole * each / non_zeros[-1] for each in non_zeros], "k:", label="linear")
    axes.set_xlabel("non-zeros of the Jacobian")
    axes.set_ylabel("processor seconds")
    axes.legend(frameon=False)
    figure.savefig(path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--most", type=int, default=SIZES[-1])
    arguments.add_argument("--ahead", type=int, default=3_000, help="largest forward-looking model")
    arguments.add_argument("--sizes", help="these sizes, parted by commas")
    arguments.add_argument("--plot", type=Path)
    arguments.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--forward", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.forward)))
        return
    sizes = [int(each) for each in given.sizes.split(",")] if given.sizes else list(SIZES)
    rows = table([size for size in sizes if size <= given.most], ahead=False)
    ahead = [size for size in sizes if size <= given.ahead]
    if ahead:
        table(ahead, ahead=True)
    if given.plot:
        draw(rows, given.plot)


if __name__ == "__main__":
    main()
