"""Training: killed and resumed it gives the same model; what a recipe bends does what it says."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import BadInput, NotEnoughData, UsageError  # noqa: E402
from longwave.text.method import METHODS  # noqa: E402
from longwave.text.settings.check_recipe import check_recipe  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402
from longwave.text.settings.settled import settled  # noqa: E402
from longwave.text.tasks.settings import check_settings  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

LABELS = ("growth", "prices", "jobs")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def rows():
    return made.table("classify", made.labelled(300, LABELS), LABELS)


def weights(trained):
    return {name: value.clone() for name, value in trained.learner.model.state_dict().items()}


def quick(base, **settings):
    return made.recipe(base, "full", num_train_epochs=4, learning_rate=3e-3, **settings)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(base, rows, tmp_path):
    one, same, other = (
        weights(made.learnt(rows, quick(base, seed=seed), tmp_path / str(k)))
        for k, seed in enumerate((1, 1, 2))
    )
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_a_task_of_words_is_learnt(base, rows, tmp_path):
    trained = made.learnt(rows, made.recipe(base, "full", learning_rate=3e-3, num_train_epochs=8), tmp_path)
    assert made.score_of(trained, rows) > 0.95
    assert trained.cost is not None
    assert trained.cost.seconds > 0


KILLED = """
    import sys
    from pathlib import Path
    from longwave.text.training.training import Watch, train
    from tests.text.methods import made

    base, folder, stop = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    rows = made.table("classify", made.labelled(150, ("growth", "prices", "jobs")), ("growth", "prices", "jobs"))

    def progress(label, done, total):
        if stop and done == stop:
            print("here", flush=True)
            import time
            time.sleep(60)

    recipe = made.recipe(base, "full", num_train_epochs=4, learning_rate=2e-3, dropout=0.1, early_stopping_patience=3)
    told = lambda cost, notes: print(*(each.key for each in notes), file=sys.stderr)
    trained = train(rows, recipe, folder, Watch(made.accuracy, progress, told), resume=True)
    from longwave.text.training.spent import seconds_spent
    assert trained.seconds >= seconds_spent(folder) > 0
    from safetensors.torch import save_file
    save_file({k: v.contiguous() for k, v in trained.learner.model.state_dict().items()}, sys.argv[4])
