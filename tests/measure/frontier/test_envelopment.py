"""Laws of data envelopment on tables made up by Hypothesis."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.measure.frontier.envelope import frontier_yield, frontier_yield_draws, hull
from longwave.measure.frontier.envelopment import efficiency, scale_region, slacks, undominated

FIGURE = st.floats(0.1, 100)


def tables(m, s):
    return st.integers(3, 9).flatmap(
        lambda n: st.tuples(
            arrays(float, (n, m), elements=FIGURE),
            arrays(float, (n, s), elements=FIGURE),
        )
    )


@settings(max_examples=25)
@given(tables(2, 2))
def test_scores_lie_between_zero_and_one_and_someone_is_best(table):
    for returns in ("crs", "vrs", "nirs"):
        scores = efficiency(*table, returns=returns)
        assert (scores > 0).all()
        assert (scores <= 1 + 1e-7).all()
        assert scores.max() == pytest.approx(1, abs=1e-7)


@settings(max_examples=25)
@given(tables(2, 1))
def test_more_room_for_scale_means_more_inefficiency(table):
    crs, nirs, vrs = (efficiency(*table, returns=returns) for returns in ("crs", "nirs", "vrs"))
    assert (crs <= nirs + 1e-7).all()
    assert (nirs <= vrs + 1e-7).all()


@settings(max_examples=25)
@given(
    tables(2, 2),
    arrays(float, 2, elements=st.floats(1e-3, 1e3)),
    arrays(float, 2, elements=st.floats(1e-3, 1e3)),
)
def test_units_of_measurement_do_not_matter(table, scale_x, scale_y):
    x, y = table
    for returns in ("crs", "vrs"):
        np.testing.assert_allclose(
            efficiency(x * scale_x, y * scale_y, returns=returns),
            efficiency(x, y, returns=returns),
            atol=1e-6,
        )
    first, second = slacks(x, y), slacks(x * scale_x, y * scale_y)
    np.testing.assert_allclose(second.inputs / scale_x / x.max(), first.inputs / x.max(), atol=1e-4)


@settings(max_examples=25)
@given(tables(2, 1), st.randoms(use_true_random=False))
def test_order_does_not_matter(table, random):
    x, y = table
    order = list(range(len(x)))
    random.shuffle(order)
    np.testing.assert_allclose(efficiency(x[order], y[order]), efficiency(x, y)[order], atol=1e-7)


@settings(max_examples=25)
@given(tables(2, 1))
def test_with_constant_returns_both_orientations_agree(table):
    np.testing.assert_allclose(efficiency(*table), efficiency(*table, orientation="output"), atol=1e-6)


@settings(max_examples=40)
@given(tables(2, 1))
def test_the_curve_is_the_linear_programme(table):
    x, y = table
    depth, yields = x[:, 0] / x[:, 1], y[:, 0] / x[:, 1]
    best = frontier_yield(depth, yields, depth)
    np.testing.assert_allclose(yields / best, efficiency(x, y), rtol=1e-5)
    for one in range(len(depth)):
        drawn = frontier_yield_draws(depth, np.vstack([yields, 2 * yields]), float(depth[one]))
        np.testing.assert_allclose(drawn, [best[one], 2 * best[one]], rtol=1e-9)


@settings(max_examples=25)
@given(tables(3, 2))
def test_what_is_dominated_does_not_shape_the_frontier(table):
    x, y = table
    keep = undominated(x, y)
    np.testing.assert_allclose(efficiency(x, y, (x[keep], y[keep])), efficiency(x, y), atol=1e-7)


@settings(max_examples=25)
@given(tables(2, 1))
def test_after_radial_move_and_slacks_a_unit_is_on_the_frontier(table):
    x, y = table
    scores, left = efficiency(x, y), slacks(x, y)
    aim = x * scores[:, None] - left.inputs
    # A few units of rounding: slacks below the solver's tolerance are set to zero.
    np.testing.assert_allclose(left.peers @ x, aim, atol=1e-3 * x.max())
    np.testing.assert_allclose(left.peers @ y, y + left.outputs, atol=1e-3 * y.max())


def test_left_out_units_may_exceed_one():
    x, y = np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [1.0], [1.0]])
    np.testing.assert_allclose(efficiency(x, y, leave_out=True), [2.0, 0.5, 0.25])


def test_a_unit_beyond_the_reach_of_the_others_has_no_super_efficiency():
    x, y = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [9.0]])
    found = efficiency(x, y, returns="vrs", leave_out=True)
    assert np.isnan(found[2])
    assert np.isfinite(found[:2]).all()


def test_a_zero_input_that_nobody_else_has_is_not_comparable():
    x, y = np.array([[0.0, 1.0]]), np.array([[1.0]])
    reference = np.array([[1.0, 1.0], [2.0, 1.0]]), np.array([[1.0], [2.0]])
    assert np.isnan(efficiency(x, y, reference)).all()


def test_scale_regions():
    assert scale_region(1, 1, 1) == "constant"
    assert scale_region(0.5, 1, 0.5) == "increasing"
    assert scale_region(0.5, 0.9, 0.9) == "decreasing"


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.ones((2, 1)), np.ones((3, 1))),
        (-np.ones((2, 1)), np.ones((2, 1))),
        (np.zeros((2, 1)), np.ones((2, 1))),
        (np.ones((2, 1)), np.full((2, 1), np.nan)),
        (np.ones(2), np.ones(2)),
    ],
)
def test_impossible_tables_are_refused(x, y):
    with pytest.raises(ValueError):
        efficiency(x, y)


def test_references_must_fit():
    with pytest.raises(ValueError, match="same inputs"):
        efficiency(np.ones((2, 2)), np.ones((2, 1)), (np.ones((2, 1)), np.ones((2, 1))))
    with pytest.raises(ValueError, match="left out"):
        efficiency(np.ones((2, 1)), np.ones((2, 1)), (np.ones((2, 1)), np.ones((2, 1))), leave_out=True)
    with pytest.raises(ValueError, match="positive"):
        hull(np.array([0.0]), np.array([1.0]))
