"""Areas that are no countries."""

from __future__ import annotations

from collections.abc import Callable

from longwave.core.area import areas
from longwave.prepare.prepare import Prepared
from longwave.prepare.quality import Action

from ..tables import areas_under, found, rows

COUNTRIES = [code for code, area in areas().items() if not area.aggregate][:20]
AMOUNTS = {code: [100.0 + place, 101.0 + place, 103.0 + place] for place, code in enumerate(COUNTRIES)}
SUM = [sum(values[step] for values in AMOUNTS.values()) for step in range(3)]


def test_unknown_areas_are_named_once() -> None:
    (finding,) = found("unknown_areas", rows("x", {"USA": [1.0], "Atlantis": [1.0], "EU99": [2.0]}))
    assert finding.details["count"] == 2


def test_a_sum_under_a_countrys_code_is_held_back() -> None:
    table = rows("population", AMOUNTS | {"USA": SUM}, unit="million persons")
    assert areas_under(Action.HOLD_BACK, "aggregate_as_country", table) == {"USA"}


def test_a_sum_under_an_unknown_code_is_noted() -> None:
    table = rows("population", AMOUNTS | {"ALL": SUM}, unit="million persons")
    assert areas_under(Action.NOTE, "aggregate_as_country", table) == {"ALL"}
    assert areas_under(Action.HOLD_BACK, "aggregate_as_country", table) == set()


def test_known_aggregates_and_large_countries_pass() -> None:
    table = rows(
        "population", AMOUNTS | {"WLD": SUM, "USA": [value / 2 for value in SUM]}, unit="million persons"
    )
    assert not found("aggregate_as_country", table)
    assert not found("aggregate_as_country", rows("inflation", AMOUNTS | {"USA": SUM}, unit="share a year"))


def test_no_country_of_the_pack_is_a_sum(world_ready: Callable[[str], Prepared]) -> None:
    for name in ("pwt1001", "wb_wdi_2025"):
        assert not [fault for fault in world_ready(name).faults if fault.check == "aggregate_as_country"]
