"""What tariffs do once wages have answered: exact hat algebra of a world of trading countries.

Each country makes one good from labour; spending shares answer to delivered prices with elasticity eps, whatever the
reason (Armington 1969, Eaton and Kortum 2002; the change form is Dekle, Eaton and Kortum 2008, with tariff revenue as
in Ossa 2014). With x^ = x'/x for every variable, flows F_ij before tariff from i to j, tariffs t_ij, lambda_ij = F_ij
(1 + t_ij) / E_j:

    tau^_ij    = (1 + t'_ij) / (1 + t_ij)
    lambda'_ij = lambda_ij (w^_i tau^_ij)^-eps / sum_k lambda_kj (w^_k tau^_kj)^-eps
    E'_j       = (w^_j Y_j + D'_j) / (1 - sum_i lambda'_ij t'_ij / (1 + t'_ij))         income, revenue and deficit
    w^_i Y_i   = sum_j lambda'_ij E'_j / (1 + t'_ij)                                    what is sold is what is earned
    P^_j       = (sum_k lambda_kj (w^_k tau^_kj)^-eps)^(-1/eps),   W^_j = E^_j / P^_j

Y_i = sum_j F_ij; D_j: what j buys from others less what it sells, held at its share of world income. Nothing is
needed but flows, home sales included, the tariffs and eps: no trade cost, no technology. W^_j = lambda^_jj^(-1/eps)
where there is neither revenue nor deficit (Arkolakis, Costinot and Rodriguez-Clare 2012). Prices are in units of
world labour income.

One sector, no intermediates, no capital, labour supply fixed: it says where real income settles, not when, nor who
loses a job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_SOLVED = 1e-9
"""Largest share of a country's income by which its sales may miss it."""
_STEPS = 16


