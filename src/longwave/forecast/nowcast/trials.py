"""The nowcast tried on the past: at earlier origins, with the data cut to the pattern in which they lie today.

This is pseudo-real time: the right figures were known by then, but as they read now, after revision. Parameters are
estimated afresh at the first origin of each year, from what was known then, and carried to the others of that year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from longwave.core.forecast import TRIAL_COLUMNS
from longwave.core.period import Period
from longwave.forecast.method import FitError, Prediction
from longwave.forecast.nowcast.ragged import Ragged

FEWEST_KNOWN = 21
"""Figures of the target that must be known at an origin: twenty changes."""


class AbstractNowcastFit(Protocol):
    """A method with its parameters."""

    def predict(self, data: Ragged, steps: int) -> Prediction:
        """The target's changes in its first `steps` unknown periods. Raises FitError."""
        ...


class AbstractNowcaster(Protocol):
    """A way to nowcast: deterministic, and blind to everything outside the data it is given."""

    @property
    def name(self) -> str: ...

    def fit(self, data: Ragged, earlier: Any = None) -> AbstractNowcastFit:
        """Raises FitError."""
        ...


def past_origins(data: Ragged, origins: int) -> list[int]:
    """The last `origins` periods after which the target was still to come, with enough known before them."""
    target = data.target
    first_known = int(np.flatnonzero(np.isfinite(target.values))[0])
    earliest = target.first + first_known + FEWEST_KNOWN - 1
    return [origin for origin in range(target.last - origins, target.last) if origin >= earliest]


def tried(
    data: Ragged,
    methods: Sequence[AbstractNowcaster],
    origins: Sequence[int],
    steps: int,
    each_origin: Callable[[int], None] = lambda place: None,
) -> pd.DataFrame:
    """One row a method, origin and step, on the scale of the target's changes: TRIAL_COLUMNS and ``sd``.

    An origin at which a method finds no fit, or whose outcome is missing, gives no row.
    """
    leads = data.leads
    rows: list[dict[str, object]] = []
    fits: dict[str, AbstractNowcastFit | None] = {}
    year = None
    for place, origin in enumerate(origins):
        known = data.at(origin, leads)
        if known.target.last == origin:
            afresh = Period(data.target.frequency, origin + 1).year != year
            year = Period(data.target.frequency, origin + 1).year
            for method in methods:
                if afresh or fits.get(method.name) is None:
                    fits[method.name] = _fitted(method, known, fits.get(method.name))
                rows.extend(_rows(data, known, method.name, fits[method.name], steps))
        each_origin(place + 1)
    return pd.DataFrame(rows, columns=[*TRIAL_COLUMNS, "sd"])


def _fitted(method: AbstractNowcaster, known: Ragged, earlier: object) -> AbstractNowcastFit | None:
    try:
        return method.fit(known, earlier)
    except FitError:
        return None


def _rows(
    data: Ragged, known: Ragged, name: str, fit: AbstractNowcastFit | None, steps: int
) -> list[dict[str, object]]:
    if fit is None:
        return []
    try:
        said = fit.predict(known, steps)
    except FitError:
        return []
    target, origin = data.target, known.target.last
    ahead = range(1, min(steps, target.last - origin) + 1)
    outcomes = {step: float(target.changes[origin + step - target.first]) for step in ahead}
    return [
        {
            "unique_id": target.name,
            "method": name,
            "origin": target.written(origin),
            "vintage": "",
            "period": target.written(origin + step),
            "step": step,
            "outcome": outcome,
            "mean": float(said.mean[step - 1]),
            "sd": float(said.sd[step - 1]),
        }
        for step, outcome in outcomes.items()
        if np.isfinite(outcome)
    ]


def shared(trials: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The rows of those methods at origins and steps where each of them spoke, so that scores compare like with like."""
    chosen = trials[trials["method"].isin(list(names))]
    spoken = chosen.groupby(["origin", "step"])["method"].transform("nunique")
    return chosen[spoken == len(set(names))]


def errors(trials: pd.DataFrame, method: str, step: int = 1) -> pd.DataFrame:
    """outcome, mean, sd of one method at one step, index = origin."""
    rows = trials[(trials["method"] == method) & (trials["step"] == step)]
    return rows.set_index("origin")[["outcome", "mean", "sd"]]
