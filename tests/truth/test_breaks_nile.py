"""One break in the flow of the Nile, 1871-1970, against R's strucchange 1.5 and the literature.

Cobb (1978); Zeileis, Kleiber, Kraemer and Hornik (2003): breakpoints(Nile ~ 1), confint, Fstats, sctest, efp. Data from
statsmodels.datasets.nile.
"""

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile

from longwave.core.dating import DatingState
from longwave.measure.breaks.cusum import ols_cusum, recursive_cusum
from longwave.measure.breaks.dates import break_datings
from longwave.measure.breaks.find import find_breaks


@pytest.fixture(scope="module")
def flow() -> pd.Series:
    data = nile.load_pandas().data
    return pd.Series(data["volume"].to_numpy(float), index=data["year"].astype(int))


@pytest.fixture(scope="module")
def found(flow):
    return find_breaks(flow, covariance="iid")


def test_one_break_after_observation_28_which_is_1898(flow, found) -> None:
    assert found.partitions[1] == (27,)
    assert found.chosen == 1
    assert set(found.numbers.values()) == {1}
    assert flow.index[found.positions[0]] == 1898


def test_dates_of_two_to_five_breaks(found) -> None:
    """strucchange: summary(breakpoints(Nile ~ 1))."""
    ends = [tuple(position + 1 for position in each) for each in found.partitions[2:]]
    assert ends == [(28, 83), (28, 68, 83), (28, 45, 68, 83), (15, 30, 45, 68, 83)]


def test_residual_sums_and_bic(found) -> None:
    assert found.ssr[:2] == pytest.approx((2835157, 1597457), abs=0.5)
    assert found.bic[:2] == pytest.approx((1318, 1270), abs=0.5)


def test_interval_of_the_date_is_1895_to_1902(flow, found) -> None:
    low, high = found.intervals[0]
    assert (flow.index[low], flow.index[high]) == (1895, 1902)


def test_sup_exp_and_average_f(found) -> None:
    statistics = [found.test(f"andrews_{name}_f").statistic for name in ("sup", "exp", "ave")]
    assert statistics == pytest.approx([75.93, 33.759, 21.215], abs=6e-3)


def test_cusum_statistics(flow) -> None:
    statistic, p_value = ols_cusum(flow)
    assert statistic == pytest.approx(2.9518, abs=5e-5)
    assert p_value == pytest.approx(5.4e-8, rel=0.01)
    assert recursive_cusum(flow)[0] == pytest.approx(2.0669, abs=5e-5)


def test_regime_means(found) -> None:
    """Means before and after: 1097.75 and 849.97 (Zeileis et al. 2003, coef(bp.nile))."""
    assert [regime.coefficients[0] for regime in found.regimes] == pytest.approx([1097.75, 849.972], abs=1e-3)


def test_the_front_passes_1898(flow) -> None:
    datings, tests, estimates = break_datings(flow, "nile")
    assert [(one.state, one.period) for one in datings] == [(DatingState.PASSED, "1898")]
    assert datings[0].low <= "1898" <= datings[0].high
    assert all(np.isfinite(one.statistic) for one in tests)
    assert len(estimates) == 2
