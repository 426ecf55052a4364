"""Rounded kinks tend to the kinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.numerics.graph import Graph
from longwave.numerics.interpret import interpret
from longwave.numerics.smooth import has_kinks, smoothed
from longwave.numerics.tape import record


def kinked():
    g = Graph()
    x, y = g.column(0), g.column(1)
    return g, [g.max(x, y), g.min(x, g.log(g.abs(y))), g.add(x, y)]


@given(st.floats(-10, 10), st.floats(0.1, 10))
def test_a_narrow_round_is_the_kink(x, y):
    g, roots = kinked()
    data = np.array([[x, y]])
    sharp = interpret(record(g, roots), data, 0, np.zeros(1))
    for width, error in ((1e-3, 1e-2), (1e-7, 1e-6)):
        rounded = smoothed(g, roots, g.parameter(0))
        near = interpret(record(g, rounded), data, 0, np.array([width]))
        assert near == pytest.approx(sharp, abs=error)


def test_only_kinks_are_touched():
    g, roots = kinked()
    assert has_kinks(g, roots)
    assert not has_kinks(g, roots[2:])
    assert smoothed(g, roots[2:], g.parameter(0)) == roots[2:]
    assert not has_kinks(g, smoothed(g, roots, g.parameter(0)))
