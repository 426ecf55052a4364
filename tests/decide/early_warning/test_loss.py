"""Losses: by hand, under stress, and simulated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.decide.early_warning.capital import capital, stressed_pd
from longwave.decide.early_warning.loss import losses, stressed_losses
from longwave.decide.early_warning.positions import Portfolio, portfolio_of
from longwave.decide.early_warning.satellite import Effect, StressScenario, moved_pd
from longwave.decide.early_warning.tail import loss_quantile


def book(count: int = 3) -> Portfolio:
    return portfolio_of(
        pd.DataFrame(
            {
                "name": [f"N{n}" for n in range(count)],
                "area": ["USA", "CHN", "FRA"] * (count // 3),
                "sector": ["retail", "property", "retail"] * (count // 3),
                "amount": 100.0,
                "pd": 0.02,
                "lgd": 0.45,
            }
        )
    )


def scenario(**paths: list[float]) -> StressScenario:
    return StressScenario("test", pd.DataFrame(paths, index=["2026", "2027"]))


def test_expected_loss_is_the_product() -> None:
    assert losses(book()).expected == pytest.approx(300 * 0.02 * 0.45)


def test_no_deviation_no_stress() -> None:
    effect = Effect("y", -0.1, -0.2, -0.05, "own")
    found = stressed_losses(book(), (effect,), scenario(y=[0.0, 0.0]))
    two_years = 300 * 0.45 * (0.02 + 0.98 * 0.02)
    assert found.baseline == pytest.approx(two_years)
    assert (found.value, found.low, found.high) == pytest.approx((two_years,) * 3)
    assert found.unmoved == 1


def test_a_stress_by_hand() -> None:
    effect = Effect("y", -0.25, -0.25, -0.25, "own", sectors=("property",))
    found = stressed_losses(
        book(), (effect,), StressScenario("s", pd.DataFrame({"y": [-4.0]}, index=["2026"]))
    )
    odds = 0.02 / 0.98 * np.e
    stressed = odds / (1 + odds)
    assert found.value == pytest.approx(45 * (stressed + 2 * 0.02))
    assert found.positions["worst_pd"].tolist() == pytest.approx([0.02, stressed, 0.02])
    assert found.unmoved == pytest.approx(2 / 3)
    assert found.capital > losses(book()).capital


def test_an_areas_own_path_comes_first() -> None:
    path = StressScenario("s", pd.DataFrame({"y": [-1.0], "y@CHN": [-5.0]}, index=["2026"]))
    found = stressed_losses(book(), (Effect("y", -0.2, -0.3, -0.1, "own"),), path)
    worst = found.positions.set_index("area")["worst_pd"]
    assert worst["CHN"] > worst["USA"] == worst["FRA"]
    assert found.low < found.value < found.high


@given(st.floats(0, 1), st.floats(-50, 50))
def test_moved_probabilities_are_probabilities(chance: float, shift: float) -> None:
    moved = float(moved_pd(np.array([chance]), np.array([shift]))[0])
    assert 0 <= moved <= 1
    assert (moved >= chance - 1e-9) if shift >= 0 else (moved <= chance + 1e-9)


def test_many_small_names_lose_what_the_formula_says() -> None:
    """Vasicek: the 99.9 % loss of an endless book is LGD times the stressed probability."""
    at_risk, chance = np.full(400, 0.45 / 400), np.full(400, 0.02)
    endless = 0.45 * float(stressed_pd(np.array([0.02]))[0])
    assert loss_quantile(at_risk, chance, 0.999) == pytest.approx(endless, rel=0.08)


def test_few_large_names_lose_more() -> None:
    few, many = losses(book(3)), losses(book(300))
    assert few.tail / 300 > 1.5 * many.tail / 30_000
    assert few.capital / 300 == pytest.approx(many.capital / 30_000)


def test_positions_of_one_name_default_together() -> None:
    table = book(300).table
    one = losses(portfolio_of(table.assign(name="one")))
    assert one.tail == pytest.approx(300 * 100 * 0.45 * (1 - 0.02))


def test_certain_loss_needs_no_capital() -> None:
    assert float(capital(np.array([1.0]), np.array([0.45]))[0]) == 0
    assert float(capital(np.array([0.0]), np.array([0.45]))[0]) > 0  # the floor


@given(st.floats(0.0005, 0.5), st.floats(0.01, 1.0))
def test_capital_rises_with_the_loss_given_default(chance: float, lgd: float) -> None:
    low, high = capital(np.array([chance] * 2), np.array([lgd / 2, lgd]))
    assert 0 < low < high < lgd
