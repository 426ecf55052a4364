"""Methods that add a little to an encoder and leave it as it is: lora, adalora, prefix, adapter, prompt."""

import warnings
from pathlib import Path

import pytest
import torch

from longwave.core.errors import BadInput, UsageError
from longwave.text.checkpoints import checkpoint
from longwave.text.learners.encoder_learner import load_encoder
from longwave.text.method import METHODS

from .made import bert, distilbert, gpt2, labelled, learnt, recipe, score_of, started, table, tagged

LABELS = ("growth", "prices", "jobs")
ADDED = {"lora": 2e-2, "adalora": 5e-2, "prefix": 5e-2, "adapter": 3e-2, "prompt": 5e-2}
ROWS = table("classify", labelled(120, LABELS), LABELS)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("method", ADDED)
def test_only_what_was_added_learns_and_is_kept_and_read_again(
    method: str, base: Path, tmp_path: Path
) -> None:
    chosen = recipe(base, method, num_train_epochs=16, learning_rate=ADDED[method])
    trained = learnt(ROWS, chosen, tmp_path)
    assert score_of(trained, ROWS) > 0.5
    published = {each.sum().item() for each in load_encoder(base)[0].state_dict().values()}
    kept = {
        each.sum().item()
        for name, each in trained.learner.model.encoder.state_dict().items()
        if not any(part in name for part in ("lora_", "ranknum", "bottleneck", "prompt"))
    }
    assert kept == published
    saved = checkpoint.save(trained.learner, {"name": "made"}, tmp_path / "kept")
    assert not (saved.folder / "model.safetensors").exists()
    rows = ROWS.part("test").rows()
    told = checkpoint.open_checkpoint(saved.folder).answers(rows)
    assert checkpoint.alike(told, trained.learner.predict(rows))


@pytest.mark.slow
@pytest.mark.parametrize("method", ADDED)
def test_words_keep_their_places_for_tags(method: str, base: Path, tmp_path: Path) -> None:
    rows = table("entities", tagged(100))
    trained = learnt(rows, recipe(base, method, num_train_epochs=12, learning_rate=ADDED[method]), tmp_path)
    assert score_of(trained, rows) > 0.8
    saved = checkpoint.save(trained.learner, {"name": "made"}, tmp_path / "kept")
    test = rows.part("test").rows()
    assert checkpoint.alike(saved.answers(test), trained.learner.predict(test))


