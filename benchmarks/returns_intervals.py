"""Coverage of Fieller's interval of the incremental capital-output ratio and of the capital-weighted return.

Usage: python benchmarks/returns_intervals.py [samples a cell].
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from longwave.measure.returns.incremental_capital_output_ratio import icor_windows, told
from longwave.measure.returns.return_on_invested_capital import weighted_return


def autoregressive(count: int, persistence: float, rng: np.random.Generator) -> np.ndarray:
    """AR(1) noise with variance one."""
    out = np.empty(count)
    out[0] = rng.standard_normal()
    for step in range(1, count):
        out[step] = persistence * out[step - 1] + np.sqrt(1 - persistence**2) * rng.standard_normal()
    return out


def icor(samples: int) -> None:
    """Truth: investment share 25 %, growth as given, noise of growth 2 points, of the share 1 point."""
    print(
        "\nICOR over five-year windows of 60 years: coverage of 95 % over all windows (an unbounded set covers),"
    )
    print("over those told, and the share told")
    print("| growth | persistence | coverage, all | coverage, told | told |\n|---|---|---|---|---|")
    for growth in (0.06, 0.03, 0.01, 0.0):
        for persistence in (0.0, 0.3, 0.6):
            rng = np.random.default_rng(int(1000 * growth + 10 * persistence))
            held = held_told = answers = windows = 0
            for _ in range(samples):
                years = range(1960, 2020)
                pace = growth + 0.02 * autoregressive(60, persistence, rng)
                share = 0.25 + 0.01 * autoregressive(60, persistence, rng)
                for one in icor_windows(pd.Series(share, index=years), pd.Series(pace, index=years)):
                    windows += 1
                    inside = growth == 0 or one.ratio.low <= 0.25 / growth <= one.ratio.high
                    inside = inside if growth > 0 else not one.ratio.bounded
                    held += inside
                    if told(one):
                        answers += 1
                        held_told += inside
            share_told = held_told / answers if answers else float("nan")
            print(
                f"| {growth} | {persistence} | {held / windows:.3f} | {share_told:.3f} | {answers / windows:.2f} |",
                flush=True,
            )


def weighted(samples: int) -> None:
    print("\nCapital-weighted return over firms, capital lognormal: coverage of 95 %")
    print("| firms | log spread of capital | coverage |\n|---|---|---|")
    for firms in (5, 10, 30, 100):
        for spread in (0.5, 1.0, 1.5):
            rng = np.random.default_rng(firms)
            held = 0
            for _ in range(samples * 4):
                capital = np.exp(spread * rng.standard_normal(firms))
                profit = capital * (0.08 + 0.05 * rng.standard_normal(firms))
                one = weighted_return(pd.Series(profit), pd.Series(capital))
                held += one.low <= 0.08 <= one.high
            print(f"| {firms} | {spread} | {held / samples / 4:.3f} |", flush=True)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    icor(wanted)
    weighted(wanted)
