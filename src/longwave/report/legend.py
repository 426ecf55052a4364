"""The legend of a chart as text in the page, each name with a sample of how its curve is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from longwave.core.message import Language, say
from longwave.report.document import Chart
from longwave.report.drawing import Drawing
from longwave.report.kinds.lines import in_family, marked
from longwave.report.palette import INK, QUIET, Look, tint
from longwave.report.wording import spoken

_SHAPES = {
    "o": '<circle cx="14" cy="6" r="3.4"/>',
    "s": '<path d="M11 3h6v6h-6z"/>',
    "^": '<path d="M14 2l4 7.4h-8z"/>',
    "D": '<path d="M14 1.6l4.4 4.4-4.4 4.4-4.4-4.4z"/>',
    "v": '<path d="M14 10l4-7.4h-8z"/>',
    "P": '<path d="M12.6 2h2.8v2.6H18v2.8h-2.6V10h-2.8V7.4H10V4.6h2.6z"/>',
    "X": '<path d="M10 4l2-2 2 2 2-2 2 2-2 2 2 2-2 2-2-2-2 2-2-2 2-2z"/>',
    "h": '<path d="M14 2l3.5 2v4L14 10l-3.5-2V4z"/>',
}
_STRIPES = {
    "": "",
    "////": "M1 12L9 0M7 12L15 0M13 12L21 0M19 12L27 0",
    "\\\\\\\\": "M9 12L1 0M15 12L7 0M21 12L13 0M27 12L19 0",
    "xxxx": "M1 12L9 0M7 12L15 0M13 12L21 0M19 12L27 0M9 12L1 0M15 12L7 0M21 12L13 0M27 12L19 0",
    "----": "M0 2.5H28M0 5.5H28M0 8.5H28",
    "++++": "M0 3H28M0 6H28M0 9H28M4 0V12M10 0V12M16 0V12M22 0V12",
    "||||": "M4 0V12M8 0V12M12 0V12M16 0V12M20 0V12M24 0V12",
}


_SPAN = '<rect width="28" height="12" fill="#8795a5" opacity=".35"/>'


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample and its name."""

    sample: Markup
    name: str


def legend(chart: Chart, drawing: Drawing, lang: Language) -> list[Entry]:
    """One entry a curve (none for a single one without bands), one for each level of its bands, one for a
    mark that comes more than once; a mark that comes once bears its name in the picture."""
    entries = [
        Entry(_sample(chart, drawing, number), spoken(curve.family or curve.name, lang))
        for number, curve in enumerate(chart.curves)
        if leads(drawing, number)
    ]
    levels = sorted({band.level for band in chart.bands})
    for place, level in enumerate(levels):
        name = say("report.interval", level=f"{level:.0%}").text(lang)
        entries.append(Entry(_band(chart, drawing, len(levels) - place), name))
    names = Counter(spoken(mark.name, lang) for mark in chart.marks if drawing.where.timed)
    entries += [Entry(_swatch(_SPAN), name) for name, n in names.items() if n > 1]
    return entries if len(entries) > 1 else []


def leads(drawing: Drawing, number: int) -> bool:
    """Whether a curve has an entry of its own: of a family only the first has."""
    return not drawing.families or drawing.families[number] in {None, number}


def _sample(chart: Chart, drawing: Drawing, number: int) -> Markup:
    look = drawing.looks[number]
    if chart.kind == "lines":
        return _swatch(_line(look, with_marker=marked(drawing, number), thin=in_family(drawing, number)))
    if chart.kind != "bars" and drawing.dashed[number]:
        return _swatch(f'<g fill="#fff" stroke="{INK}" stroke-width="1.5">{_SHAPES["D"]}</g>')
    return _swatch(
        f'<rect width="28" height="12" fill="{look.colour}"/>'
        f'<path d="{_STRIPES[look.hatch]}" stroke="#fff" stroke-width="1" fill="none"/>'
    )


def _line(look: Look, *, with_marker: bool, thin: bool) -> str:
    dash = f' stroke-dasharray="{" ".join(f"{2 * part:g}" for part in look.dash)}"' if look.dash else ""
    stroke = f'<path d="M0 6H28" stroke="{look.colour}" stroke-width="{1 if thin else 2}"{dash}/>'
    return stroke + (f'<g fill="{look.colour}">{_SHAPES[look.marker]}</g>' if with_marker else "")


def _band(chart: Chart, drawing: Drawing, layers: int) -> Markup:
    owners = {band.curve for band in chart.bands}
    colour = drawing.looks[next(iter(owners))].colour if len(owners) == 1 else QUIET
    if chart.kind == "bars":
        return _swatch(f'<path d="M4 6H24M4 3v6M24 3v6" stroke="{INK}" stroke-width="1.3" fill="none"/>')
    return _swatch(f'<rect width="28" height="12" fill="{colour}" opacity="{tint(layers):.2f}"/>')


def _swatch(inside: str) -> Markup:
    """Markup from parts that are all the house's own; no word from a document comes here."""
    return Markup(f'<svg class="sample" viewBox="0 0 28 12" aria-hidden="true">{inside}</svg>')  # noqa: S704
