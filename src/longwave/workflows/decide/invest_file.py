"""An investment file as people have it: a TOML plan, or a table of net cash flows by year; and a table of what
came."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from longwave.connectors import guards
from longwave.connectors.figures import read_figures
from longwave.connectors.tables import TABLE_SUFFIXES, Table, read_tables
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import say
from longwave.decide.investment.door import fault, shown, year
from longwave.decide.investment.plan import Plan
from longwave.decide.investment.read import plan_of_flows, read_plan

LARGEST = 1_000_000
"""Bytes of a plan; forty openings of sixty lines take a tenth of it."""
MOST_ROWS = 20_000

_YEARS = ("year", "period", "date", "ds", "年份", "年度", "年")
_FLOWS = ("flow", "cash_flow", "cash flow", "net", "value", "amount", "净现金流", "现金流", "金额")
_OPENINGS = ("opening", "project", "name", "项目")
_LINES = ("line", "item", "科目", "项")


def read_investment(
    path: Path,
    *,
    wacc: float | None = None,
    wacc_prices: str | None = None,
    currency: str | None = None,
    prices: str | None = None,
) -> Plan:
    """The plan of a file. The options say of a table of flows what a TOML file says itself. Raises UsageError for a
    file that is not there, for options that a TOML file must hold and for those that a table lacks; BadInput,
    UnitMismatch."""
    _there(path)
    if path.suffix.lower() in TABLE_SUFFIXES:
        missing = [flag for flag, value in (("--currency", currency), ("--prices", prices)) if not value]
        missing += ["--wacc-prices"] if wacc is not None and not wacc_prices else []
        if missing:
            raise UsageError(
                say("investment.table_wants", flags=tuple(missing)), say("investment.table_wants_mend")
            )
        try:
            return plan_of_flows(
                _flows(path),
                name=path.stem[:60] or "plan",
                currency=currency or "",
                prices=prices or "",
                wacc=wacc,
                wacc_prices=wacc_prices,
            )
        except BadInput as error:
            raise _of_table(error) from error
    if any(value is not None for value in (wacc, wacc_prices, currency, prices)):
        raise UsageError(say("investment.options_in_file"), say("investment.options_in_file_mend"))
    return read_plan(_toml(path))


def _of_table(error: BadInput) -> BadInput:
    """The same fault with the mend of a table: an example plan is no help for one."""
    plan_s = say("investment.bad_mend")
    return BadInput(error.message, say("investment.table_mend")) if error.mend == plan_s else error


def _there(path: Path) -> None:
    try:
        there = path.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        raise UsageError(say("workflows.no_file", path=str(path)), say("investment.no_file_mend"))


def _toml(path: Path) -> Mapping[str, object]:
    data = guards.read_bytes(path, limit=LARGEST)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise fault("too_deep", path=path.name) from error
    except ValueError as error:  # also what is no UTF-8, and numbers of thousands of digits
        raise BadInput(
            say("investment.not_toml", path=path.name, reason=shown(error)), say("investment.not_toml_mend")
        ) from error


def _flows(path: Path) -> dict[str, dict[int, float]]:
    """Opening -> year -> net flow: from columns year and flow, with or without a name; or one column an opening."""
    frame = _table(path, frozenset(_YEARS))
    years = _column(frame, _YEARS, path, "year")
    amounts = next((name for name in _FLOWS if name in frame), None)
    if amounts is not None:
        named = next((name for name in _OPENINGS if name in frame), None)
        names = frame[named].map(str) if named else pd.Series(path.stem[:60] or "plan", index=frame.index)
        return _long(names, years, _numbers(frame[[amounts]], path)[amounts], path)
    others = [name for name in frame.columns if name not in _YEARS]
    if not others:
        raise fault("no_flows", path=path.name)
    numbers = _numbers(frame[others], path)
    found: dict[str, dict[int, float]] = {}
    for name in others:
        known = numbers[name].notna()
        found |= _long(
            pd.Series(str(name), index=frame.index)[known], years[known], numbers[name][known], path
        )
    return found


def read_actuals(path: Path, plan: Plan) -> dict[str, dict[str, dict[int, float]]]:
    """Opening -> line -> year -> what came: columns year, line and value, with the opening where the plan has
    several; or years and one column a line. Raises UsageError, BadInput."""
    _there(path)
    try:
        return _actuals(path, plan)
    except BadInput as error:
        raise _of_table(error) from error


def _actuals(path: Path, plan: Plan) -> dict[str, dict[str, dict[int, float]]]:
    frame = _table(path, frozenset(_YEARS))
    years = _column(frame, _YEARS, path, "year")
    named = next((name for name in _OPENINGS if name in frame), None)
    if named is None and len(plan.openings) > 1:
        raise fault("which_opening", path=path.name)
    names = frame[named].map(str) if named else pd.Series(plan.openings[0].name, index=frame.index)
    lines = next((name for name in _LINES if name in frame), None)
    found: dict[str, dict[str, dict[int, float]]] = {}
    if lines is not None:
        amounts = next((name for name in _FLOWS if name in frame), None)
        if amounts is None:
            raise fault("no_flows", path=path.name)
        values = _numbers(frame[[amounts]], path)[amounts]
        pairs = [(opening, line) for opening, line in zip(names, frame[lines].map(str), strict=True)]
        for pair in dict.fromkeys(pairs):
            rows = pd.Series([each == pair for each in pairs], index=frame.index)
            by_year = _long(names[rows], years[rows], values[rows], path)[pair[0]]
            found.setdefault(pair[0], {})[_line_name(pair[1], plan, pair[0])] = by_year
        return found
    others = [name for name in frame.columns if name not in (*_YEARS, *_OPENINGS)]
    numbers = _numbers(frame[others], path)
    for name in others:
        known = numbers[name].notna()
        for opening, by_year in _long(names[known], years[known], numbers[name][known], path).items():
            found.setdefault(opening, {})[_line_name(str(name), plan, opening)] = by_year
    if not found:
        raise fault("no_flows", path=path.name)
    return found


def _line_name(text: str, plan: Plan, opening: str) -> str:
    """The plan's own spelling of a line whose heading lost its capitals."""
    lines = [line.name for each in plan.openings if each.name == opening for line in each.lines]
    return next((line for line in lines if line.casefold() == text.strip().casefold()), text.strip())


