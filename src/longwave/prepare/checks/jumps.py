"""Unit jumps: a quiet series that is from one period to the next a hundred or a thousand times larger."""

from __future__ import annotations

import numpy as np

from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Flags, Floats, Ints, Sheet

POWERS = (2.0, 3.0, 6.0)
"""Powers of ten by which units are confused: percent and share, thousands, millions."""
NEAR = 0.12
"""How far, in powers of ten, from such a power: the series may have moved as well."""
QUIET = 0.1
"""The usual step, in powers of ten, of a series in which a jump is not a movement."""
FEWEST = 6
SIDE = 3
"""Numbers on each side of the jump that must stand at their levels."""
SPREAD = 0.3
"""Powers of ten over which the numbers of one side may be spread; more is no level."""
FEW = 10.0
"""Counts that are usually below this multiply by chance."""


@CHECKS.register("unit_jump")
def unit_jump(sheet: Sheet) -> list[Finding]:
    """Quiet series with a lasting jump near x100, x1000 or x1000000, or one there and back; held back."""
    before, after = sheet.steps
    positive = (sheet.value[before] > 0) & (sheet.value[after] > 0)
    before, after = before[positive], after[positive]
    if not len(before):
        return []
    step = np.log10(sheet.value[after]) - np.log10(sheet.value[before])
    series = sheet.of_row[after]
    usual = sheet.median(np.abs(step), series)
    near = np.min([np.abs(np.abs(step) - power) for power in POWERS], axis=0) <= NEAR
    able = (usual <= QUIET) & (sheet.count >= FEWEST) & ~(_whole(sheet) & (np.nan_to_num(sheet.level) < FEW))
    candidate = near & able[series]
    lasting = [
        place
        for place in np.flatnonzero(candidate)
        if _lasts(sheet, before[place], after[place], float(step[place]))
    ]
    there_and_back = candidate & np.isin(series, _returns(step, series, candidate))
    found = np.unique(np.r_[series[lasting], series[there_and_back]]).astype(np.int64)
    rows = after[candidate & np.isin(series, found)]
    return by_variable(sheet, "prepare.unit_jump", found, rows, Action.HOLD_BACK)


def _lasts(sheet: Sheet, before: int, after: int, step: float) -> bool:
    """Whether the levels of the three numbers before and the three after differ by the jump itself."""
    number = sheet.of_row[before]
    own = sheet.seen[sheet.of_row[sheet.seen] == number]
    place = int(np.searchsorted(own, after))
    left, right = sheet.value[own[max(place - SIDE, 0) : place]], sheet.value[own[place : place + SIDE]]
    if len(left) < SIDE or len(right) < SIDE or (left <= 0).any() or (right <= 0).any():
        return False
    if max(np.ptp(np.log10(left)), np.ptp(np.log10(right))) > SPREAD:
        return False
    return abs(float(np.log10(np.median(right)) - np.log10(np.median(left))) - step) <= 1.5 * NEAR


def _whole(sheet: Sheet) -> Flags:
    """Series of whole numbers."""
    whole = np.ones(len(sheet), dtype=bool)
    whole[sheet.of_row[sheet.seen[sheet.value[sheet.seen] % 1 != 0]]] = False
    return whole


def _returns(step: Floats, series: Ints, candidate: Flags) -> Ints:
    """Series that jump up and down again."""
    up, down = series[candidate & (step > 0)], series[candidate & (step < 0)]
    return np.intersect1d(up, down)
