"""Fans: bands that open at the last figure, names at the ends of lines, families of thin lines, small pictures."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import report_example as example
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.message import Names
from longwave.report.document import Band, Chart, Curve, Document, Mark, Section, Table
from longwave.report.drawing import drawing, joint
from longwave.report.figures import NARROW, WIDE, apart, draw
from longwave.report.legend import legend
from longwave.report.page import render
from longwave.report.palette import OPACITIES, layer, tint
from longwave.report.small import draw_small

from .test_drawing import contrast
from .test_figures import assert_nothing_is_cut, texts

WORD = example.given("A", "甲")


def fan(*more: Curve, last: int = 2019, percent: bool = False) -> Chart:
    history = example.series(last - 19, np.linspace(1, 2, 20))
    middle = example.series(last + 1, [2.1, 2.2, 2.3])
    bands = tuple(
        Band(middle - width, middle + width, level, 1)
        for level, width in ((0.95, 0.6), (0.8, 0.4), (0.5, 0.2))
    )
    curves = (
        Curve(Names("Observed"), history),
        Curve(Names("Forecast"), middle, dashed=True, follows=0),
        *more,
    )
    end = Mark(
        str(last), str(last), example.given(f"figures to {last}, as known on 2026-03-05", f"数据截至{last}年")
    )
    return Chart("fan", "lines", WORD, WORD, WORD, curves, ("pwt",), bands, (end,), percent=percent)


def scenario(name: str, values: list[float], first: int = 2020) -> Curve:
    return Curve(Names(name), example.series(first, values), follows=0, labelled=True)


def test_a_forecast_goes_on_from_the_last_figure_and_so_do_its_bands() -> None:
    ready = drawing(fan(), "en")
    assert joint(ready, 1) == (2019.0, 2.0) and joint(ready, 0) is None
    assert ready.looks[0].colour == ready.looks[1].colour and ready.looks[1].dash


def test_a_forecast_after_a_lost_year_is_not_joined() -> None:
    gap = fan(scenario("later", [2.0, 2.1], first=2021))
    assert joint(drawing(gap, "en"), 2) is None
    alone = replace(fan(), curves=(fan().curves[1],), bands=())
    assert joint(drawing(alone, "en"), 0) is None, "a curve follows only one that comes before it"


def test_a_curve_follows_only_an_earlier_one() -> None:
    chart = replace(fan(), curves=(Curve(WORD, example.series(2000, [1, 2]), follows=7), *fan().curves[1:]))
    assert joint(drawing(chart, "en"), 0) is None


def test_scenarios_have_colours_dashes_and_names_of_their_own() -> None:
    paths = [scenario(f"Path {number}", [2.0 + number, 3.0 + number]) for number in range(4)]
    ready = drawing(fan(*paths), "en")
    kept = [(look.colour, look.dash) for look in ready.looks]
    assert len(set(kept)) == len(kept)
    assert all(look.dash for look in ready.looks[2:]) and len({look.colour for look in ready.looks[1:]}) == 5
    for lang in ("en", "zh"):
        pictures = draw(fan(*paths), lang, "k")
        assert_nothing_is_cut(pictures, lang)
        for svg in pictures.values():
            assert {f"Path {number}" for number in range(4)} <= {node.text for node in texts(svg)}


def test_long_names_of_scenarios_leave_room_for_the_figures() -> None:
    chart = fan(
        scenario("Artificial intelligence lifts growth far beyond all that was seen " * 2, [2.4, 2.9])
    )
    for lang in ("en", "zh"):
        assert_nothing_is_cut(draw(chart, lang, "k"), lang)
    widest = max(
        float(one.split()[1])
        for one in re.findall(r"M [\d.]+ [\d.]+ L [\d.]+", draw(chart, "en", "k")["wide"])
    )
    assert widest > WIDE.width / 2


def test_more_names_than_fit_are_left_to_the_legend() -> None:
    for count in (12, 40):
        paths = [scenario(f"A path with the number {number:02d}", [2.0, 2.1]) for number in range(count)]
        for name, size in (("wide", WIDE), ("narrow", NARROW)):
            svg = draw(fan(*paths), "en", "k")[name]
            written = [node for node in texts(svg) if (node.text or "").startswith("A path")]
            heights = sorted(float(node.get("y") or "nan") for node in written)
            assert len(written) <= count and all(0 < y < size.height for y in heights)
            assert all(above - below > 10 for below, above in pairwise(heights))


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(5, 40)), max_size=6),
)
def test_names_at_the_ends_never_lie_on_each_other(boxes: list[tuple[float, float]]) -> None:
    boxes = sorted(boxes)
    wanted, heights = [one for one, _ in boxes], [height for _, height in boxes]
    placed = apart(wanted, heights, 0.0, 300.0)
    edges = [(m - h / 2, m + h / 2) for m, h in zip(placed, heights, strict=True)]
    assert all(below[1] <= above[0] + 1e-6 for below, above in pairwise(edges))
    assert all(low >= -1e-6 and high <= 300 + 1e-6 for low, high in edges)


def test_a_family_is_thin_lines_of_one_colour_and_one_entry_in_the_legend() -> None:
    family = Names("Earlier forecasts", "以往预测")
    came = Curve(Names("What came"), example.series(2000, np.arange(20.0)))
    paths = [
        Curve(
            Names(f"made in {year}"), example.series(year + 1, [year - 2000.0] * 3), follows=0, family=family
        )
        for year in (2003, 2008, 2012)
    ]
    chart = Chart("k", "lines", WORD, WORD, WORD, (came, *paths), ())
    ready = drawing(chart, "en")
    assert (
        len({look.colour for look in ready.looks[1:]}) == 1 and ready.looks[0].colour != ready.looks[1].colour
    )
    assert [entry.name for entry in legend(chart, ready, "en")] == ["What came", "Earlier forecasts"]
    assert [entry.name for entry in legend(chart, ready, "zh")][1] == "以往预测"
    styles = re.findall(r'style="([^"]*stroke: #[^"]*)"', draw(chart, "en", "k")["wide"])
    thin = [style for style in styles if ready.looks[1].colour in style]
    assert len(thin) == 3 and all("stroke-width" not in style for style in thin), "one point, the default"
    assert all("stroke-width: 1.9" in style for style in styles if ready.looks[0].colour in style)


def luminance_on_white(colour: str, opacity: float) -> str:
    mixed = [round(255 + (int(colour[n : n + 2], 16) - 255) * opacity) for n in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def test_the_three_bands_stay_apart_in_grey_and_the_line_stays_readable_on_them() -> None:
    colour = drawing(fan(), "en").looks[1].colour
    shades = ["#ffffff", *(luminance_on_white(colour, one) for one in OPACITIES)]
    assert all(contrast(dark, light) > 1.2 for light, dark in pairwise(shades))
    assert contrast(colour, shades[-1]) > 3
    # Bands that lie on each other come to these opacities.
    assert [round(1 - np.prod([1 - layer(n) for n in range(k)]), 9) for k in (1, 2, 3)] == list(OPACITIES)
    assert all(tint(n) < tint(n + 1) < 1 for n in range(1, 8))


def test_many_steps_are_named_by_every_second_fifth_or_tenth() -> None:
    for count in (3, 18, 60, 120):
        values = pd.Series(np.arange(float(count)), [str(step + 1) for step in range(count)])
        pictures = draw(Chart("k", "lines", WORD, WORD, WORD, (Curve(WORD, values),), ()), "en", "k")
        assert_nothing_is_cut(pictures, "en")
        named = [node.text for node in texts(pictures["narrow"]) if (node.text or "").isdecimal()]
        assert len(named) < 30


def test_a_table_with_small_pictures() -> None:
    table = Table("t", WORD, ("Series", "Median"), (("a", "1"), ("b", "2")), ("pwt",), (fan(), fan()))
    page = render(_document(table), "en")
    assert page.count('<td class="small"><svg') == 2
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    with pytest.raises(ValueError, match="pictures"):
        render(_document(replace(table, pictures=(fan(),))), "en")


def test_a_small_picture_speaks_for_itself_or_is_not_there() -> None:
    root = ET.fromstring(draw_small(fan(), "zh", "k"))  # noqa: S314 (our own picture)
    assert root.findtext("title") and root.findtext("desc") and not list(root.iter("text"))
    nothing = Chart("k", "lines", WORD, WORD, WORD, (Curve(WORD, example.series(2000, [np.nan])),), ())
    assert draw_small(nothing, "en", "k") == ""


def test_the_mark_of_the_last_figure_is_named_in_both_sizes() -> None:
    for name in ("wide", "narrow"):
        written = [node.text for node in texts(draw(fan(), "en", "k")[name])]
        assert "figures to 2019, as known on 2026-03-05" in written, (name, NARROW)


def _document(*tables: Table) -> Document:
    return Document(WORD, WORD, (), (Section("s", WORD, tables=tables),), example.ORIGINS)
