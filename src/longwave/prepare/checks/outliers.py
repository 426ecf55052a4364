"""Outliers: single numbers far off the line between their neighbours.

Noted only: a crisis looks like a slip of the pen.
"""

from __future__ import annotations

import numpy as np

from longwave.prepare.quality import CHECKS, Finding, by_variable
from longwave.prepare.sheet import Sheet

FEWEST = 12
FAR = 25.0
"""Usual distances from the neighbours' line; ordinary crises stay below."""


@CHECKS.register("outliers")
def outliers(sheet: Sheet) -> list[Finding]:
    """Numbers more than 25 usual distances from the mean of the numbers before and after them."""
    rows = sheet.seen
    left, middle, right = rows[:-2], rows[1:-1], rows[2:]
    inside = (sheet.of_row[left] == sheet.of_row[right]) & (sheet.ordinal[right] - sheet.ordinal[left] == 2)
    left, middle, right = left[inside], middle[inside], right[inside]
    distance = np.abs(sheet.value[middle] - (sheet.value[left] + sheet.value[right]) / 2)
    series = sheet.of_row[middle]
    usual = sheet.median(distance, series)[series]
    neighbours = np.abs(sheet.value[left] - sheet.value[right])
    far = (
        (sheet.count[series] >= FEWEST)
        & (usual > 0)
        & (distance > FAR * usual)
        & (distance > FAR / 5 * neighbours)
    )
    return by_variable(sheet, "prepare.outliers", np.unique(series[far]), middle[far])
