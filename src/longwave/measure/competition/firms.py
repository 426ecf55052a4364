"""A table of firms as a user brings it: what makes it unusable, said before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import Measurement

DRAWS = 999
"""Bootstrap draws: the 2.5 % quantile of 999 is known to about half a percentage point."""


def complete(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The rows in which every one of the columns has something in it."""
    kept = np.ones(len(table), dtype=bool)
    for column in columns:
        kept &= (table[column].notna() & (table[column] != "")).to_numpy(bool)
    return table[kept].reset_index(drop=True)


def fault_of(
    name: str,
    rows: pd.DataFrame,
    keys: tuple[str, ...],
    amounts: tuple[str, ...],
    positive: tuple[str, ...] = (),
) -> Refusal | None:
    """Why the rows cannot be used: none, a key twice, an amount below zero, an amount that must be above zero."""
    if rows.empty:
        return Refusal(name, say("competition.empty"), say("competition.empty_mend"))
    twice = rows[rows.duplicated(list(keys))]
    if len(twice):
        what = _key(twice.iloc[0], keys)
        return Refusal(name, say("competition.twice", what=what), say("measure.check_figures"))
    for column in (*amounts, *positive):
        bad = rows[rows[column] < 0] if column in amounts else rows[rows[column] <= 0]
        if len(bad):
            first = bad.iloc[0]
            what = _key(first, keys)
            key = "competition.negative" if column in amounts else "competition.not_positive"
            return Refusal(name, say(key, column=column, what=what), say("measure.check_figures"))
    return None


def _key(row: pd.Series, keys: tuple[str, ...]) -> tuple[str, ...]:
    """What tells a row from others; a market or period that the table does not have is no part of it."""
    return tuple(str(row[key]) for key in keys if str(row[key]) != "")


def refused(name: str, *refusals: Refusal) -> Measurement:
    """A measurement with nothing but its refusals."""
    return Measurement(name, "competition", "", pd.DataFrame(), refusals=refusals)


def left_out(name: str, table: pd.DataFrame, rows: pd.DataFrame) -> tuple[Refusal, ...]:
    """That rows with something missing were not used."""
    gone = len(table) - len(rows)
    return (Refusal(name, say("competition.rows_left_out", count=gone, of=len(table))),) if gone else ()


def as_it_is(name: str, value: float, unit: str, method: Message, sample: Sample) -> Estimate:
    """A number computed from all firms there are: no sampling, so its interval is itself."""
    return Estimate(name, value, value, value, unit, method, sample, grade_of(sample.observations), 1.0)
