"""The era model on series whose truth is known: how often it gives a date, and how often the interval holds it.

    python benchmarks/era_simulation.py [SERIES A CELL] [GROUP ...]      groups: decisive inside ahead none shock

Everything goes through `era_model`, so that every guard is in what is counted. Series: logistic era of 18 to 30 years
(tenth to nine tenths), total rise of a state 8 standard deviations of its noise, peak of a contribution 3; AR(1) noise;
with six dimensions the first is a contribution, the others are states. Shocks: one to four years, V or U, two to six
standard deviations, half of them at the very end, in a level or (a state's growth) lasting. `passed` counts any dating of
the headline: the pooled one, or any dimension's own share where pooling is refused; `any passed` counts countries with
at least one date anywhere, told or not. `decisive` is the table in docs/concepts/era.md, with the study's draws.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.dating import DatingState
from longwave.measure.era.model import Era, era_model
from longwave.measure.era.series import EraSeries

FIRST = 1950
STRENGTH_STATE, STRENGTH_CONTRIBUTION = 8.0, 3.0


def noise(years: int, count: int, persistence: float, shared: float, rng: np.random.Generator) -> np.ndarray:
    """AR(1) with variance one, (years, count); shared: correlation across columns."""
    e = np.sqrt(1 - shared) * rng.normal(size=(years + 60, count))
    e += np.sqrt(shared) * rng.normal(size=(years + 60, 1))
    u = np.zeros_like(e)
    for t in range(1, len(e)):
        u[t] = persistence * u[t - 1] + np.sqrt(1 - persistence**2) * e[t]
    return u[60:]


def shock(years: int, rng: np.random.Generator, end: bool = False) -> np.ndarray:
    length = int(rng.integers(1, 5))
    start = years - length if rng.random() < 0.5 or end else int(rng.integers(4, years - length))
    shape = np.ones(length) if rng.random() < 0.5 else 1 - np.abs(np.linspace(-1, 1, length + 2)[1:-1])
    effect = np.zeros(years)
    effect[start : start + length] = rng.choice([-1, 1], p=[0.75, 0.25]) * rng.uniform(2, 6) * shape
    return effect


def sample(
    kind: str,
    years: int,
    date: int,
    dims: int,
    persistence: float,
    shared: float,
    rng: np.random.Generator,
    contribution: bool | None = None,
) -> dict[str, EraSeries]:
    """One artificial country; date: years after the first; contribution: of a single series, which kind."""
    t = np.arange(years)
    rate = 2 * np.log(9) / rng.uniform(18, 30)
    m = 1 / (1 + np.exp(-rate * (t - date)))
    u = noise(years, dims, persistence, shared, rng)
    if kind == "walk":
        u = 0.3 * np.cumsum(rng.normal(size=u.shape), axis=0)
    common = shock(years, rng, kind == "last")
    series = {}
    for j in range(dims):
        first = (j == 0 and dims > 1) if contribution is None else contribution
        values = u[:, j].copy()
        if kind == "era":
            values += STRENGTH_CONTRIBUTION * 4 * m * (1 - m) if first else STRENGTH_STATE * m
        elif kind == "line":
            values += 0.1 * t
        elif kind in ("shock", "last"):
            values += common
        elif kind == "lasting":
            values += common if first else np.cumsum(common) / 2
        series[f"dim{j}"] = EraSeries(
            pd.Series(values, index=FIRST + t), "contribution" if first else "state"
        )
    return series


def shares(era: Era, date: int) -> tuple[float, float, int]:
    """Share of headline answers that are passed, of those the share whose interval holds `date`, their number."""
    told = [one.dating for one in era.headline]
    passed = [one for one in told if one.state is DatingState.PASSED]
    right = [int(one.low or 0) <= date <= int(one.high or 9999) for one in passed]
    return len(passed) / len(told), float(sum(right)), len(passed)


def decisive() -> Iterator[tuple[str, str, int, int, int, float, float, bool | None]]:
    """The cells that decide whether the rule may be shipped; the same columns as `cells`."""
    for rho in (0.3, 0.8):
        yield "decisive", "noise", 40, 0, 6, rho, 0.5, None
    yield "decisive", "noise", 70, 0, 6, 0.8, 0.5, None
    yield "decisive", "noise", 70, 0, 1, 0.8, 0.0, True
    for years in (40, 70):
        yield "decisive", "walk", years, 0, 6, 0.0, 0.0, None
    yield "decisive", "last", 40, 0, 6, 0.3, 0.0, None
    for ahead in (2, 5, 10):
        yield "decisive", "era", 40, 39 + ahead, 6, 0.6, 0.0, None
    for ahead in (2, 5, 10):
        yield "decisive", "era", 70, 69 + ahead, 1, 0.3, 0.0, False
    yield "decisive", "era", 70, 35, 1, 0.3, 0.0, False
    yield "decisive", "era", 70, 35, 1, 0.3, 0.0, True
    yield "decisive", "era", 40, 20, 6, 0.6, 0.0, None


def cells() -> Iterator[tuple[str, str, int, int, int, float, float, bool | None]]:
    """group, kind, T, date, dims, persistence, shared, contribution."""
    for years, date in ((40, 20), (40, 30), (50, 25), (70, 35), (70, 60)):
        for rho in (0.0, 0.3, 0.6, 0.8):
            yield "inside", "era", years, date, 1, rho, 0.0, False
        yield "inside", "era", years, date, 1, 0.6, 0.0, True
        for shared in (0.0, 0.5):
            yield "inside", "era", years, date, 6, 0.6, shared, None
    for years in (40, 50, 70):
        for ahead in (2, 5, 10, 20):
            yield "ahead", "era", years, years - 1 + ahead, 1, 0.3, 0.0, False
            yield "ahead", "era", years, years - 1 + ahead, 1, 0.6, 0.0, True
        for shared in (0.0, 0.5):
            yield "ahead", "era", years, years + 1, 6, 0.6, shared, None
    for years in (40, 50, 70):
        for rho in (0.0, 0.3, 0.6, 0.8):
            for contribution in (False, True):
                yield "none", "noise", years, 0, 1, rho, 0.0, contribution
        yield "none", "walk", years, 0, 1, 0.0, 0.0, False
        yield "none", "walk", years, 0, 1, 0.0, 0.0, True
        yield "none", "line", years, 0, 1, 0.6, 0.0, False
        for shared in (0.0, 0.5):
            yield "none", "noise", years, 0, 6, 0.6, shared, None
    for years in (40, 50, 70):
        for rho in (0.0, 0.6):
            for contribution in (False, True):
                yield "shock", "shock", years, 0, 1, rho, 0.0, contribution
        yield "shock", "lasting", years, 0, 1, 0.3, 0.0, False
        for shared in (0.0, 0.5):
            yield "shock", "shock", years, 0, 6, 0.3, shared, None


def study(
    kind: str,
    years: int,
    date: int,
    dims: int,
    rho: float,
    shared: float,
    contribution: bool | None,
    count: int,
    draws: int = 99,
) -> dict[str, float]:
    """Rates over `count` artificial countries: told that an era is there, pooled, passed, coverage given passed and
    in all (the unguarded set), median date and width where passed."""
    rng = np.random.default_rng([years, date, dims, int(100 * rho), int(10 * shared), len(kind)])
    passed, right, given, there, pooled, held, own, anywhere = [], 0.0, 0, [], [], [], [], []
    dates, widths = [], []
    for each in range(count):
        series = sample(kind, years, date, dims, rho, shared, rng, contribution)
        era = era_model(series, draws=draws, seed=each, waves=False, path=False, breaks=False)
        every = [*era.dimensions.values(), *([era.pooled] if era.together and era.pooled else [])]
        anywhere.append(any(one.passed for one in every))
        share, hits, number = shares(era, FIRST + date)
        passed.append(share)
        right, given = right + hits, given + number
        head = era.pooled or era.headline[0]
        there.append(head.p_value <= 0.05)
        pooled.append(era.together)
        held.append(head.dates.first <= FIRST + date <= head.dates.last)
        own.extend(one.dating.state is DatingState.PASSED for one in era.dimensions.values())
        dates += [int(one.dating.period or 0) - FIRST for one in era.headline if one.passed]
        widths += [
            int(one.dating.high or 0) - int(one.dating.low or FIRST) for one in era.headline if one.passed
        ]
    return {
        "era told": float(np.mean(there)),
        "pooled": float(np.mean(pooled)),
        "passed": float(np.mean(passed)),
        "own passed": float(np.mean(own)),
        "any passed": float(np.mean(anywhere)),
        "covers|passed": right / given if given else float("nan"),
        "number": given,
        "covers": float(np.mean(held)),
        "date": float(np.median(dates)) if dates else float("nan"),
        "width": float(np.median(widths)) if widths else float("nan"),
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    groups = set(sys.argv[2:]) or {"decisive", "inside", "ahead", "none", "shock"}
    head = "| group | kind | T | date | dims | rho | shared | contribution |"
    print(
        head
        + " era told | pooled | passed | own passed | any passed | covers given passed (n) | covers | date | width |"
    )
    print("|---" * 17 + "|")
    for group, kind, years, date, dims, rho, shared, contribution in (*decisive(), *cells()):
        if group not in groups:
            continue
        each = max(count // (1 if dims == 1 else 4), 10)
        found = study(kind, years, date, dims, rho, shared, contribution, each)
        print(
            f"| {group} | {kind} | {years} | {date} | {dims} | {rho} | {shared} | {contribution} "
            f"| {found['era told']:.2f} | {found['pooled']:.2f} | {found['passed']:.3f} | {found['own passed']:.3f} "
            f"| {found['any passed']:.3f} "
            f"| {found['covers|passed']:.2f} ({found['number']:.0f}) | {found['covers']:.2f} "
            f"| {found['date']:.0f} | {found['width']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
