"""The worked gradient of docs/concepts/worked-gradient.md: ln 2, the formula of cross-entropy, a step downhill.

Bishop (2006), Pattern Recognition and Machine Learning, section 4.3.2, equation (4.91): grad E = sum (y_n - t_n) phi_n.
The step by hand: .5 - .01 (-.7222) - .001 * .5 = .506722.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.era.literal import cross_entropy, gradient_step

X = np.random.default_rng(1).normal(size=(30, 2))
Y = np.array([1.0] * 20 + [0.0] * 10)


@given(st.integers(0, 2**32 - 1))
def test_the_loss_at_nought_is_ln_2_whatever_the_data(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(30, 2)), rng.integers(0, 2, 30).astype(float)
    assert cross_entropy(np.zeros(2), x, y)[0] == pytest.approx(math.log(2), abs=1e-12)


def test_the_gradient_is_bishops_and_not_that_of_the_squared_loss():
    gradient = cross_entropy(np.zeros(2), X, Y)[1]
    by_hand = sum((0.5 - y) * x for x, y in zip(X, Y, strict=True)) / 30
    np.testing.assert_allclose(gradient, by_hand, atol=1e-12)
    assert not np.allclose(gradient, 0.25 * by_hand)


def test_the_step_of_the_article_goes_up_to_5067_not_down_to_3778():
    theta = gradient_step(np.array([0.5]), np.array([-0.7222]), speed=0.01, shrink=0.001)
    assert theta[0] == pytest.approx(0.506722, abs=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_a_small_step_against_the_gradient_lowers_the_loss(seed):
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=2)
    loss, gradient = cross_entropy(theta, X, Y)
    after = gradient_step(theta, gradient, speed=1e-3, shrink=0.0)
    assert cross_entropy(after, X, Y)[0] < loss
