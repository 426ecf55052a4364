"""A drawn SVG made fit to stand in a page: no rule of its own that leaks, no id that clashes, words for
every reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_DECIMALS = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_POINTER = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
_NUMERIC = frozenset({"d", "x", "y", "transform", "points"})


def inline(drawn: str, key: str, title: str, description: str, put_back: Mapping[str, str]) -> str:
    """The SVG that matplotlib drew as one element for a page.

    key: begins every id, and must be unique in the page; put_back: drawn character -> the one meant. The
    width is the reader's; the typeface is the page's; coordinates keep two decimals of a point.
    """
    root = ET.fromstring(drawn)  # noqa: S314 (what matplotlib has just written, text escaped by it)
    view = root.get("viewBox", "")
    _tidy(root, key, str.maketrans(dict(put_back)))
    box = ET.Element(
        "svg",
        {
            "viewBox": view,
            "role": "img",
            "aria-labelledby": f"{key}-title {key}-desc",
            "stroke-linejoin": "round",
            "fill": "black",
        },
    )
    for tag, text in (("title", title), ("desc", description)):
        ET.SubElement(box, tag, {"id": f"{key}-{tag}"}).text = text
    box.extend(child for child in root if child.tag in {"g", "defs"} and len(child))
    return ET.tostring(box, encoding="unicode")


def _tidy(node: ET.Element, key: str, put_back: dict[int, str]) -> None:
    node.tag = _local(node.tag)
    node.attrib = {_local(name): value for name, value in node.attrib.items()}
    for name, value in node.attrib.items():
        node.set(name, _attribute(name, value, key))
    if node.tag == "g":
        node.attrib.pop("id", None)
    if node.tag == "text" and node.text:
        node.text = node.text.translate(put_back)
        node.tail = None
    elif not (node.text or "").strip() or node.tag == "style":
        node.text = None
    node.tail = None
    for child in [child for child in node if _local(child.tag) in {"style", "metadata"}]:
        node.remove(child)
    for child in node:
        _tidy(child, key, put_back)


def _attribute(name: str, value: str, key: str) -> str:
    if name == "id":
        return f"{key}-{value}"
    if name == "href":
        return f"#{key}-{value.removeprefix('#')}"
    if name in _NUMERIC:
        return " ".join(_DECIMALS.sub(_shorter, value).split())
    pointed = _POINTER.sub(rf"url(#{key}-\1)", value)
    return _FAMILY.sub("", pointed) if name == "style" else pointed


def _shorter(match: re.Match[str]) -> str:
    number = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if number in {"-0", ""} else number


def _local(name: str) -> str:
    return name.rpartition("}")[2]
