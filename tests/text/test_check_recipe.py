"""What is refused by name before a row is read."""

import pytest

pytest.importorskip("torch")

from longwave.core.errors import UsageError
from longwave.text.check_recipe import check_recipe
from longwave.text.recipe import Recipe


@pytest.mark.parametrize("task", ["answers", "summarise", "translate", "generate"])
@pytest.mark.parametrize("method", ["frozen", "few_shot", "zero_shot"])
def test_a_linear_head_finds_no_places_and_writes_no_texts(task, method):
    with pytest.raises(UsageError, match="--recipe"):
        check_recipe(Recipe(method=method), task)


@pytest.mark.parametrize("task", ["classify", "intent", "entities", "relations", "pairs"])
def test_labels_and_tags_it_finds(task):
    check_recipe(Recipe(method="frozen"), task)
