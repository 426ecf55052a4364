"""The table beside a chart: the same figures as its picture, intervals included, the newest period first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Language, say
from longwave.report.document import Chart, Table
from longwave.report.frame import places
from longwave.report.wording import MISSING, figure, spoken

_BRIEF = 7.5
"""Width in em up to which the name of a row is not broken: two years with a dash between them."""
_ROOM, _TIGHT = 1.4, 1.0
"""Room in em that belongs to each column, and that on a telephone."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words: header, rows, which columns are figures (set to the right), whether a cell is
    missing, whether the rows are periods."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[bool, ...]
    gaps: bool
    timed: bool = False

    @property
    def brief(self) -> bool:
        """Whether the names of the rows are so short that none needs two lines."""
        return all(_em(row[0]) <= _BRIEF for row in self.rows if row)


def chart_grid(chart: Chart, lang: Language) -> Grid:
    """One row a period, the newest first, or a category as they come; one column a curve and one a band, a
    total of stacked parts before its parts."""
    where = places(chart, lang)
    of_categories = chart.entries or say("report.category")
    header = [(say("report.period_newest") if where.timed else of_categories).text(lang)]
    columns = []
    several = len({band.curve for band in chart.bands}) > 1
    for number in _order(chart):
        curve = chart.curves[number]
        name = spoken(curve.name, lang)
        header.append(name)
        columns.append([_written(chart, value) for value in where.align(curve.values)])
        for band in (band for band in chart.bands if band.curve == number):
            blanks = {"name": name, "level": f"{band.level:.0%}"}
            header.append(say("report.interval_of" if several else "report.interval", **blanks).text(lang))
            edges = zip(where.align(band.low), where.align(band.high), strict=True)
            columns.append([_interval(chart, low, high, lang) for low, high in edges])
    rows = tuple(zip(where.labels, *columns, strict=True))
    rows = rows[::-1] if where.timed else rows
    gaps = any(MISSING in row for row in rows)
    return Grid(tuple(header), rows, (False, *[True] * len(columns)), gaps, where.timed)


def _order(chart: Chart) -> list[int]:
    """The curves in the order of their columns."""
    numbers = list(range(len(chart.curves)))
    if chart.kind in {"stack", "stacked_bars"}:
        numbers.sort(key=lambda number: not chart.curves[number].dashed)
    return numbers


def width(grid: Grid, *, broken: bool = False) -> float:
    """Least width of the table in em of its type, words broken between words; figures stay on one line, unless
    `broken`, as on a telephone, where an interval may take two.

    An estimate: 0.6 em a Latin character, 1 em a Chinese one, which may be broken anywhere, and the room that the
    page leaves between columns.
    """
    cells = zip(*grid.rows, strict=True) if grid.rows else [()] * len(grid.header)
    total = 0.0
    for place, (name, column) in enumerate(zip(grid.header, cells, strict=True)):
        whole = grid.brief if place == 0 else grid.figures[place] and not broken
        widths = [_em(cell) if whole else _longest_word(cell) for cell in column]
        total += (_TIGHT if broken else _ROOM) + max([_longest_word(name), *widths])
    return total


def _em(text: str) -> float:
    return sum(1.0 if character > "\u2e80" else 0.6 for character in text)


def _longest_word(text: str) -> float:
    # Chinese breaks anywhere, but a column one character wide is not for reading: four stay together.
    chinese = min(4, sum(character > "\u2e80" for character in text))
    latin = "".join(" " if character > "\u2e80" else character for character in text).split()
    return max(float(chinese), *map(_em, latin)) if latin else float(chinese)


def _written(chart: Chart, value: float) -> str:
    return figure(value, chart.decimals, chart.percent, grouped=chart.grouped)


def _interval(chart: Chart, low: float, high: float, lang: Language) -> str:
    if not np.isfinite(low) or not np.isfinite(high):
        return MISSING
    first, last = (_written(chart, edge) for edge in (low, high))
    return say("report.from_to", low=first, high=last).text(lang)


def table_grid(table: Table, lang: Language) -> Grid:
    """A document's own table in words. A short row is filled up with dashes, so that no figure slides under
    another's name; a row that is longer than the header raises ValueError."""
    width = len(table.header)
    if any(len(row) > width for row in table.rows):
        raise ValueError(f"table {table.key!r} has a row that is longer than its header")
    filled = [(*row, *[None] * (width - len(row))) for row in table.rows]
    rows = tuple(tuple(spoken(cell, lang) or MISSING for cell in row) for row in filled)
    header = tuple(spoken(cell, lang) for cell in table.header)
    # The first column heads its row, so it stays at the left even where it holds years.
    figures = (False, *(all(_is_figure(row[column]) for row in rows) for column in range(1, width)))[:width]
    return Grid(header, rows, figures, any(MISSING in row for row in rows))


def _is_figure(text: str) -> bool:
    return not text or text == MISSING or text[0].isdecimal() or text[0] in "+-−±(["
