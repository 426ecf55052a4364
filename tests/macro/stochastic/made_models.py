"""Small models whose stochastic simulation is known in closed form."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model

AR1 = """
model ar1 frequency annual
endogenous y "Output" [index]
parameter rho = 0.7
behavioural y: y = rho*y(-1)
"""

PAIR = """
model pair frequency quarterly
endogenous u, p
exogenous x
parameter a = 0.6, b = 0.2, c = 0.4
behavioural u: u = a*u(-1) - b*p + x
behavioural p: p = c*p(-1) + b*u
"""

LOGS = """
model logs frequency annual
endogenous x, z
behavioural x: x = 1
identity z = log(x)
"""

AHEAD = """
model ahead frequency annual
endogenous y, x
parameter b = 0.5, rho = 0.7
behavioural x: x = rho*x(-1)
identity y = b*y(+1) + x
"""


def bank(columns: dict[str, np.ndarray], first: str = "1950", quarterly: bool = False) -> Databank:
    rows = len(next(iter(columns.values())))
    year = int(first)
    index = [f"{year + row // 4}-Q{row % 4 + 1}" if quarterly else str(year + row) for row in range(rows)]
    return Databank.from_frame(pd.DataFrame(columns, index=index))


def flat(names: str, rows: int = 120, value: float = 0.0, quarterly: bool = False) -> Databank:
    return bank({name: np.full(rows, value) for name in names.split()}, quarterly=quarterly)


def noise(names: str, rows: int = 40, seed: int = 1, scale: float = 1.0) -> pd.DataFrame:
    """Residuals to give: normal numbers."""
    drawn = np.random.default_rng(seed).normal(size=(rows, len(names.split()))) * scale
    return pd.DataFrame(drawn, index=[str(1950 + row) for row in range(rows)], columns=names.split())


MODELS = {
    name: read_model(text) for name, text in (("ar1", AR1), ("pair", PAIR), ("logs", LOGS), ("ahead", AHEAD))
}
