"""Policy instruments without a slope where the search begins: squared, above a threshold, times one another, and none."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.macro.control.commitment import optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.within import Within
from longwave.macro.language.read import read_model

from .made import FIRST, bank, last

PERIODS = 4


def _best(
    right: str, desired: float = 1.0, low: float = 0.0, high: float = 1.0, cost: float = 0.0, **more: object
) -> OptimalPolicy:
    """y = right, a target, over u and v within bounds."""
    model = read_model(f"model flat\nfrequency annual\nexogenous u, v\nidentity y = {right}")
    return optimise(
        model, bank(PERIODS, y=0.0, u=0.0, v=0.0), FIRST, last(PERIODS),
        Loss((PolicyTarget("y", desired),), (PolicyCost("u", level=cost, desired=0.0),) if cost else ()),
        [PolicyInstrument(name, low, high) for name in (("u", "v") if "v" in right else ("u",))],
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _path(found: OptimalPolicy, name: str = "u") -> np.ndarray:
    return found.paths[name]["optimal"].to_numpy()


def test_a_squared_effect_is_found_by_hand() -> None:
    """least (u^2 - .5)^2 + .1 u^2: u^2 = .5 - .05"""
    found = _best("u*u", desired=0.5, cost=0.1)
    assert _path(found) == pytest.approx(np.full(PERIODS, np.sqrt(0.45)), abs=1e-6)
    assert not found.reach.flat and not found.reach.unreached


def test_of_two_ends_that_mirror_each_other_the_upper_one_is_given() -> None:
    assert (_path(_best("u*u", desired=0.5, low=-1.0)) > 0.7).all()


def test_an_effect_above_a_threshold_is_found() -> None:
    assert _path(_best("max(0, u - 0.3)", desired=0.4)) == pytest.approx(np.full(PERIODS, 0.7), abs=1e-6)


@pytest.mark.parametrize("desired", [0.4, -0.4])
def test_two_that_work_only_together_are_found(desired: float) -> None:
    found = _best("u*v", desired=desired, low=-1.0)
    assert _path(found) * _path(found, "v") == pytest.approx(np.full(PERIODS, desired), abs=1e-6)


def test_a_budget_is_kept_on_the_way() -> None:
    found = _best("4*u*u", desired=1.0, within=[Within("u", high=0.25)])
    assert _path(found) == pytest.approx(np.full(PERIODS, 0.25), abs=1e-7)


def test_an_effect_that_is_not_worth_having_is_named_and_not_denied() -> None:
    found = _best("u*u", desired=-1.0)
    assert _path(found) == pytest.approx(np.zeros(PERIODS), abs=1e-9)
    assert found.reach.flat == ("u",)
    assert "no effect to first order" in found.text() and "at all" not in found.text()
    assert "一阶效应为零" in found.text("zh")


def test_no_effect_at_all_is_still_said() -> None:
    found = _best("0.5 + 0*u*u")
    assert found.reach.flat == () and len(found.reach.unreached) == PERIODS


def test_an_instrument_with_a_slope_is_not_searched_for_again() -> None:
    assert _path(_best("u + u*u", desired=0.75)) == pytest.approx(np.full(PERIODS, 0.5), abs=1e-7)
