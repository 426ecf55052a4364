"""Parts that add up."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.macro.attribution import attribute, attribute_equation
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.library import catalogue as library
from longwave.macro.scenario import Scenario


def _scenario(text: str, first: str = "2001", last: str = "2006") -> Scenario:
    names = ["x", "y", "a", "b", "c"]
    bank = Databank.from_frame(pd.DataFrame(2.0, index=range(2000, 2010), columns=names))
    return Scenario(read_model(text), bank, first, last)


NONLINEAR = """model m exogenous a, b, c endogenous x, y
    identity x = a*b*exp(0.1*y(-1)) identity y = log(x) + c^2 + 0.3*y(-1)"""
FORWARD = """model m exogenous a, b, c endogenous x, y
    identity x = 0.5*x(+1) + a*b identity y = 0.4*y(-1) + x*c"""


@pytest.mark.parametrize("text", [NONLINEAR, FORWARD])
def test_the_parts_add_up_whatever_the_model(text: str) -> None:
    base = _scenario(text)
    after = base + ["a + 1 in 2002..2004", "b * 1.5 in 2003", "c - 0.5 in 2001.."]
    found = attribute(after, base, ["x", "y"])
    assert set(found.causes) == {"a", "b", "c"}
    assert found.largest_remainder() < 1e-6
    for name in ("x", "y"):
        change = (after - base).series(name)
        assert found.parts[name].sum(axis=1).to_numpy() == pytest.approx(change.to_numpy(), abs=1e-12)


def test_a_product_is_shared_as_aumann_and_shapley_share_it() -> None:
    """Of x = a b the straight way from (2, 2) to (3, 5) gives a the part (3 - 2) (2 + 5)/2, b the part (5 - 2) (2 + 3)/2."""
    base = _scenario("model m exogenous a, b, c endogenous x, y identity x = a*b identity y = x + c")
    after = base + ["a = 3", "b = 5"]
    parts = attribute(after, base, ["x"]).parts["x"].iloc[0]
    assert parts["a"] == pytest.approx(3.5)
    assert parts["b"] == pytest.approx(7.5)


def test_in_a_linear_model_each_part_is_the_effect_alone() -> None:
    entry = library.find("klein1")
    bank = entry.bank()
    assert bank is not None
    base = Scenario(entry.model(), bank, "1921", "1941")
    after = base + ["G + 1 in 1930..1933", "T + 1 in 1931"]
    parts = attribute(after, base, ["Y"]).parts["Y"]
    for cause, text in (("G", "G + 1 in 1930..1933"), ("T", "T + 1 in 1931")):
        alone = ((base + text) - base).series("Y")
        assert parts[cause].to_numpy() == pytest.approx(alone.to_numpy(), abs=1e-10)


def test_causes_can_be_grouped_and_history_is_one() -> None:
    base = _scenario(NONLINEAR)
    moved = base.data.values.copy()
    moved[0, base.data.names.index("y")] = 3.0
    after = Scenario(base.model, Databank(base.data.first, base.data.names, moved), "2001", "2006") + [
        "a + 1",
        "b + 1",
    ]
    found = attribute(after, base, ["y"], groups={"both": ["a", "b"]})
    assert set(found.causes) == {"both", "history"}
    assert found.parts["y"]["history"].abs().max() > 0.0
    assert found.largest_remainder() < 1e-6


def test_one_equation_is_shared_out_term_by_term() -> None:
    base = _scenario(NONLINEAR)
    after = base + "c + 1 in 2002"
    parts = attribute_equation(after, base, "y")
    assert parts.drop(columns="remainder").loc["2002", "c"] == pytest.approx(5.0)
    assert parts["remainder"].abs().max() < 1e-9


def test_unlike_solutions_are_refused() -> None:
    with pytest.raises(UsageError):
        attribute(_scenario(NONLINEAR), _scenario(FORWARD), ["x"])
    with pytest.raises(UsageError):
        attribute(_scenario(NONLINEAR), _scenario(NONLINEAR, "2002"), ["x"])


def test_what_kinks_leave_over_is_shown() -> None:
    base = _scenario(
        "model m exogenous a, b, c endogenous x, y identity x = max(a, 2.37) identity y = x + b + c"
    )
    found = attribute(base + "a + 1", base, ["x"])
    frame = found.parts["x"]
    assert frame.sum(axis=1).to_numpy() == pytest.approx(np.full(6, 0.63))
    assert 0.0 < frame["remainder"].abs().max() < 0.1


def test_kinks_leave_next_to_nothing_over_and_are_named() -> None:
    """x = max(a, 0.3 b) crosses from one branch to the other on the way: the floor binds up to s = 0.7/2.6."""
    text = "model m exogenous a, b, c endogenous x, y identity x = max(a - 3, 0.15*b) identity y = x*c + 0.5*y(-1)"
    base = _scenario(text)
    after = base + ["a + 3.7 in 2002", "c + 1 in 2001.."]
    found = attribute(after, base, ["x", "y"])
    assert found.largest_remainder() < 1e-4
    assert found.nodes > 30
    assert [each.key for each in found.sentences()] == ["attribution.kinks"]
    smooth = attribute(base + "c + 1", base, ["y"])
    assert smooth.sentences() == ()
