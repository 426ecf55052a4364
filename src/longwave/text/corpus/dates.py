"""Dates of texts, as precise as they are written: a year, a month or a day, as ISO text that sorts by itself.

Read: ISO 8601 with or without a time, 20200131, 2020年1月31日, 31/01/2020 (day or month first by what the whole column
allows; with points the day is always first), names of months, years, seconds or milliseconds since 1970. A time of day is
dropped: texts of one day are never told apart by a split. What means another day whenever it is read (12:30, today, Jan 31)
is no date.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import Any

import pandas as pd

from longwave.text.corpus.cell import missing

_ISO = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?(?:[T\s].*|日.*)?$")
_SLASHED = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})[/.\-](\d{4}|\d{2})(?:[T\s,].*)?$")
_ZONE = re.compile(r"\b(?!AM|PM)[A-Z]{3,4}\b(?=\s+\d{4}\b)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?")
_YEAR = re.compile(
    r"(?<!\d)\d{4}(?!\d)|[^\W\d]{3,}[\s,.\-/']+(?:\d{1,2}[\s,.\-/']+)\d{2}$|\d[\s.\-/]*[^\W\d]{3,}[\s,.\-/']+\d{2}$"
)
"""A year beside the name of a month: 2020, Jan 31, 20 and 31-Jan-20, but not Jan 31."""


class _Order(Enum):
    """What stands first in a/b/year; neither where some rows say the day and some the month, so that none can be trusted."""

    DAY = auto()
    MONTH = auto()
    NEITHER = auto()


def iso_dates(cells: Sequence[Any]) -> list[str]:
    """Each cell as YYYY, YYYY-MM or YYYY-MM-DD; empty where it is no date."""
    texts = [_written(cell) for cell in cells]
    order = _order(texts)
    found = [_read(text, order) if text else "" for text in texts]
    rest = [
        at for at, (text, day) in enumerate(zip(texts, found, strict=True)) if not day and _has_words(text)
    ]
    if rest:
        by_day = order is _Order.DAY
        for at, day in zip(rest, _by_pandas([texts[at] for at in rest], by_day), strict=True):
            found[at] = day
    return found


def _written(cell: Any) -> str:
    if missing(cell):
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def month_taken_first(cells: Sequence[Any]) -> str:
    """A date of a column that does not say whether the day or the month is first, so that the month is taken; else empty."""
    read = [m for cell in cells if (m := _SLASHED.fullmatch(_written(cell))) and m[2] != "."]
    if any(int(m[1]) > 12 or int(m[3]) > 12 for m in read):
        return ""
    return next((m[0] for m in read if m[1] != m[3]), "")


def _order(texts: Sequence[str]) -> _Order:
    """What a/b/year says first, by the parts above 12; the month where there are none."""
    read = [m for text in texts if (m := _SLASHED.fullmatch(text)) and m[2] != "."]
    by_day, by_month = any(int(m[1]) > 12 for m in read), any(int(m[3]) > 12 for m in read)
    if by_day and by_month:
        return _Order.NEITHER
    return _Order.DAY if by_day else _Order.MONTH


def _has_words(text: str) -> bool:
    """Whether a text may be a date in words: it has a year, and is not of figures only, which are read already."""
    bare = _CLOCK.sub("", text).strip()
    return not _SLASHED.fullmatch(text) and not bare.isdecimal() and _YEAR.search(bare) is not None


def _read(text: str, order: _Order) -> str:
    if text.isdecimal() and text.isascii():
        return _number(text)
    found = _ISO.fullmatch(text)
    if found:
        return _checked(found[1], found[2], found[3])
    found = _SLASHED.fullmatch(text)
    if found:
        if found[2] != "." and order is _Order.NEITHER:
            return ""
        by_day = found[2] == "." or order is _Order.DAY
        day, month = (found[1], found[3]) if by_day else (found[3], found[1])
        year = found[4] if len(found[4]) == 4 else ("20" if int(found[4]) < 70 else "19") + found[4]
        return _checked(year, month, day)
    return ""


def _number(text: str) -> str:
    if len(text) == 4:
        return text if 1000 <= int(text) <= 2999 else ""
    if len(text) == 6:
        return _checked(text[:4], text[4:], None)
    if len(text) == 8:
        return _checked(text[:4], text[4:6], text[6:])
    if len(text) in {10, 13}:
        seconds = int(text) / (1 if len(text) == 10 else 1000)
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return ""


def _checked(year: str, month: str | None, day: str | None) -> str:
    try:
        whole = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole if day else whole[:7] if month else whole[:4]


def _by_pandas(texts: list[str], day_first: bool) -> list[str]:
    """Names of months and whatever else pandas reads, without names of time zones, which it only warns about."""
    bare = [_ZONE.sub("", text) for text in texts]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stamps = pd.to_datetime(
            pd.Series(bare), errors="coerce", format="mixed", dayfirst=day_first, utc=True
        )
    return ["" if pd.isna(stamp) else stamp.date().isoformat() for stamp in stamps]
