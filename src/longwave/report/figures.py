"""A chart as inline SVG with real text: laid out with the page's typeface, the same bytes each time.

Everything is placed by measured widths, so that no label is cut, whatever its language. Two sizes are drawn
of each chart, one for a screen and for paper and one for a telephone: a scaled picture would have unreadable
labels.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from longwave.core.message import Language, say
from longwave.report.document import Chart, Mark
from longwave.report.drawing import Drawing, drawing
from longwave.report.frame import log_ticks, time_ticks, value_ticks, when, wrap
from longwave.report.kinds import bars, lines, stack, stacked_bars
from longwave.report.palette import INK, QUIET, RULE
from longwave.report.svg import inline
from longwave.report.typeface import Typeface, stand_ins, typeface_for
from longwave.report.wording import plain, sentence, series_of, tick_labels, true_minus


class Kind(NamedTuple):
    """How far a drawing's figures reach on their axis, and how they are painted."""

    extent: Callable[[Drawing], tuple[float, float]]
    paint: Callable[[Axes, Drawing], None]


KINDS: Mapping[str, Kind] = {
    "lines": Kind(lines.extent, lines.paint),
    "bars": Kind(bars.extent, bars.paint),
    "stack": Kind(stack.extent, stack.paint),
    "stacked_bars": Kind(stacked_bars.extent, stacked_bars.paint),
}


@dataclass(frozen=True, slots=True)
class Size:
    """A size to draw in: the name it has in the page, width, height and type size in points (1 point = 1 CSS
    px at full width)."""

    name: str
    width: float
    height: float
    type_size: float


WIDE = Size("wide", 640, 350, 11.5)
NARROW = Size("narrow", 344, 290, 11)
_EDGE = 16.0
_GAP = 6.0
_SHORTEST = 4
"""Characters of a name of which some may be left out, because those that stay tell the others: a count."""
_LONGEST_NAME = 90
"""Characters of a name within a picture; the whole name is in the table."""
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "hatch.color": "white",
    "hatch.linewidth": 0.7,
    "path.simplify": False,
}


@dataclass(frozen=True, eq=False)
class Sheet:
    """The paper that one picture is drawn on: its size and typeface, and the room around the figures in
    points. head, foot: room kept above and below for what a picture that stands alone must say; side: at both sides."""

    size: Size
    face: Typeface
    font: FontProperties
    swaps: Mapping[str, str]
    left: float = 0.0
    right: float = _EDGE
    top: float = 0.0
    bottom: float = 0.0
    head: float = 0.0
    foot: float = 0.0
    side: float = 0.0

    @property
    def plot_width(self) -> float:
        return self.size.width - self.left - self.right

    @property
    def line(self) -> float:
        """Distance from one line of text to the next."""
        return self.size.type_size * 1.35

    def swap(self, text: str) -> str:
        """The text as it is drawn: what the typeface lacks, replaced by what it has."""
        swapped = "".join(self.swaps.get(character, character) for character in text)
        return "".join(character if character in self.face.widths else "?" for character in swapped)


def draw(chart: Chart, lang: Language, key: str) -> dict[str, str]:
    """The chart as SVG elements by size name, ids beginning with `key`; empty when there is nothing to draw
    or no line in a chart of lines.

    Raises ValueError when a curve holds an entry twice, UserWarning (as an error) when a glyph is missing.
    """
    ready = drawing(chart, lang)
    if ready.empty or ready.pointless:
        return {}
    title, summary = sentence(chart.title, lang), sentence(chart.summary, lang)
    pictures = {}
    for size in (WIDE, NARROW):
        ident = f"{key}--{size.name}"
        drawn, swaps = _draw(chart, ready, lang, size, ident)
        pictures[size.name] = inline(drawn, ident, title, summary, {new: old for old, new in swaps.items()})
    return pictures


