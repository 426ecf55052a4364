"""Periods as people write them: 2019, 2019Q3, Q3 2019, 2019M07, 2019-07-01, 2019年3季度, and a column of
dates whose rhythm tells whether its days stand for years, quarters or months.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd

from longwave.connectors.figures import FULL_WIDTH
from longwave.core.errors import BadInput
from longwave.core.message import say

_ORDINALS = {"一": "1", "二": "2", "三": "3", "四": "4"}
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_YEAR = r"(?P<year>1[5-9]\d\d|2[0-2]\d\d)"
_FORMS = tuple(
    re.compile(form, re.I | re.ASCII)
    for form in (
        rf"(?:YR|FY)?{_YEAR}(?:\.0+)?(?:年度?)?",
        rf"{_YEAR}\s*\[YR\d{{4}}\]",
        rf"{_YEAR}[\s-]*Q(?P<quarter>[1-4])",
        rf"{_YEAR}Q(?P<quarter>[1-4])\s*\[\d{{4}}Q[1-4]\]",
        rf"Q(?P<quarter>[1-4])[\s-]*{_YEAR}",
        rf"{_YEAR}年第?(?P<quarter>[1-4一二三四])季度?",
        rf"{_YEAR}-?M{_MONTH}(?:\s*\[\d{{4}}M\d\d\])?",
        rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])",
        rf"{_YEAR}/{_MONTH}",
        rf"{_YEAR}年{_MONTH}月份?",
    )
)
_DAY = re.compile(
    rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?:[T ][\d:.+Z-]*)?", re.ASCII
)


def period_header(text: str) -> str | None:
    """The period that a column's header names, or None: ``2019``, ``2019 [YR2019]``, ``2019Q3``,
    ``YR2019``."""
    return _one(_text(text))


def read_periods(written: pd.Series, subject: str) -> pd.Series:
    """A column of written periods in the house's form. Raises BadInput naming the first row that is none."""
    codes, distinct = pd.factorize(written, use_na_sentinel=True)
    if (codes < 0).any():
        _refuse(subject, int(written.index[codes < 0][0]), "")
    known = _known(distinct)
    for place, text in enumerate(distinct):
        if known.get(_text(text)) is None:
            _refuse(subject, int(written.index[codes == place][0]), _text(text))
    normal = pd.Series([known[_text(text)] for text in distinct], dtype=object)
    return pd.Series(normal.to_numpy()[codes] if len(normal) else [], index=written.index, dtype=object)


def all_periods(written: pd.Series) -> bool:
    """Whether every cell of a column is a period, and there is one."""
    distinct = written.unique()
    known = _known(distinct)
    return len(distinct) > 0 and not written.isna().any() and all(known.get(_text(text)) for text in distinct)


def all_days(written: pd.Series) -> bool:
    """Whether every cell of a column is a day, as in figures by the day or the week."""
    texts = [_text(cell) for cell in written.unique()]
    return bool(texts) and all(_DAY.fullmatch(text) for text in texts)


def year_and_part(years: pd.Series, parts: pd.Series, letter: str) -> pd.Series | None:
    """Periods from a column of years and one of quarters (`letter` Q, 1 to 4) or months (M, 1 to 12); None
    where the two columns are not that."""
    last = 4 if letter == "Q" else 12
    part = parts.map(lambda cell: _text(cell).upper().removeprefix(letter))
    if not part.isin(
        [str(n) for n in range(1, last + 1)] + [f"0{n}" for n in range(1, min(last, 9) + 1)]
    ).all():
        return None
    year = years.map(_text)
    if not year.str.fullmatch(r"\d{4}").all():
        return None
    return year + ("-Q" + part.str.lstrip("0") if letter == "Q" else "-" + part.str.zfill(2))


def written_date(text: str) -> str:
    """A date as YYYY-MM-DD from 2026-11-22, 2026.11.22 or 20261122; of a month or a year alone its last day,
    since figures are not known before they are surely out; empty for anything else."""
    match = re.match(r"((?:19|20)\d\d)(?:[-./]?(\d\d)(?:[-./]?(\d\d))?)?(?:[T ].*)?$", text.strip())
    if match is None:
        return ""
    year, month = int(match[1]), int(match[2] or 12)
    if not 1 <= month <= 12:
        return ""
    last = calendar.monthrange(year, month)[1]
    day = int(match[3] or last)
    return date(year, month, day).isoformat() if 1 <= day <= last else ""


def _text(cell: object) -> str:
    if isinstance(cell, datetime | pd.Timestamp):
        return cell.strftime("%Y-%m-%d") if cell == cell else ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).translate(FULL_WIDTH).strip()


def _known(distinct: Iterable[object]) -> dict[str, str | None]:
    texts = [_text(cell) for cell in distinct]
    days = {text: match for text in texts if (match := _DAY.fullmatch(text))}
    step = _rhythm([(match["year"], match["month"], match["day"]) for match in days.values()])
    dated = {text: _dated(match, step) for text, match in days.items()}
    return {text: dated[text] if text in dated else _one(text) for text in texts}


def _one(text: str) -> str | None:
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            parts = match.groupdict()
            if parts.get("quarter"):
                quarter = str(parts["quarter"])
                return f"{parts['year']}-Q{_ORDINALS.get(quarter, quarter)}"
            if parts.get("month"):
                return f"{parts['year']}-{int(str(parts['month'])):02d}"
            return str(parts["year"])
    return None


def _rhythm(days: list[tuple[str, str, str]]) -> str:
    """What a column's dates stand for: ``year``, ``quarter``, ``month``, or ``day`` where a month has
    several."""
    if len({(year, month) for year, month, _ in days}) < len(days):
        return "day"
    months = {month for _, month, _ in days}
    if len(days) < 2 or any(1 < int(day) < 28 for _, _, day in days):
        return "month"
    if len(months) == 1 and months <= {"01", "12"}:
        return "year"
    quarters = months <= {"01", "04", "07", "10"} or months <= {"03", "06", "09", "12"}
    return "quarter" if quarters and len(months) > 1 else "month"


def _dated(match: re.Match[str], step: str) -> str | None:
    if step == "day":
        return None
    if step == "year":
        return match["year"]
    if step == "quarter":
        return f"{match['year']}-Q{(int(match['month']) + 2) // 3}"
    return f"{match['year']}-{match['month']}"


def _refuse(subject: str, row: int, text: str) -> None:
    key = "connectors_files.daily" if _DAY.fullmatch(text) else "connectors_files.bad_period"
    raise BadInput(say(key, subject=subject, row=row, text=text[:60]), say(f"{key}_mend"))
