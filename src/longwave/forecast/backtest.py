"""What a method would have said at earlier dates of the same series, beside what came.

Rolling origins over the later half of the data. Quick methods are fitted anew at each origin; slow ones, which search for
their form, are fitted at the first origin and carried to the later ones (see `AbstractFit.carried`). No origin is fitted
to its future, but the scale that the values come on was chosen from all of them (see `projection`). Data are those given:
where they are the newest, revisions are not in the score; `real_time` takes vintages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from longwave.forecast.interval import doubted
from longwave.forecast.method import AbstractFit, AbstractMethod, FitError, Prediction, Vector, led_on
from longwave.forecast.origins import MOST_ORIGINS, origins


@dataclass(frozen=True, eq=False)
class Trial:
    """One origin. known: observations before it; own: the method's own prediction for the steps that have an outcome;
    said: the same with the doubt about the model in it; outcome: what came."""

    known: int
    own: Prediction
    said: Prediction
    outcome: Vector

    @property
    def errors(self) -> Vector:
        return self.outcome - self.said.mean


def trials(
    method: AbstractMethod,
    values: Vector,
    season: int,
    horizon: int,
    seed: int,
    *,
    fewest: int,
    most: int = MOST_ORIGINS,
) -> list[Trial]:
    """The method tried at each origin; origins where it found no fit are left out.

    values: shape (n,), or (n, k) with the series to be forecast in the first column.
    """
    found: list[Trial] = []
    fit: AbstractFit | None = None
    target = values if values.ndim == 1 else values[:, 0]
    for known in origins(len(values), horizon, max(fewest, method.fewest), most):
        outcome = target[known : known + horizon]
        try:
            fit = led_on(method, fit, values[:known], season, seed)
            own = fit.ahead(len(outcome))
            said = doubted(fit, values[:known], season, len(outcome))
        except FitError:
            continue
        if own.finite and said.finite:
            found.append(Trial(known, own, said, outcome))
    return found


def relative_error(
    found: list[Trial],
    rival: list[Trial],
    told: Callable[[Vector], Vector] = np.asarray,
    rival_told: Callable[[Vector], Vector] = np.asarray,
) -> float:
    """Mean absolute error over the rival's at the same origins; 1 where neither errs, or none is shared.

    told, rival_told: bring each one's numbers to the series' own unit, since both may speak on scales of their own.
    """
    other = {one.known: one for one in rival}
    shared = [(one, other[one.known]) for one in found if one.known in other]
    if not shared:
        return 1.0
    own, its = (
        float(
            np.abs(np.concatenate([back(pair[i].outcome) - back(pair[i].own.mean) for pair in shared])).mean()
        )
        for i, back in ((0, told), (1, rival_told))
    )
    return own / its if its > 0 else 1.0
