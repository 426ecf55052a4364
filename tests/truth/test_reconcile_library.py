"""Reconciled forecasts against hierarchicalforecast 1.5.3 (Nixtla): `MinTrace(method=...)` of the same numbers.

The library centres residuals and refuses those whose sums are near zero; so it was given these residuals plus 1,
which its own centring takes away again. Its covariance has a ridge of 2e-8.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.forecast.reconcile import Reconciled, Way, reconcile

NAMES = ("P", "Q", "T", "a", "b", "c", "d")
STRUCTURE = {"T": ("P", "Q"), "P": ("a", "b"), "Q": ("c", "d")}
SEPARATE = [
    [32.0, 33.0],
    [68.0, 71.0],
    [103.0, 101.0],
    [12.0, 13.0],
    [19.0, 21.0],
    [27.0, 28.0],
    [40.0, 44.0],
]

LIBRARY: dict[Way, list[list[float]]] = {
    "ols": [
        [32.714285714286, 32.285714285714],
        [68.714285714286, 70.285714285714],
        [101.428571428571, 102.571428571429],
        [12.857142857143, 12.142857142857],
        [19.857142857143, 20.142857142857],
        [27.857142857143, 27.142857142857],
        [40.857142857143, 43.142857142857],
    ],
    "wls": [
        [32.166666666667, 32.833333333333],
        [68.166666666667, 70.833333333333],
        [100.333333333333, 103.666666666667],
        [12.583333333333, 12.416666666667],
        [19.583333333333, 20.416666666667],
        [27.583333333333, 27.416666666667],
        [40.583333333333, 43.416666666667],
    ],
    "mint_shrink": [
        [32.272846774852, 32.727153225148],
        [68.917080961637, 70.082919038363],
        [101.189927736489, 102.810072263511],
        [12.809574137183, 12.190425862817],
        [19.463272637669, 20.536727362331],
        [27.487324228295, 27.512675771705],
        [41.429756733342, 42.570243266658],
    ],
}


def residuals() -> pd.DataFrame:
    time = np.arange(1, 13)
    rows = [(np.sin((i + 1.3) * time) + 0.6 * np.cos(0.9 * time)) * (i + 1) for i in range(7)]
    table = pd.DataFrame(np.array(rows).T, columns=list(NAMES))
    return table - table.mean()


@pytest.mark.parametrize("method", LIBRARY)
def test_the_same_numbers_as_the_library(method: Way) -> None:
    forecasts = {
        name: pd.DataFrame({"mean": row}, index=["2020", "2021"])
        for name, row in zip(NAMES, SEPARATE, strict=True)
    }
    ones = dict.fromkeys("abcd", 1.0) | {"P": 2.0, "Q": 2.0, "T": 4.0}
    history = {name: pd.Series([value], index=["2019"]) for name, value in ones.items()}
    found = reconcile(forecasts, STRUCTURE, history, residuals(), method=method)
    assert isinstance(found, Reconciled)
    ours = [found.frames[name]["mean"].tolist() for name in NAMES]
    np.testing.assert_allclose(ours, LIBRARY[method], rtol=1e-9)
