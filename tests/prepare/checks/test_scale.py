"""Shares against percent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from longwave.core.panel import Panel
from longwave.prepare.prepare import Prepared, prepare
from longwave.prepare.quality import Action

from ..tables import areas_under, found, harvest, rows

RD = [0.021 + 0.0005 * step for step in range(12)]
CODES = ["USA", "CHN", "DEU", "FRA", "GBR"]


def test_percent_under_the_name_of_a_share_is_held_back() -> None:
    table = rows("rd_intensity", {code: [100 * value for value in RD] for code in CODES}, unit="share of GDP")
    assert areas_under(Action.HOLD_BACK, "share_or_percent", table) == set(CODES)


def test_a_share_under_the_name_of_percent_is_held_back() -> None:
    ready = prepare(harvest(rows("rd_intensity", dict.fromkeys(CODES, RD), unit="% of GDP")))
    assert len(ready.panel) == 0
    assert len(ready.held_back) == len(CODES)
    assert "percent kept as a share" in ready.faults[0].message.text("en")


def test_the_corrupt_tax_series_is_held_back() -> None:
    """Systema Globalis' tax revenue in percent of GDP ran from 0 to 0.026; the United States' was 0.0."""
    values = {"USA": [0.0] * 12, "DEU": [0.010, 0.012, 0.011] * 4, "FRA": [0.020, 0.026, 0.022] * 4}
    ready = prepare(harvest(rows("tax_revenue", values, unit="% of GDP")))
    assert len(ready.panel) == 0


def test_a_country_that_truly_has_next_to_none_is_only_noted() -> None:
    values = dict.fromkeys(CODES, RD) | {"MRT": [0.0001, 0.0001]}
    table = rows("rd_intensity", values, unit="share of GDP")
    assert areas_under(Action.NOTE, "share_or_percent", table) == {"MRT"}
    assert areas_under(Action.HOLD_BACK, "share_or_percent", table) == set()


def test_known_figures_tell_which_country_slipped() -> None:
    known = Panel.of(rows("rd_intensity", dict.fromkeys(CODES, RD), unit="share of GDP", source="known"))
    slipped = dict.fromkeys(CODES, RD) | {"FRA": [value / 100 for value in RD]}
    table = rows("rd_intensity", slipped, unit="share of GDP")
    assert areas_under(Action.HOLD_BACK, "share_or_percent", table, reference=known) == {"FRA"}


@pytest.mark.parametrize(
    ("unit", "values"), [("percent", [0.2, 0.5, 0.9] * 8), ("share", [20.0, 50.0, 90.0] * 8)]
)
def test_unknown_codes_are_only_noted(unit: str, values: list[float]) -> None:
    (finding,) = found("share_or_percent", rows("anything", {"USA": values}, unit=unit))
    assert finding.action is Action.NOTE


def test_honest_units_pass(world_ready: Callable[[str], Prepared]) -> None:
    ready = world_ready("wb_wdi_2022")
    assert not [fault for fault in ready.faults if fault.check == "share_or_percent" and fault.held_back]
