import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.forecast.scale import choose_scale


@pytest.mark.parametrize(
    ("values", "unit", "kind", "fallback"),
    [
        ([0.2, 0.9], "share of population", "logit", False),
        ([0.0, 0.9], "share of population", "level", True),
        ([20.0, 90.0], "percent of GDP", "level", True),
        ([0.05, 0.08], "share a year", "level", False),
        ([-0.05, 0.08], "share of GDP", "level", False),
        ([10.0, 20.0], "million USD, constant 2017", "log", False),
        ([10.0, -20.0], "million USD, constant 2017", "level", True),
        ([1.0, 2.0], "index", "log", False),
        ([1.0, 2.0], "USD per hour, constant 2017", "log", False),
    ],
)
def test_rule(values, unit, kind, fallback):
    found = choose_scale(np.array(values), unit)
    assert (found.kind, found.fallback) == (kind, fallback)


@given(st.lists(st.floats(0.001, 0.999), min_size=1))
def test_there_and_back(values):
    scale = choose_scale(np.array(values), "share of GDP")
    np.testing.assert_allclose(scale.backward(scale.forward(np.array(values))), values, rtol=1e-9)


def test_touching_shares_are_cut_to_their_bounds():
    scale = choose_scale(np.array([0.0, 1.0]), "share of GDP")
    assert scale.backward(np.array([-0.3, 1.4])).tolist() == [0.0, 1.0]
