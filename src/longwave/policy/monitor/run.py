"""One run of a chart over what came since the decision, and its first alarm in the direction that is watched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.policy.monitor import cusum as sums
from longwave.policy.monitor import ewma as averages
from longwave.policy.monitor.run_length import Calibration, Floats


@dataclass(frozen=True, eq=False)
class Run:
    """A chart after its run: statistic columns, the alarm's place among the watched, the column that gave it."""

    columns: dict[str, Floats]
    fired: int | None = None
    began: int | None = None
    upwards: bool | None = None
    still: bool = False
    size: float = float("nan")


def run_chart(z: Floats, limits: Calibration) -> Run:
    """The chart over the watched residuals (m,), and its first alarm in the rule's direction."""
    if limits.kind == "cusum":
        up, down = sums.cusum(z)
        columns = {"up": up, "down": down}
        sides = {True: up, False: down}
    else:
        path = averages.ewma(z)
        columns = {"average": path}
        sides = {True: path, False: -path}
    wanted = [side for side in sides if limits.direction in ("both", "up" if side else "down")]
    beyond = {side: np.flatnonzero(sides[side] > limits.limit) for side in wanted}
    alarms = [(int(places[0]), side) for side, places in beyond.items() if len(places)]
    if not alarms:
        return Run(columns)
    fired, side = min(alarms)
    path = sides[side]
    began = sums.began(path, fired) if limits.kind == "cusum" else averages.began(path, fired)
    seen = z[began : fired + 1]
    return Run(columns, fired, began, side, bool(path[-1] > limits.limit), float(np.nanmean(seen)))
