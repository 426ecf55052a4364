"""Riccati rules against quantecon (where it is installed), closed forms and each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import SolveError, UsageError
from longwave.macro.control.lq import LinearQuadratic, committed, discretionary, finite_rules, lasting_rule


def some(seed: int, discount: float = 0.95) -> LinearQuadratic:
    random = np.random.default_rng(seed)
    n, m = int(random.integers(2, 7)), int(random.integers(1, 4))
    transition = random.normal(size=(n, n))
    transition *= 1.05 / np.max(np.abs(np.linalg.eigvals(transition)))
    weight = random.normal(size=(n + m, n + m))
    weight = weight @ weight.T
    push, noise = random.normal(size=(n, m)), random.normal(size=(n, 2))
    return LinearQuadratic(transition, push, weight[:n, :n], weight[n:, n:], weight[:n, n:], noise, discount)


@pytest.mark.parametrize("seed", range(8))
def test_equals_quantecon(seed: int) -> None:
    quantecon = pytest.importorskip("quantecon", reason="quantecon is not installed", exc_type=ImportError)
    problem = some(seed)
    their = quantecon.LQ(
        problem.R, problem.Q, problem.A, problem.B, problem.C, problem.N.T, beta=problem.discount
    )
    value, gain, constant = their.stationary_values()
    ours = lasting_rule(problem)
    np.testing.assert_allclose(ours.P, value, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(ours.F, gain, rtol=1e-8, atol=1e-10)
    assert ours.d == pytest.approx(constant, rel=1e-8)
    end = np.eye(len(problem.A))
    their = quantecon.LQ(
        problem.R,
        problem.Q,
        problem.A,
        problem.B,
        problem.C,
        problem.N.T,
        beta=problem.discount,
        T=12,
        Rf=end,
    )
    their.P, their.d = end, 0.0
    for rule in reversed(finite_rules(problem, 12, end)):
        their.update_values()
        np.testing.assert_allclose(rule.F, their.F, rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(rule.P, their.P, rtol=1e-8, atol=1e-9)
        assert rule.d == pytest.approx(their.d, rel=1e-8)


def test_the_scalar_regulator_has_the_root_of_its_quadratic() -> None:
    """P = q + b a^2 P - (b a c P)^2 / (r + b c^2 P), solved by hand."""
    a, c, q, r, b = 1.1, 0.5, 2.0, 0.3, 0.96
    rule = lasting_rule(LinearQuadratic([[a]], [[c]], [[q]], [[r]], discount=b))
    linear = r - b * a * a * r - b * c * c * q
    root = (-linear + np.sqrt(linear**2 + 4.0 * b * c * c * q * r)) / (2.0 * b * c * c)
    assert rule.P[0, 0] == pytest.approx(root, rel=1e-12)
    assert rule.F[0, 0] == pytest.approx(b * a * c * root / (r + b * c * c * root), rel=1e-12)


def test_no_noise_changes_no_rule() -> None:
    """Certainty equivalence."""
    noisy = some(3)
    calm = LinearQuadratic(noisy.A, noisy.B, noisy.Q, noisy.R, noisy.N, None, noisy.discount)
    np.testing.assert_array_equal(lasting_rule(noisy).F, lasting_rule(calm).F)
    assert lasting_rule(noisy).d > 0.0 == lasting_rule(calm).d


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_a_long_horizon_comes_to_the_lasting_rule(seed: int) -> None:
    problem = some(seed, 0.9)
    np.testing.assert_allclose(
        finite_rules(problem, 1500)[0].F, lasting_rule(problem).F, rtol=1e-6, atol=1e-6
    )


def test_commitment_and_discretion_of_a_model_without_jumps_are_the_regulator() -> None:
    problem = some(5)
    n, rule = len(problem.A), lasting_rule(problem)
    np.testing.assert_allclose(discretionary(problem, n).F, rule.F, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(committed(problem, n).F, rule.F, rtol=1e-10, atol=1e-12)


def test_discretion_is_a_fixed_point_and_no_better_than_commitment() -> None:
    beta, kappa, weight, rho = 0.99, 0.1, 0.25, 0.8
    problem = LinearQuadratic(
        [[rho, 0.0], [-1.0 / beta, 1.0 / beta]],
        [[0.0], [-kappa / beta]],
        np.diag([0.0, 1.0]),
        [[weight]],
        discount=beta,
    )
    alone, kept = discretionary(problem, 1), committed(problem, 1)
    again = discretionary(problem, 1, tolerance=1e-14)
    np.testing.assert_allclose(alone.F, again.F, rtol=1e-10)
    assert alone.P[0, 0] > kept.P[0, 0]


def test_what_cannot_be_steadied_is_refused() -> None:
    with pytest.raises(SolveError, match="No linear rule"):
        lasting_rule(LinearQuadratic([[1.2, 0.0], [0.0, 0.5]], [[0.0], [1.0]], np.eye(2), [[1.0]]))
    with pytest.raises(SolveError, match="neither cost nor effect"):
        finite_rules(LinearQuadratic([[0.5]], [[0.0]], [[1.0]], [[0.0]]), 3)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"B": [[1.0, 2.0]]}, "matrix B"),
        ({"Q": np.eye(3)}, "matrix Q"),
        ({"A": [[np.nan]]}, "not finite"),
        ({"discount": 1.1}, "discount factor"),
        ({"discount": 0.0}, "discount factor"),
        ({"discount": float("nan")}, "discount factor"),
    ],
)
def test_words_that_make_no_sense_are_refused(changed: dict[str, object], words: str) -> None:
    given_: dict[str, object] = {"A": [[0.5]], "B": [[1.0]], "Q": [[1.0]], "R": [[1.0]], **changed}
    with pytest.raises(UsageError, match=words):
        LinearQuadratic(**given_)  # type: ignore[arg-type]
