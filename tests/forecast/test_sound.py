"""What may be fitted to, and what may be shown."""

import numpy as np
import pytest

from longwave.forecast.method import FitError, Prediction
from longwave.forecast.sound import ready, sound


@pytest.mark.parametrize(
    "values",
    [[1.0, 2.0], [1.0, np.nan, 2.0], [1.0, np.inf, 2.0], [3.0, 3.0, 3.0], [-1.7e308, 0.0, 1.7e308]],
)
def test_what_cannot_be_fitted_to(values):
    with pytest.raises(FitError):
        ready(np.array(values), 3)


def test_a_table_is_no_run():
    with pytest.raises(FitError):
        ready(np.arange(8.0).reshape(4, 2), 3)


def test_ready_values_are_a_copy():
    values = np.array([1.0, 2, 3])
    run = ready(values, 3)
    run[0] = 9
    assert values[0] == 1


@pytest.mark.parametrize(
    ("mean", "sd"),
    [([1.0, np.nan], [1.0, 1]), ([1.0, 2], [1.0, np.inf]), ([1.0, 2], [1.0, 0]), ([1.0, 2], [1e-12, 1])],
)
def test_what_may_not_be_shown(mean, sd):
    with pytest.raises(FitError):
        sound(Prediction(np.array(mean), np.array(sd)), np.array([0.0, 5.0]))


def test_the_rest_is_handed_on():
    said = Prediction(np.array([1.0, 2]), np.array([1.0, 1]))
    assert sound(said, np.array([0.0, 5.0])) is said
