"""Size, power and coverage of the effects' tests and intervals, by simulation with known answers.

Run: ``python benchmarks/effects_coverage.py [repetitions]``. A made-up world has countries with their own
level, common years, a state
that follows an AR(1), growth whose errors are AR(1), and, where said, a common factor with loadings of each
country's own (cross
dependence) or feedback from growth to the state. Windows of five years, as in longwave.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from longwave.measure.effects.mediate import mediate
from longwave.measure.effects.projections import local_projection
from longwave.measure.effects.wild import weights, wild
from longwave.measure.effects.within import Sample, tidy


def world(
    rng: np.random.Generator,
    countries: int,
    years: int,
    *,
    effect: float = 0.0,
    persistence: float = 0.9,
    factor: float = 0.0,
    feedback: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Log output and state, year by country; effect: growth a year for one unit of last year's state."""
    level, state = np.zeros(countries), np.zeros(countries)
    error, growth = np.zeros(countries), np.zeros(countries)
    loading_y, loading_x, common = rng.normal(0, 1, countries), rng.normal(0, 1, countries), 0.0
    outputs, states = [], []
    for year in range(years + 40):
        common = 0.5 * common + rng.normal()
        before = state
        state = persistence * state + rng.normal(0, 0.4, countries) + factor * loading_x * common * 0.4
        state = state + feedback * growth
        error = 0.3 * error + rng.normal(0, 0.03, countries)
        growth = (
            0.02 - 0.03 * (level - 0.02 * year) + error + factor * loading_y * common * 0.01 + effect * before
        )
        level = level + growth
        outputs.append(level)
        states.append(state)
    return np.array(outputs)[40:], np.array(states)[40:]


def windows(output: np.ndarray, state: np.ndarray) -> Sample:
    """Mean growth of each five years on the state's mean in the five before, and the level between."""
    ends = range(9, len(output), 5)
    countries = output.shape[1]
    y = np.array([(output[end] - output[end - 5]) / 5 for end in ends])
    x = np.array([state[end - 9 : end - 4].mean(axis=0) for end in ends])
    start = np.array([output[end - 5] for end in ends])
    return tidy(
        y.ravel(),
        np.column_stack([x.ravel(), start.ravel()]),
        np.tile(np.arange(countries), len(y)),
        np.repeat(np.arange(len(y)), countries),
    )


def rejections(times: int, countries: int, years: int, rng: np.random.Generator, **what: float) -> float:
    """Part of samples in which the 5 % test of no effect rejects."""
    draws = weights(countries, 399)
    found = 0
    for _ in range(times):
        bootstrap = wild(windows(*world(rng, countries, years, **what)), draws)
        found += bootstrap is not None and bootstrap.p_value(0.0) <= 0.05
    return found / times


def led(output: np.ndarray, state: np.ndarray) -> Sample:
    """The lead test's rows: next window's state first, then this one's, the last one's and the level."""
    ends = range(9, len(output) - 5, 5)
    countries = output.shape[1]
    y = np.array([(output[end] - output[end - 5]) / 5 for end in ends])
    columns = [
        np.array([state[end + 1 + s : end + 6 + s].mean(axis=0) for end in ends]) for s in (0, -5, -10)
    ]
    columns.append(np.array([output[end - 5] for end in ends]))
    return tidy(
        y.ravel(),
        np.column_stack([column.ravel() for column in columns]),
        np.tile(np.arange(countries), len(y)),
        np.repeat(np.arange(len(y)), countries),
    )


def sold(
    times: int, countries: int, years: int, rng: np.random.Generator, feedback: float
) -> tuple[float, float]:
    """Under feedback from growth to the state and no effect: how often the test rejects, and how often it does so although
    the lead test is passed."""
    draws = weights(countries, 399)
    rejected = passed = 0
    for _ in range(times):
        made = world(rng, countries, years, feedback=feedback)
        main, lead = wild(windows(*made), draws), wild(led(*made), draws)
        if main is not None and lead is not None and main.p_value(0.0) <= 0.05:
            rejected += 1
            passed += lead.p_value(0.0) > 0.05
    return rejected / times, passed / times


