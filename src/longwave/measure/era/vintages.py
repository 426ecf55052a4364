"""How the answer moved in real time: the model refitted to the figures up to each end year.

Every vintage sees its own years only: shocks, grid, tests and dates are found anew. It shows what somebody would have been
told then, on today's revised figures (data vintages are another matter).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from longwave.measure.era.model import Era, era_model
from longwave.measure.era.series import EraSeries

FIRST_YEARS = 30
DRAWS = 60


def real_time(
    series: Mapping[str, EraSeries],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    first: int | None = None,
    step: int = 1,
    pooled: bool = True,
) -> pd.DataFrame:
    """One row for each end year and answer: end (year), of (``era`` or a dimension), state, date, low, high (years, null
    where there is none), p_value of "no era", pooling_allowed.

    draws: coarser than the model's own, so that sixty vintages take seconds; first: first end year (default: thirty years
    of the longest series); step: years between vintages; pooled: tell the pooled answer where there are two series
    or more (else each dimension's). Empty where no vintage can be fitted.
    """
    years = [int(year) for one in series.values() for year in one.values.dropna().index]
    if not years:
        return _table([])
    start = first if first is not None else min(years) + FIRST_YEARS - 1
    rows: list[dict[str, object]] = []
    for end in range(max(years), start - 1, -step):
        cut = {
            name: EraSeries(
                one.values[one.values.index <= end], one.kind, one.sources, one.observed, one.unit
            )
            for name, one in series.items()
        }
        era = era_model(cut, draws=draws, seed=seed, waves=False, path=False, breaks=False, coarse=True)
        rows.extend(_rows(era, end, pooled))
    return _table(rows[::-1])


def _rows(era: Era, end: int, pooled: bool) -> list[dict[str, object]]:
    found = [era.pooled] if pooled and era.pooled is not None else list(era.dimensions.values())
    return [
        {
            "end": end,
            "of": "era" if len(one.names) > 1 else one.names[0],
            "state": str(one.dating.state),
            "date": _year(one.dating.period),
            "low": _year(one.dating.low),
            "high": _year(one.dating.high),
            "p_value": one.p_value,
            "pooling_allowed": era.together,
        }
        for one in found
    ]


def _year(period: str | None) -> int | None:
    return None if period is None else int(period)


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = ["end", "of", "state", "date", "low", "high", "p_value", "pooling_allowed"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"date": "Int64", "low": "Int64", "high": "Int64"})
