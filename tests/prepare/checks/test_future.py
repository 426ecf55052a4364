"""Figures for periods that nobody can have observed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from longwave.prepare.checks.future import known_until
from longwave.prepare.prepare import Prepared

from ..tables import found, origin, rows


def test_periods_after_the_release_are_projections() -> None:
    (finding,) = found(
        "future_periods", rows("x", {"USA": [1.0, 2.0, 3.0]}, first=2018), released="2019-06-17"
    )
    assert len(finding.rows) == 2  # 2019 had not ended either


def test_quarters_and_months_are_judged_by_their_end() -> None:
    table = rows("x", {"USA": [1.0, 2.0]})
    quarters = table.assign(period=["2019-Q1", "2019-Q2"])
    assert not found("future_periods", quarters, released="2019-06-30")
    assert len(found("future_periods", quarters, released="2019-05-30")[0].rows) == 1


def test_without_a_release_date_nothing_is_said() -> None:
    assert not found("future_periods", rows("x", {"USA": [1.0]}, first=2900))


@pytest.mark.parametrize(
    ("title", "released", "month"),
    [
        ("AMECO, spring 2019", "2026-11-22", "2019-06"),
        ("World Economic Outlook, April 2019", "2025-01-01", "2019-04"),
        ("10-Sector Database, 2014 release", "2026-11-22", "2014-12"),
        ("World Development Indicators, mid-2022 extract", "2025-04-16", "2022-08"),
        ("Business Dynamics 1978-2018", "2026-11-22", "2026-11"),
        ("Prices of 2015", "2026-11-22", "2026-11"),
        ("Outlook 2030", "2025-01-01", "2025-01"),
        ("Anything", "", ""),
    ],
)
def test_an_edition_dates_what_a_copy_does_not(title: str, released: str, month: str) -> None:
    assert known_until(origin(title=title, released=released)) == month


def test_the_forecast_years_of_ameco_are_marked(plus_ready: Callable[[str], Prepared]) -> None:
    """The spring 2019 edition ends with forecasts for 2019 and 2020."""
    frame = plus_ready("ameco_2019").panel.frame
    projected = frame[frame["status"] == "F"]
    assert set(projected["period"]) == {"2019", "2020"}
    assert "F" not in set(frame["status"][frame["period"] <= "2018"])