def _draw(
    chart: Chart, ready: Drawing, lang: Language, size: Size, salt: str
) -> tuple[str, Mapping[str, str]]:
    words = wording(chart, ready, lang)
    sheet = sheet_for(words.all, lang, size)
    with strict_style(salt):
        figure = lay_out(chart, ready, sheet, words)
        written = io.StringIO()
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            written, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    return written.getvalue(), sheet.swaps


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a picture: the unit, the names of its marks, the names at the ends of its curves
    (empty for those that bear none), and the labels of its axis."""

    unit: str
    marks: list[str]
    ends: list[str]
    labels: list[str]

    @property
    def all(self) -> str:
        return "".join([self.unit, *self.marks, *self.ends, *self.labels, "0123456789−–…,.%eQ+"])


def wording(chart: Chart, ready: Drawing, lang: Language) -> Words:
    """The words of a picture."""
    labelled = ready.labelled or (False,) * len(chart.curves)
    return Words(
        _unit(chart, ready, lang),
        [_short(mark.name.text(lang)) for mark in chart.marks],
        [_short(c.name.text(lang)) if flag else "" for c, flag in zip(chart.curves, labelled, strict=True)],
        list(map(_short, ready.where.labels)),
    )


def sheet_for(text: str, lang: Language, size: Size) -> Sheet:
    """Paper of a size, with a typeface that holds `text`."""
    face = typeface_for(text, lang)
    return Sheet(size, face, FontProperties(fname=str(face.path), size=size.type_size), stand_ins(text, face))


@contextmanager
def strict_style(salt: str, more: Any = MappingProxyType({})) -> Iterator[None]:
    """matplotlib as the house has it, whatever the user's own settings are."""
    with (
        style.context("default"),
        matplotlib.rc_context({**_SETTINGS, "svg.hashsalt": salt, **more}),
        _strict(),
    ):
        yield


def _strict() -> warnings.catch_warnings[None]:
    """A missing glyph is an error, not a box in somebody's report."""
    return warnings.catch_warnings(action="error", category=UserWarning)


def _unit(chart: Chart, ready: Drawing, lang: Language) -> str:
    words = [chart.unit.text(lang)]
    words += [ready.scale.text(lang)] if ready.scale else []
    words += [say("report.log_scale").text(lang)] if ready.log else []
    return true_minus(plain(series_of(words, lang)))


def _short(text: str) -> str:
    tidy = true_minus(plain(text))
    return tidy if len(tidy) <= _LONGEST_NAME else tidy[: _LONGEST_NAME - 1] + "…"


def lay_out(chart: Chart, ready: Drawing, sheet: Sheet, words: Words) -> Figure:
    """The picture on its paper."""
    kind = KINDS[ready.kind]
    unit, names = words.unit, words.marks
    low, high = kind.extent(ready)
    ticks, labels = _value_axis(ready, low, high)
    unit_rows = wrap(
        sheet.swap(unit),
        sheet.size.width - 2 * (_GAP + sheet.side),
        sheet.face,
        sheet.size.type_size,
        lines=3,
    )
    sheet = _margins(ready, sheet, labels, len(unit_rows))
    ends = _end_names(ready, sheet, words.ends)
    sheet = _room_for_ends(sheet, ends)
    ready = replace(ready, sideways=_must_lie(ready, sheet))
    if ready.sideways:
        sheet, figure, axes = _lying(ready, sheet, ticks, labels)
        axes.set_xlim(low, high)
        kind.paint(axes, ready)
    else:
        placed = _place_marks(chart.marks, names, ready, sheet)
        rows = 1 + max((row for *_, row in placed), default=-1)
        sheet = replace(sheet, top=sheet.top + rows * sheet.line)
        figure, axes = _standing(ready, sheet, ticks, labels)
        axes.set_ylim(low, high)
        kind.paint(axes, ready)
        _limit_x(axes, ready)
        _draw_marks(figure, axes, placed, sheet)
        _write_ends(figure, axes, ready, sheet, ends)
    if low < 0 < high and not ready.log:
        (axes.axvline if ready.sideways else axes.axhline)(0, color=QUIET, linewidth=1.0, zorder=2.5)
    for row, written in enumerate(unit_rows):
        height = 1 - (sheet.head + (row + 0.95) * sheet.line) / sheet.size.height
        figure.text(
            sheet.side / sheet.size.width,
            height,
            written,
            color=QUIET,
            fontproperties=sheet.font,
            ha="left",
            va="baseline",
        )
    return figure


