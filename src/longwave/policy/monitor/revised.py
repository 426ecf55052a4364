"""Which part of a deviation comes of figures that were revised since the decision, and which is news.

Revision = figure now - figure then, less what all figures were revised by alike: that moves the yardstick too (the mean,
where the mean is watched; where a promised path is watched it stays in every later figure, and is a revision of these too).
For periods that had no figure then, it is what the autoregression makes of the revisions before them.
"""

from __future__ import annotations

import numpy as np

from longwave.policy.monitor.line import Line
from longwave.policy.monitor.run_length import Floats
from longwave.policy.monitor.whiten import Whitener


def revisions(line: Line, then: Floats, model: Whitener, *, promised: bool) -> Floats:
    """The part of each deviation (n,) that comes of revising the figures `then` (n,)."""
    both = np.isfinite(then) & np.isfinite(line.figures)
    revised = np.where(both, line.figures - then, np.nan)
    past = revised[: line.start][both[: line.start]]
    alike = 0.0 if not len(past) else float(np.median(past) if promised else past.mean())
    return _carried(revised - alike, model) + (alike if promised else 0.0)


def _carried(revised: Floats, model: Whitener) -> Floats:
    """Revisions (n,), continued past the last by the autoregression; nought before the first."""
    known = np.flatnonzero(np.isfinite(revised))
    found = np.zeros(len(revised))
    if not len(known):
        return found
    last = int(known[-1])
    found[: last + 1] = np.where(np.isfinite(revised[: last + 1]), revised[: last + 1], 0.0)
    for place in range(last + 1, len(revised)):
        past = np.diff(found[:place], prepend=0.0) if model.differenced else found[:place]
        lags = past[::-1][: model.order]
        step = float(np.dot(model.lags[: len(lags)], lags))
        found[place] = found[place - 1] + step if model.differenced else step
    return found
