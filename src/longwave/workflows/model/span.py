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


def solvable_span(system: System, bank: Databank) -> tuple[Period, Period]:
    """The longest run of periods in which everything that must be given is given.

    Exogenous columns must be there at every shift that is read, endogenous ones as far back as lags reach and, of a
    model with leads, after the end. Raises NotEnoughData naming the columns that stand in the way.
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
    for column in endogenous:
        for ahead in range(1, int(far.lead[column]) + 1):
            ends &= _moved(there[:, column], -ahead)
    best = _longest(fit, before, ends)
    if best is None:
        raise NotEnoughData(
            say("models.no_span", columns=", ".join(_lacking(system, there)) or "-"),
            say("models.no_span_mend"),
        )
    return bank.first + best[0], bank.first + best[1]


def _moved(there: np.ndarray, back: int) -> np.ndarray:
    """Whether the figure `back` periods earlier (negative: later) is there."""
    moved = np.zeros(len(there), dtype=bool)
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


def _lacking(system: System, there: np.ndarray) -> list[str]:
    """The columns with fewest figures, those without any first."""
    far = reach(system)
    read = [
        column
        for column, name in enumerate(system.columns)
        if not name.endswith(ADD)
        and (far.lag[column] >= 0 or far.lead[column] >= 0)
        and not there[:, column].all()
    ]
    return [system.columns[column] for column in sorted(read, key=lambda each: int(there[:, each].sum()))[:8]]
