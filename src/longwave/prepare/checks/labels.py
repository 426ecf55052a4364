"""Labels: figures that belong to another name.

Two files swapped at the publisher's door look right in every other way: plausible values, full coverage,
honest units. Only figures known from elsewhere tell: the deflator's file holds what others publish as
consumer prices.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.message import Names, Value
from longwave.prepare.concepts import concepts
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Ints, Sheet

SHARED = 20
"""Figures in common from which agreement says something."""
AGREES = 0.5
"""Part of the common figures that must agree.

Two revisions of one series keep most figures; two quantities share few.
"""
ALIKE = 0.95
"""The same between two variables of one dataset, where no revision lies between."""
CLOSE = 2e-3
"""Relative difference up to which two published figures are one figure, rounded or slightly revised."""
DISTINCT = 10


@CHECKS.register("swapped_labels")
def swapped_labels(sheet: Sheet) -> list[Finding]:
    """Concepts whose figures are those that the reference gives for another concept; held back.

    Where such a series is found, the one that bears the other name and disagrees with its own reference is
    held back too: the two were swapped.
    """
    if sheet.reference is None or not len(sheet.reference):
        return []
    own = _own(sheet)
    other = sheet.reference.frame
    other = other[other["value"].notna() & other["variable"].isin(list(concepts()))]
    other = other.drop_duplicates(["area", "item", "period", "variable"], keep="last")
    both = own.merge(other, on=["area", "item", "period"], suffixes=("", "_known"))
    both = both[both["unit"] == both["unit_known"]]
    scores = _scores(both)
    findings: list[Finding] = []
    for (variable, known), agreed in scores.items():
        itself = scores.get((variable, variable), 0.0)
        if variable == known or agreed < AGREES or itself >= agreed / 2:
            continue
        details: dict[str, Value] = {"other": concepts()[known].names, "agree": agreed}
        findings += by_variable(
            sheet, "prepare.swapped", sheet.series_of(variable), action=Action.HOLD_BACK, details=details
        )
        if scores.get((known, known), 1.0) < AGREES / 2:
            details = {"other": concepts()[variable].names, "agree": scores[known, known]}
            partner = sheet.series_of(known)
            findings += by_variable(
                sheet, "prepare.swapped_partner", partner, action=Action.HOLD_BACK, details=details
            )
    return findings


@CHECKS.register("same_figures")
def same_figures(sheet: Sheet) -> list[Finding]:
    """Two variables of the dataset with the same figures. Two concepts: both held back; else a note."""
    own = _own(sheet)
    own = own[own["value"] != 0]
    keys = ["source", "area", "item", "period", "vintage", "value"]
    twins = own[own.duplicated(keys, keep=False)]
    if twins.empty:
        return []
    codes, names = pd.factorize(own["variable"], sort=True)
    sizes = dict(zip(names, np.bincount(codes), strict=True))
    pairs = twins.merge(twins, on=keys)
    pairs = pairs[pairs["variable_x"] < pairs["variable_y"]]
    findings: list[Finding] = []
    for names_of_pair, rows in pairs.groupby(["variable_x", "variable_y"], sort=True):
        first, second = map(str, names_of_pair)
        if (
            len(rows) < max(SHARED, ALIKE * min(sizes[first], sizes[second]))
            or rows["value"].nunique() < DISTINCT
        ):
            continue
        concepts_both = sheet.concept(first) is not None and sheet.concept(second) is not None
        action = Action.HOLD_BACK if concepts_both else Action.NOTE
        key = "prepare.same_figures_held" if concepts_both else "prepare.same_figures"
        for one, another in ((first, second), (second, first)):
            concept = sheet.concept(another)
            told: dict[str, Value] = {"other": concept.names if concept else Names(another)}
            found = np.intersect1d(sheet.series_of(one), _series_in(sheet, rows, one))
            findings += by_variable(sheet, key, found, action=action, details=told)
    return findings


def _own(sheet: Sheet) -> pd.DataFrame:
    columns = ["source", "area", "variable", "item", "period", "vintage", "value", "unit"]
    return sheet.frame.loc[sheet.seen, columns]


def _scores(both: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Part of the common figures that agree, for each pair of names that share enough of them."""
    if both.empty:
        return {}
    first, second = both["value"].to_numpy(float), both["value_known"].to_numpy(float)
    close = np.abs(first - second) <= CLOSE * np.maximum(np.abs(first), np.abs(second)) + 1e-9
    agree = both.assign(close=close & (first != 0)).groupby(["variable", "variable_known"])["close"]
    table = agree.agg(["mean", "size"])
    enough = table[table["size"] >= SHARED].reset_index()
    names = zip(enough["variable"].astype(str), enough["variable_known"].astype(str), strict=True)
    return dict(zip(names, enough["mean"].astype(float), strict=True))


def _series_in(sheet: Sheet, rows: pd.DataFrame, variable: str) -> Ints:
    places = pd.MultiIndex.from_frame(sheet.keys[["area", "item"]])
    held = places.isin(pd.MultiIndex.from_frame(rows[["area", "item"]]))
    return np.flatnonzero((sheet.keys["variable"] == variable).to_numpy() & held)
