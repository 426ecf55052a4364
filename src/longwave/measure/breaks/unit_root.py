"""A unit root against stationarity around one break: Zivot and Andrews (1992), by statsmodels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.measure.breaks.find import checked

Shift = Literal["mean", "trend", "both"]
_MODELS = {"mean": "c", "trend": "t", "both": "ct"}


@dataclass(frozen=True, slots=True)
class ZivotAndrews:
    """statistic: the least t of the lagged level; critical: value below which a unit root is rejected at 5 %; position:
    0-based, last observation before the break; lags: of the differences."""

    statistic: float
    p_value: float
    critical: float
    position: int
    lags: int


def zivot_andrews(
    y: Any, *, shift: Shift = "mean", lags: int | None = None, trim: float = 0.15
) -> ZivotAndrews:
    """The null hypothesis is a unit root without break; the alternative a stationary series around a trend whose level
    (``mean``, model A), slope (``trend``, B) or both (C) change once.

    y (n,): finite, in order of time; lags: of the differences, from 1 on, None lets AIC choose; trim: share of the sample at
    either end that holds no break. Rejection says that the series is not a random walk, not that it has a break.
    Raises BadInput as `find_breaks` does, NotEnoughData below 15 observations.
    """
    from statsmodels.tsa.stattools import zivot_andrews as run

    given = checked(y)
    if given.n < 15:
        raise NotEnoughData(say("breaks.too_short", count=given.n, fewest=15), say("breaks.too_short_mend"))
    chosen = {"autolag": "AIC"} if lags is None else {"maxlag": lags, "autolag": None}
    statistic, p_value, critical, used, place = run(given.y, trim=trim, regression=_MODELS[shift], **chosen)
    return ZivotAndrews(float(statistic), float(p_value), float(critical["5%"]), int(place), int(used))
