"""Corporate investment against textbooks: triggers, option values, several internal rates, tail means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from longwave.decide.investment.cash_flow import Chances, cash_flows
from longwave.decide.investment.drivers import Paths
from longwave.decide.investment.read import read_plan
from longwave.decide.investment.real_option import (
    american_call,
    chance_to_reach,
    exponent,
    perpetual,
    with_deadline,
)
from longwave.decide.investment.value import planned_rates, rates_of, tail_loss

FORMULA = [
    ((0.04, 0.04, 0.4), 1.366025, 3.732051),
    ((0.06, 0.03, 0.3), 4 / 3, 4.0),
    ((0.05, 0.02, 0.2), 1.350781, 3.850781),
    ((0.04, 0.04, 0.2), 2.0, 2.0),  # Dixit and Pindyck (1994), ch. 5, the base case: V* = 2 I
]


@pytest.mark.parametrize(("numbers", "power", "trigger"), FORMULA)
def test_perpetual_triggers(numbers: tuple[float, float, float], power: float, trigger: float) -> None:
    risk_free, payout, volatility = numbers
    assert exponent(risk_free, payout, volatility) == pytest.approx(power, abs=1e-6)
    assert perpetual(1.0, 1.0, risk_free, payout, volatility).trigger == pytest.approx(trigger, abs=1e-6)


def test_dixit_and_pindyck_value_of_the_choice() -> None:
    """In their base case the choice at V = I is worth F = V^2 / 4 = 1/4 (I = 1)."""
    assert perpetual(1.0, 1.0, 0.04, 0.04, 0.2).value == pytest.approx(0.25)


def test_hull_two_step_tree_on_an_index() -> None:
    """Hull, Options, Futures and Other Derivatives: index 810, strike 800, 6 months, r 5 %, yield 2 %, s 20 %: 53.39."""
    worth, _ = american_call(np.array([810.0]), 800.0, 0.5, 0.05, 0.02, 0.2, 2)
    assert worth[0] == pytest.approx(53.39, abs=0.006)


def test_hull_three_step_tree_on_a_currency() -> None:
    """Hull: American call on a currency at .61, strike .60, 3 months, r 5 %, foreign rate 7 %, s 12 %: .019."""
    worth, _ = american_call(np.array([0.61]), 0.60, 0.25, 0.05, 0.07, 0.12, 3)
    assert worth[0] == pytest.approx(0.019, abs=0.0005)


def test_black_and_scholes_in_the_limit() -> None:
    """Without payout nobody exercises early. Hull: S 42, K 40, r 10 %, s 20 %, 6 months: call 4.76."""
    worth, kept = american_call(np.array([42.0]), 40.0, 0.5, 0.1, 0.0, 0.2, 800)
    assert worth[0] == pytest.approx(4.76, abs=0.006)
    assert kept[0] == worth[0]


@pytest.mark.parametrize(("numbers", "power", "trigger"), FORMULA)
def test_a_far_deadline_is_none(numbers: tuple[float, float, float], power: float, trigger: float) -> None:
    far = with_deadline(1.0, 1.0, 100.0, *numbers)
    assert far.trigger == pytest.approx(trigger, rel=0.01)
    assert far.value == pytest.approx(perpetual(1.0, 1.0, *numbers).value, rel=0.02)


def test_first_passage_without_drift_in_logs() -> None:
    """Reflection principle: P(max of a driftless Brownian motion > h) = 2 (1 - Phi(h / s sqrt T))."""
    wanted = math.erfc(math.log(1.5) / (0.3 * math.sqrt(4)) / math.sqrt(2))
    assert chance_to_reach(1.5, 4.0, 0.3**2 / 2, 0.3) == pytest.approx(wanted, abs=1e-12)


def test_the_oil_pump_has_two_rates() -> None:
    """Lorie and Savage (1955), Solomon (1956): -1600, 10000, -10000 returns 25 % and 400 %."""
    flows = np.array([-1600.0, 10000.0, -10000.0])
    assert planned_rates(flows) == pytest.approx((0.25, 4.0))
    found = rates_of(np.array([flows]))
    assert (found.several, found.none) == (1.0, 0.0)
    assert np.isnan(found.value[0])


def test_rates_of_draws_are_a_spreadsheet_s() -> None:
    """The example of Excel's IRR: -70,000 then 12,000 ... 26,000 returns 8.66 %; after four years -2.12 %."""
    five = [-70000.0, 12000.0, 15000.0, 18000.0, 21000.0, 26000.0]
    four = [*five[:5], 0.0]
    found = rates_of(np.array([five, four, [1.0] * 6]))
    assert found.value[:2] == pytest.approx([0.0866, -0.0212], abs=5e-5)
    assert found.none == pytest.approx(1 / 3)


