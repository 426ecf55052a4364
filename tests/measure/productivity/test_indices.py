"""Laws of index numbers, and a small example by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.measure.productivity.indices import fisher, indices, laspeyres, paasche, tornqvist

FIGURE = st.floats(0.01, 100)


@st.composite
def books(draw):
    n = draw(st.integers(1, 6))
    return tuple(draw(arrays(float, n, elements=FIGURE)) for _ in range(4))


def test_by_hand():
    """Two goods: quantities 10, 20 to 12, 18; prices 2, 1 to 2, 1.5."""
    q0, q1, p0, p1 = (np.array(v, float) for v in ([10, 20], [12, 18], [2, 1], [2, 1.5]))
    assert laspeyres(q0, q1, p0, p1) == pytest.approx(42 / 40)
    assert paasche(q0, q1, p0, p1) == pytest.approx(51 / 50)
    assert fisher(q0, q1, p0, p1) == pytest.approx(math.sqrt(42 / 40 * 51 / 50))
    weight = (20 / 40 + 24 / 51) / 2
    assert tornqvist(q0, q1, p0, p1) == pytest.approx(1.2**weight * 0.9 ** (1 - weight))


@given(books())
def test_fisher_and_tornqvist_backward_are_turned_over(book):
    q0, q1, p0, p1 = book
    for index in (fisher, tornqvist):
        assert index(q0, q1, p0, p1) * index(q1, q0, p1, p0) == pytest.approx(1, rel=1e-9)


@given(books())
def test_fisher_lies_between_laspeyres_and_paasche(book):
    four = indices(*book)
    low, high = sorted((four["laspeyres"], four["paasche"]))
    assert low * (1 - 1e-12) <= four["fisher"] <= high * (1 + 1e-12)


@given(books())
def test_fisher_of_quantities_times_fisher_of_prices_is_value(book):
    q0, q1, p0, p1 = book
    assert fisher(q0, q1, p0, p1) * fisher(p0, p1, q0, q1) == pytest.approx(p1 @ q1 / (p0 @ q0), rel=1e-9)


@given(books(), st.data())
def test_units_and_order_do_not_matter(book, data):
    q0, q1, p0, p1 = book
    scale = data.draw(arrays(float, len(q0), elements=st.floats(0.01, 100)))
    order = np.array(data.draw(st.permutations(range(len(q0)))), dtype=int)
    first = indices(q0, q1, p0, p1)
    other = indices((q0 * scale)[order], (q1 * scale)[order], (p0 / scale)[order], (p1 / scale)[order])
    for name, value in first.items():
        assert other[name] == pytest.approx(value, rel=1e-9)


@given(books(), st.floats(0.1, 10))
def test_all_quantities_times_k_is_k(book, k):
    q0, _, p0, p1 = book
    for value in indices(q0, k * q0, p0, p1).values():
        assert value == pytest.approx(k, rel=1e-9)


@pytest.mark.parametrize("wrong", [[], [0.0], [-1.0], [np.nan], [np.inf]])
def test_figures_that_cannot_be_are_refused(wrong):
    good = np.ones(1)
    with pytest.raises(ValueError, match="quantities and prices"):
        laspeyres(np.array(wrong), good, good, good)
