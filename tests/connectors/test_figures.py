"""Numbers as people write them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.figures import all_figures, decimal_mark, read_figures
from longwave.core.errors import BadInput


def read(*cells: object) -> list[float]:
    column = pd.Series(list(cells), index=range(2, len(cells) + 2), dtype=object)
    return read_figures({"value": column}, "a.csv")["value"].values.tolist()


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (("1234.5", "-1", "+2.", ".5", "1e3", "-2.5E-2"), [1234.5, -1.0, 2.0, 0.5, 1000.0, -0.025]),
        (("1,234.5", "1,234", "2"), [1234.5, 1234.0, 2.0]),
        (("1,234,567", "1,234"), [1234567.0, 1234.0]),
        (("1,234", "0.5"), [1234.0, 0.5]),  # the point settles what the comma is
        (("12,34,567", "1,00,000"), [1234567.0, 100000.0]),  # groups of two, as in India
        (("1.234,5", "2,75", "1.000"), [1234.5, 2.75, 1000.0]),
        (("12,5", "1,234"), [12.5, 1.234]),
        (("0,123", "7"), [0.123, 7.0]),
        (("1.234.567", "0,5"), [1234567.0, 0.5]),
        (("1 234 567", "1\u00a0234,5", "1\u202f000"), [1234567.0, 1234.5, 1000.0]),
        (("1'234.5", "12"), [1234.5, 12.0]),
        (("\u22125", "5"), [-5.0, 5.0]),
        (("1.234", "2.345"), [1.234, 2.345]),  # three decimals: nothing speaks for thousands
        (("１２．５", "－3"), [12.5, -3.0]),
        ((3, 2.5, "7"), [3.0, 2.5, 7.0]),
    ],
)
def test_written_numbers(cells: tuple[object, ...], numbers: list[float]) -> None:
    assert read(*cells) == numbers


@pytest.mark.parametrize(
    "mark", ["", " ", "NA", "n/a", "..", ":", "-", "–", "NaN", "#N/A", "null", "缺失", "."]
)
def test_a_missing_mark_is_null_and_is_kept(mark: str) -> None:
    column = pd.Series(["1", mark], dtype=object)
    figures = read_figures({"value": column}, "a.csv")["value"]
    assert figures.values.isna().tolist() == [False, True]
    assert figures.marks.tolist() == ["", mark.strip()]


def test_an_empty_cell_of_a_sheet_is_null() -> None:
    assert pd.isna(read(1.0, None)[1])
    assert pd.isna(read(1.0, float("nan"))[1])


@pytest.mark.parametrize(
    "text", ["5%", "(5)", "5 p", "1_000", "0x1A", "1.2.3", "$5", "5b", "1.5¹", "twelve", "#DIV/0!"]
)
def test_text_among_numbers_is_refused_by_row_and_column(text: str) -> None:
    with pytest.raises(BadInput, match=r"a\.csv, row 3, the column value"):
        read("1.5", text)


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", float("inf"), 10**400])
def test_infinity_is_refused_by_row(cell: object) -> None:
    with pytest.raises(BadInput, match=r"row 3.*infinite"):
        read("1", cell)


def test_truth_values_are_not_numbers() -> None:
    with pytest.raises(BadInput):
        read(1, True)


def test_a_comma_that_could_be_either_is_refused() -> None:
    with pytest.raises(BadInput, match="1,234 may be a thousand or a decimal"):
        read("1,234", "7,890", "12")
    assert read_figures({"v": pd.Series(["1,234"], dtype=object)}, "a", ",")["v"].values.tolist() == [1.234]
    assert read_figures({"v": pd.Series(["1,234"], dtype=object)}, "a", ".")["v"].values.tolist() == [1234.0]


def test_two_decimal_marks_in_one_table_are_refused() -> None:
    with pytest.raises(BadInput, match="two ways"):
        read("1.5", "2,5")


def test_the_whole_table_settles_the_mark() -> None:
    columns = {"gdp": pd.Series(["1,234"], dtype=object), "share": pd.Series(["0,5"], dtype=object)}
    read_ = read_figures(columns, "a.csv")
    assert read_["gdp"].values.tolist() == [1.234]
    assert read_["share"].values.tolist() == [0.5]


@given(st.lists(st.floats(min_value=-1e12, max_value=1e12), min_size=1, max_size=6))
def test_numbers_written_in_three_ways_are_the_same_numbers(numbers: list[float]) -> None:
    rounded = [round(number, 2) + 0.0 for number in numbers]
    american = [f"{number:,.2f}" for number in rounded]
    german = [text.translate(str.maketrans(",.", ".,")) for text in american]
    plain = [f"{number:.2f}" for number in rounded]
    for texts in (american, german, plain):
        assert read(*texts) == pytest.approx(rounded)


def test_a_column_of_numbers_is_told_from_one_of_words() -> None:
    assert all_figures(pd.Series(["1", "..", "2,5"], dtype=object))
    assert all_figures(pd.Series([1, None, 2.5], dtype=object))
    assert not all_figures(pd.Series(["1", "a"], dtype=object))
    assert not all_figures(pd.Series(["", ".."], dtype=object))
    assert not all_figures(pd.Series([True, False]))
    assert decimal_mark({"a": None, "b": ["1.5"]}, "x") == "."
