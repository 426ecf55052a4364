"""What a book loses: expected, under a scenario with its interval, and in the worst of a thousand years.

    expected = sum amount * LGD * PD;  over years  sum_t amount * LGD * PD_t * prod_{s<t} (1 - PD_s)

The interval under stress is of the elasticities alone: the scenario is given. Beside it stands the distribution of single
defaults with one common factor (Vasicek), which sees what the Basel formula cannot: that a few large names make the
tail longer. It looks one year ahead and knows defaults only, so that it is held against the formula without its
allowance for maturity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.decide.early_warning.capital import CONFIDENCE, MATURITY, capital
from longwave.decide.early_warning.positions import Portfolio
from longwave.decide.early_warning.satellite import (
    Effect,
    StressScenario,
    draw_effects,
    moved_pd,
    reached,
)
from longwave.decide.early_warning.tail import loss_quantile

DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Losses:
    """Losses of the positions that have PD and LGD. expected: within a year; capital: by the Basel formula, and one_year:
    without its allowance for maturity; tail: the loss passed once in a thousand years, less the expected one; positions:
    expected loss and capital of each."""

    expected: float
    capital: float
    one_year: float
    tail: float
    positions: pd.DataFrame


@dataclass(frozen=True, eq=False)
class StressedLosses:
    """Losses over the scenario's years. baseline: with the probabilities of today; value with interval low..high (90 %):
    under stress; capital: by the formula with the worst year's probabilities; positions: for each position the baseline
    and stressed loss and its highest PD; unmoved: share of the amount that no effect reaches."""

    scenario: StressScenario
    effects: tuple[Effect, ...]
    baseline: float
    value: float
    low: float
    high: float
    capital: float
    positions: pd.DataFrame
    unmoved: float


def losses(portfolio: Portfolio) -> Losses:
    """Losses as the book stands."""
    table = portfolio.table[portfolio.rated]
    amount, pd_now, lgd = (table[name].to_numpy(float) for name in ("amount", "pd", "lgd"))
    expected = amount * pd_now * lgd
    needed = amount * capital(pd_now, lgd, _maturity(table))
    by_name = table[["name", "area", "sector", "amount"]].assign(expected=expected, capital=needed)
    at_risk, chance = _by_name(table["name"], amount * lgd, pd_now)
    tail = loss_quantile(at_risk, chance, CONFIDENCE) - float(expected.sum())
    bare = amount * capital(pd_now, lgd, 1.0)
    return Losses(float(expected.sum()), float(needed.sum()), float(bare.sum()), tail, by_name)


def stressed_losses(
    portfolio: Portfolio, effects: tuple[Effect, ...], scenario: StressScenario, seed: int = 0
) -> StressedLosses:
    """Losses under a scenario, with the doubt of the elasticities."""
    table = portfolio.table[portfolio.rated]
    at_risk = (table["amount"] * table["lgd"]).to_numpy(float)
    pd_now = table["pd"].to_numpy(float)
    moves = reached(table, effects, scenario)
    values = np.array([each.value for each in effects])
    central = moved_pd(pd_now[:, None], np.einsum("e,epy->py", values, moves))
    flat = np.repeat(pd_now[:, None], len(scenario.years), axis=1)
    generator = np.random.default_rng(seed)
    drawn = draw_effects(effects, DRAWS, generator)
    totals = np.array(
        [
            float((at_risk @ _ever(moved_pd(pd_now[:, None], np.einsum("e,epy->py", each, moves)))).sum())
            for each in drawn
        ]
    )
    by_name = table[["name", "area", "sector", "amount"]].assign(
        baseline=at_risk * _ever(flat).sum(axis=1),
        stressed=at_risk * _ever(central).sum(axis=1),
        worst_pd=central.max(axis=1),
    )
    low, high = np.quantile(totals, [0.05, 0.95])
    worst = central[:, int(np.argmax(at_risk @ central))]
    needed = table["amount"].to_numpy(float) * capital(worst, table["lgd"].to_numpy(float), _maturity(table))
    still = ~np.any(moves != 0, axis=(0, 2))
    amount = table["amount"].to_numpy(float)
    return StressedLosses(
        scenario, effects, float(by_name["baseline"].sum()), float(by_name["stressed"].sum()),
        float(low), float(high), float(needed.sum()), by_name,
        float(amount[still].sum() / amount.sum()) if amount.sum() else 0.0,
    )  # fmt: skip


def _ever(pd_path: np.ndarray) -> np.ndarray:
    """The chance of defaulting first in each year; shape as given, (positions, years)."""
    alive = np.cumprod(1 - pd_path, axis=1)
    before = np.concatenate([np.ones((len(pd_path), 1)), alive[:, :-1]], axis=1)
    return np.asarray(pd_path * before)


def _by_name(names: pd.Series, at_risk: np.ndarray, pd_now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of one name default together: their losses summed, their probabilities averaged by loss."""
    frame = pd.DataFrame(
        {"name": names.to_numpy(), "risk": at_risk, "weighted": at_risk * pd_now, "pd": pd_now}
    )
    sums = frame.groupby("name").agg(risk=("risk", "sum"), weighted=("weighted", "sum"), pd=("pd", "mean"))
    chance = (sums["weighted"] / sums["risk"]).where(sums["risk"] > 0, sums["pd"])
    return sums["risk"].to_numpy(float), chance.to_numpy(float)


def _maturity(table: pd.DataFrame) -> np.ndarray:
    return np.asarray(table["maturity"].fillna(MATURITY).to_numpy(float))
