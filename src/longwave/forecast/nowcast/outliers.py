"""Figures so far out that they may be seen but must not set the parameters.

A change is flagged when it lies more than `REACH` interquartile ranges from its series' median (the rule of Stock and
Watson 2002 and McCracken and Ng 2016, with a shorter reach: five ranges are 6.7 standard deviations of a normal, ten
would let half of spring 2020 through). A period in which a quarter of the series on that calendar is flagged is set
aside whole, and with it the slower figures that hold it. Flagged figures are missing while parameters and
standardisation are estimated, as Schorfheide and Song (2021) leave spring 2020 out; the nowcast itself sees every figure.

A nowcast that rests on flagged figures stands outside what its model was estimated on. How much of what they say is true
of the target is not known, so with d the nowcast with them less the nowcast without them,

    variance = the model's own + d^2

(`doubted`): nothing where nothing is flagged, and next to nothing where what is flagged lies long ago.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from longwave.forecast.method import Matrix, Prediction, Vector

Flags = NDArray[np.bool_]

REACH = 5.0
WHOLE = 0.25
"""Share of the series flagged in a period from which on the whole period is set aside."""

_FEWEST_FOR_WHOLE = 4
"""With fewer series known in a period a quarter of them is one, and says nothing of the others."""


def far_out(changes: Vector, reach: float = REACH) -> Flags:
    """Which changes (NaN where missing) lie beyond `reach` interquartile ranges; none where the ranges are zero."""
    known = changes[np.isfinite(changes)]
    if len(known) < 4:
        return np.zeros(len(changes), dtype=np.bool_)
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    if high == low:  # a rate that mostly rests: every move would be far out
        return np.zeros(len(changes), dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(changes - middle) > reach * (high - low), dtype=np.bool_)


def flagged(values: Matrix, quick: int | None = None, span: int = 1) -> Flags:
    """Which cells of a table of changes are set aside, shape as `values`; rows are periods.

    quick: how many columns are on the calendar of the rows (default: all); the others stand in the last of `span` rows
    and go with a whole row that is set aside within them.
    """
    quick = values.shape[1] if quick is None else quick
    flags = np.column_stack([far_out(column) for column in values.T])
    known = np.isfinite(values[:, :quick]).sum(axis=1)
    count = flags[:, :quick].sum(axis=1)
    broken = (known >= _FEWEST_FOR_WHOLE) & (count >= np.maximum(WHOLE * known, 1))
    flags[:, :quick] |= broken[:, None]
    within = [broken[max(row + 1 - span, 0) : row + 1].any() for row in range(len(broken))]
    flags[:, quick:] |= np.array(within, dtype=np.bool_)[:, None]
    return np.asarray(flags & np.isfinite(values), dtype=np.bool_)


@dataclass(frozen=True)
class Doubted(Prediction):
    """A prediction that rests on figures far out.

    sd: with their doubt; doubt: by how much they move it, one number a step.
    """

    doubt: Vector = field(default_factory=lambda: np.zeros(0))


def doubted(said: Prediction, without: Vector) -> Doubted:
    """`said` with the doubt of its figures far out; without: its mean as it is without them, one number a step."""
    doubt = said.mean - without
    return Doubted(said.mean, np.hypot(said.sd, doubt), said.degrees, doubt)
