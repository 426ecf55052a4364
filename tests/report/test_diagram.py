"""Diagrams: every box and arrow drawn, by what was found; words that fit; the numbers in the table too."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from longwave.core.message import Names, say
from longwave.report.diagram import SIZES, draw_diagram
from longwave.report.document import Diagram, Link, Node, Table
from longwave.report.typeface import typeface_for

WORD = say("report.figure", number=1)


def diagram(*links: Link, name: str = "Innovation") -> Diagram:
    nodes = (
        Node("digital", Names("Digital divide", "数字鸿沟"), 0),
        Node("innovation", Names(name, "创新"), 1),
        Node("structure", Names("Structure", "结构"), 1),
        Node("growth", Names("Growth", "增长"), 2),
    )
    return Diagram("arrows", WORD, WORD, nodes, links, Table("t", WORD, ("a",), ()))


LINKS = (
    Link("digital", "innovation", "found", "-0.12"),
    Link("digital", "structure", "none", "0.01"),
    Link("innovation", "growth", "unknown"),
)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_box_and_arrow_is_drawn_by_its_state(lang) -> None:
    for svg in draw_diagram(diagram(*LINKS), lang, "figure-1").values():
        root = ET.fromstring(svg)  # noqa: S314  what we have just written
        lines = [each for each in root.iter("path") if each.get("fill") == "none"]
        assert len(lines) == 3
        assert sum("stroke-dasharray" in each.attrib for each in lines) == 1
        texts = [each.text for each in root.iter("text")]
        assert ("增长" if lang == "zh" else "Growth") in texts
        assert "−0.12" in texts  # a true minus; what was not found bears no number
        assert "0.01" not in texts
        assert re.search(r'id="figure-1--(wide|narrow)-title"', svg)


def test_long_names_are_wrapped_into_their_box() -> None:
    long = "Adaptability of firms to new technologies and the diffusion lag"
    for size in SIZES:
        svg = draw_diagram(diagram(*LINKS, name=long), "en", "k")[size.name]
        face = typeface_for(long, "en")
        for text in ET.fromstring(svg).iter("text"):  # noqa: S314  what we have just written
            assert face.width(text.text or "", 11.5) <= size.box


def test_same_diagram_same_bytes() -> None:
    assert draw_diagram(diagram(*LINKS), "en", "k") == draw_diagram(diagram(*LINKS), "en", "k")


def test_an_arrow_to_no_box_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        draw_diagram(diagram(Link("digital", "nowhere", "found")), "en", "k")


def test_a_name_is_text_and_no_markup() -> None:
    svg = draw_diagram(diagram(name="<script>x</script>"), "en", "k")["wide"]
    assert "<script" not in svg
