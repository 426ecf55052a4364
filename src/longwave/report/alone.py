"""One chart as a picture of its own, SVG or PNG: title, legend, figures, note and source in one image.

A picture that leaves its page takes with it what the page would have said. Letters are drawn as shapes, so that
it looks the same on any machine, Chinese included; title and description stand in the SVG for those who do not see it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.core.origin import Origin
from longwave.report.credits import Credit, credits_of
from longwave.report.document import Chart
from longwave.report.drawing import Drawing, drawing
from longwave.report.figures import Sheet, Size, lay_out, sheet_for, strict_style, wording
from longwave.report.frame import wrap
from longwave.report.kinds.lines import in_family, marked
from longwave.report.legend import leads
from longwave.report.palette import INK, QUIET, tint
from longwave.report.wording import plain, sentence, series_of, spoken

FORMATS = (".svg", ".png")
_SIZE = Size("alone", 720, 400, 11.5)
_SAMPLE, _BETWEEN = 28.0, 18.0
_EDGE = 14.0
_RESOLUTION = 200
_HEADLINE = 14.0


@dataclass(frozen=True, eq=False)
class _Entry:
    """A legend's entry: its name and how its sample is drawn at a place of the figure (left, middle; in points)."""

    name: str
    draw: Callable[[Figure, Sheet, float, float], None]


