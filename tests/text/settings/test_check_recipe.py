"""What is refused by name before a row is read."""

import numpy as np
import pytest

pytest.importorskip("torch")

from longwave.core.errors import UsageError
from longwave.text.settings.check_recipe import check_recipe
from longwave.text.settings.recipe import Recipe


@pytest.mark.parametrize("task", ["answers", "summarise", "translate", "generate"])
@pytest.mark.parametrize("method", ["frozen", "few_shot", "zero_shot"])
def test_a_linear_head_finds_no_places_and_writes_no_texts(task, method):
    with pytest.raises(UsageError, match="--recipe"):
        check_recipe(Recipe(method=method), task)


@pytest.mark.parametrize("task", ["classify", "intent", "entities", "relations", "pairs"])
def test_labels_and_tags_it_finds(task):
    check_recipe(Recipe(method="frozen"), task)


@pytest.mark.parametrize(
    ("without", "needed"),
    [
        ({"pretrain_epochs": 3.0}, {"base": "scratch"}),
        ({"scratch_layers": 2}, {"base": "scratch"}),
        ({"adversarial_epsilon": 0.3}, {"adversarial": "fgm"}),
        ({"adversarial_steps": 2}, {"adversarial": "pgd"}),
        ({"augment_share": 0.2}, {"augment": ("typos",)}),
        ({"translators": ("there", "back")}, {"augment": ("back_translation",)}),
    ],
)
def test_a_setting_that_waits_for_another_is_refused_without_it(without, needed):
    with pytest.raises(UsageError) as refused:
        check_recipe(Recipe(**without), "classify")
    assert next(iter(without)) in str(refused.value)
    check_recipe(Recipe(**without, **needed), "classify")


def test_a_teachers_settings_wait_for_a_teacher():
    for settings in ({"teacher_weight": 0.5}, {"teacher_temperature": 4.0}):
        with pytest.raises(UsageError, match="teacher"):
            check_recipe(Recipe(**settings), "classify")


@pytest.mark.parametrize("kind", ["t5", "bart"])
def test_a_base_with_a_decoder_is_refused_where_labels_are_learnt(kind, tmp_path):
    from safetensors.numpy import save_file

    (tmp_path / "config.json").write_text(f'{{"model_type": "{kind}"}}', "utf-8")
    save_file({"weight": np.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(UsageError, match="decoder"):
        check_recipe(Recipe(base=str(tmp_path)), "classify")
    check_recipe(Recipe(base=str(tmp_path)), "translate")


@pytest.mark.parametrize("method", ["frozen", "zero_shot"])
def test_the_same_model_three_times_is_no_ensemble(method):
    with pytest.raises(UsageError, match="3 of them"):
        check_recipe(Recipe(method=method, members=3), "classify")


@pytest.mark.parametrize(
    "settings",
    [
        {"num_beams": 4},
        {"max_new_tokens": 30},
        {"max_length": 64},
        {"early_stopping_patience": 2},
        {"dropout": 0.3},
    ],
)
def test_what_chooses_sentences_has_nothing_to_set(settings):
    with pytest.raises(UsageError, match="sentences are chosen"):
        check_recipe(Recipe(**settings), "summarise")
    check_recipe(Recipe(base="scratch", **settings), "summarise")


@pytest.mark.parametrize(
    ("settings", "task", "there"),
    [
        ({}, "sentiment", "entities"),
        ({"method": "qqq"}, "classify", "prefix"),
        ({"augment": ("zzzz",)}, "classify", "typos"),
    ],
)
def test_what_nothing_is_near_to_is_told_what_there_is_once(settings, task, there):
    with pytest.raises(UsageError) as caught:
        check_recipe(Recipe(**settings), task)
    assert str(caught.value).count(there) == 1
    assert "Near it" not in str(caught.value)


def test_what_something_is_near_to_is_told_it():
    with pytest.raises(UsageError, match="Near it: classify"):
        check_recipe(Recipe(), "clasify")
