"""A report before it has a form: sections, sentences, charts and tables, in no language yet.

Whoever writes a report (a workflow) makes a `Document`; `report.page` turns it into one HTML file in English
or Chinese. Nothing here knows economics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import Message, Names, Value
from longwave.core.origin import Origin


@dataclass(frozen=True, eq=False)
class Curve:
    """One line, one bar colour or one layer: index = written period or a category's name; missing values are
    NaN.

    For lines only: follows: index of an earlier curve that this one goes on from: it and its bands are drawn
    from that curve's last figure before their own first, and if dashed it takes that curve's colour. family:
    curves of one family bear one look and one entry in the legend, e.g. forecasts made at earlier dates.
    labelled: its name is written at its end, and its dashes are its own.
    """

    name: Names | Message
    values: pd.Series
    dashed: bool = False
    follows: int | None = None
    family: Names | Message | None = None
    labelled: bool = False


@dataclass(frozen=True, eq=False)
class Band:
    """A shaded interval around a curve: both series on the same index; level e.g. 0.8; curve: index of the
    curve in the chart to which it belongs (for its colour)."""

    low: pd.Series
    high: pd.Series
    level: float
    curve: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical span or line with a name, e.g. the last period observed or a recession."""

    first: str
    last: str
    name: Message


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture and its table.

    kind: ``lines``, ``bars`` (grouped; may have error bars from `bands`), ``stack`` (layers that add up) or
    ``stacked_bars`` (positive and negative parts, e.g. growth contributions; a curve with dashed=True is
    drawn as a marker on top: the total). title: a sentence that says what is seen. unit: what the numbers
    count. percent: values are fractions to be shown as per cent. decimals: for the table. log: logarithmic
    axis, where all figures are above zero. summary: one sentence for readers who do not see the picture.
    grouped: thousands are parted from each other; years are not. sources: dataset ids. entries: what the
    categories are, for the head of their column in the table.

    Among ``lines``, a dashed curve continues a solid one, as a forecast does: where there are as many dashed
    as solid curves (in pairs, or all solid ones first), each takes its partner's colour. Marks are drawn
    where the index is of periods.
    """

    key: str
    kind: Literal["lines", "bars", "stack", "stacked_bars"]
    title: Message
    unit: Message
    summary: Message
    curves: tuple[Curve, ...]
    sources: tuple[str, ...]
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    percent: bool = False
    decimals: int = 2
    log: bool = False
    note: Message | None = None
    grouped: bool = True
    entries: Message | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table: header and rows of values; a column is right-aligned when all its cells are numbers or
    start with a digit, sign or bracket. caption: a sentence. pictures: for each row a chart of lines that is
    drawn small, without axes, at the end of the row, or none at all; every figure in them must be told by the
    row or stand in a chart of the same document."""

    key: str
    caption: Message
    header: tuple[Value, ...]
    rows: tuple[tuple[Value, ...], ...]
    sources: tuple[str, ...] = ()
    pictures: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A text whose words bear weights, e.g. for a model's answer (plus) or against it (minus).

    title: a sentence that says what the weights are; words: (text, weight) in their order, weight None for what stands
    between words; the darkest is the greatest weight. What is seen must be told by a table of the same section.
    """

    key: str
    title: Message
    words: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A box of a diagram: `column` counts from the left."""

    key: str
    name: Names | Message
    column: int


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow of a diagram. state: ``found`` (bears its label), ``none`` (looked for, nothing found),
    ``unknown`` (could not be measured)."""

    source: str
    target: str
    state: Literal["found", "none", "unknown"]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """What acts on what, and its table: one row an arrow, so that nothing is in the picture alone."""

    key: str
    title: Message
    summary: Message
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    table: Table
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a section under a heading of its own: sentences, diagrams, charts and tables."""

    key: str
    title: Message
    paragraphs: tuple[Message, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its answers, sentences, diagrams, charts and tables, its parts, then what could not be said.

    answers: the sentences that a reader came for, set apart from those that explain them.
    """

    key: str
    title: Message
    paragraphs: tuple[Message, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    answers: tuple[Message, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    parts: tuple[Part, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. headlines: the findings for the first screen, each a sentence; lead: what was studied,
    on which data, as of when; overview: tables for the first screen; origins: every dataset used, for the
    feet of charts and the table of sources. compact: made to be printed on few pages: small type, the sources as
    one paragraph."""

    title: Message
    lead: Message
    headlines: tuple[Message, ...]
    sections: tuple[Section, ...]
    origins: dict[str, Origin]
    overview: tuple[Table, ...] = ()
    caveats: tuple[Message, ...] = ()
    compact: bool = False
