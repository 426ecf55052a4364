"""Laws of the index functions: units and order do not matter, merging and splitting do what they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.structure.concentration import (
    entropy,
    equal_number,
    gini,
    herfindahl,
    largest,
    normalised_entropy,
    normalised_gini,
    normalised_herfindahl,
)
from longwave.measure.structure.movement import (
    absolute_movement,
    churn,
    krugman,
    lilien,
    location_quotient,
    moore_angle,
)
from longwave.measure.structure.shares import closed
from longwave.measure.structure.simplex import (
    aitchison_distance,
    basis,
    from_log_ratios,
    log_ratios,
    without_zeros,
)

amounts = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=12)
pairs = st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(0.01, 1e6)), min_size=2, max_size=12)
LEVELS = (herfindahl, equal_number, entropy, gini, normalised_entropy, normalised_gini, normalised_herfindahl)
MOVES = (absolute_movement, moore_angle, krugman, churn, lilien, aitchison_distance)


@given(amounts, st.floats(1e-3, 1e3), st.randoms())
def test_levels_know_neither_units_nor_order(parts, scale, random):
    other = [scale * part for part in parts]
    random.shuffle(other)
    for index in LEVELS:
        assert index(other) == pytest.approx(index(parts), rel=1e-9, abs=1e-9)


@given(pairs, st.floats(1e-3, 1e3), st.randoms())
def test_movements_know_neither_units_nor_order(both, scale, random):
    shuffled = list(both)
    random.shuffle(shuffled)
    for index in MOVES:
        straight = index(*zip(*both, strict=True))
        other = index([scale * one for one, _ in shuffled], [scale * two for _, two in shuffled])
        assert other == pytest.approx(straight, rel=1e-7, abs=1e-6)


@given(pairs)
def test_bounds_and_symmetry(both):
    before, after = zip(*both, strict=True)
    assert 0 <= absolute_movement(before, after) <= 1
    assert 0 <= moore_angle(before, after) <= 90
    assert krugman(before, after) == pytest.approx(2 * absolute_movement(after, before))
    assert lilien(before, after, "mean") == pytest.approx(lilien(after, before, "mean"), abs=1e-9)
    assert moore_angle(before, before) == pytest.approx(0, abs=1e-6)


@given(amounts, st.floats(0.05, 0.95))
def test_splitting_a_part(parts, fraction):
    """Entropy grows by s H(p), Herfindahl falls by 2 s^2 p (1 - p); merging is the way back."""
    split = [parts[0] * fraction, parts[0] * (1 - fraction), *parts[1:]]
    share = parts[0] / sum(parts)
    assert entropy(split) == pytest.approx(
        entropy(parts) + share * entropy([fraction, 1 - fraction]), abs=1e-9
    )
    fall = 2 * share**2 * fraction * (1 - fraction)
    assert herfindahl(split) == pytest.approx(herfindahl(parts) - fall, abs=1e-9)


@given(amounts)
def test_concentration_bounds(parts):
    count = len(parts)
    assert 1 / count - 1e-12 <= herfindahl(parts) <= 1 + 1e-12
    assert -1e-12 <= normalised_entropy(parts) <= 1 + 1e-12
    assert -1e-12 <= gini(parts) <= 1 - 1 / count + 1e-12
    assert largest(parts, count) == pytest.approx(1)
    assert largest(parts, 1) <= largest(parts, 2) + 1e-12


def test_equal_and_single():
    assert herfindahl([3, 3, 3, 3]) == pytest.approx(0.25)
    assert normalised_entropy([5, 5]) == pytest.approx(1)
    assert entropy([7, 0, 0]) == 0
    for index in (normalised_entropy, normalised_gini, normalised_herfindahl):
        with pytest.raises(ValueError, match="one part alone"):
            index([1.0])


@pytest.mark.parametrize("bad", [[1.0, -0.1], [0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0], []])
def test_what_is_no_whole_is_refused(bad):
    with pytest.raises(ValueError, match=r"\w"):
        closed(bad)
    with pytest.raises(ValueError, match=r"\w"):
        herfindahl(bad)


def test_very_large_and_very_small_amounts():
    assert closed([1e308, 1e308]).tolist() == [0.5, 0.5]
    assert closed([5e-320, 5e-320]).tolist() == [0.5, 0.5]


def test_refusals_of_movement():
    with pytest.raises(ValueError, match="same parts"):
        absolute_movement([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="zero"):
        lilien([1, 0], [1, 1])
    with pytest.raises(ValueError, match="weights"):
        lilien([1, 2], [1, 1], "middle")
    with pytest.raises(ValueError, match="nothing of one item"):
        location_quotient([1, 1], [1, 0])
    with pytest.raises(ValueError, match="at least one"):
        largest([1, 2], 0)


def test_location_quotient_and_churn():
    np.testing.assert_allclose(location_quotient([2, 2], [1, 3]), [2, 2 / 3])
    assert churn([1, 1, 0], [1, 0, 1]) == pytest.approx(2 / 3)


@given(pairs)
def test_log_ratios_lead_there_and_back(both):
    shares = closed([one for one, _ in both])
    np.testing.assert_allclose(from_log_ratios(log_ratios(shares)), shares, rtol=1e-8)
    rows = basis(len(both))
    np.testing.assert_allclose(rows @ rows.T, np.eye(len(both) - 1), atol=1e-12)
    np.testing.assert_allclose(rows.sum(axis=1), 0, atol=1e-12)


def test_zeros_on_the_simplex():
    filled = without_zeros([0.0, 0.25, 0.75])
    assert filled.sum() == pytest.approx(1)
    assert filled[2] / filled[1] == pytest.approx(3)
    with pytest.raises(ValueError, match="no logarithm"):
        log_ratios([0.0, 1.0])
    with pytest.raises(ValueError, match="a tenth"):
        without_zeros([0.0, 0.0, 1.0], smallest=0.06)
