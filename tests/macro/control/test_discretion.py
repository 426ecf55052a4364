"""Time-consistent paths: against the state-space fixed point, within bounds, in models that bend."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import SolveError
from longwave.macro.control.commitment import ControlOptions, optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.lq import LinearQuadratic, committed, discretionary
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.language.read import read_model
from longwave.macro.solve import SolveOptions

from .made import FIRST, bank, hybrid, last, phillips, svensson

RHO_U, RHO_E, BETA = 0.5, 0.7, 0.99
PERIODS = 90
LOSS = Loss(
    (PolicyTarget("pi", 0.0), PolicyTarget("y", 0.0, 0.5)),
    (PolicyCost("r", move=0.2, level=0.1, desired=0.0),),
    BETA,
)


def shocked() -> dict[str, np.ndarray]:
    steps = np.arange(PERIODS + 4)
    before = np.zeros(3)
    return {"u": np.r_[before, RHO_U**steps], "e": np.r_[before, -0.5 * RHO_E**steps]}


def state_space() -> LinearQuadratic:
    """z = (pi(-1), y(-1), r(-1), u, e, pi, y)."""
    a, b = np.zeros((7, 7)), np.zeros((7, 1))
    a[0, 5] = a[1, 6] = 1.0
    b[2, 0] = 1.0
    a[3, 3], a[4, 4] = RHO_U, RHO_E
    a[5] = np.array([-0.35, 0.0, 0.0, -1.0, 0.0, 1.0, -0.15]) / 0.6
    a[6] = (np.array([0.0, -0.4, 0.0, 0.0, -1.0, 0.0, 1.0]) - 0.3 * a[5]) / 0.5
    b[6, 0] = 0.3 / 0.5
    q = np.diag([0.0, 0.0, 0.2, 0.0, 0.0, 1.0, 0.5])
    cross = np.zeros((7, 1))
    cross[2, 0] = -0.2
    return LinearQuadratic(a, b, q, [[0.2 + 0.1]], cross, discount=BETA)


@pytest.mark.parametrize("terminal", ["data", "constant", "difference"])
def test_a_linear_model_follows_the_fixed_point_of_oudiz_and_sachs(terminal: str) -> None:
    found = optimise(
        hybrid(), bank(PERIODS, pi=0.0, y=0.0, r=0.0, **shocked()), FIRST, last(PERIODS), LOSS, [PolicyInstrument("r")],
        method="discretion", solving=SolveOptions(terminal=terminal),  # type: ignore[arg-type]
    )  # fmt: skip
    rule = discretionary(state_space(), 5)
    state, moves, jumps = np.array([0.0, 0.0, 0.0, 1.0, -0.5]), [], []
    for _ in range(40):
        moves.append(float(-(rule.F @ state)[0]))
        jumps.append(rule.jumps @ state)
        state = rule.M @ state
    np.testing.assert_allclose(found.paths["r", "optimal"].to_numpy()[:40], moves, atol=2e-8)
    np.testing.assert_allclose(
        found.targets["pi", "optimal"].to_numpy()[:40], np.array(jumps)[:, 0], atol=2e-8
    )
    np.testing.assert_allclose(
        found.targets["y", "optimal"].to_numpy()[:40], np.array(jumps)[:, 1], atol=2e-8
    )
    assert found.iterations <= 3


def test_commitment_of_the_same_model_follows_its_saddle_path() -> None:
    found = optimise(
        hybrid(),
        bank(PERIODS, pi=0.0, y=0.0, r=0.0, **shocked()),
        FIRST,
        last(PERIODS),
        LOSS,
        [PolicyInstrument("r")],
    )
    rule = committed(state_space(), 5)
    state, moves = np.r_[0.0, 0.0, 0.0, 1.0, -0.5, 0.0, 0.0], []
    for _ in range(40):
        moves.append(float(-(rule.F @ state)[0]))
        state = rule.M @ state
    np.testing.assert_allclose(found.paths["r", "optimal"].to_numpy()[:40], moves, atol=2e-8)


def test_discretion_costs_more_than_commitment_and_less_than_nothing_done() -> None:
    data = bank(PERIODS, pi=0.0, y=0.0, r=0.0, **shocked())
    kept, alone = (
        optimise(hybrid(), data, FIRST, last(PERIODS), LOSS, [PolicyInstrument("r")], method=method)
        for method in ("commitment", "discretion")
    )
    assert kept.loss_after < alone.loss_after < alone.loss_before
    assert "commitment" in kept.text() and "discretion" in alone.text() and "相机抉择" in alone.text("zh")


def test_without_leads_both_are_one() -> None:
    data = bank(20, pi=4.0, y=1.0, i=2.0)
    loss = Loss((PolicyTarget("pi", 2.0),), (PolicyCost("i", move=0.3),))
    kept, alone = (
        optimise(svensson(), data, FIRST, last(20), loss, [PolicyInstrument("i", 0.0, 9.0)], method=method)
        for method in ("commitment", "discretion")
    )
    np.testing.assert_array_equal(kept.paths["i", "optimal"], alone.paths["i", "optimal"])


def test_bounds_bind_and_earlier_policy_makers_know_it() -> None:
    data = bank(PERIODS, x=0.0, pi=0.0, u=shocked()["u"])
    loss = Loss((PolicyTarget("pi", 0.0), PolicyTarget("x", 0.0, 0.25)), discount=BETA)
    free = optimise(
        phillips(), data, FIRST, last(PERIODS), loss, [PolicyInstrument("x")], method="discretion"
    )
    tight = optimise(
        phillips(), data, FIRST, last(PERIODS), loss, [PolicyInstrument("x", low=-0.3)], method="discretion"
    )
    x, gap = tight.paths["x", "optimal"].to_numpy(), free.paths["x", "optimal"].to_numpy()
    bound = gap < -0.3
    np.testing.assert_allclose(x[bound], -0.3)
    np.testing.assert_allclose(x[~bound], gap[~bound], atol=1e-12)  # nothing is carried over here
    assert len(tight.binding) == int(bound.sum())
    assert any("binds" in each.text() for each in tight.notes)
    # the first policy maker's own slope at the bound: 2 (weight x + kappa pi)
    first = tight.binding[0]
    pi = tight.targets["pi", "optimal"].iloc[0]
    assert first.shadow_price == pytest.approx(2.0 * abs(0.25 * -0.3 + 0.2 * pi), rel=1e-9)


def test_a_bent_model_settles_where_each_policy_maker_is_content() -> None:
    """The static Phillips curve with a bend: pi = beta pi(+1) + kappa (exp(x) - 1) + u; nothing is inherited, so that
    each period's choice is w x + pi kappa exp(x) = 0 with the successors' inflation given."""
    model = read_model(
        "model bend\nfrequency annual\nexogenous x, u\nidentity pi = 0.99*pi(+1) + 0.2*(exp(x) - 1) + u\n"
    )
    data = bank(40, x=0.0, pi=0.0, u=np.r_[np.zeros(3), 0.7 ** np.arange(44)])
    found = optimise(
        model, data, FIRST, last(40), Loss((PolicyTarget("pi", 0.0), PolicyTarget("x", 0.0, 0.25)), discount=BETA),
        [PolicyInstrument("x")], method="discretion",
    )  # fmt: skip
    x, pi = found.solution.path("x"), found.solution.path("pi")
    np.testing.assert_allclose(0.25 * x + pi * 0.2 * np.exp(x), 0.0, atol=1e-9)
    assert found.solution.certificate.holds


def test_a_held_instrument_and_a_short_policy() -> None:
    data = bank(30, pi=0.0, y=0.0, r=0.0, u=np.r_[np.zeros(3), 0.5 ** np.arange(34)], e=0.0)
    found = optimise(
        hybrid(), data, FIRST, last(30), LOSS, [PolicyInstrument("r", periods=(FIRST, last(4)), after="hold")],
        method="discretion",
    )  # fmt: skip
    path = found.paths["r", "optimal"].to_numpy()
    assert (path[3:] == path[3]).all() and len(set(path[:4])) == 4


def test_what_does_not_settle_is_refused() -> None:
    data = bank(20, pi=0.0, y=0.0, r=0.0, u=1.0, e=0.0)
    with pytest.raises(SolveError, match="did not settle"):
        optimise(
            hybrid(), data, FIRST, last(20), LOSS, [PolicyInstrument("r")],
            method="discretion", control=ControlOptions(most_iterations=1),
        )  # fmt: skip
