"""The test of rigidity under known truth: size, power, coverage, and what noise does to each speed.

    python benchmarks/structure_rigidity.py [draws]

Economies of 12 industries move one way at speed 0.5 points a year times exp(-kappa t), in bursts (log standard
deviation 0.3, autocorrelation 0.3), under noise in every share (per year, autocorrelation rho). Columns: how often
constant speed is rejected at 5 %, coverage of the 95 % interval of kappa and its median, for the yearly speed, the
lasting speed (over five years), and the lasting speed with noise taken out.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from longwave.measure.structure.persistence import shorrocks_interval
from longwave.measure.structure.rigidity import LASTING, corrected, decay, speed

CASES = (
    (30, 0.0, 0.0005, 0.0),
    (50, 0.0, 0.001, 0.0),
    (50, 0.0, 0.001, 0.6),
    (70, 0.0, 0.001, 0.0),
    (70, 0.0, 0.001, 0.6),
    (30, 0.04, 0.0005, 0.0),
    (50, 0.02, 0.0005, 0.0),
    (70, 0.02, 0.00025, 0.0),
    (70, 0.02, 0.0005, 0.0),
    (70, 0.02, 0.0005, 0.6),
    (70, 0.02, 0.001, 0.0),
)


def economy(rng: np.random.Generator, years: int, kappa: float, noise: float, rho: float) -> pd.DataFrame:
    base = rng.dirichlet(np.full(12, 10.0))
    grows = rng.permutation(12) < 6
    up, down = np.where(grows, rng.exponential(size=12), 0), np.where(grows, 0, base)
    burst = np.zeros(years)
    for year in range(1, years):
        burst[year] = 0.3 * burst[year - 1] + rng.normal() * 0.3
    pace = 0.005 * np.exp(-kappa * np.arange(years) + burst)
    shares = base + np.cumsum(pace[:, None] * (up / up.sum() - down / down.sum()), axis=0)
    shake = np.zeros((years, 12))
    for year in range(1, years):
        shake[year] = rho * shake[year - 1] + rng.normal(size=12) * noise
    shares = np.maximum(shares + shake - shake.mean(axis=1, keepdims=True), 1e-6)
    return pd.DataFrame(shares / shares.sum(axis=1, keepdims=True), index=range(1950, 1950 + years))


def row(years: int, kappa: float, noise: float, rho: float, draws: int) -> str:
    rng = np.random.default_rng(1)
    rejected = np.zeros((draws, 2))
    covered = np.full((draws, 3), np.nan)
    value = np.full((draws, 3), np.nan)
    for draw in range(draws):
        path = economy(rng, years, kappa, noise, rho)
        for which, over in enumerate((1, LASTING)):
            found = decay(speed(path, over))
            rejected[draw, which] = found.p_value < 0.05
            covered[draw, which] = found.kappa.low <= kappa <= found.kappa.high
            value[draw, which] = found.kappa.value
        right = corrected(path, found.kappa)
        if right is not None:
            covered[draw, 2] = right.low <= kappa <= right.high
            value[draw, 2] = right.kappa
    shares = [*rejected.mean(axis=0), *np.nanmean(covered, axis=0)]
    refused = np.isnan(covered[:, 2]).mean()
    return (
        f"{years:5d} {kappa:6.2f} {noise:8.5f} {rho:4.1f} |"
        + "".join(f" {share:6.2f}" for share in shares[:2])
        + " |"
        + "".join(f" {share:6.2f}" for share in shares[2:])
        + " |"
        + "".join(f" {one:7.4f}" for one in np.nanmedian(value, axis=0))
        + f" | {refused:5.2f}"
    )


def mobility(stay: tuple[float, ...], size: int, draws: int) -> float:
    """Coverage of the interval of Shorrocks' measure."""
    rng = np.random.default_rng(2)
    count, kept = len(stay), np.array(stay)
    truth = (count - kept.sum()) / (count - 1)
    hits = 0
    for seed in range(draws):
        stayed = rng.binomial(size, kept)
        counts = np.diag(stayed.astype(float))
        counts[np.arange(count), (np.arange(count) + 1) % count] += size - stayed
        found = shorrocks_interval(counts, seed=seed)
        hits += found.low - 1e-12 <= truth <= found.high + 1e-12
    return hits / draws


if __name__ == "__main__":
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(
        "years  kappa    noise  rho | rejected       | coverage              | median kappa              | refused"
    )
    print("                           | yearly lasting | yearly lasting mended | yearly  lasting  mended   |")
    for case in CASES:
        print(row(*case, draws), flush=True)
    print("\nShorrocks: staying, moves a class, coverage of the 95 % interval")
    for stay in ((0.5, 0.4, 0.4, 0.5), (0.9, 0.8, 0.8, 0.9), (0.98, 0.97, 0.97, 0.98)):
        for size in (10, 25, 100):
            print(stay, size, f"{mobility(stay, size, draws):.3f}")
