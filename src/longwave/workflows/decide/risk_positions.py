"""A portfolio of the user's, from a table or a TOML file: cells as people write them, faults by row, nothing dropped."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.connectors import guards
from longwave.connectors.figures import MISSING_MARKS, all_figures, read_figures
from longwave.core.area import find_area
from longwave.core.errors import BadInput, UnknownArea
from longwave.core.message import Message, say
from longwave.core.origin import Origin
from longwave.decide.early_warning.positions import NUMBERS, TEXTS, Limits, Portfolio, portfolio_of
from longwave.workflows.decide.risk_figures import no_file, origin_of, tables_of

_ALSO: dict[str, tuple[str, ...]] = {
    "name": ("position", "borrower", "counterparty", "obligor", "名称", "借款人", "客户"),
    "area": ("country", "iso3", "地区", "国家"),
    "sector": ("industry", "行业"),
    "rating": ("grade", "评级"),
    "amount": ("exposure", "ead", "balance", "金额", "敞口"),
    "pd": ("probability_of_default", "probability of default", "违约概率"),
    "lgd": ("loss_given_default", "loss given default", "违约损失率"),
    "limit": ("cap", "限额"),
    "return": ("yield", "spread", "margin", "收益率"),
    "maturity": ("years", "期限"),
    "least": ("minimum", "min", "floor", "最低"),
}
_FRACTIONS = frozenset({"pd", "lgd", "return"})
_UNIT = re.compile(r"[(\[][^)\]]*[)\]]")
"""What stands in brackets in a heading: a unit."""
_PER_CENT_MARKS = ("%", "％", "percent", "per cent", "_pct", "百分")


def read_portfolio(path: Path) -> tuple[Portfolio, Origin]:
    """Positions and where they are from. Raises UsageError for a file that is not there, BadInput naming rows."""
    if path.suffix.lower() == ".toml":
        frame, limits = _from_toml(path)
    else:
        tables = tables_of(path, frozenset({"name", "amount"}))
        frame, limits = max(tables, key=lambda each: _known(each.frame)).frame, Limits()
    table, told = _checked(frame, path.name)
    return portfolio_of(table, limits, told, tuple(frame.columns)), origin_of(path)


def _known(frame: pd.DataFrame) -> tuple[int, int]:
    """How many of the columns wanted a sheet has, then how many cells."""
    return len({_meant(head)[0] for head in frame.columns} - {""}), frame.size


def _meant(head: object) -> tuple[str, bool]:
    """What a heading stands for (empty for none), and whether it says per cent."""
    text = unicodedata.normalize("NFKC", str(head)).strip().casefold()
    per_cent = any(mark in text for mark in _PER_CENT_MARKS)
    for mark in _PER_CENT_MARKS:
        text = text.replace(mark, "")
    text = _UNIT.sub("", text).strip(" ()[]_") or text.strip(" ()[]_")
    for name in (*TEXTS, *NUMBERS):
        if text == name or text in _ALSO.get(name, ()):
            return name, per_cent
    return "", False


Faults = dict[tuple[object, str], Message]


def _checked(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, Faults]:
    """The columns wanted under the house's names, numbers as numbers, areas as codes; and the cells that are neither,
    which are empty in the table."""
    meant = {head: _meant(head) for head in frame.columns}
    wanted = [each for each, _ in meant.values() if each]
    twice = [each for each in dict.fromkeys(wanted) if wanted.count(each) > 1]
    if twice:
        raise BadInput(say("workflows.columns_twice", columns=tuple(twice)))
    blank = frame.map(_blank).all(axis=1)
    frame = frame[~blank]
    told: Faults = {}
    columns: dict[str, pd.Series] = {}
    numbers: dict[str, pd.Series] = {}
    shrunk: dict[str, pd.Series] = {}
    for head, (each, per_cent) in meant.items():
        if each in NUMBERS:
            cells, shrunk[each] = _without_per_cent(frame[head], each, per_cent)
            wrong = _not_numbers(cells, str(head))
            told |= {(row, each): message for row, message in wrong.items()}
            numbers[each] = cells.mask(cells.index.isin(list(wrong)), None)
        elif each:
            columns[each] = frame[head]
    if "area" in columns:
        columns["area"], lost = _areas(columns["area"])
        told |= {(row, "area"): message for row, message in lost.items()}
    read = read_figures(numbers, name) if numbers else {}
    columns |= {each: figures.values * shrunk[each] for each, figures in read.items()}
    return pd.DataFrame(columns, index=frame.index), told


def _blank(cell: Any) -> bool:
    return bool(pd.isna(cell)) or str(cell).strip() == ""


def _without_per_cent(cells: pd.Series, name: str, per_cent: bool) -> tuple[pd.Series, pd.Series]:
    """Cells without their per cent signs, and what each is to be multiplied by."""
    texts = cells.map(lambda cell: isinstance(cell, str) and cell.strip().endswith(("%", "％")))
    bare = cells.map(_bare)
    of_hundred = texts | (per_cent and name in _FRACTIONS)
    return bare, pd.Series(np.where(of_hundred, 0.01, 1.0), index=cells.index)


def _bare(cell: Any) -> Any:
    """A cell without its per cent sign, its digits and brackets in their plain forms."""
    if not isinstance(cell, str):
        return cell
    return unicodedata.normalize("NFKC", cell).strip().rstrip("%").strip()


def _not_numbers(cells: pd.Series, head: str) -> dict[object, Message]:
    faults: dict[object, Message] = {}
    for row, cell in cells.items():
        if pd.isna(cell) or str(cell).strip().casefold() in MISSING_MARKS:
            continue
        if isinstance(cell, bool) or not all_figures(pd.Series([cell])) or _endless(cell):
            faults[row] = say("early_warning.fault_text", row=str(row), column=head[:30], text=str(cell)[:30])
    return faults


def _endless(cell: object) -> bool:
    return str(cell).strip().casefold().lstrip("+-") in {"inf", "infinity", "∞"}


def _areas(cells: pd.Series) -> tuple[pd.Series, dict[object, Message]]:
    """Codes; an unknown area is a fault, an empty one is not."""
    codes: list[str] = []
    faults: dict[object, Message] = {}
    for row, cell in cells.items():
        text = "" if pd.isna(cell) else str(cell).strip()
        try:
            codes.append(find_area(text).code if text else "")
        except UnknownArea:
            codes.append(text)
            faults[row] = say("early_warning.fault_area", row=str(row), text=text[:30])
    return pd.Series(codes, index=cells.index, dtype=object), faults


def _from_toml(path: Path) -> tuple[pd.DataFrame, Limits]:
    content = read_toml(path)
    rows = content.get("position", content.get("positions"))
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BadInput(say("early_warning.no_positions"), say("early_warning.columns_mend"))
    frame = pd.DataFrame(rows, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame, _limits(content.get("limits", {}))


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file. Raises UsageError where there is none, BadInput where it cannot be read."""
    if not path.is_file():
        raise no_file(path)
    try:
        return tomllib.loads(guards.read_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(say("early_warning.bad_toml", path=path.name, reason=str(error)[:120])) from error


def _limits(table: Any) -> Limits:
    """The caps of a file: single = 0.1, areas = { USA = 0.4 }, sectors = { property = 0.2 }. Raises BadInput."""
    if not isinstance(table, dict):
        raise BadInput(say("early_warning.bad_limits"), say("early_warning.bad_cap_mend"))
    unknown = sorted(set(table) - {"single", "areas", "sectors"})
    if unknown:
        raise BadInput(say("early_warning.bad_limits"), say("early_warning.bad_cap_mend"))
    single = table.get("single")
    areas = {find_area(str(name)).code: _share(name, cap) for name, cap in _named(table, "areas").items()}
    sectors = {str(name): _share(name, cap) for name, cap in _named(table, "sectors").items()}
    return Limits(None if single is None else _share("single", single), areas, sectors)


def _named(table: dict[str, Any], name: str) -> dict[str, Any]:
    caps = table.get(name, {})
    if not isinstance(caps, dict):
        raise BadInput(say("early_warning.bad_limits"), say("early_warning.bad_cap_mend"))
    return caps


def _share(name: object, cap: Any) -> float:
    if isinstance(cap, bool) or not isinstance(cap, int | float):
        raise BadInput(
            say("early_warning.bad_cap", name=str(name)[:40], value=str(cap)[:20]), say("early_warning.bad_cap_mend")
        )  # fmt: skip
    return float(cap)
