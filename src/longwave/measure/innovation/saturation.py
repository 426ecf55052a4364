"""Saturation of a user's own series: the level it tends to and when it bends, or why neither can be told.

Six families of curves compared, dated only under the guard of `diffusion.curves`. For a share the level cannot pass one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.dating import DatingState
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.measure.diffusion.compare import Comparison
from longwave.measure.innovation.technology_adoption import dating, gathered, judge, level_of
from longwave.measure.inputs import by_period
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "saturation"
COLUMNS = (
    Column("period", "period", say("innovation.column_period")),
    Column("value", "number", say("innovation.column_level")),
)
_DRAWS = 399


def measure_saturation(table: pd.DataFrame) -> Measurement:
    """Diffusion curves of a user's table of period and value; values all between 0 and 1 are taken as shares.

    Table: index = year, columns value, fitted_<family> for every family of weight. Estimates: level. Datings: bend.
    """
    rows = table.dropna(subset=["value"])
    years = pd.to_numeric(rows["period"].astype(str), errors="coerce")
    if rows.empty:
        return _refused(say("innovation.no_rows"))
    if years.isna().any():
        return _refused(say("innovation.not_yearly"))
    if years.duplicated().any():
        return _refused(
            say("innovation.period_twice", period=str(rows.loc[years.duplicated(), "period"].iloc[0]))
        )
    values = pd.Series(rows["value"].to_numpy(float), index=years.astype(int)).sort_index()
    share = bool(values.max() <= 1.0)
    unit = "share" if share else "as given"
    one = judge(values, NAME, 1.0 if share else np.inf, _DRAWS)
    if one.compared is None:
        lacks = () if one.refusal is None else gathered((one.refusal,))
        bare = by_period(values.to_frame("value"))
        return Measurement(NAME, "innovation", "", bare, units={"value": unit}, refusals=lacks)
    found = one.compared
    shown = values.to_frame("value")
    for family in found.weighty or (found.best,):
        shown[f"fitted_{family}"] = found.fits[family].at(values.index.to_numpy(float))
    level = level_of("level", one, (), unit)
    return Measurement(
        NAME,
        "innovation",
        "",
        by_period(shown),
        units=dict.fromkeys(map(str, shown.columns), unit),
        estimates=() if level is None else (level,),
        findings=tuple(_findings(found, values)),
        refusals=() if level is not None else (Refusal("level", say("innovation.no_level")),),
        datings=(dating("bend", one, ()),),
    )


def _findings(found: Comparison, values: pd.Series) -> Iterator[Message]:
    last = str(values.index[-1])
    if found.state is DatingState.PASSED and found.bend is not None:
        value, low, high = (f"{int(np.floor(one)):04d}" for one in found.bend)
        yield say("innovation.bend_passed", year=value, low=low, high=high)
    elif found.state is DatingState.NOT_BEFORE and found.not_before is not None:
        yield say("innovation.bend_not_before", year=f"{int(np.floor(found.not_before)):04d}", last=last)
    elif found.state is DatingState.NOT_BEFORE:
        yield say("innovation.bend_ahead", last=last)
    else:
        yield say("innovation.wanders") if found.wanders else say("innovation.no_bend")
    if found.level is not None:
        level, floor, top = found.level
        yield say("innovation.level_told", level=f"{level:.4g}", low=f"{floor:.4g}", high=f"{top:.4g}")
    yield say(
        "innovation.families_weighed",
        families=tuple(
            say(
                "innovation.family_weight",
                name=say(f"innovation.curve_{family}"),
                weight=found.figure(family, "weight"),
            )
            for family in found.weighty
        )
        or (say(f"innovation.curve_{found.best}"),),
    )
    error = found.figure(found.best, "hold_out")
    if np.isfinite(error):
        key = "innovation.forecast_better" if error < found.no_change else "innovation.forecast_worse"
        yield say(key, count=found.held_out, error=f"{error:.3g}", no_change=f"{found.no_change:.3g}")
    yield say("innovation.curve_caution")


def _refused(reason: Message) -> Measurement:
    lack = Refusal(NAME, reason, say("innovation.check_table"))
    return Measurement(NAME, "innovation", "", pd.DataFrame(), refusals=(lack,))


MEASURES.register(NAME)(TableMeasure(NAME, "innovation", COLUMNS, measure_saturation))
