"""Zeros for missing: an exact zero in a series that is otherwise far from zero was a gap once.

What tells it from a genuine zero is the way there. Internet users in 1980 grow out of zero by small steps; a
tiny country's patents jump between zero and a few; a rate that is now above and now below zero may touch it.
A gap falls from a level that the series never leaves. Concepts that cannot be zero at all (GDP, hours, a
sector's share) need no such evidence.
"""

from __future__ import annotations

import numpy as np

from longwave.prepare.concepts import concepts
from longwave.prepare.quality import CHECKS, Action, Finding, by_variable
from longwave.prepare.sheet import Flags, Floats, Ints, Sheet

FEWEST = 5
"""Non-zero numbers from which a series has a level to fall from."""
NEAR_LEVEL = 0.2
"""A neighbour of at least this part of the series' level stands at it; growth out of zero starts below."""
GROWN = 2 / 3
"""A series whose first number is below this part of its level grew out of the zeros before it."""
STEPS = 8.0
"""A fall to zero of so many usual steps is no movement of the series."""
STEPS_FROM_FLOOR = 3.0
"""The same where no number of the series is ever near zero."""
FEW = 10.0
"""Counts that are usually below this reach zero by chance."""


@CHECKS.register("zeros_for_missing")
def zeros_for_missing(sheet: Sheet) -> list[Finding]:
    """Exact zeros beside numbers that stand at the series' level, many usual steps away; set to missing."""
    zero = sheet.seen[sheet.value[sheet.seen] == 0]
    rows = sheet.seen[sheet.value[sheet.seen] != 0]
    if not len(zero):
        return []
    found = zero[_impossible(sheet)[sheet.of_row[zero]] | _fallen(sheet, zero, rows)]
    return by_variable(
        sheet, "prepare.zeros_for_missing", np.unique(sheet.of_row[found]), found, Action.MISSING
    )


def _impossible(sheet: Sheet) -> Flags:
    """Series of concepts that cannot be zero."""
    known = concepts()
    codes, names = sheet.variable_code
    return np.array([name in known and known[name].never_zero for name in names], dtype=bool)[codes]


def _fallen(sheet: Sheet, zero: Ints, rows: Ints) -> Flags:
    if not len(rows):
        return np.zeros(len(zero), dtype=bool)
    number = sheet.of_row[zero]
    near = _beside(sheet, zero, rows)
    level = np.nan_to_num(sheet.level)[number]
    step = _usual_step(sheet, rows)[number]
    floor = _floor(sheet, rows)[number]
    at_level = (near > 0) & (near >= NEAR_LEVEL * level)
    fallen = (near >= STEPS * step) | ((floor >= NEAR_LEVEL * level) & (near >= STEPS_FROM_FLOOR * step))
    enough = np.bincount(sheet.of_row[rows], minlength=len(sheet))[number] >= FEWEST
    return enough & at_level & fallen & ~_may_touch_zero(sheet, rows)[number]


def _beside(sheet: Sheet, zero: Ints, rows: Ints) -> Floats:
    """The number that each run of zeros falls from or rises to; the smaller of two; 0 where it says nothing.

    It says nothing across a gap in time, and where the series begins with zeros and its first number is
    still well below its level: then it grew out of zero.
    """
    place = np.searchsorted(rows, zero)
    left, right = rows[np.maximum(place - 1, 0)], rows[np.minimum(place, len(rows) - 1)]
    size = np.abs(sheet.value)
    own_left = (place > 0) & (sheet.of_row[left] == sheet.of_row[zero])
    own_right = (place < len(rows)) & (sheet.of_row[right] == sheet.of_row[zero])
    touch_left = own_left & _unbroken(sheet, left, zero)
    touch_right = own_right & _unbroken(sheet, zero, right)
    grows = ~own_left & (size[right] < GROWN * np.nan_to_num(sheet.level)[sheet.of_row[zero]])
    touch_right &= ~grows
    nearest = np.minimum(np.where(touch_left, size[left], np.inf), np.where(touch_right, size[right], np.inf))
    return np.where(np.isinf(nearest), 0.0, nearest)


def _unbroken(sheet: Sheet, first: Ints, last: Ints) -> Flags:
    """Whether every period between two rows of one series has a number."""
    place = np.cumsum(~np.isnan(sheet.value))
    whole: Flags = sheet.ordinal[last] - sheet.ordinal[first] == place[last] - place[first]
    return whole


def _usual_step(sheet: Sheet, rows: Ints) -> Floats:
    """Median move between neighbouring non-zero numbers, and at least the smallest that rounding shows."""
    before, after = rows[:-1], rows[1:]
    same = sheet.of_row[before] == sheet.of_row[after]
    moves, series = np.abs(sheet.value[after] - sheet.value[before])[same], sheet.of_row[after[same]]
    smallest = np.full(len(sheet), np.inf)
    np.minimum.at(smallest, series[moves > 0], moves[moves > 0])
    return np.fmax(sheet.median(moves, series), np.where(np.isinf(smallest), 0.0, smallest)).astype(
        np.float64
    )


def _floor(sheet: Sheet, rows: Ints) -> Floats:
    floor = np.full(len(sheet), np.inf)
    np.minimum.at(floor, sheet.of_row[rows], np.abs(sheet.value[rows]))
    return floor


def _may_touch_zero(sheet: Sheet, rows: Ints) -> Flags:
    """Series with both signs, and series of whole numbers that are usually small."""
    signs = np.zeros((2, len(sheet)), dtype=bool)
    signs[(sheet.value[rows] > 0).astype(np.int64), sheet.of_row[rows]] = True
    broken = np.zeros(len(sheet), dtype=bool)
    broken[sheet.of_row[rows[sheet.value[rows] % 1 != 0]]] = True
    return signs.all(axis=0) | (~broken & (np.nan_to_num(sheet.level) < FEW))
