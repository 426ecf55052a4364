"""The open Leontief model: identities that hold for every productive table, and errors as simulation finds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.measure.structure.leontief import (
    NotProductive,
    domestic,
    hawkins_simon,
    input_coefficients,
    leontief,
    spectral_radius,
)

A = np.array([[0.15, 0.25, 0.05], [0.2, 0.05, 0.4], [0.3, 0.25, 0.05]])


@st.composite
def tables(draw):
    """Flows and outputs in which every industry adds something of its own."""
    n = draw(st.integers(2, 6))
    flows = draw(arrays(float, (n, n), elements=st.floats(0, 100)))
    added = draw(arrays(float, n, elements=st.floats(1, 100)))
    return flows, flows.sum(axis=0) + added, added


@given(tables())
def test_quantities_prices_and_contents_add_up(table):
    flows, output, added = table
    found = leontief(input_coefficients(flows, output))
    final = output - flows.sum(axis=1)
    assert (found.multipliers >= 1 - 1e-9).all()
    np.testing.assert_allclose(found.output(final), output, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(found.prices(added / output), 1, rtol=1e-7)
    content = found.content(added / output, final)
    np.testing.assert_allclose(content.sum(axis=0), final, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(content.sum(axis=1), added, rtol=1e-6, atol=1e-6)
    assert found.backward.mean() == pytest.approx(1)
    assert found.forward.mean() == pytest.approx(1)


@given(tables(), st.floats(0, 5))
def test_what_is_imported_is_not_made_at_home(table, imported):
    flows, output, _ = table
    a = input_coefficients(flows, output)
    whole, home = leontief(a), leontief(domestic(a, output, imported * output))
    assert (home.multipliers <= whole.multipliers + 1e-9).all()
    np.testing.assert_allclose(domestic(a, output, 0 * output), a)


def test_jobs_follow_the_output_they_make():
    found = leontief(A)
    np.testing.assert_allclose(found.jobs([1, 2, 3], [1, 0, 0]), np.array([1, 2, 3]) * found.inverse[:, 0])


@given(arrays(float, (4, 4), elements=st.floats(0, 0.6)))
def test_hawkins_and_simon_say_the_same_as_the_largest_eigenvalue(a):
    radius = spectral_radius(a)
    if abs(radius - 1) > 1e-6:
        assert hawkins_simon(a) == (radius < 1)


@pytest.mark.parametrize(
    "a", [np.eye(2), [[0.6, 0.6], [0.6, 0.6]], [[0, 1], [1, 0]], [[1.2, 0], [0, 0.1]], [[1.5, -0.1], [0, 0]]]
)
def test_a_table_that_feeds_only_itself_is_refused(a):
    with pytest.raises(NotProductive):
        leontief(a)


def test_negative_entries_are_taken_where_the_model_stays_productive():
    assert leontief([[0.1, -0.05], [0.2, 0.3]]).multipliers[0] > 1


@pytest.mark.parametrize(
    ("flows", "output"),
    [
        (np.ones((2, 3)), np.ones(2)),
        (np.ones((2, 2)), np.array([1.0, 0.0])),
        (np.ones((2, 2)), np.array([1.0, -1.0])),
        (np.array([[np.nan, 1], [1, 1]]), np.ones(2)),
        (np.zeros((0, 0)), np.zeros(0)),
    ],
)
def test_flows_that_are_no_table(flows, output):
    with pytest.raises(ValueError, match=r"flows|industry"):
        input_coefficients(flows, output)


def test_an_idle_industry_has_no_inputs():
    np.testing.assert_array_equal(input_coefficients([[1, 0], [1, 0]], [4, 0]), [[0.25, 0], [0.25, 0]])


def test_first_order_errors_are_those_of_a_simulation():
    """20,000 tables whose coefficients err independently by 3 %."""
    rng = np.random.default_rng(1)
    found, error, bought = leontief(A), 0.03, A * 1.3
    value = 1 - bought.sum(axis=0)
    drawn = {"multiplier": [], "backward": [], "forward": [], "content": []}
    for _ in range(20_000):
        noise = 1 + error * rng.standard_normal(A.shape)
        inverse = np.linalg.inv(np.eye(3) - A * noise)
        drawn["multiplier"].append(inverse.sum(axis=0))
        drawn["backward"].append(inverse.sum(axis=0) * 3 / inverse.sum())
        drawn["forward"].append(inverse.sum(axis=1) * 3 / inverse.sum())
        drawn["content"].append((1 - (bought * noise).sum(axis=0)) @ inverse)
    simulated = {name: np.std(rows, axis=0) for name, rows in drawn.items()}
    np.testing.assert_allclose(found.errors_of(np.ones(3), error), simulated["multiplier"], rtol=0.03)
    np.testing.assert_allclose(found.backward_errors(error), simulated["backward"], rtol=0.03)
    np.testing.assert_allclose(found.forward_errors(error), simulated["forward"], rtol=0.03)
    np.testing.assert_allclose(found.content_errors(value, bought, error), simulated["content"], rtol=0.03)


def test_without_imports_all_of_final_demand_is_value_added_without_error():
    found = leontief(A)
    np.testing.assert_allclose((1 - A.sum(axis=0)) @ found.inverse, 1)
    np.testing.assert_allclose(found.content_errors(1 - A.sum(axis=0), A), 0, atol=1e-12)
