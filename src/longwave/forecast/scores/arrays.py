"""What every score asks of its arrays: something in them, equal lengths, finite numbers; asked once, at its door."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.forecast.method import Matrix, Vector

_CROSSING = 1e-9
"""Quantiles may fall by this part of their size: rounding, not a contradiction."""


def vectors(**named: ArrayLike) -> tuple[Vector, ...]:
    """The arrays as vectors of one length n > 0, in the order given.

    Raises BadInput naming the first that is empty, of another length or not finite.
    """
    found = {name: np.asarray(values, dtype=np.float64).ravel() for name, values in named.items()}
    first = next(iter(found))
    for name, values in found.items():
        if not len(values):
            raise BadInput(say("scores.empty", name=name), say("scores.empty_mend"))
        if len(values) != len(found[first]):
            raise BadInput(
                say(
                    "scores.unequal",
                    first=first,
                    count=len(found[first]),
                    second=name,
                    other=len(values),
                ),
                say("scores.unequal_mend"),
            )
        _check_finite(name, values)
    return tuple(found.values())


def quantile_arrays(
    outcome: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike
) -> tuple[Vector, Matrix, Vector]:
    """outcome (n,), quantiles (n, k) and probabilities (k,), the last rising between 0 and 1 and each row of
    quantiles not falling.

    Raises BadInput.
    """
    (came,) = vectors(outcome=outcome)
    levels = np.asarray(probabilities, dtype=np.float64).ravel()
    table = np.asarray(quantiles, dtype=np.float64)
    if not len(levels) or not ((levels > 0) & (levels < 1)).all() or not (np.diff(levels) > 0).all():
        raise BadInput(say("scores.bad_probabilities"), say("scores.bad_probabilities_mend"))
    if table.shape != (len(came), len(levels)):
        raise BadInput(
            say(
                "scores.bad_shape",
                shape=str(table.shape),
                rows=len(came),
                columns=len(levels),
            ),
            say("scores.unequal_mend"),
        )
    _check_finite("quantiles", table)
    slack = _CROSSING * np.maximum(np.abs(table[:, 1:]), np.abs(table[:, :-1]))
    if (np.diff(table, axis=1) < -slack).any():
        row = int(np.argmax((np.diff(table, axis=1) < -slack).any(axis=1)))
        raise BadInput(say("scores.crossing", row=row), say("scores.crossing_mend"))
    return came, table, levels


def _check_finite(name: str, values: Vector | Matrix) -> None:
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise BadInput(say("scores.not_finite", name=name, count=wrong), say("scores.not_finite_mend"))
