"""A user's own table as series over time: one row a period, in order, of one frequency, above zero where a
logarithm is wanted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.period import Period, frequency_of


def in_order(table: pd.DataFrame, columns: tuple[str, ...], subject: str) -> pd.DataFrame | Refusal:
    """The rows in which all columns have a figure, indexed by written period, in order.

    Refuses periods that come twice, more than one frequency, and no row at all.
    """
    rows = table[["period", *columns]].dropna()
    if rows.empty:
        return Refusal(subject, say("skills.no_rows", columns=columns), say("skills.no_rows_mend"))
    twice = rows["period"][rows["period"].duplicated()]
    if len(twice):
        reason = say("skills.period_twice", period=str(twice.iloc[0]), count=int(twice.size))
        return Refusal(subject, reason, say("skills.period_twice_mend"))
    if rows["period"].map(frequency_of).nunique() > 1:
        return Refusal(subject, say("skills.mixed_frequency"), say("skills.period_twice_mend"))
    return rows.set_index("period").sort_index()


def above_zero(rows: pd.DataFrame, subject: str) -> Refusal | None:
    """A refusal where some figure has no logarithm."""
    for name in rows.columns:
        bad = rows.index[rows[name] <= 0]
        if len(bad):
            reason = say("skills.not_above_zero", column=str(name), period=str(bad[0]))
            return Refusal(subject, reason, say("measure.check_figures"))
    return None


def times(index: pd.Index) -> NDArray[np.int64]:
    """Written periods as whole numbers that count periods."""
    return np.array([Period.parse(str(text)).ordinal for text in index], dtype=np.int64)


def a_year(index: pd.Index) -> int:
    """How many of these periods make a year."""
    return frequency_of(str(index[0])).value
