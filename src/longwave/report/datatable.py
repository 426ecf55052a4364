"""The table beside a chart: the same figures as its picture, intervals included, periods downwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import Language, say
from longwave.report.document import Chart, Table
from longwave.report.frame import places
from longwave.report.wording import MISSING, figure, spoken


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in words: header, rows, which columns are figures (set to the right), whether a cell is
    missing, whether the rows are periods."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[bool, ...]
    gaps: bool
    timed: bool = False


def chart_grid(chart: Chart, lang: Language) -> Grid:
    """One row a period or category, one column a curve and one a band."""
    where = places(chart, lang)
    header = [say("report.period" if where.timed else "report.category").text(lang)]
    columns = []
    several = len({band.curve for band in chart.bands}) > 1
    for number, curve in enumerate(chart.curves):
        name = spoken(curve.name, lang)
        header.append(name)
        columns.append([figure(value, chart.decimals, chart.percent) for value in where.align(curve.values)])
        for band in (band for band in chart.bands if band.curve == number):
            blanks = {"name": name, "level": f"{band.level:.0%}"}
            header.append(say("report.interval_of" if several else "report.interval", **blanks).text(lang))
            edges = zip(where.align(band.low), where.align(band.high), strict=True)
            columns.append([_interval(chart, low, high, lang) for low, high in edges])
    rows = tuple(zip(where.labels, *columns, strict=True))
    gaps = any(MISSING in row for row in rows)
    return Grid(tuple(header), rows, (False, *[True] * len(columns)), gaps, where.timed)


def _interval(chart: Chart, low: float, high: float, lang: Language) -> str:
    if not np.isfinite(low) or not np.isfinite(high):
        return MISSING
    first, last = (figure(edge, chart.decimals, chart.percent) for edge in (low, high))
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
