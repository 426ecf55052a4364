"""Models and data for tests of estimation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.model import Model

QUARTERS = [f"{year}-Q{quarter}" for year in range(1960, 2020) for quarter in range(1, 5)]


def simulated(count: int = 80, seed: int = 1, periods: list[str] | None = None) -> pd.DataFrame:
    """y = 2 + .5 x - .3 z + u with x endogenous: it moves with u; v, w are instruments."""
    draw = np.random.default_rng(seed)
    v, w, z, u = draw.standard_normal((4, count))
    x = 1.0 + v + 0.5 * w + 0.4 * z + 0.6 * u + 0.3 * draw.standard_normal(count)
    index = pd.Index(periods or QUARTERS[:count])
    return pd.DataFrame({"y": 2 + 0.5 * x - 0.3 * z + 0.5 * u, "x": x, "z": z, "v": v, "w": w}, index=index)


def model(equation: str, *, coefficients: str = "a, b, c", exogenous: str = "x, z, v, w") -> Model:
    return read_model(
        f"model made\nexogenous {exogenous}\ncoefficient {coefficients}\nbehavioural y: {equation}\n"
    )


def bank(frame: pd.DataFrame) -> Databank:
    return Databank.from_frame(frame)
