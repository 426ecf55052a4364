"""What the Trainer is told: its own optimiser with a rate for the head, one device a process, what is added to what."""

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.text.training.bend import Bend  # noqa: E402
from longwave.text.training.bends import bends_of  # noqa: E402
from longwave.text.training.trainer import TextTrainer, arguments  # noqa: E402

LABELS = ("growth", "prices")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def rows():
    return made.table("classify", made.labelled(40, LABELS), LABELS)


def trainer(base, rows, folder, penalties=(), **settings):
    learner = made.started(rows, made.recipe(base, "full", num_train_epochs=1, **settings))
    learner.model.eval()
    told = arguments(folder, learner.recipe, judged=False, rows=8)
    examples = learner.examples(rows.part("train"))
    bends = (*bends_of(learner), *penalties)
    return TextTrainer(learner, None, bends, args=told, train_dataset=examples)


@pytest.mark.parametrize("optim", ["adamw_torch_fused", "adafactor", "sgd"])
def test_a_rate_of_its_own_for_the_head_leaves_the_optimiser_as_it_was_asked_for(base, rows, tmp_path, optim):
    plain = trainer(base, rows, tmp_path, optim=optim)
    both = trainer(base, rows, tmp_path, optim=optim, head_learning_rate=0.5, learning_rate=1e-3)
    one, other = plain.create_optimizer(), both.create_optimizer()
    assert type(one) is type(other)
    assert one.defaults.get("fused") == other.defaults.get("fused")
    head = {id(each) for each in both.learner.model.head.parameters()}
    decayed = both.get_decay_parameter_names(both.learner.model)
    names = {id(each): name for name, each in both.learner.model.named_parameters()}
    seen = 0
    for group in other.param_groups:
        for each in group["params"]:
            assert group["lr"] == (0.5 if id(each) in head else 1e-3)
            assert (group["weight_decay"] > 0) == (names[id(each)] in decayed)
            seen += 1
    assert seen == len(names)


def test_several_accelerators_are_never_threads_of_one_process(base, rows, tmp_path, monkeypatch):
    from transformers import TrainingArguments

    monkeypatch.setattr(TrainingArguments, "n_gpu", property(lambda self: getattr(self, "_n_gpu", 4)))
    assert trainer(base, rows, tmp_path).args.n_gpu in (0, 1)


class Penalty(Bend):
    def loss(self, model, batch, outputs):
        return outputs["loss"] + 100.0


def test_penalties_are_shared_with_no_teacher_and_no_second_pass(base, rows, tmp_path):
    """loss = (1 - w) L + w T^2 KL + penalty, with L the mean of both passes and what they disagree by."""
    plain = trainer(base, rows, tmp_path)
    batch = plain.learner.collate(plain.learner.examples(rows.part("train"))[:8])
    model = plain.learner.model
    alone = plain.compute_loss(model, batch).item()
    twice = trainer(base, rows, tmp_path, penalties=(Penalty(),), r_drop=0.5)
    twice.learner.model.load_state_dict(model.state_dict())
    # Without dropout both passes are one, and nothing is disagreed about.
    assert twice.compute_loss(twice.learner.model.train(), batch).item() == pytest.approx(
        alone + 100, abs=0.2
    )

    taught = trainer(base, rows, tmp_path, penalties=(Penalty(),))
    from longwave.text.training.soft_targets import SoftTargets

    taught.bends = (SoftTargets(plain.learner, 2.0, 0.7), *taught.bends)
    taught.learner.model.load_state_dict(model.state_dict())
    # A student that is its teacher has nothing to learn of him: what is left is his absence's share, and the penalty.
    assert taught.compute_loss(taught.learner.model, batch).item() == pytest.approx(
        0.3 * alone + 100, abs=1e-4
    )
