"""Drawn coefficients: their distribution, their bounds, their faults."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import BadInput, UsageError
from longwave.macro.bind import bind
from longwave.macro.language.read import read_model
from longwave.macro.stochastic.coefficients import Coefficients, drawn_coefficients

SYSTEM = bind(
    read_model("endogenous y  parameter a = 0.5 in 0..1, b = 2, c = 3  behavioural y: y = a*y(-1) + b*c")
)
COVARIANCE = np.array([[0.01, 0.02], [0.02, 0.09]])


def test_draws_have_the_distribution_and_leave_the_rest_alone() -> None:
    draws = drawn_coefficients(SYSTEM, Coefficients(("a", "c"), COVARIANCE), None, 1)
    drawn, inside = draws.draw(0, 20_000)
    assert drawn.shape == (20_000, 3)
    assert inside.all()
    assert (drawn[:, 1] == 2.0).all()
    assert drawn[:, [0, 2]].mean(axis=0) == pytest.approx([0.5, 3.0], abs=0.01)
    assert np.cov(drawn[:, [0, 2]].T) == pytest.approx(COVARIANCE, abs=0.003)
    np.testing.assert_array_equal(draws.draw(100, 200)[0], drawn[100:200])


def test_bounds_are_kept_by_drawing_again() -> None:
    wide = Coefficients(("a",), np.array([[0.25]]))
    drawn, inside = drawn_coefficients(SYSTEM, wide, None, 1).draw(0, 5000)
    assert inside.mean() > 0.99
    assert ((drawn[inside, 0] >= 0) & (drawn[inside, 0] <= 1)).all()
    hopeless = Coefficients(("a",), np.array([[1e-6]]), mean=np.array([9.0]))
    assert not drawn_coefficients(SYSTEM, hopeless, None, 1).draw(0, 10)[1].any()


def test_a_table_is_taken_row_by_row() -> None:
    draws = drawn_coefficients(SYSTEM, Coefficients(("b",), table=np.array([[1.0], [4.0]])), None, 1)
    assert draws.draw(0, 3)[0][:, 1].tolist() == [1.0, 4.0, 1.0]


@pytest.mark.parametrize(
    ("coefficients", "error", "says"),
    [
        (Coefficients(("zz",), np.eye(1)), UsageError, "zz"),
        (Coefficients(("a", "a"), np.eye(2)), UsageError, "named twice"),
        (Coefficients(("a",)), BadInput, "neither a covariance"),
        (Coefficients(("a",), np.eye(2)), BadInput, "shape"),
        (Coefficients(("a",), np.array([[np.nan]])), BadInput, "finite"),
        (Coefficients(("a",), np.array([[-1.0]])), BadInput, "negative eigenvalue"),
        (Coefficients(("a", "b"), np.array([[1.0, 0.3], [0.1, 1.0]])), BadInput, "not symmetric"),
        (Coefficients(("a",), table=np.empty((0, 1))), BadInput, "shape"),
        (Coefficients(("a",), np.eye(1), mean=np.zeros(2)), BadInput, "shape"),
    ],
)
def test_what_is_no_distribution_is_refused(coefficients, error, says) -> None:
    with pytest.raises(error, match=says) as caught:
        drawn_coefficients(SYSTEM, coefficients, None, 1)
    assert caught.value.text("zh")
