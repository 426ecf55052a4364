"""Learning on from a checkpoint: continual, its penalty, its replay, and what is forgotten."""

import itertools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.special import softmax

from longwave.core.errors import UsageError
from longwave.core.harvest import silent
from longwave.text.checkpoints import checkpoint
from longwave.text.continuing.forgetting import forgetting
from longwave.text.learners.encoder_learner import EncoderLearner
from longwave.text.method import METHODS
from longwave.text.methods.continual import lone
from longwave.text.methods.modules.new_labels import beside
from longwave.text.methods.modules.regression import States
from longwave.text.score.comparison import compared
from longwave.text.score.judge import judge
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training.probing import begins_probed, probed

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


def test_fisher_is_of_what_the_model_says_however_it_is_to_learn(old: checkpoint.Checkpoint) -> None:
    """Neither weights of labels, nor smoothing, nor labels that have just been added are in what it says."""
    from longwave.text.methods.modules.anchor import fisher

    said = fisher(old.learner, BEFORE)
    uneven = replace(
        AFTER, frame=AFTER.frame[(AFTER.frame["label"] == "jobs") | (AFTER.frame.index % 4 == 1)]
    )
    learner = started(uneven, on(old, class_weights="balanced", label_smoothing_factor=0.3))
    assert learner.model.label_weights is not None
    found = fisher(learner, BEFORE, known=len(OLD))
    assert all(torch.allclose(found[name], said[name], rtol=1e-3, atol=1e-6) for name in said)
    said = fisher(old.learner, BEFORE.part("train"))
    [bend] = METHODS.get("continual").bends(started(AFTER, on(old, penalty=1.0)), BEFORE)
    names = [name for name, _ in old.learner.model.encoder.named_parameters()]
    assert all(
        torch.allclose(importance, said[name], rtol=1e-3, atol=1e-6)
        for name, (_, _, importance) in zip(names, bend.held, strict=True)
    )


def test_fisher_of_a_chain_is_that_of_its_sequences(base: Path) -> None:
    """Against the sum over every sequence of tags of one short sentence."""
    from longwave.text.methods.modules.anchor import fisher

    row = {"tokens": ("output", "rose", "today"), "tags": ("O", "B-PLACE", "O")}
    rows = table("entities", [row] * 250)
    learner = started(rows, recipe(base, "full", crf=True, shapes=False, layers=1))
    model = learner.model.eval()
    with torch.no_grad():
        model.head.moves.copy_(torch.tensor([[3.0, -3.0, -3.0], [-3.0, -3.0, 3.0], [3.0, -3.0, -3.0]]))
        model.head.out.weight.mul_(5)
    weight = model.encoder.get_input_embeddings().weight
    [batch] = [learner.collate(learner.examples(rows.take([0])))]
    places = torch.nonzero(batch["labels"][0] != -100).flatten()
    whole = torch.zeros_like(weight)
    for tags in itertools.product(range(3), repeat=3):
        batch["labels"][0, places] = torch.tensor(tags)
        surprise = model(**batch)["loss"] * 3
        (found,) = torch.autograd.grad(surprise, weight)
        whole += float(torch.exp(-surprise.detach())) * found**2
    drawn = fisher(learner, rows)["embeddings.word_embeddings.weight"]
    assert float(torch.cosine_similarity(drawn.flatten(), whole.flatten(), 0)) > 0.98
    assert float((drawn / drawn.sum() - whole / whole.sum()).abs().sum()) < 0.2


def test_a_scale_and_a_span_are_drawn_as_they_are_told(base: Path) -> None:
    from longwave.text.methods.modules.anchor import _steps, surprise
    from longwave.text.portable.decode import probabilities

    logits = torch.tensor([2.0, -1.0, 0.5])  # not falling
    told = probabilities(logits.numpy(), {"ordered": True})
    assert np.allclose(_steps(logits).exp().numpy(), np.clip(told, 1e-12, None), atol=1e-6)
    rng, span = np.random.default_rng(0), SimpleNamespace(told={"kind": "span"})
    sure = torch.tensor([[[9.0, 0.0], [0.0, 9.0]]])
    assert float(surprise(span, sure, torch.tensor([[1, 0]]), rng)) < 0.01  # its own answer, not the true one


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
    steps = {"num_train_epochs": 4, "learning_rate": 2e-2} if method == "lora" else {}
    trained = learnt(BEFORE, recipe(base, method, **steps), tmp_path)
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
    taught, given = METHODS.get("continual").taught, Recipe(method="continual", replay=0.5)
    about = replace(BEFORE, frame=BEFORE.frame.assign(about="growth"))
    for table_, old in ((AFTER, about), (AFTER, replace(BEFORE, ordered=True))):
        with pytest.raises(UsageError):
            taught(table_, given, old)
    dated = replace(BEFORE, frame=BEFORE.frame.assign(date="2020-01-01"))
    mixed = taught(AFTER, given, dated)
    assert list(mixed.frame) == list(AFTER.frame)
    assert len(mixed) > len(AFTER)


