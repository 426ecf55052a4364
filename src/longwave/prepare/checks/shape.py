"""Shape: series that are empty, that are one number, that never move, that have holes, or that end early."""

from __future__ import annotations

import numpy as np

from longwave.core.area import areas
from longwave.prepare.quality import CHECKS, Finding, by_variable
from longwave.prepare.sheet import Sheet

CONSTANT = 5
"""Equal numbers from which a series is constant rather than short."""
EARLY = 2
"""Years before the latest country from which a series ends early."""


@CHECKS.register("one_observation")
def one_observation(sheet: Sheet) -> list[Finding]:
    """Series with a single number, or none: no change can be computed from them."""
    return by_variable(sheet, "prepare.one_observation", np.flatnonzero(sheet.count <= 1))


@CHECKS.register("constant_series")
def constant_series(sheet: Sheet) -> list[Finding]:
    """Series of five or more numbers that are all the same."""
    before, after = sheet.steps
    moves = np.zeros(len(sheet), dtype=bool)
    moves[sheet.of_row[before[sheet.value[before] != sheet.value[after]]]] = True
    return by_variable(sheet, "prepare.constant", np.flatnonzero(~moves & (sheet.count >= CONSTANT)))


@CHECKS.register("gaps")
def gaps(sheet: Sheet) -> list[Finding]:
    """Periods without a number between the first and the last one of a series."""
    before, after = sheet.steps
    jump = sheet.ordinal[after] - sheet.ordinal[before] > 1
    return by_variable(sheet, "prepare.gaps", np.unique(sheet.of_row[after[jump]]), after[jump])


@CHECKS.register("ends_early")
def ends_early(sheet: Sheet) -> list[Finding]:
    """Series that end two years or more before the latest country's of the same variable."""
    if not len(sheet.seen):
        return []
    last = np.full(len(sheet), -np.inf)
    np.maximum.at(last, sheet.of_row[sheet.seen], (sheet.ordinal // sheet.per_year)[sheet.seen])
    known = areas()
    country = sheet.keys["area"].map(lambda code: code in known and not known[code].aggregate).to_numpy(bool)
    codes, names = sheet.variable_code
    latest = np.full(len(names), -np.inf)
    np.maximum.at(latest, codes[country], last[country])
    early = country & (last > -np.inf) & (latest[codes] - last >= EARLY)
    findings: list[Finding] = []
    for code in np.unique(codes[early]):
        own = np.flatnonzero(early & (codes == code))
        ends = sheet.rows_of(own)[:0]
        details = {"earliest": str(int(last[own].min())), "latest": str(int(latest[code]))}
        findings.append(Finding("prepare.ends_early", own, ends, details=details))
    return findings
