from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import LongwaveError, UsageError
from longwave.core.period import Period
from longwave.macro.estimate.design import collinear, design, to_estimate
from longwave.macro.estimate.equation import estimate_equation
from longwave.macro.estimate.restriction import freedom
from longwave.macro.language.read import read_model

from .made import bank, model, simulated

LINEAR = [
    "y = a + b*x + c*z",
    "log(y^2 + 1) = a*x/z + b*(x - z)^2 - c",
    "y - b*x = -(a - c*z)",
    "(y - a)/(1 + x^2) = b*if(x > 0, z, 1) + c*max(x, z)",
    "d(y, 2) - c*movavg(z, 3) = a + b*x",
]
CURVED = [
    "y = a + b*c*x + z",
    "y = a + x^2*exp(b) + c*z",
    "y = (a + x)/(b + z^2) + c",
    "y = a + max(b, c)*x + z",
    "y = a + if(b > 0, x, z) + c",
    "y = a + b*x + c*z estimate errors ar(1)",
    "y = a*abs(b)*x + c",
]


@pytest.mark.parametrize("text", LINEAR)
def test_linear_equations_are_known_and_exact(text: str) -> None:
    made = design(model(text), "y", bank(simulated()))
    assert made.linear
    values = np.array([0.3, -1.2, 2.5])
    np.testing.assert_allclose(
        made.errors(values), made.dependent - made.regressors @ values, rtol=1e-12, atol=1e-12
    )
    assert made.linear_group() == (0, 1, 2)


@pytest.mark.parametrize("text", CURVED)
def test_curved_equations_are_known(text: str) -> None:
    made = design(model(text), "y", bank(simulated()))
    assert not made.linear
    assert made.dependent is None


@pytest.mark.parametrize("text", [*LINEAR, *CURVED])
def test_slopes_are_those_of_finite_differences(text: str) -> None:
    made = design(model(text), "y", bank(simulated()))
    values = np.array([0.31, 0.72, -1.13, 0.4])[: len(made.coefficients)]
    step = 1e-6
    for place in range(len(values)):
        shift = np.zeros(len(values))
        shift[place] = step
        numeric = (made.errors(values + shift) - made.errors(values - shift)) / (2 * step)
        np.testing.assert_allclose(made.slopes(values)[:, place], numeric, rtol=1e-5, atol=1e-7)


def test_the_linear_group_leaves_out_what_bends() -> None:
    made = design(model("y = a + b*exp(c*x) + d*z", coefficients="a, b, c, d"), "y", bank(simulated()))
    names = [made.coefficients[place] for place in made.linear_group()]
    assert names == ["a", "b", "d"]


def test_a_design_on_some_of_its_periods() -> None:
    made = design(model(LINEAR[0] + " estimate instruments z, v, w"), "y", bank(simulated()))
    some = made.at(made.periods[5:20])
    assert some.observations == 15
    np.testing.assert_array_equal(some.regressors, made.regressors[5:20])
    np.testing.assert_array_equal(some.errors(np.ones(3)), made.errors(np.ones(3))[5:20])
    np.testing.assert_array_equal(some.instruments, made.instruments[5:20])
    with pytest.raises(UsageError, match="1959-Q1"):
        made.at([Period.parse("1959-Q1")])


def test_what_is_held_is_not_estimated() -> None:
    made = design(model(LINEAR[0]), "y", bank(simulated()), fixed={"b": 0.5})
    assert made.coefficients == ("a", "c")
    free = model(LINEAR[0])
    assert to_estimate(free, free.equations[0]) == ("a", "b", "c")


def test_leads_end_the_sample_earlier() -> None:
    made = design(model("y = a + b*x(+2) + c*z(-1)"), "y", bank(simulated()))
    assert (str(made.periods[0]), str(made.periods[-1])) == ("1960-Q2", "1979-Q2")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 5), st.integers(0, 10_000))
def test_restrictions_hold_for_any_free_values(width: int, count: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    truth = draw.integers(-3, 4, width).astype(float)
    matrix = draw.integers(-2, 3, (count, width)).astype(float)
    made = freedom(matrix, matrix @ truth, "e")
    assert made.restrictions == np.linalg.matrix_rank(matrix) if count else made.restrictions == 0
    assert len(made.free) == width - made.restrictions
    for _ in range(3):
        values = made.full(draw.standard_normal(len(made.free)))
        np.testing.assert_allclose(matrix @ values, matrix @ truth, atol=1e-9)
    np.testing.assert_allclose(made.full(truth[list(made.free)]), truth, atol=1e-9)


def test_collinear_columns_are_found_at_any_scale() -> None:
    draw = np.random.default_rng(0)
    x = draw.standard_normal((30, 3)) * [1e-9, 1, 1e9]
    assert collinear(x) == ()
    assert collinear(np.column_stack([x, x[:, 0] * 1e18 + x[:, 2]])) == (0, 2, 3)
    assert collinear(np.column_stack([x, np.zeros(30)])) == (3,)


TERMS = st.recursive(
    st.sampled_from(["a", "b", "c", "x", "z(-1)", "v", "y(-1)", "0", "2.5", "1e9"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(st.sampled_from(["log", "exp", "sqrt", "abs", "normcdf"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        st.tuples(inner, inner).map(lambda t: f"if({t[0]} > {t[1]}, {t[1]}, {t[0]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    TERMS,
    TERMS,
    st.sampled_from(["", " estimate errors ar(1)", " estimate instruments z, v, w"]),
    st.integers(4, 30),
    st.booleans(),
)
def test_any_equation_is_estimated_or_refused_by_name(
    left: str, right: str, note: str, count: int, hole: bool
) -> None:
    """Never another error, a warning, or a coefficient that is no number."""
    frame = simulated(count)
    if hole:
        frame.iloc[count // 2, 0] = np.nan
    text = f"model m\nexogenous x, z, v, w\ncoefficient a, b, c\nbehavioural e for y: y + {left} = {right}{note}\n"
    try:
        found = estimate_equation(read_model(text), "y", bank(frame))
    except LongwaveError as error:
        assert error.text("en")
        assert error.text("zh")
        return
    assert np.isfinite(found.standard_errors).all()
    assert np.isfinite(list(found.values.values())).all()
    assert all(np.isfinite(each.statistic) for each in found.tests)
    assert isinstance(found.to_frame("zh"), pd.DataFrame)
