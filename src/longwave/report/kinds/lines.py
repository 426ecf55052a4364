"""Lines over periods, with bands: a gap in the figures is a gap in the line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from longwave.report.drawing import Drawing, Interval, reach
from longwave.report.frame import Array
from longwave.report.outliers import outliers
from longwave.report.palette import TINT, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS_A_LINE = 6


def extent(drawing: Drawing) -> tuple[float, float]:
    edges = [edge for interval in drawing.intervals for edge in (interval.low, interval.high)]
    if not drawing.log:
        return reach([*_inside(drawing), *edges])
    low, high = reach([np.log(a) for a in (*drawing.values, *edges)])
    return math.exp(low), math.exp(high)


def paint(axes: Axes, drawing: Drawing) -> None:
    x = drawing.where.positions
    for interval in sorted(drawing.intervals, key=lambda one: -one.level):
        _shade(axes, x, interval, drawing.looks[interval.curve])
    for number, (y, look) in enumerate(zip(drawing.values, drawing.looks, strict=True)):
        _line(axes, x, y, look)
        if marked(drawing, number):
            _mark(axes, x, y, look, number)
    _point_out(axes, drawing)


def _inside(drawing: Drawing) -> list[Array]:
    """The figures that the axis must reach."""
    kept = [values.copy() for values in drawing.values]
    for one in outliers(drawing):
        kept[one.curve][one.place] = math.nan
    return kept


def _point_out(axes: Axes, drawing: Drawing) -> None:
    """An arrow at the upper edge where a figure lies above the picture."""
    top = axes.get_ylim()[1]
    for one in outliers(drawing):
        axes.plot(
            drawing.where.positions[one.place], top, marker="^", markersize=9, color=drawing.looks[one.curve].colour,
            markeredgecolor="white", markeredgewidth=0.8, linestyle="none", clip_on=False, zorder=6,
        )  # fmt: skip


def runs(x: Array, y: Array) -> list[npt.NDArray[np.intp]]:
    """Indices of the figures that may be joined: neighbours no further apart than is usual in this series,
    so that a census every ten years is a line and a lost decade in an annual series is a gap."""
    known = np.flatnonzero(np.isfinite(y))
    if known.size < 2:
        return [known] if known.size else []
    apart = np.diff(x[known])
    return np.split(known, np.flatnonzero(apart > 1.5 * np.median(apart)) + 1)


def marked(drawing: Drawing, number: int) -> bool:
    """Whether a curve bears its marker: where solid lines must be told apart by more than colour."""
    return drawing.dashed.count(False) > 1 and not drawing.dashed[number]


def _line(axes: Axes, x: Array, y: Array, look: Look) -> None:
    for run in runs(x, y):
        if run.size == 1:
            axes.plot(x[run], y[run], marker=look.marker, color=look.colour, markersize=4, linestyle="none")
            continue
        style = (0, look.dash) if look.dash else "solid"
        axes.plot(x[run], y[run], color=look.colour, linewidth=1.9, linestyle=style)


def _mark(axes: Axes, x: Array, y: Array, look: Look, number: int) -> None:
    known = np.flatnonzero(np.isfinite(y))
    every = max(1, known.size // _MARKERS_A_LINE)
    # Each line starts its markers elsewhere: where lines meet, markers do not cover one another.
    spots = known[(number * every // 3) % every :: every]
    axes.plot(
        x[spots], y[spots], marker=look.marker, color=look.colour, markersize=5.5,
        markeredgecolor="white", markeredgewidth=0.7, linestyle="none",
    )  # fmt: skip


def _shade(axes: Axes, x: Array, interval: Interval, look: Look) -> None:
    for run in runs(x, interval.low + interval.high):
        low, high = interval.low[run], interval.high[run]
        if run.size == 1:
            axes.vlines(x[run], low, high, colors=look.colour, alpha=3 * TINT, linewidth=5)
        else:
            axes.fill_between(x[run], low, high, color=look.colour, alpha=TINT, linewidth=0)
