"""One run led on, and what takes the place of a method that finds no fit."""

import numpy as np
import pytest

from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.projection import normal_scores, project

from .made_series import random_walk

CHOICE = {"horizon": 4, "levels": (0.8,), "seed": 0, "fewest": 10, "origins": 6}


class Refuses:
    """Finds no fit, or says something that is no number."""

    fewest, several, slow = 3, False, False

    def __init__(self, members=()):
        self.members = members

    def fit(self, values, season, seed):
        raise FitError("not today")


def test_a_method_that_fits_is_taken():
    made = project(random_walk(40, 0), 1, FORECAST_METHODS.get("naive"), **CHOICE)
    assert made.fallen == ""
    assert str(made.label) == str(FORECAST_METHODS.get("naive").fit(random_walk(40, 0), 1, 0).label)
    assert len(made.trials) == 6
    assert made.errors.at.shape == (6, 4, 1)


@pytest.mark.parametrize(("length", "fallen"), [(40, "fast"), (3, "drift")])
def test_the_quick_ensemble_and_then_a_walk_take_its_place(length, fallen):
    values = random_walk(length, 0)
    made = project(values, 1, Refuses(), **CHOICE)
    assert made.fallen == fallen
    np.testing.assert_array_equal(made.own.mean, FORECAST_METHODS.get(fallen).fit(values, 1, 0).ahead(4).mean)


def test_of_several_columns_the_fall_back_takes_the_first():
    values = np.column_stack([random_walk(12, 0), np.full(12, 1.0)])
    made = project(values, 1, FORECAST_METHODS.get("var"), **CHOICE)
    assert made.fallen == "fast"
    np.testing.assert_array_equal(
        made.own.mean, FORECAST_METHODS.get("fast").fit(values[:, 0], 1, 0).ahead(4).mean
    )


def test_where_nothing_fits_it_says_so():
    with pytest.raises(FitError, match="fall-backs"):
        project(np.full(20, 2.0), 1, Refuses(), **CHOICE)


def test_the_rival_widens_what_is_said_and_leaves_the_methods_own():
    made = project(random_walk(40, 0), 1, FORECAST_METHODS.get("ets"), **CHOICE)
    assert (made.said.sd >= made.own.sd).all()
    np.testing.assert_array_equal(made.said.mean, made.own.mean)


def test_even_slices_of_a_normal():
    scores = normal_scores()
    assert len(scores) == 99
    np.testing.assert_allclose(scores, -scores[::-1], atol=1e-12)
    assert np.exp(scores).mean() == pytest.approx(np.exp(0.5), rel=0.02)
