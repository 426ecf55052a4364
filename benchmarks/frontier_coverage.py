"""How often the intervals of the frontier room hold the truth, and how often its test is wrong: simulations with known
answers. Prints Markdown tables; the figures stand with every result (COVERAGE in the measures).

    python benchmarks/frontier_coverage.py [samples]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from longwave.measure.frontier.malmquist import malmquist, resample_malmquist
from longwave.measure.frontier.resampling import resample
from longwave.measure.frontier.stochastic import Frontier, WrongSkewness, fit_frontier
from longwave.measure.productivity.frontier_distance import World, efficiency_interval


def stochastic(
    samples: int, rows: int, su: float, sv: float, seed: int
) -> Iterator[tuple[Frontier | None, np.ndarray]]:
    """Fits of simulated Cobb-Douglas frontiers with the true efficiencies; None where the skewness was wrong."""
    rng = np.random.default_rng(seed)
    for _ in range(samples):
        x = rng.normal(1, 1, (rows, 2))
        u = np.abs(rng.normal(0, su, rows)) if su else np.zeros(rows)
        y = 1 + x @ np.array([0.3, 0.5]) + rng.normal(0, sv, rows) - u
        try:
            yield fit_frontier(y, x), np.exp(-u)
        except WrongSkewness:
            yield None, np.exp(-u)


def stochastic_coverage(samples: int, rows: int, su: float, sv: float) -> dict[str, float]:
    """Coverage of the 95 % intervals, and the shares of refusals and of fits without noise."""
    gamma = su**2 / (su**2 + sv**2)
    hits: dict[str, list[float]] = {"slopes": [], "gamma": [], "mean": [], "rows": []}
    refused = edge = 0
    for fit, truth in stochastic(samples, rows, su, sv, seed=1):
        refused += fit is None
        edge += fit is not None and fit.at_edge
        if fit is None:
            continue
        hits["rows"].append(float(((fit.low <= truth) & (truth <= fit.high)).mean()))
        if fit.at_edge:
            continue
        slopes = np.abs(fit.coefficients[1:] - [0.3, 0.5]) < 1.96 * fit.errors[1:]
        hits["slopes"].append(float(slopes.mean()))
        hits["gamma"].append(float(fit.gamma_bounds[0] <= gamma <= fit.gamma_bounds[1]))
        hits["mean"].append(float(fit.mean_low <= truth.mean() <= fit.mean_high))
    return {name: float(np.mean(each)) for name, each in hits.items()} | {
        "refused": refused / samples,
        "no noise": edge / samples,
    }


def ratio_size(samples: int, rows: int) -> float:
    """How often a true null of no inefficiency is rejected at 5 %; a refusal does not reject."""
    fits = stochastic(samples, rows, 0.0, 0.3, seed=2)
    return float(np.mean([fit is not None and fit.p_value < 0.05 for fit, _ in fits]))


def envelopment_coverage(samples: int, units: int, draws: int) -> tuple[float, float, float]:
    """Coverage of one unit's interval, bias of the corrected score and of the uncorrected one: two inputs, one output."""
    rng = np.random.default_rng(3)
    hits: list[float] = []
    bias: list[float] = []
    raw: list[float] = []
    for sample in range(samples):
        x = rng.uniform(1, 10, (units, 2))
        truth = np.exp(-np.abs(rng.normal(0, 0.4, units)))
        y = (np.sqrt(x.prod(axis=1)) * truth)[:, None]
        found = resample(x, y, draws=draws, seed=sample)
        hits.append(((found.low <= truth) & (truth <= found.high)).mean())
        bias.append((found.corrected - truth).mean())
        raw.append((found.score - truth).mean())
    return float(np.mean(hits)), float(np.mean(bias)), float(np.mean(raw))


def distance_coverage(samples: int, economies: int) -> float:
    """Coverage of the efficiency of one economy among many."""
    rng = np.random.default_rng(4)
    hits = []
    for sample in range(samples):
        depth = np.exp(rng.normal(0, 1, economies))
        truth = np.exp(-np.abs(rng.normal(0, 0.6, economies)))
        world = World(tuple(map(str, range(economies))), depth, depth**0.35 * truth)
        for one in range(0, economies, 10):
            _, low, high = efficiency_interval(world, str(one), seed=sample)
            hits.append(low <= truth[one] <= high)
    return float(np.mean(hits))


def malmquist_coverage(samples: int, units: int, draws: int) -> tuple[float, float]:
    """Coverage of one unit's and of the mean's productivity change; the frontier moves by 5 %."""
    rng = np.random.default_rng(5)
    each, mean = [], []
    for sample in range(samples):
        u = np.abs(rng.normal(0, 0.3, units))
        w = np.abs(0.8 * u + rng.normal(0, 0.1, units))
        x0 = rng.uniform(1, 10, (units, 2))
        x1 = x0 * np.exp(rng.normal(0, 0.1, (units, 2)))
        y0 = np.sqrt(x0.prod(axis=1)) * np.exp(-u)
        y1 = 1.05 * np.sqrt(x1.prod(axis=1)) * np.exp(-w)
        truth = 1.05 * np.exp(u - w)
        found = resample_malmquist((x0, y0[:, None]), (x1, y1[:, None]), draws=draws, seed=sample)
        low, high = found.productivity
        each.append(((low <= truth) & (truth <= high)).mean())
        centre = np.exp(np.log(truth).mean())
        mean.append(found.mean_productivity[0] <= centre <= found.mean_productivity[1])
        assert np.isfinite(malmquist((x0, y0[:, None]), (x1, y1[:, None])).productivity).all()
    return float(np.mean(each)), float(np.mean(mean))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("| stochastic frontier | slopes | gamma | mean efficiency | one row | refused | no noise |")
    print("|---|---|---|---|---|---|---|")
    for rows, su, sv in ((60, 0.4, 0.2), (100, 0.4, 0.2), (100, 0.3, 0.3), (300, 0.4, 0.2)):
        found = stochastic_coverage(count, rows, su, sv)
        print(
            f"| {rows} rows, su {su}, sv {sv} | "
            + " | ".join(f"{value:.3f}" for value in found.values())
            + " |"
        )
    for rows in (60, 100):
        print(
            f"\nno inefficiency rejected at 5 % although true, {rows} rows: {ratio_size(count * 3, rows):.3f}"
        )
    print(
        "\n| data envelopment, 95 % of one unit | coverage | bias corrected | bias as measured |\n|---|---|---|---|"
    )
    for units in (20, 40, 60, 120):
        cover, bias, raw = envelopment_coverage(max(count // 3, 20), units, 200)
        print(f"| {units} units | {cover:.3f} | {bias:+.3f} | {raw:+.3f} |")
    print(
        f"\ndistance to the world frontier, 130 economies: {distance_coverage(max(count // 3, 20), 130):.3f}"
    )
    for units in (20, 40, 80):
        one, mean = malmquist_coverage(max(count // 3, 20), units, 200)
        print(f"Malmquist, {units} units: one unit {one:.3f}, mean {mean:.3f}")
