"""What the era model reads: one yearly series a dimension, and whether it can carry anything at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Refusal, Sample
from longwave.core.message import Message, catalogue, say

Kind = Literal["contribution", "state"]

FEWEST = 25
"""Fewest years: four terms, a noise structure and a date want six observations each."""


@dataclass(frozen=True, eq=False)
class EraSeries:
    """A dimension's yearly series.

    values: index = year as a whole number, missing years left out or null; kind: ``contribution`` (to growth, a
    year: it rises and falls with dm/dt) or ``state`` (it moves with m itself, up or down); sources: dataset ids;
    observed: share of the figures that the publisher observed; unit: text of a `Unit`.
    """

    values: pd.Series
    kind: Kind
    sources: tuple[str, ...] = ()
    observed: float = 1.0
    unit: str = "not stated"


@dataclass(frozen=True, eq=False)
class Readings:
    """A series that has been looked at: finite values of distinct years in order."""

    name: str
    years: NDArray[np.int64]
    values: NDArray[np.float64]
    contribution: bool
    sources: tuple[str, ...]
    observed: float
    unit: str

    @property
    def sample(self) -> Sample:
        return Sample(len(self.years), f"{self.years[0]:04d}", f"{self.years[-1]:04d}")


def read_series(name: str, series: EraSeries) -> Readings | Refusal:
    """The usable figures of a series, or why there are none. Raises ValueError for an unknown kind."""
    if series.kind not in ("contribution", "state"):
        raise ValueError(f"kind must be 'contribution' or 'state', not {series.kind!r}")
    numbers = pd.to_numeric(series.values, errors="coerce").to_numpy(float)
    keep = np.isfinite(numbers)
    try:
        years = np.array([int(year) for year in series.values.index], dtype=np.int64)
    except (TypeError, ValueError):
        return Refusal(name, say("era.not_years", name=name_of(name)), say("era.mend_years"))
    years, numbers = years[keep], numbers[keep]
    if len(np.unique(years)) < len(years):
        twice = int(pd.Series(years)[pd.Series(years).duplicated()].iloc[0])
        return Refusal(name, say("era.twice", name=name_of(name), year=str(twice)), say("era.mend_years"))
    if len(years) < FEWEST:
        reason = say("era.too_short", name=name_of(name), count=len(years), fewest=FEWEST)
        return Refusal(name, reason, say("era.mend_longer"))
    order = np.argsort(years)
    years, numbers = years[order], numbers[order]
    design = np.column_stack([np.ones(len(years)), years - years.mean()])
    left = numbers - design @ np.linalg.lstsq(design, numbers, rcond=None)[0]
    if np.abs(left).max() <= 1e-9 * max(float(np.abs(numbers).max()), 1e-300):
        return Refusal(name, say("era.no_noise", name=name_of(name)), say("era.mend_figures"))
    runs = np.diff(numbers) == 0
    if runs.mean() > 0.5:
        return Refusal(
            name,
            say("era.standing_still", name=name_of(name), share=float(runs.mean())),
            say("era.mend_figures"),
        )
    return Readings(
        name, years, numbers, series.kind == "contribution", series.sources, series.observed, series.unit
    )


def name_of(name: str) -> Message | str:
    """A dimension's name within a sentence; a name of the user's own as it is."""
    key = f"era.name_{name}"
    return say(key) if key in catalogue() else name
