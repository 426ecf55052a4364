"""Index numbers against the worked example of the Consumer Price Index Manual.

ILO, IMF, OECD, UNECE, Eurostat and World Bank (2004), "Consumer Price Index Manual: Theory and Practice", chapter 19: six
commodities over five periods, tables 19.1 and 19.2, and the fixed-base and chained indices of tables 19.5, 19.6 and 19.9.
An index of prices is an index of quantities with the two exchanged.
"""

from itertools import pairwise

import numpy as np

from longwave.measure.productivity.indices import fisher, laspeyres, paasche, tornqvist

PRICES = np.array(
    [
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        [1.2, 3.0, 1.3, 0.7, 1.4, 0.8],
        [1.0, 1.0, 1.5, 0.5, 1.7, 0.6],
        [0.8, 0.5, 1.6, 0.3, 1.9, 0.4],
        [1.0, 1.0, 1.6, 0.1, 2.0, 0.2],
    ]
)
QUANTITIES = np.array(
    [
        [1.0, 1.0, 2.0, 1.0, 4.5, 0.5],
        [0.8, 0.9, 1.9, 1.3, 4.7, 0.6],
        [1.0, 1.1, 1.8, 3.0, 5.0, 0.8],
        [1.2, 1.2, 1.9, 6.0, 5.6, 1.3],
        [0.9, 1.2, 2.0, 12.0, 6.5, 2.5],
    ]
)


def fixed(index):
    return [index(PRICES[0], PRICES[at], QUANTITIES[0], QUANTITIES[at]) for at in range(5)]


def chained(index):
    links = [index(PRICES[a], PRICES[b], QUANTITIES[a], QUANTITIES[b]) for a, b in pairwise(range(5))]
    return np.cumprod([1.0, *links])


def test_fixed_base_price_indices():
    np.testing.assert_allclose(fixed(laspeyres), [1, 1.4200, 1.3450, 1.3550, 1.4400], atol=1e-4)
    np.testing.assert_allclose(fixed(paasche), [1, 1.3823, 1.2031, 1.0209, 0.7968], atol=1e-4)
    np.testing.assert_allclose(fixed(fisher), [1, 1.4011, 1.2721, 1.1762, 1.0712], atol=1e-4)
    np.testing.assert_allclose(fixed(tornqvist)[:4], [1, 1.4052, 1.2890, 1.2268], atol=1e-4)


def test_chained_price_indices():
    np.testing.assert_allclose(chained(laspeyres), [1, 1.4200, 1.3646, 1.3351, 1.3306], atol=1e-4)
    np.testing.assert_allclose(chained(paasche), [1, 1.3823, 1.2740, 1.2060, 1.1234], atol=1e-4)
    np.testing.assert_allclose(chained(fisher), [1, 1.4011, 1.3185, 1.2689, 1.2226], atol=1e-4)
