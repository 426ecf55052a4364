"""Over which periods a model can be solved with the figures that are there."""

from __future__ import annotations

import numpy as np

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.core.period import Period
from longwave.macro.bind import System
from longwave.macro.databank import Databank
from longwave.macro.model import ADD
from longwave.macro.solve import reach

MOST_NAMED = 8


def solvable_span(system: System, bank: Databank, terminal: str = "data") -> tuple[Period, Period]:
    """The longest run of periods in which everything that must be given is given.

    Exogenous columns must be there at every shift that is read, endogenous ones as far back as lags reach and, of a
    model with leads whose end is taken from the figures (terminal "data"), after the end. Raises NotEnoughData naming
    the columns that stand in the way.
    """
    values = bank.columns(system.columns, dict.fromkeys(system.add_factors, 0.0))
    there = np.isfinite(values)
    far, endogenous = reach(system), set(system.unknowns)
    count = len(values)
    fit, before = np.ones(count, dtype=bool), np.ones(count, dtype=bool)
    for column, name in enumerate(system.columns):
        if name.endswith(ADD) or (far.lag[column] < 0 and far.lead[column] < 0):
            continue
        lag, lead = int(far.lag[column]), int(far.lead[column])
        if column in endogenous:
            for back in range(1, lag + 1):
                before &= _moved(there[:, column], back)
        else:
            for shift in range(-lag, lead + 1):
                fit &= _moved(there[:, column], -shift)
    ends = np.ones(count, dtype=bool)
    for column in endogenous if terminal == "data" else ():
        for ahead in range(1, int(far.lead[column]) + 1):
            ends &= _moved(there[:, column], -ahead)
    best = _longest(fit, before, ends)
    if best is None:
        raise _no_span(system, bank, there, bool((fit & before).any()))
    return bank.first + best[0], bank.first + best[1]


def _moved(there: np.ndarray, back: int) -> np.ndarray:
    """Whether the figure `back` periods earlier (negative: later) is there."""
    moved = np.zeros(len(there), dtype=bool)
    if abs(back) >= len(there):
        return moved
    if back >= 0:
        moved[back:] = there[: len(there) - back]
    else:
        moved[:back] = there[-back:]
    return moved


def _longest(fit: np.ndarray, before: np.ndarray, ends: np.ndarray) -> tuple[int, int] | None:
    """First and last row of the longest run that fits, begins where `before` and ends where `ends` holds."""
    best: tuple[int, int] | None = None
    start: int | None = None
    for row in range(len(fit)):
        if not fit[row]:
            start = None
            continue
        if start is None and before[row]:
            start = row
        if start is not None and ends[row] and (best is None or row - start > best[1] - best[0]):
            best = (start, row)
    return best


def _no_span(system: System, bank: Databank, there: np.ndarray, only_end: bool) -> NotEnoughData:
    """Why no period can be solved: columns that are not there, or that are read where the table does not reach."""
    far = reach(system)
    if only_end:
        ahead = [column for column in system.unknowns if far.lead[column] > 0]
        names = ", ".join(_read_at(system, column) for column in ahead[:MOST_NAMED])
        return NotEnoughData(
            say("figures.no_end", columns=names, last=str(bank.last)), say("figures.no_end_mend")
        )
    absent = [
        name
        for column, name in enumerate(system.columns)
        if name not in bank.names and _must_be_given(system, column)
    ]
    if absent:
        return NotEnoughData(
            say("figures.no_columns", count=len(absent), columns=", ".join(absent[:MOST_NAMED])),
            say("figures.no_columns_mend", there=", ".join(bank.names[:MOST_NAMED])),
        )
    return NotEnoughData(
        say("models.no_span", columns=", ".join(_lacking(system, there))), say("models.no_span_mend")
    )


def _must_be_given(system: System, column: int) -> bool:
    far = reach(system)
    if system.columns[column].endswith(ADD):
        return False
    if column in system.unknowns:
        return int(far.lag[column]) > 0
    return bool(far.lag[column] >= 0 or far.lead[column] >= 0)


def _lacking(system: System, there: np.ndarray) -> list[str]:
    """The columns that fit fewest periods, with the shift that reaches farthest."""
    far = reach(system)
    fits: dict[int, int] = {}
    for column in range(len(system.columns)):
        if _must_be_given(system, column):
            shifts = (
                [int(far.lag[column]), -int(far.lead[column])]
                if column not in system.unknowns
                else [int(far.lag[column])]
            )
            fit = np.ones(len(there), dtype=bool)
            for back in shifts:
                fit &= _moved(there[:, column], back)
            if not fit.all():
                fits[column] = int(fit.sum())
    return [_read_at(system, column) for column in sorted(fits, key=fits.__getitem__)[:MOST_NAMED]]


def _read_at(system: System, column: int) -> str:
    """A column with the lag and the lead that reach farthest: x(-4, +1)."""
    far = reach(system)
    shifts = [f"{-far.lag[column]}"] if far.lag[column] > 0 else []
    shifts += [f"+{far.lead[column]}"] if far.lead[column] > 0 else []
    return system.columns[column] + (f"({', '.join(shifts)})" if shifts else "")
