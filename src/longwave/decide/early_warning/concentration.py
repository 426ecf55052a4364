"""How concentrated a book is, by name, area and sector, and which limits it breaks.

    HHI = sum of squared shares,   1 / HHI: so many equal positions would be as concentrated

The largest position's share stands beside, since one name can break a bank that a low HHI calls diversified.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from longwave.decide.early_warning.positions import Portfolio


@dataclass(frozen=True, eq=False)
class Concentration:
    """shares: of the amount, largest first, by name, area or sector; hhi: 0 to 1."""

    by: str
    shares: pd.Series
    hhi: float

    @property
    def equal_number(self) -> float:
        return 1.0 / self.hhi


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that is passed. kind: position, single, area or sector; amount, limit: in the unit of the amounts."""

    kind: str
    name: str
    amount: float
    limit: float

    @property
    def excess(self) -> float:
        return self.amount - self.limit


def concentration(portfolio: Portfolio, by: str) -> Concentration:
    """Shares and HHI by ``name``, ``area`` or ``sector``; what has none counts under the empty text."""
    amounts = portfolio.table.groupby(by)["amount"].sum().sort_values(ascending=False, kind="stable")
    shares = amounts / portfolio.total
    return Concentration(by, shares, float((shares**2).sum()))


def breaches(portfolio: Portfolio) -> tuple[Breach, ...]:
    """Every limit that is passed, those of positions first, then by how much."""
    found: list[Breach] = []
    table, total, caps = portfolio.table, portfolio.total, portfolio.limits
    over = table[table["amount"] > table["limit"] * (1 + 1e-12)]
    found += [
        Breach("position", str(row["name"]), float(row["amount"]), float(row["limit"]))
        for _, row in over.iterrows()
    ]
    if caps.single is not None:
        found += _beyond(table, "name", dict.fromkeys(table["name"], caps.single), total, "single")
    found += _beyond(table, "area", caps.areas, total, "area")
    found += _beyond(table, "sector", caps.sectors, total, "sector")
    return tuple(sorted(found, key=lambda each: (each.kind != "position", -each.excess)))


def _beyond(table: pd.DataFrame, by: str, caps: dict[str, float], total: float, kind: str) -> list[Breach]:
    amounts = table.groupby(by)["amount"].sum()
    return [
        Breach(kind, str(name), float(amounts[name]), cap * total)
        for name, cap in caps.items()
        if name in amounts.index and amounts[name] > cap * total * (1 + 1e-12)
    ]
