"""Methods for few rows or none: few_shot, zero_shot."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.text.checkpoints import checkpoint
from longwave.text.descriptions import read_descriptions, readable

from .made import bert, labelled, learnt, recipe, score_of, started, table, tagged

LABELS = ("growth", "prices", "jobs")
ROWS = table("classify", labelled(150, LABELS), LABELS)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("base"))


def test_contrast_is_the_mean_squared_distance_from_one_and_nought() -> None:
    from longwave.text.methods.modules.contrast import contrast

    texts = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    labels = torch.tensor([0, 0, 1])
    together = (1 - 0.6) ** 2  # texts 0 and 1
    apart = (0.0**2 + 0.8**2) / 2  # texts 0 and 2, 1 and 2
    assert contrast(texts, labels).item() == pytest.approx((together + apart) / 2)


def test_batches_hold_equally_many_rows_of_each_label() -> None:
    from longwave.text.methods.modules.contrast import batches_of_labels

    labels = np.repeat(np.arange(40), 5)
    chosen = recipe(Path(), "few_shot", num_train_epochs=2)
    drawn = batches_of_labels(labels, chosen)
    assert drawn == batches_of_labels(labels, chosen)
    for batch in drawn:
        counts = np.bincount(labels[batch], minlength=40)
        assert set(counts[counts > 0]) == {2}
        assert len(set(batch)) == len(batch)


def test_few_shot_draws_labels_together_and_is_read_again(base: Path, tmp_path: Path) -> None:
    from longwave.core.harvest import silent
    from longwave.text.methods.modules.regression import states_of

    chosen = recipe(base, "few_shot", examples=8, num_train_epochs=30, learning_rate=2e-3)
    before, after = started(ROWS, chosen), learnt(ROWS, chosen, tmp_path)
    assert after.rows == 24
    assert len(after.dev) == 24
    within = after.within(ROWS)
    assert [len(within.part(part)) for part in ("train", "dev", "test")] == [24, 24, len(ROWS.part("test"))]
    assert score_of(after, ROWS) > 0.85

    def nearness(learner) -> float:  # type: ignore[no-untyped-def]
        found = states_of(learner, ROWS.part("test"), silent)
        x, y = found.x, found.y
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        same = y[:, None] == y[None, :]
        return float((x @ x.T)[same].mean() - (x @ x.T)[~same].mean())

    assert nearness(after.learner) > nearness(before) + 0.15
    saved = checkpoint.save(after.learner, {"name": "made"}, tmp_path / "kept")
    rows = ROWS.part("test").rows()
    assert checkpoint.alike(saved.answers(rows), after.learner.predict(rows))


@pytest.mark.slow
def test_few_shot_is_the_same_twice(base: Path, tmp_path: Path) -> None:
    chosen = recipe(base, "few_shot", examples=4, num_train_epochs=4, learning_rate=1e-3)
    one, other = (learnt(ROWS, chosen, tmp_path / name).learner for name in ("one", "other"))
    assert one.predict(ROWS.rows()[:20]) == other.predict(ROWS.rows()[:20])


def test_few_shot_wants_pairs_and_one_label_a_row(base: Path, tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData):
        learnt(ROWS, recipe(base, "few_shot", examples=1), tmp_path)
    several = table("classify", [{"text": "today", "labels": ("growth",)}] * 10, LABELS, several=True)
    with pytest.raises(UsageError):
        learnt(several, recipe(base, "few_shot"), tmp_path)
    with pytest.raises(UsageError):
        learnt(table("entities", tagged(20)), recipe(base, "few_shot"), tmp_path)


def described(folder: Path) -> Path:
    """What the labels mean, in words that the texts have."""
    path = folder / "labels.json"
    told = {
        "growth": ["output growth", "boom"],
        "prices": "prices inflation dear",
        "jobs": "jobs hiring wages",
    }
    path.write_text(json.dumps(told), "utf-8")
    return path


def test_zero_shot_needs_no_rows_and_is_read_again(base: Path, tmp_path: Path) -> None:
    nothing = table("classify", ROWS.part("test").rows(), LABELS)
    nothing = type(nothing)("classify", nothing.frame.assign(split="test"), LABELS)
    trained = learnt(nothing, recipe(base, "zero_shot", descriptions=str(described(tmp_path))), tmp_path)
    assert trained.rows == 0
    assert all(each["probability"] > 1 / 3 for each in trained.learner.predict(nothing.rows()))
    saved = checkpoint.save(trained.learner, {"name": "made"}, tmp_path / "kept")
    (tmp_path / "labels.json").unlink()
    assert checkpoint.alike(saved.answers(nothing.rows()), trained.learner.predict(nothing.rows()))
    assert saved.learner.model.told["descriptions"]["growth"] == ["output growth", "boom"]


def test_a_description_is_nearest_to_itself(base: Path, tmp_path: Path) -> None:
    trained = learnt(ROWS, recipe(base, "zero_shot", descriptions=str(described(tmp_path))), tmp_path)
    head = trained.learner.model.head.out.weight
    assert torch.allclose(head.norm(dim=1), torch.full((3,), 20.0), atol=1e-3)
    assert trained.learner.predict([{"text": "prices inflation dear"}])[0]["label"] == "prices"


def test_zero_shot_tells_the_labels_of_a_scale_apart_like_any_others(base: Path, tmp_path: Path) -> None:
    rows = table("classify", labelled(30, LABELS), LABELS, ordered=True)
    trained = learnt(rows, recipe(base, "zero_shot"), tmp_path)
    assert trained.learner.model.told["ordered"] is False
    assert set(trained.learner.predict(rows.rows()[:1])[0]["scores"]) == set(LABELS)


def test_zero_shot_refuses_what_it_cannot_say(base: Path, tmp_path: Path) -> None:
    several = table("classify", [{"text": "today", "labels": ("growth",)}] * 10, LABELS, several=True)
    pairs = table("pairs", [{"text": "today", "other": "again", "label": "growth"}] * 10, LABELS)
    alone = table("classify", labelled(10, ("growth",)), ("growth",))
    for rows in (several, pairs, alone, table("entities", tagged(20))):
        with pytest.raises(UsageError):
            learnt(rows, recipe(base, "zero_shot"), tmp_path)


def test_names_of_labels_are_made_readable() -> None:
    assert readable("card_arrival") == "card arrival"
    assert readable("cardArrival") == "card Arrival"
    assert readable("Refund-not-showing/up") == "Refund not showing up"
    assert readable("物价上涨") == "物价上涨"
    assert readable("___") == "___"


def test_descriptions_are_read_from_toml_and_json(tmp_path: Path) -> None:
    file = tmp_path / "labels.toml"
    file.write_text('growth = "output rises"\n"jobs" = ["hiring", "wages"]\n', "utf-8")
    assert read_descriptions(str(file), LABELS) == {
        "growth": ("output rises",),
        "prices": ("prices",),
        "jobs": ("hiring", "wages"),
    }


@pytest.mark.parametrize(
    "text", ["[1, 2]", '{"growth": ""}', '{"growth": []}', '{"growth": {"a": 1}}', '{"growth"', "\x00"]
)
def test_descriptions_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "labels.json"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput):
        read_descriptions(str(file), LABELS)


def test_descriptions_of_other_labels_and_no_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "labels.json"
    file.write_text('{"tariffs": "duties"}', "utf-8")
    with pytest.raises(UsageError, match="tariffs"):
        read_descriptions(str(file), LABELS)
    with pytest.raises(BadInput):
        read_descriptions(str(tmp_path / "none.json"), LABELS)


def test_a_long_description_moves_no_other_label(base: Path, tmp_path: Path) -> None:
    texts = {
        "growth": ["output growth boom " * 12, "boom"],
        "prices": "prices inflation dear",
        "jobs": "jobs hiring",
    }
    file = tmp_path / "labels.json"
    file.write_text(json.dumps(texts), "utf-8")
    chosen = recipe(base, "zero_shot", descriptions=str(file), long="windows", stride=2)
    learner = learnt(ROWS, chosen, tmp_path).learner
    assert [each["row"] for each in learner.features([{"text": texts["growth"][0]}])].count(0) > 1
    plain = recipe(base, "zero_shot", descriptions=str(described(tmp_path)))
    head, other = (
        learner.model.head.out.weight,
        learnt(ROWS, plain, tmp_path / "plain").learner.model.head.out.weight,
    )
    assert torch.allclose(head[1], other[1], atol=1e-4)  # "prices" is described alike
    assert learner.predict([{"text": "jobs hiring"}])[0]["label"] == "jobs"
    assert torch.allclose(head.norm(dim=1), torch.full((3,), 20.0), atol=1e-3)


def test_windows_of_a_description_count_as_one() -> None:
    from longwave.text.methods.modules.nearest import _means

    long, short = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    texts = _means(torch.cat([long, short]), [0, 0, 0, 1])
    torch.testing.assert_close(_means(texts, [0, 0]), torch.full((1, 2), 0.5**0.5))
