"""Numbers in words, tables beside charts, and legends."""

import numpy as np
import pandas as pd
import pytest
import report_example as example
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.message import Names, catalogue
from longwave.report.datatable import Grid, chart_grid, table_grid, width
from longwave.report.document import Table
from longwave.report.drawing import drawing
from longwave.report.legend import legend
from longwave.report.licences import licence_in_words
from longwave.report.wording import figure, magnitude, plain, series_of, spoken, tick_labels, true_minus


def test_every_entry_has_both_languages() -> None:
    ours = {key: texts for key, texts in catalogue().items() if key.startswith("report.")}
    assert len(ours) > 30 and all(texts.get("en") and texts.get("zh") for texts in ours.values())


@pytest.mark.parametrize(
    ("value", "decimals", "percent", "written"),
    [
        (1234567.891, 1, False, "1,234,567.9"), (0.0523, 1, True, "5.2%"), (-0.0001, 1, True, "0.0%"),
        (-0.004, 2, False, "0.00"), (-1.5, 1, False, "−1.5"), (np.nan, 1, True, "–"), (np.inf, 0, False, "–"),
        (1e18, 1, False, "1.0e+18"), (2.5, 0, False, "2"),
    ],
)  # fmt: skip
def test_figures(value: float, decimals: int, percent: bool, written: str) -> None:
    assert figure(value, decimals, percent) == written


def test_values_in_words() -> None:
    assert (
        spoken((Names("United States", "美国"), "x"), "zh") == "美国、x"
        and spoken(example.CHN, "en") == "China"
    )
    assert (
        spoken(2019, "en") == "2019" and spoken(np.int64(2019), "en") == "2019" and spoken(None, "en") == "–"
    )
    assert (
        spoken(1234.5, "en") == "1,234.50"
        and spoken(float("nan"), "zh") == "–"
        and spoken(np.float64(1), "en") == "1.00"
    )


@given(st.text(st.characters()))
def test_plain_text_is_one_line_that_utf8_and_xml_can_hold(text: str) -> None:
    tidy = plain(text)
    assert tidy.encode("utf-8").decode() == tidy and not any(
        ord(c) < 32 or c in "\u202e\u2066\uffff" for c in tidy
    )
    assert plain(tidy) == tidy


def test_tick_labels_tell_ticks_apart() -> None:
    assert tick_labels([0.0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"]
    assert tick_labels([-2.0, 0.0, 2.0], percent=True) == ["−2%", "0%", "2%"]
    assert tick_labels([0, 5000, 10000]) == ["0", "5,000", "10,000"]
    assert tick_labels([0.0, 1e-9]) == ["0", "1e−09"]


def test_magnitudes_are_each_languages_own() -> None:
    assert [magnitude(size, "en")[0] for size in (9e5, 2e6, 2e9, 2e12, 2e15)] == [1, 1e6, 1e9, 1e12, 1]
    assert [magnitude(size, "zh")[0] for size in (9e5, 2e6, 2e8, 2e12)] == [1, 1e4, 1e8, 1e12]


def test_the_table_beside_a_chart_has_every_figure() -> None:
    chart = example.fan()
    grid = chart_grid(chart, "en")
    assert grid.header == (
        "Period, newest first",
        "Observed",
        "Forecast (mean)",
        "50% interval",
        "80% interval",
        "95% interval",
    )
    assert len(grid.rows) == 46 and grid.timed and grid.gaps
    rows = {row[0]: row for row in grid.rows}
    assert (
        rows["2023"][1] == figure(chart.curves[0].values["2023"], 1, True) and rows["2023"][2:] == ("–",) * 4
    )
    low, high = chart.bands[1].low["2030"], chart.bands[1].high["2030"]
    assert rows["2030"][4] == f"−{-100 * low:.1f}% to {100 * high:.1f}%"
    both = chart_grid(example.research(), "zh").header
    assert both == ("时期（由近及远）", "美国", "美国，95% 区间", "中国", "中国，95% 区间")


def test_tables_set_figures_to_the_right_and_fill_short_rows() -> None:
    word = example.given("t")
    rows = (("a", 1, "(2.0)", "x"), ("b", "−3%", "", "1"), (2019, 2.5))
    grid = table_grid(Table("t", word, ("n", "f", "g", "w"), rows), "en")
    assert grid.figures == (False, True, True, False)
    assert (
        grid.rows == (("a", "1", "(2.0)", "x"), ("b", "−3%", "–", "1"), ("2019", "2.50", "–", "–"))
        and grid.gaps
    )
    with pytest.raises(ValueError, match="longer"):
        table_grid(Table("t", word, ("n",), (("a", "b"),)), "en")
    assert table_grid(Table("t", word, (), ()), "en").figures == ()


def test_a_table_of_periods_begins_with_the_newest_and_one_of_categories_does_not() -> None:
    periods = [row[0] for row in chart_grid(example.quarterly(), "en").rows]
    assert periods[0] == "2023-Q4" and periods[-1] == "2017-Q1"
    causes = example.causes()
    names = [row[0] for row in chart_grid(causes, "en").rows]
    assert names == [name.text("en") for name in causes.curves[0].values.index]


def test_a_total_stands_before_its_parts() -> None:
    grid = chart_grid(example.contributions(), "en")
    chart = example.contributions()
    names = [spoken(curve.name, "en") for curve in chart.curves]
    assert grid.header[1:] == (names[3], *names[:3])
    newest = [figure(curve.values.iloc[-1], 1, True) for curve in chart.curves]
    assert grid.rows[0][1:] == (newest[3], *newest[:3])


def test_the_least_width_of_a_table_counts_whole_figures_and_longest_words() -> None:
    grid = Grid(("Year", "United States"), (("2020", "−1.0% to 2.0%"),), (False, True), gaps=False)
    assert width(grid) == pytest.approx(4 * 0.6 + 1.4 + 13 * 0.6 + 1.4)
    assert width(grid, broken=True) == pytest.approx(4 * 0.6 + 1 + 6 * 0.6 + 1)
    chinese = Grid(("时期", "全要素生产率"), (("2020", "1"),), (False, True), gaps=False)
    assert width(chinese) == pytest.approx(2.4 + 1.4 + 4 + 1.4)
    assert width(Grid((), (), (), gaps=False)) == 0
    assert grid.brief
    assert not Grid(("a",), (("a rather long name",),), (False,), gaps=False).brief


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("the difference, -1.32 points (-1.95 to -0.70)", "the difference, −1.32 points (−1.95 to −0.70)"),
        ("区间为-1.7%至3.0%，差值（-0.5）", "区间为−1.7%至3.0%，差值（−0.5）"),
        ("-3", "−3"), ("between -.5 and 2, -1.", "between −.5 and 2, −1."), ("-1.5e+18", "−1.5e+18"),
        ("2005-2019, 1996-2004", "2005-2019, 1996-2004"), ("on 2026-03-01", "on 2026-03-01"),
        ("NSF 24-318, mid-2022, R-2", "NSF 24-318, mid-2022, R-2"), ("1e-09", "1e-09"),
        ("id -0012-a and -3rd", "id -0012-a and -3rd"), ("--5", "--5"), ("a - 3", "a - 3"),
    ],
)  # fmt: skip
def test_a_hyphen_becomes_a_minus_only_where_it_signs_a_number(written: str, printed: str) -> None:
    assert true_minus(written) == printed and true_minus(printed) == printed


