"""Growth a year from a series as it is given: one unbroken run, whole years, checked once.

Quarters and months are taken in steps of a whole year back from the last one, so that no season is left in growth and the
newest figure counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.period import span
from longwave.forecast.frames import read_series
from longwave.forecast.method import Vector
from longwave.forecast.run import last_run

Kind: TypeAlias = Literal["level", "log_level", "growth"]

SUBJECT = "mean_growth"

FEWEST = 15
"""Fewest years of growth: with fewer, neither a drift nor a variance that moves can be told from noise."""

_ROUNDING = 1e-9
"""Growth that differs by less than this part of itself is the same growth."""


@dataclass(frozen=True, eq=False)
class YearlyGrowth:
    """growth: index = written period in which each year ends; left_out: figures before the last gap."""

    growth: pd.Series
    left_out: int


def yearly_growth(values: pd.Series, kind: Kind) -> YearlyGrowth | Refusal:
    """Growth a year over the last unbroken run of one series; its index may be anything that `frames` reads.

    kind: ``level`` (positive amounts), ``log_level``, or ``growth`` per period. Raises BadInput for a series that cannot be
    read: periods that are none, of mixed frequency or twice there, text among the values.
    """
    if kind not in get_args(Kind):
        raise BadInput(say("long_run.bad_kind", kind=str(kind)), say("long_run.bad_kind_mend"))
    run = last_run(next(iter(read_series(values, unique_id=SUBJECT).series.values())))
    if isinstance(run, Refusal):
        return replace(run, subject=SUBJECT)
    known, first = run.values, run.first
    if kind == "level" and (known <= 0).any():
        period = str(first + int(np.argmax(known <= 0)))
        return Refusal(
            SUBJECT, say("long_run.not_positive", period=period), say("long_run.not_positive_mend")
        )
    if kind == "growth":
        known, first = np.append(0.0, np.cumsum(known)), first + -1
    elif kind == "level":
        known = np.log(known)
    year = run.frequency.value
    ends = span(str(first), str(run.last))[::-year][::-1]
    values_a_year: Vector = np.diff(known[::-year][::-1])
    if len(values_a_year) < FEWEST:
        return _too_short(len(values_a_year))
    if is_regular(values_a_year):
        return Refusal(SUBJECT, say("long_run.regular"), say("long_run.regular_mend"))
    growth = pd.Series(values_a_year, index=ends[1:])
    return YearlyGrowth(growth, run.left_out)


def is_regular(growth: Vector) -> bool:
    """Whether growth is the same every year, rounding apart."""
    return bool(np.ptp(growth) <= _ROUNDING * np.abs(growth).max())


def _too_short(count: int) -> Refusal:
    return Refusal(
        SUBJECT, say("long_run.too_short", count=count, needed=FEWEST), say("long_run.longer_mend")
    )