@pytest.mark.parametrize("method", ["lora", "adalora"])
def test_maps_that_are_written_the_other_way_round_are_maps_too(method: str, tmp_path: Path) -> None:
    chosen = recipe(gpt2(tmp_path / "base"), method, num_train_epochs=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trained = learnt(ROWS, chosen, tmp_path)
    saved = checkpoint.save(trained.learner, {"name": "made"}, tmp_path / "kept")
    rows = ROWS.part("test").rows()
    assert checkpoint.alike(saved.answers(rows), trained.learner.predict(rows))


@pytest.mark.parametrize("method", ["lora", "adalora", "adapter"])
def test_it_begins_as_the_encoder_was_published(method: str, base: Path) -> None:
    learner, plain = started(ROWS, recipe(base, method)), started(ROWS, recipe(base, "full"))
    batch = plain.collate(plain.features(ROWS.rows()[:4]))
    with torch.no_grad():
        assert torch.allclose(learner.model.eval().states(batch), plain.model.eval().states(batch), atol=1e-6)


@pytest.mark.parametrize("method", ["prefix", "prompt"])
def test_states_are_those_of_the_text_and_padding_changes_nothing(method: str, base: Path) -> None:
    learner = started(ROWS, recipe(base, method))
    features = learner.features(
        [{"text": "prices today"}, {"text": "prices today in the north as planned again"}]
    )
    learner.model.eval()
    with torch.no_grad():
        alone = learner.model.states(learner.collate(features[:1]))
        padded = learner.model.states(learner.collate(features))
    assert alone.shape[1] == len(features[0]["input_ids"])
    assert torch.allclose(alone[0], padded[0, : alone.shape[1]], atol=1e-5)


@pytest.mark.parametrize("method", ["prefix", "prompt"])
def test_texts_leave_room_for_what_stands_before_them(method: str, base: Path) -> None:
    learner = started(ROWS, recipe(base, method, max_length=64, prompt_tokens=10))
    assert learner.layout["max_length"] == 54
    assert learner.predict([{"text": "prices " * 200}])[0]["label"] in LABELS


@pytest.mark.parametrize("method", ADDED)
def test_the_two_texts_of_a_pair_are_told_apart(method: str, base: Path) -> None:
    rows = [{**row, "other": "wages in the north"} for row in labelled(20, LABELS)]
    pairs = table("pairs", rows, LABELS)
    learner = started(pairs, recipe(base, method))
    batch = learner.collate(learner.features(pairs.rows()[:2]))
    learner.model.eval()
    with torch.no_grad():
        told = learner.model.states(batch)
        without = learner.model.states({**batch, "token_type_ids": torch.zeros_like(batch["token_type_ids"])})
    assert not torch.allclose(told, without)


def test_peft_reads_what_is_kept(base: Path, tmp_path: Path) -> None:
    from peft import PeftModel

    trained = learnt(ROWS, recipe(base, "lora", num_train_epochs=2, learning_rate=2e-2), tmp_path)
    saved = checkpoint.save(trained.learner, {"name": "made"}, tmp_path / "kept")
    read = PeftModel.from_pretrained(load_encoder(base)[0], saved.folder / "adapter").eval()
    model, batch = (
        trained.learner.model.eval(),
        trained.learner.collate(trained.learner.features(ROWS.rows()[:3])),
    )
    with torch.no_grad():
        assert torch.allclose(read(**batch).last_hidden_state, model.states(batch), atol=1e-6)


@pytest.mark.parametrize("method", ["lora", "adalora"])
def test_merged_is_a_plain_encoder_that_answers_alike(method: str, base: Path, tmp_path: Path) -> None:
    trained = learnt(ROWS, recipe(base, method, num_train_epochs=3, learning_rate=ADDED[method]), tmp_path)
    model = trained.learner.model.eval()
    whole = METHODS.get(method).merged(model).eval()
    assert set(whole.encoder.state_dict()) == set(load_encoder(base)[0].state_dict())
    batch = trained.learner.collate(trained.learner.features(ROWS.rows()[:5]))
    with torch.no_grad():
        assert torch.allclose(whole.states(batch), model.states(batch), atol=1e-4)


@pytest.mark.slow
def test_adalora_prunes_to_its_budget(base: Path, tmp_path: Path) -> None:
    trained = learnt(ROWS, recipe(base, "adalora", num_train_epochs=20, learning_rate=5e-2), tmp_path)
    values = [each for name, each in trained.learner.model.encoder.named_parameters() if "lora_E" in name]
    left = sum(int((each != 0).sum()) for each in values)
    assert sum(each.numel() for each in values) == 6 * len(values)
    assert left <= 4 * len(values)


@pytest.mark.slow
def test_adalora_goes_on_after_a_kill_as_if_there_had_been_none(base: Path, tmp_path: Path) -> None:
    from transformers import TrainerCallback

    from longwave.text.training import training

    class Killed(TrainerCallback):
        def on_epoch_end(self, args, state, control, **rest):  # type: ignore[no-untyped-def]
            if state.epoch >= 4:
                raise KeyboardInterrupt

    rows = table("classify", labelled(120, LABELS), LABELS).part("train")
    chosen = recipe(base, "adalora", num_train_epochs=8, learning_rate=5e-2)
    whole = learnt(rows, chosen, tmp_path / "whole").learner.model.encoder.state_dict()
    method = METHODS.get("adalora")
    callbacks = type(method).callbacks
    try:
        type(method).callbacks = lambda self, model: (*callbacks(self, model), Killed())  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            training.train(
                rows, chosen, tmp_path / "killed", training.Watch(lambda gold, told: {"headline": 0.0})
            )
    finally:
        type(method).callbacks = callbacks  # type: ignore[method-assign]
    again = training.train(
        rows, chosen, tmp_path / "killed", training.Watch(lambda gold, told: {"headline": 0.0}), resume=True
    )
    found = again.learner.model.encoder.state_dict()
    assert all(torch.allclose(whole[name], found[name], atol=1e-5) for name in whole)


def test_prefix_refuses_an_encoder_that_cannot_carry_it(tmp_path: Path) -> None:
    other = distilbert(tmp_path / "distilbert")
    with pytest.raises(UsageError, match="distilbert"):
        started(ROWS, recipe(other, "prefix"))
    for method in ("lora", "adalora", "adapter", "prompt"):
        assert started(ROWS, recipe(other, method)).predict(ROWS.rows()[:1])


@pytest.mark.parametrize("method", ADDED)
def test_a_broken_or_another_adapter_is_refused(method: str, base: Path, tmp_path: Path) -> None:
    learner = started(ROWS, recipe(base, method))
    saved = checkpoint.save(learner, {"name": "made"}, tmp_path / "kept")
    other = started(ROWS, recipe(base, method, lora_r=2, prompt_tokens=3, adapter_size=3))
    odd = checkpoint.save(other, {"name": "made"}, tmp_path / "odd")
    [file] = saved.folder.glob("adapter/*.safetensors")
    whole = file.read_bytes()
    file.write_bytes(next(odd.folder.glob("adapter/*.safetensors")).read_bytes())
    with pytest.raises(BadInput, match="other names or sizes"):
        checkpoint.open_checkpoint(saved.folder).answers(ROWS.rows()[:1])
    file.write_bytes(whole[:-9])
    with pytest.raises(BadInput):
        checkpoint.open_checkpoint(saved.folder).answers(ROWS.rows()[:1])
    file.unlink()
    with pytest.raises(BadInput):
        checkpoint.open_checkpoint(saved.folder).answers(ROWS.rows()[:1])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["lora", "adalora", "adapter", "prompt"])
