"""The data of a fan chart: a median with bands that hold given shares of the paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.message import Message

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Band:
    """level: share of the paths between low and high in each period by itself; both [periods]."""

    level: float
    low: Vector
    high: Vector


@dataclass(frozen=True, eq=False)
class Fan:
    """name: of the watch; unit: as the model says, "" where it is another measure; bands: widest first.

    history: the periods before, as far as figures reach, at most forty; baseline: without shocks; notes: what to
    say under the chart.
    """

    name: str
    unit: str
    periods: tuple[str, ...]
    median: Vector
    mean: Vector
    baseline: Vector
    bands: tuple[Band, ...]
    history: pd.Series
    notes: tuple[Message, ...]

    def frame(self) -> pd.DataFrame:
        """One row a period: baseline, mean, median and the ends of each band."""
        columns = {"baseline": self.baseline, "mean": self.mean, "median": self.median}
        for band in self.bands:
            columns[f"low_{band.level:g}"] = band.low
            columns[f"high_{band.level:g}"] = band.high
        return pd.DataFrame(columns, index=pd.Index(self.periods, name="period"))
