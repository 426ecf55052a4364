"""A search for settings: it sees train and dev alone, keeps to its time, and finds what dev is better for."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("optuna")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import NotEnoughData, UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import save  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402
from longwave.text.settings.search_settings import Search, Span, as_it_stands, searched, space  # noqa: E402

LABELS = ("growth", "prices", "jobs")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def rows():
    return made.table("classify", made.labelled(90, LABELS), LABELS)


def small(base, **more):
    """A rate so small that any larger one is better."""
    return made.recipe(base, "full", learning_rate=1e-4, num_train_epochs=1, **more)


FIXED = ("num_train_epochs", "per_device_train_batch_size", "freeze_layers", "freeze_embeddings", "dropout")


def test_the_same_seed_tries_the_same_and_the_first_is_the_recipe_itself(base, rows, tmp_path):
    recipe = replace(small(base), learning_rate=0.0)
    one, same = (
        searched(rows, recipe, tmp_path / str(k), Search(600, made.accuracy, FIXED, most=3)) for k in range(2)
    )
    assert [each.settings for each in one.trials] == [each.settings for each in same.trials]
    assert [each.score for each in one.trials] == [each.score for each in same.trials]
    assert one.trials[0].settings["learning_rate"] == pytest.approx(2e-4)  # a narrow base
    best = max(each.score for each in one.trials if each.score is not None)
    assert best >= one.trials[0].score
    assert one.recipe.learning_rate in {
        each.settings["learning_rate"] for each in one.trials if each.score == best
    }


def test_the_test_rows_are_never_seen(base, rows, tmp_path):
    seen = []

    def watching(gold, told):
        seen.extend(gold.frame["id"])
        return made.accuracy(gold, told)

    recipe = replace(small(base), learning_rate=0.0)
    search = Search(600, watching, FIXED, most=2)
    plain = searched(rows, recipe, tmp_path / "one", search)
    held = set(rows.part("test").frame["id"])
    assert seen
    assert held.isdisjoint(seen)
    frame = rows.frame.copy()
    frame.loc[frame["split"] == "test", "text"] = "something else altogether"
    frame.loc[frame["split"] == "test", "label"] = "jobs"
    other = searched(replace(rows, frame=frame), recipe, tmp_path / "other", search)
    assert [each.score for each in other.trials] == [each.score for each in plain.trials]


def test_what_was_found_is_read_again_after_a_kill(base, rows, tmp_path):
    recipe = replace(small(base), learning_rate=0.0)
    found = searched(rows, recipe, tmp_path, Search(600, made.accuracy, FIXED, most=1))

    def never(gold, told):
        raise AssertionError("searched again")

    assert searched(rows, recipe, tmp_path, Search(600, never, FIXED), resume=True) == found


def test_continual_learning_is_tried_as_it_is_learnt(base, tmp_path):
    """With the old rows that come back, and old weights held by what old rows say of them."""
    before = made.table("classify", made.labelled(60, ("growth", "prices")), ("growth", "prices"))
    after = made.table("classify", made.labelled(60, ("jobs", "trade"), seed=5), ("jobs", "trade"))
    kept = save(made.started(before, made.recipe(base, "full")), {"name": "old"}, tmp_path / "old")
    seen = set()

    def watching(gold, told):
        seen.update(gold.frame["id"])
        return made.accuracy(gold, told)

    recipe = made.recipe(kept.folder, "continual", num_train_epochs=1, replay=0.5, penalty=0.1)
    found = searched(
        after, recipe, tmp_path / "search", Search(600, watching, FIXED, most=1), previous=before
    )
    [first] = found.trials
    as_learnt = made.learnt(after, recipe.with_settings(first.settings), tmp_path / "whole", previous=before)
    dev = as_learnt.dev
    assert any(each.startswith("replay") for each in seen)
    assert set(dev.frame["id"]) == seen
    assert first.score == made.accuracy(dev, as_learnt.learner.predict(dev.rows()))["headline"]


def test_time_ends_it(base, rows, tmp_path):
    now = [0.0]

    def slow(gold, told):
        now[0] += 40.0
        return made.accuracy(gold, told)

    search = Search(100, slow, FIXED, clock=lambda: now[0])
    found = searched(rows, replace(small(base), learning_rate=0.0), tmp_path, search)
    assert 1 <= len(found.trials) <= 3
    assert found.trials[0].state == "done"
    with pytest.raises(UsageError, match="method=lora"):
        searched(
            rows, replace(small(base), learning_rate=0.0), tmp_path / "short", Search(1e-6, made.accuracy)
        )
    with pytest.raises(UsageError, match="fewer rows") as caught:
        searched(rows, made.recipe(base, "lora"), tmp_path / "lora", Search(1e-6, made.accuracy))
    assert "method=lora" not in str(caught.value)


def test_hopeless_trials_are_ended(base, rows, tmp_path):
    calls = [0]

    def falling(gold, told):
        calls[0] += 1
        return {"headline": -float(calls[0])}

    search = Search(600, falling, ("num_train_epochs",), most=7)
    found = searched(rows, replace(small(base), learning_rate=0.0), tmp_path, search)
    assert "ended" in {each.state for each in found.trials}


def test_a_space_holds_what_the_method_has_and_the_recipe_leaves_open(base, rows):
    open_to_all = space(rows, Recipe().with_settings({"method": "lora", "base": str(base)}))
    assert isinstance(open_to_all["learning_rate"], Span)
    assert "lora_r" in open_to_all
    assert "freeze_layers" not in open_to_all
    assert "lora_r" not in space(rows, Recipe().with_settings({"method": "lora", "lora_r": 2}))
    assert "dropout" not in space(rows, Recipe(), ("dropout",))
    assert space(rows, Recipe().with_settings({"method": "zero_shot"})) == {}
    tags = made.table("entities", made.tagged(30), ("O", "B-PLACE"))
    assert "crf" in space(tags, Recipe())
    assert "crf" not in space(tags, Recipe().with_settings({"method": "frozen"}))  # it would refuse it
    assert "crf" not in space(tags, Recipe().with_settings({"label_smoothing_factor": 0.1}))


def test_what_cannot_be_searched_refuses(base, rows, tmp_path):
    with pytest.raises(NotEnoughData):
        frame = rows.frame[rows.frame["split"] != "dev"].reset_index(drop=True)
        searched(replace(rows, frame=frame), small(base), tmp_path, Search(600, made.accuracy))
    with pytest.raises(UsageError):
        searched(rows, made.recipe(base, "zero_shot"), tmp_path, Search(600, made.accuracy))


def test_the_first_trial_is_the_recipe_with_every_setting(base, rows, tmp_path):
    recipe = made.recipe(base, "full", learning_rate=0.0, num_train_epochs=0.0).with_settings(
        {"per_device_train_batch_size": 0, "dropout": 0.1, "max_length": 0}
    )
    found = searched(rows, recipe, tmp_path, Search(600, made.accuracy, ("num_train_epochs",), most=1))
    [first] = found.trials
    own = as_it_stands(rows, recipe)
    assert first.settings == {key: own[key] for key in space(rows, recipe, ("num_train_epochs",))}
    longer = replace(rows, frame=rows.frame.assign(text=[each * 60 for each in rows.frame["text"]]))
    assert own["max_length"] in space(longer, recipe)["max_length"]


def test_a_killed_search_goes_on_with_its_trials(base, rows, tmp_path):
    recipe, seen = replace(small(base), learning_rate=0.0), []

    def stopped(gold, told):
        seen.append(1)
        if len(seen) == 5:
            raise KeyboardInterrupt
        return made.accuracy(gold, told)

    with pytest.raises(KeyboardInterrupt):
        searched(rows, recipe, tmp_path, Search(600, stopped, FIXED, most=4))
    (tmp_path / "study.log.lock").write_text("")  # of a process that was killed while it wrote
    found = searched(rows, recipe, tmp_path, Search(600, made.accuracy, FIXED, most=4), resume=True)
    assert [each.number for each in found.trials][:2] == [0, 1]
    assert len({str(each.settings) for each in found.trials}) == len(found.trials) == 4
    again = searched(rows, recipe, tmp_path, Search(600, made.accuracy, FIXED, most=1))
    assert len(again.trials) == 1  # not gone on with, so begun anew


def test_a_score_that_is_none_never_wins(base, rows, tmp_path):
    calls = [0]

    def undefined(gold, told):
        calls[0] += 1
        return {"headline": 0.5 if calls[0] <= 2 else float("nan")}

    recipe = replace(small(base), learning_rate=0.0)
    found = searched(rows, recipe, tmp_path, Search(600, undefined, FIXED, most=3))
    assert [each.score for each in found.trials] == [0.5, None, None]
    assert "0.500" in found.told().text("en")
    assert found.told().text("zh")
