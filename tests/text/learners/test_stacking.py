"""A linear model beside: its weight is chosen on dev, kept only where it serves, and read back alike."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import BadInput, UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import alike, open_checkpoint, save  # noqa: E402
from longwave.text.learners.stacking import StackedLearner, best_weight, fallen, mixed_head, mixed_temperature  # noqa: E402
from longwave.text.portable.decode import decode  # noqa: E402
from longwave.text.portable.stack import decided, tag_tables  # noqa: E402
from longwave.text.settings.check_recipe import check_recipe  # noqa: E402
from longwave.text.settings.recipe import Recipe, find_recipe  # noqa: E402
from longwave.text.table import TextTable  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

LABELS = ("growth", "prices", "jobs")
KEPT = {"schema": 1, "data": {}}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


def weak(base, **more):
    """One epoch at a small rate: the linear model knows better."""
    return made.recipe(base, "full", num_train_epochs=1, learning_rate=1e-4, stack="linear", **more)


def test_a_linear_model_that_knows_better_is_heard_and_read_back(base, tmp_path):
    rows = made.table("classify", made.labelled(180, LABELS), LABELS)
    trained = made.learnt(rows, weak(base), tmp_path)
    assert isinstance(trained.learner, StackedLearner)
    assert trained.more["stack"]["weight"] > 0.3
    assert made.score_of(trained, rows) > 0.9
    kept = save(trained.learner, KEPT, tmp_path / "model")
    test = rows.part("test").rows()
    again = open_checkpoint(kept.folder)
    assert again.recipe.stack == "linear"
    assert alike(again.answers(test), trained.learner.predict(test))
    assert again.answers([]) == []
    shutil.rmtree(kept.folder / "linear")
    with pytest.raises(BadInput):
        open_checkpoint(kept.folder).answers(test)
    (kept.folder / "stack.json").write_text('{"weight": 7}')
    with pytest.raises(BadInput):
        open_checkpoint(kept.folder).answers(test)


def test_it_stands_beside_an_ensemble_too(base, tmp_path):
    rows = made.table("classify", made.labelled(180, LABELS), LABELS)
    trained = made.learnt(rows, weak(base, members=2), tmp_path)
    kept = save(trained.learner, KEPT, tmp_path / "model")
    test = rows.part("test").rows()
    assert alike(open_checkpoint(kept.folder).answers(test), trained.learner.predict(test))


def test_few_dev_rows_choose_no_weight(base, tmp_path):
    few = made.table("classify", made.labelled(60, LABELS), LABELS)
    assert made.learnt(few, weak(base), tmp_path / "few").learner.recipe.stack == "none"


def test_a_mixture_is_refused_only_where_the_headline_falls_beyond_chance():
    labels = ("low", "middle", "high", "top")
    truth = [labels[place % 4] for place in range(200)]
    table = made.table("classify", [{"text": "x", "label": label} for label in truth], labels)
    truth = table.frame["label"].tolist()

    def told(wrong, by=1):
        moved = [labels[(labels.index(each) + by) % 4] for each in truth]
        return [{"label": moved[at] if at < wrong else truth[at]} for at in range(200)]

    assert fallen(table, told(20), told(21)) is None
    assert fallen(table, told(40), told(20)) is None
    found = fallen(table, told(20), told(40))
    assert found is not None
    assert found.a < found.b
    scale = replace(table, ordered=True)  # as many right, and the wrong ones farther off
    assert fallen(table, told(60), told(60, by=2)) is None
    assert fallen(scale, told(60), told(60, by=2)) is not None


def test_intents_keep_their_energy(base, tmp_path):
    rows = [
        *made.labelled(200, LABELS),
        *({**row, "label": "oos"} for row in made.labelled(120, ("trade",), 5)),
    ]
    table = made.table("intent", rows, (*LABELS, "oos"))
    trained = made.learnt(table, weak(base), tmp_path)
    assert isinstance(trained.learner, StackedLearner)
    test = table.part("test").rows()
    mine, inner = trained.learner.predict(test), trained.learner.inner.predict(test)
    assert np.allclose([row["energy"] for row in mine], [row["energy"] for row in inner], atol=1e-6)
    assert {row["label"] for row in mine} >= {"oos", "growth"}


def test_several_labels_a_row(base, tmp_path):
    rows = made.labelled(160, LABELS)
    parts = ("train", "dev", "test")
    told = [
        {"id": str(k), "text": row["text"], "labels": (row["label"],)[: k % 5], "split": parts[k // 3 % 3]}
        for k, row in enumerate(rows)
    ]
    frame = pd.DataFrame(told)
    table = TextTable("classify", frame, LABELS, several=True)
    trained = made.learnt(table, weak(base), tmp_path)
    assert isinstance(trained.learner, StackedLearner)
    kept = save(trained.learner, KEPT, tmp_path / "model")
    test = table.part("test").rows()
    assert alike(open_checkpoint(kept.folder).answers(test), trained.learner.predict(test))


def test_the_mixture_is_what_it_says():
    told = mixed_head({"labels": ["a", "b"], "temperature": 3.0, "ordered": True, "kind": "sequence"})
    rows = [{"label": "a"}, {"label": "b"}, {"label": "never seen"}]
    mine = [{"scores": {"a": 0.2, "b": 0.8}}] * 3
    theirs = [{"scores": {"a": 0.9}}, {"scores": {"a": 0.1, "b": 0.9}}, {"scores": {"a": 0.5, "b": 0.5}}]
    told_of = decided(rows, mine, theirs, 0.25, told)
    assert told_of[1]["scores"] == pytest.approx({"a": 0.175, "b": 0.825})
    weight, (one, other, both) = best_weight(rows, mine, theirs, told)
    assert both <= min(one, other)
    assert weight == pytest.approx(1.0)
    assert decode([{}], [{"row": 0}], [np.log([0.3, 0.7])], told)[0]["probability"] == pytest.approx(0.7)


def tags_of(rows=200):
    return made.table("entities", made.tagged(rows), ("O", "B-PLACE"))


def test_a_tagger_that_knows_better_is_heard_and_read_back(base, tmp_path):
    table = tags_of()
    learner = made.learnt(table, weak(base), tmp_path).learner
    assert isinstance(learner, StackedLearner)
    test = table.part("test").rows()
    told, alone = learner.predict(test), learner.inner.predict(test)
    both, one = (
        sum(a["tags"] == row["tags"] for a, row in zip(answers, test, strict=True))
        for answers in (told, alone)
    )
    assert both > max(one, 0.8 * len(test))
    assert all("chances" not in row for row in told)
    assert all(0 < each["score"] <= 1 for row in told for each in row["entities"])
    kept = save(learner, KEPT, tmp_path / "model")
    again = open_checkpoint(kept.folder)
    rows = [*test, {"tokens": ()}, {"tokens": ("\x00", "中")}]
    assert alike(again.answers(rows), learner.predict(rows))
    (kept.folder / "linear" / "weights.safetensors").write_bytes(b"")
    with pytest.raises(BadInput):
        open_checkpoint(kept.folder).answers(test)


def test_tags_beside_several_members_with_learnt_transitions(base, tmp_path):
    table = tags_of()
    trained = made.learnt(table, weak(base, members=2, crf=True), tmp_path)
    kept = save(trained.learner, KEPT, tmp_path / "model")
    assert isinstance(trained.learner, StackedLearner)
    assert "transitions" not in trained.learner.told
    test = table.part("test").rows()
    assert alike(open_checkpoint(kept.folder).answers(test), trained.learner.predict(test))


def test_tags_are_cooled_and_chains_are_not(base, tmp_path):
    table = tags_of()
    plain, chain = (
        made.learnt(
            table, made.recipe(base, "full", num_train_epochs=1, crf=crf), tmp_path / str(crf)
        ).learner
        for crf in (False, True)
    )
    assert plain.model.told["temperature"] != 1.0
    assert "temperature" not in chain.model.told or chain.model.told["temperature"] == 1.0
    told = plain.predict(table.part("test").rows(), chances=True)
    assert all(np.allclose(sum(row["chances"].values()), 1) for row in told)


def test_the_mixture_of_tags_is_what_it_says():
    told = {"kind": "tokens", "labels": ["O", "B-X", "I-X"], "temperature": 1.0}
    mine = {"chances": {"O": np.array([0.6, 0.1]), "B-X": np.array([0.4, 0.1]), "I-X": np.array([0.0, 0.8])}}
    theirs = {"chances": {"O": np.array([0.2, 0.5]), "B-X": np.array([0.8, 0.5])}}  # it has never seen I-X
    (mixed,) = tag_tables([mine], [theirs], 0.5, told["labels"])
    assert mixed == pytest.approx(np.array([[0.4, 0.6, 0.0], [0.3, 0.3, 0.4]]))
    rows = [{"tokens": ("a", "b"), "tags": ("B-X", "I-X")}]
    (answer,) = decided(rows, [mine], [theirs], 0.5, told)
    assert answer["tags"] == ("B-X", "I-X")
    # Of the legal runs: B-X I-X .24, B-X O and B-X B-X .18 each, O O and O B-X .12 each, over .84.
    assert answer["entities"][0]["score"] == pytest.approx(0.24 / 0.84, rel=1e-6)
    weight, (one, other, both) = best_weight(rows, [mine], [theirs], told)
    assert both <= min(one, other)
    grid = np.linspace(0, 1, 1001)
    losses = [-np.log(0.4 + 0.4 * w) - np.log(np.clip(0.8 * (1 - w), 1e-9, 1)) for w in grid]
    assert weight == pytest.approx(grid[int(np.argmin(losses))], abs=2e-3)


def test_a_task_without_labels_or_tags_refuses():
    for task in ("answers", "translate", "generate"):
        with pytest.raises(UsageError, match="stack=linear"):
            check_recipe(Recipe(stack="linear"), task)


def test_auto_stands_beside_labels_and_beside_tags(base, tmp_path):
    auto = replace(weak(base), stack="auto")
    for place, table in enumerate((made.table("classify", made.labelled(180, LABELS), LABELS), tags_of())):
        learner = train(table, auto, tmp_path / str(place), Watch(made.accuracy)).learner
        assert isinstance(learner, StackedLearner)
    assert find_recipe("ensemble").stack == "auto"


def test_continual_learning_is_not_mixed_with_what_has_seen_no_old_label(base, tmp_path):
    old, new = ("growth", "prices"), ("jobs", "trade")
    before = made.table("classify", made.labelled(180, old), old)
    after = made.table("classify", made.labelled(180, new, seed=5), new)
    kept = save(
        made.learnt(
            before, made.recipe(base, "full", num_train_epochs=4, learning_rate=2e-3), tmp_path
        ).learner,
        KEPT,
        tmp_path / "old",
    )
    for stack in ("linear", "auto"):
        with pytest.raises(UsageError, match="old label") as caught:
            train(after, weak(kept.folder).with_settings({"method": "continual", "stack": stack}), tmp_path / "x",
                  Watch(made.accuracy))  # fmt: skip
        assert "replay" in str(caught.value.mend)
    recipe = replace(weak(kept.folder), method="continual", replay=0.5)
    trained = made.learnt(after, recipe, tmp_path / "both", previous=before)
    assert trained.more["stack"]["weight"] > 0.1
    assert made.score_of(trained, before) > 0.8
    assert made.score_of(trained, after) > 0.8
    some = before.take(before.frame.index[before.frame["label"] == "growth"])
    alone = made.learnt(after, recipe, tmp_path / "alone", previous=some)
    assert not isinstance(alone.learner, StackedLearner)
    assert any(each.key == "text_methods.stack_unseen" for each in alone.notes)


def test_two_honest_models_together_are_made_as_sure_as_they_may_be():
    """The mean of two honest probabilities says too little (Ranjan and Gneiting 2010): dev's temperature is below 1."""
    rng = np.random.default_rng(0)
    one, other = rng.normal(0, 1.5, (2, 4000))
    up = rng.random(4000) < 1 / (1 + np.exp(-(one + other)))
    told = {"kind": "sequence", "labels": ["up", "down"], "temperature": 1.0}
    rows = [{"label": "up" if each else "down"} for each in up]

    def honest(log_odds):
        grid = (
            np.argsort(np.argsort(log_odds)) // 100
        )  # what the one alone knows: shares by bins of a hundred rows
        share = np.array([up[grid == at].mean() for at in range(40)])[grid]
        return [{"scores": {"up": float(each), "down": float(1 - each)}} for each in share]

    mine, theirs = honest(one), honest(other)
    heat = mixed_temperature(rows, mine, theirs, 0.5, told)
    assert heat < 0.75

    def loss(temperature):
        answers = decided(rows, mine, theirs, 0.5, {**told, "temperature": temperature})
        return -np.mean(
            [np.log(each["scores"][row["label"]]) for each, row in zip(answers, rows, strict=True)]
        )

    assert loss(heat) < loss(1.0) - 0.01
