"""Parts and wholes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from longwave.prepare.prepare import Prepared, prepare
from longwave.prepare.quality import Action

from ..tables import areas_under, found, harvest, rows


@pytest.mark.parametrize(
    "area", ["US_ex_AZ_CT_IL_TN", "Germany (excluding Berlin)", "EU less UK", "World excl. China"]
)
def test_a_name_that_leaves_parts_out_is_noted(area: str) -> None:
    assert areas_under(Action.NOTE, "partial_total", rows("x", {area: [1.0], "USA": [1.0]})) == {area}


@pytest.mark.parametrize("area", ["Texas", "EAP", "Mexico City", "New Mexico", "Essex"])
def test_other_names_are_whole(area: str) -> None:
    assert not found("partial_total", rows("x", {area: [1.0]}))


def shares(**parts: float) -> list[pd.DataFrame]:
    return [rows(f"{name}_share", {"USA": [value] * 3}, unit="share of GDP") for name, value in parts.items()]


def test_shares_of_a_whole_that_do_not_add_up() -> None:
    assert not found("shares_do_not_add_up", *shares(agriculture=0.01, industry=0.19, services=0.77))
    assert found("shares_do_not_add_up", *shares(agriculture=0.01, industry=0.19, services=0.30))
    assert found("shares_do_not_add_up", *shares(agriculture=0.21, industry=0.35, services=0.77))


def test_shares_of_no_whole_are_held_back_together_under_one_fault() -> None:
    held = prepare(harvest(*shares(agriculture=0.40, industry=0.50, services=0.45)))
    (fault,) = [fault for fault in held.faults if fault.held_back]
    assert (fault.check, fault.subject) == ("shares_do_not_add_up", "mine")
    assert not len(held.panel)


def test_nothing_is_said_where_a_share_is_missing() -> None:
    assert not found("shares_do_not_add_up", *shares(agriculture=0.01, industry=0.19))


def items(**parts: float) -> list[pd.DataFrame]:
    return [rows("jobs", {"USA": [value] * 3}, unit="persons", item=name) for name, value in parts.items()]


def test_items_that_do_not_reach_their_total() -> None:
    assert not found("parts_below_total", *items(Total=100.0, farms=30.0, works=69.0))
    (finding,) = found("parts_below_total", *items(Total=100.0, farms=30.0, works=60.0))
    assert finding.details["share"] == pytest.approx(0.9)
    assert not found("parts_below_total", *items(Total=100.0, farms=30.0))


def test_business_dynamics_without_four_states(world_ready: Callable[[str], Prepared]) -> None:
    """Arizona, Connecticut, Illinois and Tennessee are missing: never taken for the United States."""
    ready = world_ready("census_bds")
    fault = next(fault for fault in ready.faults if fault.check == "partial_total")
    assert "[US_ex_AZ_CT_IL_TN]@USA" in fault.subject
    assert set(ready.panel.select(area="USA").frame["item"]) == {"US_ex_AZ_CT_IL_TN"}


def test_shares_that_do_not_add_up_are_found_in_the_pack(world_ready: Callable[[str], Prepared]) -> None:
    """Brazil's three shares in Systema Globalis add up to 1.09 and 1.17 in two years."""
    ready = world_ready("gapminder_sg")
    fault = next(fault for fault in ready.faults if fault.check == "shares_do_not_add_up")
    assert "Brazil" in fault.message.text("en")
    assert not fault.held_back
