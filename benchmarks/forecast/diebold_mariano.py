"""How often tests of forecasts reject what is true: sizes in small samples, at a nominal 5 in 100.

    python benchmarks/forecast/diebold_mariano.py [--samples 4000]

Diebold-Mariano: two equally good forecasts h steps ahead, errors that are moving averages of order h − 1 (normal,
correlated 0.5 between the two), squared loss. Columns: the variances of `scores.comparison` and what statsmodels does
by default with `harvey_adj=True`. Then power: the second forecast's errors are 1.5 times as large.
Mincer-Zarnowitz: an AR(1) forecast one step ahead with its true coefficient, in changes from the last value; variance
under the null (the house's), and the Wald test with heteroskedasticity-robust and with HAC variance.
PIT: normal outcomes one step ahead, the house's seven quantiles.
The tables of docs/concepts/back-tests.md come from here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from scipy.stats import norm
from statsmodels.tsa.stattools import diebold_mariano_test

from longwave.core.errors import NotEnoughData
from longwave.forecast.scores.comparison import diebold_mariano, mincer_zarnowitz
from longwave.forecast.scores.distribution import uniformity

Losses = tuple[np.ndarray, np.ndarray]


def losses(count: int, horizon: int, larger: float, rng: np.random.Generator) -> Losses:
    shocks = rng.standard_normal((2, count + horizon - 1))
    shocks[1] = 0.5 * shocks[0] + np.sqrt(0.75) * shocks[1]
    first, second = (np.convolve(each, np.ones(horizon) / np.sqrt(horizon), "valid") for each in shocks)
    return first**2, (larger * second) ** 2


def statsmodels_default(pair: Losses, horizon: int) -> float:
    zeros = np.zeros(len(pair[0]))
    found = diebold_mariano_test(
        zeros, pair[0], pair[1], criterion=lambda _, loss: loss, harvey_adj=True, horizon=horizon
    )
    return float(found.pvalue)


TESTS: dict[str, Callable[[Losses, int], float]] = {
    "house": lambda pair, h: diebold_mariano(*pair, horizon=h).p_value,
    "rectangular": lambda pair, h: diebold_mariano(*pair, horizon=h, variance="rectangular").p_value,
    "bartlett": lambda pair, h: diebold_mariano(*pair, horizon=h, variance="bartlett").p_value,
    "cosine": lambda pair, h: diebold_mariano(*pair, horizon=h, variance="cosine").p_value,
    "statsmodels": statsmodels_default,
}


def rejections(count: int, horizon: int, larger: float, samples: int) -> list[str]:
    rng = np.random.default_rng(2026)
    pairs = [losses(count, horizon, larger, rng) for _ in range(samples)]
    cells = []
    for test in TESTS.values():
        try:
            share = np.mean([test(pair, horizon) < 0.05 for pair in pairs])
        except NotEnoughData:
            cells.append("refused")
        else:
            cells.append(f"{100 * share:.1f}")
    return cells


def diebold_mariano_table(larger: float, samples: int) -> None:
    print("| n | h |", " | ".join(TESTS), "|")
    print("|---" * (2 + len(TESTS)) + "|")
    for count in (12, 20, 40, 80):
        for horizon in (1, 2, 4, 8):
            print(f"| {count} | {horizon} |", " | ".join(rejections(count, horizon, larger, samples)), "|")


def growth(count: int, persistence: float, rng: np.random.Generator) -> np.ndarray:
    values = np.zeros(count + 200)
    for place, shock in enumerate(rng.standard_normal(count + 199)):
        values[place + 1] = persistence * values[place] + shock
    return values[-count - 1 :]


def mincer_zarnowitz_table(samples: int) -> None:
    print("| n | persistence | house | Wald, robust | Wald, HAC |\n|---|---|---|---|---|")
    for count in (12, 20, 40, 80):
        for persistence in (0.0, 0.5, 0.9):
            rng = np.random.default_rng(2026)
            lags = int(4 * (count / 100) ** (2 / 9))
            found = []
            for _ in range(samples):
                values = growth(count, persistence, rng)
                came, said = np.diff(values), (persistence - 1) * values[:-1]
                found.append(
                    [
                        mincer_zarnowitz(came, said).p_value < 0.05,
                        mincer_zarnowitz(came, said, under_null=False).p_value < 0.05,
                        mincer_zarnowitz(came, said, lags=lags, under_null=False).p_value < 0.05,
                    ]
                )
            shares = 100 * np.mean(found, axis=0)
            print(f"| {count} | {persistence} |", " | ".join(f"{share:.1f}" for share in shares), "|")


def transforms_table(samples: int) -> None:
    shares = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
    print("| n | right | sd 0.7 of the right one |\n|---|---|---|")
    for count in (12, 20, 40, 80):
        rng = np.random.default_rng(2026)
        cells = []
        for spread in (1.0, 0.7):
            table = np.tile(spread * norm.ppf(shares), (count, 1))
            found = [
                uniformity(rng.standard_normal(count), table, shares).p_value < 0.05 for _ in range(samples)
            ]
            cells.append(f"{100 * np.mean(found):.1f}")
        print(f"| {count} |", " | ".join(cells), "|")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=4000)
    samples = parser.parse_args().samples
    print("Diebold-Mariano, size\n")
    diebold_mariano_table(1.0, samples)
    print("\nDiebold-Mariano, power against errors 1.5 times as large\n")
    diebold_mariano_table(1.5, samples)
    print("\nMincer-Zarnowitz, size\n")
    mincer_zarnowitz_table(samples)
    print("\nTransforms, size and power\n")
    transforms_table(max(samples // 8, 100))


if __name__ == "__main__":
    main()
