"""Best coefficients: against Riccati, within bounds, and refused without one stable path."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import SolveError, UsageError
from longwave.macro.control.determinacy import determinacy
from longwave.macro.control.loss import Loss, PolicyCost, PolicyTarget
from longwave.macro.control.lq import LinearQuadratic, lasting_rule
from longwave.macro.control.rules import RuleCoefficient, disturbed, impulses, optimise_rule, roots_of
from longwave.macro.language.read import read_model
from longwave.macro.model import Model
from longwave.macro.solve import SolveOptions, solve

from .made import FIRST, bank, last

LONG = 150
LOSS = Loss((PolicyTarget("pi", 0.0), PolicyTarget("y", 0.0)), (PolicyCost("r", level=0.5, desired=0.0),))


def with_rule(on_pi: float = 0.5, on_y: float = 0.5) -> Model:
    return read_model(
        f"""
        model ruled
        frequency annual
        parameter a = 0.3, b = 0.7, c = 0.4, on_pi = {on_pi}, on_y = {on_y} in -5..5
        behavioural pi: pi = pi(-1) + a*y(-1)
        behavioural y: y = b*y(-1) - c*r(-1)
        identity r = on_pi*pi + on_y*y
        """
    )


def keynes(on_pi: float = 1.5) -> Model:
    """The three equations of Clarida, Gali and Gertler with a Taylor rule."""
    return read_model(
        f"""
        model keynes
        frequency annual
        exogenous u, e
        parameter beta = 0.99, kappa = 0.2, sigma = 1, on_pi = {on_pi}, on_x = 0.1
        identity pi = beta*pi(+1) + kappa*x + u
        identity x = x(+1) - (i - pi(+1))/sigma + e
        identity i = on_pi*pi + on_x*x
        """
    )


def nothing(periods: int, *names: str) -> dict[str, float]:
    return dict.fromkeys(names, 0.0)


def test_a_rule_on_the_whole_state_is_the_riccati_rule() -> None:
    model, data = with_rule(), bank(LONG, **nothing(LONG, "pi", "y", "r"))
    found = optimise_rule(
        model, data, FIRST, last(LONG), LOSS, [RuleCoefficient("on_pi"), RuleCoefficient("on_y")],
        disturbances=impulses(model, {"pi.add": 1.0, "y.add": 1.0}, FIRST),
    )  # fmt: skip
    problem = LinearQuadratic([[1.0, 0.3], [0.0, 0.7]], [[0.0], [-0.4]], np.eye(2), [[0.5]])
    rule = lasting_rule(problem)
    np.testing.assert_allclose(found.coefficients["optimal"], -rule.F[0], rtol=1e-7)
    # the mean loss of unit impulses is half the unconditional variance that unit shocks cause
    assert found.loss_after == pytest.approx(float(np.trace(rule.P)) / 2.0, rel=1e-7)
    assert found.roots.determinate and found.roots.largest_stable < 1.0
    assert found.model.values["on_pi"] == pytest.approx(-rule.F[0, 0], rel=1e-7)
    assert sum(each.after for each in found.terms) == pytest.approx(found.loss_after)
    assert "稳定根" in found.text("zh")


def test_a_bound_of_a_coefficient_binds_at_its_shadow_price() -> None:
    model, data = with_rule(), bank(LONG, **nothing(LONG, "pi", "y", "r"))

    def least(high: float) -> tuple[float, float]:
        found = optimise_rule(
            model, data, FIRST, last(LONG), LOSS,
            [RuleCoefficient("on_pi", high=high), RuleCoefficient("on_y")],
            disturbances=impulses(model, {"pi.add": 1.0}, FIRST),
        )  # fmt: skip
        return found.loss_after, float(found.coefficients.loc["on_pi", "shadow_price"])

    slope = (least(0.8 - 1e-4)[0] - least(0.8 + 1e-4)[0]) / 2e-4
    assert least(0.8)[1] == pytest.approx(slope, rel=1e-4)
    frame = optimise_rule(
        with_rule(), data, FIRST, last(LONG), LOSS, [RuleCoefficient("on_y")],
        disturbances=impulses(model, {"pi.add": 1.0}, FIRST),
    ).coefficients  # fmt: skip
    assert (frame.loc["on_y", "low"], frame.loc["on_y", "high"]) == (-5.0, 5.0)  # the model's own


def test_calm_runs_are_taken_off() -> None:
    """A baseline away from the desired path costs nothing when answers alone are judged."""
    model = with_rule()
    away = bank(LONG, pi=3.0, y=1.0, r=0.0)
    still = bank(LONG, **nothing(LONG, "pi", "y", "r"))
    shocks = impulses(model, {"y.add": 1.0}, FIRST)
    found = [
        optimise_rule(
            model, data, FIRST, last(LONG), LOSS, [RuleCoefficient("on_pi"), RuleCoefficient("on_y")],
            disturbances=shocks, around="calm",
        ).coefficients["optimal"]
        for data in (away, still)
    ]  # fmt: skip
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)


def test_paths_and_sentences_are_the_same_disturbances() -> None:
    model, data = with_rule(), bank(20, **nothing(20, "pi", "y", "r"))
    spoken = disturbed(model, data, FIRST, last(20), ("pi.add + 1 in 2003", "y.add - 0.5 in 2004"))
    listed = disturbed(model, data, FIRST, last(20), {"pi.add": [1.0], "y.add": [0.0, -0.5]})
    names = ("pi.add", "y.add")
    fill = dict.fromkeys(names, 0.0)
    one, two = (each.columns(names, fill)[each.row(FIRST) :][:20] for each in (spoken, listed))
    np.testing.assert_array_equal(one, two)


def test_the_taylor_principle() -> None:
    """Woodford (2003): one stable path exactly when kappa (a - 1) + (1 - beta) b > 0."""
    data = bank(40, pi=0.0, x=0.0, i=0.0, u=0.0, e=0.0)
    for on_pi in (0.8, 0.99, 1.0 - 0.01 * 0.1 / 0.2 + 1e-4, 1.5):
        model = keynes(on_pi)
        solution = solve(model, data, FIRST, last(40))
        assert roots_of(solution).determinate == (0.2 * (on_pi - 1.0) + 0.01 * 0.1 > 0.0)


def test_a_forward_looking_rule_is_improved_and_stays_determinate() -> None:
    steps = 0.6 ** np.arange(40)
    data = bank(40, pi=0.0, x=0.0, i=0.0, u=0.0, e=0.0)
    found = optimise_rule(
        keynes(), data, FIRST, last(40),
        Loss((PolicyTarget("pi", 0.0), PolicyTarget("x", 0.0, 0.25)), (PolicyCost("i", level=0.1, desired=0.0),)),
        [RuleCoefficient("on_pi", 0.0, 20.0), RuleCoefficient("on_x", -5.0, 20.0)],
        disturbances=[{"u": steps}, {"e": steps}], solving=SolveOptions(terminal="constant"),
    )  # fmt: skip
    assert found.loss_after < found.loss_before
    assert found.roots.determinate
    assert found.kkt < 1e-6


def test_rules_without_one_stable_path_are_refused() -> None:
    data = bank(40, pi=0.0, x=0.0, i=0.0, u=0.0, e=0.0)
    loss = Loss((PolicyTarget("pi", 0.0),))
    with pytest.raises(SolveError, match="many stable paths"):
        optimise_rule(
            keynes(0.5),
            data,
            FIRST,
            last(40),
            loss,
            [RuleCoefficient("on_x")],
            disturbances=["u + 1 in 2003"],
        )
    explosive = with_rule(-0.5, 0.0)
    with pytest.raises(SolveError, match="no path is stable"):
        optimise_rule(
            explosive, bank(40, pi=0.0, y=0.0, r=0.0), FIRST, last(40), LOSS, [RuleCoefficient("on_pi")],
            disturbances=["pi.add + 1 in 2003"],
        )  # fmt: skip


def test_growth_is_no_explosion_and_fading_no_stability() -> None:
    grows = read_model(
        "model g\nfrequency annual\nexogenous n\nidentity y = y(-1)*(1 + n)\nidentity z = z(-1)*0.9 + y*0\n"
    )
    data = bank(10, y=1.03 ** np.arange(17.0), z=1.0, n=0.03)
    found = roots_of(solve(grows, data, FIRST, last(10)))
    assert found.determinate and found.largest_stable == pytest.approx(1.0)
    bursts = read_model("model g\nfrequency annual\nidentity y = 1.05*y(-1) - 0.05*10\n")
    solution = solve(bursts, bank(10, y=9.0), FIRST, last(10))
    assert not roots_of(solution).determinate
    row = solution.rows.start
    found = determinacy(solution.system, solution.bank.values, row, solution.parameters, row)
    assert found.smallest_unstable == pytest.approx(1.05)


@pytest.mark.parametrize(
    ("coefficients", "more", "words"),
    [
        ([], {}, "No coefficient"),
        ([RuleCoefficient("on_p")], {}, "no parameter 'on_p'. Nearest"),
        ([RuleCoefficient("on_pi"), RuleCoefficient("on_pi")], {}, "named twice"),
        ([RuleCoefficient("on_pi", 2.0, 1.0)], {}, "exclude each other"),
        ([RuleCoefficient("on_pi")], {"around": "calm"}, "calm run"),
        ([RuleCoefficient("on_pi")], {"disturbances": [{"pie": [1.0]}]}, "no column 'pie'"),
        ([RuleCoefficient("on_pi")], {"disturbances": [{"pi": [1.0]}]}, "added to pi"),
        ([RuleCoefficient("on_pi")], {"disturbances": [{"pi.add": [np.nan]}]}, "added to pi.add"),
        ([RuleCoefficient("on_pi")], {"solving": SolveOptions(mode="static")}, "dynamic"),
    ],
)
def test_words_that_make_no_sense_are_refused(coefficients, more, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=words):
        optimise_rule(
            with_rule(), bank(20, pi=0.0, y=0.0, r=0.0), FIRST, last(20), LOSS, coefficients, **more
        )
    with pytest.raises(UsageError, match="no column"):
        impulses(with_rule(), {"nobody.add": 1.0}, FIRST)
