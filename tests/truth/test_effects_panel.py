"""The panel regressions against Grunfeld's investment data (10 firms, 1935-54), the standard example.

Within estimates .1101238 (value) and .3100653 (capital), errors .0118567 and .0173545, two-way .1177159 and
.3579163: Stata ``xtreg, fe``;
R plm; Croissant and Millo (2008), "Panel Data Econometrics in R: The plm Package", and Baltagi, Econometric
Analysis of Panel Data,
table 2.1 and 3.1. statsmodels carries the data with an eleventh firm, which the book leaves out.
"""

import numpy as np
import pytest

from longwave.measure.effects.regression import panel_regression
from longwave.measure.effects.wild import wild
from longwave.measure.effects.within import fit, tidy


@pytest.fixture(scope="module")
def grunfeld():
    from statsmodels.datasets import grunfeld as source

    table = source.load_pandas().data
    table = table[table["firm"] != "American Steel"]
    units = np.unique(table["firm"], return_inverse=True)[1].astype(np.int64)
    return (
        table["invest"].to_numpy(float),
        table[["value", "capital"]].to_numpy(float),
        units,
        table["year"].to_numpy(np.int64),
    )


def test_one_way_within_by_linearmodels(grunfeld):
    found = panel_regression(*grunfeld, ["value", "capital"], years=False)
    assert found.b["value"] == pytest.approx(0.1101238, abs=5e-8)
    assert found.b["capital"] == pytest.approx(0.3100653, abs=5e-8)
    assert found.errors["unadjusted"]["value"] == pytest.approx(0.0118567, abs=5e-8)
    assert found.errors["unadjusted"]["capital"] == pytest.approx(0.0173545, abs=5e-8)


def test_two_way_within_by_our_kernel(grunfeld):
    """Baltagi's table 3.1: .118 (.014) and .358 (.023)."""
    found = fit(tidy(*grunfeld))
    assert found.b == pytest.approx([0.1177159, 0.3579163], abs=5e-7)


def test_our_kernel_is_linearmodels_with_clusters(grunfeld):
    y, x, units, times = grunfeld
    theirs = panel_regression(y, x, units, times, ["value", "capital"], covariances=("clustered",))
    ours = fit(tidy(y, x, units, times))
    assert ours.b == pytest.approx(theirs.b.to_numpy(), rel=1e-9)
    # linearmodels leaves out the factor (n - 1) / (n - k) beside its own; the ratio is the same for both coefficients.
    ratio = np.sqrt(np.diag(ours.variance)) / theirs.errors["clustered"].to_numpy()
    assert ratio[0] == pytest.approx(ratio[1], rel=1e-9)
    assert 0.9 < ratio[0] < 1.15


def test_the_bootstrap_sits_on_the_same_estimate(grunfeld):
    ours = wild(tidy(*grunfeld))
    assert ours is not None
    assert ours.b == pytest.approx(0.1177159, abs=5e-7)
    low, high = ours.interval()
    assert low < ours.b < high
    assert ours.p_value(0.0) < 0.05
