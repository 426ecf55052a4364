"""Dates are read as the whole column allows, and what means another day whenever it is read is no date."""

from __future__ import annotations

import pytest

from longwave.text.corpus.dates import iso_dates, look_like_dates, month_taken_first, year_taken_last


def test_dates_with_points_say_the_day_first() -> None:
    assert iso_dates(["01.01.2020", "01.02.2020", "01.12.2020"]) == ["2020-01-01", "2020-02-01", "2020-12-01"]
    assert iso_dates(["01.02.2020", "01/13/2020"]) == ["2020-02-01", "2020-01-13"]
    assert iso_dates(["01.13.2020"]) == [""]


def test_the_whole_column_says_whether_the_day_is_first() -> None:
    assert iso_dates(["13/01/2020", "02/01/2020"]) == ["2020-01-13", "2020-01-02"]
    assert iso_dates(["01/13/2020", "02/01/2020"]) == ["2020-01-13", "2020-02-01"]
    assert iso_dates(["13/01/2020", "01/13/2020", "2020-01-31"]) == ["", "", "2020-01-31"]


@pytest.mark.parametrize("text", ["12:30", "12:30:00.1234", "12:30 2020", "now", "today", "May", "Jan 31"])
def test_what_depends_on_the_day_of_reading_is_no_date(text: str) -> None:
    assert iso_dates([text]) == [""]


@pytest.mark.parametrize(
    "text", ["31-Jan-20", "Jan 31, 20", "31 January 2020 10:00", "Fri, 31 Jan 2020 10:20:30 +0000"]
)
def test_names_of_months_with_a_year_are_dates(text: str) -> None:
    assert iso_dates([text]) == ["2020-01-31"]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["24/05/13", "24/05/14"], ["2024-05-13", "2024-05-14"]),
        (["24-05-13", "24-06-17"], ["2024-05-13", "2024-06-17"]),
        (["24/01/01"], ["2024-01-01"]),
        (["24/5/3", "24/12/31"], ["2024-05-03", "2024-12-31"]),
        (["99/12/31", "00/01/05"], ["1999-12-31", "2000-01-05"]),
        (["99.12.31"], ["1999-12-31"]),
        (["24.05.13", "24.05.14"], ["2013-05-24", "2014-05-24"]),
        (["13/05/24", "14/05/24"], ["2024-05-13", "2024-05-14"]),
        (["05/13/24", "05/14/24"], ["2024-05-13", "2024-05-14"]),
        (["31/12/20", "31/12/21", "31/12/22"], ["2020-12-31", "2021-12-31", "2022-12-31"]),
        (["31/03/20", "30/06/21", "31/12/22"], ["2020-03-31", "2021-06-30", "2022-12-31"]),
        (["24/05/13", "13/05/2024"], ["2013-05-24", "2024-05-13"]),
    ],
)
def test_two_figures_of_a_year_stand_where_the_column_says(given: list[str], read: list[str]) -> None:
    assert iso_dates(given) == read
    assert year_taken_last(given) == ""


def test_a_year_that_may_be_first_or_last_is_taken_last_and_told() -> None:
    assert iso_dates(["24/05/13"]) == ["2013-05-24"]
    assert year_taken_last(["24/05/13"]) == "24/05/13"
    assert month_taken_first(["24/05/01", "24/06/01"]) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("2024 年 3 月 5 日", "2024年3月5号", "2024／3／5", "２０２４年３月５日", "2024-03-05 星期二"),
        *("2024年3月5日（星期二） 上午10:30", "2024年3月5日10时30分", "2024-03-05（二）", "2024 Mar 5"),
        *("2024-03-05T10:20:30.123Z", "2024-03-05 10:20:30+08:00", "2024/3/5 10:20 PM", "2024-03-05 Tue"),
        *("2024-03-05 10:20:30 UTC", "2024-03-05T10", "2024-03-05, 10:20 GMT+8", "5.3.2024 10.30"),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert iso_dates([text]) == ["2024-03-05"]


@pytest.mark.parametrize(
    "text", ["2024 第一季度", "1999 was a good year", "2024-03-05 was fine", "2024年度", "2024 10:30"]
)
def test_a_year_with_other_words_behind_it_is_no_date(text: str) -> None:
    assert iso_dates([text]) == [""]


def test_a_year_and_a_month_may_be_parted_too() -> None:
    assert iso_dates(["2024 年 3 月", "2024年3月份", "2024 年"]) == ["2024-03", "2024-03", "2024"]


def test_columns_that_look_like_dates_are_no_columns_of_numbers_or_texts() -> None:
    assert look_like_dates(["2024-03-05", None, "2024年3月6日"])
    for cells in (
        [2024, 2023],
        ["20240305", "20240306"],
        ["2024.5", "2023.5"],
        ["2024-03-05"],
        ["up", "down"],
    ):
        assert not look_like_dates(cells)
