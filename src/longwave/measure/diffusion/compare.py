"""Several families of diffusion curves side by side: which describes the figures, which forecasts them, and what all
that matter agree on.

"Once the intensive margin is measured, technologies do not diffuse in a logistic way" (Comin, Hobijn and Rovito 2008):
so no family is taken for granted. Each is weighed by Akaike's corrected criterion (Burnham and Anderson 2002), and
judged by the error of its forecast of the last figures from those before. A date is given only where every family of
noticeable weight gives one; its interval then reaches over theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.dating import DatingState
from longwave.measure.diffusion.curves import CURVES, FEWEST, CurveFit, fit_curve

WEIGHTY = 0.10
"""Akaike weight from which on a family has its say."""
HELD_OUT = 0.2
"""Part of the figures at the end that is held out."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Families compared.

    table: index = family, columns aicc, weight (sum 1; nan where figures are too few for the criterion), rest (root
    mean squared residual), hold_out (root mean squared error of the forecast of the last figures; nan where
    too few are left); no_change: the same error of the last figure kept; fits: by family, those of weight with intervals;
    state, bend, level: what all weighty families agree on, with the hull of their intervals; not_before: earliest
    first possible year of the bend among them; wanders: whether the figures wander about the best curve.
    """

    table: pd.DataFrame
    fits: Mapping[str, CurveFit]
    best: str
    state: DatingState
    bend: tuple[float, float, float] | None
    level: tuple[float, float, float] | None
    not_before: float | None
    no_change: float
    held_out: int
    wanders: bool

    def figure(self, family: str, column: str) -> float:
        """A number of the table."""
        return float(self.table[column].to_numpy(float)[list(self.table.index).index(family)])

    @property
    def weighty(self) -> tuple[str, ...]:
        """Families of noticeable weight, heaviest first."""
        kept = self.table[self.table["weight"] >= WEIGHTY]
        return tuple(kept.sort_values("weight", ascending=False).index)


def compare_curves(
    values: pd.Series,
    families: tuple[str, ...] = tuple(CURVES),
    *,
    most: float = np.inf,
    draws: int = 199,
    seed: int = 20,
) -> Comparison:
    """Fits every family to figures by year and says what those that matter agree on.

    values: index = whole years, gaps allowed; most: the highest level possible (1 for a share); draws: bootstrap
    samples for each weighty family. Raises ValueError as `fit_curve` does, and for fewer than three families; KeyError
    for an unknown one.
    """
    if len(families) < 3:
        raise ValueError("at least three families have to be compared")
    plain = {name: fit_curve(values, name, most=most, draws=0) for name in families}
    known = values.dropna().sort_index()
    table = _table(plain, known, most)
    best = str(table["weight"].fillna(-1.0).idxmax()) if table["weight"].notna().any() else _closest(table)
    weighty = [name for name in table.index if table.loc[name, "weight"] >= WEIGHTY] or [best]
    fits, state, bound = dict(plain), DatingState.PASSED, None
    for name in sorted(weighty, key=lambda one: -table["weight"].fillna(0.0)[one]):
        fits[name] = fit_curve(values, name, most=most, draws=draws, seed=seed, speed=False)
        state = _agreed(state, fits[name])
        if state is DatingState.NOT_DATABLE:
            # One family of weight that has no bend, or none within the data, settles it.
            break
    bends = [fits[name] for name in weighty if CURVES[name].bends]
    if state is DatingState.NOT_BEFORE:
        # A family that has passed its bend bounds it by its own interval.
        bounds = [fit.not_before if fit.not_before is not None else fit.intervals["bend"][0] for fit in bends]
        finite = [one for one in bounds if np.isfinite(one)]
        bound = min(finite) if finite else None
    dated = state is DatingState.PASSED
    levels = dated and all(fits[name].level_known for name in weighty)
    held = _held_out(known)
    return Comparison(
        table,
        fits,
        best,
        state,
        _hull(fits, weighty, best, "bend") if dated else None,
        _hull(fits, weighty, best, "level") if levels else None,
        bound,
        _error(known.to_numpy(float)[-held:], known.to_numpy(float)[-held - 1]) if held else float("nan"),
        held,
        fits[best].wanders,
    )


def _agreed(so_far: DatingState, found: CurveFit) -> DatingState:
    """PASSED only as long as all say so; a family that sees the bend ahead decides over one that has none."""
    if found.state is DatingState.PASSED or so_far is DatingState.NOT_BEFORE:
        return so_far
    return found.state


def _table(plain: Mapping[str, CurveFit], known: pd.Series, most: float) -> pd.DataFrame:
    table = pd.DataFrame(index=pd.Index(list(plain), name="family"))
    table["aicc"] = [fit.aicc for fit in plain.values()]
    raw = np.exp(-0.5 * (table["aicc"] - table["aicc"].min()))
    finite = np.isfinite(table["aicc"]).any()
    table["weight"] = raw / raw.sum() if finite else np.nan
    y = known.to_numpy(float)
    table["rest"] = [_error(y, fit.at(known.index.to_numpy(float))) for fit in plain.values()]
    held = _held_out(known)
    table["hold_out"] = [_forecast_error(name, known, most, held) for name in plain]
    return table


def _held_out(known: pd.Series) -> int:
    """How many figures at the end are held out; none where too few would be left."""
    held = max(2, round(HELD_OUT * len(known)))
    return held if len(known) - held >= FEWEST else 0


def _forecast_error(name: str, known: pd.Series, most: float, held: int) -> float:
    if not held:
        return float("nan")
    early, late = known.iloc[:-held], known.iloc[-held:]
    if np.ptp(early.to_numpy()) == 0 or np.corrcoef(early.index.to_numpy(float), early)[0, 1] <= 0:
        return float("nan")
    return _error(
        late.to_numpy(float), fit_curve(early, name, most=most, draws=0).at(late.index.to_numpy(float))
    )


def _error(values: np.ndarray, fitted: np.ndarray | float) -> float:
    return float(np.sqrt(np.mean((values - fitted) ** 2)))


def _closest(table: pd.DataFrame) -> str:
    """Where figures are too few for the criterion, the curve with the fewest parameters that lies closest."""
    few = [name for name in table.index if CURVES[name].parameters <= 3]
    return str(table.loc[few or list(table.index), "rest"].idxmin())


def _hull(
    fits: Mapping[str, CurveFit], weighty: list[str], best: str, name: str
) -> tuple[float, float, float] | None:
    """The best family's value with the outermost bounds of all weighty ones."""
    bounds = [fits[family].intervals[name] for family in weighty]
    value = fits[best].bend if name == "bend" else fits[best].level
    if value is None:
        return None
    return float(value), float(min(low for low, _ in bounds)), float(max(high for _, high in bounds))
