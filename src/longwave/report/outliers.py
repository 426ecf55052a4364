"""Few figures that would rule a chart's axis alone: they are kept out of its reach, marked, and named below it.

Only lines without intervals on a linear axis are looked at: bars and layers must stand whole, and an interval
that is cut says too much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.report.drawing import Drawing

_FEWEST = 20
"""Figures below which no one of them can be called unusual."""
_TIMES = 2.5
_GAP = 1.6
"""How many times the highest figure inside the picture one outside must be: a steep but steady rise has
none."""
_MOST = 3


@dataclass(frozen=True, slots=True)
class Outlier:
    """A figure outside the picture: number of its curve, and its place along the axis."""

    curve: int
    place: int


def outliers(drawing: Drawing) -> tuple[Outlier, ...]:
    """The figures that lie above the picture, in order of curve and place; none where nothing is to be cut.

    They are above 2.5 times the ninth decile (the figure that nine tenths do not exceed) of all figures of the chart,
    above 1.6 times the highest of the others, and at most three.
    """
    if drawing.kind != "lines" or drawing.log or drawing.intervals:
        return ()
    known = np.concatenate([one[np.isfinite(one)] for one in drawing.values] or [np.array([])])
    if known.size < _FEWEST:
        return ()
    limit = _TIMES * float(np.quantile(known, 0.9))
    outside = known[known > limit]
    if limit <= 0 or not 0 < outside.size <= _MOST or outside.min() < _GAP * known[known <= limit].max():
        return ()
    return tuple(
        Outlier(number, int(place))
        for number, one in enumerate(drawing.values)
        for place in np.flatnonzero(np.nan_to_num(one, nan=-np.inf) > limit)
    )
