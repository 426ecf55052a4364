"""Duplicates: one series gives a period twice, or two countries share every figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.area import areas
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

SHARED = 10
"""Numbers from which two countries' equal series are no accident."""


@CHECKS.register("duplicated_periods")
def duplicated_periods(sheet: Sheet) -> list[Finding]:
    """A period twice with one value: one row is kept. With two values: nobody can tell which; held back."""
    same = (sheet.of_row[1:] == sheet.of_row[:-1]) & (sheet.ordinal[1:] == sheet.ordinal[:-1])
    later = np.flatnonzero(same) + 1
    if not len(later):
        return []
    first, second = sheet.value[later - 1], sheet.value[later]
    equal = (first == second) | (np.isnan(first) & np.isnan(second))
    conflicting = np.unique(sheet.of_row[later[~equal]])
    repeated = later[equal & ~np.isin(sheet.of_row[later], conflicting)]
    return [
        *by_variable(sheet, "prepare.duplicates_conflict", conflicting, action=Action.HOLD_BACK),
        *by_variable(
            sheet, "prepare.duplicates_repeat", np.unique(sheet.of_row[repeated]), repeated, Action.DROP
        ),
    ]


@CHECKS.register("twin_areas")
def twin_areas(sheet: Sheet) -> list[Finding]:
    """Two countries whose series agree in every number: one was copied from the other.

    A note, since one is right.
    """
    rows = sheet.seen
    series = sheet.of_row[rows]
    hashed = pd.util.hash_array(sheet.value[rows]) ^ pd.util.hash_array(sheet.ordinal[rows])
    prints = np.zeros(len(sheet), dtype=np.uint64)
    np.add.at(prints, series, hashed)
    changes = np.zeros(len(sheet), dtype=np.int64)
    before, after = sheet.steps
    np.add.at(changes, sheet.of_row[before], (sheet.value[before] != sheet.value[after]).astype(np.int64))
    known = areas()
    country = sheet.keys["area"].map(lambda code: code in known and not known[code].aggregate).to_numpy(bool)
    able = (sheet.count >= SHARED) & (changes >= SHARED // 2) & country
    table = sheet.keys.assign(print=prints)[able]
    twins = table[table.duplicated(["variable", "item", "vintage", "print"], keep=False)]
    return by_variable(sheet, "prepare.twin_areas", twins.index.to_numpy())
