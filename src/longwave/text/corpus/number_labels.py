"""Labels that are numbers, written one way whatever file they come from: "1.0" and "1" are "1", ".50" is "0.5".

A leading zero makes a label a code, not a number: 0111 and 111 are two branches of industry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)?(?:\.([0-9]*))?")


def as_number(label: str) -> str | None:
    """A number as it is written here; None for a label that is none."""
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in label)
    found = _NUMBER.fullmatch(plain)
    if found is None or not (found[2] or found[3]):
        return None
    fraction = (found[3] or "").rstrip("0")
    number = f"{found[2] or '0'}.{fraction}" if fraction else found[2] or "0"
    return number if number == "0" else found[1] + number


def one_way(labels: Sequence[str]) -> list[str]:
    """Labels that are all numbers, each written one way; others as they are. What is empty stays so."""
    numbers = {label: as_number(label) for label in set(labels) if label}
    if None in numbers.values():
        return list(labels)
    return [numbers.get(label) or "" for label in labels]


def as_there(label: str, there: Collection[str]) -> str:
    """What a label is called among others: itself, or the one that is the same number; itself where none is."""
    number = as_number(label)
    if label in there or number is None:
        return label
    return next((other for other in there if as_number(other) == number), label)
