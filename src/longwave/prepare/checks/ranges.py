"""Ranges: values that the concept cannot take, or that no statistic can."""

from __future__ import annotations

import numpy as np

from longwave.core.message import Message, say
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

LARGEST = 1e18
"""No statistic is larger in absolute value: Iran's output in rials is about 2e17."""
SMALLEST = 1e-9
"""No level that is never zero is smaller, in the concept's unit."""
MANY = 0.1
"""Part of a series outside its range from which the series, not a figure, is in doubt."""


@CHECKS.register("beyond_measure")
def beyond_measure(sheet: Sheet) -> list[Finding]:
    """Series with a value beyond 1e18, and levels with one that no level takes: held back whole.

    A level that is never zero is never negative nor next to nothing. Single zeros of it are missing values (see
    `zeros`); where more than half of a series are zeros, the series is in doubt.
    """
    rows = sheet.seen
    large = rows[np.abs(sheet.value[rows]) > LARGEST]
    findings = by_variable(
        sheet, "prepare.beyond_measure", np.unique(sheet.of_row[large]), large, Action.HOLD_BACK
    )
    known = {name: sheet.concept(name) for name in sheet.variable_code[1]}
    levels = [
        name for name, concept in known.items() if concept and concept.kind == "level" and concept.never_zero
    ]
    rows = rows[np.isin(sheet.names("variable")[sheet.of_row[rows]], levels)]
    value = sheet.value[rows]
    number = sheet.of_row[rows]
    zeros = np.bincount(number[value == 0], minlength=len(sheet))
    empty = (value == 0) & (zeros > sheet.count / 2)[number]
    bad = rows[empty | (value < 0) | ((value > 0) & (value < SMALLEST))]
    series = np.setdiff1d(np.unique(sheet.of_row[bad]), sheet.of_row[large])
    bad = bad[np.isin(sheet.of_row[bad], series)]
    return [*findings, *by_variable(sheet, "prepare.not_positive", series, bad, Action.HOLD_BACK)]


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
        details = {"range": _range(float(low), float(high))}
        rest = out[np.isin(sheet.of_row[out], single)]
        bad = out[np.isin(sheet.of_row[out], doubtful)]
        findings += by_variable(sheet, "prepare.implausible", single, rest, details=details)
        findings += by_variable(sheet, "prepare.implausible_series", doubtful, bad, Action.HOLD_BACK, details)
    return findings


def _range(low: float, high: float) -> Message:
    """Where the values lie, in words; a bound that is not there is not spoken of."""
    if np.isinf(high):
        return say("prepare.negative") if low == 0 else say("prepare.below", low=low)
    return say("prepare.above", high=high) if np.isinf(low) else say("prepare.outside", low=low, high=high)
