"""Periods given twice, and countries that are one another's copies."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from longwave.prepare.prepare import Prepared
from longwave.prepare.quality import Action, check
from longwave.prepare.sheet import Sheet

from ..tables import areas_under, found, rows

WAVY = [1.0, 3.0, 2.0, 5.0, 4.0, 6.5, 6.0, 8.0, 7.0, 9.0, 11.0, 10.0]


def test_repeated_rows_are_kept_once() -> None:
    table = rows("x", {"USA": WAVY})
    twice = pd.concat([table, table.iloc[[3]]], ignore_index=True)
    assert [finding.action for finding in found("duplicated_periods", twice)] == [Action.DROP]
    assert check(Sheet.of(twice)).frame["value"].tolist() == WAVY


def test_two_figures_for_one_period_hold_the_series_back() -> None:
    table = pd.concat(
        [rows("x", {"USA": WAVY, "CHN": WAVY[::-1]}), rows("x", {"USA": [99.0]})], ignore_index=True
    )
    assert areas_under(Action.HOLD_BACK, "duplicated_periods", table) == {"USA"}


def test_a_copied_country_is_noted() -> None:
    table = rows("x", {"USA": WAVY, "CHN": WAVY, "DEU": WAVY[::-1]})
    assert areas_under(Action.NOTE, "twin_areas", table) == {"USA", "CHN"}


def test_short_constant_or_shifted_series_are_no_twins() -> None:
    assert not found("twin_areas", rows("x", {"USA": [1.0] * 12, "CHN": [1.0] * 12}))
    assert not found("twin_areas", rows("x", {"USA": WAVY[:5], "CHN": WAVY[:5]}))
    assert not found("twin_areas", rows("x", {"USA": WAVY}), rows("x", {"CHN": WAVY}, first=2001))


def test_a_shared_currency_shows_in_the_pack(world_ready: Callable[[str], Prepared]) -> None:
    """Members of the CFA franc zone share one exchange rate: true twins, so a note must not hold them back."""
    ready = world_ready("pwt1001")
    fault = next(fault for fault in ready.faults if fault.check == "twin_areas")
    assert (fault.subject, fault.held_back) == ("pwt1001:exchange_rate", False)