def interval_coverage(
    times: int, countries: int, years: int, rng: np.random.Generator, slope: float = 0.01
) -> float:
    """Windows whose slope is known: growth of the window depends on the state of the window before."""
    draws = weights(countries, 399)
    held = 0
    for _ in range(times):
        sample = windows(*world(rng, countries, years))
        moved = Sample(sample.y + slope * sample.x[:, 0], sample.x, sample.units, sample.times)
        bootstrap = wild(moved, draws)
        if bootstrap is not None:
            low, high = bootstrap.interval()
            held += low <= slope <= high
    return held / times


def band_coverage(times: int, countries: int, years: int, rng: np.random.Generator) -> tuple[float, float]:
    """How often the band at eight years, and the whole joint band, hold a response that is zero throughout."""
    point = joint = 0
    for _ in range(times):
        output, state = world(rng, countries, years)
        index = pd.RangeIndex(1960, 1960 + years)
        found = local_projection(pd.DataFrame(output, index=index), pd.DataFrame(state, index=index))
        if found is None:
            continue
        table = found.table
        last = table.iloc[-1]
        point += last["response_low"] <= 0 <= last["response_high"]
        joint += bool(((table["joint_low"] <= 0) & (table["joint_high"] >= 0)).all())
    return point / times, joint / times


def path_coverage(
    times: int, countries: int, periods: int, rng: np.random.Generator, a: float = 0.4, b: float = 0.3
) -> float:
    """How often the interval of the indirect effect holds a b."""
    held = 0
    units = np.repeat(np.arange(countries), periods)
    when = np.tile(np.arange(periods), countries)
    n = countries * periods
    for _ in range(times):
        own = np.repeat(rng.normal(0, 1, countries), periods)
        common = np.tile(rng.normal(0, 1, periods), countries)
        d = own + rng.normal(0, 1, n)
        m = a * d + own + common + rng.normal(0, 1, n)
        y = b * m + 0.2 * d + own + common + rng.normal(0, 1, n)
        found = mediate(tidy(y, np.column_stack([d, m]), units, when), draws=399)
        held += found is not None and found.low <= a * b <= found.high
    return held / times


def main(times: int) -> None:
    rng = np.random.default_rng(1)
    print("| case | figure |\n|---|---|")
    for countries, years in ((11, 70), (40, 30), (150, 30), (150, 70)):
        head = f"{countries} countries, {years} years"
        print(f"| size, {head} | {rejections(times, countries, years, rng):.3f} |", flush=True)
        print(
            f"| size, {head}, common factor | {rejections(times, countries, years, rng, factor=1.0):.3f} |",
            flush=True,
        )
        print(
            f"| size, {head}, feedback | {rejections(times, countries, years, rng, feedback=2.0):.3f} |",
            flush=True,
        )
        plain, kept = sold(times, countries, years, rng, 10.0)
        print(
            f"| strong feedback, {head}: rejected; and lead test passed | {plain:.3f}; {kept:.3f} |",
            flush=True,
        )
        print(
            f"| power at 0.003, {head} | {rejections(times, countries, years, rng, effect=0.003):.3f} |",
            flush=True,
        )
        print(
            f"| interval, {head}: coverage | {interval_coverage(times // 2, countries, years, rng):.3f} |",
            flush=True,
        )
    for countries, years in ((11, 60), (40, 40), (100, 60)):
        point, joint = band_coverage(max(times // 4, 20), countries, years, rng)
        print(
            f"| response, {countries} countries, {years} years: at eight years; joint | {point:.3f}; {joint:.3f} |",
            flush=True,
        )
    for countries, periods in ((11, 8), (40, 5), (120, 8)):
        for a in (0.4, 0.0):
            held = path_coverage(times // 2, countries, periods, rng, a=a)
            print(
                f"| path, {countries} countries, {periods} windows, a = {a}: coverage | {held:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
