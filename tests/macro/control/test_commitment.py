"""Optimal paths: against Riccati, by perturbation, within bounds, in models that bend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import SolveError, UsageError
from longwave.core.period import Period
from longwave.macro.bind import bind
from longwave.macro.control.commitment import ControlOptions, optimise
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.lq import LinearQuadratic, finite_rules
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.solve import SolveOptions, solve

from .made import FIRST, bank, bent, last, linear, svensson

SVENSSON = bank(26, pi=4.0, y=1.0, i=0.0)


@given(st.integers(0, 10_000), st.sampled_from([1.0, 0.97]))
@settings(max_examples=12)
def test_a_linear_model_follows_the_riccati_path(seed: int, discount: float) -> None:
    random = np.random.default_rng(seed)
    n, m, periods = int(random.integers(1, 5)), int(random.integers(1, 3)), 12
    transition = random.normal(size=(n, n))
    transition *= 1.02 / np.max(np.abs(np.linalg.eigvals(transition)))
    push = random.normal(size=(n, m))
    weights, costs, begin = random.uniform(0.2, 2.0, n), random.uniform(0.2, 2.0, m), random.normal(size=n)
    rules = finite_rules(
        LinearQuadratic(transition, push, np.diag(weights), np.diag(costs), discount=discount),
        periods - 1,
        np.diag(weights),
    )
    state, states, moves = begin, [], []
    for rule in rules:
        moves.append(-rule.F @ state)
        states.append(state)
        state = transition @ state + push @ moves[-1]
    states.append(state)
    # the model's first period is the state that Riccati begins with: undo one step
    before = np.linalg.solve(transition, begin)
    columns: dict[str, float | np.ndarray] = {f"z{i}": before[i] for i in range(n)} | {
        f"u{j}": 0.0 for j in range(m)
    }
    found = optimise(
        linear(transition, push),
        bank(periods, **columns),
        FIRST,
        last(periods),
        Loss(
            tuple(PolicyTarget(f"z{i}", 0.0, weights[i]) for i in range(n)),
            tuple(PolicyCost(f"u{j}", level=costs[j], desired=0.0) for j in range(m)),
            discount,
        ),
        [PolicyInstrument(f"u{j}", periods=(FIRST, last(periods - 1))) for j in range(m)],
    )
    scale = np.max(np.abs(states)) + np.max(np.abs(moves))
    for j in range(m):
        path = found.paths[f"u{j}", "optimal"].to_numpy()[:-1]
        np.testing.assert_allclose(path, np.array(moves)[:, j], rtol=1e-8, atol=1e-8 * scale)
    for i in range(n):
        np.testing.assert_allclose(
            found.targets[f"z{i}", "optimal"], np.array(states)[:, i], rtol=1e-8, atol=1e-8 * scale
        )
    assert found.loss_after == pytest.approx(float(begin @ rules[0].P @ begin), rel=1e-8)


def test_bounds_hold_and_their_shadow_prices_are_slopes() -> None:
    def least(high: float) -> tuple[float, object]:
        found = optimise(
            svensson(), SVENSSON, FIRST, last(26), Loss((PolicyTarget("pi", 2.0),), (PolicyCost("i", move=0.1),)),
            [PolicyInstrument("i", low=0.0, high={"2003": high, "2004": 9.0})],
        )  # fmt: skip
        return found.loss_after, found

    _, found = least(8.0)
    assert found.paths["i", "optimal"].min() >= 0.0
    assert found.paths["i", "optimal"].iloc[0] <= 8.0
    first = next(each for each in found.binding if each.period == "2003")
    assert (first.side, first.value) == ("high", 8.0)
    slope = (least(8.0 - 1e-4)[0] - least(8.0 + 1e-4)[0]) / 2e-4
    assert first.shadow_price == pytest.approx(slope, rel=1e-5)
    assert all(each.shadow_price > 0.0 for each in found.binding)
    assert found.kkt < 1e-8


def test_perturbed_and_exact_responses_lead_to_one_optimum() -> None:
    model = bent()
    data = bank(8, K=2.0, Y=1.0, C=1.0, V=-1.0, s=0.2, L=1.0)
    loss = Loss((PolicyTarget("C", 1.5),), (PolicyCost("s", move=2.0),), 0.95)
    exact, perturbed = (
        optimise(
            model, data, FIRST, last(8), loss, [PolicyInstrument("s", 0.0, 0.9)],
            control=ControlOptions(responses=way, accepted=1e-4),
        )
        for way in ("exact", "perturbed")
    )  # fmt: skip
    assert exact.kkt < 1e-8
    np.testing.assert_allclose(perturbed.paths["s", "optimal"], exact.paths["s", "optimal"], atol=1e-5)


def test_a_model_that_bends_with_large_gaps_still_comes_to_a_stationary_path() -> None:
    """Gauss-Newton alone stalls here: utility cannot come near its target."""
    data = bank(30, K=2.0, Y=1.0, C=1.0, V=-1.0, s=0.2, L=1.0)
    found = optimise(
        bent(),
        data,
        FIRST,
        last(30),
        Loss((PolicyTarget("V", 0.0),), discount=0.96),
        [PolicyInstrument("s", 0.01, 0.9)],
    )
    assert found.kkt < 1e-6
    assert found.loss_after < found.loss_before
    assert found.iterations < 20
    assert found.paths["s", "optimal"].iloc[-1] == pytest.approx(0.01)  # nothing is saved for after the end
    random = np.random.default_rng(0)
    best = found.paths["s", "optimal"].to_numpy()
    for _ in range(20):
        tried = np.clip(best + 1e-3 * random.normal(size=30), 0.01, 0.9)
        values = data.frame()["s"].to_numpy().copy()
        values[3:33] = tried
        solution = solve(bent(), data.with_columns({"s": values}), FIRST, last(30))
        assert np.sum(0.96 ** np.arange(30) * solution.path("V") ** 2) >= found.loss_after


def test_an_endogenous_variable_as_policy_instrument_is_its_add_factor_in_other_words() -> None:
    data = bank(20, pi=4.0, y=1.0, i=2.0)
    loss = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0)), discount=0.9)
    by_level = optimise(svensson(), data, FIRST, last(20), loss, [PolicyInstrument("y")])
    by_add = optimise(svensson(), data, FIRST, last(20), loss, [PolicyInstrument("y.add")])
    assert by_level.loss_after == pytest.approx(by_add.loss_after, rel=1e-9)
    np.testing.assert_allclose(by_level.targets["pi", "optimal"], by_add.targets["pi", "optimal"], atol=1e-9)
    assert by_level.solution.certificate.holds
    system = bind(svensson(), exogenised=("y",))
    y = by_level.paths["y", "optimal"].to_numpy()
    np.testing.assert_allclose(by_level.solution.path("y"), y)
    assert "y" not in system.variables


def test_targets_that_can_be_met_are_met() -> None:
    found = optimise(
        svensson(), SVENSSON, FIRST, last(26),
        Loss((PolicyTarget("pi", 2.0, {str(FIRST + k): 1.0 for k in range(2, 26)}),)), [PolicyInstrument("i")],
    )  # fmt: skip
    assert found.loss_after < 1e-18 * found.loss_before
    assert found.reach.complete
    assert not found.determined  # the last two rates do nothing within the span
    assert found.paths["i", "optimal"].iloc[-1] == found.paths["i", "baseline"].iloc[-1]
    assert any("tell all free periods" in each.text() for each in found.notes)


def test_what_cannot_be_reached_is_named() -> None:
    found = optimise(
        svensson(),
        SVENSSON,
        FIRST,
        last(26),
        Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0))),
        [PolicyInstrument("i")],
    )
    reach = found.reach
    assert (reach.values, reach.rank, reach.targets, reach.policy_instruments) == (52, 25, 2, 1)
    assert (
        ("pi", "2003") in reach.unreached
        and ("pi", "2004") in reach.unreached
        and ("y", "2003") in reach.unreached
    )
    assert ("y", "2004") not in reach.unreached
    assert reach.gap_out_of_reach == pytest.approx(1.0)
    assert "Tinbergen" in found.text() and "丁伯根" in found.text("zh")


def test_a_held_policy_instrument_stays_where_it_was_left() -> None:
    span = (FIRST, last(5))
    found = optimise(
        svensson(), SVENSSON, FIRST, last(26), Loss((PolicyTarget("pi", 2.0),), (PolicyCost("i", level=0.01, desired=2.0),)),
        [PolicyInstrument("i", periods=span, after="hold")],
    )  # fmt: skip
    path = found.paths["i", "optimal"].to_numpy()
    assert (path[4:] == path[4]).all()
    assert len(set(path[:5])) == 5
    assert found.kkt < 1e-8


def test_the_gap_to_another_column_and_the_cost_of_an_endogenous_move_count() -> None:
    data = bank(20, pi=4.0, y=1.0, i=2.0)
    loss = Loss((PolicyTarget("pi", "y", 1.0),), (PolicyCost("y", move=0.7, level=0.1, desired=0.5),), 0.95)
    found = optimise(svensson(), data, FIRST, last(20), loss, [PolicyInstrument("i")])
    pi, y = found.solution.path("pi"), found.solution.path("y")
    discount = 0.95 ** np.arange(20)
    moves = np.diff(y, prepend=1.0)
    total = np.sum(discount * ((pi - y) ** 2 + 0.7 * moves**2 + 0.1 * (y - 0.5) ** 2))
    assert found.loss_after == pytest.approx(total, rel=1e-12)
    assert sum(each.after for each in found.terms) == pytest.approx(total, rel=1e-12)
    assert {(each.name, str(each.kind)) for each in found.terms} == {
        ("pi", "target"),
        ("y", "move"),
        ("y", "level"),
    }


def test_the_order_of_words_changes_nothing() -> None:
    data = bank(20, pi=4.0, y=1.0, i=2.0)
    targets = (PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0, 0.5))
    instruments = [PolicyInstrument("i", -1.0, 6.0), PolicyInstrument("y.add", -0.2, 0.2)]
    one, other = (
        optimise(svensson(), data, FIRST, last(20), Loss(t, (PolicyCost("i", move=0.3),), 0.95), i)
        for t, i in ((targets, instruments), (targets[::-1], instruments[::-1]))
    )
    pd.testing.assert_frame_equal(
        one.paths.sort_index(axis=1), other.paths.sort_index(axis=1), rtol=1e-7, atol=1e-8, check_exact=False
    )


def test_an_optimum_of_an_optimum_is_itself() -> None:
    loss, instrument = Loss((PolicyTarget("pi", 2.0),), (PolicyCost("i", move=0.1),)), [PolicyInstrument("i")]
    once = optimise(svensson(), SVENSSON, FIRST, last(26), loss, instrument)
    path = SVENSSON.frame()["i"].to_numpy().copy()
    path[3:29] = once.paths["i", "optimal"]
    twice = optimise(svensson(), SVENSSON.with_columns({"i": path}), FIRST, last(26), loss, instrument)
    assert twice.loss_after == pytest.approx(twice.loss_before, rel=1e-12)
    np.testing.assert_allclose(twice.paths["i", "optimal"], once.paths["i", "optimal"], atol=1e-8)


def test_the_result_can_be_written_down() -> None:
    found = optimise(
        svensson(),
        SVENSSON,
        FIRST,
        last(26),
        Loss((PolicyTarget("pi", 2.0, {"2010": 1.0}),)),
        [PolicyInstrument("i")],
    )
    told = found.as_dict("zh")
    assert told["targets"]["pi"]["desired"]["2003"] is None
    assert told["targets"]["pi"]["desired"]["2010"] == 2.0
    assert told["residual"] <= 1e-10
    assert len(told["sentences"]) == len(found.sentences())


FULL = Loss((PolicyTarget("pi", 2.0),))


@pytest.mark.parametrize(
    ("loss", "instruments", "words"),
    [
        (Loss(()), [PolicyInstrument("i")], "names no target"),
        (Loss((PolicyTarget("pie", 2.0),)), [PolicyInstrument("i")], "no column 'pie'. Nearest: pi"),
        (Loss((PolicyTarget("pi", 2.0, -1.0),)), [PolicyInstrument("i")], "weight of pi"),
        (Loss((PolicyTarget("pi", 2.0, float("nan")),)), [PolicyInstrument("i")], "weight of pi"),
        (Loss((PolicyTarget("pi", 2.0, 0.0),)), [PolicyInstrument("i")], "All weights"),
        (
            Loss((PolicyTarget("pi", {"2003": 2.0}),)),
            [PolicyInstrument("i")],
            "no desired value of pi for 2004",
        ),
        (
            Loss((PolicyTarget("pi", {"1950": 2.0}),)),
            [PolicyInstrument("i")],
            "None of the periods given for pi",
        ),
        (Loss((PolicyTarget("pi", "pie"),)), [PolicyInstrument("i")], "no column 'pie'"),
        (Loss((PolicyTarget("pi", True),)), [PolicyInstrument("i")], "no number"),
        (Loss((PolicyTarget("pi", 2.0),), discount=1.5), [PolicyInstrument("i")], "discount factor"),
        (Loss(FULL.targets, periods=(FIRST, last(99))), [PolicyInstrument("i")], "loss counts"),
        (FULL, [], "No policy instrument"),
        (FULL, [PolicyInstrument("rate")], "no column 'rate'"),
        (FULL, [PolicyInstrument("i"), PolicyInstrument("i")], "named twice"),
        (FULL, [PolicyInstrument("i", 3.0, 2.0)], "exclude each other"),
        (FULL, [PolicyInstrument("i", float("nan"), 2.0)], "exclude each other"),
        (FULL, [PolicyInstrument("i", periods=(last(30), last(31)))], "is free in"),
    ],
)
def test_words_that_make_no_sense_are_refused(
    loss: Loss, instruments: list[PolicyInstrument], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        optimise(svensson(), SVENSSON, FIRST, last(26), loss, instruments)


def test_more_words_that_make_no_sense() -> None:
    with pytest.raises(UsageError, match="no method 'magic'"):
        optimise(svensson(), SVENSSON, FIRST, last(26), FULL, [PolicyInstrument("i")], method="magic")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="dynamic solve"):
        optimise(
            svensson(),
            SVENSSON,
            FIRST,
            last(26),
            FULL,
            [PolicyInstrument("i")],
            solving=SolveOptions(mode="static"),
        )
    with pytest.raises(UsageError, match="solved by the model"):
        optimise(bind(svensson()), SVENSSON, FIRST, last(26), FULL, [PolicyInstrument("y")])
    missing = SVENSSON.frame()["i"].to_numpy().copy()
    missing[10] = np.nan
    with pytest.raises(SolveError, match="i"):
        optimise(
            svensson(), SVENSSON.with_columns({"i": missing}), FIRST, last(26), FULL, [PolicyInstrument("i")]
        )
    cost = Loss(FULL.targets, (PolicyCost("i", move=1.0),))
    short = bank(26, before=1, pi=4.0, y=1.0, i=np.r_[np.nan, np.zeros(30)])
    with pytest.raises((UsageError, SolveError), match="i"):
        optimise(svensson(), short, FIRST, last(26), cost, [PolicyInstrument("i")])


def test_an_explosive_search_is_no_optimum() -> None:
    """A chaotic model has no path that small steps can improve reliably; it is refused or stationary, never in between."""
    from longwave.macro.language.read import read_model

    model = read_model(
        "model wild\nfrequency annual\nexogenous s\nidentity y = 3.9*y(-1)*(1 - y(-1)) + 0.1*s\n"
    )
    try:
        found = optimise(
            model, bank(30, y=0.3, s=0.0), FIRST, last(30), Loss((PolicyTarget("y", 2.0),), (PolicyCost("s", level=0.1),)),
            [PolicyInstrument("s", -1.0, 1.0)], control=ControlOptions(most_iterations=15),
        )  # fmt: skip
    except SolveError as error:
        assert "Kuhn-Tucker" in error.text()
    else:
        assert found.kkt <= 1e-6


def test_quarters_and_period_types() -> None:
    index = [str(Period.parse("2019-Q4") + k) for k in range(12)]
    from longwave.macro.databank import Databank
    from longwave.macro.language.read import read_model

    model = read_model("model q\nfrequency quarterly\nexogenous u\nidentity y = 0.5*y(-1) + u\n")
    data = Databank.from_frame(pd.DataFrame({"y": 1.0, "u": 0.0}, index=index))
    first = Period.parse("2020-Q1")
    desired = pd.Series([2.0, 3.0], index=["2020-Q2", "2020-Q4"])
    found = optimise(
        model, data, first, first + 7, Loss((PolicyTarget("y", desired, {"2020-Q2": 1.0, "2020-Q4": 1.0}),)),
        [PolicyInstrument("u")],
    )  # fmt: skip
    assert found.targets["y", "optimal"]["2020-Q2"] == pytest.approx(2.0)
    assert found.targets["y", "optimal"]["2020-Q4"] == pytest.approx(3.0)
