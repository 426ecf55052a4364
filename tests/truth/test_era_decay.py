"""The decay factor and the articles' equations against numbers computed elsewhere.

Bloom, Jones, Van Reenen and Webb (2020), "Are Ideas Getting Harder to Find?", American Economic Review 110: research
productivity of the United States falls by a factor of 41.377 from the 1930s to the 2000s, 5.13 % a year, half-life 13.50
years. Thresholds of the delayed equation: theory of x'(t) = a x(t - 1) (Hayes 1950): no swings for -1/e < a < 0, stable for
-pi/2 < a < 0. Cross-entropy of even odds: ln 2.
"""

import math

import numpy as np
import pytest

from longwave.measure.era.decay import ceiling, decay_from_rate, half_life, logistic_decay
from longwave.measure.era.literal import (
    cross_entropy,
    decaying_return,
    delayed_path,
    delayed_root,
    explodes_below,
    gradient_step,
    linear_return,
    shrinking_level,
    swings_below,
)


def test_research_productivity_gives_the_published_half_life() -> None:
    # A factor of 41.377 between decade means that lie 72.6 years apart is the published 5.13 % a year.
    decay = decay_from_rate(0.0513)
    assert decay == pytest.approx(0.9500, abs=5e-5)
    assert half_life(decay) == pytest.approx(13.50, abs=0.02)


def test_ceiling_is_the_limit_of_the_sum() -> None:
    contributions = 0.02 * 0.95 ** np.arange(2000)
    assert ceiling(1.0, 0.02, 0.95) == pytest.approx(1 + contributions.sum(), rel=1e-12)
    assert ceiling(1.0, 0.02, 0.95) == pytest.approx(1.4)


@pytest.mark.parametrize("decay", [1.0, 1.2, 0.0, -0.3])
def test_no_half_life_and_no_ceiling_without_decay(decay) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        half_life(decay)
    with pytest.raises(ValueError, match="between 0 and 1"):
        ceiling(1.0, 0.02, decay)


def test_logistic_decay_is_one_half_way() -> None:
    assert logistic_decay(0.2, 0.5) == 1.0
    assert logistic_decay(0.2, 0.75) == pytest.approx(math.exp(-0.1))


def test_thresholds_of_the_delayed_equation() -> None:
    assert swings_below() == pytest.approx(0.6922, abs=5e-5)
    assert explodes_below() == pytest.approx(0.2079, abs=5e-5)
    assert abs(delayed_root(0.6923).imag) < 1e-12
    assert abs(delayed_root(0.6921).imag) > 1e-3
    assert delayed_root(0.2080).real < 0 < delayed_root(0.2078).real


@pytest.mark.parametrize(("decay", "factor"), [(0.9, 0.888), (0.8, 0.740)])
def test_the_delayed_equation_decays_faster_than_lambda(decay, factor) -> None:
    assert math.exp(delayed_root(decay).real) == pytest.approx(factor, abs=5e-4)
    path = delayed_path(1.0, decay, 25)
    assert path[25] / path[24] == pytest.approx(factor, abs=2e-3)


def test_the_delayed_equation_swings_and_explodes_when_simulated() -> None:
    assert (delayed_path(1.0, 0.75, 30) > 0).all()
    assert (delayed_path(1.0, 0.5, 30) < 0).any()
    exploding = np.abs(delayed_path(1.0, 0.12, 60))
    assert exploding[-10:].max() > 10 * exploding[5:15].max()


def test_the_literal_level_and_return_end_in_nonsense() -> None:
    assert shrinking_level(100.0, 0.95, 200)[-1] < 0.01
    assert linear_return(0.08, 0.004, 30)[-1] < 0
    assert decaying_return(0.08, 0.03, 0.1, 200)[-1] == pytest.approx(0.03, abs=1e-8)


def test_the_teaching_example_of_fine_tuning() -> None:
    """Thirty training samples, theta = 0: even odds, whatever the features."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(30, 2))
    labels = np.array([1.0] * 20 + [0.0] * 10)
    loss, gradient = cross_entropy(np.zeros(2), features, labels)
    assert loss == pytest.approx(0.693147, abs=5e-7)
    nudged = [cross_entropy(np.eye(2)[k] * 1e-6, features, labels)[0] for k in range(2)]
    np.testing.assert_allclose((np.array(nudged) - loss) / 1e-6, gradient, atol=1e-5)
    # The article's own gradient and step sizes, carried out with the right sign.
    stepped = gradient_step(np.array([0.5, 0.5]), np.array([-0.7222, -0.7222]), 0.01, 0.001)
    np.testing.assert_allclose(stepped, 0.5067, atol=5e-5)
    np.testing.assert_allclose(
        gradient_step(np.array([0.5]), np.array([-0.7222]), 0.01, 1e-5), 0.5072, atol=5e-5
    )
