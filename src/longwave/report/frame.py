"""The frame of a chart: where each period or category stands, and which ticks an axis bears."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Language
from longwave.core.period import Period
from longwave.report.document import Chart
from longwave.report.typeface import Typeface
from longwave.report.wording import spoken

Array = npt.NDArray[np.float64]
_YEAR_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
_TICK_SPACE = 16.0
"""Least room between two tick labels, so that they read as two."""


@dataclass(frozen=True, eq=False)
class Places:
    """The entries of a chart along its axis of periods or categories.

    keys: as the series' indexes hold them; labels: as written; positions: years for periods, else 0, 1, 2,
    ...; step: distance between neighbours; timed: whether they are periods.
    """

    keys: tuple[object, ...]
    labels: tuple[str, ...]
    positions: Array
    step: float
    timed: bool

    def evenly(self) -> Places:
        """The same entries side by side, where periods lie so far apart that bars between them would be
        threads."""
        if not self.timed or len(self.keys) * 2 > (self.positions[-1] - self.positions[0]) / self.step:
            return self
        return replace(self, positions=np.arange(len(self.keys), dtype=float), step=1.0, timed=False)

    def align(self, series: pd.Series) -> Array:
        """The series' values at these places; NaN where it has none or what it has is not finite.

        Raises ValueError when the series holds an entry twice.
        """
        if series.index.has_duplicates:
            raise ValueError(f"a curve holds an entry twice: {series.index[series.index.duplicated()][0]!r}")
        values = dict(zip(series.index, series.to_numpy(dtype=float, na_value=math.nan), strict=True))
        found = np.array([values.get(key, math.nan) for key in self.keys], dtype=float)
        return np.where(np.isfinite(found), found, math.nan)


def places(chart: Chart, lang: Language) -> Places:
    """Every entry that a curve or band of the chart has: periods in order of time, categories as they
    come."""
    series = [curve.values for curve in chart.curves]
    series += [edge for band in chart.bands for edge in (band.low, band.high)]
    keys = list(dict.fromkeys(key for one in series for key in one.index))
    periods = _periods(keys)
    if periods is None:
        labels = tuple(spoken(key, lang) for key in keys)
        return Places(tuple(keys), labels, np.arange(len(keys), dtype=float), 1.0, timed=False)
    order = sorted(range(len(keys)), key=lambda place: periods[place].ordinal)
    width = periods[0].frequency.value
    positions = np.array([periods[place].ordinal / width for place in order], dtype=float)
    labels = tuple(str(periods[place]) for place in order)
    return Places(tuple(keys[place] for place in order), labels, positions, 1 / width, timed=True)


def when(text: str) -> float | None:
    """Position of a written period in years, or None when it is none."""
    found = _periods([text])
    return found[0].ordinal / found[0].frequency.value if found else None


def _periods(keys: list[object]) -> list[Period] | None:
    try:
        periods = [Period.parse(str(key)) for key in keys]
    except BadInput:
        return None
    return periods if periods and len({period.frequency for period in periods}) == 1 else None


def time_ticks(where: Places, width: float, face: Typeface, size: float) -> tuple[list[float], list[str]]:
    """Ticks of a time axis `width` wide: each period where they fit, else round years."""
    first, last = float(where.positions[0]), float(where.positions[-1])
    room = max(face.width(label, size) for label in where.labels) + _TICK_SPACE
    if len(where.labels) * room <= width:
        return list(where.positions), list(where.labels)
    most = max(2, int(width // (face.width("2000", size) + 2 * _TICK_SPACE)))
    for step in _YEAR_STEPS:
        years = range(math.ceil(first / step) * step, math.floor(last) + 1, step)
        if len(years) <= most and (years or step == _YEAR_STEPS[-1]):
            break
    if not years:
        return [first], [where.labels[0]]
    return [float(year) for year in years], [f"{year:d}" for year in years]


def value_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, both finite and apart."""
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # A step of 0.2 is no binary fraction: rounding keeps 0.6000000000000001 off the axis.
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(place * step, min(digits, 300)) + 0.0 for place in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Ticks of a logarithmic axis: 1, 2, 5 of each decade, powers of ten only where that is too many, and
    round numbers where the axis is shorter than a decade."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        ticks = [
            t for t in (digit * 10.0**power for power in decades for digit in digits) if low <= t <= high
        ]
        if len(ticks) <= most:
            break
    if len(ticks) > most:
        return ticks[:: math.ceil(len(ticks) / most)]
    return ticks if len(ticks) >= 3 else value_ticks(low, high, most)


def wrap(text: str, width: float, face: Typeface, size: float, lines: int) -> list[str]:
    """`text` in at most `lines` lines no wider than `width`: broken between words, between Chinese characters
    anywhere, with an ellipsis where it is still too long."""
    if face.width(text, size) <= width:
        return [text]
    rows, row = [], ""
    for piece in _pieces(text):
        if row and face.width((row + piece).rstrip(), size) > width:
            rows.append(row.rstrip())
            row = ""
        row = (row + piece).lstrip()
        while face.width(row.rstrip(), size) > width and len(row) > 1:
            cut = max(
                1, next(n for n in range(len(row), 0, -1) if n == 1 or face.width(row[:n], size) <= width)
            )
            rows.append(row[:cut])
            row = row[cut:]
    rows += [row.rstrip()] if row.strip() else []
    if len(rows) <= lines:
        return rows
    last = rows[lines - 1]
    while last and face.width(last + "…", size) > width:
        last = last[:-1]
    return [*rows[: lines - 1], last + "…"]


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for character in text:
        breaks = character > "\u2e80" and character not in "，。、；：！？）》”’"
        if breaks or (pieces[-1].endswith((" ", "/", "–"))):
            pieces.append("")
        pieces[-1] += character
    return [piece for piece in pieces if piece]
