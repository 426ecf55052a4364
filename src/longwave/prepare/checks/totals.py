"""Totals: parts that do not make the whole, and wholes that leave parts out."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from longwave.core.area import areas
from longwave.core.message import Value
from longwave.core.unit import Unit
from longwave.prepare.concepts import concepts, groups
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

LEAVES_OUT = re.compile(r"(?:^|[\s_\-(])(?:ex|excl|excluding|except|without|less|minus)(?:[\s_\-.]|$)", re.I)
"""Words in an area's or an item's name that say something is left out."""
SHARES = (0.75, 1.05)
"""What the shares of a whole may add up to: taxes less subsidies keep value added below GDP."""
NO_WHOLE = (0.5, 1.25)
"""Sums outside, in most periods, are not the shares of one whole: held back."""
REACHES = 0.98
"""Part of a total that its parts must reach."""
_WHOLE = ["source", "area", "item", "vintage"]
TOTALS = frozenset({"", "total", "tot", "all", "all industries", "total economy", "_t"})


@CHECKS.register("partial_total")
def partial_total(sheet: Sheet) -> list[Finding]:
    """Areas and items whose names say that parts are left out: kept under that name, never as the whole."""
    known = areas()
    keys = sheet.keys
    named = {
        text: text not in known and LEAVES_OUT.search(text) is not None
        for text in pd.unique(pd.concat([keys["area"], keys["item"]]))
    }
    by_area, by_item = (keys[name].map(named).to_numpy(bool) for name in ("area", "item"))
    findings = []
    if by_area.any():
        found = np.flatnonzero(by_area)
        findings.append(Finding("prepare.partial_area", found, sheet.rows_of(found), whole=True))
    return [*findings, *by_variable(sheet, "prepare.partial_item", np.flatnonzero(by_item & ~by_area))]


@CHECKS.register("shares_do_not_add_up")
def shares_do_not_add_up(sheet: Sheet) -> list[Finding]:
    """Areas in which the shares of one whole add up to far from one, period by period: noted for the group.

    Where most of an area's sums are those of no whole, all its shares are held back: which one is wrong nobody
    can tell.
    """
    findings: list[Finding] = []
    frame = sheet.frame
    for group in groups():
        rows = np.flatnonzero(frame["variable"].isin(group.concepts).to_numpy())
        if not group.adds_to_one or not len(rows):
            continue
        part = frame.iloc[rows]
        sums = part.groupby([*_WHOLE, "period"])["value"].agg(["sum", "count"])
        sums = sums[sums["count"] == len(group.concepts)]
        wild = (~sums["sum"].between(*NO_WHOLE)).groupby(level=_WHOLE).mean() > 0.5
        held = sums.reset_index("period").index.isin(wild[wild].index)
        off = ~sums["sum"].between(*SHARES)
        names: tuple[Value, ...] = tuple(concepts()[name].names for name in group.concepts)
        for found, key, action in (
            (sums[off & held], "prepare.shares_held", Action.HOLD_BACK),
            (sums[off & ~held], "prepare.shares_off", Action.NOTE),
        ):
            bad = rows[pd.MultiIndex.from_frame(part[[*_WHOLE, "period"]]).isin(found.index)]
            told: dict[str, Value] = {"variables": names, "periods": len(found)}
            if len(bad):
                told |= {"lowest": float(found["sum"].min()), "highest": float(found["sum"].max())}
                findings.append(Finding(key, np.unique(sheet.of_row[bad]), bad, action, told))
    return findings


@CHECKS.register("parts_below_total")
def parts_below_total(sheet: Sheet) -> list[Finding]:
    """Items of a quantity that add up to less than the total given beside them: some are missing."""
    items = sheet.keys["item"].str.casefold().isin(TOTALS).to_numpy()
    quantities = {unit: Unit.parse(str(unit)).quantity for unit in sheet.keys["unit"].unique()}
    amount = sheet.keys["unit"].map(quantities).isin(["count", "money"]).to_numpy()
    if items.all() or not (items & amount).any():
        return []
    rows = sheet.seen[amount[sheet.of_row[sheet.seen]]]
    is_total = items[sheet.of_row[rows]]
    place = ["source", "area", "variable", "vintage", "period"]
    frame = sheet.frame.iloc[rows][[*place, "value"]]
    parts = frame[~is_total].groupby(place)["value"].agg(["sum", "count"])
    total = frame[is_total].groupby(place)["value"].max()
    both = parts.join(total.rename("total"), how="inner")
    short = both[(both["count"] >= 2) & (both["total"] > 0) & (both["sum"] < REACHES * both["total"])]
    if short.empty:
        return []
    bad = rows[is_total][pd.MultiIndex.from_frame(frame[is_total][place]).isin(short.index)]
    details = {"share": float((short["sum"] / short["total"]).min())}
    return by_variable(sheet, "prepare.parts_short", np.unique(sheet.of_row[bad]), bad, details=details)