def _value_axis(ready: Drawing, low: float, high: float) -> tuple[list[float], list[str]]:
    if not ready.log:
        ticks = value_ticks(low, high)
        return ticks, tick_labels(ticks, ready.percent, grouped=ready.grouped)
    ticks = log_ticks(low, high)
    return ticks, [tick_labels([tick], ready.percent)[0] for tick in ticks]


def _margins(ready: Drawing, sheet: Sheet, labels: list[str], unit_rows: int) -> Sheet:
    """Room for the labels of the figures at the left, for half of the last period's at the right, for the
    unit above."""
    width = sheet.face.width
    left = max(width(label, sheet.size.type_size) for label in labels) + 10
    last = width(ready.where.labels[-1], sheet.size.type_size) / 2 if ready.where.timed else 0.0
    return replace(
        sheet,
        top=sheet.head + unit_rows * sheet.line + _GAP,
        left=sheet.side + left,
        right=sheet.side + max(_EDGE, last),
    )


def _end_names(ready: Drawing, sheet: Sheet, ends: list[str]) -> list[list[str]]:
    """The names at the ends of curves, in rows that leave most of the paper to the figures."""
    part = 0.25 if ready.where.timed else 0.0
    width, size = sheet.size.width * part, sheet.size.type_size
    return [
        wrap(sheet.swap(name), width, sheet.face, size, lines=3) if name and width else [] for name in ends
    ]


def _room_for_ends(sheet: Sheet, ends: list[list[str]]) -> Sheet:
    widest = max((sheet.face.width(row, sheet.size.type_size) for rows in ends for row in rows), default=0.0)
    return replace(sheet, right=max(sheet.right, sheet.side + widest + _GAP + 4)) if widest else sheet


def _write_ends(figure: Figure, axes: Axes, ready: Drawing, sheet: Sheet, ends: list[list[str]]) -> None:
    """Names beside the ends of their curves, moved up or down until none lies on another."""
    low, high = axes.get_ylim()
    last = [np.flatnonzero(np.isfinite(values)) for values in ready.values]
    step = sheet.size.type_size * 1.2
    wanted = []
    for number, rows in enumerate(ends):
        if not rows or not last[number].size:
            continue
        x, y = ready.where.positions[last[number][-1]], ready.values[number][last[number][-1]]
        across, up = axes.transData.transform((float(x), min(max(float(y), low), high))) * 72 / figure.dpi
        wanted.append((float(up), float(across), number, rows))
    wanted.sort(key=lambda one: (one[0], one[2]))
    room = sheet.size.height - sheet.top - sheet.bottom
    if sum(len(rows) for *_, rows in wanted) * step > room:
        wanted = [(up, across, number, rows[:1]) for up, across, number, rows in wanted]
    if len(wanted) * step > room:
        return  # The legend names them all.
    heights = [len(rows) * step for *_, rows in wanted]
    middles = apart(
        [up for up, *_ in wanted], heights, sheet.bottom, sheet.size.height - sheet.top + step / 2
    )
    for (up, across, number, rows), middle, height in zip(wanted, middles, heights, strict=True):
        colour, left = ready.looks[number].colour, across + _GAP + 2
        if abs(middle - up) > step / 2:
            spots = [(across + 2) / sheet.size.width, (left - 1) / sheet.size.width]
            levels = [up / sheet.size.height, middle / sheet.size.height]
            figure.add_artist(Line2D(spots, levels, color=colour, linewidth=0.7))
        for row, text in enumerate(rows):
            base = middle + height / 2 - (row + 0.8) * step
            figure.text(
                left / sheet.size.width, base / sheet.size.height, text,
                color=INK, fontproperties=sheet.font, ha="left", va="baseline",
            )  # fmt: skip


