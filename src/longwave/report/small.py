"""A chart so small that it stands in a row of a table: its lines and bands, no axis and no word in it.

It shows a shape. What it shows in figures stands in the row beside it or in the full chart of the same document.
"""

from __future__ import annotations

import io

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from longwave.core.message import Language
from longwave.report.document import Chart
from longwave.report.drawing import drawing
from longwave.report.figures import KINDS, strict_style
from longwave.report.svg import inline
from longwave.report.wording import sentence

WIDTH, HEIGHT = 150.0, 46.0
"""In points; 1 point = 1 CSS px."""


def draw_small(chart: Chart, lang: Language, key: str) -> str:
    """The chart as one SVG element, ids beginning with `key`; empty when it has no line.

    Raises ValueError when a curve holds an entry twice.
    """
    ready = drawing(chart, lang)
    if ready.empty or ready.pointless or ready.kind != "lines":
        return ""
    with strict_style(key):
        figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor="none")
        axes = figure.add_axes((0.01, 0.03, 0.98, 0.94), facecolor="none")
        axes.set_axis_off()
        if ready.log:
            axes.set_yscale("log")
        axes.set_ylim(*KINDS["lines"].extent(ready))
        KINDS["lines"].paint(axes, ready)
        axes.set_xlim(float(ready.where.positions[0]), float(ready.where.positions[-1]))
        written = io.StringIO()
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            written, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    return inline(written.getvalue(), key, sentence(chart.title, lang), sentence(chart.summary, lang), {})
