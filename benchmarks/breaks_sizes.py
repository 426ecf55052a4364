"""How far the break tests and date intervals can be trusted in short series: sizes, power, numbers, coverage.

    python benchmarks/breaks_sizes.py [size | power | number | coverage | time] [--samples 500]

Noise: a Gaussian first-order autoregression with marginal standard deviation 1, in which shifts are measured.
The tables of docs/concepts/breaks.md come from here.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np

from longwave.measure.breaks.cusum import ols_cusum
from longwave.measure.breaks.date_law import date_intervals
from longwave.measure.breaks.date_sets import date_sets
from longwave.measure.breaks.find import Breaks, checked, find_breaks
from longwave.measure.breaks.partition import partitions
from longwave.measure.breaks.wald import Assumptions

PERSISTENCE = (0.0, 0.3, 0.5, 0.8)


def noise(n: int, rho: float, rng: np.random.Generator) -> np.ndarray:
    draws = rng.standard_normal(n) * np.sqrt(1 - rho**2)
    draws[0] = rng.standard_normal()
    for place in range(1, n):
        draws[place] += rho * draws[place - 1]
    return draws


def shifted(
    n: int, rho: float, shift: float, shares: tuple[float, ...], rng: np.random.Generator
) -> np.ndarray:
    """Noise whose mean rises by shift after the first share of the sample, falls back after the second, ..."""
    y = noise(n, rho, rng)
    for place, share in enumerate(shares):
        y[round(share * n) :] += shift if place % 2 == 0 else -shift
    return y


def rows(samples: int, *cells: tuple[float, ...], make: Callable[..., np.ndarray]) -> Iterator[tuple]:
    """For each cell the find_breaks of its samples."""
    for cell in cells:
        rng = np.random.default_rng(2026)
        yield (
            cell,
            [
                (y, find_breaks(y, draws=199, seed=each))
                for each in range(samples)
                for y in [make(rng, *cell)]
            ],
        )


DECISIONS: dict[str, Callable[[np.ndarray, Breaks], bool]] = {
    "sup-F iid (Andrews)": lambda y, b: b.test("andrews_sup_f").rejected,
    "exp-F iid": lambda y, b: b.test("andrews_exp_f").rejected,
    "OLS-CUSUM": lambda y, b: ols_cusum(y)[1] <= 0.05,
    "sup-F(1) HAC": lambda y, b: b.test("sup_f_1").rejected,
    "UDmax HAC": lambda y, b: b.test("ud_max").rejected,
    "WDmax HAC": lambda y, b: b.test("wd_max").rejected,
    "BIC": lambda y, b: b.numbers["bic"] > 0,
    "LWZ": lambda y, b: b.numbers["lwz"] > 0,
    "bootstrap sup-F(1)": lambda y, b: b.test("bootstrap_sup_f_1").rejected,
    "bootstrap UDmax": lambda y, b: b.test("bootstrap_ud_max").rejected,
}


def decisions(
    head: str, samples: int, cells: list[tuple[float, ...]], make: Callable[..., np.ndarray]
) -> None:
    print(f"| {head} | " + " | ".join(DECISIONS) + " |")
    print("|---" * (len(DECISIONS) + 1) + "|")
    for cell, found in rows(samples, *cells, make=make):
        share = [100 * np.mean([decide(y, b) for y, b in found]) for decide in DECISIONS.values()]
        print(
            f"| {', '.join(f'{value:g}' for value in cell)} | "
            + " | ".join(f"{each:.0f}" for each in share)
            + " |",
            flush=True,
        )


def size(samples: int) -> None:
    print("\nShare of series without a break in which one is found, per cent (5 is right)")
    cells = [(n, rho) for n in (40, 70, 140) for rho in PERSISTENCE]
    decisions("n, rho", samples, cells, lambda rng, n, rho: noise(n, rho, rng))


def power(samples: int) -> None:
    print("\nShare of series with a break in the middle in which one is found, per cent; n = 60")
    cells = [(rho, shift) for rho in (0.0, 0.5) for shift in (0.5, 1.0, 1.5, 2.0, 3.0)]
    decisions("rho, shift", samples, cells, lambda rng, rho, shift: shifted(60, rho, shift, (0.5,), rng))


def number(samples: int) -> None:
    print(
        "\nHow often the right number is found, per cent (too few / right / too many); n = 100, shifts of 2"
    )
    print("| rho, breaks | BIC | LWZ | sequential HAC | bootstrap |\n|---|---|---|---|---|")
    places: dict[int, tuple[float, ...]] = {0: (), 1: (0.5,), 2: (0.33, 0.67), 3: (0.25, 0.5, 0.75)}
    cells = [(rho, true) for rho in (0.0, 0.5, 0.8) for true in places]
    for (rho, true), found in rows(
        samples, *cells, make=lambda rng, rho, true: shifted(100, rho, 2.0, places[int(true)], rng)
    ):
        told = []
        for rule in ("bic", "lwz", "sequential", "bootstrap"):
            counts = np.array([b.numbers[rule] for _, b in found])
            told.append(
                " / ".join(
                    f"{100 * share:.0f}"
                    for share in ((counts < true).mean(), (counts == true).mean(), (counts > true).mean())
                )
            )
        print(f"| {rho:g}, {true} | " + " | ".join(told) + " |", flush=True)


def coverage(samples: int) -> None:
    print(
        "\nShare of 95 % intervals that hold the true date, per cent (mean width in years); n = 60, one break"
    )
    print("| rho, shift, place | limit law, iid | limit law, HAC | likelihood set |\n|---|---|---|---|")
    for rho in (0.0, 0.5, 0.8):
        for shift in (0.5, 1.0, 1.5, 2.0, 3.0):
            for share in (0.5, 0.25):
                print(_covered(samples, rho, shift, share), flush=True)


def _covered(samples: int, rho: float, shift: float, share: float) -> str:
    rng, true = np.random.default_rng(2026), round(60 * share) - 1
    held: dict[str, list[tuple[bool, int]]] = {"iid": [], "hac": [], "set": []}
    for each in range(samples):
        given = checked(shifted(60, rho, shift, (share,), rng))
        ends = partitions(given, 9, 1)[1].ends
        intervals = {
            "iid": date_intervals(given, ends, Assumptions("iid"), 0.95, "outward"),
            "hac": date_intervals(given, ends, Assumptions("hac"), 0.95, "outward"),
            "set": date_sets(given, ends, 9, 0.95, 199, np.random.default_rng(each)),
        }
        for name, ((low, high),) in intervals.items():
            held[name].append((low <= true + 1 <= high, high - low + 1))
    told = [
        f"{100 * np.mean([inside for inside, _ in each]):.0f} ({np.mean([width for _, width in each]):.0f})"
        for each in held.values()
    ]
    return f"| {rho:g}, {shift:g}, {share:g} | " + " | ".join(told) + " |"


def timing(samples: int) -> None:
    print("\nSeconds for find_breaks with all tests, up to 5 breaks (median of several)")
    print("| n | regressors | s |\n|---|---|---|")
    rng = np.random.default_rng(2026)
    for n in (60, 276, 1000):
        for q in (1, 2, 3):
            y = shifted(n, 0.5, 2.0, (0.3, 0.6), rng)
            x = np.column_stack([np.ones(n), rng.standard_normal((n, q - 1))])
            seconds = []
            for _ in range(5):
                start = time.perf_counter()
                find_breaks(y, x)
                seconds.append(time.perf_counter() - start)
            print(f"| {n} | {q} | {np.median(seconds):.3f} |")


STUDIES = {"size": size, "power": power, "number": number, "coverage": coverage, "time": timing}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", default=list(STUDIES))
    parser.add_argument("--samples", type=int, default=500)
    asked = parser.parse_args()
    for study in asked.studies:
        STUDIES[study](asked.samples)
