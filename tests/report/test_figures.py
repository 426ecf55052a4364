"""Pictures as they lie in the page: nothing cut, nothing invented, whatever the figures and the names."""

import math
import re
import warnings
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import report_example as example
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longwave.core.message import Names
from longwave.report.document import Band, Chart, Curve, Mark
from longwave.report.drawing import LARGEST
from longwave.report.figures import KINDS, NARROW, WIDE, draw
from longwave.report.typeface import Typeface, chinese, latin


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 (our own picture)


def texts(svg: str) -> list[ET.Element]:
    return [node for node in parsed(svg).iter("text") if node.text]


def extent(node: ET.Element, face: Typeface) -> tuple[float, float]:
    """Left and right end of a text, by the width of its characters."""
    style = node.get("style", "")
    size = float(re.search(r"font-size:\s*([\d.]+)", style)[1])
    place = node.get("transform", "")
    x = float(node.get("x") or re.search(r"translate\(([-\d.]+)", place)[1])
    anchor = re.search(r"text-anchor:\s*(\w+)", style)
    width = face.width(node.text or "", size)
    return {"middle": (x - width / 2, x + width / 2), "end": (x - width, x)}.get(
        anchor[1] if anchor else "", (x, x + width)
    )


def assert_nothing_is_cut(pictures: dict[str, str], lang: str) -> None:
    for name, size in (("wide", WIDE), ("narrow", NARROW)):
        nodes = texts(pictures[name])
        face = latin() if lang == "en" and all(latin().holds(n.text or "") for n in nodes) else chinese()
        for node in nodes:
            left, right = extent(node, face)
            assert left >= -1.5 and right <= size.width + 1.5, (node.text, left, right)