def apart(wanted: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Middles of boxes as near as may be to those wanted (in rising order), none on another, all between low
    and high where there is room."""
    placed = list(wanted)
    floor = low
    for place, height in enumerate(heights):
        placed[place] = max(placed[place], floor + height / 2)
        floor = placed[place] + height / 2
    ceiling = high
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = min(placed[place], ceiling - heights[place] / 2)
        ceiling = placed[place] - heights[place] / 2
    return placed


def _sheet_axes(sheet: Sheet) -> tuple[Figure, Axes]:
    width, height = sheet.size.width, sheet.size.height
    figure = Figure(figsize=(width / 72, height / 72), facecolor="none")
    across, up = sheet.plot_width / width, (height - sheet.top - sheet.bottom) / height
    axes = figure.add_axes((sheet.left / width, sheet.bottom / height, across, up), facecolor="none")
    axes.set_axisbelow(True)
    for side in axes.spines:
        axes.spines[side].set_visible(False)
    return figure, axes


def _standing(ready: Drawing, sheet: Sheet, ticks: list[float], labels: list[str]) -> tuple[Figure, Axes]:
    places, names = _entries(ready, sheet)
    rows = max((name.count("\n") + 1 for name in names), default=1)
    sheet = replace(sheet, bottom=sheet.foot + rows * sheet.size.type_size * 1.25 + 10)
    figure, axes = _sheet_axes(sheet)
    if ready.log:
        axes.set_yscale("log")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_yticks(ticks, labels, fontproperties=sheet.font, color=QUIET)
    axes.set_xticks(places, names, fontproperties=sheet.font, color=QUIET)
    axes.tick_params("y", length=0)
    axes.tick_params("x", length=4 if ready.where.timed else 0, color=QUIET)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.spines["bottom"].set(visible=True, color=QUIET)
    return figure, axes


def _entries(ready: Drawing, sheet: Sheet) -> tuple[list[float], list[str]]:
    """Where the axis of periods or categories bears its labels, and the labels."""
    if ready.where.timed:
        return time_ticks(ready.where, sheet.plot_width, sheet.face, sheet.size.type_size)
    if ready.kind == "lines" and (thinned := _thinned(ready, sheet)):
        return thinned
    return list(ready.where.positions), [
        "\n".join(rows) for rows in _names(ready, sheet, _slot(ready, sheet), 2)
    ]


def _thinned(ready: Drawing, sheet: Sheet) -> tuple[list[float], list[str]] | None:
    """Short names of very many categories, such as steps ahead: only every second, fifth or tenth."""
    labels = [sheet.swap(_short(label)) for label in ready.where.labels]
    room = max(sheet.face.width(label, sheet.size.type_size) for label in labels) + 2 * _GAP
    each = sheet.plot_width / len(labels)
    if room <= each or any(len(label) > _SHORTEST for label in labels):
        return None
    every = next((n for n in (2, 5, 10, 20, 50, 100) if n * each >= room), len(labels))
    spots = range(every - 1, len(labels), every)
    return [float(ready.where.positions[spot]) for spot in spots], [labels[spot] for spot in spots]


def _names(ready: Drawing, sheet: Sheet, width: float, lines: int) -> list[list[str]]:
    size = sheet.size.type_size
    return [wrap(sheet.swap(_short(label)), width, sheet.face, size, lines) for label in ready.where.labels]


def _slot(ready: Drawing, sheet: Sheet) -> float:
    return sheet.plot_width / max(1, len(ready.where.labels)) - _GAP


def _must_lie(ready: Drawing, sheet: Sheet) -> bool:
    """Whether names of categories need more room than there is below standing bars."""
    if ready.where.timed or ready.kind == "lines":
        return False
    words = [word for label in ready.where.labels for word in sheet.swap(_short(label)).split()]
    size, slot = sheet.size.type_size, _slot(ready, sheet)
    too_wide = max((sheet.face.width(word, size) for word in words if word.isascii()), default=0.0) > slot
    rows = _names(ready, sheet, max(slot, size), 3)
    return too_wide or any(len(row) > 2 for row in rows) or slot < 2 * size


def _lying(ready: Drawing, sheet: Sheet, ticks: list[float], labels: list[str]) -> tuple[Sheet, Figure, Axes]:
    """Lying bars, on paper as high as their names need."""
    size = sheet.size.type_size
    names = _names(ready, sheet, sheet.size.width * 0.36, 4)
    left = max(sheet.face.width(row, size) for rows in names for row in rows) + 10
    edge = max(_EDGE, sheet.face.width(labels[-1], size) / 2 + 2)
    sheet = replace(
        sheet, left=sheet.side + left, right=sheet.side + edge, bottom=sheet.foot + size * 1.25 + 10
    )
    bars_a_row = len(ready.values) if ready.kind == "bars" else 1
    row = max(bars_a_row * 11 + 10, max(map(len, names)) * size * 1.3 + 8, 24)
    sheet = replace(sheet, size=replace(sheet.size, height=len(names) * row + sheet.top + sheet.bottom))
    figure, axes = _sheet_axes(sheet)
    # An axis of figures is thinned until its labels stand apart.
    room = max(sheet.face.width(label, size) for label in labels) + 12
    every = max(1, math.ceil(len(labels) * room / sheet.plot_width))
    axes.set_xticks(ticks[::every], labels[::every], fontproperties=sheet.font, color=QUIET)
    written = ["\n".join(rows) for rows in names]
    axes.set_yticks(list(ready.where.positions), written, fontproperties=sheet.font, color=INK)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.grid(axis="x", color=RULE, linewidth=0.8)
    return sheet, figure, axes


def _limit_x(axes: Axes, ready: Drawing) -> None:
    first, last, step = float(ready.where.positions[0]), float(ready.where.positions[-1]), ready.where.step
    joined = ready.where.timed and ready.kind in {"lines", "stack"} and last > first
    air = max((last - first) * 0.015, step * 0.1) if joined else step * 0.6
    axes.set_xlim(first - air, last + air)


Placed = tuple[float, float, str, float, int]
"""A mark: first and last position, name to write (empty when its name stands in the legend), centre, row."""


def _place_marks(marks: tuple[Mark, ...], names: list[str], ready: Drawing, sheet: Sheet) -> list[Placed]:
    """Marks on the axis of periods, their names in as few rows above the figures as keep them apart."""
    if not ready.where.timed:
        return []
    start, end, step = float(ready.where.positions[0]), float(ready.where.positions[-1]), ready.where.step
    taken: list[float] = []
    placed: list[Placed] = []
    for mark, name in sorted(zip(marks, names, strict=True), key=lambda pair: when(pair[0].first) or 0.0):
        first, last = when(mark.first), when(mark.last)
        if first is None or last is None or last < start or first > end:
            continue
        span = (first, last) if first == last else (max(first - step / 2, start), min(last + step / 2, end))
        word = sheet.swap(name) if names.count(name) == 1 else ""
        word = wrap(word, sheet.plot_width, sheet.face, sheet.size.type_size, lines=1)[0]
        half = sheet.face.width(word, sheet.size.type_size) / 2
        middle = sheet.left + (sum(span) / 2 - start) / max(end - start, step) * sheet.plot_width
        centre = min(max(middle, sheet.left + half), sheet.size.width - half)
        row = (
            next((r for r, right in enumerate(taken) if right + _GAP < centre - half), len(taken))
            if word
            else -1
        )
        taken[row : row + 1] = [centre + half] if word else taken[row : row + 1]
        placed.append((*span, word, centre, row))
    return placed


def _draw_marks(figure: Figure, axes: Axes, placed: list[Placed], sheet: Sheet) -> None:
    height = sheet.size.height
    for first, last, word, centre, row in placed:
        if first == last:
            axes.axvline(first, color=QUIET, linewidth=1.0, linestyle=(0, (3, 3)), zorder=1.5)
        else:
            axes.axvspan(first, last, color="#8795a5", alpha=0.22, linewidth=0, zorder=0.5)
        if not word:
            continue
        above = (height - sheet.top + row * sheet.line + 3) / height
        figure.text(
            centre / sheet.size.width,
            above,
            word,
            color=QUIET,
            fontproperties=sheet.font,
            ha="center",
            va="baseline",
        )
        if row:
            where = (axes.transData.transform(((first + last) / 2, 0.0))[0]) / (
                sheet.size.width / 72 * figure.dpi
            )
            figure.add_artist(
                Line2D([where] * 2, [1 - sheet.top / height, above - 2 / height], color=QUIET, linewidth=0.6)
            )
