"""Scale: shares kept as percent, percent kept as shares, under a unit that looks right."""

from __future__ import annotations

import numpy as np

from longwave.core.unit import Unit
from longwave.prepare.checks.jumps import NEAR, POWERS
from longwave.prepare.concepts import concepts
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

APART = 30.0
"""A country whose median is such a part of the other countries', and below what is typical, is noted.

Not held back: a country may truly have next to no farming, research or taxes. Those too large are the
ranges' work.
"""
COMMON = 3
"""Figures in common with the reference from which their ratio says something."""
FEWEST = 20
"""Numbers from which a whole variable of an unknown code is judged."""


@CHECKS.register("share_or_percent")
def share_or_percent(sheet: Sheet) -> list[Finding]:
    """Variables whose median is not typical of the concept, and series off the reference by a power of ten.

    Both are held back. Never rescaled: a factor of a hundred may be a slip of the unit, and may be another
    quantity altogether.
    """
    findings = _against_reference(sheet)
    for variable in sheet.variable_code[1]:
        concept = sheet.concept(variable)
        if concept is not None and concept.typical is not None:
            key = "scale_variable" if concept.kind in {"share", "rate"} else "scale_level"
            findings += _atypical(sheet, variable, f"prepare.{key}", *concept.typical)
        if concept is None:
            findings += _percent_below_one(sheet, variable)
    return findings


def _atypical(sheet: Sheet, variable: str, message: str, low: float, high: float) -> list[Finding]:
    series = sheet.series_of(variable)
    medians = sheet.middle[series]
    series, medians = series[~np.isnan(medians)], medians[~np.isnan(medians)]
    if not len(series):
        return []
    middle = float(np.median(medians))
    details = {"median": middle, "low": low, "high": high}
    if not low <= middle <= high:
        return by_variable(sheet, message, series, action=Action.HOLD_BACK, details=details)
    small = (medians < low) & (np.abs(medians) < abs(middle) / APART)
    return by_variable(sheet, "prepare.scale_small", series[small], details=details)


def _against_reference(sheet: Sheet) -> list[Finding]:
    """Series off the reference's figures by a factor of a hundred, a thousand or a million."""
    if sheet.reference is None or not len(sheet.reference):
        return []
    own = sheet.frame.loc[sheet.seen, ["area", "variable", "item", "period", "unit"]].assign(row=sheet.seen)
    other = sheet.reference.frame
    other = other[other["variable"].isin(list(concepts())) & (other["value"] != 0) & other["value"].notna()]
    other = other.drop_duplicates(["area", "variable", "item", "period"], keep="last")
    both = own.merge(other, on=["area", "variable", "item", "period", "unit"])
    rows = both["row"].to_numpy(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log10(np.abs(sheet.value[rows] / both["value"].to_numpy(float)))
    good = np.isfinite(ratio)
    rows, ratio = rows[good], ratio[good]
    middle = sheet.median(ratio, sheet.of_row[rows])
    common = np.bincount(sheet.of_row[rows], minlength=len(sheet))
    near = np.min([np.abs(np.abs(middle) - power) for power in POWERS], axis=0) <= NEAR
    found = np.flatnonzero(near & (common >= COMMON))
    return by_variable(sheet, "prepare.scale_reference", found, action=Action.HOLD_BACK)


def _percent_below_one(sheet: Sheet, variable: str) -> list[Finding]:
    """A variable of an unknown code that is stated in percent and never reaches one percent: only a note."""
    series = sheet.series_of(variable)
    unit = Unit.parse(str(sheet.keys["unit"].iloc[series[0]]))
    rows = sheet.rows_of(series)
    values = sheet.value[rows][~np.isnan(sheet.value[rows])]
    suspicious = unit.quantity == "share" and len(values) >= FEWEST and values.any()
    if suspicious and unit.scale == 0.01 and float(np.abs(values).max()) <= 1.0:
        return by_variable(sheet, "prepare.percent_below_one", series)
    if suspicious and unit.scale == 1.0 and float(np.median(np.abs(values))) > 2.0:
        return by_variable(sheet, "prepare.share_above_one", series)
    return []
