"""A recipe's values are looked at when they are given, and what is wrong is told in words of the user's."""

import pytest

from longwave.core.errors import UsageError
from longwave.text.settings.recipe import _CHOICES, Recipe, find_recipe


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"optim": "adamw"}, "adamw_torch_fused"),
        ({"lr_scheduler_type": "linaer"}, "cosine"),
        ({"dropout": 2}, "0.9"),
        ({"replay": 1.5}, "1"),
        ({"max_length": -3}, "0 at the least"),
        ({"members": 0}, "1 at the least"),
        ({"lora_r": 0}, "1 at the least"),
        ({"learning_rate": "fast"}, "a number"),
        ({"num_beams": 1.5}, "a whole number"),
        ({"crf": [1]}, "true or false"),
        ({"crf": "perhaps"}, "true or false"),
        ({"augment": 3}, "commas"),
        ({"teacher_weight": 2}, "1"),
        ({"seed": 2**32}, "4294967295"),
        ({"seed": "1234567890123456789012345"}, "4294967295"),
        ({"seed": -1}, "0 at the least"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_says_what_can(settings, said):
    with pytest.raises(UsageError) as caught:
        Recipe().with_settings(settings)
    assert said in caught.value.message.text("en")
    assert next(iter(settings)) in caught.value.message.text("zh")


@pytest.mark.parametrize("value", [True, "true", "True", 1, "1"])
def test_yes_is_said_in_many_ways(value):
    assert Recipe().with_settings({"crf": value}).crf is True


@pytest.mark.parametrize(
    ("given", "meant"), [("epochs", "num_train_epochs"), ("batch_size", "per_device_train_batch_size")]
)
def test_a_setting_of_half_a_name_is_near_those_that_hold_it(given, meant):
    with pytest.raises(UsageError) as caught:
        Recipe().with_settings({given: 2})
    assert meant in str(caught.value.mend)
    assert "lora_r" not in str(caught.value.mend)


def test_a_recipe_of_another_name_is_near_one_of_all():
    with pytest.raises(UsageError) as caught:
        find_recipe("frozn")
    said = caught.value.message.text("en")
    assert "Did you mean frozen?" in said
    assert "few_shot" in said


def test_what_is_offered_transformers_has():
    transformers = pytest.importorskip("transformers")
    from transformers.training_args import OptimizerNames

    assert set(_CHOICES["optim"]) <= {each.value for each in OptimizerNames}
    assert set(_CHOICES["lr_scheduler_type"]) <= {each.value for each in transformers.SchedulerType}
