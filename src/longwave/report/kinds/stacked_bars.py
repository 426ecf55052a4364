"""Parts that push up and parts that push down, stacked apart from zero; a dashed curve is the total, as a
marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from longwave.report.drawing import Drawing, reach, summed
from longwave.report.frame import Array
from longwave.report.kinds.bars import GROUP, bar
from longwave.report.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOTAL_MARKER = "D"
_CROWDED = 30


def parts(drawing: Drawing) -> list[int]:
    """Which curves are parts; the others are totals."""
    return [number for number, dashed in enumerate(drawing.dashed) if not dashed]


def floors(layers: list[Array]) -> list[Array]:
    """Where each layer starts: on the positive ones before it when it is positive, else below the negative
    ones."""
    above, below = (np.zeros_like(layers[0]) for _ in range(2)) if layers else (np.zeros(0), np.zeros(0))
    starts = []
    for layer in layers:
        height = np.nan_to_num(layer)
        starts.append(np.where(height >= 0, above, below))
        above, below = above + np.maximum(height, 0), below + np.minimum(height, 0)
    return starts


def extent(drawing: Drawing) -> tuple[float, float]:
    layers, _ = summed([drawing.values[number] for number in parts(drawing)])
    totals = [values for values, dashed in zip(drawing.values, drawing.dashed, strict=True) if dashed]
    return reach(
        [start + layer for start, layer in zip(floors(layers), layers, strict=True)] + totals, zero=True
    )


def paint(axes: Axes, drawing: Drawing) -> None:
    numbers = parts(drawing)
    layers, _ = summed([drawing.values[number] for number in numbers])
    x, breadth = drawing.where.positions, GROUP * drawing.where.step
    for number, layer, start in zip(numbers, layers, floors(layers), strict=True):
        bar(axes, drawing, x, layer, start, breadth, number)
    totals(axes, drawing)


def totals(axes: Axes, drawing: Drawing) -> None:
    """The dashed curves, as markers on top."""
    x = drawing.where.positions
    size = 3.5 if x.size > _CROWDED else 6.0
    for values in (drawing.values[number] for number, dashed in enumerate(drawing.dashed) if dashed):
        across, along = (values, x) if drawing.sideways else (x, values)
        axes.plot(
            across, along, marker=TOTAL_MARKER, markersize=size, linestyle="none", color="white",
            markeredgecolor=INK, markeredgewidth=1.4, zorder=5,
        )  # fmt: skip
