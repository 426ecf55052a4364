"""A model on a graph: matching, regimes, explicit forms, and what does not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput, ModelError
from longwave.macro.bind import bind
from longwave.macro.language.read import read_model
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record


def _value(text: str, name: str, row: dict[str, tuple[float, float]], **parameters: float) -> float:
    """The explicit form of a variable; row: name -> (before, now)."""
    system = bind(read_model(text))
    data = np.zeros((2, len(system.columns)))
    for each, values in row.items():
        data[:, system.column(each)] = values
    node = system.explicit[system.variables.index(name)]
    assert node is not None
    return float(interpret(record(system.graph, [node]), data, 1, system.vector(parameters))[0])


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("x = 2*z", 6.0),
        ("log(x) = z", np.exp(3.0)),
        ("dlog(x) = z/10", 5.0 * np.exp(0.3)),
        ("d(x) = z", 8.0),
        ("pct(x) = z", 5.0 * 1.03),
        ("log(x) - log(x(-1)) = z", 5.0 * np.exp(3.0)),
        ("x/z = 4", 12.0),
        ("z/x = 4", 0.75),
        ("x - 0.5*x = z", 6.0),
        ("x*(1 - 0.25) + z = 4*x", 3.0 / 3.25),
        ("exp(x) = z", np.log(3.0)),
        ("2 - x = z", -1.0),
        ("x/x(-1) - 1 = z", 20.0),
        ("log(x/z) = 1", 3.0 * np.e),
    ],
)
def test_left_sides_are_turned(equation: str, expected: float) -> None:
    text = f"model m exogenous z endogenous x identity {equation}"
    assert _value(text, "x", {"x": (5.0, 0.0), "z": (0.0, 3.0)}) == pytest.approx(expected, rel=1e-14)


def test_what_has_several_roots_is_left_to_newton() -> None:
    for equation in ("x^2 = z", "x*log(x) = z", "x = z/x", "max(x, 1) = z", "x + exp(x) = z"):
        assert bind(read_model(f"model m exogenous z endogenous x identity {equation}")).explicit == (None,)


def test_the_add_factor_enters_on_the_scale_of_the_equation() -> None:
    text = "model m exogenous z endogenous x behavioural x: dlog(x) = z"
    assert _value(text, "x", {"x": (5.0, 0.0), "x.add": (0.0, 0.1)}) == pytest.approx(5.0 * np.exp(0.1))


def test_regimes_are_tried_in_order() -> None:
    text = """model m exogenous z, s endogenous x
    behavioural x: x = z when s > 0 behavioural x: log(x) = z when s < 0 behavioural x: x = 7"""
    assert _value(text, "x", {"z": (0, 3), "s": (0, 1)}) == 3.0
    assert _value(text, "x", {"z": (0, 3), "s": (0, -1)}) == pytest.approx(np.exp(3))
    assert _value(text, "x", {"z": (0, 3), "s": (0, 0)}) == 7.0


def test_errors_with_memory_are_carried_forward() -> None:
    text = "model m exogenous z endogenous x coefficient x.rho1 = 0.5 behavioural x: x = 2*z estimate ols errors ar(1)"
    assert _value(text, "x", {"x": (9.0, 0.0), "z": (3.0, 4.0)}) == pytest.approx(8.0 + 0.5 * (9.0 - 6.0))


def test_the_engine_finds_who_explains_whom() -> None:
    system = bind(read_model("model m exogenous z endogenous x, y identity z = x + y identity y - z = 2*z"))
    assert system.variables == ("x", "y")


def test_what_is_over_determined_names_equations() -> None:
    text = "model m exogenous z endogenous x, y, w identity x = z identity z = 2*x + 1 identity y = w"
    with pytest.raises((ModelError, BadInput)) as error:
        bind(read_model(text))
    assert "x" in str(error.value)


def test_what_is_under_determined_names_variables() -> None:
    text = "model m exogenous z endogenous x, y, w identity z = x + 1 identity x = 2*z identity w = y + x"
    with pytest.raises((ModelError, BadInput)) as error:
        bind(read_model(text))
    assert "w" in str(error.value) or "y" in str(error.value)


def test_a_parameter_without_value_is_named() -> None:
    system = bind(read_model("model m exogenous z endogenous x coefficient b behavioural x: x = b*z"))
    with pytest.raises(ModelError, match="b"):
        system.vector()


@given(st.permutations(["x = 0.3*y + z", "y = 0.2*x + w", "w = z - 0.1*x(-1)"]))
def test_the_order_of_equations_changes_nothing(equations: list[str]) -> None:
    text = "model m exogenous z endogenous x, y, w " + " ".join(f"identity {each}" for each in equations)
    system = bind(read_model(text))
    assert dict(zip(system.variables, (label[0] for label in system.labels), strict=True)) == {
        "x": "x", "y": "y", "w": "w",
    }  # fmt: skip


@pytest.mark.parametrize("equation", ["y = y", "y - y = x", "y(-1) = x", "3 = x"])
def test_an_equation_in_which_nothing_is_left_says_so(equation: str) -> None:
    with pytest.raises((ModelError, BadInput)) as error:
        bind(read_model(f"model m exogenous x endogenous y identity y for y: {equation}"))
    assert "y" in str(error.value)
    assert "only -" not in str(error.value)
