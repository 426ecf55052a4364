"""Any table of observations as a long one: long already, years across, variables across, or areas across.

The rule, in order:

1. A value column: each row is an observation.
2. Headers that are periods: years across.
3. A period column, no area, and every other header a known area: areas across.
4. A period column and columns of numbers: variables across.
5. Without a period in a column or in the headers, a table holds no observations: it is kept as a reference
   table.

The other columns of text say which part of the area a row is about (an industry, a sex): together they are
the item, joined by `` | ``, unless the columns already read determine them, as a country's name follows from
its code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.connectors.columns import Columns, Hints, areas_across, determined, find_columns
from longwave.connectors.dates import read_periods, year_and_part
from longwave.connectors.figures import all_figures, read_figures
from longwave.connectors.guards import CONTROL, LIMITS
from longwave.connectors.tables import Table
from longwave.core.errors import BadInput
from longwave.core.harvest import Fault
from longwave.core.message import say

JOIN = " | "
_POWERS = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}


@dataclass(frozen=True, eq=False)
class Observations:
    """A long table: columns area, variable, item, period, value, unit, status, note, source, vintage as texts
    (empty where the table says nothing), value as float; the index is the row as the user sees it.

    labels: variable -> its name in the table. not_countries: area texts that the table declares not to be
    countries.
    """

    frame: pd.DataFrame
    labels: dict[str, str]
    not_countries: frozenset[str]
    alpha2: bool
    faults: tuple[Fault, ...]


def observe(table: Table, hints: Hints, *, subject: str) -> Observations | None:
    """The observations of a table, or None where it holds none (a reference table).

    Raises BadInput naming the row or the column where the table holds observations that cannot be read.
    """
    frame = table.frame
    columns = find_columns(frame, hints)
    if columns.value and not columns.period:
        if not columns.spans:
            return None
        columns = replace(columns, value="", rest=(*columns.rest, columns.value))
    if columns.value:
        return _long(frame, columns, hints, subject)
    if columns.spans and (columns.area or columns.variable or len(columns.spans) > 1):
        return _periods_across(frame, columns, hints, subject)
    if not columns.period:
        return None
    if not columns.area and areas_across(columns.rest):
        return _areas_across(frame, columns, hints, subject)
    return _variables_across(frame, columns, hints, subject)


def _long(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> Observations | None:
    rest, dropped = _dimensions(frame, columns, columns.rest, subject)
    if not (columns.area or hints.area or columns.variable):
        return None
    return _finish(frame, columns, hints, subject, columns.value, (*columns.item, *rest), dropped)


def _periods_across(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> Observations:
    rest, dropped = _dimensions(frame, columns, columns.rest, subject)
    spans = list(columns.spans)
    rows = frame.reset_index(names="__row")
    numbered = read_figures({name: frame[name] for name in spans}, subject, hints.decimal)
    keep = [name for name in rows.columns if name not in columns.spans]
    long = rows[keep].loc[np.repeat(np.arange(len(rows)), len(spans))].reset_index(drop=True)
    long["__period"] = np.tile([columns.spans[name] for name in spans], len(rows))
    long["__value"] = np.column_stack([numbered[name].values.to_numpy() for name in spans]).ravel()
    long["__mark"] = np.column_stack([numbered[name].marks.to_numpy() for name in spans]).ravel()
    long = long.set_index("__row")
    made = replace(columns, period=("__period",), value="__value", note=columns.note or "__mark")
    seen = _finish(long, made, hints, subject, "__value", (*columns.item, *rest), dropped)
    return _without_empty_series(seen)


def _areas_across(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> Observations:
    if not (columns.variable or hints.variable):
        message = say("connectors_files.which_variable", subject=subject)
        raise BadInput(message, say("connectors_files.which_variable_mend"))
    return _melted(frame, columns, hints, subject, list(columns.rest), "area", columns.item, ())


def _variables_across(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> Observations:
    numbers = [name for name in columns.rest if all_figures(frame[name])]
    words = tuple(name for name in columns.rest if name not in numbers)
    mostly = [name for name in words if _mostly_figures(frame[name])]
    read_figures({name: frame[name] for name in mostly}, subject, hints.decimal)  # refuses, naming the cell
    empty = [name for name in words if _empty(frame[name])]
    words = tuple(name for name in words if name not in empty)
    if not numbers:
        names = tuple(str(name) for name in frame.columns)
        message = say("connectors_files.no_numbers", subject=subject, columns=names[:12])
        raise BadInput(message, say("connectors_files.columns_mend"))
    rest, dropped = _dimensions(frame, columns, words, subject)
    if columns.variable:  # "measure" beside columns of numbers says which part, not which variable
        rest = (columns.variable, *rest)
        columns = replace(columns, variable="", labels=())
    return _melted(frame, columns, hints, subject, numbers, "variable", (*columns.item, *rest), dropped)


def _melted(
    frame: pd.DataFrame,
    columns: Columns,
    hints: Hints,
    subject: str,
    across: list[str],
    role: str,
    item: tuple[str, ...],
    faults: tuple[Fault, ...],
) -> Observations:
    numbered = read_figures({name: frame[name] for name in across}, subject, hints.decimal)
    pieces = [
        frame.drop(columns=across).assign(
            __across=name, __value=numbered[name].values, __mark=numbered[name].marks
        )
        for name in across
    ]
    made = replace(columns, value="__value", note=columns.note or "__mark")
    made = replace(made, area=("__across",)) if role == "area" else replace(made, variable="__across")
    return _without_empty_series(_finish(pd.concat(pieces), made, hints, subject, "__value", item, faults))


def _mostly_figures(column: pd.Series) -> bool:
    """Whether at least half of a column's filled cells are numbers, so that the others are slips, not
    words."""
    cells = column[column.notna()]
    if cells.empty:
        return False
    shares = [all_figures(pd.Series([cell], dtype=object)) for cell in cells.iloc[:500]]
    return sum(shares) >= 0.5 * len(shares)


def _empty(column: pd.Series) -> bool:
    return bool(column.isna().all() or (column.astype("string").fillna("").str.strip() == "").all())


def _dimensions(
    frame: pd.DataFrame, columns: Columns, rest: tuple[str, ...], subject: str
) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    """The loose columns that tell rows apart, and a fault that names those left out since others determine
    them."""
    keys = [*columns.area[:1], *([columns.variable] if columns.variable else []), *columns.item]
    kept: list[str] = []
    dropped: list[str] = []
    for name in rest:
        by = [*keys, *kept]
        constant = frame[name].astype("string").fillna("").nunique() <= 1
        if constant or (by and determined(frame, by, name)):
            dropped.append(name)
        elif pd.api.types.is_float_dtype(frame[name].dtype):
            message = say("connectors_files.which_value", subject=subject, column=name)
            raise BadInput(message, say("connectors_files.columns_mend"))
        else:
            kept.append(name)
    if not dropped:
        return tuple(kept), ()
    message = say("connectors_files.columns_left_out", subject=subject, columns=tuple(dropped[:12]))
    return tuple(kept), (Fault("columns_left_out", subject, message),)


def _finish(
    frame: pd.DataFrame,
    columns: Columns,
    hints: Hints,
    subject: str,
    value: str,
    item: tuple[str, ...],
    faults: tuple[Fault, ...],
) -> Observations:
    """The long table in the house's columns."""
    out = pd.DataFrame(index=frame.index)
    out["area"], filled = _area(frame, columns, hints, subject)
    out["variable"] = _variable(frame, columns, hints, subject)
    out["item"] = _joined(frame, item)
    out["period"] = _period(frame, columns, subject).astype("category")
    if value.startswith("__"):
        out["value"], marks = frame[value], frame["__mark"]
    else:
        figures = read_figures({value: frame[value]}, subject, hints.decimal)[value]
        out["value"], marks = figures.values, figures.marks
    out["unit"] = _units(frame, columns, hints, subject)
    out["status"] = _texts(frame, columns.status)
    note = _texts(frame, "" if columns.note == "__mark" else columns.note)
    out["note"] = marks.where((note == "").to_numpy(), note.astype(object)) if (marks != "").any() else note
    out["source"] = _texts(frame, columns.source)
    out["vintage"] = _texts(frame, columns.vintage)
    for name in ("area", "variable", "item"):
        _check_key(out, name, subject)
    labels = _labels(frame, columns)
    return Observations(
        out, labels, _not_countries(frame, columns, out), columns.alpha2 and not filled, faults
    )


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column as tidy texts, empty where it is absent; kept categorical, so that long tables stay small."""
    if not name:
        return pd.Series("", index=frame.index, dtype="category")
    column = frame[name].astype("category")
    codes = column.cat.codes.to_numpy()
    words = np.array([*(_word(cell) for cell in column.cat.categories), ""], dtype=object)
    return pd.Series(pd.Categorical(words[codes]), index=frame.index)


def _word(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _area(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> tuple[pd.Series, bool]:
    """Area texts, a gap in the first column filled from the next; and whether any was filled."""
    if not columns.area:
        if not hints.area:
            message = say("connectors_files.which_area", subject=subject)
            raise BadInput(message, say("connectors_files.which_area_mend"))
        return pd.Series(pd.Categorical([hints.area] * len(frame)), index=frame.index), False
    texts = _texts(frame, columns.area[0])
    filled = False
    for name in columns.area[1:]:
        gaps = (texts == "").to_numpy()
        if gaps.any():
            texts = texts.astype(object).mask(gaps, _texts(frame, name).astype(object)).astype("category")
            filled = True
    return texts, filled


def _variable(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> pd.Series:
    if columns.variable:
        return _texts(frame, columns.variable)
    if not hints.variable:
        message = say("connectors_files.which_variable", subject=subject)
        raise BadInput(message, say("connectors_files.which_variable_mend"))
    return pd.Series(pd.Categorical([hints.variable] * len(frame)), index=frame.index)


def _joined(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    if len(names) < 2:
        return _texts(frame, names[0] if names else "")
    parts = [_texts(frame, name) for name in names]
    distinct = [part.cat.codes.to_numpy() for part in parts]
    rows = np.column_stack(distinct)
    kinds, codes = np.unique(rows, axis=0, return_inverse=True)
    words = np.array(
        [
            JOIN.join(
                filter(None, (str(part.cat.categories[n]) for part, n in zip(parts, kind, strict=True)))
            )
            for kind in kinds
        ],
        dtype=object,
    )
    return pd.Series(words[codes.ravel()], index=frame.index, dtype="category")


def _period(frame: pd.DataFrame, columns: Columns, subject: str) -> pd.Series:
    if columns.period == ("__period",):
        return frame["__period"]
    if len(columns.period) == 3:
        year, part, letter = columns.period
        periods = year_and_part(frame[year], frame[part], letter)
        if periods is not None:
            return periods
    return read_periods(frame[columns.period[0]], subject)


def _units(frame: pd.DataFrame, columns: Columns, hints: Hints, subject: str) -> pd.Series:
    """Unit texts; SDMX's UNIT_MULT (a power of ten) goes into the text, the numbers stay as published."""
    units = _texts(frame, columns.unit) if columns.unit else _constant(hints.unit, frame)
    if not columns.multiplier:
        return units
    powers = _texts(frame, columns.multiplier).astype(object).replace("", "0")
    unknown = ~powers.isin(["0", *map(str, _POWERS)])
    if unknown.any():
        message = say(
            "connectors_files.bad_multiplier",
            subject=subject,
            row=int(frame.index[unknown.to_numpy()][0]),
            text=str(powers[unknown].iloc[0])[:40],
        )
        raise BadInput(message, say("connectors_files.bad_multiplier_mend"))
    words = powers.map({"0": "", **{str(power): f"{word} " for power, word in _POWERS.items()}})
    return (words.astype(str) + units.astype(str)).str.strip().astype("category")