def test_tail_mean_of_a_normal() -> None:
    """The mean of the worst twentieth of a standard normal is -phi(z)/.05 = -2.0627."""
    from scipy.special import ndtri

    values = ndtri((np.arange(200_000) + 0.5) / 200_000)
    assert tail_loss(values) == pytest.approx(2.0627, abs=5e-4)


def test_cash_flows_by_hand() -> None:
    """A machine of 100 over four years, straight line, tax .3, revenue 60, cost 20, working capital a tenth of revenue:
    profit (40 - 25) .7 = 10.5, tax 4.5, flows 35.5 less 6 in the first year and with 6 back in the last; ROIC 10.5/100."""
    plan = read_plan({
        "name": "m", "currency": "EUR", "prices": "nominal", "start": 2025, "tax": 0.3,
        "opening": [{
            "name": "machine", "outlays": 100, "lifetime": 4, "working_capital": 0.1,
            "line": [
                {"name": "in", "kind": "revenue", "value": 60},
                {"name": "out", "kind": "cost", "value": 20},
            ],
        }],
    })  # fmt: skip
    chances = Chances({}, {}, {}, np.array([0.5]))
    flows = cash_flows(plan, plan.openings[0], Paths(plan.years, {}, {}), chances, {})
    assert flows.net[0] == pytest.approx([-100, 29.5, 35.5, 35.5, 41.5])
    assert flows.profit[0, 1:] == pytest.approx([10.5] * 4)
    assert flows.capital[0] == pytest.approx([0, 100, 81, 56, 31])


def _flows(**other: object) -> tuple[np.ndarray, np.ndarray]:
    content = {"name": "m", "currency": "EUR", "prices": "nominal", "start": 2026, "tax": 0.25}
    plan = read_plan({**content, "opening": [{"name": "o", "outlays": 100} | other]})
    flows = cash_flows(
        plan, plan.openings[0], Paths(plan.years, {}, {}), Chances({}, {}, {}, np.array([0.5])), {}
    )
    return flows.net[0], flows.capital[0]


@pytest.mark.parametrize(("sold", "last"), [(100, 115), (140, 145), (60, 75)])
def test_land_is_taxed_on_its_gain_alone(sold: float, last: float) -> None:
    """Land of 100 at a rent of 20, tax .25: 15 a year, and of the price only what lies above 100 is taxed."""
    rent = [{"name": "rent", "kind": "revenue", "value": 20}]
    net, capital = _flows(lifetime=2, salvage=sold, depreciation={"method": "none"}, line=rent)
    assert net == pytest.approx([-100, 15, last])
    assert capital == pytest.approx([0, 100, 100])


@pytest.mark.parametrize(("kind", "value"), [("cost", 98.38), ("revenue", 244.77)])
def test_years_before_operation_are_taxed_too(kind: str, value: float) -> None:
    """50 in 2026 and 2027, then 150 for three years less a third of 100 written off, at 10 %: losses of 100 carried
    on are worth 25 / 1.21 + ..., early income is taxed at once."""
    early = {"name": "early", "kind": kind, "first": 2026, "last": 2027, "value": 50}
    line = [early, {"name": "rev", "kind": "revenue", "value": 150}]
    written = {"method": "straight", "years": 3}
    net, _ = _flows(operation=2028, lifetime=3, depreciation=written, line=line)
    assert net @ 1.1 ** -np.arange(5.0) == pytest.approx(value, abs=0.01)
