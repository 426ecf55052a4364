"""What a chart's drawing starts from: its figures at their places, in the unit of the axis, with a look for
each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from longwave.core.message import Language, Message
from longwave.report.document import Chart
from longwave.report.frame import Array, Places, places
from longwave.report.palette import Look, looks
from longwave.report.wording import magnitude

LARGEST = 1e100
"""Nothing that an economy counts is larger; a figure that is has been misread somewhere."""


@dataclass(frozen=True, eq=False)
class Interval:
    """A band of the chart at the chart's places: low and high in the unit of the axis."""

    low: Array
    high: Array
    level: float
    curve: int


@dataclass(frozen=True, eq=False)
class Drawing:
    """A chart's figures, each array as long as `where.keys`, NaN where there is none.

    scale: the word for what the axis was divided by, if it was; log: whether the axis can be and is
    logarithmic; sideways: bars lie, because their names would not fit below them. For each curve: follows:
    the one that it goes on from; families: the first of its family; labelled: its name stands at its end.
    """

    kind: str
    where: Places
    values: tuple[Array, ...]
    intervals: tuple[Interval, ...]
    looks: tuple[Look, ...]
    dashed: tuple[bool, ...]
    scale: Message | None
    percent: bool
    log: bool
    sideways: bool = False
    grouped: bool = True
    follows: tuple[int | None, ...] = ()
    families: tuple[int | None, ...] = ()
    labelled: tuple[bool, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(np.isfinite(one).any() for one in self.values)

    @property
    def pointless(self) -> bool:
        """Whether a chart of lines has no line: no curve with two figures. Its table says it better."""
        return self.kind == "lines" and not any(np.isfinite(one).sum() > 1 for one in self.values)


def drawing(chart: Chart, lang: Language) -> Drawing:
    """The chart made ready. Raises ValueError when a curve holds an entry twice."""
    where = places(chart, lang)
    if chart.kind in {"bars", "stacked_bars"}:
        where = where.evenly()
    curves = [_drawable(where.align(curve.values)) for curve in chart.curves]
    edges = [(_drawable(where.align(b.low)), _drawable(where.align(b.high))) for b in chart.bands]
    everything = [*curves, *(edge for pair in edges for edge in pair)]
    sizes = np.abs(np.concatenate([a[np.isfinite(a)] for a in everything])) if everything else np.array([])
    log = chart.log and chart.kind == "lines" and all(not (a <= 0).any() for a in everything)
    # A logarithmic axis is named by its powers of ten: it is divided only where all of it is large.
    largest = float(sizes.min() if log else sizes.max()) if sizes.size else 0.0
    divisor, scale = (0.01, None) if chart.percent else magnitude(largest, lang)
    dashed = tuple(curve.dashed for curve in chart.curves)
    line = chart.kind == "lines"
    follows = tuple(
        _earlier(curve.follows, number) if line else None for number, curve in enumerate(chart.curves)
    )
    families = _families(chart) if line else (None,) * len(chart.curves)
    labelled = tuple(line and curve.labelled for curve in chart.curves)
    related = any(one is not None for one in (*follows, *families)) or any(labelled)
    return Drawing(
        kind=chart.kind,
        where=where,
        values=tuple(a / divisor for a in curves),
        intervals=tuple(
            Interval(low / divisor, high / divisor, band.level, band.curve)
            for (low, high), band in zip(edges, chart.bands, strict=True)
        ),
        looks=looks(
            dashed,
            pair=line,
            owners=_owners(dashed, follows, families) if related else None,
            labelled=labelled,
        ),
        dashed=dashed,
        scale=scale,
        percent=chart.percent,
        log=log,
        grouped=chart.grouped,
        follows=follows,
        families=families,
        labelled=labelled,
    )


def _earlier(follows: int | None, number: int) -> int | None:
    """The curve that one goes on from, when it comes before it."""
    return follows if follows is not None and 0 <= follows < number else None


def _families(chart: Chart) -> tuple[int | None, ...]:
    """For each curve the first of its family."""
    firsts: dict[str, int] = {}
    return tuple(
        None if curve.family is None else firsts.setdefault(curve.family.text("en"), number)
        for number, curve in enumerate(chart.curves)
    )


def _owners(
    dashed: tuple[bool, ...], follows: tuple[int | None, ...], families: tuple[int | None, ...]
) -> tuple[int, ...]:
    """Numbers of colours: one a family, and a dashed curve that follows another has that one's."""
    owners: list[int] = []
    for number, (broken, before, first) in enumerate(zip(dashed, follows, families, strict=True)):
        kin = first if first is not None and first < number else before if broken else None
        owners.append(max(owners, default=-1) + 1 if kin is None else owners[kin])
    return tuple(owners)


def joint(drawing: Drawing, number: int) -> tuple[float, float] | None:
    """Where curve `number` goes on from: the last figure of the curve that it follows before its own first,
    if no period lies between."""
    before = drawing.follows[number] if drawing.follows else None
    if before is None:
        return None
    x, own = drawing.where.positions, np.flatnonzero(np.isfinite(drawing.values[number]))
    if not own.size:
        return None
    known = np.flatnonzero(np.isfinite(drawing.values[before][: own[0]]))
    if not known.size or x[own[0]] - x[known[-1]] > 1.5 * drawing.where.step:
        return None
    return float(x[known[-1]]), float(drawing.values[before][known[-1]])


def _drawable(figures: Array) -> Array:
    """Figures of a size that arithmetic on them cannot overflow; what is next to nothing is nothing."""
    with np.errstate(invalid="ignore"):
        sizes = np.abs(figures)
        return np.where(sizes > LARGEST, math.nan, np.where(sizes < 1 / LARGEST, 0.0, figures))


def beyond(chart: Chart, drawing: Drawing) -> bool:
    """Whether a figure of the chart is too large to be drawn; it is in the table still."""
    return any(bool((np.abs(drawing.where.align(curve.values)) > LARGEST).any()) for curve in chart.curves)


def reach(arrays: list[Array], *, zero: bool = False) -> tuple[float, float]:
    """Lowest and highest figure with a little air; `zero` keeps zero in. Two numbers that are always
    apart."""
    found = np.concatenate([a[np.isfinite(a)] for a in arrays]) if arrays else np.array([])
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-300):
        air = abs(low) * 0.05
        return (low - air, high + air) if air else (0.0, 1.0)
    air = (high - low) * 0.06
    # Air never crosses zero: an axis of shares or of people has nothing below it.
    bottom = low - air if low < 0 else max(low - air, 0.0)
    return bottom, high + air if high > 0 else min(high + air, 0.0)


def summed(parts: list[Array]) -> tuple[list[Array], bool]:
    """Parts that may be added: a place where one has no figure is left out of all, and whether that
    happened. A part that has no figure at all is no part."""
    there = [part for part in parts if np.isfinite(part).any()]
    if not there:
        return list(parts), False
    whole = np.all([np.isfinite(part) for part in there], axis=0)
    some = np.any([np.isfinite(part) for part in there], axis=0)
    return [np.where(whole, part, math.nan) for part in parts], bool((some & ~whole).any()) or len(
        there
    ) < len(parts)
