"""Learning on from a checkpoint: continual, its penalty, its replay, and what is forgotten."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from longwave.core.errors import UsageError
from longwave.text import checkpoint
from longwave.text.forgetting import forgetting
from longwave.text.methods.continual import lone
from longwave.text.recipe import Recipe
from longwave.text.score.comparison import compared
from longwave.text.score.judge import judge
from longwave.text.table import TextTable

from .made import bert, labelled, learnt, recipe, score_of, started, table, tagged

OLD, NEW = ("growth", "prices"), ("jobs", "trade")
BEFORE = table("classify", labelled(100, OLD), OLD)
AFTER = table("classify", labelled(100, NEW, seed=5), NEW)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def old(base: Path, tmp_path_factory: pytest.TempPathFactory) -> checkpoint.Checkpoint:
    folder = tmp_path_factory.mktemp("old")
    trained = learnt(BEFORE, recipe(base, "full", num_train_epochs=6, learning_rate=2e-3), folder)
    assert score_of(trained, BEFORE) > 0.8
    return checkpoint.save(trained.learner, {"name": "old"}, folder / "kept")


def on(old: checkpoint.Checkpoint, **settings: float):  # type: ignore[no-untyped-def]
    return recipe(old.folder, "continual", num_train_epochs=12, learning_rate=2e-3, **settings)


def test_it_begins_with_what_the_checkpoint_knew_and_labels_grow(old: checkpoint.Checkpoint) -> None:
    learner = started(AFTER, on(old))
    assert learner.model.told["labels"] == [*OLD, *NEW]
    rows = BEFORE.rows()[:8]
    logits = learner.logits(learner.features(rows))
    before = old.learner.logits(old.learner.features(rows))
    assert np.allclose([each[:2] for each in logits], before, atol=1e-5)


def test_replay_and_a_penalty_lessen_what_is_forgotten(old: checkpoint.Checkpoint, tmp_path: Path) -> None:
    test = BEFORE.part("test")

    def kept(name: str, previous: TextTable | None, **settings: float) -> checkpoint.Checkpoint:
        trained = learnt(AFTER, on(old, **settings), tmp_path / name, previous=previous)
        assert score_of(trained, AFTER) > 0.6
        return checkpoint.save(trained.learner, {"name": name}, tmp_path / name / "kept")

    plain, replayed = kept("plain", None), kept("replayed", BEFORE, replay=0.5)
    rows = [*test.rows(), *AFTER.part("test").rows()]
    assert checkpoint.alike(replayed.answers(rows), checkpoint.open_checkpoint(replayed.folder).answers(rows))

    def lost(after: checkpoint.Checkpoint) -> float:
        told = forgetting(old, after, test, lambda gold, answers: judge(gold.task, gold, answers))
        assert told.rows == len(test)
        [accuracy] = [each for each in told.lost if each.name == "accuracy"]
        assert accuracy.low <= accuracy.value <= accuracy.high
        return accuracy.value

    assert lost(plain) < -0.5
    assert lost(replayed) > lost(plain) + 0.4


def test_what_is_lost_is_told_with_documents_drawn_whole(old: checkpoint.Checkpoint) -> None:
    rows = replace(BEFORE, frame=BEFORE.frame.assign(document=[str(at // 5) for at in range(len(BEFORE))]))
    after = checkpoint.Checkpoint(old.folder, old.card, old.recipe, started(BEFORE, on(old)))
    found = forgetting(old, after, rows, lambda gold, answers: judge(gold.task, gold, answers))
    assert found.before.groups is not None
    assert found.lost == tuple(compared(found.after, found.before))
    assert found.lost[0].name == found.before.headline


@pytest.mark.slow
def test_the_penalty_holds_weights_where_they_stood(old: checkpoint.Checkpoint, tmp_path: Path) -> None:
    stood = dict(old.learner.model.encoder.named_parameters())

    def moved(name: str, penalty: float, previous: TextTable | None) -> float:
        trained = learnt(AFTER, on(old, penalty=penalty), tmp_path / name, previous=previous)
        weights = dict(trained.learner.model.encoder.named_parameters())
        return sum(float(((weights[each] - stood[each]).detach() ** 2).sum()) for each in stood)

    free = moved("free", 0.0, None)
    assert moved("l2sp", 10.0, None) < free / 4
    assert moved("ewc", 10.0, BEFORE) < free / 2


def test_the_anchor_is_half_the_weighed_square(old: checkpoint.Checkpoint) -> None:
    from longwave.text.methods.modules.anchor import Anchor

    encoder = torch.nn.Linear(2, 1, bias=False)
    torch.nn.init.zeros_(encoder.weight)
    anchor = Anchor(encoder, 3.0, {"weight": torch.tensor([[2.0, 5.0]])})
    loss = {"loss": torch.tensor(1.0)}
    assert anchor.loss(None, {}, loss).item() == 1.0
    with torch.no_grad():
        encoder.weight.copy_(torch.tensor([[1.0, -2.0]]))
    assert anchor.loss(None, {}, loss).item() == pytest.approx(1 + 3 / 2 * (2 * 1 + 5 * 4))


def test_fisher_is_the_variance_of_the_score(old: checkpoint.Checkpoint) -> None:
    """Scaled to a mean of one, never below nought, the same by seed, and nought for words that no old row has."""
    from longwave.text.methods.modules.anchor import fisher

    learner = started(AFTER, on(old))
    found = fisher(learner, BEFORE)
    whole = torch.cat([each.flatten() for each in found.values()])
    assert float(whole.mean()) == pytest.approx(1.0, rel=1e-3)
    assert float(whole.min()) >= 0
    again = fisher(learner, BEFORE)
    assert all(torch.equal(found[name], again[name]) for name in found)
    words = found["embeddings.word_embeddings.weight"]
    unseen, seen = (learner.tokenizer.token_to_id(word) for word in ("tariff", "growth"))
    assert float(words[unseen].sum()) == 0 < float(words[seen].sum())


@pytest.mark.parametrize("kind", ["tags", "several", "ordered"])
def test_fisher_of_other_kinds_of_answers(kind: str, base: Path) -> None:
    from longwave.text.methods.modules.anchor import fisher

    if kind == "tags":
        rows = table("entities", tagged(20))
    elif kind == "ordered":
        rows = table("classify", labelled(20, OLD), ("growth", "prices", "jobs"), ordered=True)
    else:
        made = [{"text": row["text"], "labels": (row["label"],)} for row in labelled(20, OLD)]
        rows = table("classify", made, OLD, several=True)
    found = fisher(started(rows, recipe(base, "full")), rows)
    assert all(bool(torch.isfinite(each).all()) for each in found.values())


@pytest.mark.slow
def test_tags_grow_too(base: Path, tmp_path: Path) -> None:
    trained = learnt(
        table("entities", tagged(60)), recipe(base, "full", num_train_epochs=2, learning_rate=2e-3), tmp_path
    )
    first = checkpoint.save(trained.learner, {"name": "old"}, tmp_path / "kept")
    frame = table("entities", tagged(60)).frame
    frame["tags"] = [tuple(each.replace("PLACE", "CITY") for each in tags) for tags in frame["tags"]]
    learner = started(TextTable("entities", frame), on(first))
    assert learner.model.told["labels"] == ["O", "B-PLACE", "I-PLACE", "B-CITY", "I-CITY"]
    assert torch.equal(learner.model.head.out.weight[:3], first.learner.model.head.out.weight)


@pytest.mark.parametrize("method", ["lora", "frozen"])
def test_it_goes_on_from_what_can_be_worked_into_the_weights(method: str, base: Path, tmp_path: Path) -> None:
    trained = learnt(BEFORE, recipe(base, method, num_train_epochs=4, learning_rate=2e-2), tmp_path)
    first = checkpoint.save(trained.learner, {"name": "old"}, tmp_path / "kept")
    learner = started(BEFORE, on(first))
    rows = BEFORE.part("test").rows()
    told, before = learner.predict(rows), first.answers(rows)
    assert [each["label"] for each in told] == [each["label"] for each in before]
    assert all(each.requires_grad for each in learner.model.encoder.parameters())


def test_what_cannot_be_gone_on_from_is_refused(
    old: checkpoint.Checkpoint, base: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="none"):
        started(AFTER, recipe(base, "continual"))
    with pytest.raises(UsageError, match="another kind"):
        started(table("entities", tagged(20)), on(old))
    trained = learnt(BEFORE, recipe(base, "prompt", num_train_epochs=1), tmp_path)
    prompted = checkpoint.save(trained.learner, {"name": "old"}, tmp_path / "kept")
    with pytest.raises(UsageError, match="Prompt"):
        started(AFTER, on(prompted))


def test_a_regressions_head_on_other_numbers_and_several_models_are_refused(
    base: Path, tmp_path: Path
) -> None:
    tags = table("entities", tagged(60), ("O", "B-PLACE"))
    frozen = learnt(tags, recipe(base, "frozen"), tmp_path / "tags")
    kept = checkpoint.save(frozen.learner, {"name": "old"}, tmp_path / "frozen")
    with pytest.raises(UsageError, match="regression"):
        started(tags, on(kept))
    several = learnt(BEFORE, recipe(base, "full", num_train_epochs=1, members=2), tmp_path / "members")
    kept = checkpoint.save(several.learner, {"name": "old"}, tmp_path / "together")
    with pytest.raises(UsageError, match="2 models"):
        lone(checkpoint.open_checkpoint(kept.folder))


def test_the_linear_model_beside_is_left_behind(base: Path, tmp_path: Path) -> None:
    rows = table("classify", labelled(180, OLD), OLD)
    weak = recipe(base, "full", num_train_epochs=1, learning_rate=1e-4, stack="linear", head_start="random")
    trained = learnt(rows, weak, tmp_path)
    assert trained.learner.recipe.stack == "linear"
    kept = checkpoint.save(trained.learner, {"name": "old"}, tmp_path / "kept")
    learner = started(AFTER, on(kept))
    assert learner.model.told["labels"] == [*OLD, *NEW]


def test_old_rows_of_another_kind_are_not_mixed_in() -> None:
    from longwave.text.method import METHODS

    taught, given = METHODS.get("continual").taught, Recipe(method="continual", replay=0.5)
    about = replace(BEFORE, frame=BEFORE.frame.assign(about="growth"))
    for table_, old in ((AFTER, about), (AFTER, replace(BEFORE, ordered=True))):
        with pytest.raises(UsageError):
            taught(table_, given, old)
    dated = replace(BEFORE, frame=BEFORE.frame.assign(date="2020-01-01"))
    mixed = taught(AFTER, given, dated)
    assert list(mixed.frame) == list(AFTER.frame)
    assert len(mixed) > len(AFTER)
