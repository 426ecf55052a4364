"""Coverage of the drivers' intervals and size of their tests, by simulation with known answers.

Run: ``python benchmarks/drivers_coverage.py [repetitions]``. Prints one line a case: the part of 95 %
intervals that hold the truth, or the
part of true nulls that a 5 % test rejects.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from longwave.measure.drivers.convergence import beta_convergence, sigma_convergence
from longwave.measure.drivers.counts import count_trend
from longwave.measure.drivers.heavy_tail import choose_tail, hill, peaks_over_threshold
from longwave.measure.drivers.inequality import gini, jackknife_interval


def gini_coverage(n: int, times: int, rng: np.random.Generator) -> float:
    """Log-normal values with deviation 0.8: Gini = 2 Phi(0.8 / sqrt 2) - 1."""
    from scipy.stats import norm

    truth = 2 * norm.cdf(0.8 / np.sqrt(2)) - 1
    held = 0
    for _ in range(times):
        _, low, high = jackknife_interval(gini, np.exp(rng.normal(0, 0.8, n)))
        held += low <= truth <= high
    return held / times


def sigma_coverage(n: int, times: int, rng: np.random.Generator) -> tuple[float, float]:
    """Two dates correlated at 0.8 whose deviations fall by a quarter; and the test's size where they do not fall."""
    held = wrong = 0
    for _ in range(times):
        x = rng.normal(0, 1, n)
        z = rng.normal(0, 1, n)
        y = 0.8 * x + 0.6 * z
        found = sigma_convergence(x, 0.75 * y)
        held += found.low <= -0.25 <= found.high
        wrong += sigma_convergence(x, y).p_value <= 0.05
    return held / times, wrong / times


def beta_coverage(n: int, times: int, rng: np.random.Generator) -> float:
    """Slope -0.03 a year over 20 years, noise that is wider for those behind."""
    held = 0
    for _ in range(times):
        x = rng.normal(0, 1, n)
        y = x + 20 * (0.01 - 0.03 * x + rng.normal(0, 0.02, n) * np.exp(-0.3 * x))
        found = beta_convergence(x, y, 20)
        held += found.slope_low <= -0.03 <= found.slope_high
    return held / times


def tail_coverage(n: int, times: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """A body that turns into a Pareto tail of index 1.5 in its upper fifth: Hill at that threshold, Hill at
    the chosen one, GPD there."""
    fixed = chosen = shape = 0
    for _ in range(times):
        body = np.exp(rng.normal(0, 1, n))
        body = body[body < 2.32][: n - n // 5]
        values = np.concatenate([body, 2.32 * (rng.pareto(1.5, n // 5) + 1)])
        first = hill(values, n // 5 - 1)
        fixed += first.low <= 1.5 <= first.high
        best = choose_tail(values)
        chosen += best.low <= 1.5 <= best.high
        excess = peaks_over_threshold(values, best.threshold)
        shape += excess.low <= 1 / 1.5 <= excess.high
    return fixed / times, chosen / times, shape / times


def count_coverage(years: int, correlation: float, times: int, rng: np.random.Generator) -> float:
    """Growth of 8 % a year, negative binomial scatter, its logarithm autocorrelated."""
    held = 0
    for _ in range(times):
        noise = np.zeros(years)
        state = rng.normal(0, 0.15)
        for year in range(years):
            noise[year] = state
            state = correlation * state + rng.normal(0, 0.15 * np.sqrt(1 - correlation**2))
        counts = rng.poisson(200 * np.exp(0.08 * np.arange(years) + noise))
        found = count_trend(pd.Series(counts, index=range(2000, 2000 + years)))
        held += found.low <= 0.08 <= found.high
    return held / times


def main(times: int) -> None:
    rng = np.random.default_rng(1)
    print("| case | figure |\n|---|---|")
    for n in (20, 60, 180):
        print(f"| Gini, jackknife, n = {n}: coverage | {gini_coverage(n, times, rng):.3f} |", flush=True)
    for n in (20, 60, 180):
        held, size = sigma_coverage(n, times, rng)
        print(f"| sigma, n = {n}: coverage; size of the test | {held:.3f}; {size:.3f} |", flush=True)
    for n in (20, 60, 180):
        print(f"| beta, n = {n}: coverage | {beta_coverage(n, times, rng):.3f} |", flush=True)
    for n in (100, 400):
        a, b, c = tail_coverage(n, max(times // 4, 20), rng)
        print(
            f"| tail, n = {n}: Hill at the true threshold; at the chosen one; GPD | {a:.3f}; {b:.3f}; {c:.3f} |",
            flush=True,
        )
    for years in (10, 13, 25):
        for correlation in (0.0, 0.5):
            held = count_coverage(years, correlation, times, rng)
            print(f"| counts, {years} years, correlation {correlation}: coverage | {held:.3f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
