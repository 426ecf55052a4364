"""Encoders from nothing: they learn, they are kept whole, and what they read first is not read twice."""

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from longwave.core.errors import UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import open_checkpoint, save  # noqa: E402
from longwave.text.score.judge import judge  # noqa: E402
from longwave.text.scratch.pretraining import READ, Hiding  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402
from longwave.text.settings.settled import settled  # noqa: E402
from longwave.text.table import TextTable  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

GOOD, BAD = ["很好", "满意", "喜欢"], ["很差", "失望", "讨厌"]
THINGS = ["酒店", "房间", "服务", "早餐", "位置"]
TINY = {
    "base": "scratch",
    "threads": 1,
    "scratch_hidden": 64,
    "scratch_layers": 2,
    "num_train_epochs": 4,
    "per_device_train_batch_size": 16,
}


def reviews(count, seed=0):
    rng = np.random.default_rng(seed)
    parts = ["train"] * 8 + ["dev", "test"]
    rows = []
    for k in range(count):
        label, words = (("good", GOOD), ("bad", BAD))[int(rng.integers(2))]
        text = f"{rng.choice(THINGS)}{rng.choice(words)}，{rng.choice(THINGS)}也{rng.choice(words)}。"
        rows.append({"id": str(k), "split": parts[k % 10], "text": text, "label": label})
    return TextTable("classify", pd.DataFrame(rows), labels=("bad", "good"))


def tagged(count, seed=0):
    rng = np.random.default_rng(seed)
    parts = ["train"] * 8 + ["dev", "test"]
    rows = []
    for k in range(count):
        name = str(rng.choice(list("王李张刘"))) + str(rng.choice(list("伟芳娜敏")))
        before, after = str(rng.choice(["今天", "昨天", "据说"])), str(rng.choice(["任经理", "辞职", "获奖"]))
        tokens = tuple(before + name + after)
        tags = ("O",) * len(before) + ("B-NAME", "I-NAME") + ("O",) * len(after)
        rows.append({"id": str(k), "split": parts[k % 10], "tokens": tokens, "tags": tags})
    return TextTable("entities", pd.DataFrame(rows), labels=("NAME",))


def judged(gold, rows):
    return {"headline": judge(gold.task, gold, rows).head.point}


def learnt(table, folder, **settings):
    recipe = Recipe().with_settings({**TINY, **settings})
    return train(table, recipe, folder, Watch(judged)).learner


@pytest.mark.parametrize("table", [reviews(240), tagged(240)], ids=["classify", "entities"])
def test_chinese_is_learnt_from_nothing_and_kept_whole(table, tmp_path):
    learner = learnt(table, tmp_path / "work", pretrain_epochs=1)
    test = table.part("test")
    answers = learner.predict(test.rows())
    assert judged(test, answers)["headline"] > 0.95
    kept = save(learner, {}, tmp_path / "kept")
    assert (kept.folder / "model.safetensors").is_file()
    assert (kept.folder / "tokenizer.json").is_file()
    again = open_checkpoint(kept.folder).answers(test.rows())
    assert [each.get("label", each.get("tags")) for each in again] == [
        each.get("label", each.get("tags")) for each in answers
    ]


def test_what_was_read_first_is_kept_for_a_second_run(tmp_path, monkeypatch):
    from longwave.text.scratch import pretraining

    table = reviews(60)
    settings = {"num_train_epochs": 1, "pretrain_epochs": 2}
    one = learnt(table, tmp_path, **settings)
    assert (tmp_path / READ).is_file()
    begun = []
    monkeypatch.setattr(pretraining, "Trainer", lambda **rest: begun.append(1))
    two = learnt(table, tmp_path, **settings)
    assert not begun
    for mine, other in zip(one.model.state_dict().values(), two.model.state_dict().values(), strict=True):
        assert torch.equal(mine, other)


def test_reading_first_changes_the_weights_by_its_seed_alone(tmp_path):
    table, settings = reviews(60), {"num_train_epochs": 1, "pretrain_epochs": 1}
    states = [
        learnt(table, tmp_path / str(k), seed=seed, **settings).model.state_dict()
        for k, seed in enumerate((1, 1, 2))
    ]
    name = next(iter(states[0]))
    assert torch.equal(states[0][name], states[1][name])
    assert not torch.equal(states[0][name], states[2][name])


def test_signs_are_never_asked_for():
    hide = Hiding(mask=4, padding=0, vocabulary=50, first=5, seed=1)
    batch = hide([{"input_ids": [2, *range(5, 45), 3]}, {"input_ids": [2, 9, 3]}] * 20)
    asked = batch["labels"] != -100
    assert (batch["labels"][asked] >= 5).all()
    assert 0.1 < asked.sum() / (batch["attention_mask"].sum()) < 0.2
    assert (batch["input_ids"][~asked & (batch["attention_mask"] == 0)] == 0).all()


def test_every_size_is_settled_and_few_rows_are_gone_through_more_often():
    few, many = (settled(Recipe(base="scratch"), "classify", rows) for rows in (100, 100_000))
    assert few.num_train_epochs > many.num_train_epochs
    assert few.scratch_hidden % 64 == 0
    assert few.learning_rate > settled(Recipe(), "classify", 100).learning_rate


@pytest.mark.parametrize("method", ["lora", "frozen", "prefix"])
def test_a_method_that_needs_a_base_is_refused(method):
    with pytest.raises(UsageError):
        settled(Recipe(base="scratch", method=method), "classify", 100)


def test_pairs_are_read_too(tmp_path):
    rng = np.random.default_rng(0)
    parts = ["train"] * 8 + ["dev", "test"]
    rows = [
        {"id": str(k), "split": parts[k % 10], "text": rng.choice(THINGS), "other": rng.choice(THINGS)}
        for k in range(80)
    ]
    frame = pd.DataFrame(
        [{**row, "label": "same" if row["text"] == row["other"] else "other"} for row in rows]
    )
    learner = learnt(TextTable("pairs", frame, labels=("other", "same")), tmp_path, num_train_epochs=1)
    assert len(learner.predict([{"text": "酒店", "other": "酒店"}])) == 1
