"""A student learns its teacher's answers."""

import copy
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from longwave.core.errors import UsageError
from longwave.text.checkpoints import checkpoint
from longwave.text.distil import check_can_teach, distil, keep_layers, labelled_by
from longwave.text.learners.encoder_learner import load_encoder
from longwave.text.methods.full import layers_of
from longwave.text.settings.recipe import Recipe
from longwave.text.training.soft_targets import divergence
from longwave.text.training.training import Watch, train

from .export.made import headline, made, table
from .methods.made import modernbert

ONE = {"kind": "sequence"}


def test_the_divergence_is_nought_at_the_teachers_answer() -> None:
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(5, 4, generator=rng)
    batch = {"attention_mask": torch.ones(5, 4)}
    for told in (ONE, {"kind": "sequence", "several": True}):
        assert divergence(logits, logits, batch, told, 2.0) == pytest.approx(0.0, abs=1e-6)
        assert divergence(logits, -logits, batch, told, 2.0) > 0.01


def test_its_slope_at_a_high_temperature_is_that_of_the_squared_gap() -> None:
    """Hinton et al. (2015), eq. 4: T^2 dKL/dz -> (z_s - z_t) / N for centred logits as T grows."""
    rng = np.random.default_rng(0)
    teacher, start = (torch.tensor(each - each.mean()) for each in rng.normal(size=(2, 6)))
    student = start.clone().requires_grad_(True)
    loss = 400.0**2 * divergence(teacher[None], student[None], {}, ONE, 400.0)
    (slope,) = torch.autograd.grad(loss, student)
    assert torch.allclose(slope, (start - teacher) / 6, atol=2e-3)


def test_layers_are_kept_from_first_to_last() -> None:
    encoder = made().learner.model.encoder
    small = copy.deepcopy(encoder)
    last = layers_of(small)[1]
    keep_layers(small, 2)
    assert layers_of(small)[1] is last
    keep_layers(small, 1)
    assert len(layers_of(small)) == small.config.num_hidden_layers == 1
    with pytest.raises(UsageError):
        keep_layers(small, 3)


def test_a_kept_layer_stays_of_its_kind(tmp_path: Path) -> None:
    """ModernBERT, Qwen2 and others tell each layer's kind in their configuration, which must go with the layers."""
    encoder, _ = load_encoder(modernbert(tmp_path / "base"))
    kinds = list(encoder.config.layer_types)
    assert kinds[1] != kinds[2]
    keep_layers(encoder, 2)
    assert encoder.config.layer_types == [kinds[0], kinds[2]]
    encoder.save_pretrained(tmp_path / "small")
    (tmp_path / "small" / "tokenizer.json").write_text((tmp_path / "base" / "tokenizer.json").read_text())
    again, _ = load_encoder(tmp_path / "small")
    ids = torch.arange(4, 28)[None]
    with torch.no_grad():
        told = [each.eval()(input_ids=ids).last_hidden_state for each in (encoder, again)]
    assert torch.allclose(*told, atol=1e-6)


@pytest.mark.parametrize(
    ("card", "settings"),
    [
        ({"task": "classify", "export": {}}, {}),
        ({"task": "classify"}, {"stack": "linear"}),
        ({"task": "translate"}, {}),
    ],
)
def test_what_has_no_head_of_labels_to_show_cannot_teach(tmp_path: Path, card, settings) -> None:  # type: ignore[no-untyped-def]
    held = checkpoint.Checkpoint(tmp_path, card, Recipe().with_settings(settings))
    with pytest.raises(UsageError):
        check_can_teach(held)
    with pytest.raises(UsageError) as caught:
        distil(held, ["a text"], tmp_path / "student")
    assert caught.value.message.key == "text_export.no_teacher"


@pytest.mark.slow
def test_a_student_of_one_layer_learns_and_is_kept(tmp_path: Path) -> None:
    teacher, rows = made("classify"), table("classify")
    given = {
        "teacher": str(teacher.folder),
        "keep_layers": 1,
        "max_length": 48,
        "threads": 1,
        "learning_rate": 2e-3,
    }
    recipe = Recipe().with_settings({**given, "num_train_epochs": 4, "per_device_train_batch_size": 16})
    trained = train(rows, recipe, tmp_path / "work", Watch(headline))
    kept = checkpoint.save(trained.learner, {}, tmp_path / "student")
    test = rows.part("test")
    assert headline(test, checkpoint.open_checkpoint(kept.folder).answers(test.rows()))["headline"] > 0.9
    weights = [
        sum(each.numel() for each in held.model.parameters()) for held in (teacher.learner, trained.learner)
    ]
    assert weights[1] < weights[0]


@pytest.mark.slow
def test_a_teacher_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    teacher = str(made("classify").folder)
    for task, more in (
        ("relations", {}),
        ("classify", {"method": "frozen"}),
        ("classify", {"base": "scratch"}),
    ):
        recipe = Recipe().with_settings({"teacher": teacher, "threads": 1, "max_length": 48, **more})
        with pytest.raises(UsageError):
            train(table(task), recipe, tmp_path / task, Watch(headline))
    with pytest.raises(UsageError):
        Recipe().with_settings({"teacher_weight": 1.5})


@pytest.mark.slow
def test_texts_without_labels_get_the_teachers() -> None:
    teacher = made("classify")
    frame = labelled_by(teacher, ["apple rose", "sony fell"])
    assert set(frame["label"]) <= {"good", "bad"}
    with pytest.raises(UsageError):
        labelled_by(made("entities"), ["apple rose"])
