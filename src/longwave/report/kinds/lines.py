"""Lines over periods, with bands: a gap in the figures is a gap in the line."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from longwave.report.drawing import Drawing, Interval, joint, reach
from longwave.report.frame import Array
from longwave.report.outliers import outliers
from longwave.report.palette import TINT, Look, layer

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
    below: Counter[int] = Counter()
    for interval in sorted(drawing.intervals, key=lambda one: -one.level):
        _shade(
            axes,
            x,
            interval,
            drawing.looks[interval.curve],
            below[interval.curve],
            joint(drawing, interval.curve),
        )
        below[interval.curve] += 1
    for number, (y, look) in enumerate(zip(drawing.values, drawing.looks, strict=True)):
        _line(axes, x, y, look, joint(drawing, number), thin=in_family(drawing, number))
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
    if drawing.kind != "lines" or _plain(drawing, number):
        return False
    return sum(not _plain(drawing, other) for other in range(len(drawing.values))) > 1


def _plain(drawing: Drawing, number: int) -> bool:
    """Whether a curve is told apart by its dashes, its thinness or the name at its end."""
    named = bool(drawing.labelled) and drawing.labelled[number]
    return drawing.dashed[number] or named or in_family(drawing, number)


def in_family(drawing: Drawing, number: int) -> bool:
    """Whether a curve is one of a family: those are thin, and one entry in the legend names them all."""
    return bool(drawing.families) and drawing.families[number] is not None


def _line(
    axes: Axes, x: Array, y: Array, look: Look, start: tuple[float, float] | None, *, thin: bool
) -> None:
    for place, run in enumerate(runs(x, y)):
        along, up = x[run], y[run]
        if start is not None and place == 0:
            along, up = np.r_[start[0], along], np.r_[start[1], up]
        if along.size == 1:
            axes.plot(along, up, marker=look.marker, color=look.colour, markersize=4, linestyle="none")
            continue
        style = (0, look.dash) if look.dash else "solid"
        axes.plot(along, up, color=look.colour, linewidth=1.0 if thin else 1.9, linestyle=style)


def _mark(axes: Axes, x: Array, y: Array, look: Look, number: int) -> None:
    known = np.flatnonzero(np.isfinite(y))
    every = max(1, known.size // _MARKERS_A_LINE)
    # Each line starts its markers elsewhere: where lines meet, markers do not cover one another.
    spots = known[(number * every // 3) % every :: every]
    axes.plot(
        x[spots], y[spots], marker=look.marker, color=look.colour, markersize=5.5,
        markeredgecolor="white", markeredgewidth=0.7, linestyle="none",
    )  # fmt: skip


def _shade(
    axes: Axes, x: Array, interval: Interval, look: Look, below: int, start: tuple[float, float] | None
) -> None:
    """A band laid on `below` wider ones; from `start`, where its curve goes on from another. Its edges are
    white, so that neighbours stay apart in a grey print."""
    for place, run in enumerate(runs(x, interval.low + interval.high)):
        along, low, high = x[run], interval.low[run], interval.high[run]
        if start is not None and place == 0:
            along, low, high = np.r_[start[0], along], np.r_[start[1], low], np.r_[start[1], high]
        if along.size == 1:
            axes.vlines(along, low, high, colors=look.colour, alpha=3 * TINT, linewidth=5)
            continue
        axes.fill_between(along, low, high, color=look.colour, alpha=layer(below), linewidth=0)
        for edge in (low, high):
            axes.plot(along, edge, color="white", linewidth=0.7, alpha=0.9)
