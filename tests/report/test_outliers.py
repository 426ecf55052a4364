"""Figures outside the picture: few, far above all others, marked and named; a steep rise stays whole."""

import dataclasses

import numpy as np
import pytest
import report_example as example
from hypothesis import given
from hypothesis import strategies as st

from longwave.report.document import Band, Chart, Curve
from longwave.report.drawing import drawing
from longwave.report.figures import draw
from longwave.report.kinds.lines import extent
from longwave.report.outliers import Outlier, outliers
from longwave.report.page import render


def lines(*values: object, **more: object) -> Chart:
    curves = tuple(
        Curve(name, example.series(1961, one))
        for name, one in zip((example.CHN, example.USA), values, strict=False)
    )
    return example.chart("quarterly", "lines", curves, percent=True, decimals=1, **more)


def spiked() -> np.ndarray:
    """One figure of 12.6 per cent before a long calm around 1 per cent."""
    calm = 0.01 + 0.005 * np.sin(np.arange(60))
    calm[0] = 0.126
    return calm


def found(chart: Chart) -> tuple[Outlier, ...]:
    return outliers(drawing(chart, "en"))


def test_one_figure_does_not_rule_the_axis() -> None:
    chart = lines(spiked())
    assert found(chart) == (Outlier(0, 0),)
    assert extent(drawing(chart, "en"))[1] < 1.8


def test_a_steep_rise_a_high_decade_and_a_short_series_stay_whole() -> None:
    steep = 0.001 * 1.35 ** np.arange(40)
    assert steep.max() > 2.5 * np.quantile(steep, 0.9)
    decade = np.r_[np.full(50, 0.01), np.full(8, 0.2)]
    assert not found(lines(steep)) and not found(lines(decade)) and not found(lines(spiked()[:19]))
    assert not found(lines(-spiked())) and not found(lines(np.r_[0.5, np.zeros(40)]))


def test_bars_logarithms_and_intervals_are_not_cut() -> None:
    chart = lines(spiked())
    band = Band(chart.curves[0].values, chart.curves[0].values, 0.8)
    for other in ({"kind": "bars"}, {"log": True}, {"bands": (band,)}):
        assert not found(dataclasses.replace(chart, **other))


@given(st.lists(st.floats(-10, 10) | st.floats(100, 200), min_size=20, max_size=60))
def test_whatever_is_outside_is_above_all_inside(values: list[float]) -> None:
    ready = drawing(lines(values), "en")
    places = {one.place for one in outliers(ready)}
    inside = [value for place, value in enumerate(ready.values[0]) if place not in places]
    assert len(places) <= 3 and len(inside) >= len(values) - 3
    assert all(ready.values[0][place] > max(inside) for place in places)
    assert extent(ready)[1] >= max(inside)


@pytest.mark.parametrize(
    ("lang", "alone", "named"),
    [
        ("en", "▲ 1961: 12.6% lies outside the picture.", "▲ China, 1961: 12.6% lies outside the picture."),
        ("zh", "▲ 1961：12.6% 超出图示范围。", "▲ 中国，1961：12.6% 超出图示范围。"),
    ],
)
def test_the_page_names_what_is_outside(lang: str, alone: str, named: str) -> None:
    for chart, sentence in ((lines(spiked()), alone), (lines(spiked(), spiked()[1:]), named)):
        section = dataclasses.replace(example.document().sections[0], charts=(chart,))
        page = render(dataclasses.replace(example.document(), sections=(section,)), lang)
        assert page.count(sentence) == 1 and "12.6%</td>" in page


def test_an_arrow_stands_at_the_upper_edge() -> None:
    whole = lines(spiked()[1:])
    assert draw(lines(spiked()), "en", "k")["wide"].count("<use ") > draw(whole, "en", "k")["wide"].count(
        "<use "
    )
