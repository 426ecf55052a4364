"""Numbers as people write them: 1,234.5 or 1.234,5 or 1 234,5, and the marks that stand for a missing one.

The decimal mark is worked out from the whole table, never from one cell: ``1,234`` alone may be one or one
thousand, so it is read only where other cells of the table settle the question, and refused where they do
not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import say

Mark = Literal[".", ","]

MISSING_MARKS = frozenset(
    {
        *(
            "",
            "na",
            "n/a",
            "#n/a",
            "n.a.",
            "nan",
            "null",
            "none",
            "missing",
            "..",
            "...",
            ".",
            ":",
            "-",
            "--",
        ),
        *("–", "—", "…", "缺失", "无", "暂无", "不详", "未公布"),
    }
)
"""What publishers write where there is no figure, in lower case."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""The full-width digits and marks of Chinese and Japanese keyboards as the plain ones."""

_PLAIN = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?"
_SIMPLE = re.compile(r"-?\d+(?:\.\d+)?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?:[.,]\d+)?")
_SPACES = re.compile(r"[ \u00a0\u2009\u202f'’]")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d*)?")
_DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_COMMA_DECIMAL = re.compile(r"[+-]?\d*,\d+")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_INFINITE = re.compile(r"[+-]?(?:inf(?:inity)?|∞)", re.I)


@dataclass(frozen=True, eq=False)
class Figures:
    """A column read: numbers (NaN where there is none) and, where a mark stood for the missing one, the
    mark."""

    values: pd.Series
    marks: pd.Series


def read_figures(
    columns: Mapping[str, pd.Series], subject: str, decimal: Mark | None = None
) -> dict[str, Figures]:
    """The columns of one table as numbers; their index names the rows.

    Raises BadInput naming row and column for text among the numbers, an infinite number, or a decimal mark
    that cannot be told.
    """
    texts = {name: _texts(column) for name, column in columns.items()}
    mark = decimal or decimal_mark(texts, subject)
    return {name: _read(name, column, texts[name], subject, mark) for name, column in columns.items()}


def all_figures(column: pd.Series) -> bool:
    """Whether a column holds nothing but numbers and missing marks, and at least one number."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return False
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    texts = _texts(column)
    if texts is None:
        return True
    real = [text for text in texts if text.casefold() not in MISSING_MARKS]
    numbers = len(real) < len(texts) or any(isinstance(value, int | float) for value in column)
    return all(_is_number(text) for text in real) and (bool(real) or (numbers and _any_number(column)))


def _any_number(column: pd.Series) -> bool:
    return any(
        isinstance(value, int | float) and not isinstance(value, bool) and value == value for value in column
    )


def _is_number(text: str) -> bool:
    forms = (_SPACED, _COMMA_GROUPS, _DOT_GROUPS, _COMMA_DECIMAL, _INFINITE)
    return bool(re.fullmatch(_PLAIN, text)) or any(form.fullmatch(text) for form in forms)


def _texts(column: pd.Series) -> list[str] | None:
    """The distinct texts of a column, tidied; None for a column that is numbers already."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return None
    return sorted({_tidy(value) for value in column.unique() if isinstance(value, str)})


def _tidy(text: str) -> str:
    return text.strip() if text.isascii() else text.translate(FULL_WIDTH).strip().replace("−", "-")


def decimal_mark(texts: Mapping[str, Iterable[str] | None], subject: str) -> Mark:
    """The decimal mark that a table's cells agree on; the point where nothing speaks against it.

    Raises BadInput where cells contradict each other, or where a comma could be either.
    """
    dot: str | None = None
    comma: str | None = None
    either: str | None = None
    written = [text for column in texts.values() for text in column or ()]
    if not any("," in text or text.count(".") > 1 for text in written):
        return "."
    for text in written:
        bare = _SPACES.sub("", text)
        if "," not in bare and "." not in bare:
            continue
        if _EITHER.fullmatch(bare):
            either = either or text
        elif _COMMA_GROUPS.fullmatch(bare):
            dot = dot or text
        elif _COMMA_DECIMAL.fullmatch(bare) or (
            _DOT_GROUPS.fullmatch(bare) and ("," in bare or bare.count(".") > 1)
        ):
            comma = comma or text
        elif re.fullmatch(_PLAIN, bare) and not _DOT_GROUPS.fullmatch(bare):
            dot = dot or text
    if dot and comma:
        message = say("connectors_files.two_decimal_marks", subject=subject, first=dot, second=comma)
        raise BadInput(message, say("connectors_files.decimal_mend"))
    if either and not dot and not comma:
        message = say("connectors_files.unclear_comma", subject=subject, text=either)
        raise BadInput(message, say("connectors_files.decimal_mend"))
    return "," if comma else "."


def _read(name: str, column: pd.Series, texts: list[str] | None, subject: str, mark: Mark) -> Figures:
    if texts is None:
        values = column.astype(float)
        marks = pd.Series("", index=column.index, dtype=object)
    else:
        known = {text: _number(text, mark) for text in texts}
        values, marks = _looked_up(name, column, known, subject)
    infinite = np.isinf(values.to_numpy(dtype=float, na_value=np.nan))
    if infinite.any():
        row = int(values.index[infinite][0])
        message = say("connectors_files.infinite", subject=subject, row=row, column=name)
        raise BadInput(message, say("connectors_files.text_mend"))
    return Figures(values, marks)


def _looked_up(
    name: str, column: pd.Series, known: dict[str, float | None], subject: str
) -> tuple[pd.Series, pd.Series]:
    values = np.full(len(column), np.nan)
    marks = np.full(len(column), "", dtype=object)
    for place, cell in enumerate(column):
        if isinstance(cell, str):
            text = _tidy(cell)
            number = known[text]
            if number is None:
                _refuse_text(subject, int(column.index[place]), name, cell)
            elif number == number:
                values[place] = number
            else:
                marks[place] = text
        elif cell is None or cell is pd.NA or cell is pd.NaT:
            continue
        elif isinstance(cell, int | float | np.number) and not isinstance(cell, bool):
            values[place] = _as_float(cell)
        else:
            _refuse_text(subject, int(column.index[place]), name, str(cell))
    return pd.Series(values, index=column.index), pd.Series(marks, index=column.index, dtype=object)


def _as_float(cell: int | float | np.number) -> float:
    try:
        return float(cell)
    except OverflowError:  # a whole number beyond what a float can hold
        return float("inf")


def _refuse_text(subject: str, row: int, column: str, text: str) -> None:
    message = say("connectors_files.text_in_numbers", subject=subject, row=row, column=column, text=text[:60])
    raise BadInput(message, say("connectors_files.text_mend"))


def _number(text: str, mark: Mark) -> float | None:
    """A written number; NaN for a missing mark; None for text that is neither."""
    if mark == "." and _SIMPLE.fullmatch(text):
        return float(text)
    if text.casefold() in MISSING_MARKS:
        return float("nan")
    if _INFINITE.fullmatch(text):
        return float("inf")
    bare = _SPACES.sub("", text) if _SPACED.fullmatch(text) else text
    if mark == ",":
        grouped = _DOT_GROUPS.fullmatch(bare) is not None
        if "." in bare and not grouped:
            return None
        bare = bare.replace(".", "").replace(",", ".") if bare.count(",") <= 1 else bare
    elif _COMMA_GROUPS.fullmatch(bare):
        bare = bare.replace(",", "")
    return float(bare) if re.fullmatch(_PLAIN, bare) else None
