"""How often a logistic curve is dated, how often its intervals cover, and how often it is dated though its bend lies
ahead.

python benchmarks/diffusion_guard.py [samples a row]      (400 a row take about twenty minutes on one core)
"""

import sys

import numpy as np
import pandas as pd

from longwave.core.dating import DatingState
from longwave.measure.diffusion.curves import fit_curve

ROWS = (
    # observations, bend at, speed, persistence, noise, highest level, cut at zero
    (40, 15, 0.25, 0.0, 0.02, 1.0, False),
    (40, 20, 0.25, 0.6, 0.02, 1.0, False),
    (40, 30, 0.25, 0.6, 0.02, 1.0, False),
    (25, 14, 0.35, 0.6, 0.02, 1.0, False),
    (40, 20, 0.25, 0.6, 0.02, 1.0, True),
    (40, 30, 0.25, 0.6, 0.02, 1.0, True),
    (40, 39, 0.25, 0.6, 0.02, np.inf, False),
    (40, 44, 0.25, 0.6, 0.02, np.inf, False),
    (40, 50, 0.15, 0.6, 0.02, np.inf, False),
    (40, 50, 0.15, 0.8, 0.02, np.inf, False),
    (40, 50, 0.15, 0.6, 0.02, np.inf, True),
    (25, 28, 0.25, 0.6, 0.02, 1.0, False),
    (15, 18, 0.35, 0.3, 0.02, 1.0, False),
    (70, 80, 0.10, 0.6, 0.02, np.inf, False),
)


def sample(row: tuple[float, ...], seed: int) -> pd.Series:
    """A logistic to 0.9 with stationary autoregressive errors; cut: not below zero, as a share is."""
    count, bend, speed, rho, noise, _, cut = row
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0, noise * np.sqrt(1 - rho**2), int(count) + 60)
    errors = np.zeros(len(shocks))
    for place in range(1, len(shocks)):
        errors[place] = rho * errors[place - 1] + shocks[place]
    years = np.arange(int(count))
    values = 0.9 / (1 + np.exp(-speed * (years - bend))) + errors[60:]
    return pd.Series(np.maximum(values, 0.0) if cut else values, index=1980 + years)


def row_of_table(row: tuple[float, ...], samples: int, draws: int) -> dict[str, float]:
    """Shares of samples that are dated, have a level, and whose intervals cover."""
    count, bend, _, _, _, most, _ = row
    dated, level, covers, covers_level, bounds = 0, 0, 0, 0, 0
    for seed in range(samples):
        values = sample(row, seed)
        found = fit_curve(values, most=max(most, values.max()), draws=draws, seed=seed, speed=False)
        low, high = found.intervals["bend"]
        covers += low <= 1980 + bend <= high
        floor, top = found.intervals["level"]
        covers_level += floor <= 0.9 <= top
        dated += found.state is DatingState.PASSED
        level += found.level_known
        bounds += found.not_before is not None and found.not_before <= 1980 + bend
    ahead = bend >= count - 1
    return {
        "dated": dated / samples,
        "dated though ahead": dated / samples if ahead else float("nan"),
        "level given": level / samples,
        "bend covered": covers / samples,
        "level covered": covers_level / samples,
        "bound right": bounds / max(samples - dated, 1),
    }


if __name__ == "__main__":
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 199
    heads = ("n", "bend", "speed", "rho", "most", "cut", "dated", "though ahead", "level given")
    print(f"| {' | '.join(heads)} | bend covered | level covered | bound right |")
    print("|" + "---|" * 12)
    for row in ROWS:
        found = row_of_table(row, samples, draws)
        cells = " | ".join(f"{value:.3f}" for value in found.values())
        print(f"| {row[0]} | {row[1]} | {row[2]} | {row[3]} | {row[5]} | {row[6]} | {cells} |", flush=True)
