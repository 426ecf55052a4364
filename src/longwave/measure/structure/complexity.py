"""Economic complexity: what a place's products say about what it knows how to do.

**The trap.** The index is normalised within the table that it is computed from: mean 0 and standard deviation 1 over
its places. A place's index can rise because others fell; two years' indices are not on one scale and their difference
means nothing. And an index computed from raw trade data does not equal the Atlas of Economic Complexity's, which
cleans the data, averages years and leaves out small places and products before it starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


class CannotRank(ValueError):
    """A table from which no order of places by complexity follows; `fault` names why: ``small``, ``empty``,
    ``split``, ``tied``."""

    def __init__(self, fault: str, text: str) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, eq=False)
class Complexity:
    """Index of places (eci) and of products (pci), standardised over those in the table; diversity: products a place
    makes with advantage; ubiquity: places that make a product with advantage; eigenvalue: the second of the place
    matrix, 1 where the table falls apart."""

    eci: Vector
    pci: Vector
    diversity: Vector
    ubiquity: Vector
    eigenvalue: float


def revealed_advantage(amounts: ArrayLike) -> Matrix:
    """RCA_cp = (x_cp / x_c.) / (x_.p / x_..), places down, products across.

    Reference: Balassa (1965). Raises ValueError for negative or missing amounts, and for a place or a product with
    nothing at all.
    """
    table = np.asarray(amounts, dtype=float)
    if table.ndim != 2 or table.size == 0:
        raise ValueError("amounts are a table of places and products")
    if not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("amounts are finite and not negative; nothing made is zero")
    rows, columns = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    if (rows == 0).any() or (columns == 0).any():
        raise ValueError("a place or a product has nothing at all: leave it out")
    return np.asarray((table / rows) / (columns / table.sum()))


def complexity(makes: ArrayLike, weights: ArrayLike | None = None) -> Complexity:
    """ECI and PCI of a table of zeros and ones (RCA of 1 or more), places down, products across.

    ECI is the eigenvector of the second largest eigenvalue of M~ = D^-1 M U^-1 M' (D diversity, U ubiquity),
    standardised; its sign is the one in which it rises with diversity. weights: how much each product counts (all
    alike where not given), all above zero. PCI_p is the mean ECI of the places that make
    p, standardised. Reference: Hidalgo and Hausmann (2009), PNAS 106; Mealy, Farmer and Teytelboym (2019), Science
    Advances 5, on what it measures: alike places stand together. Raises CannotRank where the table is small (under
    three places or products), empty in a row or column, falls apart into groups that share nothing, or gives two
    orders equal right.
    """
    table = np.asarray(makes, dtype=float)
    if table.ndim != 2 or min(table.shape) < 3:
        raise CannotRank("small", "complexity needs at least three places and three products")
    if not np.isin(table, (0.0, 1.0)).all():
        raise ValueError("the table of who makes what holds zeros and ones only")
    weight = np.ones(table.shape[1]) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (table.shape[1],) or not (weight > 0).all():
        raise ValueError("each product needs a weight above zero")
    diversity, ubiquity = table @ weight, table.sum(axis=0)
    if (diversity == 0).any() or (ubiquity == 0).any():
        raise CannotRank(
            "empty", "a place makes nothing with advantage, or nobody makes a product with advantage"
        )
    # Symmetric twin of M~: same eigenvalues, and a solver that cannot wander into complex numbers.
    half = table / np.sqrt(diversity)[:, None] * np.sqrt(weight / ubiquity)[None, :]
    values, vectors = np.linalg.eigh(half @ half.T)
    second = float(values[-2])
    if second > 1 - 1e-9:
        raise CannotRank("split", "the table falls apart into groups that share no product")
    if second < 1e-9 or second - float(values[-3]) < 1e-9:
        raise CannotRank("tied", "no single order of the places follows from the table")
    raw = vectors[:, -2] / np.sqrt(diversity)
    eci = (raw - raw.mean()) / raw.std()
    with_diversity = float((eci * (diversity - diversity.mean())).sum())
    if abs(with_diversity) < 1e-9 * len(eci):
        # Diversity does not tell which end is which; what few others make does.
        rarity = (table / ubiquity).sum(axis=1) / diversity
        with_diversity = float((eci * (rarity - rarity.mean())).sum())
    eci = eci if with_diversity >= 0 else -eci
    products = (table.T @ eci) / ubiquity
    pci = (products - products.mean()) / products.std()
    return Complexity(eci, pci, diversity, ubiquity, second)


def fitness(makes: ArrayLike, rounds: int = 200) -> tuple[Vector, Vector]:
    """Fitness of places and complexity of products by the non-linear iteration F_c = sum_p M Q_p,
    Q_p = 1 / sum_c M / F_c, each scaled to mean one every round.

    Reference: Tacchella et al. (2012), Scientific Reports 2. Some places' fitness tends to zero whatever the rounds:
    ranks are then reliable, values are not. Raises CannotRank as `complexity` does for small or empty tables.
    """
    table = np.asarray(makes, dtype=float)
    if table.ndim != 2 or min(table.shape) < 3:
        raise CannotRank("small", "fitness needs at least three places and three products")
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        raise CannotRank(
            "empty", "a place makes nothing with advantage, or nobody makes a product with advantage"
        )
    places, products = np.ones(table.shape[0]), np.ones(table.shape[1])
    for _ in range(rounds):
        found = table @ products
        # A fitness that has sunk out of sight must not divide by zero; it stays at the floor.
        products = 1 / (table.T @ (1 / np.maximum(places, 1e-200)))
        places = found / found.mean()
        products = products / products.mean()
    return places, products
