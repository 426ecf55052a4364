"""Size, power and coverage of the decay toward a floor, under AR(1) noise with known answers.

Usage: python benchmarks/returns_decay.py [samples a cell] [simulated series a test]. The defaults take about ten
minutes on one core.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from longwave.measure.returns.decay_to_floor import decay_to_floor


def noise(count: int, persistence: float, rng: np.random.Generator) -> np.ndarray:
    """AR(1) noise with innovations of standard deviation one, started in its stationary law."""
    shocks = rng.standard_normal(count)
    out = np.empty(count)
    out[0] = shocks[0] / np.sqrt(1 - persistence**2)
    for step in range(1, count):
        out[step] = persistence * out[step - 1] + shocks[step]
    return out


def size(samples: int, draws: int) -> None:
    print("\nno decay: share of samples in which a 5 % test rejects a constant / a floor is named")
    print("| years | persistence | rejects | floor named |\n|---|---|---|---|")
    for count in (50, 70):
        for persistence in (0.0, 0.5, 0.8, 0.9):
            rng = np.random.default_rng(count + int(100 * persistence))
            fits = [
                decay_to_floor(
                    pd.Series(0.1 + 0.005 * noise(count, persistence, rng), index=range(1950, 1950 + count)),
                    draws=draws,
                    seed=sample,
                )
                for sample in range(samples)
            ]
            rejects = np.mean([fit.constant.rejected for fit in fits])
            named = np.mean([fit.identified for fit in fits])
            print(f"| {count} | {persistence} | {rejects:.3f} | {named:.3f} |", flush=True)


def power(samples: int, draws: int) -> None:
    print(
        "\ndecay from 5 % + drop toward 5 %, innovations 0.5 points: rejections, floors named, coverage of 95 %"
    )
    print(
        "| years | drop | half-life | persistence | constant rejected | line rejected | named | floor | rate |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    cells = [(70, 0.1, 8, 0.3), (70, 0.1, 8, 0.6), (70, 0.1, 15, 0.6), (70, 0.05, 8, 0.6), (50, 0.1, 8, 0.6)]
    cells.append((70, 0.1, 8, 0.8))
    for count, drop, half, persistence in cells:
        rate = np.log(2) / half
        rng = np.random.default_rng(half + int(1000 * drop))
        path = 0.05 + drop * np.exp(-rate * np.arange(count))
        fits = [
            decay_to_floor(
                pd.Series(path + 0.005 * noise(count, persistence, rng), index=range(1950, 1950 + count)),
                draws=draws,
                seed=sample,
            )
            for sample in range(samples)
        ]
        named = [fit for fit in fits if fit.floor is not None and fit.rate is not None]
        floor = np.mean([fit.floor.low <= 0.05 <= fit.floor.high for fit in named]) if named else np.nan
        pace = np.mean([fit.rate.low <= rate <= fit.rate.high for fit in named]) if named else np.nan
        print(
            f"| {count} | {drop} | {half} | {persistence} | {np.mean([f.constant.rejected for f in fits]):.2f} |"
            f" {np.mean([f.line is not None and f.line.rejected for f in fits]):.2f} | {len(named) / samples:.2f} |"
            f" {floor:.2f} | {pace:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    wanted = given[0] if given else 500
    series = given[1] if len(given) > 1 else 199
    size(wanted, series)
    power(wanted, series)
