"""Laws of the world with other tariffs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.trade.gains_from_trade import gain
from longwave.measure.trade.hat_algebra import counterfactual, world


def made(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    flows = rng.gamma(1.0, 1.0, (n, n)) + np.diag(n * rng.uniform(1, 4, n))
    return flows, rng.uniform(0, 0.2, (n, n)) * (1 - np.eye(n))


@settings(max_examples=25)
@given(st.integers(2, 8), st.integers(0, 999), st.floats(1.5, 12.0))
def test_no_change_changes_nothing(n: int, seed: int, elasticity: float) -> None:
    flows, tariffs = made(n, seed)
    found = counterfactual(world(flows, tariffs), tariffs, elasticity)
    for hats in (found.wages, found.prices, found.real_income, found.spending, found.flows):
        np.testing.assert_allclose(hats, 1.0, atol=1e-9)


@settings(max_examples=25)
@given(st.integers(2, 8), st.integers(0, 999), st.floats(2.0, 10.0))
def test_sales_meet_income_everywhere(n: int, seed: int, elasticity: float) -> None:
    flows, tariffs = made(n, seed)
    after = tariffs + np.random.default_rng(seed + 1).uniform(0, 0.5, (n, n)) * (1 - np.eye(n))
    before = world(flows, tariffs)
    found = counterfactual(before, after, elasticity)
    assert found.solved
    # Walras: the world sells what it earns, and world labour income is the unit of account.
    sold = (found.flows * flows).sum(axis=1)
    np.testing.assert_allclose(sold, found.wages * before.incomes, rtol=1e-8)
    assert found.wages @ before.incomes == pytest.approx(before.incomes.sum())


def test_large_deficits_are_solved_step_by_step() -> None:
    """Sales less income are flat about today's wages here, and a solver that starts there stops."""
    flows, tariffs = made(2, 0)
    after = tariffs + np.random.default_rng(1).uniform(0, 0.5, (2, 2)) * (1 - np.eye(2))
    assert counterfactual(world(flows, tariffs), after, 8.0).solved


@settings(max_examples=20)
@given(st.integers(2, 7), st.integers(0, 999), st.floats(1.01, 50.0))
def test_units_of_flows_do_not_matter(n: int, seed: int, times: float) -> None:
    flows, tariffs = made(n, seed)
    after = tariffs * 2
    one = counterfactual(world(flows, tariffs), after, 5.0)
    other = counterfactual(world(times * flows, tariffs), after, 5.0)
    np.testing.assert_allclose(one.real_income, other.real_income, rtol=1e-8)


def test_alike_countries_keep_alike_wages() -> None:
    trade = np.array([[8.0, 2.0], [2.0, 8.0]])
    found = counterfactual(world(trade, np.zeros((2, 2))), np.array([[0.0, 0.2], [0.2, 0.0]]), 5.0)
    np.testing.assert_allclose(found.wages, 1.0, atol=1e-10)
    assert found.real_income[0] == pytest.approx(found.real_income[1])
    assert found.real_income[0] < 1


def test_without_revenue_the_share_at_home_tells_all() -> None:
    """A subsidy and a tariff apart, trade balanced and all tariffs gone: W^ = lambda^_jj^(-1/eps) against autarky."""
    flows = np.array([[6.0, 1.0, 2.0], [2.0, 7.0, 1.0], [1.0, 2.0, 9.0]])
    np.testing.assert_allclose(flows.sum(axis=0), flows.sum(axis=1))
    found = counterfactual(world(flows, np.zeros((3, 3))), 1e7 * (1 - np.eye(3)), 4.0)
    domestic = np.diag(flows) / flows.sum(axis=0)
    np.testing.assert_allclose(found.real_income, [1 - gain(share, 4.0) for share in domestic], rtol=1e-6)


def test_a_tariff_of_others_hurts_and_one_of_ones_own_can_help() -> None:
    flows = np.array([[10.0, 4.0, 4.0], [4.0, 10.0, 4.0], [4.0, 4.0, 10.0]])
    after = np.zeros((3, 3))
    after[1:, 0] = 0.1
    found = counterfactual(world(flows, np.zeros((3, 3))), after, 5.0)
    assert found.real_income[0] > 1
    assert (found.real_income[1:] < 1).all()
    assert found.revenue[0] > 0


@pytest.mark.parametrize(
    ("flows", "tariffs", "word"),
    [
        ([[1.0, 1.0]], [[0.0, 0.0]], "square"),
        ([[1.0, 1.0], [1.0, 0.0]], np.zeros((2, 2)), "home"),
        ([[1.0, -1.0], [1.0, 1.0]], np.zeros((2, 2)), "least zero"),
        ([[1.0, np.nan], [1.0, 1.0]], np.zeros((2, 2)), "finite"),
        ([[1.0, 1.0], [1.0, 1.0]], [[0.0, -1.0], [0.0, 0.0]], "above -1"),
        ([[1.0, 1.0], [1.0, 1.0]], [[0.1, 0.0], [0.0, 0.0]], "home"),
    ],
)
def test_what_is_no_world(flows: object, tariffs: object, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        world(flows, tariffs)  # type: ignore[arg-type]


def test_elasticity_above_zero() -> None:
    with pytest.raises(ValueError, match="elasticity"):
        counterfactual(world(np.eye(2) + 1, np.zeros((2, 2))), np.zeros((2, 2)), 0.0)
