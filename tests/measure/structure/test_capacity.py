"""Final demand under capacities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.measure.structure.capacity import meet_demand
from longwave.measure.structure.leontief import leontief

A = np.array([[0.15, 0.25], [0.2, 0.05]])
FINAL = np.array([600.0, 1500.0])


def test_without_limits_all_is_met_as_leontief_has_it():
    plan = meet_demand(A, FINAL, [np.inf, np.inf])
    np.testing.assert_allclose(plan.met, FINAL)
    np.testing.assert_allclose(plan.output, [1247.524752, 1841.584158], atol=1e-5)
    np.testing.assert_allclose(plan.worth, 0)


def test_one_limit_rations_and_has_a_price():
    """Industry 2 makes at most 1500; each unit of it is worth what final demand it lets through."""
    plan = meet_demand(A, FINAL, [np.inf, 1500])
    assert plan.output[1] == pytest.approx(1500)
    more = meet_demand(A, FINAL, [np.inf, 1501])
    assert more.met.sum() - plan.met.sum() == pytest.approx(plan.worth[1], rel=1e-5)
    assert plan.worth[0] == 0


@given(
    arrays(float, 3, elements=st.floats(0, 1e9)),
    arrays(float, 3, elements=st.floats(0, 1e9)),
    arrays(float, (3, 3), elements=st.floats(0, 0.3)),
)
def test_a_plan_keeps_to_its_limits(final, capacity, a):
    plan = meet_demand(a, final, capacity)
    scale = 1 + max(final.max(), capacity.max())
    assert (plan.output <= capacity + 1e-6 * scale).all()
    assert (plan.met >= -1e-6 * scale).all() and (plan.met <= final + 1e-6 * scale).all()
    np.testing.assert_allclose(plan.output, a @ plan.output + plan.met, atol=1e-5 * scale)
    if (leontief(a).output(final) <= capacity).all():
        np.testing.assert_allclose(plan.met, final, atol=1e-5 * scale)


def test_weights_say_what_is_met_first():
    capacity = [500, 500]
    first = meet_demand(A, FINAL, capacity, [10, 1])
    second = meet_demand(A, FINAL, capacity, [1, 10])
    assert first.met[0] > second.met[0] and first.met[1] < second.met[1]


@pytest.mark.parametrize(
    ("final", "capacity"), [([-1, 1], [1, 1]), ([1, 1], [-1, 1]), ([1, 1], [np.nan, 1]), ([1, 1, 1], [1, 1])]
)
def test_figures_that_make_no_plan(final, capacity):
    with pytest.raises(ValueError, match="must"):
        meet_demand(A, final, capacity)


def test_nothing_can_be_made_and_nothing_is_met():
    plan = meet_demand(A, FINAL, [0, 0])
    np.testing.assert_allclose(plan.met, 0, atol=1e-9)
    np.testing.assert_allclose(plan.unmet, FINAL)
