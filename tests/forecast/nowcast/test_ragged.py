"""Calendars side by side, and today's ragged edge cut out of the past."""

import numpy as np
import pytest

from longwave.core.period import Frequency, Period
from longwave.forecast.nowcast.ragged import Ragged, Track


def track(name: str, first: str, values: list[float], kind: str = "level") -> Track:
    period = Period.parse(first)
    return Track(name, period.frequency, period.ordinal, np.array(values, dtype=float), kind)  # type: ignore[arg-type]


@pytest.fixture
def data() -> Ragged:
    quarters = track("y", "2018-Q1", [1, 2, 3, 4, 5])  # to 2019-Q1
    months = track("m", "2018-02", list(range(15)))  # to 2019-04
    return Ragged(quarters, {"m": months, "q": track("q", "2018-Q3", [7, 8, 9, 10])})  # to 2019-Q2


def test_leads_count_from_the_end_of_the_first_unknown_period(data: Ragged) -> None:
    assert data.leads == {"m": -2, "q": 0}
    assert data.reach == 1
    assert data.base is Frequency.MONTHLY


def test_a_slower_figure_stands_in_the_last_month_of_its_period(data: Ragged) -> None:
    table = data.table(2)
    assert table.names == ("m", "q", "y") and table.quick == 1 and table.target == 2
    assert [table.written(row) for row in table.ends] == ["2019-06", "2019-09"]
    known = np.flatnonzero(np.isfinite(table.values[:, 2]))
    assert [table.written(int(row)) for row in known] == [
        "2018-03",
        "2018-06",
        "2018-09",
        "2018-12",
        "2019-03",
    ]
    assert table.written(len(table.values) - 1) == "2019-09"


def test_the_edge_of_today_is_cut_out_of_the_past(data: Ragged) -> None:
    past = data.at(data.target.last - 1, data.leads)
    assert past.target.written(past.target.last) == "2018-Q4"
    assert past.indicators["m"].written(past.indicators["m"].last) == "2019-01"
    assert past.indicators["q"].written(past.indicators["q"].last) == "2019-Q1"
    assert past.leads == data.leads


def test_a_series_that_did_not_exist_yet_is_not_there(data: Ragged) -> None:
    assert "q" not in data.at(data.target.first, data.leads).indicators


def test_a_missing_figure_at_the_cut_shortens_the_series() -> None:
    holed = track("m", "2018-01", [1, 2, np.nan, 4])
    assert holed.until(Period.parse("2018-03").ordinal).last == Period.parse("2018-02").ordinal