def test_what_dev_chooses_is_chosen_for_old_labels_too() -> None:
    mixed = METHODS.get("continual").taught(AFTER, Recipe(method="continual", replay=0.5), BEFORE)
    for part in ("train", "dev"):
        again = mixed.part(part).frame
        again = again[again["id"].str.startswith("replay")]
        assert set(again["label"]) == set(OLD)
        assert set(again["text"]) <= set(BEFORE.part(part).frame["text"])
    assert mixed.part("test").frame.equals(AFTER.part("test").frame)
    undecided = AFTER.take(AFTER.frame.index[AFTER.frame["split"] != "dev"])
    mixed = METHODS.get("continual").taught(undecided, Recipe(method="continual", replay=0.5), BEFORE)
    assert not len(mixed.part("dev"))  # by old rows alone nothing is chosen


def intents(rows: int, labels: tuple[str, ...], seed: int = 0) -> TextTable:
    """What is of trade is out of scope."""
    made = [
        {**row, "label": "oos" if row["label"] == "trade" else row["label"]}
        for row in labelled(rows, labels, seed)
    ]
    return table("intent", made, tuple(dict.fromkeys(str(row["label"]) for row in made)))


def test_what_no_intent_covers_is_still_told_where_no_new_row_shows_it(base: Path, tmp_path: Path) -> None:
    before, after = intents(150, ("growth", "prices", "trade")), intents(100, ("jobs", "growth"), seed=5)
    trained = learnt(before, recipe(base, "full", num_train_epochs=6, learning_rate=2e-3), tmp_path)
    kept = checkpoint.save(trained.learner, {"name": "old"}, tmp_path / "kept")
    learner = started(after, on(kept))
    learner.tune(after.part("dev"))
    assert learner.model.told["labels"] == ["growth", "prices", "oos", "jobs"]
    assert (learner.model.told["outside"], learner.model.told["scope"]) == ("oos", "outside")
    strange = [row for row in before.part("test").rows() if row["label"] == "oos"]
    known = [row for row in before.part("test").rows() if row["label"] != "oos"]
    far, near = (np.mean([each["in_scope"] for each in learner.predict(each)]) for each in (strange, known))
    assert near > far + 0.3
    named = started(after, replace(on(kept), out_of_scope="-"))
    assert named.model.told["outside"] == ""  # by the user's own word
    with pytest.raises(UsageError, match="oos"):
        started(after, replace(on(kept), out_of_scope="jobs"))


def test_questions_without_an_answer_are_not_forgotten_as_a_kind(base: Path, tmp_path: Path) -> None:
    asked = [
        {"question": "where", "context": f"the port in {place} today", "answers": (place,), "starts": (12,)}
        for place in ("Paris", "Lima", "Oslo", "Accra", "Kyoto") * 4
    ]
    silent = [{"question": "when", "context": "the port", "answers": (), "starts": ()}] * 20
    learner = started(table("answers", [*asked, *silent]), recipe(base, "full"))
    learner.model.told["null_bar"] = 1.5
    kept = checkpoint.save(learner, {"name": "old"}, tmp_path / "kept")
    told = started(table("answers", asked), on(kept)).model.told
    assert (told["unanswered"], told["null_bar"]) == (True, 1.5)


def test_new_rows_of_the_head_begin_at_their_best_beside_the_old() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 6)).astype(np.float32)
    y = np.argmax(np.hstack([x[:, :3] * 3, rng.gumbel(size=(300, 2)) + x[:, 3:5] * 3]), axis=1)
    before = np.asarray(x[:, :3] * 3, float)
    counts = np.where(y < 3, 2.0, 1.0)
    weights, biases = beside(States(x, y, np.arange(300)), before, counts, 2, seed=1)
    logits = np.hstack([before, x @ weights.T + biases])
    share = np.average(softmax(logits, axis=1)[:, 3:], axis=0, weights=counts)
    # At the minimum the mean chance of each new label is its share of the rows (the intercept's slope is nought).
    assert share == pytest.approx([np.average(y == each, weights=counts) for each in (3, 4)], abs=1e-3)
    assert np.mean(logits.argmax(axis=1) == y) > 0.7


@pytest.mark.parametrize("several", [False, True])
def test_old_rows_of_the_head_stay_where_new_ones_are_placed(
    several: bool, base: Path, tmp_path: Path
) -> None:
    def given(labels: tuple[str, ...], seed: int) -> TextTable:
        rows = labelled(100, labels, seed)
        if several:
            rows = [{"text": row["text"], "labels": (row["label"],)} for row in rows]
        return table("classify", rows, labels, several=several)

    trained = learnt(given(OLD, 0), recipe(base, "full", num_train_epochs=4, learning_rate=2e-3), tmp_path)
    first = checkpoint.save(trained.learner, {"name": "old"}, tmp_path / "kept")
    rows = given((*OLD, *NEW), 5)
    learner = started(rows, on(first))
    assert begins_probed(learner, rows)
    assert not begins_probed(
        learner, given(NEW, 5)
    )  # no row of an old label: they would win nothing, and lose all
    assert not begins_probed(learner, given(OLD, 5))
    before = learner.model.head.out.weight.clone()
    loss = unlikelihood(learner, rows)
    probed(learner, rows, silent)
    after = learner.model.head.out.weight
    assert torch.equal(after[:2], before[:2])
    assert not torch.equal(after[2:], before[2:])
    assert unlikelihood(learner, rows) < loss


def unlikelihood(learner: EncoderLearner, rows: TextTable) -> float:
    with torch.no_grad():
        return float(learner.model(**learner.collate(learner.examples(rows)))["loss"])