def _table(path: Path, headings: frozenset[str]) -> pd.DataFrame:
    tables = read_tables(guards.read_bytes(path, limit=20 * LARGEST), path.name, headings=headings)

    def fit(table: Table) -> int:
        return len(headings & {str(name).strip().casefold() for name in table.frame.columns})

    frame = max(tables, key=fit).frame
    if not 0 < len(frame) <= MOST_ROWS:
        raise fault("rows", path=path.name, rows=len(frame), most=MOST_ROWS)
    plain = frame.rename(columns=_heading)  # its index holds the lines as the user sees them
    if plain.columns.has_duplicates:
        twice = plain.columns[plain.columns.duplicated()][0]
        raise fault("twice", where=path.name, name=str(twice)[:80])
    return plain


def _heading(name: object) -> str:
    """Known headings in small letters, others as they stand."""
    text = str(name).strip()
    known = (*_YEARS, *_FLOWS, *_OPENINGS, *_LINES, "outlays")
    return text.casefold() if text.casefold() in known else text


def _column(frame: pd.DataFrame, names: tuple[str, ...], path: Path, wanted: str) -> pd.Series:
    there = next((name for name in names if name in frame), None)
    if there is None:
        raise fault("no_column", path=path.name, column=wanted)
    return frame[there].map(lambda cell: year(_year_text(cell), path.name))


def _year_text(cell: object) -> str:
    """A cell as a year: 2026, 2026.0, or the first four digits of a date that a workbook made of it."""
    if isinstance(cell, float) and cell == cell and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, pd.Timestamp):
        return str(cell.year)
    return str(cell)


def _numbers(frame: pd.DataFrame, path: Path) -> dict[str, pd.Series]:
    read = read_figures({str(name): frame[name].map(_half_width) for name in frame.columns}, path.name)
    return {name: figures.values for name, figures in read.items()}


def _half_width(cell: object) -> object:
    """Digits, signs and brackets as a Chinese keyboard writes them, in their plain forms."""
    return unicodedata.normalize("NFKC", cell) if isinstance(cell, str) else cell


def _long(names: pd.Series, years: pd.Series, values: pd.Series, path: Path) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for name, when, value in zip(names, years, values, strict=True):
        if value != value:
            raise fault("no_figure", path=path.name, year=int(when), name=str(name)[:80])
        by_year = found.setdefault(str(name).strip()[:80], {})
        if int(when) in by_year:
            raise fault("year_twice", path=path.name, year=int(when), name=str(name)[:80])
        by_year[int(when)] = float(value)
    return found
