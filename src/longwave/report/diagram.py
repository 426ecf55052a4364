"""A diagram of what acts on what, as inline SVG: boxes in columns, an arrow for each link, drawn by what was found.

An arrow with a measured effect is solid and bears its number; one along which nothing was found is thin; one that
could not be measured is dotted. The shape of the line says it, not its colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree as ET

from longwave.core.message import Language
from longwave.report.document import Diagram, Link
from longwave.report.frame import wrap
from longwave.report.palette import INK, QUIET
from longwave.report.typeface import Typeface, typeface_for
from longwave.report.wording import plain, sentence, spoken, true_minus

_TYPE = 11.5
_LINE = 15.0
_PAD = 7.0
_GAP = 24.0
_HEAD = 7.0
_STYLES = {
    "found": {"stroke": INK, "stroke-width": "1.8"},
    "none": {"stroke": QUIET, "stroke-width": "1", "stroke-opacity": "0.75"},
    "unknown": {"stroke": QUIET, "stroke-width": "1", "stroke-dasharray": "1.5 3.5"},
}
"""How the line of each state is drawn."""


class Size(NamedTuple):
    """Width of the picture and of a box in it, in CSS px at full width."""

    name: str
    width: float
    box: float


SIZES = (Size("wide", 640.0, 150.0), Size("narrow", 344.0, 98.0))


@dataclass(frozen=True, slots=True)
class Box:
    """A placed node: left edge, top, width, height, and its rows of text."""

    left: float
    top: float
    width: float
    height: float
    rows: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def draw_diagram(diagram: Diagram, lang: Language, key: str) -> dict[str, str]:
    """The diagram as SVG elements by size name, ids beginning with `key`. Raises KeyError for a link to no node."""
    return {size.name: _draw(diagram, lang, size, f"{key}--{size.name}") for size in SIZES}


def _draw(diagram: Diagram, lang: Language, size: Size, ident: str) -> str:
    words = {node.key: true_minus(plain(spoken(node.name, lang))) for node in diagram.nodes}
    face = typeface_for("".join(words.values()), lang)
    boxes = _place(diagram, words, size, face)
    height = max((box.top + box.height for box in boxes.values()), default=0.0) + 2
    root = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {size.width:g} {height:.1f}",
            "role": "img",
            "aria-labelledby": f"{ident}-title {ident}-desc",
            "font-size": f"{_TYPE:g}",
        },
    )
    for tag, message in (("title", diagram.title), ("desc", diagram.summary)):
        ET.SubElement(root, tag, {"id": f"{ident}-{tag}"}).text = sentence(message, lang)
    # Measured arrows lie on top of the others.
    order = ("unknown", "none", "found")
    for link in sorted(diagram.links, key=lambda one: order.index(one.state)):
        _line(root, link, boxes)
    for box in boxes.values():
        _box(root, box)
    _labels(root, diagram, boxes, size, face)
    return ET.tostring(root, encoding="unicode")


def _place(diagram: Diagram, words: dict[str, str], size: Size, face: Typeface) -> dict[str, Box]:
    """Boxes column by column, each column centred on the tallest."""
    columns = sorted({node.column for node in diagram.nodes})
    step = (size.width - size.box - 2) / max(1, len(columns) - 1)
    rows = {
        node.key: tuple(wrap(words[node.key], size.box - 2 * _PAD, face, _TYPE, 3)) for node in diagram.nodes
    }
    heights = {key: len(each) * _LINE + 2 * _PAD for key, each in rows.items()}
    stacks = {column: [n.key for n in diagram.nodes if n.column == column] for column in columns}
    tall = {c: sum(heights[k] for k in keys) + _GAP * (len(keys) - 1) for c, keys in stacks.items()}
    highest = max(tall.values(), default=0.0)
    boxes = {}
    for place, column in enumerate(columns):
        keys = stacks[column]
        air = (highest - sum(heights[key] for key in keys)) / len(keys)
        top = 1.0 + air / 2
        for key in keys:
            boxes[key] = Box(1 + place * step, top, size.box, heights[key], rows[key])
            top += heights[key] + air
    return boxes


def _box(root: ET.Element, box: Box) -> None:
    ET.SubElement(
        root,
        "rect",
        {
            "x": f"{box.left:.1f}",
            "y": f"{box.top:.1f}",
            "width": f"{box.width:g}",
            "height": f"{box.height:g}",
            "rx": "4",
            "fill": "white",
            "stroke": QUIET,
        },
    )
    for number, row in enumerate(box.rows):
        text = ET.SubElement(
            root,
            "text",
            {
                "x": f"{box.left + box.width / 2:.1f}",
                "y": f"{box.top + _PAD + (number + 0.78) * _LINE:.1f}",
                "text-anchor": "middle",
                "fill": INK,
            },
        )
        text.text = row


def _ends(link: Link, boxes: dict[str, Box]) -> tuple[float, float, float, float]:
    source, target = boxes[link.source], boxes[link.target]
    return source.left + source.width, source.middle, target.left, target.middle


def _line(root: ET.Element, link: Link, boxes: dict[str, Box]) -> None:
    x, y, end_x, end_y = _ends(link, boxes)
    bend = (end_x - x) / 2
    tip = end_x - _HEAD
    path = f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {tip - bend:.1f} {end_y:.1f} {tip:.1f} {end_y:.1f}"
    ET.SubElement(root, "path", {"d": path, "fill": "none", **_STYLES[link.state]})
    if link.state == "found":
        head = f"M{end_x:.1f} {end_y:.1f}l{-_HEAD - 2:g} -4v8z"
        ET.SubElement(root, "path", {"d": head, "fill": INK})


def _labels(root: ET.Element, diagram: Diagram, boxes: dict[str, Box], size: Size, face: Typeface) -> None:
    """The number of each measured arrow, beside its beginning, where arrows are still apart; no two on one spot."""
    taken: list[tuple[float, float]] = []
    for link in diagram.links:
        if not link.label or link.state != "found":
            continue
        words = true_minus(link.label)
        x, y, end_x, end_y = _ends(link, boxes)
        wide = face.width(words, _TYPE) + 6
        part = next(
            (p for p in (0.25, 0.4, 0.55, 0.7) if _free(taken, *_point(x, y, end_x, end_y, p), wide)), 0.25
        )
        at_x, at_y = _point(x, y, end_x, end_y, part)
        at_x = min(max(at_x, wide / 2), size.width - wide / 2)
        taken.append((at_x, at_y))
        ET.SubElement(
            root,
            "rect",
            {
                "x": f"{at_x - wide / 2:.1f}",
                "y": f"{at_y - _LINE / 2:.1f}",
                "width": f"{wide:.1f}",
                "height": f"{_LINE:g}",
                "fill": "white",
                "fill-opacity": "0.92",
            },
        )
        placed = {"x": f"{at_x:.1f}", "y": f"{at_y + 4:.1f}", "text-anchor": "middle", "fill": INK}
        ET.SubElement(root, "text", placed).text = words


def _free(taken: list[tuple[float, float]], x: float, y: float, wide: float) -> bool:
    return all(abs(x - left) > wide or abs(y - top) > _LINE for left, top in taken)


def _point(x: float, y: float, end_x: float, end_y: float, part: float) -> tuple[float, float]:
    """The point of the curve at `part` of its course."""
    bend = (end_x - x) / 2
    weights = ((1 - part) ** 3, 3 * (1 - part) ** 2 * part, 3 * (1 - part) * part**2, part**3)
    across = sum(w * v for w, v in zip(weights, (x, x + bend, end_x - bend, end_x), strict=True))
    down = sum(w * v for w, v in zip(weights, (y, y, end_y, end_y), strict=True))
    return across, down
