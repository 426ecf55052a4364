"""Where the same money would be safer, or earn more without being less safe: a linear programme within the limits.

    least loss:    min sum loss_i a_i
    most return:   max sum (return_i - expected_i) a_i   with   sum loss_i a_i <= what the book loses under stress now
    both with      sum a_i = total,  least_i <= a_i <= limit_i,  caps on names, areas and sectors

loss_i: what a unit lent loses under stress (where no scenario is given, what it is expected to lose in a year). Without
a limit a position may fall but not rise above what it is: no room is made up. By HiGHS (scipy). What finds no
room within the limits is told, not squeezed in; so is what only finds room by losing more than the book loses now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import SolveError
from longwave.core.message import say
from longwave.decide.early_warning.positions import Portfolio


@dataclass(frozen=True, eq=False)
class Allocation:
    """aim: ``loss`` or ``return``; table: name, now, best, change; loss_now, loss_best: of the positions concerned, with
    gain_now, gain_best their return less expected loss (NaN without returns); unplaced: what finds no room."""

    aim: str
    table: pd.DataFrame
    loss_now: float
    loss_best: float
    gain_now: float
    gain_best: float
    unplaced: float

    @property
    def moved(self) -> float:
        """How much money changes places."""
        return float(self.table["change"].clip(lower=0).sum())


def allocate(portfolio: Portfolio, loss_rate: pd.Series) -> Allocation:
    """The best amounts of the positions whose loss is known; the others stay as they are.

    loss_rate: loss for each unit lent, on the index of the positions that have one. Raises SolveError where the limits
    contradict each other.
    """
    table = portfolio.table.loc[loss_rate.index]
    now = table["amount"].to_numpy(float)
    rate = loss_rate.to_numpy(float)
    earns = bool(table["return"].notna().all()) and len(table) > 0
    gain = (table["return"] - table["pd"] * table["lgd"]).to_numpy(float)
    high = table["limit"].fillna(table["amount"]).to_numpy(float)
    low = np.minimum(table["least"].fillna(0.0).to_numpy(float), high)
    a_caps, b_caps = _caps(portfolio, table)
    whole = (None, float(now.sum()))
    placed = -_solve(-np.ones(len(now)), a_caps, b_caps, low, high, total=whole)[1]
    most = float(rate @ now)
    if _least_loss(rate, a_caps, b_caps, low, high, (placed, placed)) > most * (1 + 1e-6):
        placed = _without_more_loss(rate, most, a_caps, b_caps, low, high, whole, placed)
    room = (placed, placed)
    if earns:
        a_more = np.vstack([a_caps, rate]) if len(a_caps) else rate[None, :]
        b_more = np.append(b_caps, max(float(rate @ now), _least_loss(rate, a_caps, b_caps, low, high, room)))
        best, _ = _solve(-gain, a_more, b_more, low, high, total=room)
    else:
        best, _ = _solve(rate, a_caps, b_caps, low, high, total=room)
    best = np.where(np.abs(best - now) < 1e-9 * max(now.sum(), 1.0), now, best)
    out = table[["name", "area", "sector"]].assign(now=now, best=best, change=best - now)
    nothing = float("nan")
    return Allocation(
        "return" if earns else "loss", out, float(rate @ now), float(rate @ best),
        float(gain @ now) if earns else nothing, float(gain @ best) if earns else nothing,
        max(0.0, float(now.sum()) - placed) if now.sum() - placed > 1e-9 * now.sum() else 0.0,
    )  # fmt: skip


def _without_more_loss(
    rate: np.ndarray,
    most: float,
    a_caps: np.ndarray,
    b_caps: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    whole: tuple[float | None, float],
    placed: float,
) -> float:
    """How much can be lent within the limits without losing more than now; all that fits where least amounts force more
    loss."""
    a_more = np.vstack([a_caps, rate]) if len(a_caps) else rate[None, :]
    try:
        return -_solve(-np.ones(len(rate)), a_more, np.append(b_caps, most), low, high, total=whole)[1]
    except SolveError:
        return placed


def _least_loss(
    rate: np.ndarray,
    a_caps: np.ndarray,
    b_caps: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    room: tuple[float, float],
) -> float:
    """The least loss that the limits allow, with a hair's breadth for rounding."""
    return _solve(rate, a_caps, b_caps, low, high, total=room)[1] * (1 + 1e-9)


def _caps(portfolio: Portfolio, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the caps on names, areas and sectors, less what positions outside the programme already take."""
    caps = portfolio.limits
    wanted = [("name", str(name), caps.single) for name in table["name"].unique() if caps.single is not None]
    wanted += [("area", name, share) for name, share in caps.areas.items()]
    wanted += [("sector", name, share) for name, share in caps.sectors.items()]
    outside = portfolio.table.drop(index=table.index)
    rows: list[np.ndarray] = []
    ends: list[float] = []
    for by, name, share in wanted:
        rows.append((table[by] == name).to_numpy(float))
        taken = float(outside.loc[outside[by] == name, "amount"].sum())
        ends.append(max(0.0, float(share or 0.0) * portfolio.total - taken))
    return (np.array(rows) if rows else np.zeros((0, len(table)))), np.array(ends)


def _solve(
    cost: np.ndarray,
    a_caps: np.ndarray,
    b_caps: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    total: tuple[float | None, float],
) -> tuple[np.ndarray, float]:
    """Amounts and cost. total: the least (or None) and the most that all amounts may sum to. Raises SolveError."""
    from scipy.optimize import linprog

    ones = np.ones(len(cost))
    slack = 1e-9 * max(total[1], 1.0)
    rows, ends = [*a_caps, ones], [*b_caps, total[1]]
    if total[0] is not None:
        rows, ends = [*rows, -ones], [*ends, -(total[0] - slack)]
    found = linprog(
        cost, A_ub=np.array(rows), b_ub=np.array(ends), bounds=np.column_stack([low, high]), method="highs"
    )
    if found.status != 0:
        raise SolveError(say("early_warning.no_allocation"), say("early_warning.no_allocation_mend"))
    return np.asarray(found.x, float), float(found.fun)
