"""Laws of the Malmquist index."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.measure.frontier.malmquist import distance, malmquist, pair_draw, resample_malmquist

FIGURE = st.floats(0.5, 50)


def pairs(m, s):
    return st.integers(3, 7).flatmap(
        lambda n: st.tuples(
            arrays(float, (n, m), elements=FIGURE),
            arrays(float, (n, s), elements=FIGURE),
            arrays(float, (n, m), elements=FIGURE),
            arrays(float, (n, s), elements=FIGURE),
        )
    )


@settings(max_examples=20)
@given(pairs(2, 2))
def test_the_index_is_the_product_of_its_parts(four):
    found = malmquist(four[:2], four[2:])
    np.testing.assert_allclose(
        found.productivity, found.efficiency_change * found.technical_change, rtol=1e-6
    )
    np.testing.assert_allclose(found.efficiency_change, found.pure_change * found.scale_change, rtol=1e-6)


@settings(max_examples=20)
@given(pairs(2, 1))
def test_backward_in_time_it_is_turned_over(four):
    forth, back = malmquist(four[:2], four[2:]), malmquist(four[2:], four[:2])
    np.testing.assert_allclose(forth.productivity * back.productivity, 1, rtol=1e-6)
    np.testing.assert_allclose(forth.technical_change * back.technical_change, 1, rtol=1e-6)


@settings(max_examples=20)
@given(pairs(2, 1), st.floats(0.1, 10), st.floats(0.1, 10))
def test_units_of_measurement_do_not_matter(four, a, b):
    x0, y0, x1, y1 = four
    scale = np.array([a, 1.0])
    first, second = malmquist((x0, y0), (x1, y1)), malmquist((x0 * scale, y0 * b), (x1 * scale, y1 * b))
    np.testing.assert_allclose(second.productivity, first.productivity, rtol=1e-5)


def test_more_from_the_same_is_productivity():
    x, y = np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0]]), np.array([[1.0], [1.0], [1.0]])
    found = malmquist((x, y), (x, 1.1 * y))
    np.testing.assert_allclose(found.productivity, 1.1)
    np.testing.assert_allclose(found.technical_change, 1.1)
    np.testing.assert_allclose(found.efficiency_change, 1.0)


def test_an_input_given_up_cannot_be_compared():
    before = np.array([[1.0, 1.0], [2.0, 1.0]]), np.ones((2, 1))
    after = np.array([[0.0, 1.0], [2.0, 1.0]]), np.ones((2, 1))
    assert np.isnan(malmquist(before, after).productivity[0])


def test_unequal_tables_are_refused():
    with pytest.raises(ValueError, match="same units"):
        malmquist((np.ones((2, 1)), np.ones((2, 1))), (np.ones((3, 1)), np.ones((3, 1))))


def test_the_curve_and_the_programme_measure_the_same_distance():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(1, 5, (12, 2)), rng.uniform(1, 5, (12, 1))
    doubled = np.column_stack([x, x[:, 1]])
    np.testing.assert_allclose(distance((x, y), (x, y)), distance((doubled, y), (doubled, y)), rtol=1e-6)


def test_drawn_pairs_keep_the_bounds_and_the_correlation():
    rng = np.random.default_rng(2)
    first = 1 + np.abs(rng.normal(0, 0.3, 400))
    own = np.column_stack([first, np.maximum(1.0, first + rng.normal(0, 0.05, 400))])
    drawn = np.vstack([pair_draw(own, rng) for _ in range(20)])
    assert (drawn >= 1).all()
    assert np.corrcoef(drawn.T)[0, 1] > 0.8
    assert drawn.mean() == pytest.approx(own.mean(), abs=0.05)


def test_the_interval_of_the_mean_holds_a_moving_frontier():
    rng = np.random.default_rng(3)
    hits = 0
    for sample in range(15):
        u = np.abs(rng.normal(0, 0.3, 30))
        x0 = rng.uniform(1, 10, (30, 2))
        x1 = x0 * np.exp(rng.normal(0, 0.1, (30, 2)))
        y0, y1 = (np.sqrt(x.prod(axis=1)) * np.exp(-u) for x in (x0, x1))
        low, high = resample_malmquist(
            (x0, y0[:, None]), (x1, 1.1 * y1[:, None]), draws=100, seed=sample
        ).mean_productivity
        hits += low <= 1.1 <= high
        assert low < high
    assert hits >= 11


def test_few_units_have_no_interval():
    with pytest.raises(ValueError, match="too few"):
        resample_malmquist((np.ones((5, 1)), np.ones((5, 1))), (np.ones((5, 1)), np.ones((5, 1))))
