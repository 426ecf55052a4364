"""How often the local linear trend is right: bands, P(slope lower), and false alarms where the slope never moved.

python benchmarks/trend_calibration.py [samples a row]      (300 a row take about ten minutes on one core)
"""

import sys

import numpy as np
import pandas as pd

from longwave.measure.trend.local_linear import local_linear_trend

ROWS = (
    # years, drift of the slope (yearly standard deviation times years, noise 1), share of wandering level, AR(1) of growth
    (40, 0.0, 1.0, 0.0),
    (70, 0.0, 1.0, 0.0),
    (70, 0.0, 0.0, 0.0),
    (70, 0.0, 1.0, 0.4),
    (40, 4.0, 1.0, 0.0),
    (70, 4.0, 1.0, 0.0),
    (70, 10.0, 0.5, 0.0),
    (70, 25.0, 0.5, 0.0),
)
BACK = 15


def sample(row: tuple[float, ...], seed: int) -> tuple[pd.Series, np.ndarray]:
    """A series and its true slopes."""
    count, drift, wander, rho = row
    rng = np.random.default_rng(seed)
    n = int(count)
    slope = 0.5 + np.cumsum(rng.normal(0, drift / n, n))
    steps = rng.normal(0, np.sqrt(wander), n)
    for place in range(1, n):
        steps[place] += rho * steps[place - 1]
    level = np.concatenate([[0.0], np.cumsum(slope + steps)[:-1]])
    return pd.Series(level + rng.normal(0, np.sqrt(1 - wander), n), index=1950 + np.arange(n)), slope


def row_of_table(row: tuple[float, ...], samples: int) -> dict[str, float]:
    """Coverage of the band of the last slope and of the change; calibration of P(slope lower); the plug-in's pile-up."""
    covers = covers_change = sure = right = piled = alarms = 0
    for seed in range(samples):
        values, slope = sample(row, seed)
        trend = local_linear_trend(values)
        later, earlier = int(values.index[-2]), int(values.index[-2]) - BACK
        band = trend.frame.loc[later]
        covers += band["slope_low"] <= slope[-2] <= band["slope_high"]
        change = trend.slope_change(later, earlier)
        true = slope[-2] - slope[-2 - BACK]
        covers_change += change.low <= true <= change.high
        chance = trend.probability_slope_lower(later, earlier)
        piled += trend.piled_up
        if chance > 0.9 or chance < 0.1:
            sure += 1
            right += (chance > 0.9) == (true < 0)
        alarms += chance > 0.95 or chance < 0.05
    return {
        "band covers": covers / samples,
        "change covered": covers_change / samples,
        "said with 90%": sure / samples,
        "of which right": right / sure if sure and row[1] else float("nan"),
        "said with 95%": alarms / samples,
        "plug-in piled up": piled / samples,
    }


if __name__ == "__main__":
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    heads = ("n", "drift", "wander", "AR", "band covers", "change covered", "said at 90%", "of which right")
    print(f"| {' | '.join(heads)} | said at 95% | piled up |")
    print("|" + "---|" * 10)
    for row in ROWS:
        cells = " | ".join(f"{value:.3f}" for value in row_of_table(row, samples).values())
        print(f"| {row[0]} | {row[1]} | {row[2]} | {row[3]} | {cells} |", flush=True)
