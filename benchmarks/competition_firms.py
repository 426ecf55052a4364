"""Measures of firms under known truth: elasticities, mark-ups, the Boone indicator.

python benchmarks/competition_firms.py [draws]
"""

from __future__ import annotations

import sys

import numpy as np

from longwave.measure.competition.clustered import clustered
from longwave.measure.competition.production import control_function
from longwave.measure.competition.resample import firm_bootstrap

LABOUR, CAPITAL, PERSISTENCE = 0.6, 0.4, 0.7


def industry(rng: np.random.Generator, firms: int, years: int) -> tuple[np.ndarray, ...]:
    """Output, labour, capital, materials (logs, firm by firm) and the row before: labour is settled when half of the
    year's productivity is known, materials when all of it is; wages differ (Ackerberg, Caves and Frazer 2015)."""
    wage, omega, capital = np.zeros(firms), rng.normal(0, 0.3, firms), rng.normal(0, 1, firms)
    rows = []
    for _ in range(30 + years):
        middle = np.sqrt(PERSISTENCE) * omega + rng.normal(0, 0.15, firms)
        omega = np.sqrt(PERSISTENCE) * middle + rng.normal(0, 0.15, firms)
        wage = 0.3 * wage + rng.normal(0, 0.1, firms)
        labour = (np.log(LABOUR) - wage + CAPITAL * capital + np.sqrt(PERSISTENCE) * middle) / (1 - LABOUR)
        materials = CAPITAL * capital + LABOUR * labour + omega
        rows.append((materials + rng.normal(0, 0.1, firms), labour, capital, materials))
        shock = rng.normal(0, 0.7, firms)
        capital = np.log(0.8 * np.exp(capital) + 0.2 * np.exp(0.9 * omega + 0.5 * capital + shock))
    columns = [np.array([row[which] for row in rows[30:]]).T.ravel() for which in range(4)]
    before = np.arange(firms * years).reshape(firms, years) - 1
    before[:, 0] = -1
    return (*columns, before.ravel())


def production(draws: int) -> None:
    print("production function (labour .6, capital .4): mean and standard deviation; least squares beside it")
    for firms, years in ((50, 8), (150, 8), (500, 8)):
        rng = np.random.default_rng(1)
        found, plain, refused = [], [], 0
        for _ in range(draws):
            data = industry(rng, firms, years)
            x = np.column_stack([np.ones(len(data[0])), data[1], data[2]])
            plain.append(np.linalg.lstsq(x, data[0], rcond=None)[0][1:])
            try:
                one = control_function(*data)
            except ValueError:
                refused += 1
                continue
            found.append((one.labour, one.capital))
        mean, spread = np.mean(found, axis=0), np.std(found, axis=0)
        print(
            f"{firms:5d} firms {years} years: labour {mean[0]:.3f} ({spread[0]:.3f}) capital {mean[1]:.3f} "
            f"({spread[1]:.3f}) refused {refused}/{draws}; least squares {np.mean(plain, axis=0).round(3)}",
            flush=True,
        )


def markups(draws: int) -> None:
    print("\nmark-up, cost-weighted, and mean Lerner index: coverage of the 95 % bootstrap over firms")
    for firms in (10, 30, 60, 200):
        rng = np.random.default_rng(2)
        own = np.exp(rng.normal(0.25, 0.1, 200_000))
        cost = np.exp(rng.normal(0, 1, 200_000))
        truth, lerner = cost @ own / cost.sum(), (1 - 1 / own).mean()
        hits = np.zeros(2)
        for _ in range(draws):
            chosen = rng.integers(0, len(own), firms)
            mu, size = own[chosen], cost[chosen]
            low, high = firm_bootstrap(
                np.arange(firms), lambda n, mu=mu, size=size: n * size @ mu / (n @ size), draws=400
            )
            hits[0] += low <= truth <= high
            low, high = firm_bootstrap(
                np.arange(firms), lambda n, mu=mu: n @ (1 - 1 / mu) / n.sum(), draws=400
            )
            hits[1] += low <= lerner <= high
        print(f"{firms:5d} firms: {hits[0] / draws:.3f} {hits[1] / draws:.3f}", flush=True)


def boone(draws: int) -> None:
    print(
        "\nBoone: size of the test of trend at 5 % and its power (slope -2 moving by -.05 a year), coverage of it"
    )
    for firms, years in ((12, 6), (25, 6), (100, 6)):
        rng = np.random.default_rng(3)
        counts = np.zeros(3)
        for drift in (0.0, -0.05):
            for _ in range(draws):
                cost = rng.normal(0, 0.4, firms)[:, None] + rng.normal(0, 0.1, (firms, years))
                time = np.arange(years) - (years - 1) / 2
                error = rng.normal(0, 0.5, firms)[:, None] + rng.normal(0, 0.5, (firms, years))
                profit = (-2 + drift * time) * cost + error
                dummies = np.tile(np.eye(years), (firms, 1))
                x = np.column_stack([cost.ravel(), (cost * time).ravel(), dummies])
                fit = clustered(profit.ravel(), x, np.repeat(np.arange(firms), years))
                weights = np.zeros(x.shape[1])
                weights[1] = 1.0
                reject = fit.p_value(weights) < 0.05
                counts[0 if drift == 0 else 1] += reject
                if drift == 0:
                    _, low, high = fit.interval(weights)
                    counts[2] += low <= 0 <= high
        size, power, coverage = counts / draws
        print(
            f"{firms:5d} firms {years} years: size {size:.3f} power {power:.3f} coverage {coverage:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    production(max(20, draws // 10))
    markups(draws)
    boone(draws)
