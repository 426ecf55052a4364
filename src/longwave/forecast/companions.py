"""The series that a method of several columns takes beside the one to be forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, UsageError
from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.core.period import Period
from longwave.forecast.method import Vector
from longwave.forecast.profiles import profile
from longwave.forecast.run import FEWEST, Run, last_run
from longwave.forecast.scale import Scale


def with_companions(series: pd.Series, companions: Mapping[str, pd.Series], method: str) -> Run | Refusal:
    """The last run of periods in which all columns have figures, the series to be forecast first.

    Raises UsageError where the method takes no other columns, BadInput for periods that are unreadable or twice there.
    Where the companions end before the series does, the forecast would start in the past: that is refused, with the one
    that ends first.
    """
    if not profile(method).fitted.several:
        raise UsageError(say("forecast.no_companions", method=method), say("forecast.no_companions_mend"))
    alone = last_run(series, FEWEST)
    if isinstance(alone, Refusal):
        return alone
    known = [_known(one) for one in companions.values()]
    frame = pd.concat([_known(series), *known], axis=1, keys=range(len(known) + 1)).dropna().sort_index()
    last = str(alone.last)
    if frame.empty or frame.index[-1] != last:
        ends = {name: max(one.index, default="") for name, one in zip(companions, known, strict=True)}
        first = next((name for name, one in zip(companions, known, strict=True) if last not in one.index), "")
        return Refusal(
            "",
            say("forecast.companion_ends", name=first, end=ends[first] or "–", last=last),
            say("forecast.companion_mend"),
        )
    if np.isinf(frame.to_numpy()).any():
        return Refusal("", say("frames.infinite"), say("frames.check_figures"))
    together = last_run(frame[0], FEWEST)
    if isinstance(together, Refusal):
        return together
    return replace(together, values=frame.iloc[-len(together) :].to_numpy(np.float64))


def _known(series: pd.Series) -> pd.Series:
    """Figures that are there, by written period."""
    known = series.dropna().astype(np.float64)
    known.index = pd.Index([str(Period.parse(str(text))) for text in known.index], dtype=object)
    if known.index.has_duplicates:
        twice = str(known.index[known.index.duplicated()][0])
        raise BadInput(say("frames.period_twice", period=twice), say("frames.twice_mend"))
    return known


def on_scale(values: Vector, scale: Scale) -> Vector:
    """Columns of shape (n, k) on the scale of the first; a companion whose values that scale cannot take stays as it is."""
    columns = [scale.forward(one) if _takes(scale, one) else one for one in values.T]
    return np.column_stack(columns)


def _takes(scale: Scale, values: Vector) -> bool:
    if scale.kind == "logit":
        return bool(values.min() > 0 and values.max() < scale.full)
    return scale.kind == "log" and bool(values.min() > 0)
