"""From nothing to a solution: whole processes of the command line, and FRB/US with and without stored kernels.

    python benchmarks/macro/cold_start.py [--data FOLDER] [--runs 5] [--imports]

Every row is a fresh process; least wall and least processor seconds of some runs, and the largest memory. On a busy machine
wall time is longer than on a quiet one and processor time is not; on a free core the two are the same, as the work is of
one thread. Python's own compiled files are kept in a folder of this run, as an installed package keeps them, and are made
by a first run that is not counted. --imports lists the modules that take longest for `longwave model solve klein1`.
FRB/US wants the folder `frbus` of the data packs (LONGWAVE_PACKS).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PACKS = Path(os.environ.get("LONGWAVE_PACKS") or Path(__file__).resolve().parents[3] / "shared" / "data")

FRBUS = """
import json, sys, time
from pathlib import Path
clock = time.process_time
began = clock()
from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.solve import add_factors_for, solve
import llvmlite.binding, longwave.numerics.driver
imported = clock()
folder = Path(sys.argv[1])
bank = read_longbase(next(folder.glob("longbase*")))
tables = clock()
found = read_frbus(folder / "model.xml")
bank = found.complete(bank).with_columns({"dfpdbt": [0.0] * len(bank.values), "dfpsrp": [1.0] * len(bank.values)})
read = clock()
first, last = Period.parse("2040-Q1"), Period.parse("2059-Q4")
system = bind(found.model)
bound = clock()
tracked = add_factors_for(system, bank, first, last)
rule = tracked.series("rffintay.add").to_numpy().copy()
rule[tracked.row(first)] += 1.0
tracked = tracked.with_columns({"rffintay.add": rule})
ready = clock()
solution = solve(system, tracked, first, last)
solved = clock()
again = []
for _ in range(9):
    start = clock()
    solve(system, tracked, first, last)
    again.append(clock() - start)
print(json.dumps([imported - began, tables - imported, read - tables, bound - read, ready - bound, solved - ready,
                  min(again), solution.certificate.residual]))
"""
STEPS = ("import", "read LONGBASE", "read model.xml", "bind", "add-factors", "first solve", "next solve")


@dataclass(frozen=True, slots=True)
class Run:
    """wall and processor seconds, peak memory in MB, and what was printed."""

    wall: float
    processor: float
    megabytes: float
    printed: str


def process(arguments: list[str], environment: dict[str, str]) -> Run:
    """One whole process, waited for."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            [sys.executable, *arguments], stdout=out, stderr=subprocess.DEVNULL, env=environment
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"{arguments[:4]} ended with {child.returncode}")
        out.seek(0)
        printed = out.read().decode()
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)


def row(name: str, arguments: list[str], environment: dict[str, str], runs: int) -> list[Run]:
    process(arguments, environment)
    made = [process(arguments, environment) for _ in range(runs)]
    wall, processor = min(each.wall for each in made), min(each.processor for each in made)
    print(
        f"| {name} | {wall:.2f} | {processor:.2f} | {max(each.megabytes for each in made):.0f} |", flush=True
    )
    return made


def frbus(folder: Path, environment: dict[str, str], runs: int) -> None:
    print("\nFRB/US, 80 quarters, processor seconds of each step (the quickest of the runs)")
    print(
        f"| kernels | {' | '.join(STEPS)} | to the first solution | of it without import and tables | residual |"
    )
    print(f"|{'---|' * (len(STEPS) + 4)}")
    for name in ("none stored", "stored"):
        made = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as empty:
                kept = environment if name == "stored" else {**environment, "LONGWAVE_KERNELS": empty}
                made.append(json.loads(process(["-c", FRBUS, str(folder)], kept).printed))
        best = [min(column) for column in zip(*made, strict=True)]
        first = sum(best[:6])
        print(
            f"| {name} | {' | '.join(f'{each:.4f}' for each in best[:7])} | {first:.2f} | {sum(best[2:6]):.2f} "
            f"| {best[7]:.0e} |"
        )


def imports(environment: dict[str, str]) -> None:
    child = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "longwave", "model", "solve", "klein1"],
        check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    lines = [
        line.removeprefix("import time:").split("|") for line in child.stderr.splitlines() if "|" in line
    ]
    timed = [(int(own), int(whole), name.strip()) for own, whole, name in lines if own.strip().isdigit()]
    print("\nlongest imports of `longwave model solve klein1`: ms with what they import, ms alone")
    for own, whole, name in sorted(timed, key=lambda each: -each[1])[:25]:
        print(f"{whole / 1e3:8.1f} {own / 1e3:8.1f}  {name}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--data", type=Path, default=PACKS)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--imports", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as compiled, tempfile.TemporaryDirectory() as kernels:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": compiled, "LONGWAVE_KERNELS": kernels,
            "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        off = {**environment, "LONGWAVE_KERNELS": "off"}
        print("| process | wall s | processor s | MB |\n|---|---|---|---|")
        row("python, nothing else", ["-c", "pass"], environment, given.runs)
        row("import pandas", ["-c", "import pandas"], environment, given.runs)
        row("import longwave", ["-c", "import longwave"], environment, given.runs)
        command = ["-m", "longwave", "model"]
        row("longwave model list", [*command, "list"], environment, given.runs)
        row("longwave model solve klein1, no kernels stored", [*command, "solve", "klein1"], off, given.runs)
        row("longwave model solve klein1", [*command, "solve", "klein1"], environment, given.runs)
        row("longwave model estimate klein1 --method 3sls",
            [*command, "estimate", "klein1", "--method", "3sls"], environment, given.runs)  # fmt: skip
        row("longwave model simulate klein1, 1935-1941",
            [*command, "simulate", "klein1", "--first", "1935", "--last", "1941"], environment, given.runs)  # fmt: skip
        folder = given.data / "frbus"
        if (folder / "model.xml").is_file():
            frbus(folder, environment, min(given.runs, 3))
        else:
            print(f"no model in {folder}: FRB/US is skipped")
        if given.imports:
            imports(environment)


if __name__ == "__main__":
    main()
