"""From figures to what is painted: parts that add up, scales that are said, colours that stay apart."""

import math

import numpy as np
import pandas as pd
import pytest
import report_example as example
from hypothesis import given
from hypothesis import strategies as st

from longwave.report.document import Chart, Curve
from longwave.report.drawing import LARGEST, beyond, drawing, reach, summed
from longwave.report.kinds.lines import runs
from longwave.report.kinds.stacked_bars import floors
from longwave.report.palette import COLOURS, INK, QUIET, looks

LAYERS = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(st.floats(-1e3, 1e3), min_size=n, max_size=n), min_size=1, max_size=5)
)


@given(LAYERS)
def test_stacked_parts_end_at_the_sum_of_each_sign(layers: list[list[float]]) -> None:
    parts = [np.array(layer) for layer in layers]
    ends = [start + part for start, part in zip(floors(parts), parts, strict=True)]
    table = np.array(parts)
    assert np.allclose(np.maximum(np.max(ends, axis=0), 0), np.where(table > 0, table, 0).sum(axis=0))
    assert np.allclose(np.minimum(np.min(ends, axis=0), 0), np.where(table < 0, table, 0).sum(axis=0))


def test_a_period_with_a_missing_part_is_not_summed_and_it_is_said() -> None:
    parts, told = summed([np.array([1.0, np.nan, 3.0]), np.array([1.0, 2.0, 3.0])])
    assert told and [np.isnan(part).tolist() for part in parts] == [[False, True, False]] * 2
    _, whole = summed([np.array([1.0, np.nan]), np.array([2.0, np.nan])])
    assert not whole
    parts, told = summed([np.array([np.nan, np.nan]), np.array([2.0, 1.0])])
    assert told and parts[1].tolist() == [2.0, 1.0]


def test_lines_join_what_is_usually_apart_and_break_at_a_lost_decade() -> None:
    census = np.array([1950.0, 1960, 1970, 1980])
    assert [run.tolist() for run in runs(census, np.ones(4))] == [[0, 1, 2, 3]]
    years = np.arange(2000.0, 2010)
    torn = np.where((years > 2003) & (years < 2007), np.nan, 1.0)
    assert [run.tolist() for run in runs(years, torn)] == [[0, 1, 2, 3], [7, 8, 9]]
    assert runs(years, np.full(10, np.nan)) == []


DRAWABLE = st.floats(1e-100, LARGEST) | st.floats(-LARGEST, -1e-100) | st.just(0.0)


@given(st.lists(DRAWABLE | st.just(math.nan), max_size=8), st.booleans())
def test_reach_holds_every_figure(values: list[float], zero: bool) -> None:
    low, high = reach([np.array(values, dtype=float)], zero=zero)
    known = [value for value in values if not math.isnan(value)]
    assert low < high and all(low <= value <= high for value in known)
    assert not zero or low <= 0 <= high
    assert min(known, default=-1) < 0 or low >= 0


def test_a_logarithmic_axis_needs_figures_above_zero() -> None:
    word = example.given("A")

    def log(values: list[float]) -> bool:
        return drawing(
            Chart("k", "lines", word, word, word, (Curve(word, example.series(2000, values)),), (), log=True),
            "en",
        ).log

    assert log([1, 10, np.nan]) and not log([0, 1]) and not log([-1, 1])


def test_what_is_too_large_to_draw_is_said() -> None:
    word = example.given("A")
    wild = Chart("k", "lines", word, word, word, (Curve(word, example.series(2000, [1.0, 1e200, 3.0])),), ())
    assert beyond(wild, drawing(wild, "en")) and np.isnan(drawing(wild, "en").values[0][1])
    assert not beyond(example.fan(), drawing(example.fan(), "en"))


def test_percent_and_scale() -> None:
    word = example.given("A")
    share = Chart("k", "bars", word, word, word, (Curve(word, pd.Series([0.5], ["a"])),), (), percent=True)
    assert drawing(share, "en").values[0][0] == 50 and drawing(share, "en").scale is None
    people = Chart("k", "bars", word, word, word, (Curve(word, pd.Series([2.5e6], ["a"])),), ())
    assert drawing(people, "en").values[0][0] == 2.5 and str(drawing(people, "en").scale) == "millions"
    assert drawing(people, "zh").values[0][0] == 250 and drawing(people, "zh").scale.text("zh") == "万"


def test_a_forecast_has_the_colour_of_what_it_continues() -> None:
    for order in ((False, True, False, True), (False, False, True, True)):
        drawn = looks(order, pair=True)
        solid = [look.colour for look, dashed in zip(drawn, order, strict=True) if not dashed]
        dashed = [look.colour for look, flag in zip(drawn, order, strict=True) if flag]
        assert solid == dashed == list(COLOURS[:2])
        assert all(bool(look.dash) is flag for look, flag in zip(drawn, order, strict=True))
    assert len({look.colour for look in looks((False, True, True), pair=True)}) == 3


def test_no_two_of_sixteen_curves_look_the_same() -> None:
    assert len({(look.colour, look.marker, look.dash) for look in looks((False,) * 16)}) == 16


# Colour blindness of full severity as matrices on linear RGB: Machado, Oliveira and Fernandes (2009),
# A Physiologically-based Model for Simulation of Color Vision Deficiency, table 1.
SIGHT = {
    "full": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def contrast(colour: str, ground: str = "#ffffff") -> float:
    light, dark = sorted((float(TO_XYZ[1] @ linear(c)) + 0.05 for c in (colour, ground)), reverse=True)
    return light / dark


@pytest.mark.parametrize("sight", sorted(SIGHT))
def test_colours_stay_apart_for_every_reader(sight: str) -> None:
    seen = [lab(np.array(SIGHT[sight]) @ linear(colour)) for colour in COLOURS]
    for place, one in enumerate(seen):
        for other in seen[:place]:
            assert np.linalg.norm(one - other) > (20 if place < 6 else 12)


def test_contrast_with_the_paper() -> None:
    assert all(contrast(colour) >= 3 for colour in COLOURS)  # WCAG 2.2, 1.4.11: graphics
    for ground in ("#ffffff", "#f4f6f8"):
        assert contrast(INK, ground) >= 7 and contrast(QUIET, ground) >= 4.5  # 1.4.3: text
        assert all(contrast(colour, ground) >= 4.5 for colour in ("#0b4f8a", "#8a3b00", "#33404e"))
