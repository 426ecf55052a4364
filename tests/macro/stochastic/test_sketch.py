"""The sketch's error in rank is what it says, however rows come and are merged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.macro.stochastic.sketch import Sketch


def off(values: np.ndarray, quantile: float, probability: float) -> float:
    """How far in rank a value is from the quantile for a probability."""
    below, up_to = (values < quantile).mean(), (values <= quantile).mean()
    return max(0.0, below - probability, probability - up_to)


@given(
    seed=st.integers(0, 10_000),
    size=st.sampled_from([2, 4, 16, 64]),
    chunks=st.lists(st.integers(1, 200), min_size=1, max_size=12),
    kind=st.sampled_from(["normal", "sorted", "backwards", "ties", "heavy"]),
    merged=st.booleans(),
)
def test_the_error_in_rank_is_within_its_bound(seed, size, chunks, kind, merged) -> None:
    rng = np.random.default_rng(seed)
    values = rng.standard_cauchy((sum(chunks), 2)) if kind == "heavy" else rng.normal(size=(sum(chunks), 2))
    if kind == "ties":
        values = np.round(values)
    if kind in ("sorted", "backwards"):
        values = np.sort(values, axis=0)[:: 1 if kind == "sorted" else -1]
    sketch, others = Sketch(2, size), []
    for part in np.split(values, np.cumsum(chunks)[:-1]):
        taker = Sketch(2, size) if merged else sketch
        taker.add(part)
        others.append(taker)
    for each in others if merged else []:
        sketch.merge(each)
    assert sketch.count == len(values)
    probabilities = [0.0, 0.025, 0.3, 0.5, 0.9, 1.0]
    found = sketch.quantiles(probabilities)
    for column in range(2):
        for place, probability in enumerate(probabilities):
            assert off(values[:, column], found[place, column], probability) <= sketch.rank_error + 1e-12
        assert found[0, column] == values[:, column].min()
        assert found[-1, column] == values[:, column].max()


def test_it_is_exact_while_nothing_was_halved() -> None:
    values = np.random.default_rng(1).normal(size=(100, 3))
    sketch = Sketch(3, 128)
    sketch.add(values)
    assert sketch.rank_error == 0.0
    assert np.array_equal(
        sketch.quantiles([0.25]), np.quantile(values, [0.25], axis=0, method="inverted_cdf")
    )


def test_memory_is_flat_and_the_error_small() -> None:
    rng = np.random.default_rng(1)
    sketch = Sketch(4, 512)
    values = rng.normal(size=(100_000, 4))
    for begin in range(0, len(values), 256):
        sketch.add(values[begin : begin + 256])
    assert sketch.kept < 8 * 512
    assert sketch.rank_error < (np.log2(100_000 / 512) + 1) / 512
    found = sketch.quantiles([0.025, 0.5, 0.975])
    worst = max(
        off(values[:, column], found[place, column], p)
        for column in range(4)
        for place, p in enumerate([0.025, 0.5, 0.975])
    )
    assert worst < 0.003  # what is measured is better than the bound


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(ValueError, match="even size"):
        Sketch(1, 3)
    with pytest.raises(ValueError, match="empty"):
        Sketch(1).quantiles([0.5])
    with pytest.raises(ValueError, match="same columns"):
        Sketch(1).merge(Sketch(2))
    empty = Sketch(1)
    empty.add(np.empty((0, 1)))
    assert empty.count == 0
