"""Bars in groups, with whiskers for their intervals; a dash stands where a bar has no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from longwave.report.drawing import Drawing, reach
from longwave.report.frame import Array
from longwave.report.palette import INK, QUIET
from longwave.report.wording import MISSING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUP = 0.78
"""Part of the distance between two groups that bars fill; the rest is the gap that makes them groups."""
_MOST_DASHES = 40


def extent(drawing: Drawing) -> tuple[float, float]:
    edges = [edge for interval in drawing.intervals for edge in (interval.low, interval.high)]
    return reach([*drawing.values, *edges], zero=True)


def paint(axes: Axes, drawing: Drawing) -> None:
    breadth = GROUP * drawing.where.step / len(drawing.values)
    few = len(drawing.values) * len(drawing.where.keys) <= _MOST_DASHES
    for number, values in enumerate(drawing.values):
        middle = drawing.where.positions + (number - (len(drawing.values) - 1) / 2) * breadth
        bar(axes, drawing, middle, values, np.zeros_like(values), breadth, number)
        for interval in drawing.intervals:
            if interval.curve == number:
                _whisker(axes, drawing, middle, interval.low, interval.high)
        for spot in middle[~np.isfinite(values)] if few else ():
            place = (0, spot) if drawing.sideways else (spot, 0)
            axes.annotate(
                MISSING, place, color=QUIET, ha="left" if drawing.sideways else "center",
                va="center" if drawing.sideways else "bottom",
            )  # fmt: skip


def bar(
    axes: Axes, drawing: Drawing, middle: Array, values: Array, floor: Array, breadth: float, number: int
) -> None:
    """Bars of curve `number` from `floor`, standing or lying as the drawing says; none where there is no
    figure."""
    known = np.isfinite(values)
    look = drawing.looks[number]
    paint_bars = axes.barh if drawing.sideways else axes.bar
    start: dict[str, Any] = {"left" if drawing.sideways else "bottom": floor[known]}
    paint_bars(
        middle[known], values[known], breadth, **start,
        color=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0.6,
    )  # fmt: skip


def _whisker(axes: Axes, drawing: Drawing, middle: Array, low: Array, high: Array) -> None:
    known = np.isfinite(low) & np.isfinite(high)
    centre, arm = (low + high)[known] / 2, (high - low)[known] / 2
    spots = middle[known]
    style: dict[str, Any] = {"fmt": "none", "ecolor": INK, "elinewidth": 1.1, "capsize": 2.5}
    if drawing.sideways:
        axes.errorbar(centre, spots, xerr=arm, **style)
    else:
        axes.errorbar(spots, centre, yerr=arm, **style)
