"""Speed of the composite, and whether rank intervals hold the moves that other choices bring.

Usage: python benchmarks/scorecard_ranks.py [indices a cell]. On a public index of 51 units and 49 indicators,
leaving out the treatment of outliers and imputing otherwise moved one unit from the 2nd to the 7th place; the second
table makes indices of that size and asks how often the interval holds both places of a unit.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from longwave.measure.scorecard.aggregation import places
from longwave.measure.scorecard.composite import composite
from longwave.measure.scorecard.indicators import Indicators, indicators
from longwave.measure.scorecard.robustness import Choices, Kitchen, Recipe, robustness


def made(units: int, width: int, tails: int, gaps: float, rng: np.random.Generator) -> Indicators:
    """Indicators with one weak common factor, some with long tails, some cells missing."""
    values = 0.5 * rng.standard_normal((units, 1)) + rng.standard_normal((units, width))
    values[:, :tails] = np.exp(2 * values[:, :tails])
    values[rng.random(values.shape) < gaps] = np.nan
    return indicators(values, errors=np.full(values.shape, 0.1))


def speed() -> None:
    print(
        "\n| units | indicators | draws | Sobol effects | processor seconds (median of 3) |\n|---|---|---|---|---|"
    )
    for units, width in ((30, 20), (51, 49), (150, 30)):
        table = made(units, width, 3, 0.05, np.random.default_rng(0))
        for effects in (False, True):
            seconds = []
            for _ in range(3):
                start = time.process_time()
                composite(table, draws=2000, effects=effects)
                seconds.append(time.process_time() - start)
            print(f"| {units} | {width} | 2000 | {effects} | {np.median(seconds):.2f} |", flush=True)


def moves(samples: int) -> None:
    print(
        "\n51 units, 49 indicators, 10 % missing: a composite with outliers winsorised and group means, against one"
    )
    print("without treatment and with nearest neighbours; intervals from 1,000 draws")
    print("| long tails | choices open | largest move | moves of 5 or more | intervals holding both places |")
    print("|---|---|---|---|---|")
    few = Choices(normalisation=("min_max",), weights=("given",), aggregation=("arithmetic",))
    for tails in (0, 8, 16):
        for name, choices in (("these two, one left out", few), ("all", Choices())):
            held = units = large = 0
            most = 0.0
            for seed in range(samples):
                table = made(51, 49, tails, 0.1, np.random.default_rng(seed))
                found = robustness(table, Recipe(), choices, draws=1000, effects=False, seed=seed)
                kitchen = Kitchen(table, found.choices, seed)
                one = places(kitchen.one(Recipe(imputation="mean")))
                other = places(kitchen.one(Recipe(imputation="neighbours", outliers="none")))
                inside = np.ones(51, bool)
                for place in (one, other):
                    inside &= (found.rank_low <= place) & (place <= found.rank_high)
                held, units = held + int(inside.sum()), units + 51
                large += int((np.abs(one - other) >= 5).sum())
                most = max(most, float(np.abs(one - other).max()))
            print(f"| {tails} | {name} | {most:.0f} | {large / units:.2f} | {held / units:.3f} |", flush=True)


if __name__ == "__main__":
    speed()
    moves(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
