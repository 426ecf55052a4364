"""Several dimensions looked at are several chances to find an era where there is none: the family is held by Holm.

Each dimension's p-value of "there is no era here" is adjusted so that, where none of them has an era, any of them is
said to have one in at most one in twenty cases (Holm 1979; valid however the dimensions move together):

    adjusted p_(i) = max over j <= i of  min(1, (k - j + 1) p_(j)),   p_(1) <= ... <= p_(k)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chance:
    """p-value of "there is no era" of a dimension alone, adjusted for how many (`among`) were looked at."""

    alone: float
    adjusted: float
    among: int


def in_family(p_values: Sequence[float]) -> list[Chance]:
    """Each p-value with its adjusted one, in the order given."""
    count = len(p_values)
    adjusted = [1.0] * count
    highest = 0.0
    for rank, place in enumerate(sorted(range(count), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (count - rank) * p_values[place]))
        adjusted[place] = highest
    return [Chance(alone, one, count) for alone, one in zip(p_values, adjusted, strict=True)]
