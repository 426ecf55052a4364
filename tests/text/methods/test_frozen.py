"""The frozen encoder with a logistic regression, on every kind of label."""

from pathlib import Path

import numpy as np
import pytest
import torch

from longwave.core.errors import NotEnoughData, UsageError
from longwave.text import checkpoint
from longwave.text.encoder_learner import load_encoder
from longwave.text.few import few
from longwave.text.portable.shapes import SHAPES
from longwave.text.table import TextTable

from .made import FILLS, PLACES, WORDS, bert, labelled, learnt, recipe, score_of, table, tagged

LABELS = ("growth", "prices", "jobs")
ROWS = table("classify", labelled(150, LABELS), LABELS)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("base"))


def kept_alike(trained, rows: TextTable, folder: Path):  # type: ignore[no-untyped-def]
    saved = checkpoint.save(trained.learner, {"name": "made"}, folder / "kept")
    test = rows.part("test").rows()
    assert checkpoint.alike(saved.answers(test), trained.learner.predict(test))
    return saved


def test_frozen_keeps_nothing_of_the_encoder_and_answers_alike(base: Path, tmp_path: Path) -> None:
    trained = learnt(ROWS, recipe(base, "frozen"), tmp_path)
    assert score_of(trained, ROWS) > 0.85
    saved = kept_alike(trained, ROWS, tmp_path)
    assert not list(saved.folder.glob("model*"))
    assert sum(each.stat().st_size for each in saved.folder.glob("*.safetensors")) < 2_000
    published = load_encoder(base)[0].state_dict()
    assert all(
        torch.equal(each, published[name])
        for name, each in trained.learner.model.encoder.state_dict().items()
    )


def test_the_head_says_what_scikit_learn_says(base: Path, tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    from longwave.core.harvest import silent
    from longwave.text.methods.modules.regression import STRENGTHS, states_of

    learner = learnt(ROWS, recipe(base, "frozen"), tmp_path).learner
    x, y = states_of(learner, ROWS.part("train"), silent)
    middle, spread = x.mean(0), x.std(0)
    logits = learner.model.head.out(torch.as_tensor(x)).detach().numpy()
    mine = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    scaled = ((x - middle) / spread).astype(float)
    gaps = [
        np.abs(
            LogisticRegression(C=c, tol=1e-8, max_iter=5_000).fit(scaled, y).predict_proba(scaled) - mine
        ).max()
        for c in STRENGTHS
    ]
    assert min(gaps) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("labels", [("growth", "prices"), LABELS])
def test_the_same_rows_give_the_same_answers(labels: tuple[str, ...], base: Path, tmp_path: Path) -> None:
    rows = table("classify", labelled(60, labels), labels)
    one = learnt(rows, recipe(base, "frozen"), tmp_path / "one").learner
    other = learnt(rows, recipe(base, "frozen"), tmp_path / "other").learner
    assert one.predict(rows.rows()) == other.predict(rows.rows())


@pytest.mark.slow
def test_several_labels_a_row(base: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    made = []
    for _ in range(200):
        mine = tuple(label for label in LABELS if rng.random() < 0.5)
        text = " ".join([str(rng.choice(FILLS)), *(str(rng.choice(WORDS[label])) for label in mine)])
        made.append({"text": text, "labels": mine})
    rows = table("classify", made, LABELS, several=True)
    trained = learnt(rows, recipe(base, "frozen"), tmp_path)
    assert score_of(trained, rows) > 0.6
    kept_alike(trained, rows, tmp_path)


def test_an_ordinal_scale(base: Path, tmp_path: Path) -> None:
    rows = table("classify", labelled(150, LABELS), LABELS, ordered=True)
    trained = learnt(rows, recipe(base, "frozen"), tmp_path)
    assert trained.learner.model.head.out.out_features == 2
    assert score_of(trained, rows) > 0.8
    kept_alike(trained, rows, tmp_path)


def test_tags_with_the_shapes_of_words(base: Path, tmp_path: Path) -> None:
    rows = table("entities", tagged(80))
    trained = learnt(rows, recipe(base, "frozen"), tmp_path)
    assert trained.learner.model.head.out.in_features == 32 + 3 * SHAPES
    assert score_of(trained, rows) > 0.95
    kept_alike(trained, rows, tmp_path)
    without = learnt(rows, recipe(base, "frozen", shapes=False), tmp_path / "without")
    assert without.learner.model.head.out.in_features == 32


def test_relations(base: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    made = []
    for _ in range(120):
        one, other = rng.choice(PLACES, 2, replace=False)
        rises = rng.random() < 0.5
        text = f"{one} {'growth' if rises else 'prices'} {other} today"
        ends = {"head_start": 0, "head_end": len(one), "tail_start": text.index(other)}
        made.append(
            {
                "text": text,
                **ends,
                "tail_end": text.index(other) + len(other),
                "label": "up" if rises else "dear",
            }
        )
    rows = table("relations", made, ("dear", "up"))
    trained = learnt(rows, recipe(base, "frozen"), tmp_path)
    assert trained.learner.model.head.out.in_features == 3 * 32
    assert score_of(trained, rows) > 0.8
    kept_alike(trained, rows, tmp_path)


def test_a_label_without_rows_is_never_said(base: Path, tmp_path: Path) -> None:
    rows = table("classify", labelled(60, LABELS), (*LABELS, "trade"))
    told = learnt(rows, recipe(base, "frozen"), tmp_path).learner.predict(rows.rows())
    assert {each["label"] for each in told} <= set(LABELS)
    assert max(each["scores"]["trade"] for each in told) < 1e-6


def test_one_label_alone_is_refused(base: Path, tmp_path: Path) -> None:
    rows = table("classify", labelled(30, ("growth",)), LABELS)
    with pytest.raises(NotEnoughData, match="same label"):
        learnt(rows, recipe(base, "frozen"), tmp_path)


def test_one_row_a_label_is_enough(base: Path, tmp_path: Path) -> None:
    rows = labelled(3, LABELS)
    few_rows = TextTable("classify", table("classify", rows, LABELS).frame.assign(split="train"), LABELS)
    told = learnt(few_rows, recipe(base, "frozen"), tmp_path).learner.predict(rows)
    assert [each["label"] for each in told] == [row["label"] for row in rows]


def test_tag_transitions_are_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="crf"):
        learnt(table("entities", tagged(20)), recipe(base, "frozen", crf=True), tmp_path)


def test_a_few_rows_of_each_label_are_drawn_by_seed() -> None:
    drawn = few(ROWS, 4, seed=1)
    assert drawn.frame["label"].value_counts().to_dict() == dict.fromkeys(LABELS, 4)
    assert drawn.frame["id"].tolist() == few(ROWS, 4, seed=1).frame["id"].tolist()
    assert drawn.frame["id"].tolist() != few(ROWS, 4, seed=2).frame["id"].tolist()
    assert len(few(ROWS, 0, seed=1)) == len(ROWS)
    assert len(few(ROWS, 10_000, seed=1)) == len(ROWS)
    assert len(few(table("entities", tagged(20)), 5, seed=1)) == 5
