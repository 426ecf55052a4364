"""Foreign formulas mean here what they mean there."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.macro.interop.eviews import MODELFLOW
from longwave.macro.interop.formula import Dialect, equation, formula, ours
from longwave.macro.language.constant import value_of
from longwave.macro.language.tree import MOST_DEPTH, Apply, Expression, Name, Number, Place

PLAIN = Dialect(language="test", functions={"log": ours("log", 1), "exp": ours("exp", 1)})
EVIEWS = Dialect(
    language="test",
    functions=PLAIN.functions,
    spelling=str.upper,
    powers="left",
    minus_first=True,
    single_equals=True,
)


def value(text: str, dialect: Dialect = PLAIN) -> float | None:
    return value_of(formula(text, dialect), {"x": 2.0, "X": 2.0})


@pytest.mark.parametrize(
    ("text", "plain", "eviews"),
    [
        ("-2^2", -4.0, 4.0),
        ("2^3^2", 512.0, 64.0),
        ("2**-1", 0.5, 0.5),
        ("-x^2 + 3*x", 2.0, 10.0),
        ("8/4/2", 1.0, 1.0),
        ("8/4*2", 4.0, 4.0),
        ("1 - 2 - 3", -4.0, -4.0),
        ("1 - (2 - 3)", 2.0, 2.0),
        ("1 -+ 2", -1.0, -1.0),
        ("---2", -2.0, -2.0),
        ("exp(log(x))*.5", 1.0, 1.0),
        ("1.5e1 + 2D-1 + 3.", 18.2, 18.2),
    ],
)
def test_operators_bind_as_in_their_language(text: str, plain: float, eviews: float) -> None:
    assert value(text) == pytest.approx(plain, rel=1e-15)
    assert value(text, EVIEWS) == pytest.approx(eviews, rel=1e-15)


def test_shifts_names_and_comparisons() -> None:
    assert formula("x(-2)", PLAIN) == Name("x", -2)
    assert formula("x( + 1 )", PLAIN) == Name("x", 1)
    assert formula("x(-0)", PLAIN) == Name("x")
    assert formula("x <> 1 && !(y >= 2) || z == 3", PLAIN) == Apply(
        "or",
        (
            Apply(
                "and",
                (
                    Apply("!=", (Name("x"), Number(1.0))),
                    Apply("not", (Apply(">=", (Name("y"), Number(2.0))),)),
                ),
            ),
            Apply("==", (Name("z"), Number(3.0))),
        ),
    )
    left, right = equation("y = (x = 1)", EVIEWS)
    assert left == Name("Y")
    assert right == Apply("==", (Name("X"), Number(1.0)))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a +\n b $ c", 2, 4),
        ("a + * b", 1, 5),
        ("(a + b", 1, 7),
        ("a b", 1, 3),
        ("a < b < c", 1, 7),
        ("f(a, b)", 1, 1),
        ("log()", 1, 1),
        ("log(a, b)", 1, 1),
        ("log(a)(-1)", 1, 7),
        ("x(1.5)", 1, 1),
        ("x(-2000)", 1, 1),
        ("x(-b)", 1, 1),
        ("1e999", 1, 1),
        ("", 1, 1),
        ("a = b", 1, 3),
        ("@trend", 1, 1),
        ('"text"', 1, 1),
        ('log("text")', 1, 1),
        ("__import__('os').system('ls')", 1, 12),
    ],
)
def test_what_is_wrong_is_placed_and_mended_in_both_languages(text: str, line: int, column: int) -> None:
    with pytest.raises(BadInput) as caught:
        formula(text, PLAIN)
    assert (caught.value.message.values["line"], caught.value.message.values["column"]) == (line, column)
    assert caught.value.mend is not None
    assert f"第 {line} 行" in caught.value.text("zh")


def test_places_go_on_from_where_the_text_stands_in_its_file() -> None:
    found = formula("a\n+ b", PLAIN, Place(7, 30))
    assert isinstance(found, Apply)
    assert [each.place for each in found.arguments] == [Place(7, 30), Place(8, 3)]


@pytest.mark.parametrize("opening", ["(", "log(", "-", "2^", "not ", "1/(1 + ", "1*("])
def test_depth_is_bounded_before_python_is(opening: str) -> None:
    with pytest.raises(BadInput):
        formula(opening * 5_000 + "x", PLAIN)
    assert formula("(" * (MOST_DEPTH - 2) + "x" + ")" * (MOST_DEPTH - 2), PLAIN) == Name("x")


def test_long_sums_are_flat_and_long_quotients_refused() -> None:
    found = formula(" + ".join(["x"] * 5_000), PLAIN)
    assert isinstance(found, Apply) and len(found.arguments) == 5_000
    with pytest.raises(BadInput):
        formula("/".join(["x"] * 5_000), PLAIN)


def test_modelflow_powers_are_pythons() -> None:
    assert value("-2**2", MODELFLOW) == -4.0
    assert value("2**3**2", MODELFLOW) == 512.0


def numbers() -> st.SearchStrategy[tuple[str, float]]:
    return st.floats(0.1, 9.0).map(lambda x: (repr(x), x))


def combined(inner: st.SearchStrategy[tuple[str, float]]) -> st.SearchStrategy[tuple[str, float]]:
    two = st.tuples(st.sampled_from("+-*/"), inner, inner).map(
        lambda each: (f"({each[1][0]}{each[0]}{each[2][0]})", _joined(each[0], each[1][1], each[2][1]))
    )
    one = inner.map(lambda each: (f"-{each[0]}", -each[1]))
    return st.one_of(two, one)


def _joined(sign: str, a: float, b: float) -> float:
    if sign == "/":
        return a / b if b else math.nan
    return {"+": a + b, "-": a - b, "*": a * b}[sign]


@given(st.recursive(numbers(), combined, max_leaves=12))
def test_values_are_those_of_the_arithmetic(written: tuple[str, float]) -> None:
    text, expected = written
    found = value_of(formula(text, PLAIN), {})
    if found is None:
        assert not math.isfinite(expected)
    else:
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(st.text(alphabet="xyz019.+-*/^()<>=&|!,@#\"' \n", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found: Expression = formula(text, PLAIN)
    except BadInput as error:
        assert error.mend is not None
    else:
        assert isinstance(found, Number | Name | Apply)