def save_chart(
    chart: Chart, path: str | Path, lang: Language = "en", *, origins: Mapping[str, Origin] | None = None
) -> Path:
    """Writes the chart to `path`, whose ending (.svg or .png) says how. Same chart, same bytes.

    origins: by dataset id, for the line of sources. Raises UsageError for another ending, for a folder that
    cannot be written to and for a chart without a line or bar.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise UsageError(say("report.bad_picture", path=str(path)), say("report.bad_picture_mend"))
    ready = drawing(chart, lang)
    if ready.empty or ready.pointless:
        raise UsageError(say("report.nothing_to_draw"))
    data = _picture(chart, ready, lang, credits_of(chart.sources, origins or {}, lang), path.suffix.lower())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(say("report.picture_not_written", path=str(path))) from error
    return path


def _picture(chart: Chart, ready: Drawing, lang: Language, credits: list[Credit], suffix: str) -> bytes:
    title = sentence(chart.title, lang)
    entries = _entries(chart, ready, lang)
    foot_lines = _foot(chart, credits, lang)
    words = wording(chart, ready, lang)
    text = "".join([words.all, title, *(entry.name for entry in entries), *foot_lines])
    sheet = sheet_for(text, lang, _SIZE)
    width, size = _SIZE.width - 2 * _EDGE, _SIZE.type_size
    head = wrap(sheet.swap(title), width, sheet.face, _HEADLINE, lines=4)
    foot = [
        row for line in foot_lines for row in wrap(sheet.swap(line), width, sheet.face, size - 1.5, lines=4)
    ]
    rows = _flow(entries, sheet, width)
    above = _EDGE + len(head) * _HEADLINE * 1.35 + 8 + len(rows) * sheet.line + (8 if rows else 0)
    below = len(foot) * size * 1.3 + 12
    tall = replace(_SIZE, height=_SIZE.height + above + below)
    sheet = replace(sheet, size=tall, head=above, foot=below, side=_EDGE)
    with strict_style("longwave", {"svg.fonttype": "path"}):
        figure = lay_out(chart, ready, sheet, words)
        figure.set_facecolor("white")
        # Lying bars choose their own height.
        height = figure.get_size_inches()[1] * 72
        sheet = replace(sheet, size=replace(tall, height=height))
        for row, line in enumerate(head):
            _write(
                figure, sheet, _EDGE, height - _EDGE - (row + 0.8) * _HEADLINE * 1.35, line, _HEADLINE, INK
            )
        top = height - _EDGE - len(head) * _HEADLINE * 1.35 - 8
        for row, placed in enumerate(rows):
            for left, entry in placed:
                middle = top - (row + 0.5) * sheet.line
                entry.draw(figure, sheet, _EDGE + left, middle)
                _write(figure, sheet, _EDGE + left + _SAMPLE + 6, middle - size * 0.36, entry.name, size, INK)
        for row, line in enumerate(reversed(foot)):
            _write(figure, sheet, _EDGE, 8 + row * size * 1.3, line, size - 1.5, QUIET)
        return _bytes(figure, suffix, title, sentence(chart.summary, lang))


def _foot(chart: Chart, credits: list[Credit], lang: Language) -> list[str]:
    """The note, then the sources with their licences."""
    lines = []
    if chart.note is not None:
        lines.append(
            say("report.labelled", label=say("report.note"), text=sentence(chart.note, lang)).text(lang)
        )
    for credit in credits:
        licence = say("report.labelled", label=say("report.licence"), text=credit.licence).text(lang)
        text = series_of([credit.text, licence], lang)
        lines.append(say("report.labelled", label=say("report.source"), text=text).text(lang))
    return [plain(line) for line in lines]


def _flow(entries: list[_Entry], sheet: Sheet, width: float) -> list[list[tuple[float, _Entry]]]:
    """Entries in rows, each with its distance from the left."""
    rows: list[list[tuple[float, _Entry]]] = []
    left = width + 1.0
    for entry in entries:
        name = wrap(sheet.swap(entry.name), width - _SAMPLE - 6, sheet.face, sheet.size.type_size, lines=1)[0]
        needed = _SAMPLE + 6 + sheet.face.width(name, sheet.size.type_size)
        if not rows or left + needed > width:
            rows.append([])
            left = 0.0
        rows[-1].append((left, replace(entry, name=name)))
        left += needed + _BETWEEN
    return rows


def _entries(chart: Chart, ready: Drawing, lang: Language) -> list[_Entry]:
    """The legend: curves and the levels of bands; none for a single curve alone."""
    entries = [
        _Entry(plain(spoken(curve.family or curve.name, lang)), _curve(ready, number))
        for number, curve in enumerate(chart.curves)
        if leads(ready, number)
    ]
    levels = sorted({band.level for band in chart.bands})
    owners = {band.curve for band in chart.bands}
    colour = ready.looks[next(iter(owners))].colour if len(owners) == 1 else QUIET
    for place, level in enumerate(levels):
        name = say("report.interval", level=f"{level:.0%}").text(lang)
        entries.append(_Entry(name, _patch(colour, tint(len(levels) - place))))
    return entries if len(entries) > 1 else []


def _curve(ready: Drawing, number: int) -> Callable[[Figure, Sheet, float, float], None]:
    look = ready.looks[number]
    if ready.kind != "lines":
        return _patch(look.colour, 1.0, look.hatch)
    thin, with_marker = in_family(ready, number), marked(ready, number)

    def sample(figure: Figure, sheet: Sheet, left: float, middle: float) -> None:
        spots = [x / sheet.size.width for x in (left, left + _SAMPLE / 2, left + _SAMPLE)]
        figure.add_artist(
            Line2D(
                spots, [middle / sheet.size.height] * 3, color=look.colour, linewidth=1.0 if thin else 1.9,
                linestyle=(0, look.dash) if look.dash else "solid",
                marker=look.marker if with_marker else "", markevery=[1], markersize=5,
            )
        )  # fmt: skip

    return sample


def _patch(colour: str, opacity: float, hatch: str = "") -> Callable[[Figure, Sheet, float, float], None]:
    def sample(figure: Figure, sheet: Sheet, left: float, middle: float) -> None:
        corner = (left / sheet.size.width, (middle - 5) / sheet.size.height)
        figure.add_artist(
            Rectangle(
                corner, _SAMPLE / sheet.size.width, 10 / sheet.size.height, transform=figure.transFigure,
                facecolor=colour, alpha=opacity, hatch=hatch, edgecolor="white", linewidth=0,
            )
        )  # fmt: skip

    return sample


def _write(
    figure: Figure, sheet: Sheet, left: float, base: float, text: str, size: float, colour: str
) -> None:
    font = sheet.font.copy()
    font.set_size(size)
    figure.text(
        left / sheet.size.width, base / sheet.size.height, text, color=colour, fontproperties=font, ha="left",
        va="baseline",
    )  # fmt: skip


def _bytes(figure: Figure, suffix: str, title: str, summary: str) -> bytes:
    if suffix == ".png":
        raster = io.BytesIO()
        canvas: Any = FigureCanvasAgg(figure)
        figure.set_dpi(_RESOLUTION)
        canvas.print_png(raster, metadata={"Software": None, "Title": title, "Description": summary})
        return raster.getvalue()
    written = io.StringIO()
    FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
        written, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
    )
    return _told(written.getvalue(), title, summary)


def _told(drawn: str, title: str, summary: str) -> bytes:
    """The SVG with its title and description for readers who do not see it."""
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(drawn)  # noqa: S314 (what matplotlib has just written, text escaped by it)
    space = "{http://www.w3.org/2000/svg}"
    for old in root.findall(f"{space}metadata"):
        root.remove(old)
    root.set("role", "img")
    root.set("aria-labelledby", "title desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", summary))):
        element = ET.Element(f"{space}{tag}", {"id": tag})
        element.text = text
        root.insert(place, element)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
