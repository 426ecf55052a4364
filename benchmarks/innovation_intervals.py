"""Coverage of the intervals of the innovation room: learning rates, research productivity, cycle times, adoption lags.

python benchmarks/innovation_intervals.py [samples a row]      (300 a row take about ten minutes on one core)
"""

import sys

import numpy as np
import pandas as pd

from longwave.measure.innovation.adoption_lag import measure_adoption_lag
from longwave.measure.innovation.research_productivity import Decline, decline
from longwave.measure.innovation.technology_cycle_time import measure_cycle_time
from longwave.measure.trend.line import persistent_line


def autoregressive(rng: np.random.Generator, count: int, rho: float, sigma: float) -> np.ndarray:
    """Stationary errors; a random walk where rho is one."""
    shocks = rng.normal(0, sigma, count + 100)
    if rho == 1:
        return np.cumsum(shocks[100:])
    for place in range(1, len(shocks)):
        shocks[place] += rho * shocks[place - 1]
    return shocks[100:]


def lines(samples: int) -> list[str]:
    """Slope of a line with persistent errors."""
    told = []
    for count in (12, 20, 45):
        for rho in (0.0, 0.5, 0.8, 1.0):
            hits = 0
            for seed in range(samples):
                rng = np.random.default_rng(seed)
                time = np.arange(count)
                found = persistent_line(
                    time, time.astype(float), 0.1 * time + autoregressive(rng, count, rho, 0.1)
                )
                hits += found.low <= 0.1 <= found.high
            told.append(f"| line | {count} years, rho {rho} | {hits / samples:.3f} | |")
    return told


def research(samples: int) -> list[str]:
    """Rate of decline between two halves whose true mean growth is 2 and 1 per cent, effort growing 4 per cent a year."""
    told = []
    for count, rho in ((40, 0.0), (66, 0.0), (66, 0.3), (66, 0.6)):
        hits = refused = 0
        years = np.arange(1950, 1950 + count)
        middle = count // 2
        truth = (0.04 * (count / 2) - np.log(0.01 / 0.02)) / (count / 2)
        for seed in range(samples):
            rng = np.random.default_rng(seed)
            noise = autoregressive(rng, count, rho, 0.015 * np.sqrt(1 - rho**2))
            growth = pd.Series(np.where(np.arange(count) < middle, 0.02, 0.01) + noise, index=years)
            found = decline(growth, pd.Series(np.exp(0.04 * np.arange(count)), index=years))
            if isinstance(found, Decline):
                hits += found.rate.low <= truth <= found.rate.high
            else:
                refused += 1
        kept = samples - refused
        told.append(
            f"| research productivity | {count} years, rho {rho} | {hits / max(kept, 1):.3f} | {refused / samples:.3f} |"
        )
    return told


def cycles(samples: int) -> list[str]:
    """Ages log-normal with median 9 years in every citing year, cut off by a table that begins in 1970."""
    hits = steady = naive = 0
    for seed in range(samples):
        rng = np.random.default_rng(seed)
        citing = np.repeat(np.arange(1985, 2010), 150)
        ages = np.floor(np.exp(np.log(9.5) + 0.8 * rng.normal(size=len(citing))))
        kept = citing - ages >= 1970
        found = measure_cycle_time(
            pd.DataFrame({"citing_year": citing[kept], "cited_year": (citing - ages)[kept]})
        )
        level = found.estimate("technology_cycle_time")
        hits += level.low <= 9.5 <= level.high
        steady += not found.tests[0].rejected
        line = np.polyfit(np.arange(25), np.log(found.table["naive_median"].to_numpy(float)), 1)[0]
        naive += line > 0.005
    return [
        f"| cycle time, last year | 25 citing years of 150 | {hits / samples:.3f} | |",
        f"| cycle time, no trend found | same | {steady / samples:.3f} | naive rises: {naive / samples:.3f} |",
    ]


def lags(samples: int) -> list[str]:
    """Median lag of 20 years; technologies share half of the variance of the log lag."""
    told = []
    for technologies, places in ((5, 30), (15, 20)):
        hits = given = 0
        for seed in range(samples):
            rng = np.random.default_rng(seed)
            shared = np.repeat(rng.normal(0, 0.5, technologies), places)
            lag = np.round(20 * np.exp(shared + rng.normal(0, 0.5, technologies * places)))
            table = pd.DataFrame(
                {
                    "technology": np.repeat([f"t{one}" for one in range(technologies)], places),
                    "place": np.tile([f"p{one}" for one in range(places)], technologies),
                    "invented": 1900.0,
                    "adopted": np.where(lag <= 45, 1900 + lag, np.nan),
                    "until": 1945.0,
                }
            )
            for one in measure_adoption_lag(table).estimates:
                if one.name == "median_lag":
                    given += 1
                    hits += one.low <= 20 <= one.high
        told.append(
            f"| median lag | {technologies} technologies, {places} places | {hits / max(given, 1):.3f} | |"
        )
    return told


if __name__ == "__main__":
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("| what | sample | coverage of 95% | refused or other |")
    print("|---|---|---|---|")
    for study in (lines, research, lags, cycles):
        print("\n".join(study(samples)), flush=True)
