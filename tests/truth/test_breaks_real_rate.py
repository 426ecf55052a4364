"""The US ex-post real interest rate, 1961:1-1986:3, against Bai and Perron (2003) and R's strucchange and mbreaks.

Garcia and Perron (1996), "An analysis of the real interest rate under regime shifts", Review of Economics and
Statistics 78; Bai and Perron (2003), "Computation and analysis of multiple structural change models", Journal of
Applied Econometrics 18, section 6.1 and Table I; strucchange: data(RealInt), example(RealInt). Three-month treasury
bill rate less CPI inflation, per cent a year. Bai and Perron's set-up: trimming 15 %, at most 5 breaks, HAC by
regime with AR(1) prewhitening, quadratic spectral kernel and Andrews's bandwidth: the defaults here.
"""

import numpy as np
import pytest

from longwave.measure.breaks.date_law import date_intervals
from longwave.measure.breaks.find import Breaks, checked, find_breaks
from longwave.measure.breaks.partition import repartition
from longwave.measure.breaks.wald import Assumptions

RATE = [
    1.99132, 0.00403, 2.27, 0.84833, 1.89112, -0.28, 3.68431, 1.62478, 1.21599, 1.28373, 1.70141, 3.16687,
    2.32779, 2.26202, 1.91218, 3.53196, -0.31777, 3.44694, 1.52422, 0.74268, 1.31541, 0.36646, 3.59562, 3.6574,
    0.97494, -0.5328, 1.12681, 0.31123, 0.57834, 1.08163, 0.24977, 0.23792, -0.32653, 1.14733, 1.19323, 2.58962,
    0.01195, 2.63842, 0.42092, 2.58823, -2.19809, 2.89548, 1.8213, 0.86332, 0.67496, 0.34435, 1.22762, -2.83991,
    -1.8163, -2.22965, -1.58457, -6.31184, -2.46258, -5.61479, -3.53887, 1.0178, -1.58875, -1.85396, -0.2567,
    2.42226, -1.29502, -0.48977, 1.21167, -4.85498, -3.599, 0.17094, 1.51603, -1.85304, -5.60478, -1.25767,
    0.96658, -3.09451, -5.26773, -4.03154, -1.76618, -5.73978, 3.83047, 0.52007, -0.18033, 3.82808, 3.01171,
    2.75289, 11.74184, 9.91701, 3.03444, 10.15143, 9.29177, 6.87498, 2.43675, 4.37202, 6.77774, 4.16692, 5.65037,
    5.17734, 9.41206, 3.77006, 4.24568, 4.53154, 3.39706, 8.93951, 4.20825, 3.43461, 4.30529,
]  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Breaks:
    return find_breaks(RATE, number=3)


def test_dates_1966_4_1972_3_and_1980_3(found: Breaks) -> None:
    assert found.n == 103
    assert found.partitions[3] == (23, 46, 78)
    assert found.partitions[1] == (78,)
    assert found.partitions[2] == (46, 78)
    assert found.partitions[4] == (23, 46, 63, 78)
    assert found.partitions[5] == (15, 30, 46, 63, 78)


def test_residual_sums_and_bic(found: Breaks) -> None:
    assert found.ssr == pytest.approx((1214.9, 645.0, 456.0, 445.2, 444.9, 449.6), abs=0.06)
    assert found.bic == pytest.approx((555.7, 499.8, 473.3, 480.1, 489.3, 499.7), abs=0.06)


def test_sup_f_of_one_to_five_breaks(found: Breaks) -> None:
    statistics = [found.test(f"sup_f_{breaks}").statistic for breaks in range(1, 6)]
    assert statistics == pytest.approx([57.91, 43.01, 33.32, 24.77, 18.33], abs=6e-3)


def test_double_maximum_tests(found: Breaks) -> None:
    assert found.test("ud_max").statistic == pytest.approx(57.91, abs=6e-3)
    assert found.test("wd_max").statistic == pytest.approx(57.91, abs=6e-3)
    assert found.test("ud_max").rejected
    assert found.test("wd_max").rejected


def test_sequential_tests(found: Breaks) -> None:
    statistics = [found.test(f"sup_f_{more}_given_{more - 1}").statistic for more in (2, 3, 4)]
    assert statistics == pytest.approx([33.93, 14.72, 0.03], abs=6e-3)


def test_numbers_by_each_rule(found: Breaks) -> None:
    """Bai and Perron: sequential 3, LWZ 2, BIC 2."""
    assert {name: found.numbers[name] for name in ("sequential", "lwz", "bic")} == {
        "sequential": 3,
        "lwz": 2,
        "bic": 2,
    }


def test_regime_means_and_their_standard_errors(found: Breaks) -> None:
    """Means of methods.md row 6 and strucchange; errors: 0.19, 0.15, 0.50, 0.59 in Table I, of which ours differ by the
    degrees of freedom, as Fulton's replication of the published F statistics needs: 0.190, 0.153, 0.511, 0.603."""
    assert [one.coefficients[0] for one in found.regimes] == pytest.approx(
        [1.8236, 0.8661, -1.7961, 5.6429], abs=5e-5
    )
    widths = [(one.high[0] - one.low[0]) / (2 * 1.959964) for one in found.regimes]
    squares = [0.036057291777551, 0.023560598517385, 0.261105369875645, 0.363491918147632]
    assert widths == pytest.approx(np.sqrt(squares), rel=1e-5)


def test_intervals_of_the_dates_near_strucchange(found: Breaks) -> None:
    """strucchange with its own kernHAC: observations 18-35, 33-48, 77-81. Its bandwidth and finite-sample factor differ
    a little, so a bound may lie one observation off."""
    bounds = np.array(found.intervals) + 1
    assert np.abs(bounds - np.array([(18, 35), (33, 48), (77, 81)])).max() <= 1


def test_ninety_five_and_ninety_per_cent_intervals_are_nested() -> None:
    given = checked(RATE)
    wide = date_intervals(given, (24, 47, 79), Assumptions(), 0.95, "nearest")
    narrow = date_intervals(given, (24, 47, 79), Assumptions(), 0.90, "nearest")
    assert wide == ((18, 36), (33, 48), (77, 82))
    assert all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(wide, narrow, strict=True))


def test_repartition_of_the_sequential_dates_is_the_global_solution() -> None:
    """Bai and Perron, Table I: sequential, repartition and global dates agree."""
    given = checked(RATE)
    assert repartition(given, (47, 79), 15) == (47, 79)
    assert repartition(given, (24, 47, 79), 15) == (24, 47, 79)
