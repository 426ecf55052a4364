"""Shocks as sentences: read, written back, applied."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import UsageError
from longwave.core.period import Period
from longwave.macro.shock import Shock, shock

FIRST = Period.parse("2020")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("G + 1 in 2021", [0, 1, 0, 0]),
        ("G - 0.5 in 2021..2022", [0, -0.5, -0.5, 0]),
        ("G + 1 in 2022..", [0, 0, 1, 1]),
        ("G + 2", [2, 2, 2, 2]),
        ("G + 1 in 2020.. fading 0.5", [1, 0.5, 0.25, 0.125]),
        ("G+1 in 1990..1995", [0, 0, 0, 0]),
    ],
)
def test_what_a_sentence_adds(text: str, expected: list[float]) -> None:
    column = np.array([10.0, 20.0, 30.0, 40.0])
    assert shock(text).applied(column, FIRST) - column == pytest.approx(expected)


def test_factors_per_cents_and_settings() -> None:
    column = np.array([10.0, 20.0])
    assert shock("G * 1.02").applied(column, FIRST) == pytest.approx([10.2, 20.4])
    assert shock("G + 2% in 2021").applied(column, FIRST) == pytest.approx([10.0, 20.4])
    assert shock("G = -3e-1 in 2020").applied(column, FIRST) == pytest.approx([-0.3, 20.0])


def test_quarters_months_other_alphabets_and_what_is_freed() -> None:
    assert shock("rff.add + 1 in 2040-Q1").first == Period.parse("2040-Q1")
    assert shock("消费 + 1 in 2020-01..2020-06").last == Period.parse("2020-06")
    assert shock("C = 5 in 2020 by C.add").by == "C.add"


@pytest.mark.parametrize(
    "text",
    ["", "G", "G + ", "G ++ 1", "G + 1 in", "G + 1 in 20", "1 + G", "G * 2%", "G = 1%", "G * 2 in 2020 fading .5",
     "G + 1 fading 0.5", "G + 1 in 2020.. fading 1.5", "G + 1 in 2022..2020", "G + nan", "G + inf", "G + 1; import os",
     "G + 1 in 2020-Q5", "x" * 10_000],
)  # fmt: skip
def test_what_is_no_shock_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        shock(text)


@given(
    st.sampled_from("+-*="), st.floats(-1e6, 1e6), st.integers(0, 3), st.integers(0, 3) | st.none(),
    st.floats(0.0, 1.0),
)  # fmt: skip
def test_a_shock_is_read_as_it_is_written(
    operator: str, value: float, start: int, more: int | None, fading: float
) -> None:
    first = FIRST + start
    one = Shock(
        "a.add", operator, value, first=first, last=None if more is None else first + more,  # type: ignore[arg-type]
        fading=fading if operator in "+-" else 1.0,
    )  # fmt: skip
    again = shock(str(one))
    column = np.arange(1.0, 9.0)
    assert again.applied(column, FIRST) == pytest.approx(one.applied(column, FIRST), rel=1e-5)


def test_shocks_that_add_commute() -> None:
    column = np.arange(5.0)
    one, two = shock("G + 1 in 2021"), shock("G - 3 in 2020..2022")
    assert two.applied(one.applied(column, FIRST), FIRST) == pytest.approx(
        one.applied(two.applied(column, FIRST), FIRST)
    )
