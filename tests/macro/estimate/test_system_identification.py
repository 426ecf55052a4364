"""The order and rank conditions on models of which the textbook knows the answer."""

from __future__ import annotations

import pytest

from longwave.macro.estimate.identification import Identified, State, identification
from longwave.macro.language.read import read_model

HEAD = "model market\nexogenous x, z\nendogenous q, p\ncoefficient a, b, c, d, e, f, g\n"


def judged(*equations: str) -> dict[str, Identified]:
    return {each.equation: each for each in identification(read_model(HEAD + "\n".join(equations))).equations}


@pytest.mark.parametrize(
    ("demand", "supply", "states"),
    [
        ("a + b*p", "c + d*q", (State.NOT_IDENTIFIED, State.NOT_IDENTIFIED)),
        ("a + b*p + e*x", "c + d*q", (State.NOT_IDENTIFIED, State.EXACT)),
        ("a + b*p + e*x", "c + d*q + f*z", (State.EXACT, State.EXACT)),
        ("a + b*p + e*x + g*x(-1)", "c + d*q + f*z", (State.EXACT, State.OVER)),
        ("a + b*p + e*x", "c + d*q + f*x", (State.NOT_IDENTIFIED, State.NOT_IDENTIFIED)),
        ("a + b*p + e*x + 0.5*z", "c + d*q + f*z", (State.EXACT, State.EXACT)),
        ("a + b*p + b*x", "c + d*q", (State.EXACT, State.EXACT)),
        ("a + b*log(p)", "c + d*q", (State.EXACT, State.EXACT)),
        ("a + exp(b*p) + e*x", "c + d*q", (State.NOT_JUDGED, State.OVER)),
    ],
)
def test_demand_and_supply(demand: str, supply: str, states: tuple[State, State]) -> None:
    found = judged(f"behavioural demand for q: q = {demand}", f"behavioural supply for p: p = {supply}")
    assert (found["demand"].state, found["supply"].state) == states


def test_the_rank_condition_sees_what_the_order_condition_does_not() -> None:
    """Three equations; the first leaves two variables out, but no other holds one of them (Greene 2003, section 15.3)."""
    text = """model three
exogenous x1, x2, x3
endogenous y1, y2, y3
coefficient a, b, c, d, e, f, g
behavioural one: y1 = a*y2 + b*x1
behavioural two: y2 = c*y1 + d*x1
behavioural three: y3 = e*y1 + f*x2 + g*x3
"""
    found = {each.equation: each for each in identification(read_model(text)).equations}
    for name in ("one", "two"):
        assert found[name].spare >= 0
        assert found[name].rank is False
        assert found[name].state is State.NOT_IDENTIFIED
    assert found["three"].state is State.EXACT


def test_a_restriction_may_identify() -> None:
    free = judged("behavioural demand for q: q = a + b*p + e*x", "behavioural supply for p: p = c + d*q")
    held = judged(
        "behavioural demand for q: q = a + b*p + e*x estimate restrict b + e = 0",
        "behavioural supply for p: p = c + d*q",
    )
    assert free["demand"].state is State.NOT_IDENTIFIED
    assert held["demand"].state is State.EXACT
    assert held["demand"].coefficients == 2


def test_the_table_speaks_both_languages() -> None:
    model = read_model(
        HEAD + "behavioural demand for q: q = a + b*p + e*x\nbehavioural supply for p: p = c + d*q\n"
    )
    table = identification(model).to_frame("en")
    assert list(table.index) == ["demand", "supply"]
    assert table.loc["demand", "state"] == "not identified"
    assert table.loc["supply", "rank condition"] == "holds"
    assert identification(model).to_frame("zh").loc["supply", "状态"] == "恰好识别"
