"""A bank's positions: to whom, where, how much, how likely to default, what is lost then, and the limit.

Nothing is dropped and nothing is filled in: a cell that cannot be is a fault with its row, and what is merely not
given (no PD, no limit) is counted and told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Message, say

NUMBERS = ("amount", "pd", "lgd", "limit", "return", "maturity", "least")
TEXTS = ("name", "area", "sector", "rating")
REQUIRED = ("name", "amount")
_SHOWN = 8
_PER_CENT = 0.2
"""A median default probability above this is no loan book's: probably per cents written as fractions."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps as shares of the whole: of one name, and by area and sector."""

    single: float | None = None
    areas: dict[str, float] = field(default_factory=dict)
    sectors: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Checked positions. table: one row a position, columns name, area, sector, rating (texts, empty where not given),
    amount, pd, lgd, limit, return, maturity, least (numbers, null where not given; pd, lgd and return are fractions).

    remarks: what a reader has to know about the figures."""

    table: pd.DataFrame
    limits: Limits = field(default_factory=Limits)
    remarks: tuple[Message, ...] = ()

    @property
    def total(self) -> float:
        return float(self.table["amount"].sum())

    @property
    def rated(self) -> pd.Series:
        """Which positions have both a default probability and a loss given default."""
        return self.table["pd"].notna() & self.table["lgd"].notna()

    @property
    def limited(self) -> bool:
        """Whether there is any limit at all."""
        caps = self.limits
        named = caps.single is not None or bool(caps.areas) or bool(caps.sectors)
        return named or bool(self.table["limit"].notna().any())

    @property
    def covered(self) -> float:
        """Share of the amount with both."""
        return float(self.table.loc[self.rated, "amount"].sum() / self.total)


def portfolio_of(
    table: pd.DataFrame,
    limits: Limits | None = None,
    told: Mapping[tuple[object, str], Message] | None = None,
    heads: Sequence[object] | None = None,
) -> Portfolio:
    """Positions from a table whose numbers are numbers.

    table: columns of `NUMBERS` and `TEXTS`, only name and amount must be there; areas as codes; its index names the rows
    as the user sees them. told: faults that a reader found already, by row and column, whose cells are empty here; heads:
    the file's own headings. Raises BadInput naming every row at fault (the first eight in words).
    """
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        raise BadInput(
            say(
                "early_warning.columns_missing",
                columns=tuple(say(f"early_warning.column_{name}") for name in missing),
                present=tuple(str(each)[:40] for each in (heads or table.columns)[:20]),
            ),
            say("early_warning.columns_mend"),
        )  # fmt: skip
    if not len(table):
        raise BadInput(say("early_warning.no_positions"), say("early_warning.columns_mend"))
    whole = table.reindex(columns=[*TEXTS, *NUMBERS])
    for name in TEXTS:
        whole[name] = whole[name].map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
    for name in NUMBERS:
        whole[name] = whole[name].astype(float)
    faults = _faults(whole, told or {})
    if faults:
        raise _refused(faults)
    if not whole["amount"].sum() > 0:
        raise BadInput(say("early_warning.nothing_lent"))
    caps = limits or Limits()
    _check_caps(caps)
    return Portfolio(whole.reset_index(drop=True), caps, _remarks(whole, caps != Limits()))


def _refused(faults: list[Message]) -> BadInput:
    more = len(faults) - _SHOWN
    shown = tuple(faults[:_SHOWN])
    if more > 0:
        return BadInput(
            say("early_warning.position_faults_more", faults=shown, more=more), say("early_warning.faults_mend")
        )  # fmt: skip
    return BadInput(say("early_warning.position_faults", faults=shown), say("early_warning.faults_mend"))


def _faults(whole: pd.DataFrame, told: Mapping[tuple[object, str], Message]) -> list[Message]:
    """Every fault, row by row: those that the reader told of, then those of the figures."""
    found: list[Message] = []
    for row, cells in whole.iterrows():
        found += [message for (where, _), message in told.items() if where == row]
        who = str(cells["name"]) or "–"
        for key, value in _wrong(cells):
            if key == "early_warning.fault_no_amount" and (row, "amount") in told:
                continue
            blanks = {} if value is None else {"value": f"{value:g}"}
            named = {} if key == "early_warning.fault_no_name" else {"name": who[:40]}
            found.append(say(key, row=str(row), **named, **blanks))
    return found + _sums(whole)


_SUM_NAMES = frozenset({"total", "sum", "grand total", "subtotal", "合计", "总计", "小计"})


def _sums(whole: pd.DataFrame) -> list[Message]:
    """Lines that only add up the others, which would count every loan twice."""
    found = []
    for row, cells in whole.iterrows():
        rest = float(whole["amount"].sum() - cells["amount"])
        named = cells["name"].casefold().strip(" :：") in _SUM_NAMES
        if named and len(whole) > 1 and abs(cells["amount"] - rest) <= 1e-6 * max(abs(rest), 1.0):
            found.append(say("early_warning.fault_sum", row=str(row), name=str(cells["name"])[:40]))
    return found


def _wrong(cells: pd.Series) -> list[tuple[str, float | None]]:
    """The keys of what is wrong with one position, with the figure at fault."""
    wrong: list[tuple[str, float | None]] = []
    if not cells["name"]:
        wrong.append(("early_warning.fault_no_name", None))
    if not np.isfinite(cells["amount"]):
        wrong.append(("early_warning.fault_no_amount", None))
    elif cells["amount"] < 0:
        wrong.append(("early_warning.fault_negative_amount", cells["amount"]))
    for name in ("pd", "lgd"):
        if cells[name] > 1:
            wrong.append((f"early_warning.fault_{name}_above_one", cells[name]))
        elif cells[name] < 0:
            wrong.append((f"early_warning.fault_{name}_negative", cells[name]))
    if abs(cells["return"]) > 1:
        wrong.append(("early_warning.fault_return_above_one", cells["return"]))
    wrong += [
        (f"early_warning.fault_{name}_negative", cells[name])
        for name in ("limit", "maturity", "least")
        if cells[name] < 0
    ]
    if cells["least"] > cells["limit"]:
        wrong.append(("early_warning.fault_least_above_limit", cells["least"]))
    elif np.isnan(cells["limit"]) and cells["least"] > cells["amount"]:
        wrong.append(("early_warning.fault_least_above_amount", cells["least"]))
    return wrong


def _check_caps(caps: Limits) -> None:
    single = {} if caps.single is None else {"single": caps.single}
    for name, share in {**single, **caps.areas, **caps.sectors}.items():
        if not 0 < share <= 1:
            raise BadInput(
                say("early_warning.bad_cap", name=str(name)[:40], value=f"{share:g}"), say("early_warning.bad_cap_mend")
            )  # fmt: skip


def _remarks(whole: pd.DataFrame, named: bool) -> tuple[Message, ...]:
    said: list[Message] = []
    known = whole["pd"].dropna()
    if len(known) and known.median() > _PER_CENT:
        said.append(say("early_warning.pd_high", median=float(known.median())))
    lacking = whole["pd"].isna() | whole["lgd"].isna()
    if lacking.any():
        share = float(whole.loc[lacking, "amount"].sum() / whole["amount"].sum())
        said.append(
            say("early_warning.without_pd", count=int(lacking.sum()), share=share, names=_few(whole, lacking))
        )
    unlimited = whole["limit"].isna()
    if unlimited.all() and not named:
        said.append(say("early_warning.no_limits"))
    elif unlimited.any() and not unlimited.all():
        said.append(
            say("early_warning.some_limits", count=int(unlimited.sum()), names=_few(whole, unlimited))
        )
    if whole["name"].duplicated().any():
        twice = tuple(whole.loc[whole["name"].duplicated(), "name"].unique()[:5])
        said.append(say("early_warning.names_twice", names=twice))
    alike = whole.duplicated(keep=False)
    if alike.any():
        rows = tuple(str(row) for row in whole.index[alike][:8])
        said.append(say("early_warning.rows_alike", rows=rows))
    certain = whole["pd"] == 1
    if certain.any():
        said.append(say("early_warning.in_default", count=int(certain.sum()), names=_few(whole, certain)))
    return tuple(said)


def _few(whole: pd.DataFrame, rows: pd.Series) -> tuple[str, ...]:
    return tuple(name[:40] for name in whole.loc[rows, "name"][:5])