def test_layers_can_be_worked_out_twice_to_save_memory(method: str, base: Path, tmp_path: Path) -> None:
    chosen = recipe(base, method, num_train_epochs=1, learning_rate=ADDED[method])
    plain = learnt(ROWS, chosen, tmp_path / "plain").learner
    spare = learnt(ROWS, chosen.with_settings({"gradient_checkpointing": True}), tmp_path / "spare").learner
    assert checkpoint.alike(plain.predict(ROWS.rows()[:3]), spare.predict(ROWS.rows()[:3]))


def test_only_continual_learning_takes_old_rows(base: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        learnt(ROWS, recipe(base, "lora"), tmp_path, previous=ROWS)


def kept_values(learner) -> tuple[int, int]:  # type: ignore[no-untyped-def]
    """Singular values that are left, and the budget."""
    values = [each for name, each in learner.model.encoder.named_parameters() if "lora_E" in name]
    return sum(int((each != 0).sum()) for each in values), 4 * len(values)


@pytest.mark.parametrize("more", [{}, {"average_last": 4}, {"early_stopping_patience": 1}])
def test_adalora_keeps_no_epoch_from_before_its_last_pruning(
    more: dict[str, int], base: Path, tmp_path: Path
) -> None:
    from longwave.text.training.training import Watch, train

    scores = iter([0.9, 0.8, 0.2, 0.4, 0.3, *[0.3] * 9])  # five epochs: pruning ends within the fourth
    chosen = recipe(base, "adalora", num_train_epochs=5, learning_rate=1e-2, **more)
    judged = Watch(lambda gold, told: {"headline": next(scores)})
    trained = train(ROWS, chosen, tmp_path / "work", judged)
    left, budget = kept_values(trained.learner)
    assert left <= budget
    evaluated = [each["eval_headline"] for each in trained.history if "eval_headline" in each]
    assert evaluated[:5] == [0.9, 0.8, 0.2, 0.4, 0.3]  # and patience counts from the fourth on
