"""The leading series of each dimension: the one that stands for it where a single one must.

productivity   yearly growth of total factor productivity, else of output per hour, else per person
innovation     yearly growth of patent applications since their last change of coverage
structure      speed of structural change: share of value added that changes sector within a year
skills         growth of human capital a person over five-year steps (surveys are five years apart; a line is drawn between)
returns        real internal rate of return on capital
competition    entry rate of establishments

Which way a fall points is said with the result: for competition it is contested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from longwave.core.message import Message, say
from longwave.measure.innovation.effort import last_jump
from longwave.measure.inputs import yearly_changes
from longwave.measure.measurement import Measurement
from longwave.measure.skills.stock import five_year_growth

Kind = Literal["contribution", "state"]


@dataclass(frozen=True, eq=False)
class Leading:
    """A dimension's leading series of one area.

    name: as estimates are named; values: index = year as a whole number, rates as fractions; levels: the log level
    whose yearly change the values are, None for a rate; kind: whether it is a contribution to growth or a state
    that moves with the era; observed: share of the figures that the publisher observed, 1 where it is not known.
    """

    dimension: str
    area: str
    name: str
    values: pd.Series
    kind: Kind
    levels: pd.Series | None = None
    step: int = 1
    sources: tuple[str, ...] = ()

    @property
    def words(self) -> Message:
        """The series' name within a sentence."""
        return say(f"slowdown.name_{self.name}")


def leading(measurements: Mapping[str, Measurement]) -> dict[str, Leading]:
    """Dimension -> leading series, from the measurements of one area by name; dimensions without one are left out."""
    found: dict[str, Leading] = {}
    for dimension, choices in _CHOICES.items():
        for choice in choices:
            measurement = measurements.get(choice.measure)
            if measurement is None or choice.column not in measurement.table:
                continue
            column = _by_year(measurement.table[choice.column])
            values, levels = choice.read(column)
            if len(values) > 1:
                found[dimension] = Leading(
                    dimension,
                    measurement.area,
                    choice.name,
                    values,
                    choice.kind,
                    levels,
                    choice.step,
                    measurement.sources,
                )
                break
    return found


Read = Callable[[pd.Series], tuple[pd.Series, pd.Series | None]]


@dataclass(frozen=True, slots=True)
class _Choice:
    measure: str
    column: str
    name: str
    read: Read
    kind: Kind = "state"
    step: int = 1


def _as_it_is(column: pd.Series) -> tuple[pd.Series, pd.Series | None]:
    return column, None


def _growth(column: pd.Series) -> tuple[pd.Series, pd.Series | None]:
    positive = column[column > 0]
    return yearly_changes(positive, log=True), pd.Series(np.log(positive))


def _growth_since_jump(column: pd.Series) -> tuple[pd.Series, pd.Series | None]:
    positive = column[column > 0]
    jump = last_jump(positive)
    return _growth(positive if jump is None else positive[positive.index >= jump])


def _steps(column: pd.Series) -> tuple[pd.Series, pd.Series | None]:
    return five_year_growth(column[column > 0]), None


def _by_year(column: pd.Series) -> pd.Series:
    """The figures that there are, by year as a whole number."""
    known = column.dropna().astype(float)
    return pd.Series(known.to_numpy(), index=known.index.astype(int))


_CHOICES: Mapping[str, tuple[_Choice, ...]] = {
    "productivity": (
        _Choice("growth_accounting", "tfp_index", "tfp_growth", _growth, "contribution"),
        _Choice("labour_productivity", "labour_productivity", "productivity_growth", _growth, "contribution"),
        _Choice(
            "labour_productivity", "per_person", "productivity_per_person_growth", _growth, "contribution"
        ),
    ),
    "innovation": (_Choice("innovation", "patent_applications", "patent_growth", _growth_since_jump),),
    "structure": (_Choice("structural_change", "speed", "speed_of_change", _as_it_is),),
    "skills": (_Choice("skills", "human_capital", "human_capital_growth", _steps, step=5),),
    "returns": (_Choice("return_on_capital", "return_on_capital", "return_on_capital", _as_it_is),),
    "competition": (_Choice("competition", "establishment_entry_rate", "entry_rate", _as_it_is),),
}

SOURCES: Mapping[str, tuple[str, ...]] = {
    dimension: tuple(dict.fromkeys(choice.measure for choice in choices))
    for dimension, choices in _CHOICES.items()
}
"""Dimension -> the measures that its leading series may come from."""
