"""Ranges: values that the concept cannot take."""

from __future__ import annotations

import numpy as np

from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

MANY = 0.1
"""Part of a series outside its range from which the series, not a figure, is in doubt."""


@CHECKS.register("implausible_values")
def implausible_values(sheet: Sheet) -> list[Finding]:
    """Values below the concept's low or above its high: noted; where more than a tenth are, held back."""
    findings: list[Finding] = []
    for variable in sheet.variable_code[1]:
        concept = sheet.concept(variable)
        if concept is None or (concept.low is None and concept.high is None):
            continue
        rows = sheet.rows_of(sheet.series_of(variable))
        low = -np.inf if concept.low is None else concept.low
        high = np.inf if concept.high is None else concept.high
        out = rows[(sheet.value[rows] < low) | (sheet.value[rows] > high)]
        numbers, counts = np.unique(sheet.of_row[out], return_counts=True)
        doubtful = numbers[counts > MANY * sheet.count[numbers]]
        single = np.setdiff1d(numbers, doubtful)
        details = {"low": float(low), "high": float(high)}
        rest = out[np.isin(sheet.of_row[out], single)]
        bad = out[np.isin(sheet.of_row[out], doubtful)]
        findings += by_variable(sheet, "prepare.implausible", single, rest, details=details)
        findings += by_variable(sheet, "prepare.implausible_series", doubtful, bad, Action.HOLD_BACK, details)
    return findings
