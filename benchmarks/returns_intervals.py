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
    """Truth: investment share 25 %, growth as given, noise of growth 2 points (or lognormal by window about that, with a
    log spread of 0.6), of the share 1 point."""
    print(
        "\nICOR over ten five-year windows: coverage of 95 % of mean growth and of the ratio over all windows"
    )
    print("(an unbounded set covers), of the ratio over those told, and the share told")
    print("| noise | growth | persistence | growth covered | ratio, all | ratio, told | told |")
    print("|---|---|---|---|---|---|---|")
    years = range(1970, 2020)
    for spread in (0.0, 0.6):
        for growth in (0.06, 0.03, 0.01):
            for persistence in (0.0, 0.3, 0.6):
                rng = np.random.default_rng(int(1000 * growth + 10 * persistence))
                hits = np.zeros(5)
                for _ in range(samples):
                    size = 0.02 * np.exp(spread * np.repeat(rng.standard_normal(10), 5))
                    pace = growth + size * autoregressive(50, persistence, rng)
                    share = 0.25 + 0.01 * autoregressive(50, persistence, rng)
                    for one in icor_windows(pd.Series(share, index=years), pd.Series(pace, index=years)):
                        inside = one.ratio.low <= 0.25 / growth <= one.ratio.high
                        known = one.growth.low <= growth <= one.growth.high
                        hits += (1, known, inside, inside and told(one), told(one))
                windows, known, inside, right, answers = hits
                kind = "alike" if spread == 0 else "calm and stormy"
                print(
                    f"| {kind} | {growth} | {persistence} | {known / windows:.3f} | {inside / windows:.3f}"
                    f" | {right / max(answers, 1):.3f} | {answers / windows:.2f} |",
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
