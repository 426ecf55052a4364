"""A setting that can make no difference is refused by name."""

from __future__ import annotations

import itertools
from dataclasses import fields

import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.text.method import METHODS
from longwave.text.settings.recipe import Recipe, find_recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS
from longwave.text.tasks.settings import (
    OF_GRADIENT,
    OF_METHODS,
    READ_BY,
    UNREAD,
    check_rows,
    check_settings,
    reads,
)


@pytest.mark.parametrize(
    ("task", "settings"),
    [
        ("classify", {"symmetric": True}),
        ("pairs", {"long": "windows"}),
        ("entities", {"pool": "max"}),
        ("answers", {"class_weights": "balanced"}),
        ("answers", {"label_smoothing_factor": 0.1}),
        ("classify", {"crf": True}),
        ("classify", {"out_of_scope": "other"}),
        ("translate", {"freeze_layers": 2}),
        ("intent", {"num_beams": 3}),
    ],
)
def test_a_setting_that_a_task_does_not_read_is_refused(task: str, settings: dict[str, object]) -> None:
    recipe = Recipe().with_settings(settings)
    with pytest.raises(UsageError, match=next(iter(settings))):
        check_settings(recipe, task)


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "frozen", "adversarial": "fgm"},
        {"method": "few_shot", "early_stopping_patience": 2},
        {"method": "frozen", "average_last": 2},
        {"method": "frozen", "learning_rate": 1e-3},
        {"method": "few_shot", "dropout": 0.3},
        {"method": "full", "lora_r": 4},
        {"method": "full", "replay": 0.2},
        {"method": "lora", "freeze_layers": 2},
        {"method": "zero_shot", "augment": ("typos",)},
    ],
    ids=lambda each: f"{each['method']}-{list(each)[-1]}",
)
def test_a_setting_that_a_method_does_not_read_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=list(settings)[-1]):
        check_settings(Recipe().with_settings(settings), "classify")


def test_the_recipes_of_the_house_set_nothing_in_vain() -> None:
    for name in METHODS.names():
        check_settings(find_recipe("default" if name == "full" else name), "classify")


def test_every_name_is_one_of_a_recipe_and_of_a_task() -> None:
    assert {*READ_BY, *OF_METHODS, *OF_GRADIENT, *itertools.chain(*UNREAD.values())} <= {
        each.name for each in fields(Recipe)
    }
    assert {method for methods in OF_METHODS.values() for method in methods} <= set(METHODS.names())
    assert {task for tasks in READ_BY.values() for task in tasks} <= set(TASKS.names())
    for task in TASKS.names():
        check_settings(Recipe(), task)
    assert reads("pairs", "symmetric")
    assert not reads("classify", "symmetric")
    assert reads("answers", "learning_rate")


def rows(task: str = "classify", **more: bool) -> TextTable:
    frame = pd.DataFrame({"id": ["1"], "text": ["a"], "label": ["up"]})
    return TextTable(task, frame, ("down", "up"), **more)


@pytest.mark.parametrize(
    ("recipe", "table"),
    [
        (Recipe(class_weights="balanced"), rows(ordered=True)),
        (Recipe(class_weights="balanced"), rows("entities")),
        (Recipe(label_smoothing_factor=0.1), rows(several=True)),
        (Recipe(label_smoothing_factor=0.1, crf=True), rows("entities")),
        (Recipe(label_smoothing_factor=0.1, method="frozen"), rows()),
        (Recipe(out_of_scope="sideways"), rows("intent")),
    ],
)
def test_what_depends_on_the_rows_is_refused_too(recipe: Recipe, table: TextTable) -> None:
    with pytest.raises(UsageError):
        check_rows(recipe, table)


def test_what_makes_a_difference_is_let_through() -> None:
    check_rows(Recipe(class_weights="balanced"), rows())
    check_rows(Recipe(class_weights="balanced", method="frozen"), rows(ordered=True))
    check_rows(Recipe(label_smoothing_factor=0.1), rows())
    check_rows(Recipe(out_of_scope="up"), rows("intent"))
    check_rows(Recipe(out_of_scope="-"), rows("intent"))
