"""What an indicator is worth: how well it parts, against what a country's income alone would do, and at which threshold.

Rich countries have much credit, and the wave of 2007-09 struck rich countries: so that an indicator that does no better
than income on the same observations has warned of wealth, not of a crisis. That placebo stands beside every AUROC.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.decide.early_warning.auroc import Auroc, Lead, auroc_lead, auroc_with_interval
from longwave.decide.early_warning.signals import Signal, Weighing, best_signal


@dataclass(frozen=True, slots=True)
class Worth:
    """name: of the indicator; auroc: on the observations that have it; placebo: that of income on the same ones, and
    lead: how much better the indicator is there (None without incomes); signal: the threshold for the preferences."""

    name: str
    auroc: Auroc
    signal: Signal
    placebo: Auroc | None = None
    lead: Lead | None = None


def weigh_indicator(
    name: str,
    score: pd.Series,
    crisis: pd.Series,
    areas: pd.Series,
    clusters: pd.Series | None = None,
    income: pd.Series | None = None,
    *,
    mu: float = 0.5,
    weighing: Weighing = "rates",
    resamples: int = 1000,
    seed: int = 0,
) -> Worth:
    """The worth of one indicator; all on one index. Raises NotEnoughData as `auroc_with_interval` does."""
    own = auroc_with_interval(score, crisis, areas, clusters, resamples=resamples, seed=seed)
    whole = (score.notna() & crisis.notna()).to_numpy()
    signal = best_signal(score.to_numpy(float)[whole], crisis.to_numpy(float)[whole] > 0.5, mu, weighing)
    if income is None or not (whole & income.notna().to_numpy()).any():
        return Worth(name, own, signal)
    both = income.where(score.notna())
    placebo = auroc_with_interval(both, crisis, areas, clusters, resamples=resamples, seed=seed)
    lead = auroc_lead(score, income, crisis, areas, clusters, resamples=resamples, seed=seed)
    return Worth(name, own, signal, placebo, lead)
