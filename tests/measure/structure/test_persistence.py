import numpy as np
import pytest

from longwave.measure.structure.persistence import shorrocks, shorrocks_interval, transitions


def test_staying_and_forgetting():
    assert shorrocks(np.eye(3) * 5) == 0
    assert shorrocks(np.ones((4, 4))) == pytest.approx(1)
    assert shorrocks([[0, 3], [3, 0]]) == pytest.approx(2)


def test_transitions_are_counted():
    assert transitions([0, 0, 1], [0, 1, 1], 2).tolist() == [[1, 1], [0, 1]]
    with pytest.raises(ValueError, match="outside"):
        transitions([0, 2], [0, 1], 2)
    with pytest.raises(ValueError, match="before and after"):
        transitions([0], [0, 1], 2)


@pytest.mark.parametrize("bad", [[[1.0]], [[1, 2, 3], [1, 2, 3]], [[0, 0], [1, 1]], [[-1, 2], [1, 1]]])
def test_what_is_no_table_of_transitions(bad):
    with pytest.raises(ValueError, match=r"\w"):
        shorrocks(bad)


def test_nobody_moved_is_not_nobody_can():
    found = shorrocks_interval(np.eye(4) * 20)
    assert found.value == 0
    assert found.low == 0
    assert 0.005 < found.high < 0.2


def test_interval_covers():
    """Four classes, a hundred moves in all: 95 % intervals hold the truth in 92 to 99 of a hundred."""
    rng = np.random.default_rng(5)
    stay = np.array([0.9, 0.8, 0.7, 0.9])
    truth = (4 - stay.sum()) / 3
    hits = 0
    for seed in range(300):
        kept = rng.binomial(25, stay)
        counts = np.diag(kept.astype(float)) + np.diag(25.0 - kept)[[1, 2, 3, 0]].T
        found = shorrocks_interval(counts, seed=seed)
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 300 <= 0.99
