"""Periods as people write them."""

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.dates import (
    all_days,
    all_periods,
    period_header,
    read_periods,
    written_date,
    year_and_part,
)
from longwave.core.errors import BadInput
from longwave.core.period import Frequency, Period


def read(*cells: object) -> list[str]:
    return read_periods(pd.Series(list(cells), index=range(2, len(cells) + 2)), "a.csv").tolist()


@pytest.mark.parametrize(
    ("written", "period"),
    [
        *(
            ("2019", "2019"),
            (2019, "2019"),
            (2019.0, "2019"),
            ("2019.0", "2019"),
            ("YR2019", "2019"),
            ("2019年", "2019"),
        ),
        *(("2019 [YR2019]", "2019"), ("2019Q3", "2019-Q3"), ("2019-Q3", "2019-Q3"), ("Q3 2019", "2019-Q3")),
        *(
            ("2019q3", "2019-Q3"),
            ("2019年第三季度", "2019-Q3"),
            ("2019年3季度", "2019-Q3"),
            ("2019M07", "2019-07"),
        ),
        *(("2019-07", "2019-07"), ("2019/7", "2019-07"), ("2019年7月", "2019-07"), ("2019-M7", "2019-07")),
        *(("2019-07-01", "2019-07"), ("2019Q3 [2019Q3]", "2019-Q3"), (datetime.date(2019, 7, 1), "2019-07")),
        *((datetime.datetime(2019, 7, 1), "2019-07"), ("２０１９年", "2019")),
    ],
)
def test_written_periods(written: object, period: str) -> None:
    assert read(written) == [period]
    assert str(Period.parse(period)) == period


@pytest.mark.parametrize(
    "text", ["19", "2019-13", "2019Q5", "07/2014", "1/1/2019", "last year", "20190", "", "0001"]
)
def test_what_is_no_period_is_refused_by_row(text: str) -> None:
    with pytest.raises(BadInput, match="row 3"):
        read("2019", text)


def test_dates_are_read_by_their_rhythm() -> None:
    assert read("1947-01-01", "1947-04-01", "1947-07-01") == ["1947-Q1", "1947-Q2", "1947-Q3"]
    assert read("2019-03-31", "2019-06-30") == ["2019-Q1", "2019-Q2"]
    assert read("2018-01-01", "2019-01-01") == ["2018", "2019"]
    assert read("2018-12-31", "2019-12-31") == ["2018", "2019"]
    assert read("2019-01-01", "2019-02-01", "2019-04-01") == ["2019-01", "2019-02", "2019-04"]
    assert read("2019-01-01", "2019-01-01") == ["2019-01", "2019-01"]  # one date does not tell a rhythm


def test_figures_by_the_day_are_refused_with_what_to_do() -> None:
    with pytest.raises(BadInput, match="by the day or the week") as caught:
        read("2019-01-01", "2019-01-02")
    assert "average or add them up" in str(caught.value.mend)
    assert all_days(pd.Series(["2019-01-01", "2019-01-02"]))
    assert not all_days(pd.Series(["2019"]))


def test_a_missing_period_is_refused_by_row() -> None:
    with pytest.raises(BadInput, match="row 3"):
        read("2019", None)
    assert not all_periods(pd.Series(["2019", None]))
    assert not all_periods(pd.Series([], dtype=object))
    assert all_periods(pd.Series([2019, 2020]))


def test_years_with_quarters_or_months() -> None:
    years = pd.Series([2019, 2019])
    quarters = year_and_part(years, pd.Series([1, 4]), "Q")
    months = year_and_part(years, pd.Series(["7", "12"]), "M")
    assert quarters is not None and quarters.tolist() == ["2019-Q1", "2019-Q4"]
    assert months is not None and months.tolist() == ["2019-07", "2019-12"]
    assert year_and_part(years, pd.Series([1, 5]), "Q") is None
    assert year_and_part(pd.Series(["19", "20"]), pd.Series([1, 2]), "Q") is None


def test_headers_that_are_periods() -> None:
    assert period_header("2019 [YR2019]") == "2019"
    assert period_header("2019Q3") == "2019-Q3"
    assert period_header("gdp_2019") is None
    assert period_header("12") is None


@given(st.integers(1500, 2299), st.sampled_from(list(Frequency)), st.integers(0, 11))
def test_every_period_of_the_house_is_read_as_itself(year: int, frequency: Frequency, step: int) -> None:
    period = str(Period(frequency, year * frequency.value + step % frequency.value))
    assert read(period) == [period]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(
            ("2026-11-22", "2026-11-22"),
            ("2026.11.22", "2026-11-22"),
            ("20261122", "2026-11-22"),
            ("2025", "2025-12-31"),
        ),
        *(("2024-02", "2024-02-29"), ("2026-03-05T10:00:00Z", "2026-03-05"), ("spring 2019", ""), ("", "")),
        *(("2026-13-01", ""), ("2026-02-30", ""), ("1.0.3", "")),
    ],
)
def test_a_release_date_is_never_earlier_than_stated(text: str, day: str) -> None:
    assert written_date(text) == day