@dataclass(frozen=True, eq=False)
class World:
    """flows (n, n): sales of row to column before tariff, home sales on the diagonal; tariffs (n, n): rates as
    fractions, zero on the diagonal."""

    flows: Matrix
    tariffs: Matrix

    @property
    def incomes(self) -> Vector:
        return np.asarray(self.flows.sum(axis=1), dtype=np.float64)

    @property
    def spending(self) -> Vector:
        return np.asarray((self.flows * (1 + self.tariffs)).sum(axis=0), dtype=np.float64)

    @property
    def deficits(self) -> Vector:
        return np.asarray(self.flows.sum(axis=0) - self.flows.sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Hats:
    """New over old: wages, prices, spending, real_income (n,); flows (n, n), 1 where nothing was or is sold; revenue
    (n,): tariff revenue afterwards as a share of spending; residual: the largest share of a country's income by which
    its sales miss it, over all countries, the one left out of the system too (Walras's law)."""

    wages: Vector
    prices: Vector
    spending: Vector
    real_income: Vector
    flows: Matrix
    revenue: Vector
    residual: float

    @property
    def solved(self) -> bool:
        return self.residual <= _SOLVED


def world(flows: ArrayLike, tariffs: ArrayLike) -> World:
    """Checked. Raises ValueError for shapes that differ, numbers that are not finite, flows below zero, a country
    without home sales, tariffs at or below -1 or a tariff on home sales."""
    f, t = np.asarray(flows, dtype=float), np.asarray(tariffs, dtype=float)
    if f.ndim != 2 or f.shape[0] != f.shape[1] or f.shape != t.shape or len(f) < 2:
        raise ValueError("flows and tariffs must be square tables of the same two or more countries")
    if not (np.isfinite(f).all() and np.isfinite(t).all()) or (f < 0).any():
        raise ValueError("flows and tariffs must be finite, and flows at least zero")
    if (np.diag(f) <= 0).any():
        raise ValueError("every country needs home sales above zero")
    if (t <= -1).any() or np.diag(t).any():
        raise ValueError("tariffs must be above -1, and zero on home sales")
    return World(f, t)


def counterfactual(before: World, tariffs: ArrayLike, elasticity: float, start: Vector | None = None) -> Hats:
    """The world under other tariffs (n, n). elasticity: eps > 0; start: wages to begin at, default 1.

    Solved by `scipy.optimize.root` over the logarithms of wages; look at `Hats.solved`, which is a certificate that
    does not trust the solver. Raises ValueError for tariffs that `world` would not take or an elasticity not above
    zero.
    """
    after = world(before.flows, tariffs).tariffs
    if not elasticity > 0:
        raise ValueError("the elasticity must be above zero")
    first = np.ones(len(after)) if start is None else np.asarray(start, dtype=float)
    wages = _solved(before, after, elasticity, first, "hybr")
    if not _miss(before, after, elasticity, wages) <= _SOLVED:
        wages = _step_by_step(before, after, elasticity)
    # World labour income is the unit of account.
    wages = wages * before.incomes.sum() / float(wages @ before.incomes)
    return _hats(before, after, elasticity, wages)


def _solved(
    before: World, after: Matrix, elasticity: float, start: Vector, method: Literal["hybr", "lm"]
) -> Vector:
    """Wages at which the solver stops, the last country's 1."""
    from scipy.optimize import root

    def missing(logs: Vector) -> Vector:
        return np.asarray(_excess(before, after, elasticity, _wages(logs))[:-1], dtype=np.float64)

    found = root(missing, np.log(start[:-1] / start[-1]), method=method, options={"xtol": 1e-13})
    return _wages(found.x)


def _step_by_step(before: World, after: Matrix, elasticity: float) -> Vector:
    """Wages by way of worlds between today's tariffs and the new ones. Where deficits are large, sales less income need not
    fall with the wage, and a solver that sees only the end may stop at a flat place; from today's world, solved as it is,
    each step is short."""
    wages = np.ones(len(after))
    for share in np.linspace(0.0, 1.0, _STEPS + 1)[1:]:
        between = (1 + before.tariffs) ** (1 - share) * (1 + after) ** share - 1
        wages = _solved(before, between, elasticity, wages, "lm")
    return wages


def _wages(logs: Vector) -> Vector:
    return np.asarray(np.exp(np.clip(np.append(logs, 0.0), -50.0, 50.0)), dtype=np.float64)


def _miss(before: World, after: Matrix, elasticity: float, wages: Vector) -> float:
    return float(np.abs(_excess(before, after, elasticity, wages)).max())


def _shares(before: World, after: Matrix, elasticity: float, wages: Vector) -> tuple[Matrix, Vector]:
    """New spending shares (n, n) and price changes (n,)."""
    change = (1 + after) / (1 + before.tariffs)
    weighed = before.flows * (1 + before.tariffs) / before.spending * (wages[:, None] * change) ** -elasticity
    total = weighed.sum(axis=0)
    return weighed / total, total ** (-1 / elasticity)


def _spent(before: World, after: Matrix, shares: Matrix, wages: Vector) -> Vector:
    """New spending (n,): labour income, deficit at its share of world income, and revenue, which spending itself
    brings."""
    income = wages * before.incomes
    deficit = before.deficits * income.sum() / before.incomes.sum()
    return np.asarray((income + deficit) / (1 - (shares * after / (1 + after)).sum(axis=0)), dtype=np.float64)


def _excess(before: World, after: Matrix, elasticity: float, wages: Vector) -> Vector:
    """Sales less income of each country, as a share of its income."""
    shares, _ = _shares(before, after, elasticity, wages)
    sales = (shares * _spent(before, after, shares, wages) / (1 + after)).sum(axis=1)
    income = wages * before.incomes
    return np.asarray(sales / income - 1, dtype=np.float64)


def _hats(before: World, after: Matrix, elasticity: float, wages: Vector) -> Hats:
    shares, prices = _shares(before, after, elasticity, wages)
    spent = _spent(before, after, shares, wages)
    flows = shares * spent / (1 + after)
    sold = before.flows > 0
    ratio = np.where(sold, flows / np.where(sold, before.flows, 1.0), 1.0)
    return Hats(
        wages,
        prices,
        spent / before.spending,
        spent / before.spending / prices,
        ratio,
        np.asarray((shares * after / (1 + after)).sum(axis=0), dtype=np.float64),
        _miss(before, after, elasticity, wages),
    )
