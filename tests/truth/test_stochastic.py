"""Numbers of other people's programs that the stochastic simulation rests on."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.datasets as datasets

from longwave.macro.stochastic.block_length import best_block_length
from longwave.macro.stochastic.events import wilson

MACRO = datasets.macrodata.load_pandas().data


@pytest.mark.parametrize(
    ("series", "published"),
    [
        (datasets.nile.load_pandas().data["volume"], 14.118326537905858),
        (datasets.sunspots.load_pandas().data["SUNACTIVITY"], 24.097028145383913),
        (MACRO["infl"], 22.26436202137214),
        (MACRO["unemp"], 20.80934814545076),
        (np.log(MACRO["realgdp"]).diff().dropna(), 6.760118604416713),
    ],
)
def test_block_lengths_are_those_of_arch(series, published) -> None:
    """`optimal_block_length(x)["circular"]` of the package arch 8.0.0 (Kevin Sheppard) on data of statsmodels."""
    assert best_block_length(series.to_numpy(dtype=float)) == pytest.approx(published, rel=1e-12)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_those_of_newcombe(successes, trials, low, high) -> None:
    """Newcombe, R. G. (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17,
    table I, method 3."""
    assert wilson(successes, trials, 0.95) == pytest.approx((low, high), abs=5e-5)
