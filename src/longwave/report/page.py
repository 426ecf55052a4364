"""One self-contained HTML page from a document: no network, no script, right Chinese glyphs on any machine.

No string of a document is trusted: every one goes through the template's escaping, links are let through
only when they lead to a web page or a file beside this one, and the page forbids itself everything but its
own style and pictures.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from longwave.core.message import LANGUAGES, Language, say
from longwave.core.origin import Origin
from longwave.report.credits import Credit, credits_of, licence_said
from longwave.report.datatable import Grid, chart_grid, table_grid, width
from longwave.report.diagram import draw_diagram
from longwave.report.document import Chart, Diagram, Document, Part, Passage, Section, Table
from longwave.report.drawing import Drawing, beyond, drawing, summed
from longwave.report.figures import draw
from longwave.report.legend import Entry, legend
from longwave.report.outliers import outliers
from longwave.report.small import draw_small
from longwave.report.typeface import FAMILY, FIRST_CHINESE, embedded, outside
from longwave.report.wording import figure, plain, sentence, series_of, spoken

LANG_CODES: dict[Language, str] = {"en": "en", "zh": "zh-CN"}
_SIDE_COLUMNS = 4
"""Columns of a table that still read well beside a picture; one with more, or a wider one, stands below
it."""
_SIDE_WIDTH = 26.0
_PAGE_WIDTH = 78.0
_TABLET_WIDTH = 48.0
_TELEPHONE_WIDTH = 27.0
"""Room for a table beside a picture, on a whole page, on a tablet and on a telephone, in em of its type."""
_OPEN_ROWS = 10
"""Rows of a chart's table that are seen without scrolling."""
_SLIM_COLUMNS = 3
_LONG = 20
"""Rows from which a table is folded on paper."""
_HASH_SHOWN = 12
_SHADES = 5


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the characters in it that the bundled Chinese typeface lacks: the reader's system shows
    those."""

    html: str
    outside_font: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart ready for the template."""

    key: str
    number: int
    chart: Chart
    pictures: dict[str, Markup]
    entries: list[Entry]
    grid: Grid
    beside: bool
    wide: str
    long: bool
    drawn: bool
    paper: str
    notes: list[str]
    credits: list[Credit]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready for the template."""

    key: str
    number: int
    table: Table
    grid: Grid
    wide: str
    credits: list[Credit]
    pictures: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A diagram ready for the template."""

    key: str
    number: int
    diagram: Diagram
    pictures: dict[str, Markup]
    sheet: Sheet


def render(document: Document, lang: Language, alternate: str | None = None) -> str:
    """The document as one HTML file in `lang`; see `make_page`."""
    return make_page(document, lang, alternate).html


def make_page(document: Document, lang: Language, alternate: str | None = None) -> Page:
    """The document as one page in `lang`. Same document, same bytes.

    alternate: address of the same report in the other language, usually a file name beside this one. Raises
    ValueError when a curve holds a period twice, a table's row is longer than its header, or a table has not as
    many small pictures as rows.
    """
    body = _templates().get_template("body.html").render(_view(document, lang, alternate))
    strange = outside(body, lang)
    remark = say("report.outside_font", count=len(strange)).text(lang) if strange else ""
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    html = _templates().get_template("page.html").render(
        lang=LANG_CODES[lang],
        title=document.title.text(lang),
        other=LANG_CODES[other],
        alternate=safe_link(alternate),
        family=FAMILY,
        font=embedded(body + remark, lang),
        # In an English page the face comes first for its own characters only: a face that comes last is
        # sometimes never asked, because a browser remembers the boxes it drew before the face was loaded.
        range=f"U+{FIRST_CHINESE:X}-10FFFF" if lang == "en" else "",
        body=Markup(body),  # noqa: S704 (made by the escaping template above)
        remark=remark,
        compact=document.compact,
    )  # fmt: skip
    return Page(html, strange)


