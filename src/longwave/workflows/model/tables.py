"""Words, decimals and tables that pages of models share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from longwave.core.message import Language, Message, Names, Value, say
from longwave.macro.model import ADD, Model
from longwave.report.document import Table
from longwave.report.wording import figure


def variable_name(model: Model, name: str) -> Names:
    """The variable's written names with its symbol, or the symbol alone."""
    for each in (*model.endogenous, *model.exogenous):
        if each.name == name and each.names.en:
            return Names(f"{each.names.en} ({name})", f"{each.names.zh or each.names.en}（{name}）")
    return Names(name)


def stated_unit(model: Model, name: str) -> str:
    """The unit as the model's text has it, of a variable or of its add-factor; "" where it has none."""
    for each in (*model.endogenous, *model.exogenous):
        if each.name == name.removesuffix(ADD) and each.unit:
            return each.unit
    return ""


def model_name(model: Model) -> Names:
    """The model's written names, or its one-word name."""
    return model.names if model.names.en else Names(model.name)


def plain_columns(frame: pd.DataFrame) -> dict[str, dict[str, float]]:
    """A frame of numbers as plain data: column -> written row -> number."""
    return {
        str(name): {str(row): float(value) for row, value in frame[name].items()} for name in frame.columns
    }


def unit_words(model: Model, name: str) -> Message:
    """The unit in words."""
    unit = stated_unit(model, name)
    return say("models.unit", unit=unit) if unit else say("models.unit_of_model")


_RATE = re.compile(
    r"%|‰|百分|千分|比率|份额|per ?cent|percentage|basis point|\bpoints?\b|\brates?\b|\bratio\b|\bshares?\b"
    r"|\bfraction\b|\bgrowth\b|\blog|\ba year\b|\bper year\b|p\.a\.|对数|增长率",
    re.IGNORECASE,
)
LEAST_AMOUNT = 1000.0
"""A figure without a stated unit is taken for an amount from here on: rates in per cent and indices lie below."""


def is_amount(model: Model, name: str, base: float) -> bool:
    """Whether a change may be told in per cent of its baseline `base`.

    A rate (an interest rate, a share, a growth rate) is told in its own points: a rise from 2.5 to 3.5 per cent is one
    point, not 40 per cent. Rates are known by their unit; where the model states none, figures below 1,000 may be
    rates and are told in their own units only.
    """
    unit = stated_unit(model, name)
    if unit:
        return base > 0.0 and _RATE.search(unit) is None
    return base >= LEAST_AMOUNT


def decimals_of(values: pd.Series) -> int:
    """So many that the spread of the figures has three digits."""
    known = values[np.isfinite(values)]
    spread = float(known.max() - known.min()) if len(known) else 0.0
    spread = spread or (float(known.abs().max()) if len(known) else 0.0)
    return int(np.clip(2 - math.floor(math.log10(spread)), 0, 8)) if spread > 0 else 2


def figure_among(value: float, among: pd.Series) -> str:
    return figure(value, decimals_of(among))


def signed(value: float, among: pd.Series) -> str:
    """A change with its sign."""
    written = figure(value, decimals_of(among))
    return f"+{written}" if value > 0 and written.strip("0.,") else written


def table_of(
    key: str, caption: Message, frame: Callable[[Language], pd.DataFrame], sources: tuple[str, ...]
) -> Table:
    """A frame that can be told in both languages, as a table: its index is the first column."""
    english, chinese = frame("en"), frame("zh")
    header: list[Value] = [_both(str(english.index.name or ""), str(chinese.index.name or ""))]
    header += [_both(str(en), str(zh)) for en, zh in zip(english.columns, chinese.columns, strict=True)]
    rows = []
    for place, label in enumerate(english.index):
        cells: list[Value] = [_both(str(label), str(chinese.index[place]))]
        for en, zh in zip(english.iloc[place], chinese.iloc[place], strict=True):
            cells.append(_cell(en, zh))
        rows.append(tuple(cells))
    return Table(key=key, caption=caption, header=tuple(header), rows=tuple(rows), sources=sources)


def _both(en: str, zh: str) -> Names:
    return Names(en, zh)


def _cell(en: object, zh: object) -> Value:
    if isinstance(en, bool | np.bool_) or not isinstance(en, float | int | np.floating | np.integer):
        return _both(str(en), str(zh))
    value = float(en)
    if not math.isfinite(value):
        return "–"
    return f"{value:.4g}".replace("-", "−")
