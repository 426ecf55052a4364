"""What an early warning reads: credit of a user's file or of the store, incomes, and lists of crises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.connectors import guards
from longwave.connectors.dataset import own_id
from longwave.connectors.figures import read_figures
from longwave.connectors.tables import TABLE_SUFFIXES, Table, read_tables
from longwave.core.area import areas as known_areas
from longwave.core.area import find_area
from longwave.core.errors import BadInput, UnknownArea, UsageError
from longwave.core.message import Message, say
from longwave.core.origin import Licence, Origin, checksum
from longwave.core.period import normalise_periods
from longwave.core.settings import Settings
from longwave.decide.early_warning.crises import Crisis, CrisisTable
from longwave.prepare.choose import choose
from longwave.workflows.sources import holdings, read_date

CREDIT, INCOME = "private_credit", "gdp_per_person"
_PARTS = ("real_gdp", "population")
_AREA = ("area", "iso3", "iso2", "country", "code", "ref_area", "borrowers_cty", "地区", "国家")
_PERIOD = ("period", "date", "time_period", "time", "quarter", "year", "时期", "年份", "日期")
_VALUE = ("value", "obs_value", "credit", "ratio", "credit_to_gdp", "数值")
_KEY = re.compile(r"[QA][:.](?P<area>\w\w)[:.](?P<kind>P[:.]A[:.]M[:.]770[:.]A)")
_ANY_KEY = re.compile(r"[QA][:.]\w\w[:.]\w+[:.]")
_FRACTION = 6.0
"""A file whose figures are all below this holds fractions: no economy has credit of 6 % of GDP at most, ever."""


_MOST_CREDIT = 1000.0
"""Per cent of GDP; the most that any economy shows is about half of it, so that more is an amount and no ratio."""
_LIST_HEADS = {
    "start": ("start_year", "begin", "year", "开始", "起始", "开始年份", "起始年份", "年份"),
    "area": ("country", "iso3", "国家", "地区", "经济体", "国家或地区"),
    "end": ("end_year", "结束", "结束年份", "终止年份"),
    "borderline": ("边缘", "边缘性"),
}


@dataclass(frozen=True, eq=False)
class CreditFigures:
    """Credit in per cent of GDP. wide: one column an area (codes where they are known), indexed by written period;
    notes: what was assumed."""

    wide: pd.DataFrame
    origin: Origin
    notes: tuple[Message, ...] = ()


def tables_of(path: Path, headings: frozenset[str] = frozenset()) -> tuple[Table, ...]:
    """The tables of a file of the user's. Raises UsageError where there is none, BadInput and UnsafeInput."""
    if not path.is_file():
        raise no_file(path)
    if path.suffix.lower() not in TABLE_SUFFIXES:
        raise UsageError(say("early_warning.other_ending", path=str(path), endings=TABLE_SUFFIXES))
    return read_tables(guards.read_bytes(path), path.name, headings=headings)


def no_file(path: Path) -> UsageError:
    """The error for a file that is not there."""
    return UsageError(say("early_warning.no_file", path=str(path)), say("early_warning.no_file_mend"))


