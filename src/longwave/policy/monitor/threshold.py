"""A threshold that counts only when it is passed for some periods on end, by the whole interval of the figure.

Charts see slow changes of a sample; a threshold sees what matters whatever the sample was: inflation above 4 per cent, two
years on end. One period beyond it is often noise or a figure that will be revised, hence the persistence; and a figure that
is measured with doubt has passed only when the near end of its interval has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from longwave.policy.monitor.run_length import Floats


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a threshold was passed. Places in the figures, None where it was not.

    fired: the period in which the persistence was reached; since: the first of these periods; still: the last known figure
    is beyond the threshold too; open: the last points have been beyond it for long enough, their intervals have not.
    """

    fired: int | None
    since: int | None
    still: bool
    open: bool


def crossing(
    figures: Floats,
    threshold: float,
    *,
    above: bool,
    persistence: int,
    low: Floats | None = None,
    high: Floats | None = None,
) -> Crossing:
    """The first time that figures (n,) lay beyond `threshold` for `persistence` periods on end.

    low, high: interval of each figure, where there is one. A period without a figure ends a run: nobody knows of it.
    """
    near = low if above else high
    sure = _beyond(figures if near is None else np.where(np.isfinite(near), near, figures), threshold, above)
    points = _beyond(figures, threshold, above)
    fired = _reached(sure & points, persistence)
    known = np.flatnonzero(np.isfinite(figures))
    still = fired is not None and bool((sure & points)[known[-1]])
    since = None if fired is None else fired - persistence + 1
    reach = points[: known[-1] + 1][-persistence:] if len(known) else points[:0]
    return Crossing(fired, since, still, fired is None and len(reach) == persistence and bool(reach.all()))


def _beyond(figures: Floats, threshold: float, above: bool) -> npt.NDArray[np.bool_]:
    return np.asarray(figures > threshold if above else figures < threshold)  # nan is never beyond


def _reached(beyond: npt.NDArray[np.bool_], persistence: int) -> int | None:
    """Place at which a run of `persistence` is first complete."""
    length = 0
    for place, each in enumerate(beyond):
        length = length + 1 if each else 0
        if length == persistence:
            return place
    return None