CHARTS = [
    example.productivity, example.contributions, example.shares, example.research, example.causes,
    example.fan, example.patents, example.quarterly,
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", CHARTS, ids=lambda make: make.__name__)
def test_no_label_of_the_example_is_cut_or_laid_on_another(make: object, lang: str) -> None:
    pictures = draw(make(), lang, "k")
    assert_nothing_is_cut(pictures, lang)
    face = latin() if lang == "en" else chinese()
    for svg in pictures.values():
        rows: dict[str, list[tuple[float, float]]] = {}
        for node in texts(svg):
            y = node.get("y") or re.search(r"translate\([-\d.]+ ([-\d.]+)", node.get("transform", ""))[1]
            rows.setdefault(y, []).append(extent(node, face))
        for spans in rows.values():
            ordered = sorted(spans)
            assert all(a[1] <= b[0] for a, b in pairwise(ordered)), ordered


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(
    ["", "$a_1$ and $b$", "\\", "<b>", "中文名称很长" * 6, "a" * 70, "Łódź", "مرحبا", "😀", "_hidden"]
)
FIGURES = st.floats(allow_nan=True, allow_infinity=True, width=64) | st.floats(-1e6, 1e6) | st.just(0.0)


@st.composite
def charts(draw_: st.DrawFn) -> Chart:
    length = draw_(st.integers(0, 12))
    index = draw_(
        st.sampled_from([
            [str(1950 + 7 * step) for step in range(length)],
            [f"{2000 + step // 4}-Q{step % 4 + 1}" for step in range(length)],
            [f"2001-{step + 1:02d}" for step in range(length)],
        ])
        | st.lists(NAMES, min_size=length, max_size=length, unique=True)
    )  # fmt: skip
    values = st.lists(FIGURES, min_size=length, max_size=length)
    curves = tuple(
        Curve(Names(draw_(NAMES)), pd.Series(draw_(values), index, dtype=float), dashed=draw_(st.booleans()))
        for _ in range(draw_(st.integers(1, 4)))
    )
    low = pd.Series(draw_(values), index, dtype=float)
    bands = (
        (Band(low, low + 1.0, 0.8, draw_(st.integers(0, len(curves) - 1))),) if draw_(st.booleans()) else ()
    )
    marks = tuple(
        Mark(first, last, example.given(draw_(NAMES)))
        for first, last in draw_(
            st.lists(st.sampled_from([("1960", "1975"), ("2001", "2001"), ("x", "y")]), max_size=4)
        )
    )
    word = example.given(draw_(NAMES))
    return Chart(
        "k", draw_(st.sampled_from(sorted(KINDS))), word, word, word, curves, (), bands, marks,
        percent=draw_(st.booleans()), log=draw_(st.booleans()),
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(charts(), st.sampled_from(["en", "zh"]))
def test_any_figures_and_any_names_make_a_picture_or_none(chart: Chart, lang: str) -> None:
    pictures = draw(chart, lang, "k")
    # One figure alone makes no line: its table says it better.
    fewest = 2 if chart.kind == "lines" else 1
    drawable = any((curve.values.abs() <= LARGEST).sum() >= fewest for curve in chart.curves)
    assert bool(pictures) == drawable
    for name, svg in pictures.items():
        for node in texts(svg):
            if chinese().holds(node.text or ""):
                spans = [extent(node, face) for face in (latin(), chinese())]
                edge = {"wide": WIDE, "narrow": NARROW}[name].width + 1.5
                assert any(left >= -1.5 and right <= edge for left, right in spans), (node.text, spans)
        assert "nan" not in re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", svg)
        ids = re.findall(r' id="([^"]+)"', svg)
        assert len(ids) == len(set(ids)) and all(name.startswith("k--") for name in ids)


def test_a_gap_in_the_figures_is_a_gap_in_the_line() -> None:
    years = [str(year) for year in range(1990, 2010)]
    whole = pd.Series(np.linspace(1, 2, 20), years)
    torn = whole.where([not 8 <= step <= 11 for step in range(20)])
    word = example.given("A")

    def strokes(values: pd.Series) -> list[str]:
        svg = draw(Chart("k", "lines", word, word, word, (Curve(word, values),), ()), "en", "k")["wide"]
        return [p.get("d", "") for p in parsed(svg).iter("path") if "#0b4f8a" in p.get("style", "")]

    assert len(strokes(whole)) == 1 and len(strokes(torn)) == 2


def test_two_charts_of_one_page_share_no_id_and_each_is_the_same_each_time() -> None:
    first, again, other = (draw(example.shares(), "en", key) for key in ("a", "a", "b"))
    assert first == again

    def names(pictures: dict[str, str]) -> set[str]:
        return set(re.findall(r' id="([^"]+)"', "".join(pictures.values())))

    assert names(first) and not names(first) & names(other)


def test_the_picture_speaks_for_itself() -> None:
    root = parsed(draw(example.fan(), "zh", "k")["wide"])
    assert root.get("role") == "img" and root.get("aria-labelledby") == "k--wide-title k--wide-desc"
    assert root.findtext("title") == example.fan().title.text("zh")
    assert root.findtext("desc") == example.fan().summary.text("zh")
    assert root.get("width") is None and not list(root.iter("style")) and not list(root.iter("metadata"))
    assert "font-family" not in ET.tostring(root, encoding="unicode")
    labels = {node.text for node in root.iter("text")}
    assert {"年增速", "最新数据：2023 年", "2%", "2000"} <= labels


def test_a_mark_is_drawn_where_its_period_is() -> None:
    svg = parsed(draw(example.fan(), "en", "k")["wide"])
    ticks = {node.text: float(node.get("x", "nan")) for node in svg.iter("text")}
    mark = next(p for p in svg.iter("path") if "stroke-dasharray: 3" in p.get("style", ""))
    x = float(re.match(r"M ([\d.]+)", mark.get("d", ""))[1])
    year = (ticks["2020"] - ticks["2010"]) / 10
    assert math.isclose(x, ticks["2020"] + 3 * year, abs_tol=0.1)


def test_units_scale_and_logarithm_are_written_on_the_axis() -> None:
    word, unit = example.given("A"), example.given("persons", "人")
    curve = (Curve(word, example.series(2000, [2.5e9, 3e9, 3.5e9])),)
    plain = Chart("k", "lines", word, unit, word, curve, ())
    assert "persons, billions" in {n.text for n in texts(draw(plain, "en", "k")["wide"])}
    assert "人，亿" in {n.text for n in texts(draw(plain, "zh", "k")["wide"])}
    assert "logarithmic scale" in draw(example.patents(), "en", "k")["wide"]


def test_a_missing_glyph_is_an_error_not_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    from longwave.report import figures

    monkeypatch.setattr(figures, "typeface_for", lambda text, lang: latin())
    monkeypatch.setattr(figures.Sheet, "swap", lambda self, text: text)
    with warnings.catch_warnings(), pytest.raises(UserWarning, match="Glyph"):
        draw(example.causes(), "zh", "k")
