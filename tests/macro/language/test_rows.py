"""The quick look for rows that are too long: it finds them, and never refuses what the parser would take."""

import time

import pytest

from longwave.core.errors import BadInput
from longwave.macro.language.read import read_model
from longwave.macro.language.rows import MOST_TERMS, overlong

HEAD = "exogenous x\n"
OVERLONG = {
    "sum": "identity y = " + "+".join(["x"] * 200_000),
    "product": "identity y = " + "*".join(["x"] * 60_000),
    "arguments": "identity y = min(" + ",".join(["x"] * 20_000) + ")",
    "conditions": "identity y = " + " and ".join(["x > 1"] * 20_000),
    "in brackets": "identity y = (" + "-".join(["x(-1)"] * 20_000) + ")",
    "second of two": "identity z = x\nidentity y = 2*" + "*".join(["x"] * 20_000),
}
SOUND = {
    "sum at the limit": "identity y = " + "+".join(["x"] * MOST_TERMS),
    "signs before operands": "identity y = " + "+".join(["-1e-5*x*-x"] * (MOST_TERMS // 2)),
    "products of a sum": "identity y = " + "+".join(["x*x*x"] * (MOST_TERMS // 2)),
    "many equations": "\n".join(f"identity y{number} = x + x*x + x" for number in range(6_000)),
    "declarations": "endogenous "
    + ", ".join(f'y{number} "a+b, c" [a*b]' for number in range(MOST_TERMS + 5)),
    "a comment": "# " + "+ x " * 20_000 + "\nidentity y = x",
}


@pytest.mark.parametrize("name", OVERLONG)
def test_long_rows_are_refused_at_once(name):
    read_model(HEAD + "identity y = x")
    began = time.process_time()
    with pytest.raises(BadInput, match="side by side") as caught:
        read_model(HEAD + OVERLONG[name])
    assert time.process_time() - began < 0.25
    assert "并列" in caught.value.text("zh")


@pytest.mark.parametrize("name", SOUND)
def test_what_may_stand_is_let_pass(name):
    assert overlong(HEAD + SOUND[name]) is None


@pytest.mark.parametrize(
    "text", ['"' * 50_000 + "+" * 20_000, '"\\' * 50_000 + "+x" * 20_000, "[" * 50_000 + "+x" * 20_000]
)
def test_the_look_takes_time_in_proportion(text):
    began = time.process_time()
    overlong(text)
    assert time.process_time() - began < 0.5
