"""Scores refuse arrays that cannot be scored, and say which."""

import numpy as np
import pytest

from longwave.core.errors import BadInput
from longwave.forecast.scores.arrays import quantile_arrays, vectors


@pytest.mark.parametrize(
    ("outcome", "mean", "said"),
    [
        ([], [], "'outcome' is empty"),
        ([1.0, 2.0], [1.0], "'outcome' has 2 entries and 'mean' 1"),
        ([1.0, np.nan], [1.0, 2.0], "'outcome' holds missing or infinite numbers: 1"),
        ([1.0, 2.0], [np.inf, -np.inf], "'mean' holds missing or infinite numbers: 2"),
    ],
)
def test_vectors_that_cannot_be_scored(outcome, mean, said):
    with pytest.raises(BadInput, match=said) as caught:
        vectors(outcome=outcome, mean=mean)
    assert caught.value.mend is not None
    assert caught.value.text("zh")


@pytest.mark.parametrize(
    ("quantiles", "probabilities", "said"),
    [
        ([[1.0, 2.0]], [0.9, 0.1], "rise from left to right"),
        ([[1.0, 2.0]], [0.0, 0.5], "between 0 and 1"),
        ([[1.0, 2.0]], [], "between 0 and 1"),
        ([[1.0, 2.0, 3.0]], [0.1, 0.9], "does not fit"),
        ([[2.0, 1.0]], [0.1, 0.9], "Quantiles fall from left to right in row 0"),
        ([[1.0, np.nan]], [0.1, 0.9], "missing or infinite"),
    ],
)
def test_quantiles_that_cannot_be_scored(quantiles, probabilities, said):
    with pytest.raises(BadInput, match=said):
        quantile_arrays([1.0], quantiles, probabilities)


def test_rounding_is_no_crossing():
    quantile_arrays([1.0], [[1e6, 1e6 - 1e-5]], [0.1, 0.9])