"""


def test_a_killed_training_goes_on_to_the_same_weights(base, tmp_path):
    from safetensors.torch import load_file

    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(KILLED))
    here = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def words(folder, stop, out):
        return [
            sys.executable,
            str(script),
            str(base),
            str(tmp_path / folder),
            str(stop),
            str(tmp_path / out),
        ]

    with subprocess.Popen(
        words("broken", 15, "never.safetensors"), env=here, stdout=subprocess.PIPE, text=True
    ) as broken:
        assert broken.stdout.readline().strip() == "here"  # in the third epoch of six steps each
        broken.send_signal(signal.SIGKILL)
    steps = [int(each.name.rpartition("-")[2]) for each in (tmp_path / "broken").rglob("checkpoint-*")]
    assert max(steps) == 12
    for folder, out in (("whole", "whole.safetensors"), ("broken", "again.safetensors")):
        done = subprocess.run(words(folder, 0, out), env=here, check=True, capture_output=True, text=True)
        assert ("text_engine.going_on" in done.stderr) == (folder == "broken")
    one, other = (load_file(tmp_path / name) for name in ("whole.safetensors", "again.safetensors"))
    assert all(torch.equal(one[name], other[name]) for name in one)


class Left(Exception):
    """The work is left off."""


def torn(folder, how):
    """The last state as a kill leaves it that comes while it is written: model, optimiser and the rest, state of the
    Trainer, in this order."""
    last = max(folder.rglob("checkpoint-*"), key=lambda each: int(each.name.rpartition("-")[2]))
    names = ("trainer_state.json", "rng_state.pth", "scheduler.pt", "optimizer.pt", "model.safetensors")
    for name in names[: names.index(how)]:
        (last / name).unlink()
    os.truncate(last / how, (last / how).stat().st_size // 2)


@pytest.mark.parametrize("how", ["trainer_state.json", "rng_state.pth", "optimizer.pt", "model.safetensors"])
def test_a_state_that_a_kill_has_torn_is_passed_over(base, rows, tmp_path, how):
    chosen = replace(quick(base), num_train_epochs=3.0, dropout=0.1)
    whole = train(rows, chosen, tmp_path / "whole", Watch(made.accuracy))
    steps = max(int(each.name.rpartition("-")[2]) for each in (tmp_path / "whole").rglob("checkpoint-*"))

    def leave(label, done, total):
        if done == steps - 1 and total == steps:
            raise Left

    with pytest.raises(Left):
        train(rows, chosen, tmp_path / "torn", Watch(made.accuracy, leave))
    torn(tmp_path / "torn", how)
    said = []
    watch = Watch(made.accuracy, told=lambda cost, notes: said.extend(notes))
    again = train(rows, chosen, tmp_path / "torn", watch, resume=True)
    assert [note.values["done"] for note in said if note.key == "text_engine.going_on"] == [1.0]
    mine, other = weights(whole), weights(again)
    assert all(torch.equal(mine[name], other[name]) for name in mine)


def test_what_was_logged_is_the_same_after_a_kill(base, rows, tmp_path):
    # Twenty-three steps an epoch, logged every second: the state is written between two logs.
    chosen = replace(quick(base, per_device_train_batch_size=4), num_train_epochs=2.0, dropout=0.1)
    whole = train(rows, chosen, tmp_path / "whole", Watch(made.accuracy))
    steps = max(int(each.name.rpartition("-")[2]) for each in (tmp_path / "whole").rglob("checkpoint-*"))
    assert steps // 2 % max(1, steps // 2 // 10)

    def leave(label, done, total):
        if done == steps - 1 and total == steps:
            raise Left

    with pytest.raises(Left):
        train(rows, chosen, tmp_path / "left", Watch(made.accuracy, leave))
    again = train(rows, chosen, tmp_path / "left", Watch(made.accuracy), resume=True)
    logged = [[each for each in one.history if "train_runtime" not in each] for one in (whole, again)]
    assert logged[0] == logged[1]


def test_without_a_whole_state_a_training_begins_anew(base, rows, tmp_path):
    chosen = replace(quick(base), num_train_epochs=1.0)
    whole = train(rows, chosen, tmp_path / "work", Watch(made.accuracy))
    torn(tmp_path / "work", "trainer_state.json")
    again = train(rows, chosen, tmp_path / "work", Watch(made.accuracy), resume=True)
    mine, other = weights(whole), weights(again)
    assert all(torch.equal(mine[name], other[name]) for name in mine)


def test_rows_that_are_made_and_a_first_reading_are_forecast(base, rows, tmp_path):
    costs = [
        train(rows, chosen, tmp_path / str(place), Watch(made.accuracy)).cost
        for place, chosen in enumerate(
            (
                replace(quick(base), num_train_epochs=1.0),
                replace(quick(base, augment=("typos", "lower"), augment_share=1.0), num_train_epochs=1.0),
                Recipe(base="scratch", scratch_hidden=64, scratch_layers=1, num_train_epochs=1.0),
                Recipe(
                    base="scratch",
                    scratch_hidden=64,
                    scratch_layers=1,
                    num_train_epochs=1.0,
                    pretrain_epochs=9.0,
                ),
            )
        )
    ]
    assert costs[1].tokens == 3 * costs[0].tokens
    before = [each.seconds - each.epoch_seconds for each in costs]
    assert before[2] == pytest.approx(0.0)
    assert before[3] > costs[3].epoch_seconds


def test_a_training_that_stopped_early_is_not_gone_on_with(base, rows, tmp_path):
    heard = iter((0.5, 0.4, 0.3, 0.9, 0.95, 0.99))  # better again, had it gone on

    def judged(gold, told):
        return {"headline": next(heard)}

    chosen = replace(quick(base, early_stopping_patience=2), num_train_epochs=6.0)
    watch = Watch(judged)
    once = train(rows, chosen, tmp_path / "work", watch)
    steps = {each.name for each in (tmp_path / "work").rglob("checkpoint-*")}
    heard = iter((0.5, 0.4, 0.3, 0.9, 0.95, 0.99))
    again = train(rows, chosen, tmp_path / "work", watch, resume=True)
    assert {each.name for each in (tmp_path / "work").rglob("checkpoint-*")} == steps
    mine, other = weights(once), weights(again)
    assert all(torch.equal(mine[name], other[name]) for name in mine)
    epochs = [max(each["epoch"] for each in made_of.history) for made_of in (once, again)]
    assert epochs == [3, 3]


@pytest.mark.parametrize(
    "settings",
    [
        {"adversarial": "fgm"},
        {"adversarial": "pgd", "adversarial_steps": 2},
        {"r_drop": 0.5, "dropout": 0.2},
        {"average_last": 2},
        {"gradient_accumulation_steps": 2},
        {"gradient_checkpointing": True},
        {"optim": "adafactor"},
        {"lr_scheduler_type": "cosine", "label_smoothing_factor": 0.1, "class_weights": "balanced"},
        {"head_learning_rate": 5e-3},
        {"early_stopping_patience": 1},
        {"precision": "bf16"},
    ],
    ids=lambda each: "-".join(each),
)
def test_each_switch_learns_and_changes_what_is_learnt(base, rows, tmp_path, settings):
    plain = weights(made.learnt(rows, quick(base), tmp_path / "plain"))
    trained = made.learnt(rows, quick(base, **settings), tmp_path / "bent")
    assert made.score_of(trained, rows) > 0.5
    bent = weights(trained)
    alike = all(torch.equal(plain[name], bent[name]) for name in plain)
    assert alike == (settings in ({"early_stopping_patience": 1}, {"gradient_checkpointing": True}))


def test_accumulated_batches_are_averaged(base, tmp_path):
    """Sixteen equal rows at once, or twice eight of them: the same gradient but for the encoder's own dropout,
    and not twice it, in the Trainer's log."""
    rows = made.labelled(1, LABELS) * 48
    table = made.table("classify", rows, LABELS)

    def norms(**settings):
        recipe = made.recipe(base, "full", num_train_epochs=1, max_grad_norm=1e9, **settings)
        history = made.learnt(table, recipe, tmp_path / str(len(settings))).history
        return [each["grad_norm"] for each in history if "grad_norm" in each]

    one = norms()
    two = norms(per_device_train_batch_size=8, gradient_accumulation_steps=2)
    assert one[0] == pytest.approx(two[0], rel=0.05)


