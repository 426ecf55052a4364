"""What of a long table a command prints: the rows that a reader looks for, numbers without rounding dust, and units.

First and last period, the first of every shock and the largest figure of each column are always there; others are
spread evenly between them up to `MOST`. A number below `DUST` of its column's size is what rounding left: nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from longwave.core.message import Message, Names, say
from longwave.macro.model import Model
from longwave.macro.scenario import Scenario
from longwave.workflows.model.tables import stated_unit

MOST = 14
"""Rows that a printed table has at most, unless more must be there."""
DUST = 1e-12
"""The part of a column's size below which a figure is rounding: equations hold to 1e-10."""


def without_dust(frame: pd.DataFrame, sizes: Mapping[str, float] | None = None) -> pd.DataFrame:
    """The frame with nought for what is below `DUST` of its column's largest size.

    sizes: column -> size of the levels that a change is to be measured against, where it is larger.
    """
    clean = frame.astype(float)
    for place, name in enumerate(frame.columns):
        column = clean.iloc[:, place].to_numpy()
        known = np.abs(column[np.isfinite(column)])
        size = max(float(known.max(initial=0.0)), (sizes or {}).get(str(name), 0.0))
        clean.isetitem(place, np.where(np.abs(column) < DUST * size, 0.0, column))
    return clean


def sizes_of(frame: pd.DataFrame) -> dict[str, float]:
    """Column -> its largest size."""
    return {str(name): float(frame[name].abs().max()) for name in frame.columns}


def shown_rows(frame: pd.DataFrame, keep: Iterable[str] = (), most: int = MOST) -> list[int]:
    """The rows to print: first, last, those of `keep` (index labels), the largest of each column, and evenly the rest."""
    count = len(frame)
    if count <= most:
        return list(range(count))
    labels = [str(each) for each in frame.index]
    wanted = (*keep, *peak_periods(frame))
    chosen = {0, count - 1, *(labels.index(each) for each in wanted if each in labels)}
    spread = np.linspace(0, count - 1, max(2, most - len(chosen) + 2)).round().astype(int)
    for row in spread[1:-1]:
        if len(chosen) < most:
            chosen.add(_nearest_free(int(row), chosen, count))
    return sorted(chosen)


def peak_periods(frame: pd.DataFrame, sizes: Mapping[str, float] | None = None) -> tuple[str, ...]:
    """Where each column is largest in size; columns of noughts have no such row."""
    clean = without_dust(frame, sizes).abs()
    tops = [clean.iloc[:, place] for place in range(clean.shape[1])]
    return tuple(dict.fromkeys(str(each.idxmax()) for each in tops if each.max() > 0.0))


def _nearest_free(row: int, taken: set[int], count: int) -> int:
    near = sorted(range(count), key=lambda each: (abs(each - row), each))
    return next((each for each in near if each not in taken), row)


def first_periods(scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The first period of each shock."""
    return tuple(
        dict.fromkeys(str(each.first) for one in scenarios for each in one.shocks if each.first is not None)
    )


def unit_heads(model: Model, names: Sequence[str]) -> tuple[Message | Names, ...]:
    """A unit in brackets for each name; empty where the model's text has none."""
    units = [stated_unit(model, name) for name in names]
    return tuple(Names(f"[{each}]") if each else Names("") for each in units)


def common_unit(model: Model, names: Sequence[str]) -> str:
    """The unit that all of them have, "" where they have several or one has none."""
    units = {stated_unit(model, name) for name in names}
    return units.pop() if len(units) == 1 else ""


def with_unit(title: Message, model: Model, names: Sequence[str]) -> Message:
    """A table's title with the unit of all its columns, where they share one."""
    unit = common_unit(model, names)
    return say("models.title_with_unit", title=title, unit=unit) if unit else title


def head_of(name: str) -> Message | str:
    """The head of a column in words where the house has words for it, e.g. of ``low_0.95``; else the name."""
    if name.startswith(("low_", "high_")):
        edge, _, level = name.partition("_")
        return say(f"models.head_{edge}_at", level=float(level))
    return say(f"models.head_{name}") if name in _HEADS else name


_HEADS = frozenset(
    {
        "baseline", "mean", "median", "optimal", "desired", "low", "high", "multiplier", "cumulative",
        "cumulative_low", "cumulative_high", "response", "steady_state", "real", "imaginary", "modulus",
        "half_life", "cycle",
    }
)  # fmt: skip


def number(value: float) -> str:
    """Six digits; a dash where there is none; nought without a sign."""
    return f"{value + 0.0:.6g}" if value == value else "–"
