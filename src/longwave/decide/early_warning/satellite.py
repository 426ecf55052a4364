"""From the economy to defaults: how much the odds of default move with the scenario's variables.

    logit PD_t = logit PD + sum of effect_v * deviation_v,t

effect: change of the log odds of a default within a year for one unit of the variable's deviation from its
baseline. An effect is the user's own estimate or a published one, always with its source and a range; none is built in,
since none holds for every book. The range is drawn from (triangular over low, value, high; Kotz and van Dorp 2004), and
one draw of an effect holds for all positions at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Effect:
    """One elasticity. areas, sectors: where it holds, empty for everywhere; source: whose estimate it is."""

    variable: str
    value: float
    low: float
    high: float
    source: str
    areas: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    def holds(self, area: str, sector: str) -> bool:
        return (not self.areas or area in self.areas) and (not self.sectors or sector in self.sectors)


@dataclass(frozen=True, eq=False)
class StressScenario:
    """Deviations from a baseline, year by year. name: what it is called; path: index years, columns variables, or
    ``variable@AREA`` for one area alone; severity is the author's, and no probability stands behind it."""

    name: str
    path: pd.DataFrame

    @property
    def years(self) -> tuple[str, ...]:
        return tuple(map(str, self.path.index))

    def deviation(self, variable: str, area: str) -> np.ndarray | None:
        """The variable's deviations in an area, shape (years,); None where the scenario has none."""
        for name in (f"{variable}@{area}", variable):
            if name in self.path.columns:
                return self.path[name].to_numpy(float)
        return None


def reached(table: pd.DataFrame, effects: tuple[Effect, ...], scenario: StressScenario) -> np.ndarray:
    """How far each effect's variable moves each position; shape (effects, positions, years), nought where the effect does
    not hold there."""
    out = np.zeros((len(effects), len(table), len(scenario.years)))
    for place, effect in enumerate(effects):
        for row, (area, sector) in enumerate(zip(table["area"], table["sector"], strict=True)):
            moved = scenario.deviation(effect.variable, area) if effect.holds(area, sector) else None
            if moved is not None:
                out[place, row] = moved
    return out


def draw_effects(effects: tuple[Effect, ...], draws: int, generator: np.random.Generator) -> np.ndarray:
    """Draws of every effect, shape (draws, effects)."""
    columns = [
        np.full(draws, each.value)
        if each.low == each.high
        else generator.triangular(each.low, each.value, each.high, draws)
        for each in effects
    ]
    return np.column_stack(columns) if columns else np.zeros((draws, 0))


def moved_pd(pd_now: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Default probabilities after a shift of the log odds. 0 and 1 stay. Shapes that broadcast."""
    p = np.asarray(pd_now, float)
    inner = np.clip(p, 1e-12, 1 - 1e-12)
    line = np.log(inner / (1 - inner)) + shift
    moved = 1.0 / (1.0 + np.exp(-np.clip(line, -700, 700)))
    return np.asarray(np.where((p <= 0) | (p >= 1), p, moved))
