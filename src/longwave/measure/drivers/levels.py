"""Several yearly indicators of a country, each by itself: level, mean yearly change by stretch with its interval, coverage.

Change is counted over the steps that the figures allow: from one figure to the next, divided by the years between. Surveys
come with years between; a step never bridges more than five, so that a hole is not told as a slope, and nothing is
interpolated. Figures given to more than four digits that repeat the one before over three years or more were carried on, not
observed, and count neither as figures nor as steps; rounded ones may repeat by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Refusal
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period, name_of, outside, take
from longwave.measure.measurement import Measurement
from longwave.measure.spans import WIDEST_SHARE_CHANGE, SpanStudy, last_decade, study
from longwave.measure.wording import clear, doubts, years

_REACH = 5
_CARRIED = 3


@dataclass(frozen=True, eq=False)
class Level:
    """One indicator: figures that were observed, steps a year, and what was found of the steps by stretch.

    covered: part of the years from the first to the last figure that have one.
    """

    variable: str
    values: pd.Series
    steps: pd.Series
    found: SpanStudy
    covered: float
    carried: int
    source: str
    share: bool


def without_carried(values: pd.Series) -> pd.Series:
    """The figures without those that repeat the one before in runs of three or more, where they are given to more than
    four digits; the first of a run stays."""
    exact = (values - values.round(4)).abs() > 1e-9
    same = (values.diff() == 0) & exact
    run = (~same).cumsum()
    long = run.map(run.value_counts()) >= _CARRIED
    return values[~(same & long)]


def yearly_steps(values: pd.Series) -> pd.Series:
    """Change a year from one figure to the next, at the later year; none across more than five years."""
    gaps = np.diff(values.index.to_numpy())
    steps = pd.Series(np.diff(values.to_numpy(float)) / gaps, index=values.index[1:], name=values.name)
    return steps[gaps <= _REACH]


def read_level(panel: Panel, area: str, variable: str, *, share: bool = True) -> Level | Refusal:
    """An indicator of an area, or the refusal that says why there is none. share: it must lie between 0 and 1."""
    given = take(panel, area, variable)
    if isinstance(given, Refusal):
        return given
    if share and (bad := outside(given)):
        return bad
    if not share and (given.values <= 0).any():
        return Refusal(
            variable,
            say(
                "measure.not_positive",
                name=name_of(variable),
                period=str(given.values[given.values <= 0].index[0]),
            ),
            say("measure.check_figures"),
        )
    values = without_carried(given.values)
    steps = yearly_steps(values if share else np.log(values))
    found = study(
        steps,
        f"{variable}_yearly_change",
        "share a year" if not share else "share points a year",
        (given.source,),
        cut=last_decade,
        observed=given.observed,
        widest=WIDEST_SHARE_CHANGE if share else 0.25,
    )
    span = int(given.values.index[-1] - given.values.index[0]) + 1
    return Level(
        variable,
        values,
        steps,
        found,
        len(values) / span,
        len(given.values) - len(values),
        given.source,
        share,
    )


def told(area: str, level: Level) -> list[Message]:
    """Level, change over the last ten years and coverage, in sentences."""
    values, name = level.values, name_of(level.variable)
    words: dict[str, Message | Names] = {"area": area_names(area), "name": name}
    key = "gini" if level.variable == "income_gini" else "share" if level.share else "days"
    first, last = values.iloc[0], values.iloc[-1]
    if len(values) == 1:
        return [say(f"drivers.lone_{key}", **words, now=float(last), period=str(values.index[-1]))]
    said = [
        say(
            f"drivers.level_{key}",
            **words,
            now=float(last),
            period=str(values.index[-1]),
            then=float(first),
            since=str(values.index[0]),
        )
    ]
    change = level.found.last
    if change is not None:
        said.append(
            say(
                f"drivers.change_{key}",
                **words,
                span=years(change),
                pace=100 * change.value,
                low=100 * change.low,
                high=100 * change.high,
                verdict=say("measure.nothing") if clear(change) else say("drivers.no_direction"),
                doubts=doubts(change),
            )
        )
    if level.covered < 0.7:
        said.append(say("drivers.coverage", **words, figures=len(values), share=level.covered))
    if level.carried:
        said.append(say("drivers.carried", **words, count=level.carried))
    return said


def several(measure: str, dimension: str, area: str, levels: list[Level | Refusal]) -> Measurement:
    """A measurement of several indicators, none of which stands for another."""
    known = [one for one in levels if isinstance(one, Level)]
    refusals = [one for one in levels if isinstance(one, Refusal)]
    if not known:
        return Measurement(measure, dimension, area, pd.DataFrame(), refusals=tuple(refusals))
    table = pd.DataFrame({one.variable: one.values for one in known}).sort_index()
    estimates: list[Estimate] = [found for one in known for found in one.found.estimates]
    return Measurement(
        measure,
        dimension,
        area,
        by_period(table),
        {one.variable: "share" if one.share else "days" for one in known},
        tuple(estimates),
        tuple(message for one in known for message in told(area, one)),
        (*refusals, *(refusal for one in known for refusal in one.found.refusals)),
        tuple(dict.fromkeys(one.source for one in known)),
    )
