"""Our simulated critical values against the published ones.

Bai and Perron (1998, 2003, Econometrics Journal 6: "Critical values for multiple structural change tests"): 10,000
draws of 1,000 steps. Andrews (2003, Econometrica 71, corrigendum): 7.12, 8.68, 12.16 at 10, 5 and 1 % for one
parameter and 15 % trimming. Tolerance: three Monte-Carlo standard errors of the difference, which for the 5 % value of
one parameter are about 0.09 in the published and 0.07 in our table, and grow with the number of parameters.
"""

import pytest

from longwave.measure.breaks import critical

SUP_F_15 = {
    1: [8.58, 7.22, 5.96, 4.99, 3.91],
    2: [11.47, 9.75, 8.36, 7.19, 5.85],
    3: [13.98, 11.99, 10.39, 9.05, 7.46],
    5: [18.23, 15.62, 13.93, 12.38, 10.52],
    10: [27.03, 23.80, 21.62, 19.79, 17.44],
}
SUP_F_05 = [9.63, 8.78, 7.85, 7.21, 6.69, 6.23, 5.86, 5.51, 5.20]
UD_WD_15 = {1: (8.88, 9.91), 2: (11.70, 12.81), 3: (14.23, 15.59), 10: (27.23, 29.06)}
NEXT_15 = {
    1: [8.58, 10.13, 11.14, 11.83, 12.25, 12.66, 13.08, 13.35, 13.75, 13.89],
    2: [11.47, 12.95, 14.03, 14.85, 15.29, 15.80, 16.16, 16.44, 16.77, 16.84],
}


@pytest.mark.parametrize("q", SUP_F_15)
def test_sup_f_with_fifteen_per_cent_trimming(q: int) -> None:
    ours = [critical.sup_f(breaks, q, 0.15).critical(0.05) for breaks in range(1, 6)]
    assert ours == pytest.approx(SUP_F_15[q], abs=0.3 if q < 5 else 0.4)


def test_sup_f_with_five_per_cent_trimming_and_up_to_nine_breaks() -> None:
    ours = [critical.sup_f(breaks, 1, 0.05).critical(0.05) for breaks in range(1, 10)]
    assert ours == pytest.approx(SUP_F_05, abs=0.3)


@pytest.mark.parametrize("q", UD_WD_15)
def test_double_maximum(q: int) -> None:
    ours = critical.ud_max(5, q, 0.15).critical(0.05), critical.wd_max_critical(5, q, 0.15, 0.05)
    assert ours == pytest.approx(UD_WD_15[q], abs=0.4)


@pytest.mark.parametrize("q", NEXT_15)
def test_sequential(q: int) -> None:
    ours = [critical.next_critical(already, q, 0.15, 0.05) for already in range(10)]
    assert ours == pytest.approx(NEXT_15[q], abs=0.5)


def test_andrews_for_one_parameter() -> None:
    """1,000 steps lie a little below the 3,600 of Andrews: coarser paths miss part of the peak."""
    ours = [critical.sup_f(1, 1, 0.15).critical(level) for level in (0.10, 0.05, 0.01)]
    assert ours == pytest.approx([7.12, 8.68, 12.16], abs=0.12)


def test_exponential_and_average_f_p_values() -> None:
    """strucchange with Hansen's (1997) approximation: exp-F 6.4247, 3 parameters, trimming 10 %: p 0.0081."""
    assert critical.exp_f(3, 0.10).p_value(6.4247) == pytest.approx(0.0081, abs=0.002)
