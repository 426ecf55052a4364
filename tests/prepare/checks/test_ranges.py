"""Values that cannot be."""

from __future__ import annotations

from collections.abc import Callable

from longwave.prepare.prepare import Prepared
from longwave.prepare.quality import Action

from ..tables import areas_under, found, rows

GOOD = [0.05 + 0.001 * step for step in range(20)]


def test_one_value_outside_is_noted() -> None:
    table = rows("unemployment_rate", {"USA": [*GOOD, 1.7]}, unit="share of labour force")
    (finding,) = found("implausible_values", table)
    assert (finding.action, len(finding.rows)) == (Action.NOTE, 1)


def test_many_hold_the_series_back() -> None:
    table = rows("unemployment_rate", {"USA": [*GOOD, *[1.7] * 5], "CHN": GOOD}, unit="share of labour force")
    assert areas_under(Action.HOLD_BACK, "implausible_values", table) == {"USA"}


def test_unknown_codes_have_no_range() -> None:
    assert not found("implausible_values", rows("anything", {"USA": [-1e9, 1e9]}))


def test_no_real_country_breaks_the_ranges_of_the_penn_world_table(
    world_ready: Callable[[str], Prepared],
) -> None:
    assert not [fault for fault in world_ready("pwt1001").faults if fault.check == "implausible_values"]
