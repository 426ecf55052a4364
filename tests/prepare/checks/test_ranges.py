"""Values that cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from longwave.prepare.prepare import Prepared, prepare
from longwave.prepare.quality import Action

from ..tables import areas_under, found, harvest, rows

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


@pytest.mark.parametrize("value", [1e304, 1e-300, -5.0])
def test_one_output_that_cannot_be_holds_the_series_back(value: float) -> None:
    table = rows(
        "real_gdp", {"USA": [100.0, 101.0, value, 103.0], "CHN": [1.0, 2.0]}, unit="million USD, constant"
    )
    assert areas_under(Action.HOLD_BACK, "beyond_measure", table) == {"USA"}


def test_output_of_zeros_is_held_back_and_one_zero_is_not() -> None:
    table = rows("real_gdp", {"USA": [0.0] * 4, "CHN": [1.0, 0.0, 2.0]}, unit="million USD, constant")
    assert areas_under(Action.HOLD_BACK, "beyond_measure", table) == {"USA"}


def test_nothing_is_larger_than_every_statistic() -> None:
    assert areas_under(Action.HOLD_BACK, "beyond_measure", rows("mine", {"USA": [1.0, -2e18]})) == {"USA"}
    assert not found("beyond_measure", rows("mine", {"USA": [0.0, -9e17]}))


def test_no_sentence_speaks_of_infinity_and_one_cause_has_one_fault() -> None:
    table = rows("real_gdp", {"USA": [-1.0] * 12}, unit="million USD, constant")
    (fault,) = prepare(harvest(table)).faults
    assert fault.held_back
    for language in ("en", "zh"):
        assert "inf" not in fault.message.text(language)