def origin_of(path: Path) -> Origin:
    """Whose file it is, and its checksum."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return Origin(
        dataset=own_id(path.stem),
        title=path.stem,
        publisher="user's file",
        release=changed,
        released=changed,
        licence=Licence.from_text(""),
        url="",
        retrieved=changed,
        sha256=checksum(path.read_bytes()),
    )


def read_credit(path: Path, asked: tuple[str, ...] = ()) -> CreditFigures:
    """Credit ratios from a file: long (area, period, value), or one column an area and the periods first, among them the
    BIS's long series with their keys as headings.

    asked: the areas of the call; a file with one column of another name is about the only one. Raises BadInput naming
    what cannot be read.
    """
    table = max(tables_of(path), key=lambda each: each.frame.size)
    frame = table.frame
    heads = {str(name).split(":")[0].strip().casefold(): name for name in frame.columns}
    area, period, value = (_first(heads, names) for names in (_AREA, _PERIOD, _VALUE))
    if area is not None and period is not None and value is not None:
        wide = _from_long(frame, area, period, value, path.name)
    else:
        wide = _from_wide(frame, asked, path.name)
    wide = wide.dropna(axis=1, how="all").sort_index()
    if not wide.size:
        raise BadInput(say("early_warning.no_credit", name=path.name), say("early_warning.credit_mend"))
    _check_cell(wide < 0, wide, "credit_negative", path.name)
    notes: tuple[Message, ...] = ()
    if float(np.nanmax(wide.to_numpy(float))) <= _FRACTION:
        wide, notes = wide * 100.0, (say("early_warning.credit_fractions", name=path.name),)
    _check_cell(wide > _MOST_CREDIT, wide, "credit_amounts", path.name)
    return CreditFigures(wide, origin_of(path), notes)


def _check_cell(wrong: pd.DataFrame, wide: pd.DataFrame, key: str, name: str) -> None:
    """Raises BadInput naming the first cell that is marked."""
    rows, columns = np.nonzero(wrong.to_numpy(bool))
    if not len(rows):
        return
    area, period = str(wide.columns[columns[0]]), str(wide.index[rows[0]])
    value = f"{float(wide.to_numpy(float)[rows[0], columns[0]]):,.6g}"
    message = say(f"early_warning.{key}", name=name, area=area, period=period, value=value)
    raise BadInput(message, say(f"early_warning.{key}_mend"))


def _first(heads: Mapping[str, object], names: tuple[str, ...]) -> object | None:
    return next((heads[name] for name in names if name in heads), None)


def _from_long(frame: pd.DataFrame, area: object, period: object, value: object, name: str) -> pd.DataFrame:
    numbers = read_figures({str(value): frame[value]}, name)[str(value)].values
    long = pd.DataFrame(
        {
            "area": [code_of(str(cell).split(":")[0]) for cell in frame[area]],
            "period": _periods(frame[period]),
            "value": numbers.to_numpy(float),
        }
    ).dropna(subset=["value"])
    twice = long.duplicated(["area", "period"])
    if twice.any():
        row = long[twice].iloc[0]
        raise BadInput(
            say("early_warning.credit_twice", name=name, area=str(row["area"]), period=str(row["period"])),
            say("early_warning.credit_twice_mend"),
        )
    return long.pivot_table(index="period", columns="area", values="value", aggfunc="first")


def _from_wide(frame: pd.DataFrame, asked: tuple[str, ...], name: str) -> pd.DataFrame:
    if frame.shape[1] < 2:
        raise BadInput(say("early_warning.no_credit", name=name), say("early_warning.credit_mend"))
    columns = {str(each): each for each in frame.columns[1:]}
    codes = {head: _heading(head) for head in columns}
    if len(columns) == 1 and len(asked) == 1:
        codes = dict.fromkeys(columns, asked[0])
    kept = {head: code for head, code in codes.items() if code}
    if not kept or not any(code in known_areas() for code in kept.values()):
        raise BadInput(say("early_warning.no_credit", name=name), say("early_warning.credit_mend"))
    repeated = [code for code in kept.values() if list(kept.values()).count(code) > 1]
    if repeated:
        raise BadInput(
            say("early_warning.credit_columns_twice", name=name, area=repeated[0]),
            say("early_warning.credit_twice_mend"),
        )
    numbers = read_figures({head: frame[columns[head]] for head in kept}, name)
    wide = pd.DataFrame({kept[head]: each.values.to_numpy(float) for head, each in numbers.items()})
    # Rows without a figure (notes below the table, blank lines) need no period.
    there = wide.notna().any(axis=1).to_numpy()
    wide = wide[there]
    wide.index = pd.Index(_periods(frame.iloc[:, 0][there]), name="period")
    if wide.index.has_duplicates:
        twice = str(wide.index[wide.index.duplicated()][0])
        raise BadInput(say("early_warning.period_twice", period=twice))
    return wide


def _heading(head: str) -> str:
    """The area of a column's heading; of the BIS's keys only total credit to the private sector, per cent of GDP."""
    key = _KEY.match(head.strip())
    if key is not None:
        return code_of(key["area"])
    return "" if _ANY_KEY.match(head.strip()) else code_of(head)


def code_of(text: str) -> str:
    """The code of a known area, else the text as it stands."""
    try:
        return find_area(text).code
    except UnknownArea:
        return text.strip()


def _periods(cells: pd.Series) -> list[str]:
    """Written periods; dates a quarter or a year apart are quarters or years."""
    written = cells.map(lambda cell: cell.date().isoformat() if isinstance(cell, datetime) else cell)
    texts = list(normalise_periods(written.astype("string").str.strip().str.replace(" ", "")))
    if not all(re.fullmatch(r"\d{4}-\d\d", text) for text in texts):
        return texts
    months = sorted({int(text[5:]) for text in texts})
    if len(months) == 1:
        return [text[:4] for text in texts]
    if len({month % 3 for month in months}) == 1:
        return [f"{text[:4]}-Q{(int(text[5:]) + 2) // 3}" for text in texts]
    return texts


def read_crises(path: Path, covered: tuple[int, int] | None = None) -> CrisisTable:
    """A list of crises: columns area and start, and end and borderline where there are such.

    covered: the years of which the list speaks; else from its first start to its last. Raises BadInput naming the row.
    """
    table = max(tables_of(path, frozenset({"area", "start"})), key=lambda each: each.frame.size)
    frame = table.frame.rename(columns=lambda name: str(name).strip().casefold())
    for wanted, others in _LIST_HEADS.items():
        there = next((other for other in others if other in frame), None)
        if wanted not in frame and there is not None:
            frame = frame.rename(columns={there: wanted})
    if not {"area", "start"} <= set(frame.columns) or not len(frame):
        raise BadInput(
            say("early_warning.crises_columns", name=path.name, columns=tuple(map(str, table.frame.columns[:12]))),
            say("early_warning.crises_mend"),
        )  # fmt: skip
    numbers = read_figures({name: frame[name] for name in ("start", "end") if name in frame}, path.name)
    starts = numbers["start"].values
    ends = numbers["end"].values if "end" in numbers else pd.Series(np.nan, index=frame.index)
    rows = [
        _crisis(path.name, row, str(frame.loc[row, "area"]), starts[row], ends[row], frame.get("borderline"))
        for row in frame.index
    ]
    first = min(each.start for each in rows)
    last = max(each.start for each in rows)
    begin, end = covered or (first, last)
    if begin > first or end < last:
        raise UsageError(say("early_warning.covered_too_short", first=first, last=last))
    source = say("early_warning.crises_own", name=path.name, count=len(rows), first=begin, last=end)
    return CrisisTable(tuple(rows), begin, end, source, own=True)


def _crisis(name: str, row: int, area: str, start: float, end: float, borderline: pd.Series | None) -> Crisis:
    wrong = not np.isfinite(start) or start % 1 or not 1000 <= start <= 2999
    if wrong or (np.isfinite(end) and (end < start or end % 1)):
        raise BadInput(
            say("early_warning.crisis_row", name=name, row=str(row), area=area[:40]), say("early_warning.crises_mend")
        )  # fmt: skip
    mark = "" if borderline is None else str(borderline[row]).strip().casefold()
    return Crisis(
        code_of(area),
        int(start),
        int(end) if np.isfinite(end) else None,
        mark in {"yes", "y", "true", "1", "1.0", "是"},
    )


@dataclass(frozen=True, eq=False)
class WorldFigures:
    """Figures of every country, years by areas: credit (per cent of GDP) and income (per head).

    dollars: whether incomes are in US$ at exchange rates; else they are at purchasing power parities."""

    credit: pd.DataFrame
    income: pd.DataFrame
    origins: Mapping[str, Origin]
    dollars: bool = True


def world_figures(settings: Settings, as_of: str | None = None) -> WorldFigures:
    """Credit and incomes of all countries in store and factbook; empty frames where there are none."""
    found = holdings(None, [CREDIT, INCOME, *_PARTS], as_of=read_date(as_of), settings=settings)
    panel = choose(found.panel, found.origins)
    credit = _wide(panel.frame, CREDIT) * 100.0
    income = _wide(panel.frame, INCOME)
    used, dollars = [CREDIT, INCOME], bool(income.size)
    if not dollars:
        output, people = (_wide(panel.frame, name) for name in _PARTS)
        income, used = output / people, [CREDIT, *_PARTS]
    there = panel.select(variable=used).sources()
    origins = {name: found.origins[name] for name in there if name in found.origins}
    return WorldFigures(credit, income, origins, dollars)


def _wide(frame: pd.DataFrame, variable: str) -> pd.DataFrame:
    """Years by countries of one variable, without aggregates."""
    rows = frame[(frame["variable"] == variable) & (frame["item"] == "") & frame["value"].notna()]
    known = known_areas()
    rows = rows[~rows["area"].isin([code for code, area in known.items() if area.aggregate])]
    return rows.pivot_table(index="period", columns="area", values="value", aggfunc="first").astype(float)
