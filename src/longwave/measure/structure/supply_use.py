"""From supply and use tables, in which products and industries differ, to a table of industries.

Every product is made with the inputs of the industry that makes it (industry technology), and each industry keeps its
share of the market of each product:

    B_kj = U_kj / g_j     use of product k in a unit of industry j's output
    D_jk = S_kj / q_k     industry j's share in the home supply of product k
    g = D q,  q = B g + e  =>  g = A g + D e,  A = D B

At home only: rows of U times 1 - imports / (output + imports) of the product. Output is what is made at home: dividing
by supply that includes imports gives multipliers that are too low.

Reference: United Nations (2018), Handbook on Supply and Use Tables and Input-Output Tables, chapter 12 (model D: fixed
product sales structure); Miller and Blair (2022), chapter 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SupplyUse:
    """Tables of one area and year, in one money.

    use: U, products x industries; supply: S, products x industries, what is made at home; output: g, by industry;
    imports: by product.
    """

    use: Matrix
    supply: Matrix
    output: Matrix
    imports: Matrix

    @property
    def market_shares(self) -> Matrix:
        """D, industries x products; a product that nobody makes at home has zeros."""
        made = self.supply.sum(axis=1)
        return np.asarray((self.supply / np.where(made > 0, made, 1.0)[:, None]).T)

    @property
    def import_shares(self) -> Matrix:
        """Imports over home output and imports, by product."""
        offered = self.supply.sum(axis=1) + self.imports
        return np.asarray(self.imports / np.where(offered > 0, offered, 1.0))

    def coefficients(self, home: bool = False) -> Matrix:
        """A = D B, industries x industries; home: of inputs made at home only."""
        used = self.use / np.where(self.output > 0, self.output, 1.0)[None, :]
        if home:
            used = used * (1 - self.import_shares)[:, None]
        return np.asarray(self.market_shares @ used)


def supply_use(use: ArrayLike, supply: ArrayLike, output: ArrayLike, imports: ArrayLike) -> SupplyUse:
    """The tables, checked. Raises ValueError for shapes that do not fit, figures that are not finite, negative supply,
    output or imports, and an industry with inputs but without output."""
    u, s, g, m = (np.asarray(each, dtype=float) for each in (use, supply, output, imports))
    if u.ndim != 2 or u.shape != s.shape or g.shape != (u.shape[1],) or m.shape != (u.shape[0],):
        raise ValueError("use and supply must be products by industries, with an output and imports for each")
    if not all(np.isfinite(each).all() for each in (u, s, g, m)):
        raise ValueError("figures must be finite")
    if (s < 0).any() or (g < 0).any() or (m < 0).any():
        raise ValueError("supply, output and imports must not be negative")
    if (np.abs(u).sum(axis=0)[g == 0] > 0).any():
        raise ValueError("an industry with inputs has no output")
    return SupplyUse(u, s, g, m)
