"""Bounds on any column: against scipy, laws of bounds, shadow prices as slopes, bounds that exclude each other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import SolveError, UsageError
from longwave.macro.bind import bind
from longwave.macro.control.affine import is_affine
from longwave.macro.control.commitment import optimise
from longwave.macro.control.frontier import frontier
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.result import OptimalPolicy
from longwave.macro.control.within import Limit, MoveLimit, Within
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.model import Model

from .made import FIRST, bank, bent, hybrid, last, phillips, svensson

PERIODS = 6


def budgeted(random: np.random.Generator, states: int, count: int) -> tuple[Model, Databank]:
    """A random linear model with `count` policy instruments and what they cost together."""
    transition = random.normal(size=(states, states))
    transition *= 0.9 / np.max(np.abs(np.linalg.eigvals(transition)))
    push, price = random.normal(size=(states, count)), random.uniform(0.5, 2.0, count)
    lines = ["model budgeted", "frequency annual", "exogenous " + ", ".join(f"u{j}" for j in range(count))]
    for i in range(states):
        parts = [f"({float(transition[i, j])!r})*z{j}(-1)" for j in range(states)]
        parts += [f"({float(push[i, j])!r})*u{j}" for j in range(count)]
        lines.append(f"identity z{i} = " + " + ".join(parts))
    lines.append("identity outlay = " + " + ".join(f"{float(price[j])!r}*u{j}" for j in range(count)))
    begin = {f"z{i}": float(random.normal()) for i in range(states)}
    return read_model("\n".join(lines)), bank(
        PERIODS, outlay=0.0, **begin, **{f"u{j}": 0.0 for j in range(count)}
    )


def minding(states: int, count: int) -> Loss:
    return Loss(
        tuple(PolicyTarget(f"z{i}", 0.5) for i in range(states)),
        tuple(PolicyCost(f"u{j}", level=0.1, desired=0.0) for j in range(count)),
        0.96,
    )


@pytest.mark.parametrize("seed", range(8))
def test_linear_models_agree_with_scipy(seed: int) -> None:
    """SLSQP on the same quadratic programme, whose matrices come from solving the model for unit moves."""
    from scipy.optimize import LinearConstraint, minimize

    random = np.random.default_rng(seed)
    states, count = int(random.integers(2, 5)), int(random.integers(1, 4))
    model, data = budgeted(random, states, count)
    instruments = [PolicyInstrument(f"u{j}", -1.0, 1.0, moves=0.4) for j in range(count)]
    ceiling, floor = float(random.uniform(0.05, 0.6)), float(random.uniform(-1.0, -0.2))
    found = optimise(
        model, data, FIRST, last(PERIODS), minding(states, count), instruments,
        within=[Within("outlay", high=ceiling), Within("z0", low={"2005": floor, "2007": floor})],
    )  # fmt: skip

    transition = np.zeros((states, states))
    push = np.zeros((states + 1, count))
    system, values = bind(model), data.frame()
    for i in range(states):
        for leaf, node in system.graph.partials(system.residuals[i]).items():
            column, shift = system.graph.arguments[leaf]
            slope, name = system.graph.values[node], system.columns[column]
            if shift == -1:
                transition[i, int(name[1:])] = -slope
            elif name.startswith("u"):
                push[i, int(name[1:])] = -slope
    for leaf, node in system.graph.partials(system.residuals[states]).items():
        name = system.columns[system.graph.arguments[leaf][0]]
        if name.startswith("u"):
            push[states, int(name[1:])] = -system.graph.values[node]
    begin = np.array([values[f"z{i}"].iloc[2] for i in range(states)])

    def path(u: np.ndarray) -> np.ndarray:
        state, states_ = begin, []
        for move in u.reshape(PERIODS, count):
            state = transition @ state + push[:states] @ move
            states_.append(state)
        return np.array(states_)

    def loss(u: np.ndarray) -> float:
        discount = 0.96 ** np.arange(PERIODS)
        return float(
            np.sum(discount[:, None] * (path(u) - 0.5) ** 2)
            + 0.1 * np.sum(discount[:, None] * u.reshape(PERIODS, count) ** 2)
        )

    size = PERIODS * count
    still = path(np.zeros(size))
    answers = np.array([(path(unit) - still).ravel() for unit in np.eye(size)]).T
    outlay = np.kron(np.eye(PERIODS), push[states])
    moves = np.eye(size) - np.eye(size, k=-count)
    rows = [2 * states, 4 * states]
    best = minimize(
        loss, np.zeros(size), method="SLSQP", bounds=[(-1.0, 1.0)] * size,
        constraints=[
            LinearConstraint(outlay, -np.inf, ceiling),
            LinearConstraint(moves, -0.4, 0.4),
            LinearConstraint(answers[rows], floor - still.ravel()[rows], np.inf),
        ],
        options={"ftol": 1e-13, "maxiter": 1000},
    )  # fmt: skip
    assert best.success
    assert found.loss_after == pytest.approx(best.fun, rel=1e-6)
    assert found.loss_after <= best.fun * (1.0 + 1e-10)
    ours = np.column_stack([found.paths[f"u{j}", "optimal"] for j in range(count)])
    np.testing.assert_allclose(ours.ravel(), best.x, atol=2e-4)
    assert found.kkt < 1e-9
    assert found.iterations <= 2
    kept(found, [Within("outlay", high=ceiling)], 0.4)


def kept(found: OptimalPolicy, within: list[Within], most: float | None = None) -> None:
    """Every bound to 1e-7 of its size."""
    for each in within:
        path = found.solution.path(each.name)
        size = max(abs(each.low or 0.0), abs(each.high or 0.0), 1e-300)  # type: ignore[arg-type]
        if each.low is not None:
            assert (path >= each.low - 1e-7 * size).all()  # type: ignore[operator]
        if each.high is not None:
            assert (path <= each.high + 1e-7 * size).all()  # type: ignore[operator]
    if most is not None:
        for name in found.paths.columns.get_level_values(0).unique():
            steps = np.diff(found.paths[name, "optimal"], prepend=found.paths[name, "baseline"].iloc[0])
            assert np.max(np.abs(steps)) <= most * (1.0 + 1e-7)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_a_bound_never_lowers_the_loss_and_a_slack_one_changes_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    states, count = int(random.integers(1, 5)), int(random.integers(1, 4))
    model, data = budgeted(random, states, count)
    loss, instruments = minding(states, count), [PolicyInstrument(f"u{j}", -2.0, 2.0) for j in range(count)]

    def at(*within: Limit) -> OptimalPolicy:
        return optimise(model, data, FIRST, last(PERIODS), loss, instruments, within=within)

    free = optimise(model, data, FIRST, last(PERIODS), loss, instruments)
    slack = at(Within("outlay", -1e3, 1e3), MoveLimit("z0", 1e3, 1e3))
    np.testing.assert_allclose(slack.paths, free.paths, rtol=1e-8, atol=1e-9)
    assert not [each for each in slack.binding if each.kind != "instrument"]
    most = float(np.max(np.abs(free.solution.path("outlay"))))
    one = at(Within("outlay", high=0.5 * most))
    two = at(Within("outlay", -0.5 * most, 0.5 * most))
    three = at(Within("outlay", -0.5 * most, 0.5 * most), MoveLimit("u0", 0.2, 0.2))
    losses = [each.loss_after for each in (free, one, two, three)]
    assert all(after >= before * (1.0 - 1e-9) for before, after in pairwise(losses))
    assert all(each.shadow_price >= 0.0 for each in three.binding)
    kept(two, [Within("outlay", -0.5 * most, 0.5 * most)])


def test_shadow_prices_are_slopes_of_the_loss() -> None:
    model, data = budgeted(np.random.default_rng(5), 4, 3)
    instruments = [PolicyInstrument(f"u{j}", -1.0, 1.0) for j in range(3)]

    def at(floor: float, fall: float) -> OptimalPolicy:
        within = [
            Within("outlay", low={"2004": floor, "2006": -0.9}),
            MoveLimit("u1", down={"2004": fall, "2003": 0.3}),
        ]
        return optimise(model, data, FIRST, last(PERIODS), minding(4, 3), instruments, within=within)

    found = at(-0.8, 0.2)
    priced = {(each.name, each.kind, each.period, each.side): each.shadow_price for each in found.binding}
    budget = (at(-0.8 + 1e-5, 0.2).loss_after - at(-0.8 - 1e-5, 0.2).loss_after) / 2e-5
    assert priced["outlay", "within", "2004", "low"] == pytest.approx(budget, rel=1e-5)
    fall = (at(-0.8, 0.2 - 1e-5).loss_after - at(-0.8, 0.2 + 1e-5).loss_after) / 2e-5
    assert priced["u1", "move", "2004", "low"] == pytest.approx(fall, rel=1e-5)
    assert {"name", "kind", "period", "side", "value", "shadow_price"} == set(found.as_dict()["binding"][0])  # type: ignore[index]


def test_a_floor_under_what_a_rule_gives() -> None:
    """The interest rate follows a rule; spending is chosen so that the rule stays off its floor."""
    model = read_model(
        """
        model floor
        frequency annual
        exogenous g, e
        behavioural y: y = 0.6*y(-1) - 0.3*(i(-1) - pi(-1)) + 0.8*g + e
        behavioural pi: pi = 0.7*pi(-1) + 0.6 + 0.2*y(-1)
        behavioural i: i = 0.5*i(-1) + 0.5*(1 + pi + 0.5*(pi - 2) + 0.5*y)
        """
    )
    shock = np.zeros(19)
    shock[3:6] = -6.0
    data = bank(12, y=0.0, pi=2.0, i=3.0, g=0.0, e=shock)
    loss = Loss(
        (PolicyTarget("y", 0.0, 0.05), PolicyTarget("pi", 2.0, 0.05)),
        (PolicyCost("g", level=5.0, desired=0.0),),
    )
    free = optimise(model, data, FIRST, last(12), loss, [PolicyInstrument("g")])
    assert free.solution.path("i").min() < 0.0
    found = optimise(
        model, data, FIRST, last(12), loss, [PolicyInstrument("g")], within=[Within("i", low=0.0)]
    )
    assert found.solution.path("i").min() >= -1e-9
    assert found.loss_after > free.loss_after
    assert {(each.name, each.side, each.kind) for each in found.binding} == {("i", "low", "within")}
    assert "i = " in found.text()


@pytest.mark.parametrize("low", [0.72, 0.75])
def test_a_model_that_bends_keeps_bounds_and_is_stationary(low: float) -> None:
    data = bank(20, K=2.0, Y=1.0, C=1.0, V=-1.0, s=0.2, L=1.0)
    loss = Loss((PolicyTarget("V", 0.0),), discount=0.96)
    within = [Within("K", low={str(last(20)): 2.5}), Within("C", low=low), MoveLimit("s", 0.05, 0.05)]
    found = optimise(bent(), data, FIRST, last(20), loss, [PolicyInstrument("s", 0.01, 0.9)], within=within)
    assert found.solution.path("K")[-1] >= 2.5 * (1.0 - 1e-9)
    assert found.solution.path("C").min() >= low * (1.0 - 1e-9)
    assert np.max(np.abs(np.diff(found.solution.path("s"), prepend=0.2))) <= 0.05 + 1e-12
    assert found.kkt < 1e-6
    assert found.iterations < 30
    random, best = np.random.default_rng(0), found.loss_after
    instrument = [PolicyInstrument("s", 0.01, 0.9)]
    for _ in range(3):  # another start, the same end
        start = np.clip(0.2 + 0.1 * random.normal(size=27), 0.02, 0.6)
        start[:3] = 0.2
        other = optimise(
            bent(), data.with_columns({"s": start}), FIRST, last(20), loss, instrument, within=within
        )
        assert other.loss_after == pytest.approx(best, rel=1e-7)


def test_a_product_of_instruments_is_bounded_too() -> None:
    """Spending is price times quantity, both chosen: the limit itself bends. Against SLSQP."""
    from scipy.optimize import minimize

    model = read_model(
        "model product\nfrequency annual\nexogenous p, q\nidentity outlay = p*q\nidentity w = log(q) + 0.5*p\n"
    )
    data = bank(2, p=1.0, q=1.0, outlay=1.0, w=0.5)
    found = optimise(
        model, data, FIRST, last(2), Loss((PolicyTarget("w", 3.0),), (PolicyCost("p", level=0.2, desired=0.0),)),
        [PolicyInstrument("p", 0.1, 5.0), PolicyInstrument("q", 0.1, 20.0)],
        within=[Within("outlay", high=2.0)],
    )  # fmt: skip
    best = min(
        (
            minimize(
                lambda x: (np.log(x[1]) + 0.5 * x[0] - 3.0) ** 2 + 0.2 * x[0] ** 2,
                start, method="SLSQP", bounds=[(0.1, 5.0), (0.1, 20.0)],
                constraints=[{"type": "ineq", "fun": lambda x: 2.0 - x[0] * x[1]}], options={"ftol": 1e-14},
            )
            for start in ([1.0, 1.0], [0.2, 5.0])
        ),
        key=lambda each: float(each.fun),
    )  # fmt: skip
    assert found.loss_after == pytest.approx(2.0 * best.fun, rel=1e-6)
    assert found.solution.path("outlay").max() <= 2.0 * (1.0 + 1e-9)
    assert found.kkt < 1e-6


def test_plans_in_models_that_look_ahead_keep_bounds() -> None:
    data = bank(12, pi=0.0, y=0.0, r=0.0, e=0.0, u=np.r_[np.zeros(3), 1.0, np.zeros(15)])
    loss = Loss((PolicyTarget("pi", 0.0), PolicyTarget("y", 0.0, 0.5)), discount=0.99)
    free = optimise(hybrid(), data, FIRST, last(12), loss, [PolicyInstrument("r")])
    within = [Within("pi", high=0.8 * float(free.solution.path("pi").max()))]
    found = optimise(hybrid(), data, FIRST, last(12), loss, [PolicyInstrument("r", moves=3.0)], within=within)
    kept(found, within, 3.0)
    assert found.loss_after > free.loss_after
    assert found.kkt < 1e-8


def test_numbers_without_effect_on_the_loss_still_serve_a_bound() -> None:
    model = read_model(
        "model two\nfrequency annual\nexogenous a, b\nidentity x = a\nidentity spent = a + b\nidentity y = x + 0.0*b\n"
    )
    data = bank(3, a=0.0, b=0.0, x=0.0, spent=0.0, y=0.0)
    found = optimise(
        model, data, FIRST, last(3), Loss((PolicyTarget("y", 1.0),)),
        [PolicyInstrument("a"), PolicyInstrument("b")], within=[Within("spent", 0.0, 0.25)],
    )  # fmt: skip
    np.testing.assert_allclose(found.targets["y", "optimal"], 1.0, atol=1e-9)
    assert found.solution.path("spent").max() <= 0.25 + 1e-9


def test_bounds_that_exclude_each_other_are_told_with_the_least_violation() -> None:
    model = svensson()
    data = bank(10, pi=4.0, y=1.0, i=0.0)
    loss, instrument = Loss((PolicyTarget("pi", 2.0),)), [PolicyInstrument("i", 0.0, 5.0)]
    with pytest.raises(SolveError, match=r"pi at most 4.0?1 in 2003, by 0.29") as caught:
        optimise(model, data, FIRST, last(10), loss, instrument, within=[Within("pi", high={"2003": 4.01})])
    assert "至少有1个约束" in caught.value.message.text("zh")
    with pytest.raises(SolveError, match=r"i rises by at most 1 in 2003, by 4"):
        optimise(
            model, data, FIRST, last(10), loss, [PolicyInstrument("i", {"2003": 5.0, "2004": 0.0}, moves=1.0)]
        )
    with pytest.raises(SolveError, match=r"i at least 6 in 2003, by 1"):
        optimise(
            model,
            data,
            FIRST,
            last(10),
            loss,
            instrument,
            within=[Within("i", low={"2003": 6.0, "2004": 0.0})],
        )


def test_a_start_outside_the_bounds_is_brought_inside() -> None:
    model, data = budgeted(np.random.default_rng(3), 3, 2)
    found = optimise(
        model, data, FIRST, last(PERIODS), minding(3, 2), [PolicyInstrument("u0"), PolicyInstrument("u1")],
        within=[Within("outlay", low=0.7, high=0.7)],
    )  # fmt: skip
    np.testing.assert_allclose(found.solution.path("outlay"), 0.7, rtol=1e-9)
    assert found.kkt < 1e-9


def test_moves_count_from_the_period_before_and_only_where_an_instrument_is_free() -> None:
    data = bank(10, pi=4.0, y=1.0, i=np.r_[np.zeros(3), np.full(14, 9.0)])
    loss = Loss((PolicyTarget("pi", 2.0),), (PolicyCost("i", move=0.1),))
    free = (FIRST + 1, FIRST + 4)
    found = optimise(
        svensson(),
        data,
        FIRST,
        last(10),
        loss,
        [PolicyInstrument("i", periods=free, after="hold", moves=0.5)],
    )
    path = found.paths["i", "optimal"].to_numpy()
    assert path[0] == 9.0  # the jump of 2003 is the baseline's own
    assert np.max(np.abs(np.diff(path))) <= 0.5 + 1e-9
    assert (path[4:] == path[4]).all()


def test_the_frontier_keeps_bounds() -> None:
    data = bank(12, pi=4.0, y=1.0, i=0.0)
    loss = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0)), (PolicyCost("i", move=0.1),))
    free, bound = (
        frontier(
            svensson(), data, FIRST, last(12), loss, [PolicyInstrument("i", 0.0)], between=("pi", "y"),
            shares=(0.2, 0.5, 0.8), within=within,
        )
        for within in ((), (Within("y", low=-0.8),))
    )  # fmt: skip
    assert (bound.points["loss"] >= free.points["loss"] * (1.0 - 1e-9)).all()
    assert (bound.points["kkt"] < 1e-8).all()
    assert (bound.points["loss"] > free.points["loss"] * 1.001).any()


@pytest.mark.parametrize(
    ("within", "words"),
    [
        (Within("pi"), "neither an upper nor a lower"),
        (MoveLimit("pi"), "neither an upper nor a lower"),
        (Within("pie", 0.0), "no column 'pie'. Nearest: pi"),
        (Within("pi", 3.0, 2.0), "exclude each other"),
        (Within("pi", float("nan")), "exclude each other"),
        (Within("pi", {"1950": 1.0}), "None of the periods given for pi"),
        (Within("pi", "much"), "no number"),  # type: ignore[arg-type]
        (MoveLimit("i", -1.0), "below nought"),
        (MoveLimit("i", up=float("nan")), "below nought"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(within: Limit, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        optimise(
            svensson(), bank(5, pi=4.0, y=1.0, i=0.0), FIRST, last(5), Loss((PolicyTarget("pi", 2.0),)),
            [PolicyInstrument("i")], within=[within],
        )  # fmt: skip


def test_discretion_in_a_model_that_looks_ahead_refuses_bounds_on_other_columns() -> None:
    data = bank(8, pi=0.0, x=0.0, u=1.0)
    loss = Loss((PolicyTarget("pi", 0.0), PolicyTarget("x", 0.0)))
    with pytest.raises(UsageError, match="plan made once"):
        optimise(
            phillips(), data, FIRST, last(8), loss, [PolicyInstrument("x", moves=1.0)], method="discretion"
        )


def test_affine_systems_are_told_from_others() -> None:
    assert is_affine(bind(svensson()))
    assert not is_affine(bind(bent()))
    kinked = read_model("model k\nfrequency annual\nexogenous s\nidentity y = max(0.5*y(-1) + s, 0)\n")
    assert not is_affine(bind(kinked))
