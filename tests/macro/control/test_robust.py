"""One plan for several models, frontiers, and losses under draws."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import SolveError, UsageError
from longwave.macro.control.commitment import optimise
from longwave.macro.control.draws import losses_under
from longwave.macro.control.frontier import frontier, rule_frontier
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.policy_instrument import PolicyInstrument
from longwave.macro.control.robust import RivalModel, robust
from longwave.macro.control.rules import RuleCoefficient
from longwave.macro.control.within import MoveLimit, Within

from .made import FIRST, bank, last, phillips, svensson
from .test_rules import LONG, with_rule

DATA = bank(16, pi=4.0, y=1.0, i=2.0)
LOSS = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0)), (PolicyCost("i", move=0.5),))
INSTRUMENT = [PolicyInstrument("i", low=-2.0, high=8.0)]
RIVALS = [
    RivalModel("middle", svensson(), DATA),
    RivalModel("weak", svensson(b=0.9, c=0.15), DATA, belief=3.0),
    RivalModel("strong", svensson(b=0.5, c=0.8), DATA),
]


def test_the_mean_of_one_model_twice_is_its_own_optimum() -> None:
    alone = optimise(svensson(), DATA, FIRST, last(16), LOSS, INSTRUMENT)
    both = robust([RIVALS[0], RivalModel("again", svensson(), DATA, 0.3)], FIRST, last(16), LOSS, INSTRUMENT)
    np.testing.assert_allclose(both.paths["i", "optimal"], alone.paths["i", "optimal"], atol=1e-8)
    assert both.losses["regret"].abs().max() < 1e-8


@pytest.mark.parametrize("count", [2, 3])
def test_each_criterion_is_best_at_what_it_minds(count: int) -> None:
    made = {
        criterion: robust(RIVALS[:count], FIRST, last(16), LOSS, INSTRUMENT, criterion=criterion)  # type: ignore[arg-type]
        for criterion in ("mean", "max", "regret")
    }
    beliefs = np.array([1.0, 3.0, 1.0])[:count]
    beliefs = beliefs / beliefs.sum()
    mean = {name: float(beliefs @ each.losses["robust"]) for name, each in made.items()}
    most = {name: float(each.losses["robust"].max()) for name, each in made.items()}
    regret = {name: float(each.losses["regret"].max()) for name, each in made.items()}
    assert min(mean, key=lambda name: mean[name]) == "mean"
    assert most["max"] <= min(most.values()) * (1.0 + 1e-9)
    assert regret["regret"] <= min(regret.values()) * (1.0 + 1e-7)
    for each in made.values():
        assert each.losses["belief"].sum() == pytest.approx(1.0)
        assert (each.losses["regret"] > -1e-9).all()
        assert each.duality_gap < 1e-6
        assert each.kkt < 1e-5
        assert each.paths["i", "optimal"].between(-2.0, 8.0).all()
        assert len(each.text()) > 50 and len(each.text("zh")) > 20
    guarded = made["max"].losses
    assert guarded.loc[guarded["belief"] > 1e-6, "robust"].max() == pytest.approx(most["max"])


def test_the_worst_case_cannot_be_improved_by_trying() -> None:
    made = robust(RIVALS[:2], FIRST, last(16), LOSS, INSTRUMENT, criterion="max")
    path, random = made.paths["i", "optimal"].to_numpy(), np.random.default_rng(1)
    for _ in range(10):
        tried = np.clip(path + 1e-3 * random.normal(size=len(path)), -2.0, 8.0)
        full = DATA.frame()["i"].to_numpy().copy()
        full[3:19] = tried
        losses = []
        for rival in RIVALS[:2]:
            at = dict(zip(made.paths.index, tried, strict=True))
            data = DATA.with_columns({"i": full})
            fixed = optimise(
                rival.model, data, FIRST, last(16), LOSS, [PolicyInstrument("i", low=at, high=at)]
            )
            losses.append(fixed.loss_after)
        assert max(losses) >= made.losses["robust"].max() - 1e-9


def test_the_same_changes_from_unlike_baselines() -> None:
    other = bank(16, pi=4.0, y=1.0, i=3.0)
    rivals = [RIVALS[0], RivalModel("higher", svensson(), other)]
    made = robust(rivals, FIRST, last(16), LOSS, [PolicyInstrument("i")], same="changes")
    paths = [each.path("i") for each in made.solutions]
    np.testing.assert_allclose(paths[1] - paths[0], 1.0)


@pytest.mark.parametrize(
    ("rivals", "more", "words"),
    [
        (RIVALS[:1], {}, "at least two"),
        ([RIVALS[0], RIVALS[0]], {}, "one name"),
        ([RIVALS[0], RivalModel("x", svensson(), DATA, 0.0)], {}, "belief"),
        (RIVALS, {"criterion": "hope"}, "no such criterion"),
    ],
)
def test_words_that_make_no_sense_are_refused(rivals, more, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=words):
        robust(rivals, FIRST, last(16), LOSS, INSTRUMENT, **more)


def test_bounds_without_a_common_change_are_refused() -> None:
    rivals = [RIVALS[0], RivalModel("high", svensson(), bank(16, pi=4.0, y=1.0, i=20.0))]
    with pytest.raises(UsageError, match="no value that all models allow"):
        robust(rivals, FIRST, last(16), LOSS, [PolicyInstrument("i", low=2.0, high=3.0)], same="changes")


def test_a_frontier_falls_and_is_convex() -> None:
    made = frontier(svensson(), DATA, FIRST, last(16), LOSS, INSTRUMENT, between=("pi", "y"))
    pi, y = made.points["pi"].to_numpy() ** 2, made.points["y"].to_numpy() ** 2
    assert (np.diff(pi) < 0.0).all() and (np.diff(y) > 0.0).all()
    assert made.numbers.shape == (11, 16)
    half = optimise(
        svensson(), DATA, FIRST, last(16),
        Loss((PolicyTarget("pi", 2.0, 0.5), PolicyTarget("y", 0.0, 0.5)), LOSS.costs), INSTRUMENT,
    )  # fmt: skip
    np.testing.assert_allclose(made.numbers.loc[0.5], half.paths["i", "optimal"], atol=1e-6)
    assert made.points.loc[0.5, "loss"] == pytest.approx(half.loss_after, rel=1e-9)
    assert "pi" in made.text() and "pi" in made.text("zh")


def test_the_frontier_of_discretionary_rules_is_the_known_one() -> None:
    """x = -(kappa / w) pi over all w: pi = w q u, x = -kappa q u (Clarida, Gali and Gertler 1999), here under commitment
    to a path; the first period alone bounds both spreads."""
    data = bank(40, x=0.0, pi=0.0, u=np.r_[np.zeros(3), 0.5 ** np.arange(44)])
    made = frontier(
        phillips(), data, FIRST, last(40), Loss((PolicyTarget("pi", 0.0), PolicyTarget("x", 0.0)), discount=0.99),
        [PolicyInstrument("x")], between=("pi", "x"), shares=(0.2, 0.5, 0.8),
    )  # fmt: skip
    assert made.points["pi"].is_monotonic_decreasing and made.points["x"].is_monotonic_increasing


def test_a_taylor_curve() -> None:
    model = with_rule()
    data = bank(LONG, pi=0.0, y=0.0, r=0.0)
    made = rule_frontier(
        model, data, FIRST, last(LONG),
        Loss((PolicyTarget("pi", 0.0), PolicyTarget("y", 0.0)), (PolicyCost("r", level=0.2, desired=0.0),)),
        [RuleCoefficient("on_pi"), RuleCoefficient("on_y")], between=("pi", "y"), shares=(0.2, 0.5, 0.8),
        disturbances=["pi.add + 1 in 2003", "y.add + 1 in 2003"],
    )  # fmt: skip
    assert made.points["pi"].is_monotonic_decreasing and made.points["y"].is_monotonic_increasing
    assert list(made.numbers.columns) == ["on_pi", "on_y"]


@pytest.mark.parametrize(
    ("between", "shares"),
    [(("pi", "i"), (0.5,)), (("pi", "pi"), (0.5,)), (("pi", "y"), (0.0, 0.5)), (("pi", "y"), ())],
)
def test_frontier_words_that_make_no_sense(between: tuple[str, str], shares: tuple[float, ...]) -> None:
    with pytest.raises(UsageError):
        frontier(svensson(), DATA, FIRST, last(16), LOSS, INSTRUMENT, between=between, shares=shares)


def test_losses_under_draws() -> None:
    loss = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0)), (PolicyCost("i", move=0.5),))
    policy = optimise(svensson(), DATA, FIRST, last(16), loss, INSTRUMENT)
    random = np.random.default_rng(0)
    draws = [
        {"pi.add": 0.1 * random.normal(size=16), "y.add": 0.1 * random.normal(size=16)} for _ in range(40)
    ]
    made = losses_under(policy, svensson(), DATA, loss, INSTRUMENT, draws)
    assert made.failures == 0 and len(made.draws) == 40
    assert (made.draws["optimal"] < made.draws["baseline"]).all()
    assert made.interval().loc["gain", "low"] > 0.0
    assert "40" in made.sentence().text() and "40" in made.sentence().text("zh")
    calm = losses_under(policy, svensson(), DATA, loss, INSTRUMENT, [{"pi.add": [0.0]}])
    assert calm.draws["optimal"].iloc[0] == pytest.approx(policy.loss_after)
    assert calm.draws["baseline"].iloc[0] == pytest.approx(policy.loss_before)
    with pytest.raises(UsageError, match="No disturbance"):
        losses_under(policy, svensson(), DATA, loss, INSTRUMENT, [])


def test_certainty_equivalence() -> None:
    """In a linear model the best fixed paths on average over symmetric draws are the ones of the calm future."""
    loss = Loss((PolicyTarget("pi", 2.0), PolicyTarget("y", 0.0)), (PolicyCost("i", move=0.5),))
    policy = optimise(svensson(), DATA, FIRST, last(16), loss, [PolicyInstrument("i")])
    rivals = []
    for sign in (1.0, -1.0):
        shock = sign * np.r_[np.zeros(3), np.linspace(0.3, -0.2, 16), np.zeros(4)]
        rivals.append(
            RivalModel(
                f"draw {sign}", svensson(), DATA.with_columns({"pi.add": shock, "y.add": -2.0 * shock})
            )
        )
    mean = robust(rivals, FIRST, last(16), loss, [PolicyInstrument("i")])
    np.testing.assert_allclose(mean.paths["i", "optimal"], policy.paths["i", "optimal"], atol=1e-7)


def test_draws_of_one_model_are_rivals_that_share_its_system() -> None:
    from longwave.macro.bind import bind

    system = bind(svensson())
    draws = [RivalModel(str(c), system, DATA, parameters={"c": c}) for c in (0.2, 0.4, 0.8)]
    apart = [RivalModel(str(c), svensson(c=c), DATA) for c in (0.2, 0.4, 0.8)]
    for criterion in ("mean", "max", "regret"):
        one, other = (
            robust(each, FIRST, last(16), LOSS, INSTRUMENT, criterion=criterion)  # type: ignore[arg-type]
            for each in (draws, apart)
        )
        np.testing.assert_allclose(
            one.losses["robust"].to_numpy(), other.losses["robust"].to_numpy(), rtol=1e-8
        )
    assert one.solutions[0].system is one.solutions[2].system


def test_a_plan_for_several_models_keeps_bounds_in_all_of_them() -> None:
    within = [Within("y", low=-0.9), MoveLimit("pi", down=0.5)]
    free = robust(RIVALS, FIRST, last(16), LOSS, INSTRUMENT)
    found = robust(RIVALS, FIRST, last(16), LOSS, INSTRUMENT, within=within)
    for solution in found.solutions:
        assert solution.path("y").min() >= -0.9 - 1e-8
        assert np.min(np.diff(solution.path("pi"), prepend=4.0)) >= -0.5 - 1e-8
    weights = found.losses["belief"]
    assert float(weights @ found.losses["robust"]) > float(weights @ free.losses["robust"])
    assert found.kkt < 1e-8
    with pytest.raises(UsageError, match="criterion mean"):
        robust(RIVALS, FIRST, last(16), LOSS, INSTRUMENT, criterion="max", within=within)
    with pytest.raises(SolveError, match=r"y \(weak\) at least 1.5 in 2003, by 0.3"):
        robust(RIVALS, FIRST, last(16), LOSS, INSTRUMENT, within=[Within("y", low={"2003": 1.5})])
