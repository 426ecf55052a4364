"""Layers that add up, as areas over periods; bars where there are too few periods, or categories, for an
area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from longwave.report.drawing import Drawing, summed
from longwave.report.frame import Array
from longwave.report.kinds import stacked_bars
from longwave.report.kinds.lines import runs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEWEST_FOR_AREAS = 3


def extent(drawing: Drawing) -> tuple[float, float]:
    return stacked_bars.extent(drawing)


def paint(axes: Axes, drawing: Drawing) -> None:
    numbers = stacked_bars.parts(drawing)
    layers, _ = summed([drawing.values[number] for number in numbers])
    if not areas(drawing, layers):
        stacked_bars.paint(axes, drawing)
        return
    x = drawing.where.positions
    for number, layer, start in zip(numbers, layers, stacked_bars.floors(layers), strict=True):
        look = drawing.looks[number]
        for run in runs(x, layer):
            axes.fill_between(
                x[run], start[run], (start + layer)[run], facecolor=look.colour, hatch=look.hatch,
                edgecolor="white", linewidth=0.8,
            )  # fmt: skip
    stacked_bars.totals(axes, drawing)


def areas(drawing: Drawing, layers: list[Array]) -> bool:
    """Whether the layers can be drawn as areas: over periods, nothing below zero, and no piece too short for
    one."""
    pieces = [run for layer in layers for run in runs(drawing.where.positions, layer)]
    positive = not any(np.any(layer < 0) for layer in layers)
    return drawing.where.timed and positive and all(run.size >= _FEWEST_FOR_AREAS for run in pieces)
