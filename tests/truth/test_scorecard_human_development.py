"""The human development index as the Human Development Report 2020 publishes it (table 1 and technical note 1):
geometric mean of health, education and income, with fixed goalposts. Indicators typed in from the report."""

import numpy as np
import pytest

from longwave.measure.scorecard.aggregation import arithmetic, geometric
from longwave.measure.scorecard.normalisation import min_max

LOW = np.array([20.0, 0.0, 0.0, np.log(100)])
HIGH = np.array([85.0, 18.0, 15.0, np.log(75000)])
PUBLISHED = {
    # life expectancy, expected and mean years of schooling, income a head (2017 PPP $), index
    "Norway": (82.4, 18.1, 12.9, 66494, 0.957),
    "Ireland": (82.3, 18.7, 12.7, 68371, 0.955),
    "Switzerland": (83.8, 16.3, 13.4, 69394, 0.955),
    "Iceland": (83.0, 19.1, 12.8, 54682, 0.949),
    "United States": (78.9, 16.3, 13.4, 63826, 0.926),
    "China": (76.9, 14.0, 8.1, 16057, 0.761),
    "India": (69.7, 12.2, 6.5, 6681, 0.645),
    "Niger": (62.4, 6.5, 2.1, 1201, 0.394),
}


@pytest.mark.parametrize("country", PUBLISHED)
def test_index_is_the_published_one(country):
    life, expected, mean, income, index = PUBLISHED[country]
    figures = np.minimum(np.array([[life, expected, mean, np.log(income)]]), HIGH)
    scores = min_max(figures, low=LOW, high=HIGH)
    education = arithmetic(scores[:, 1:3], np.array([0.5, 0.5]))
    dimensions = np.column_stack([scores[:, 0], education, scores[:, 3]])
    assert geometric(dimensions, np.full(3, 1 / 3))[0] == pytest.approx(index, abs=0.0015)
