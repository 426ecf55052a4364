"""A world with a known law: booms lift credit above its trend, and crises follow booms, in waves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.message import say
from longwave.decide.early_warning.crises import Crisis, CrisisTable

CODES = (
    *("AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHL", "CHN", "COL", "CZE", "DEU", "DNK", "ESP", "FIN"),
    *("FRA", "GBR", "GRC", "HKG", "HUN", "IDN", "IND", "IRL", "ISR", "ITA", "JPN", "KOR", "LUX", "MEX"),
    *("MYS", "NLD", "NOR", "NZL", "POL", "PRT", "RUS", "SAU", "SGP", "SWE", "THA", "TUR", "USA", "ZAF"),
)


@dataclass(frozen=True)
class World:
    """credit: per cent of GDP, one column an area, by quarter; crises: all that began; peaks: years of booms' ends."""

    credit: pd.DataFrame
    crises: CrisisTable


def world(areas: int = 40, first: int = 1960, last: int = 2020, told: float = 1.0, seed: int = 0) -> World:
    """told: how much of the boom's height decides whether a crisis follows; 0 makes crises blind to credit and to each
    other."""
    generator = np.random.default_rng(seed)
    quarters = 4 * (last - first + 1)
    index = [f"{first + place // 4}-Q{place % 4 + 1}" for place in range(quarters)]
    years = np.arange(first, last + 1)
    peaks = np.arange(first + 14, last - 2, 9)
    columns: dict[str, np.ndarray] = {}
    crises: list[Crisis] = []
    for code in CODES[:areas]:
        trend = generator.uniform(40, 120) + np.cumsum(np.full(quarters, generator.uniform(0.05, 0.3)))
        boom = np.zeros(quarters)
        for peak in peaks:
            height = generator.exponential(10.0)
            at = 4 * (peak - first) + generator.integers(0, 4)
            shape = np.interp(np.arange(quarters), [at - 16, at, at + 12], [0.0, 1.0, 0.0], left=0, right=0)
            boom += height * shape
            chance = 1 / (1 + np.exp(-(-1.5 + told * (height - 10.0) / 3.0)))
            if generator.random() < chance and peak + 1 in years:
                start = int(peak) + int(generator.integers(1, 3))
                crises.append(Crisis(code, start if told else int(generator.integers(first + 14, last))))
        columns[code] = trend + boom + generator.normal(0, 0.5, quarters).cumsum() * 0.5
    kept = tuple(each for each in crises if each.start <= last)
    table = CrisisTable(kept, first, last, say("early_warning.crises_own", name="simulated", count=len(kept),
                                               first=first, last=last), own=True)  # fmt: skip
    return World(pd.DataFrame(columns, index=pd.Index(index, name="period")).clip(lower=1.0), table)
