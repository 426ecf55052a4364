"""Dates of texts, as precise as they are written: a year, a month or a day, as ISO text that sorts by itself.

Read: ISO 8601 with or without a time, 20200131, 2020年1月31日, 31/01/2020 (day or month first by what the whole column
allows), names of months, years, seconds or milliseconds since 1970. A time of day is dropped: texts of one day are
never told apart by a split.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from longwave.text.corpus.cell import missing

_ISO = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?(?:[T\s].*|日.*)?$")
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[T\s,].*)?$")
_ZONE = re.compile(r"\b(?!AM|PM)[A-Z]{3,4}\b(?=\s+\d{4}\b)")


def iso_dates(cells: Sequence[Any]) -> list[str]:
    """Each cell as YYYY, YYYY-MM or YYYY-MM-DD; empty where it is no date."""
    texts = [_written(cell) for cell in cells]
    day_first = _day_first(texts)
    found = [_read(text, day_first) if text else "" for text in texts]
    rest = [at for at, (text, day) in enumerate(zip(texts, found, strict=True)) if text and not day]
    if rest:
        for at, day in zip(rest, _by_pandas([texts[at] for at in rest], day_first), strict=True):
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


def _day_first(texts: Sequence[str]) -> bool:
    """Whether a/b/year is day/month: so when some first part is above 12 and no second part is."""
    pairs = [(int(m[1]), int(m[2])) for text in texts if (m := _SLASHED.fullmatch(text))]
    return any(first > 12 for first, _ in pairs) and not any(second > 12 for _, second in pairs)


def _read(text: str, day_first: bool) -> str:
    if text.isdecimal() and text.isascii():
        return _number(text)
    found = _ISO.fullmatch(text)
    if found:
        return _checked(found[1], found[2], found[3])
    found = _SLASHED.fullmatch(text)
    if found:
        day, month = (found[1], found[2]) if day_first else (found[2], found[1])
        year = found[3] if len(found[3]) == 4 else ("20" if int(found[3]) < 70 else "19") + found[3]
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
