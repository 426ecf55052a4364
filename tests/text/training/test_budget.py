"""What a budget of time gives up, in its order, and what it cannot give up."""

from dataclasses import replace

import pytest

from longwave.core.errors import UsageError
from longwave.text.settings.recipe import Recipe
from longwave.text.training.budget import seconds_of, within_budget
from longwave.text.training.cost import Cost

RECIPE = Recipe(num_train_epochs=4.0)
COST = Cost(epoch_seconds=10.0, seconds=40.0, tokens=1_000, threads=1)


def test_times_are_read_as_people_write_them() -> None:
    assert [seconds_of(text) for text in ("90s", "10min", "1.5h", " 2 hours ")] == [90, 600, 5400, 7200]
    for text in ("0s", "soon", "10", "-3min"):
        with pytest.raises(UsageError):
            seconds_of(text)


def test_what_fits_is_left_as_it_is() -> None:
    fitted = within_budget(COST, RECIPE, 40.0)
    assert (fitted.recipe, fitted.share, fitted.notes) == (RECIPE, 1.0, ())


def test_epochs_go_first_then_layers_then_rows_then_the_encoders_learning() -> None:
    assert within_budget(COST, RECIPE, 25.0).recipe.num_train_epochs == 2.5
    layers = within_budget(COST, RECIPE, 7.0)
    assert (layers.recipe.num_train_epochs, layers.recipe.freeze_layers, layers.share) == (1.0, 3, 1.0)
    rows = within_budget(COST, RECIPE, 5.0)
    assert rows.share == pytest.approx(5 / (10 * 2 / 3))  # three layers of six are gone back through no more
    assert rows.seconds == pytest.approx(5.0)
    assert within_budget(COST, RECIPE, 2.0).recipe.method == "frozen"
    assert within_budget(COST, RECIPE, 2.0, freezable=False).share == pytest.approx(0.2)


def test_three_layers_are_less_of_a_deep_encoder() -> None:
    deep = within_budget(COST, RECIPE, 8.5, layers=12)
    assert (deep.recipe.freeze_layers, deep.share, deep.seconds) == (3, 1.0, pytest.approx(10 * 5 / 6))
    assert within_budget(COST, RECIPE, 7.0, layers=12).share == pytest.approx(7 / (10 * 5 / 6))


def test_the_placing_of_a_head_is_counted_and_cannot_be_given_up() -> None:
    placed = replace(COST, seconds=60.0)  # 20 seconds before the first epoch
    fitted = within_budget(placed, RECIPE, 40.0)
    assert fitted.recipe.num_train_epochs == 2.0
    assert fitted.seconds == pytest.approx(40.0)
    assert within_budget(placed, RECIPE, 15.0).recipe.method == "frozen"