def test_a_budget_of_nothing_leaves_the_encoder_as_it_is(base, rows, tmp_path):
    trained = train(rows, quick(base), tmp_path, Watch(made.accuracy), budget=1e-6)
    assert trained.learner.recipe.method == "frozen"
    assert not trained.history
    assert made.score_of(trained, rows) > 0.6


def test_few_rows_are_gone_through_more_often():
    few, many = (settled(Recipe(), "classify", rows) for rows in (60, 20_000))
    assert few.num_train_epochs > many.num_train_epochs
    assert few.per_device_train_batch_size < many.per_device_train_batch_size
    assert settled(Recipe(num_train_epochs=2.0), "classify", 60).num_train_epochs == 2


@pytest.mark.parametrize(
    ("task", "settings"),
    [
        ("classify", {"crf": True}),
        ("classify", {"precision": "fp16"}),
        ("classify", {"augment": "sinonyms"}),
        ("classify", {"method": "loar"}),
        ("clasify", {}),
        ("classify", {"teacher": "no-such-folder"}),
        ("translate", {"base": "scratch", "r_drop": 0.5}),
        ("generate", {"base": "scratch", "adversarial": "fgm"}),
        ("translate", {}),
        ("generate", {}),
    ],
    ids=str,
)
def test_what_a_task_has_no_use_for_is_refused_before_a_row_is_read(task, settings, monkeypatch):
    monkeypatch.setattr("longwave.text.training.processor.device", lambda: "cpu")
    with pytest.raises((UsageError, BadInput)) as caught:
        check_recipe(Recipe().with_settings(settings), task)
    assert "text_" not in str(caught.value.message)


def test_nothing_to_learn_from(base, rows, tmp_path):
    bare = replace(rows, frame=rows.frame[rows.frame["split"] != "train"].reset_index(drop=True))
    with pytest.raises(NotEnoughData):
        train(bare, quick(base), tmp_path, Watch(made.accuracy))


def test_a_budget_is_kept_to(base, tmp_path):
    rows = made.table("classify", made.labelled(3000, LABELS), LABELS)
    told = []
    recipe = made.recipe(base, "full", num_train_epochs=40, learning_rate=2e-3)
    watch = Watch(made.accuracy, told=lambda cost, notes: told.append((cost, notes)))
    started = time.perf_counter()
    trained = train(rows, recipe, tmp_path, watch, budget=4.0)
    [(cost, notes)] = told
    assert cost.seconds <= 4.001
    assert notes[0].key == "text_engine.as_set"
    assert len(notes) > 1
    assert trained.learner.recipe.num_train_epochs < 40 or trained.rows < 1800
    assert time.perf_counter() - started < 40


def test_the_forecast_counts_the_tokens_of_an_epoch(base, rows, tmp_path):
    trained = made.learnt(rows, quick(base), tmp_path)
    lengths = np.sort([len(each["input_ids"]) for each in trained.learner.examples(rows.part("train"))])
    by_hand = sum(16 * lengths[min(start + 16, len(lengths)) - 1] for start in range(0, len(lengths), 16))
    assert trained.cost.tokens == by_hand


@pytest.mark.parametrize(
    ("width", "rate"), [(0, 5e-5), (64, 2e-4), (384, 1e-4), (768, 5e-5), (1024, 3.75e-5)]
)
def test_wider_encoders_learn_in_smaller_steps(width, rate):
    assert settled(Recipe(), "classify", 5_000, width).learning_rate == pytest.approx(rate)
    assert settled(Recipe(learning_rate=3e-5), "classify", 5_000, width).learning_rate == 3e-5
    assert settled(Recipe(method="lora"), "classify", 5_000, width).learning_rate == 2e-3


@pytest.mark.parametrize("method", sorted(METHODS.names()))
def test_a_settled_recipe_can_be_given_again(method):
    again = settled(Recipe(method=method), "classify", 100)
    check_settings(again, "classify")
    assert settled(again, "classify", 100) == again
