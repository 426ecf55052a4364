"""The base rate and its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.decide.early_warning.base_rate import base_rate
from longwave.decide.early_warning.crises import Crisis, CrisisTable


def grid(areas: int, first: int, last: int) -> tuple[pd.Series, pd.Series]:
    pairs = [(f"C{a}", year) for a in range(areas) for year in range(first, last + 1)]
    return pd.Series([a for a, _ in pairs]), pd.Series([y for _, y in pairs])


def test_starts_over_years_at_risk() -> None:
    areas, years = grid(10, 1981, 2000)
    crises = tuple(Crisis(f"C{n}", 1985 + n, 1987 + n) for n in range(4))
    found = base_rate(areas, years, CrisisTable(crises, 1981, 2000, say("early_warning.nothing")))
    assert found.crises == 4
    assert found.country_years == 200 - 4 * 2  # the first year of a crisis is one in which it could begin
    assert found.yearly == pytest.approx(4 / 192)
    assert found.low < found.yearly < found.high
    assert found.over(3) == pytest.approx(1 - (1 - 4 / 192) ** 3)


def test_crises_in_waves_leave_more_doubt() -> None:
    areas, years = grid(40, 1961, 2000)
    scattered = tuple(Crisis(f"C{n}", 1962 + n) for n in range(20))
    together = tuple(Crisis(f"C{n}", 1975) for n in range(20))
    found = [
        base_rate(areas, years, CrisisTable(each, 1961, 2000, say("early_warning.nothing")))
        for each in (scattered, together)
    ]
    assert found[0].crowding == 1
    assert found[1].crowding > 5
    assert found[1].high - found[1].low > 2 * (found[0].high - found[0].low)


def test_the_interval_covers_a_known_rate() -> None:
    generator, covered = np.random.default_rng(0), 0
    areas, years = grid(20, 1971, 2000)
    for _ in range(100):
        crises = tuple(
            Crisis(f"C{a}", y, y) for a in range(20) for y in range(1971, 2001) if generator.random() < 0.03
        )
        table = CrisisTable(crises, 1971, 2000, say("early_warning.nothing"))
        found = base_rate(areas, years, table)
        covered += found.low <= 0.03 <= found.high
    assert covered >= 86


def test_no_crisis_still_has_an_upper_end() -> None:
    areas, years = grid(5, 1981, 2000)
    found = base_rate(areas, years, CrisisTable((), 1981, 2000, say("early_warning.nothing")))
    assert (found.yearly, found.low) == (0, 0)
    assert 0.01 < found.high < 0.05


def test_years_of_which_the_list_says_nothing_give_no_rate() -> None:
    areas, years = grid(5, 1981, 2000)
    with pytest.raises(NotEnoughData):
        base_rate(areas, years, CrisisTable((), 2005, 2010, say("early_warning.nothing")))
