"""Moments taken in by chunks are those of all rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longwave.macro.stochastic.moments import Moments


@given(
    seed=st.integers(0, 999),
    chunks=st.lists(st.integers(0, 9), max_size=8),
    shift=st.sampled_from([0.0, 1e9]),
)
def test_chunks_make_no_difference(seed, chunks, shift) -> None:
    rows = np.random.default_rng(seed).normal(size=(sum(chunks), 3)) + shift
    moments = Moments(3)
    begin = 0
    for count in chunks:
        moments.add(rows[begin : begin + count])
        begin += count
    assert moments.count == len(rows)
    if len(rows) > 1:
        np.testing.assert_allclose(moments.mean, rows.mean(axis=0), rtol=1e-14, atol=1e-14)
        np.testing.assert_allclose(moments.deviation, rows.std(axis=0, ddof=1), rtol=1e-6)
    else:
        assert np.isnan(moments.deviation).all()
