"""Research productivity of the United States, 1930s to 2000s: Bloom, Jones, Van Reenen and Webb (2020), "Are Ideas Getting
Harder to Find?", *American Economic Review* 110(4), table 1 and the log of the authors' programs.

Computed from the data printed in their program for the aggregate economy: investment in intellectual property products
(US national accounts, billion dollars), mean income of men with four or more years of college (US Census; between the years
given log-linear), productivity growth of Gordon (2016) for the 1930s and 1940s and of the Bureau of Labor Statistics from
1950, with the contributions of R&D and other intellectual property added back from 1987.
"""

import math
from itertools import pairwise

import numpy as np
import pytest

from longwave.measure.innovation.research_productivity import (
    half_life,
    rate_of_decline,
    research_productivity,
)

INVESTMENT = [
    *(
        0.7,
        0.7,
        0.6,
        0.5,
        0.5,
        0.6,
        0.7,
        0.7,
        0.8,
        0.9,
        0.9,
        0.9,
        1.4,
        1.7,
        2.0,
        2.8,
        2.9,
        3.2,
        3.4,
        3.7,
        3.7,
        4.2,
    ),
    *(
        4.5,
        5.4,
        6.4,
        6.9,
        7.9,
        10.0,
        11.5,
        12.4,
        13.6,
        14.9,
        16.8,
        18.3,
        20.9,
        22.7,
        24.9,
        28.2,
        30.2,
        32.6,
        34.9,
    ),
    *(
        35.5,
        36.8,
        39.9,
        43.0,
        47.0,
        51.1,
        57.7,
        63.7,
        71.4,
        83.1,
        94.0,
        109.8,
        122.4,
        136.5,
        157.3,
        176.3,
        188.7,
    ),
    *(
        201.8,
        217.8,
        237.9,
        255.5,
        270.5,
        279.3,
        288.3,
        297.7,
        320.8,
        348.8,
        386.3,
        420.0,
        470.5,
        522.7,
        532.3,
        532.4,
    ),
    *(557.4, 587.6, 629.0, 665.2, 706.9, 740.6, 730.7, 751.7, 783.8, 810.9, 838.0, 877.2, 919.4),
]
"""Billion dollars, 1929 to 2015."""

SINCE_1968 = [
    *(12938, 14079, 14434, 15133, 16201, 17064, 18265, 19111, 20516, 22125, 23724),
    *(25544, 27216, 29278, 31055, 32472, 34736, 37570, 39773, 40840, 42861, 46932),
    *(46961, 47350, 49116, 54682, 56298, 57018, 58527, 62718, 65444, 70174, 73156),
    *(74027, 73229, 73244, 76376, 80130, 82827, 83127, 84694, 82301, 81653, 84112),
    *(85602, 87681, 90276),
    90276 * 90276 / 87681,
]
PAY = {
    **dict(enumerate((2599, 2266, 1887, 1442, 1378, 1599, 1766, 2005, 2184, 2036, 2163), start=1929)),
    **{1949: 4554, 1956: 7877, 1958: 8643, 1961: 9817, 1963: 9811, 1964: 10284, 1966: 11739, 1967: 11924},
    **dict(enumerate(SINCE_1968, start=1968)),
}
"""Dollars, mean income of men with four or more years of college; 2015 as the authors extrapolate it."""

PER_HEAD = [
    *(
        858,
        748,
        623,
        476,
        455,
        528,
        583,
        662,
        721,
        672,
        714,
        779,
        970,
        1231,
        1485,
        1623,
        1631,
        1611,
        1734,
        1874,
        1829,
    ),
    *(
        1979,
        2251,
        2343,
        2442,
        2408,
        2579,
        2676,
        2773,
        2768,
        2950,
        3006,
        3066,
        3243,
        3373,
        3573,
        3827,
        4145,
        4336,
        4695,
    ),
    *(
        5031,
        5246,
        5623,
        6109,
        6740,
        7241,
        7820,
        8609,
        9469,
        10585,
        11693,
        12570,
        13960,
        14405,
        15525,
        17093,
        18225,
    ),
    *(
        19072,
        20055,
        21434,
        22870,
        23901,
        24352,
        25452,
        26428,
        27742,
        28749,
        30033,
        31538,
        32914,
        34585,
        36420,
        37240,
    ),
    *(38122, 39607, 41856, 44237, 46369, 47987, 48330, 46930, 48302, 49710, 51370, 52599, 54343, 55787),
]
"""Nominal GDP per head, dollars, 1929 to 2015, rounded as the authors' log prints it."""

DECADES = (
    (1930, 1940),
    (1940, 1950),
    (1950, 1960),
    (1960, 1970),
    (1970, 1980),
    (1980, 1990),
    (1990, 2000),
    (2000, 2015),
)
INDEX = {1950: 47.495, 1960: 56.267, 1970: 69.134, 1980: 76.292, 1990: 82.686, 2000: 91.957, 2014: 104.558}
TAKEN_OUT = {1987: (98.040, 95.473), 1990: (98.326, 96.153), 2000: (99.015, 99.820), 2014: (100.176, 99.927)}
YEARS = 0.5 * (2000 + 2015) - 0.5 * (1930 + 1940)


def growth() -> np.ndarray:
    """Mean yearly growth of productivity by decade, in per cent."""
    added = {1980: 0.0}
    for year, start in ((1990, 1987), (2000, 1990), (2014, 2000)):
        added[year] = sum(math.log(b / a) for a, b in zip(TAKEN_OUT[start], TAKEN_OUT[year], strict=True))
    years = list(INDEX)
    return np.array(
        [1.8155, 3.3888]
        + [
            100 * (math.log(INDEX[last] / INDEX[first]) + added.get(last, 0.0)) / (last - first)
            for first, last in pairwise(years)
        ]
    )


def effort(wage: np.ndarray) -> np.ndarray:
    """Effective researchers by decade, geometric means."""
    yearly = np.log(np.array(INVESTMENT) * 1e9 / wage)
    return np.array([math.exp(yearly[first - 1929 : last - 1928].mean()) for first, last in DECADES])


def interpolated() -> np.ndarray:
    return np.exp(np.interp(np.arange(1929, 2016), list(PAY), np.log(list(PAY.values()))))


@pytest.mark.parametrize(
    ("wage", "factor", "rate", "life", "beta", "rise"),
    [
        (interpolated(), 41.377, 5.13, 13.50, 3.07, 22.978),
        (np.array(PER_HEAD, float), 24.296, 4.40, 15.75, 2.63, 13.493),
    ],
    ids=["pay of graduates", "GDP per head"],
)
def test_decline_under_both_deflators(wage, factor, rate, life, beta, rise):
    researchers = effort(wage)
    productivity = research_productivity(growth(), researchers, np.ones(8))
    found = rate_of_decline(productivity[0], productivity[-1], YEARS)
    # The wage per head is rounded to dollars in the log, investment to a tenth of a billion.
    assert productivity[0] / productivity[-1] == pytest.approx(factor, rel=1e-3)
    assert 100 * found == pytest.approx(rate, abs=0.005)
    assert half_life(found) == pytest.approx(life, abs=0.01)
    assert 100 * found / growth().mean() == pytest.approx(beta, abs=0.005)
    assert researchers[-1] / researchers[0] == pytest.approx(rise, rel=1e-3)


def test_growth_by_decade_is_the_published_one():
    assert growth().round(2) == pytest.approx([1.82, 3.39, 1.69, 2.06, 0.99, 0.90, 1.51, 1.01], abs=0.011)