def safe_link(address: str | None) -> str:
    """The address when it leads to a web page or to a file beside this one, else nothing."""
    tidy = plain(address or "")
    try:
        scheme = urlsplit(tidy).scheme
    except ValueError:
        return ""
    # A browser reads a backslash as a slash, and two of them as the beginning of another host.
    return tidy if scheme in {"", "http", "https"} and not tidy.startswith("//") and "\\" not in tidy else ""


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("longwave.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalise,
    )


def _finalise(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else plain(value)


def _view(document: Document, lang: Language, alternate: str | None) -> dict[str, Any]:
    register = Register()
    overview = [_sheet(table, document, lang, register) for table in document.overview]
    sections = [_section(section, document, lang, register) for section in document.sections]
    return {
        "document": document,
        "lang": lang,
        "text": lambda message: sentence(message, lang),
        "word": lambda name, **blanks: sentence(say(f"report.{name}", **blanks), lang),
        "overview": overview,
        "sections": sections,
        "sources": [_source(key, origin, lang) for key, origin in sorted(document.origins.items())],
        "alternate": safe_link(alternate),
        "other": LANG_CODES[LANGUAGES[1 - LANGUAGES.index(lang)]],
    }


class Register:
    """Ids and numbers of one page: plain letters from any key, never the same id twice, figures and tables
    counted through."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()

    def key(self, kind: str, key: str) -> str:
        wanted = f"{kind}-{re.sub('[^a-z0-9]+', '-', key.lower()).strip('-')[:60] or 'x'}"
        candidates = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
        found = next(name for name in candidates if name not in self._taken)
        self._taken.add(found)
        return found

    def number(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]


def _section(section: Section, document: Document, lang: Language, register: Register) -> dict[str, Any]:
    key = register.key("section", section.key)
    body = _body(section, document, lang, register)
    parts = [
        {"key": register.key("part", part.key), "part": part, **_body(part, document, lang, register)}
        for part in section.parts
    ]
    passages = [
        {"key": register.key("passage", each.key), "passage": each, "words": shaded(each)}
        for each in section.passages
    ]
    return {"key": key, "section": section, "parts": parts, "passages": passages, **body}


def shaded(passage: Passage) -> list[tuple[Markup, str]]:
    """Each word with its class: ``for1`` (faint) to ``for5`` (strong), ``against1`` to ``against5``, or none."""
    most = max((abs(weight) for _, weight in passage.words if weight is not None), default=0.0)
    found = []
    for text, weight in passage.words:
        shade = 0 if not weight or not most else round(_SHADES * abs(weight) / most)
        name = f"{'for' if (weight or 0) > 0 else 'against'}{shade}" if shade else ""
        found.append((escape(_spaced(text)), name))
    return found


def _spaced(text: str) -> str:
    """As `plain`, but blanks at the ends stay: words stand apart by them."""
    inner = plain(text)
    if not inner:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")


def _body(one: Section | Part, document: Document, lang: Language, register: Register) -> dict[str, Any]:
    return {
        "diagrams": [_plan(diagram, document, lang, register) for diagram in one.diagrams],
        "charts": [_picture(chart, document, lang, register) for chart in one.charts],
        "tables": [_sheet(table, document, lang, register) for table in one.tables],
    }


def _plan(diagram: Diagram, document: Document, lang: Language, register: Register) -> Plan:
    key = register.key("figure", diagram.key)
    drawn = draw_diagram(diagram, lang, key)
    return Plan(
        key,
        register.number("figure"),
        diagram,
        {name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704 (an XML writer escaped it)
        _sheet(diagram.table, document, lang, register),
    )


def _picture(chart: Chart, document: Document, lang: Language, register: Register) -> Picture:
    key = register.key("figure", chart.key)
    ready = drawing(chart, lang)
    grid = chart_grid(chart, lang)
    drawn = draw(chart, lang, key)
    return Picture(
        key=key,
        number=register.number("figure"),
        chart=chart,
        pictures={name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704 (an XML writer escaped it)
        entries=legend(chart, ready, lang) if drawn else [],
        grid=grid,
        beside=bool(drawn) and len(grid.header) <= _SIDE_COLUMNS and width(grid) <= _SIDE_WIDTH,
        wide=_wide(grid),
        long=len(grid.rows) > _OPEN_ROWS,
        drawn=bool(drawn) or ready.empty,
        paper=_paper(grid),
        notes=[
            *_outside(chart, ready, lang),
            *(say(f"report.{name}").text(lang) for name in _remarks(chart, ready, grid)),
        ],
        credits=credits_of(chart.sources, document.origins, lang),
    )


def _paper(grid: Grid) -> str:
    """How a long table is folded on paper: in three columns, in two, or not at all."""
    if len(grid.rows) <= _LONG or len(grid.header) > _SIDE_COLUMNS:
        return ""
    return "slim" if len(grid.header) <= _SLIM_COLUMNS else "middling"


def _wide(grid: Grid) -> str:
    """Where the table must be scrolled sideways: on every screen, on a tablet, on a telephone, or nowhere."""
    if width(grid) > _PAGE_WIDTH:
        return "always"
    if width(grid) > _TABLET_WIDTH:
        return "tablet"
    return "handheld" if width(grid, broken=True) > _TELEPHONE_WIDTH else ""


def _outside(chart: Chart, ready: Drawing, lang: Language) -> list[str]:
    """A sentence for each figure that lies outside the picture."""
    sentences = []
    for one in outliers(ready) if not ready.pointless else ():
        curve = chart.curves[one.curve]
        value = float(ready.where.align(curve.values)[one.place])
        where = [spoken(curve.name, lang)] if len(chart.curves) > 1 else []
        blanks = {
            "where": series_of([*where, ready.where.labels[one.place]], lang),
            "value": figure(value, chart.decimals, chart.percent),
        }
        sentences.append(say("report.outside_note", **blanks).text(lang))
    return sentences


def _remarks(chart: Chart, ready: Drawing, grid: Grid) -> list[str]:
    """What a reader must be told about how this chart was drawn."""
    parts = [values for values, dashed in zip(ready.values, ready.dashed, strict=True) if not dashed]
    stacked = chart.kind in {"stack", "stacked_bars"}
    remarks = {
        "not_log_note": chart.log and not ready.log,
        "beyond_note": beyond(chart, ready),
        "incomplete_note": stacked and summed(parts)[1],
        "missing_note": grid.gaps,
    }
    return [name for name, holds in remarks.items() if holds]


def _sheet(table: Table, document: Document, lang: Language, register: Register) -> Sheet:
    if table.pictures and len(table.pictures) != len(table.rows):
        raise ValueError(f"table {table.key!r} has {len(table.pictures)} pictures for {len(table.rows)} rows")
    sources = credits_of(table.sources, document.origins, lang)
    grid = table_grid(table, lang)
    key = register.key("table", table.key)
    pictures = tuple(
        Markup(draw_small(chart, lang, f"{key}--small-{number}"))  # noqa: S704 (an XML writer escaped it)
        for number, chart in enumerate(table.pictures)
    )
    return Sheet(key, register.number("table"), table, grid, _wide(grid), sources, pictures)


def _source(key: str, origin: Origin, lang: Language) -> dict[str, Any]:
    licence, licence_id, stated = licence_said(origin, lang)
    return {
        "id": key,
        "origin": origin,
        "link": safe_link(origin.url) if origin.url.startswith(("http://", "https://")) else "",
        "licence": licence,
        "licence_id": licence_id,
        "stated": stated,
        "licence_link": safe_link(origin.licence.url) if origin.licence.url.startswith("http") else "",
        "sha": plain(origin.sha256)[:_HASH_SHOWN],
    }
