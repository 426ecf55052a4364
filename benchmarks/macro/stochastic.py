"""Stochastic simulation of FRB/US: seconds, memory, errors of quantiles, and what antithetic pairs are worth.

    python benchmarks/macro/stochastic.py [--frbus FOLDER] [--most 30000]

FOLDER holds the Federal Reserve's `model.xml` and LONGBASE (by default beside the checkout). 52 equations are shocked
with whole quarters of their residuals of 1970-2019 over 24 quarters from 2040; all wall times are of `simulate` as a
user calls it, with baseline, residuals, summary and quantiles, after the first call has compiled. Beside it: the same
replications through one `solve` each. The Federal Reserve's own package takes 24.2 CPU seconds for 100 replications
on such a core (measured apart; it does not install beside current packages). Last table: a forward-looking model.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.language.read import read_model
from longwave.macro.solve import bound, solve
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.simulate import StochasticOptions, simulate
from longwave.macro.stochastic.sketch import Sketch
from longwave.macro.stochastic.watched import Watch

PEER = 0.242
"""CPU seconds a replication of the Federal Reserve's package."""
PACKS = Path(os.environ.get("LONGWAVE_PACKS") or Path(__file__).resolve().parents[3] / "shared" / "data")
WATCH = ("lur", "rff", "picxfe", Watch("xgdp", "growth_over_year"), Watch("xgdp", "difference_percent"))


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--frbus", type=Path, default=PACKS / "frbus")
    arguments.add_argument("--most", type=int, default=30_000)
    given = arguments.parse_args()
    if given.frbus.is_dir():
        frbus(given.frbus, given.most)
    else:
        print(f"no model at {given.frbus}")
    sketches()
    ahead()


def frbus(folder: Path, most: int) -> None:
    found = read_frbus(folder / "model.xml")
    data = found.complete(read_longbase(next(folder.glob("longbase*"))))
    count = len(data.values)
    data = data.with_columns({"dfpdbt": np.zeros(count), "dfpsrp": np.ones(count)})
    system, residuals = bound(found.model), Residuals(found.stochastic, "1970-Q1", "2019-Q4")

    def run(replications: int, threads: int, **more: object):
        began, cpu = time.perf_counter(), time.process_time()
        made = simulate(
            system, data, "2040-Q1", "2045-Q4", replications=replications, residuals=residuals, watch=WATCH,
            threads=threads, tracking=True, **more,
        )  # fmt: skip
        made.table()
        return made, time.perf_counter() - began, time.process_time() - cpu

    run(10, 1)
    print(
        f"{'FRB/US, 24 quarters':34}{'wall s':>8}{'CPU s':>8}{'MB':>6}{'failed':>8}{'residual':>10}{'peer':>8}"
    )
    cases = [
        ("100, one thread", 100, 1, {}),
        ("1,000, one thread", 1000, 1, {}),
        ("1,000, two threads", 1000, 2, {}),
        ("1,000 normal, two threads", 1000, 2, {"method": "normal"}),
        ("1,000 in blocks, two threads", 1000, 2, {"method": "block"}),
        ("10,000, two threads", 10_000, 2, {}),
        ("10,000, sketch", 10_000, 2, {"options": StochasticOptions(exact_up_to=0)}),
        (f"{most:,}, sketch", most, 2, {"options": StochasticOptions(exact_up_to=0)}),
    ]
    for name, replications, threads, more in cases:
        made, wall, cpu = run(replications, threads, **more)
        print(
            f"{name:34}{wall:8.3f}{cpu:8.3f}{peak():6.0f}{made.failures.count:8}"
            f"{made.certificate.residual:10.1e}{PEER * replications / cpu:7.0f}x"
        )
    one_by_one(system, data, residuals)
    plain, paired = (run(2000, 2, antithetic=each)[0] for each in (False, True))
    normal, pairs = (run(2000, 2, method="normal", antithetic=each)[0] for each in (False, True))
    print("\nMonte Carlo error of the mean of lur after 8 quarters, 2,000 replications")
    for name, made in (
        ("bootstrap", plain),
        ("bootstrap, pairs", paired),
        ("normal", normal),
        ("normal, pairs", pairs),
    ):
        print(f"  {name:20}{made.summary('lur')['mean_error'].iloc[7]:.4f}")


