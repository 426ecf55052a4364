"""Which change is modelled: amounts grow, rates near zero step, balances stay; never a matter of units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.forecast.nowcast.stationarity import KINDS, Kind, carried_on, changed, choose_kind

RANDOM = np.random.default_rng(5)
STEPS = RANDOM.normal(size=240)
AMOUNT = 100 * np.exp(np.cumsum(0.003 + 0.01 * STEPS))
BALANCE = 10 * STEPS


def walk(start: float, size: float) -> np.ndarray:
    return start + np.cumsum(size * STEPS)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (AMOUNT, "log"),
        (BALANCE, "level"),
        (5 + STEPS - STEPS.min(), "level"),  # growth rates that happen to be positive all the time
        (walk(0, 1.0), "difference"),
        (np.maximum(walk(0, 0.4) - walk(0, 0.4).min(), 0.02), "difference"),  # a rate that touches its floor
    ],
)
def test_the_kind_of_change(values: np.ndarray, kind: Kind) -> None:
    assert choose_kind(values) == kind


def test_one_spike_does_not_turn_an_amount_into_a_rate() -> None:
    spiked = AMOUNT.copy()
    spiked[100] *= 20
    assert choose_kind(spiked) == "log"


@settings(max_examples=15)
@given(st.floats(1e-6, 1e9))
def test_the_unit_of_measurement_does_not_matter(scale: float) -> None:
    for values in (AMOUNT, BALANCE, walk(0, 1.0)):
        assert choose_kind(values * scale) == choose_kind(values)


@pytest.mark.parametrize("kind", KINDS)
def test_changes_carried_on_give_the_values_back(kind: Kind) -> None:
    changes = changed(AMOUNT, kind)
    np.testing.assert_allclose(carried_on(AMOUNT[99], changes[100:], kind), AMOUNT[100:])


def test_a_gap_costs_the_changes_on_both_sides() -> None:
    holed = AMOUNT.copy()
    holed[10] = np.nan
    assert np.flatnonzero(np.isnan(changed(holed, "log"))).tolist() == [0, 10, 11]
    assert np.flatnonzero(np.isnan(changed(holed, "level"))).tolist() == [10]