def _constant(text: str, frame: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.Categorical([text] * len(frame)), index=frame.index)


def _check_key(out: pd.DataFrame, name: str, subject: str) -> None:
    words = out[name].cat.categories
    used = out[name]
    if name != "item" and (used == "").any():
        row = int(out.index[(used == "").to_numpy()][0])
        message = say("connectors_files.empty_cell", subject=subject, row=row, column=name)
        raise BadInput(message, say("connectors_files.empty_cell_mend"))
    strange = [word for word in words if CONTROL.search(word)]
    if strange:
        row = int(out.index[(used == strange[0]).to_numpy()][0])
        message = say("connectors_files.control_key", subject=subject, row=row, column=name)
        raise BadInput(message, say("connectors_files.control_key_mend"))
    long = [word for word in words if len(word) > LIMITS.key_chars]
    if long:
        row = int(out.index[(used == long[0]).to_numpy()][0])
        message = say(
            "connectors_files.long_key", subject=subject, row=row, column=name, limit=LIMITS.key_chars
        )
        raise BadInput(message, say("connectors_files.columns_mend"))


def _labels(frame: pd.DataFrame, columns: Columns) -> dict[str, str]:
    if not columns.labels or not columns.variable or columns.variable.startswith("__"):
        return {}
    pairs = (
        frame[[columns.variable, columns.labels[0]]]
        .astype("string")
        .dropna()
        .drop_duplicates(columns.variable)
    )
    return {_word(code): _word(label) for code, label in pairs.itertuples(index=False)}


def _not_countries(frame: pd.DataFrame, columns: Columns, out: pd.DataFrame) -> frozenset[str]:
    if not columns.is_country:
        return frozenset()
    said = _texts(frame, columns.is_country).astype(object).str.casefold()
    no = said.isin(["false", "0", "no", "n", "否"]).to_numpy()
    return frozenset(out["area"][no].unique())


def _without_empty_series(seen: Observations) -> Observations:
    """A wide table has a cell for every series; those that hold no number at all are no series."""
    frame = seen.frame
    keys = [frame[name].astype(object).to_numpy() for name in ("area", "variable", "item", "source")]
    some = frame["value"].notna().groupby(keys, sort=False, observed=True).transform("any")
    kept = frame[some.to_numpy()]
    if kept.empty:
        kept = frame
    return Observations(kept, seen.labels, seen.not_countries, seen.alpha2, seen.faults)
