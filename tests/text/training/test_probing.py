"""A new head begins at the regression's answers, and where it may not it begins as it was drawn."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.harvest import silent  # noqa: E402
from longwave.text.training.probing import FEWEST_ROWS, SELDOM, begins_probed, probed  # noqa: E402

LABELS = ("growth", "prices", "jobs", "trade")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


def test_the_head_says_what_a_frozen_encoders_regression_says(base, tmp_path):
    rows = made.table("classify", made.labelled(200, LABELS), LABELS)
    frozen = made.learnt(rows, made.recipe(base, "frozen"), tmp_path).learner
    learner = made.started(rows, made.recipe(base, "full"))
    assert begins_probed(learner, rows.part("train"))
    probed(learner, rows.part("train"), silent)
    test = rows.part("test").rows()
    mine, theirs = (np.array(each.logits(each.features(test))) for each in (learner, frozen))
    assert np.allclose(mine, theirs, atol=1e-3)


def test_few_steps_are_worth_more_from_there(base, tmp_path):
    rows = made.table("classify", made.labelled(200, LABELS), LABELS)
    few = replace(made.recipe(base, "full", learning_rate=1e-5), num_train_epochs=1.0)
    random = made.learnt(rows, replace(few, head_start="random"), tmp_path / "random")
    start = made.learnt(rows, few, tmp_path / "start")
    assert made.score_of(start, rows) > made.score_of(random, rows) + 0.2


def test_a_label_that_no_row_has_can_still_be_learnt(base):
    rows = made.table("classify", made.labelled(200, LABELS[:3]), LABELS)
    learner = made.started(rows, made.recipe(base, "full"))
    probed(learner, rows.part("train"), silent)
    assert learner.model.head.out.bias[LABELS.index("trade")].item() == -SELDOM


def test_a_thousand_rows_are_enough_and_no_label_is_lost(base):
    rows = made.table(
        "classify", made.labelled(2 * FEWEST_ROWS, LABELS[:2]) + made.labelled(5, ("jobs",)), LABELS
    )
    learner = made.started(rows, made.recipe(base, "full"))
    told = []
    probed(learner, rows.part("train"), lambda what, done, all_: told.append(all_))
    assert max(told) <= FEWEST_ROWS + 1
    assert learner.model.head.out.bias[2].item() != -SELDOM


@pytest.mark.parametrize(
    ("task", "settings"),
    [("classify", {"head_start": "random"}), ("entities", {}), ("pairs", {})],
)
def test_other_heads_begin_as_they_were_drawn(base, task, settings):
    if task == "entities":
        rows = made.table(task, made.tagged(40), ("O", "B-PLACE"))
    else:
        rows = made.table(task, [{**row, "other": row["text"]} for row in made.labelled(40, LABELS)], LABELS)
    learner = made.started(rows, made.recipe(base, "full", **settings))
    assert not begins_probed(learner, rows.part("train"))


def test_rows_of_one_label_place_no_head(base):
    rows = made.table("classify", made.labelled(40, LABELS[:1]), LABELS)
    assert not begins_probed(made.started(rows, made.recipe(base, "full")), rows.part("train"))
