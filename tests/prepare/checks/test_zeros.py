"""Zeros that are gaps, and zeros that are true."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.prepare.prepare import Prepared

from ..tables import found, rows

SHARE = [25.0, 24.5, 26.0, 25.5, 24.8, 25.1, 26.2, 25.9]


def zeros(values: list[float | None], variable: str = "anything") -> list[str]:
    table = rows(variable, {"USA": values})
    return [
        str(p) for finding in found("zeros_for_missing", table) for p in table["period"].iloc[finding.rows]
    ]


@pytest.mark.parametrize(
    ("values", "periods"),
    [
        ([*SHARE[:4], 0.0, *SHARE[4:]], ["2004"]),  # one alone
        ([*SHARE[:4], 0.0, 0.0, 0.0, *SHARE[4:]], ["2004", "2005", "2006"]),  # a run inside
        ([0.0, 0.0, *SHARE], ["2000", "2001"]),  # before the first
        ([*SHARE, 0.0, 0.0], ["2008", "2009"]),  # after the last
        ([9.9, 7.5, 6.2, 3.9, 9.6, 0.0, 4.1, 5.7, 5.6], []),  # a volatile flow may be nothing for a year
        (
            [40_000.0, 41_000.0, 43_000.0, 0.0, 44_000.0, 47_000.0, 46_000.0],
            ["2003"],
        ),  # patents of a large country
    ],
)
def test_gaps_written_as_zero(values: list[float | None], periods: list[str]) -> None:
    assert zeros(values) == periods


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0.0, 0.0, 0.8, 1.2, 1.7, 2.3, 4.9, 9.2, 16.4, 21.6, 30.1, 35.8, 43.1],  # internet users
        [0.0, 3.0, 1.0, 0.0, 4.0, 2.0, 0.0, 5.0, 1.0, 2.0],  # patents of a tiny country
        [0.0, 0.0, 0.56, 0.52, 0.71, 0.89, 0.65, 0.82, 0.88, 0.96, 1.07, 1.16, 31.1, 36.0],  # mobile phones
        [2.1, 1.2, 0.3, -0.4, 0.0, 0.7, 1.4, -0.2, 2.0],  # inflation may stand still
        [0.0, 0.0, 0.0, 0.0, 6.0, 6.0, 6.0, 7.0, 7.0, 7.0],  # a score from 0 to 8
        [0.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2],  # rounded to one decimal
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],  # nothing ever
        [0.0, None, None, None, 42.0, 46.0, 48.0, 49.0, 52.0],  # long before the first survey
        [
            0.0,
            math.nan,
            math.nan,
            math.nan,
            42.0,
            46.0,
            48.0,
            49.0,
            52.0,
        ],  # the same with the gap written out
    ],
)
def test_genuine_zeros(values: list[float | None]) -> None:
    assert zeros(values) == []


def test_what_cannot_be_zero_is_a_gap_without_more_evidence() -> None:
    assert zeros([0.0, 1.0, 9.0], "real_gdp") == ["2000"]
    assert zeros([0.0, 0.001, 0.02], "internet_users") == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(20, 30), min_size=8, max_size=30), st.integers(1, 6))
def test_a_hole_in_a_quiet_share_is_always_found(values: list[float], place: int) -> None:
    place = min(place, len(values) - 1)
    steady = [25 + (value - 25) / 20 for value in values]
    assert zeros([*steady[:place], 0.0, *steady[place:]]) == [str(2000 + place)]


def test_serbias_investment_before_its_statistics(world_ready: Callable[[str], Prepared]) -> None:
    """Zeros from 1995 to 2006 in Systema Globalis; then 9.9 % of GDP at once. Genuine zeros elsewhere stay."""
    frame = world_ready("gapminder_sg").panel.frame
    name = "fdi_inflows_share"
    serbia = frame[(frame["variable"] == name) & (frame["area"] == "SRB")]
    assert serbia["period"][serbia["note"] == "zero for missing"].tolist() == [
        str(year) for year in range(1995, 2007)
    ]
    phones = frame[frame["variable"] == "cell_phones_per_100_people"]
    assert not (phones["note"] == "zero for missing").any()
    users = frame[
        (frame["variable"] == "internet_users") & (frame["period"] == "1990") & (frame["area"] == "CHN")
    ]
    assert users["value"].tolist() == [0.0]


def test_hong_kongs_civil_service_did_not_vanish_for_four_years(
    plus_ready: Callable[[str], Prepared],
) -> None:
    """GGDC 10-sector, employment in government: zeros in 1981-1984 between 287 and 212 thousand."""
    frame = plus_ready("ggdc_10s").panel.frame
    gone = frame[(frame["area"] == "HKG") & (frame["item"] == "GOV") & (frame["note"] == "zero for missing")]
    assert gone["period"].tolist() == ["1981", "1982", "1983", "1984"]
