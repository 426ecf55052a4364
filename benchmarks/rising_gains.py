"""Emerging industries: how often chance alone makes a list, how often a real drift is found, and what
intervals cover.

    python benchmarks/rising_gains.py [SAMPLES]

Items have equal size; their log amounts follow a random walk whose steps are AR(1) (persistence printed),
shares add up to 1. Prints, for 12 and 60 items: the share of lists that name something beyond chance though
nothing drifts (wanted: at most 10 per cent), the share of items that pass the rules, the share of intervals
of the mean gain over 20 years that hold the truth, and how often one item in ten that drifts (3 and 6 per
cent a year, steps of 2 per cent) passes the rules and is beyond chance, with the share of false ones among
those named.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from longwave.measure.rising.gains import share_gains

YEARS = 21


def draw(
    rng: np.random.Generator, drifts: np.ndarray, persistence: float, noise: float = 0.02
) -> pd.DataFrame:
    steps = rng.normal(0, noise, (YEARS + 20, len(drifts)))
    for at in range(1, len(steps)):
        steps[at] += persistence * steps[at - 1]
    amounts = np.exp(np.cumsum(steps[20:] + drifts, axis=0))
    shares = amounts / amounts.sum(axis=1, keepdims=True)
    return pd.DataFrame(
        shares, index=range(2000, 2000 + YEARS), columns=[str(at) for at in range(len(drifts))]
    )


def study(count: int, drift: float, persistence: float, samples: int, seed: int = 1) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    drifts = np.where(np.arange(count) < count // 10, drift, 0.0)
    lists, passing, covered, found, ruled, false, named = 0, 0, 0, 0, 0, 0, 0
    for _ in range(samples):
        gains = share_gains(draw(rng, drifts, persistence))
        assert gains is not None
        real = {str(at) for at in np.flatnonzero(drifts)}
        lists += bool(gains.beyond_chance)
        named += len(gains.beyond_chance)
        false += len(gains.beyond_chance - real)
        found += len(gains.beyond_chance & real)
        ruled += sum(one.item in real and one.passes for one in gains.measured)
        passing += sum(one.passes for one in gains.measured)
        if not real:
            # Among many items of equal size a share's drift is nought.
            covered += sum(one.whole.low <= 0 <= one.whole.high for one in gains.measured)
    items, drifting = samples * count, max(1, samples * len(np.flatnonzero(drifts)))
    return {
        "lists": lists / samples,
        "pass": passing / items,
        "cover": covered / items,
        "found": found / drifting,
        "ruled": ruled / drifting,
        "false": false / max(1, named),
    }


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(
        "items  drift  persistence  lists-naming  items-passing  coverage  drifting-passing  drifting-named  false"
    )
    for count in (12, 60):
        for drift in (0.0, 0.03, 0.06):
            for persistence in (0.0, 0.3, 0.6):
                some = study(count, drift, persistence, max(20, samples * 12 // count))
                print(
                    f"{count:>5}  {drift:>5.2f}  {persistence:>11.1f}  {some['lists']:>12.3f}  {some['pass']:>13.3f}  "
                    f"{some['cover']:>8.3f}  {some['ruled']:>16.3f}  {some['found']:>14.3f}  {some['false']:>5.3f}"
                )


if __name__ == "__main__":
    main()