@given(st.text("0123456789-.,% ()ae中，–"))
def test_true_minus_changes_nothing_but_hyphens(text: str) -> None:
    assert true_minus(text).replace("−", "-") == text


def test_commas_between_parts_fit_their_neighbours() -> None:
    parts = ["World Bank", "World Development Indicators", "2026-10"]
    assert (
        series_of(parts, "zh")
        == series_of(parts, "en")
        == "World Bank, World Development Indicators, 2026-10"
    )
    assert series_of(["国家统计局", "GDP", "年鉴"], "zh") == "国家统计局，GDP，年鉴"
    assert series_of([], "zh") == ""


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("CC-BY-4.0", "CC BY 4.0", "CC BY 4.0"), ("cc by-nc-sa 3.0 IGO", "CC BY-NC-SA 3.0 IGO", "CC BY-NC-SA 3.0 IGO"),
        ("US-federal-public-domain", "public domain (US federal government)", "美国联邦政府作品，公有领域"),
        ("CC-BY-4.0; MIT", "CC BY 4.0; MIT licence", "CC BY 4.0；MIT 许可证"),
        ("Terms of the Bank of X", "Terms of the Bank of X", "Terms of the Bank of X"), ("", "", ""),
    ],
)  # fmt: skip
def test_licences_are_named_as_readers_know_them(name: str, english: str, chinese: str) -> None:
    assert (licence_in_words(name, "en"), licence_in_words(name, "zh")) == (english, chinese)


def entries(chart: object, lang: str) -> list[str]:
    return [entry.name for entry in legend(chart, drawing(chart, lang), lang)]


def test_legends_name_curves_levels_and_marks_that_come_again() -> None:
    assert entries(example.productivity(), "en") == ["United States", "China", "Recession"]
    assert entries(example.fan(), "zh") == ["观测值", "预测（均值）", "50% 区间", "80% 区间", "95% 区间"]
    assert entries(example.quarterly(), "en") == []
    samples = [
        str(entry.sample)
        for entry in legend(example.contributions(), drawing(example.contributions(), "en"), "en")
    ]
    assert len(set(samples)) == 4


def test_a_series_may_hold_what_pandas_calls_missing() -> None:
    chart = example.chart(
        "quarterly", "bars", (example.Curve(example.USA, pd.Series([1, pd.NA], ["a", "b"], dtype="Int64")),)
    )
    assert chart_grid(chart, "en").rows == (("a", "1.00"), ("b", "–"))
