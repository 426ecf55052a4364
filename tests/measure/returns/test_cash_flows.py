import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.returns.cash_flows import (
    internal_rates,
    modified_rate,
    net_present_value,
    payback,
    rate_range,
    sign_changes,
)

rates = st.floats(-0.5, 3.0).map(lambda rate: round(rate, 3))


@given(st.lists(rates, min_size=1, max_size=4, unique=True))
def test_every_rate_that_made_the_flows_is_found(wanted):
    factors = np.array([1 / (1 + rate) for rate in wanted])
    if len(factors) > 1 and np.diff(np.sort(factors)).min() < 0.02:
        return
    flows = np.polynomial.polynomial.polyfromroots(factors)
    assert internal_rates(list(flows)) == pytest.approx(tuple(sorted(wanted)), abs=1e-5)


@given(st.lists(st.floats(-100, 100).map(lambda v: round(v, 2)), min_size=2, max_size=12))
def test_at_every_rate_found_the_flows_are_worth_nothing(flows):
    if not any(flows):
        return
    found = internal_rates(flows)
    assert len(found) <= sign_changes(flows), "Descartes"
    for rate in found:
        terms = sum(abs(flow) / (1 + rate) ** place for place, flow in enumerate(flows))
        assert abs(net_present_value(flows, rate)) <= 1e-6 * terms


@given(st.lists(st.floats(1, 100), min_size=1, max_size=20), st.floats(1, 500), st.floats(0.01, 1000))
def test_rate_does_not_know_the_unit(gains, outlay, scale):
    flows = [-outlay, *gains]
    scaled = [scale * flow for flow in flows]
    assert internal_rates(scaled) == pytest.approx(internal_rates(flows), abs=1e-8)


def test_a_rate_that_is_only_touched_counts_once():
    # (v - 1/1.1)^2: worth nothing at 10 % and something on either side.
    v = 1 / 1.1
    assert internal_rates((v * v, -2 * v, 1.0)) == pytest.approx((0.1,), abs=1e-5)


def test_long_flows_are_solved():
    flows = (-1_000.0, *[10.0] * 360)
    found = internal_rates(flows)
    assert len(found) == 1
    assert net_present_value(flows, found[0]) == pytest.approx(0, abs=1e-6)


def test_rates_of_flows_between_bounds():
    found = rate_range((-100, 60, 60), (-110, 50, 50), (-90, 70, 70))
    assert found is not None
    assert found.low < found.value < found.high
    assert rate_range((-100, 250, -155), (-100, 250, -155), (-100, 250, -155)) is None
    with pytest.raises(ValueError, match="outside"):
        rate_range((-100, 60), (-90, 50), (-80, 70))


@pytest.mark.parametrize("flows", [(), (1.0,), (0.0, 0.0), (1.0, float("nan")), (1.0, float("inf"))])
def test_flows_that_cannot_be_solved(flows):
    with pytest.raises(ValueError):
        internal_rates(flows)


def test_one_sign_has_no_rate_and_no_payback():
    assert internal_rates((-5, -5)) == ()
    assert payback((-5, -5)) is None
    with pytest.raises(ValueError, match="money in"):
        modified_rate((-5, -5), 0.1, 0.1)
    with pytest.raises(ValueError, match="above"):
        net_present_value((1, 2), -1.0)
