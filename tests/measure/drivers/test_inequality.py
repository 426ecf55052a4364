import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.drivers.inequality import (
    atkinson,
    coefficient_of_variation,
    decompose,
    gini,
    jackknife_interval,
    logit_dispersion,
    percentile_ratio,
    theil_l,
    theil_t,
)

amounts = st.lists(st.floats(0.01, 1e4), min_size=2, max_size=30)


@given(amounts, st.floats(0.01, 100))
def test_units_and_order_do_not_matter(values, factor):
    x = np.array(values)
    for index in (gini, theil_t, theil_l, atkinson, coefficient_of_variation):
        assert index(x * factor) == pytest.approx(index(x), abs=1e-9)
        assert index(x[::-1]) == pytest.approx(index(x), abs=1e-9)


@given(amounts)
def test_indices_keep_their_bounds(values):
    n = len(values)
    assert -1e-12 <= gini(values) <= 1 - 1 / n + 1e-12
    assert -1e-9 <= theil_t(values) <= np.log(n) + 1e-9
    assert theil_l(values) >= -1e-9
    assert -1e-9 <= atkinson(values) <= 1


@given(amounts, st.integers(1, 4))
def test_a_weight_is_a_repetition(values, times):
    weights = np.ones(len(values))
    weights[0] = times
    repeated = [values[0]] * (times - 1) + list(values)
    assert gini(values, weights) == pytest.approx(gini(repeated), abs=1e-9)
    assert theil_t(values, weights) == pytest.approx(theil_t(repeated), abs=1e-9)


@given(amounts, st.integers(0, 10_000))
def test_theil_adds_up(values, seed):
    groups = [str(group) for group in np.random.default_rng(seed).integers(0, 3, len(values))]
    parts = decompose(values, groups)
    assert parts.total == pytest.approx(theil_t(values), abs=1e-9)
    assert parts.between + sum(parts.within_by_group.values()) == pytest.approx(parts.total, abs=1e-12)
    assert parts.between >= -1e-12


def test_a_transfer_to_the_poorer_lowers_every_index():
    before, after = [1.0, 2.0, 7.0], [1.5, 2.0, 6.5]
    for index in (gini, theil_t, theil_l, atkinson, coefficient_of_variation, percentile_ratio):
        assert index(after) < index(before)


@pytest.mark.parametrize("bad", [[], [-1.0, 2.0], [0.0, 0.0], [np.nan, 1.0]])
def test_what_cannot_be_shared_out_is_refused(bad):
    for index in (gini, theil_t, atkinson, coefficient_of_variation):
        with pytest.raises(ValueError, match="value"):
            index(bad)


def test_zero_values_have_no_theil_l():
    with pytest.raises(ValueError, match="above zero"):
        theil_l([0.0, 1.0])


def test_a_share_near_its_ceiling_lowers_the_gini_but_not_the_logit_dispersion():
    """Everyone's log odds rise by the same: nothing converges, and the Gini falls all the same."""
    odds = np.linspace(-2, 2, 30)
    early, late = (1 / (1 + np.exp(-(odds + shift))) for shift in (-1.0, 2.0))
    assert gini(late) < 0.5 * gini(early)
    assert logit_dispersion(late) == pytest.approx(logit_dispersion(early), rel=0.02)


def test_jackknife_interval_covers():
    """Uniform shares: the Gini is 1/3. 95 % intervals must cover 91 % or more of 300 samples of 40."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(300):
        value, low, high = jackknife_interval(gini, rng.uniform(0, 1, 40))
        assert low <= value <= high
        held += low <= 1 / 3 <= high
    assert 0.91 <= held / 300 <= 0.99
