"""Dates are read as the whole column allows, and what means another day whenever it is read is no date."""

from __future__ import annotations

import pytest

from longwave.text.corpus.dates import iso_dates


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