def one_by_one(system, data: Databank, residuals: Residuals) -> None:
    """A hundred solves one after another, as one would without a call for many."""
    from longwave.macro.solve import add_factors_for
    from longwave.macro.stochastic.residuals import residual_table

    first, last = Period.parse("2040-Q1"), Period.parse("2045-Q4")
    tracked = add_factors_for(system, data, first, last)
    table = residual_table(system, data, residuals, system.vector(), first)
    rows = slice(tracked.row(first), tracked.row(last) + 1)
    rng = np.random.default_rng(1)
    for _ in range(5):
        solve(system, tracked, first, last)
    began = time.process_time()
    for _ in range(100):
        drawn = table.values[rng.integers(len(table.values), size=24)]
        columns = {}
        for place, name in enumerate(table.columns):
            column = tracked.values[:, tracked.names.index(name)].copy()
            column[rows] += drawn[:, place]
            columns[name] = column
        solve(system, tracked.with_columns(columns), first, last)
    cpu = time.process_time() - began
    print(f"{'100 by one `solve` each':34}{'':8}{cpu:8.3f}{'':6}{'':8}{'':10}{PEER * 100 / cpu:7.0f}x")


def sketches() -> None:
    print("\nsketch of 100,000 normal numbers, 24 columns: error in rank, in per cent")
    print(f"{'rows a level':>14}{'bound':>9}{'worst':>9}{'kept':>8}{'ms/1,000':>10}")
    values = np.random.default_rng(1).normal(size=(100_000, 24))
    ranked = np.sort(values, axis=0)
    for size in (256, 1024, 2048, 8192):
        sketch, began = Sketch(24, size), time.perf_counter()
        for begin in range(0, len(values), 256):
            sketch.add(values[begin : begin + 256])
        took = time.perf_counter() - began
        probabilities = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
        found = sketch.quantiles(probabilities)
        worst = max(
            abs(np.searchsorted(ranked[:, column], found[place, column]) / len(values) - probability)
            for column in range(24)
            for place, probability in enumerate(probabilities)
        )
        print(f"{size:14,}{100 * sketch.rank_error:9.3f}{100 * worst:9.3f}{sketch.kept:8,}{10 * took:10.2f}")


def ahead() -> None:
    model = read_model("""
    frequency quarterly
    endogenous y, p, r, u
    parameter a = 0.6, k = 0.1, d = 0.5, rho = 0.7
    behavioural u: u = rho*u(-1)
    behavioural y: y = 0.5*y(-1) + 0.5*y(+1) - a*(r - p(+1)) + u
    behavioural p: p = 0.5*p(-1) + 0.49*p(+1) + k*y
    behavioural r: r = 0.8*r(-1) + 0.2*(1.5*p + d*y)
    """)
    index = [f"{1950 + row // 4}-Q{row % 4 + 1}" for row in range(240)]
    data = Databank.from_frame(pd.DataFrame(0.0, index=index, columns=list("ypru")))
    given = pd.DataFrame(
        np.random.default_rng(1).normal(size=(100, 4)) * 0.2, index=index[:100], columns=list("yrup")
    )
    print("\nfour equations looking ahead, 12 quarters and 40 beyond, 100 replications")
    for information in ("foreseen", "surprise"):
        began = time.perf_counter()
        made = simulate(
            model, data, "1990-Q1", "1992-Q4", replications=100, residuals=Residuals(given=given), watch=["y"],
            options=StochasticOptions(information=information),
        )  # fmt: skip
        print(
            f"  {information:10}{time.perf_counter() - began:8.2f} s, residual {made.certificate.residual:.0e}"
        )


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
