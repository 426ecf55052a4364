"""The frozen encoder with a logistic regression, on every kind of label."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.model_selection import StratifiedKFold

from longwave.core.errors import NotEnoughData, UsageError
from longwave.core.harvest import silent
from longwave.text.augment.augment import augmented
from longwave.text.bases import Base
from longwave.text.checkpoints import checkpoint
from longwave.text.few import few
from longwave.text.learners.encoder_learner import load_encoder
from longwave.text.methods.modules.regression import STRENGTHS, States, _best, _folds, states_of
from longwave.text.portable.shapes import SHAPES
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable

from .made import FILLS, PLACES, WORDS, bert, labelled, learnt, recipe, score_of, started, table, tagged

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

    learner = learnt(ROWS, recipe(base, "frozen"), tmp_path).learner
    found = states_of(learner, ROWS.part("train"), silent)
    x, y = found.x, found.y
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


def strange_in_dev(*, long: bool) -> TextTable:
    """Two intents; what is out of scope stands in dev and test alone."""
    rows = table("intent", labelled(400, ("growth", "prices"))).frame
    odd = table("intent", labelled(150, ("trade",), seed=9)).frame
    odd = odd[odd["split"] != "train"].assign(label="oos")
    frame = pd.concat([rows, odd.assign(id=[f"odd{place}" for place in range(len(odd))])], ignore_index=True)
    if long:
        frame["text"] = [" ".join([text] * 4) for text in frame["text"]]
    return TextTable("intent", frame, ("growth", "oos", "prices"))


@pytest.mark.parametrize("long", ["head", "windows"])
@pytest.mark.parametrize("method", ["frozen", "full"])
def test_what_is_out_of_scope_in_dev_alone_chooses_the_bar_and_not_the_temperature(
    method: str, long: str, base: Path, tmp_path: Path
) -> None:
    rows = strange_in_dev(long=long == "windows")
    more = {} if method == "frozen" else {"num_train_epochs": 1}
    trained = learnt(rows, recipe(base, method, long=long, **more), tmp_path)
    told = trained.learner.model.told
    assert told["labels"] == ["growth", "prices"]
    assert told["outside"] == "oos"
    assert told["scope"] in ("probability", "energy")
    assert "scope_centre" in told  # chosen on dev, not guessed
    assert "oos" in {each["label"] for each in trained.learner.predict(rows.part("dev").rows())}
    without = TextTable("intent", rows.frame[rows.frame["label"] != "oos"], rows.labels)
    again = learnt(without, recipe(base, method, long=long, **more), tmp_path / "without")
    assert told["temperature"] == pytest.approx(again.learner.model.told["temperature"])


def doubled(noise: float = 0.05) -> States:
    """A hundred rows of labels drawn by lot, each read twice and nearly alike."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 200)), rng.integers(0, 2, 100)
    twice = np.repeat(x, 2, 0) + rng.normal(size=(200, 200)) * noise
    return States(twice.astype(np.float32), np.repeat(y, 2), np.repeat(np.arange(100), 2))


def test_what_is_of_one_row_stands_on_one_side_of_a_fold() -> None:
    given = doubled()
    folds = _folds(given, 1)
    assert len(folds) == 4
    assert sorted(place for _, theirs in folds for place in theirs) == list(range(200))
    for mine, theirs in folds:
        assert not set(given.rows[mine]) & set(given.rows[theirs])
        assert set(given.y[theirs]) == {0, 1}


def test_labels_drawn_by_lot_want_the_strongest_penalty_however_often_a_row_is_read() -> None:
    chosen = _best(doubled(), None, seed=1, balanced=False)
    assert chosen.get_params()["C"] == min(STRENGTHS)


def test_folds_of_rows_that_are_read_once_are_stratified() -> None:
    given = doubled()
    once = States(given.x[::2], given.y[::2], given.rows[::2])
    plain = StratifiedKFold(4, shuffle=True, random_state=1).split(once.x, once.y)
    assert all(
        np.array_equal(one, other)
        for mine, theirs in zip(_folds(once, 1), plain, strict=True)
        for one, other in zip(mine, theirs, strict=True)
    )


def test_windows_readings_words_and_copies_are_of_their_rows(base: Path) -> None:
    texts = table("classify", [{**row, "text": row["text"] * 9} for row in labelled(20, LABELS)], LABELS)
    pairs = table("pairs", [{**row, "other": "wages again"} for row in labelled(20, LABELS)], LABELS)
    for rows, settings in (
        (texts, {"long": "windows", "stride": 2}),
        (pairs, {"symmetric": True}),
        (table("entities", tagged(20)), {}),
        (
            augmented(texts, Recipe(augment=("upper",)), Base("scratch", Path())).table,
            {"augment": ("upper",)},
        ),
    ):
        learner = started(rows, recipe(base, "frozen", **settings))
        train = rows.part("train")
        found = states_of(learner, train, silent)
        given = {each.partition("+")[0] for each in train.frame["id"]}
        assert set(found.rows) == set(range(len(given)))
        assert len(found.rows) == len(found.x) == len(found.y) > len(given)


def test_dev_without_enough_rows_of_learnt_labels_leaves_the_penalty_to_folds(
    base: Path, tmp_path: Path
) -> None:
    rows = strange_in_dev(long=False).frame
    dev = rows["split"] == "dev"
    only_strange = pd.concat([rows[~dev], *[rows[dev & (rows["label"] == "oos")]] * 3], ignore_index=True)
    only_strange["id"] = [str(place) for place in range(len(only_strange))]
    trained = learnt(
        TextTable("intent", only_strange, ("growth", "oos", "prices")), recipe(base, "frozen"), tmp_path
    )
    assert trained.learner.model.told["labels"] == ["growth", "prices"]
