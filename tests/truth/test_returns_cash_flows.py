"""Internal rates, modified rates and net present values as spreadsheets and textbooks publish them."""

import pytest

from longwave.measure.returns.cash_flows import internal_rates, modified_rate, net_present_value, payback

SHOP = (-70_000, 12_000, 15_000, 18_000, 21_000, 26_000)
"""The worked example of the IRR function in the Microsoft Excel documentation."""


def test_internal_rate_of_the_excel_example():
    assert internal_rates(SHOP) == pytest.approx((0.0866,), abs=5e-5)
    assert internal_rates(SHOP[:5]) == pytest.approx((-0.0212,), abs=5e-5)
    assert internal_rates(SHOP[:3]) == pytest.approx((-0.4435,), abs=5e-5)


def test_modified_rate_of_the_excel_example():
    loan = (-120_000, 39_000, 30_000, 21_000, 37_000, 46_000)
    assert modified_rate(loan, 0.10, 0.12) == pytest.approx(0.1261, abs=5e-5)
    assert modified_rate(loan[:4], 0.10, 0.12) == pytest.approx(-0.0480, abs=5e-5)
    assert modified_rate(loan, 0.10, 0.14) == pytest.approx(0.1348, abs=5e-5)


def test_net_present_value_of_the_excel_example():
    """Excel counts its first flow one year on: -10,000 then 3,000, 4,200 and 6,800 at 10 % give 1,188.44."""
    assert net_present_value((0, -10_000, 3_000, 4_200, 6_800), 0.10) == pytest.approx(1188.44, abs=0.005)


def test_both_rates_of_the_oil_pump():
    """Lorie and Savage (1955): a faster pump, -1,600 then 10,000 and -10,000, has the rates 25 % and 400 %."""
    assert internal_rates((-1_600, 10_000, -10_000)) == pytest.approx((0.25, 4.0))


def test_three_rates_by_construction():
    """(v - 1/1.1)(v - 1/1.2)(v - 1/1.5), multiplied out."""
    a, b, c = 1 / 1.1, 1 / 1.2, 1 / 1.5
    flows = (-a * b * c, a * b + a * c + b * c, -(a + b + c), 1.0)
    assert internal_rates(flows) == pytest.approx((0.1, 0.2, 0.5), abs=1e-8)


def test_no_rate_in_brealey_and_myers():
    """Principles of Corporate Finance: 1,000, -3,000, 2,500 is worth something at every rate."""
    assert internal_rates((1_000, -3_000, 2_500)) == ()
    assert net_present_value((1_000, -3_000, 2_500), 0.10) == pytest.approx(339, abs=0.5)


def test_payback_of_brealey_and_myers():
    """-2,000 then 500, 500, 5,000 pays back in the third year: after 2.2 years where money comes evenly."""
    assert payback((-2_000, 500, 500, 5_000)) == pytest.approx(2.2)
