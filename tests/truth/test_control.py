"""Optimal policy against closed forms in print, quantecon, and the Federal Reserve's model.

Svensson (1997), "Inflation forecast targeting", European Economic Review 41, 1111-1146: the reaction function of strict
targeting and the speed c(lambda) of flexible targeting. Clarida, Gali and Gertler (1999), "The science of monetary
policy", Journal of Economic Literature 37, 1661-1707: discretion x = -lambda q u, commitment through the price level.
Hall (1978), and Ljungqvist and Sargent, Recursive Macroeconomic Theory: consumption under a quadratic loss is an annuity.
Tinbergen (1952): as many targets as policy instruments are met exactly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.period import Period
from longwave.macro.control.commitment import ControlOptions, PathProblem, optimise, prepared
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.lq import LinearQuadratic, committed, discretionary, lasting_rule
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.responses import perturbed_responses
from longwave.macro.control.rules import roots_of
from longwave.macro.control.within import MoveLimit, Within
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.model import Model
from longwave.macro.solve import SolveOptions, add_factors_for

FIRST = Period.parse("2003")


def table(periods: int, **columns: float | np.ndarray) -> Databank:
    count = periods + 7
    index = [str(FIRST + (step - 3)) for step in range(count)]
    filled = {name: np.broadcast_to(np.asarray(value, dtype=float), count) for name, value in columns.items()}
    return Databank.from_frame(pd.DataFrame(filled, index=index))


def svensson() -> Model:
    return read_model(
        """
        model svensson
        frequency annual
        exogenous i
        parameter a1 = 0.3, b1 = 0.7, b2 = 0.4
        identity pi = pi(-1) + a1*y(-1)
        identity y = b1*y(-1) - b2*(i(-1) - pi(-1))
        """
    )


def test_strict_inflation_targeting() -> None:
    """i = pi + (pi - pi*) / (a1 b2) + (1 + b1) / b2 y (Svensson 1997, section 2), in every period."""
    found = optimise(
        svensson(), table(20, pi=4.0, y=1.0, i=0.0), FIRST, FIRST + 19,
        Loss((PolicyTarget("pi", 2.0),), discount=0.95), [PolicyInstrument("i", periods=(FIRST, FIRST + 17))],
    )  # fmt: skip
    pi, y, i = (found.solution.path(name)[:18] for name in ("pi", "y", "i"))
    np.testing.assert_allclose(i, pi + (pi - 2.0) / (0.3 * 0.4) + 1.7 / 0.4 * y, atol=1e-9)
    assert i[0] == pytest.approx(33.241666666667, rel=1e-12)


@pytest.mark.parametrize(("weight", "periods"), [(0.1, 40), (1.0, 60), (5.0, 110)])
def test_flexible_inflation_targeting(weight: float, periods: int) -> None:
    """The inflation forecast closes the part 1 - c of its gap a year, c = w / (w + d a1^2 k) (Svensson 1997, section 4)."""
    discount, slope = 0.95, 0.3
    loss = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0, weight)), discount=discount)
    found = optimise(
        svensson(),
        table(periods, pi=4.0, y=1.0, i=0.0),
        FIRST,
        FIRST + (periods - 1),
        loss,
        [PolicyInstrument("i")],
    )
    away = weight * (1.0 - discount) / (discount * slope**2)
    value = 0.5 * (1.0 - away + np.sqrt((1.0 + away) ** 2 + 4.0 * weight / slope**2))
    speed = weight / (weight + discount * slope**2 * value)
    gap = found.solution.path("pi") - 2.0
    np.testing.assert_allclose(gap[2:12] / gap[1:11], speed, rtol=1e-5)


BETA, KAPPA, WEIGHT, RHO = 0.99, 0.2, 0.25, 0.5


def clarida(method: str) -> tuple[np.ndarray, np.ndarray]:
    model = read_model(
        f"model cgg\nfrequency annual\nexogenous x, u\nidentity pi = {BETA}*pi(+1) + {KAPPA}*x + u\n"
    )
    found = optimise(
        model, table(120, pi=0.0, x=0.0, u=np.r_[np.zeros(3), RHO ** np.arange(124)]), FIRST, FIRST + 119,
        Loss((PolicyTarget("pi", 0.0), PolicyTarget("x", 0.0, WEIGHT)), discount=BETA), [PolicyInstrument("x")],
        method=method,  # type: ignore[arg-type]
    )  # fmt: skip
    return found.solution.path("pi")[:60], found.solution.path("x")[:60]


def test_discretion_in_the_forward_looking_phillips_curve() -> None:
    """x = -kappa q u, pi = w q u, q = 1 / (kappa^2 + w (1 - beta rho)) (Clarida, Gali and Gertler 1999, section 3)."""
    pi, x = clarida("discretion")
    q, u = 1.0 / (KAPPA**2 + WEIGHT * (1.0 - BETA * RHO)), RHO ** np.arange(60)
    np.testing.assert_allclose(pi, WEIGHT * q * u, atol=1e-12)
    np.testing.assert_allclose(x, -KAPPA * q * u, atol=1e-12)
    rule = discretionary(state_space(), 1)
    assert rule.jumps[0, 0] == pytest.approx(WEIGHT * q, rel=1e-10)
    assert rule.F[0, 0] == pytest.approx(KAPPA * q, rel=1e-10)


def test_commitment_in_the_forward_looking_phillips_curve() -> None:
    """p(t) = d p(t-1) + d u / (1 - d beta rho), x = -(kappa / w) p: the price level comes back (the same, section 4.2)."""
    pi, x = clarida("commitment")
    a = WEIGHT / (WEIGHT * (1.0 + BETA) + KAPPA**2)
    d = (1.0 - np.sqrt(1.0 - 4.0 * BETA * a**2)) / (2.0 * a * BETA)
    price = np.zeros(61)
    for t in range(60):
        price[t + 1] = d * price[t] + d / (1.0 - d * BETA * RHO) * RHO**t
    np.testing.assert_allclose(pi, np.diff(price), atol=1e-12)
    np.testing.assert_allclose(x, -KAPPA / WEIGHT * price[1:], atol=1e-12)
    rule, state = committed(state_space(), 1), np.array([1.0, 0.0])
    for t in range(20):
        assert (rule.jumps @ state)[0] == pytest.approx(price[t + 1] - price[t], abs=1e-12)
        state = rule.M @ state


def state_space() -> LinearQuadratic:
    transition = [[RHO, 0.0], [-1.0 / BETA, 1.0 / BETA]]
    return LinearQuadratic(
        transition, [[0.0], [-KAPPA / BETA]], np.diag([0.0, 1.0]), [[WEIGHT]], discount=BETA
    )  # type: ignore[arg-type]


def test_consumption_is_the_annuity_of_wealth() -> None:
    """least sum beta^t (c - bliss)^2 with debt paid off at the end and beta (1 + r) = 1 (Hall 1978)."""
    rate, periods = 0.05, 30
    income = 1.0 + 0.5 * np.sin(np.arange(periods))
    model = read_model(
        "model hall\nfrequency annual\nexogenous c, y\nidentity b = 1.05*(b(-1) + c(-1) - y(-1))\n"
    )
    data = table(periods + 1, b=0.0, c=0.0, y=np.r_[np.zeros(3), income, np.zeros(5)])
    found = optimise(
        model, data, FIRST, FIRST + periods,
        Loss((PolicyTarget("c", 9.0), PolicyTarget("b", 0.0, {str(FIRST + periods): 1e9})), discount=1.0 / (1.0 + rate)),
        [PolicyInstrument("c", periods=(FIRST, FIRST + (periods - 1)))],
    )  # fmt: skip
    factors = (1.0 + rate) ** -np.arange(periods)
    annuity = float(factors @ income / factors.sum())
    np.testing.assert_allclose(found.solution.path("c")[:-1], annuity, atol=1e-6)


def test_as_many_policy_instruments_as_targets_meet_them() -> None:
    model = read_model(
        """
        model tinbergen
        frequency annual
        exogenous G, T
        identity Y = C + G
        identity C = 0.8*(Y - T)
        identity D = D(-1)*1.03 + G - T
        """
    )
    data = table(10, Y=100.0, C=60.0, D=50.0, G=20.0, T=20.0)
    loss = Loss((PolicyTarget("Y", 110.0), PolicyTarget("D", 50.0)))
    both = optimise(model, data, FIRST, FIRST + 9, loss, [PolicyInstrument("G"), PolicyInstrument("T")])
    assert both.loss_after < 1e-16 * both.loss_before and both.reach.complete
    alone = optimise(model, data, FIRST, FIRST + 9, loss, [PolicyInstrument("G")])
    assert alone.loss_after > 1.0 and not alone.reach.complete
    assert "Tinbergen" in alone.text()


def test_quantecon_follows_the_same_path() -> None:
    quantecon = pytest.importorskip("quantecon", reason="quantecon is not installed", exc_type=ImportError)
    transition, push = np.array([[1.0, 0.3], [0.4, 0.7]]), np.array([[0.0], [-0.4]])
    their = quantecon.LQ(0.5 * np.eye(1), np.eye(2), transition, push, beta=0.95, T=15, Rf=np.eye(2))
    states, moves, _ = their.compute_sequence(np.array([4.0, 1.0]))
    loss = Loss(
        (PolicyTarget("pi", 0.0), PolicyTarget("y", 0.0)), (PolicyCost("i", level=0.5, desired=0.0),), 0.95
    )
    before = np.linalg.solve(transition, [4.0, 1.0])
    found = optimise(
        svensson(), table(16, pi=before[0], y=before[1], i=0.0), FIRST, FIRST + 15, loss,
        [PolicyInstrument("i", periods=(FIRST, FIRST + 14))],
    )  # fmt: skip
    np.testing.assert_allclose(found.paths["i", "optimal"].to_numpy()[:15], moves[0], atol=1e-8)
    np.testing.assert_allclose(found.solution.path("pi"), states[0], atol=1e-8)


@pytest.fixture(scope="module")
def frbus(frbus_pack: Path) -> tuple[Model, Databank]:
    from longwave.macro.interop.frbus import read_frbus, read_longbase

    imported = read_frbus(frbus_pack / "model.xml")
    data = imported.complete(read_longbase(next(frbus_pack.glob("longbase*.csv.gz"))))
    still = {"dfpdbt": np.zeros(len(data.values)), "dfpsrp": np.ones(len(data.values))}
    data = data.with_columns(still)
    return imported.model, add_factors_for(
        imported.model, data, Period.parse("2039-Q1"), Period.parse("2060-Q4")
    )


def test_optimal_policy_in_the_model_of_the_federal_reserve(frbus: tuple[Model, Databank]) -> None:
    model, data = frbus
    first = Period.parse("2040-Q1")
    loss = Loss((PolicyTarget("lur", 4.0), PolicyTarget("picxfe", 2.0)), (PolicyCost("rff", move=0.5),), 0.99)
    instruments = [PolicyInstrument("rff", 0.125, 6.0), PolicyInstrument("egfe.add", -0.002, 0.002)]
    found = optimise(model, data, first, first + 19, loss, instruments)
    assert found.kkt < 1e-7
    assert found.loss_after < 0.5 * found.loss_before
    assert found.certificate.residual < 1e-10
    assert found.binding and all(each.shadow_price > 0.0 for each in found.binding)
    assert found.paths["egfe.add", "optimal"].abs().max() <= 0.002
    assert roots_of(found.baseline).determinate
    setting = prepared(model, data, first, first + 19, loss, instruments, None, SolveOptions())
    problem = PathProblem(setting, ControlOptions())
    point = problem.at(setting.levers.start, None, None)
    columns = [setting.system.column(name) for name in ("lur", "picxfe", "xgdp", "rff")]
    exact = problem.linearised(point).of(columns)
    few = [0, 7, 25]

    def solved(numbers: np.ndarray) -> np.ndarray:
        every = setting.levers.start.copy()
        every[few] = numbers
        return setting.solved(setting.with_numbers(every)).bank.values

    twice = perturbed_responses(solved, point.numbers[few], columns, setting.rows, step=1e-4)
    for column in columns:
        np.testing.assert_allclose(
            exact[column][:, few], twice[column], rtol=1e-4, atol=1e-4 * np.abs(exact[column]).max()
        )


def test_bounds_on_any_column_hold_in_the_model_of_the_federal_reserve(
    frbus: tuple[Model, Databank],
) -> None:
    model, data = frbus
    first = Period.parse("2040-Q1")
    loss = Loss((PolicyTarget("lur", 4.0), PolicyTarget("picxfe", 2.0)), (PolicyCost("rff", move=0.5),), 0.99)
    instruments = [
        PolicyInstrument("rff", 0.125, 6.0),
        PolicyInstrument("egfe.add", -0.002, 0.002, moves=0.0006),
    ]
    free = optimise(model, data, first, first + 19, loss, instruments)
    top = 0.5 * (float(free.solution.path("rg10").max()) + float(free.solution.path("rg10").mean()))
    within = [Within("rg10", high=top), MoveLimit("rg10", 0.05, 0.05)]
    found = optimise(model, data, first, first + 19, loss, instruments, within=within)
    path = found.solution.path("rg10")
    assert path.max() <= top * (1.0 + 1e-8)
    assert np.max(np.abs(np.diff(path))) <= 0.05 + 1e-8
    assert np.max(np.abs(np.diff(found.paths["egfe.add", "optimal"]))) <= 0.0006 * (1.0 + 1e-8)
    assert found.loss_after > free.loss_after
    assert found.kkt < 1e-7
    assert any(each.name == "rg10" for each in found.binding)


def test_the_scalar_rule_of_the_textbook_and_its_path() -> None:
    """A .9, B = Q = R = 1: the positive root of P^2 - .81 P - 1 = 0 is 1.483900, the rule F = A P / (1 + P) = .537667."""
    rule = lasting_rule(LinearQuadratic(np.array([[0.9]]), np.eye(1), np.eye(1), np.eye(1)))
    assert (rule.P[0, 0], rule.F[0, 0]) == pytest.approx((1.483900, 0.537667), abs=5e-7)
    model = read_model("model scalar\nfrequency annual\nexogenous u\nidentity x = 0.9*x(-1) + u(-1)\n")
    loss = Loss((PolicyTarget("x", 0.0),), (PolicyCost("u", level=1.0, desired=0.0),))
    arguments = (model, table(60, x=1.0 / 0.9, u=0.0), FIRST, FIRST + 59, loss)
    found = optimise(*arguments, [PolicyInstrument("u")])
    assert found.loss_after == pytest.approx(1.483900, abs=5e-7)
    assert found.paths["u", "optimal"].iloc[0] == pytest.approx(-0.537667, abs=5e-7)
    held = optimise(*arguments, [PolicyInstrument("u")], within=[Within("u", low=-0.3)])
    assert held.paths["u", "optimal"].iloc[0] == pytest.approx(-0.3)
    # x1 = .9 - .3 = .6; from there the rule again where it is above the floor: -.537667 * .6 = -.3226 is not, then it is
    second = 0.9 * 0.6 - 0.3
    assert held.loss_after == pytest.approx(1.0 + 0.09 + 0.36 + 0.09 + 1.483900 * second**2, abs=1e-6)
