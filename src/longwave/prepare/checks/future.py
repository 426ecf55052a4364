"""Future periods: a figure for a period that ends after the release is a projection, whatever it says."""

from __future__ import annotations

import re

import numpy as np

from longwave.core.origin import Origin
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Sheet

_MONTHS = {
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
    "spring": 6,
    "mid": 8,
    "summer": 8,
    "autumn": 11,
    "fall": 11,
    "winter": 12,
}
"""The last month that an edition named after a month or a season can know of."""
_AFTER = re.compile(
    rf"\b(?P<when>{'|'.join(_MONTHS)}|edition|vintage|release|outlook)[\s,-]+(?P<year>(?:19|20)\d\d)\b", re.I
)
_BEFORE = re.compile(
    r"\b(?P<year>(?:19|20)\d\d)(?:[-/]\d\d)?\s+(?:edition|vintage|release|extract|outlook|update)\b", re.I
)


def known_until(origin: Origin) -> str:
    """The month (YYYY-MM) of publication: that of release, or of the edition's name if earlier.

    A copy made later carries its own date; "AMECO, spring 2019" still cannot have observed 2020. Empty where
    nothing is known.
    """
    told = f"{origin.title}; {origin.release}"
    named = {match["year"]: 12 for match in _BEFORE.finditer(told)}
    for match in _AFTER.finditer(told):
        named[match["year"]] = _MONTHS.get(match["when"].lower(), 12)
    released = origin.released[:7]
    year = max(named, default="")
    edition = f"{year}-{named[year]:02d}" if year else released
    return min(edition, released) if released else edition


@CHECKS.register("future_periods")
def future_periods(sheet: Sheet) -> list[Finding]:
    """Rows whose last month comes after the month of release get status F.

    Without a release date nothing is said.
    """
    if len(sheet.released) < 7:
        return []
    released = int(sheet.released[:4]) * 12 + int(sheet.released[5:7]) - 1
    last_month = (sheet.ordinal + 1) * (12 // sheet.per_year) - 1
    rows = np.flatnonzero((last_month > released) & ~np.isnan(sheet.value))
    series = np.unique(sheet.of_row[rows])
    details = {"released": sheet.released[:7]}
    return by_variable(sheet, "prepare.future_periods", series, rows, Action.PROJECTION, details)
