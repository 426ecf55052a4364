"""Dates of texts, as precise as they are written: a year, a month or a day, as ISO text that sorts by itself.

Read: ISO 8601 with or without a time, 20200131, 2020年1月31日, 31/01/2020 and 20/01/31 (day, month or year first by what the
whole column allows; with points the day is first wherever it can be), names of months, years, seconds or milliseconds since
1970; full-width figures too. A time of day or a weekday is dropped: texts of one day are never told apart by a split. What
means another day whenever it is read (12:30, today, Jan 31) is no date, nor is a year with other words behind it.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import Enum, auto
from typing import Any

import pandas as pd

from longwave.text.corpus.cell import missing

_WEEKDAY = (
    r"(?:[\s,]*\(?(?:(?:星期|周|週|礼拜)[一二三四五六日天]"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?)\)?|\s?\([一二三四五六日]\))?"
)
_ZONE_NAME = r"(?:\s?(?:[A-Z]{1,5}|\[?[A-Z]\w{1,20}/\w{1,20}\]?))?(?:\s?[+-]\d{1,2}(?::?\d{2})?)?"
_TIME = (
    r"(?:(?:T|[\s,]+|(?<=[日号號]))(?:[上下中]午|凌晨|[早晚]上?)?\s?"
    r"(?:\d{1,2}(?:[:.]\d{2}|\s?[时時点點])[\d:.,时時分秒]*(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?|(?<=T)\d{2,6})"
    rf"{_ZONE_NAME})?"
)
_BEHIND = rf"{_WEEKDAY}{_TIME}{_WEEKDAY}"
"""What may stand behind a day: its name and a time. Whatever else does makes it no date."""
_ISO = re.compile(
    rf"(\d{{4}})(?:\s?[-/.年]\s?(\d{{1,2}})(?:\s?[-/.月]\s?(\d{{1,2}})(?:\s?[日号號])?{_BEHIND})?(?:\s?月份?)?)?(?:\s?年)?",
    re.IGNORECASE,
)
_SLASHED = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})[/.\-](\d{{4}}|\d{{1,2}}){_BEHIND}", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_LOOK = 200
_NEARLY = 0.95
"""Of the first cells, those that must be dates before a column is said to look like dates."""
_LONGEST = 80
"""Characters above which a cell is a text, not a date."""
_ZONE = re.compile(r"\b(?!AM|PM)[A-Z]{3,4}\b(?=\s+\d{4}\b)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?")
_YEAR = re.compile(
    r"(?<!\d)\d{4}(?!\d)|[^\W\d]{3,}[\s,.\-/']+(?:\d{1,2}[\s,.\-/']+)\d{2}$|\d[\s.\-/]*[^\W\d]{3,}[\s,.\-/']+\d{2}$"
)
"""A year beside the name of a month: 2020, Jan 31, 20 and 31-Jan-20, but not Jan 31."""


class _Order(Enum):
    """What stands first in a/b/c; neither where some rows say the day and some the month, so that none can be trusted."""

    DAY = auto()
    MONTH = auto()
    YEAR = auto()
    NEITHER = auto()


class _Year(Enum):
    """Where the year stands in a/b/c: unsure where nothing in the column says it."""

    FIRST = auto()
    LAST = auto()
    UNSURE = auto()


def iso_dates(cells: Sequence[Any]) -> list[str]:
    """Each cell as YYYY, YYYY-MM or YYYY-MM-DD; empty where it is no date."""
    texts = [_written(cell) for cell in cells]
    order = _order(texts)
    pointed = _Order.YEAR if _must_lead(_slashed(texts, points=True)) else _Order.DAY
    found = [_read(text, order, pointed) if text else "" for text in texts]
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
    text = str(cell).strip()
    return unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST else ""


def look_like_dates(cells: Sequence[Any]) -> bool:
    """Whether the first cells of a column are dates, nearly all of them; numbers (years, ids) may mean anything."""
    texts = [text for cell in cells[:_LOOK] if not missing(cell) and (text := str(cell).strip())]
    if len(texts) < 2 or sum(map(bool, map(_NUMBER.fullmatch, texts))) > (1 - _NEARLY) * len(texts):
        return False
    return sum(map(bool, iso_dates(texts))) >= _NEARLY * len(texts)


def month_taken_first(cells: Sequence[Any]) -> str:
    """A date of a column that does not say whether the day or the month is first, so that the month is taken; else empty."""
    read = _slashed([_written(cell) for cell in cells])
    if _year(read) is _Year.FIRST or any(int(m[1]) > 12 or int(m[3]) > 12 for m in read):
        return ""
    return next((m[0] for m in read if m[1] != m[3]), "")


def year_taken_last(cells: Sequence[Any]) -> str:
    """A date of a column that does not say whether the year is first or last, so that it is taken last; else empty."""
    read = _slashed([_written(cell) for cell in cells])
    return next((m[0] for m in read if m[1] != m[4]), "") if _year(read) is _Year.UNSURE else ""


def _slashed(texts: Sequence[str], *, points: bool = False) -> list[re.Match[str]]:
    """The texts that say a/b/c or a-b-c; with points those that say a.b.c."""
    return [m for text in texts if (m := _SLASHED.fullmatch(text)) and (m[2] == ".") == points]


def _year(read: Sequence[re.Match[str]]) -> _Year:
    """Where a column's dates have their year: last where it has four figures or the first cannot be one.

    Days run through the month while years hardly change, and dates of whole months (1, 28 to 31) have such days alone."""
    if not _may_lead(read):
        return _Year.LAST
    if _must_lead(read):
        return _Year.FIRST
    first, last = {int(m[1]) for m in read}, {int(m[4]) for m in read}
    if _are_whole_months(first) != _are_whole_months(last):
        return _Year.LAST if _are_whole_months(first) else _Year.FIRST
    if 2 * len(first) <= len(last):
        return _Year.FIRST
    return _Year.LAST if 2 * len(last) <= len(first) else _Year.UNSURE


def _may_lead(read: Sequence[re.Match[str]]) -> bool:
    """Whether a/b/c may begin with the year in all rows."""
    return bool(read) and all(
        len(m[1]) == 2 and len(m[4]) < 3 and 1 <= int(m[3]) <= 12 and 1 <= int(m[4]) <= 31 for m in read
    )


def _must_lead(read: Sequence[re.Match[str]]) -> bool:
    """Whether a/b/c begins with the year, since the first is no day, or the last is of one figure."""
    return _may_lead(read) and any(not 1 <= int(m[1]) <= 31 or (len(m[4]) == 1 and m[2] != ".") for m in read)


def _are_whole_months(days: set[int]) -> bool:
    return all(day == 1 or 28 <= day <= 31 for day in days)


def _order(texts: Sequence[str]) -> _Order:
    """What a/b/c says first: the year where the column tells, else by the parts above 12; the month where there are none."""
    read = _slashed(texts)
    if _year(read) is _Year.FIRST:
        return _Order.YEAR
    by_day, by_month = any(int(m[1]) > 12 for m in read), any(int(m[3]) > 12 for m in read)
    if by_day and by_month:
        return _Order.NEITHER
    return _Order.DAY if by_day else _Order.MONTH


def _has_words(text: str) -> bool:
    """Whether a text may be a date in words: it has a year, and is not of figures only, which are read already."""
    bare = _CLOCK.sub("", text).strip()
    return not _SLASHED.fullmatch(text) and not bare.isdecimal() and _YEAR.search(bare) is not None


def _read(text: str, order: _Order, pointed: _Order) -> str:
    if text.isdecimal() and text.isascii():
        return _number(text)
    found = _ISO.fullmatch(text)
    if found:
        return _checked(found[1], found[2], found[3])
    found = _SLASHED.fullmatch(text)
    return _of_three(found, pointed if found[2] == "." else order) if found else ""


def _of_three(found: re.Match[str], order: _Order) -> str:
    """The date that a/b/c says in an order."""
    first, second, third = found[1], found[3], found[4]
    if order is _Order.YEAR:
        return _checked(_whole(first), second, third)
    if order is _Order.NEITHER or len(third) == 1:
        return ""
    day, month = (first, second) if order is _Order.DAY else (second, first)
    return _checked(_whole(third), month, day)


def _whole(year: str) -> str:
    """A year with its century: two figures below 70 are of this one."""
    return year if len(year) == 4 else ("20" if int(year) < 70 else "19") + year


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
