"""The push goes uphill, has the size asked for, and leaves weights and hooks as they were."""

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.text.training.adversarial import Adversary, _scaled, _within  # noqa: E402

LABELS = ("growth", "prices")


class Keeps:
    """What is asked of a trainer."""

    current_gradient_accumulation_steps = 1

    class accelerator:  # noqa: N801
        @staticmethod
        def backward(loss):
            loss.backward()

    @staticmethod
    def pushed_loss(model, batch):
        return model(**batch)["loss"]


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    rows = made.table("classify", made.labelled(40, LABELS), LABELS)
    base = made.bert(tmp_path_factory.mktemp("base"))
    started = made.started(rows, made.recipe(base, "full"))
    started.model.eval()
    return started, started.collate(started.examples(rows.part("train"))[:8])


def step(started, batch, adversary):
    """A plain pass and what the adversary adds to it; how often the encoder read the batch."""
    passes = []
    counted = started.model.encoder.register_forward_hook(lambda *told: passes.append(1))
    started.model.zero_grad()
    adversary.before()
    started.model(**batch)["loss"].backward()
    plain = started.model.head.out.weight.grad.clone()
    adversary.after_backward(Keeps, started.model, batch)
    counted.remove()
    return plain, len(passes)


def at(started, batch, given):
    """The loss where the encoder's words are these."""
    handle = started.model.encoder.get_input_embeddings().register_forward_hook(lambda *told: given)
    loss = started.model(**batch)["loss"]
    handle.remove()
    return loss


def test_the_push_raises_the_loss_and_a_step_back_lowers_it(learner):
    started, batch = learner
    plain = started.model.encoder.get_input_embeddings()(batch["input_ids"]).detach().requires_grad_()
    here = at(started, batch, plain)
    here.backward()
    push = _scaled(plain.grad, plain.detach().flatten(1).norm(dim=1) * 0.05)
    assert at(started, batch, plain - push).item() < here.item() < at(started, batch, plain + push).item()


@pytest.mark.parametrize("steps", [1, 3])
def test_gradients_grow_and_nothing_else_changes(learner, steps):
    started, batch = learner
    model = started.model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    plain, passes = step(started, batch, Adversary(model, 0.1, steps))
    assert passes == 1 + steps  # FGM is twice the work of a plain step, PGD 1 + steps times
    assert not torch.equal(model.head.out.weight.grad, plain)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not model.encoder.get_input_embeddings()._forward_hooks


def test_fgm_adds_the_gradient_at_the_pushed_words(learner):
    started, batch = learner
    model = started.model
    words = model.encoder.get_input_embeddings()(batch["input_ids"]).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(at(started, batch, words), words)
    pushed = words.detach() + _scaled(gradient, words.detach().flatten(1).norm(dim=1) * 0.1)
    (wanted,) = torch.autograd.grad(at(started, batch, pushed), model.head.out.weight)
    plain, _ = step(started, batch, Adversary(model, 0.1))
    torch.testing.assert_close(model.head.out.weight.grad - plain, wanted, rtol=1e-4, atol=1e-6)


def test_a_table_of_words_that_does_not_learn_is_pushed_too(learner):
    started, batch = learner
    words = started.model.encoder.get_input_embeddings()
    words.weight.requires_grad_(False)
    plain, _ = step(started, batch, Adversary(started.model, 0.1))
    assert not torch.equal(started.model.head.out.weight.grad, plain)
    words.weight.requires_grad_(True)


def test_pushes_keep_to_their_size():
    push = torch.randn(4, 5, 6)
    most = torch.tensor([0.1, 1.0, 10.0, 100.0])
    assert torch.all(_within(push, most).flatten(1).norm(dim=1) <= most * 1.0001)
    torch.testing.assert_close(_scaled(push, most).flatten(1).norm(dim=1), most)


class Watched(Keeps):
    """Keeps every push that a batch was read with."""

    def __init__(self, adversary):
        self.adversary = adversary
        self.pushes = []

    def pushed_loss(self, model, batch):
        self.pushes.append(self.adversary._push.detach().clone())
        return model(**batch)["loss"]


def pushes(started, examples, steps):
    adversary = Adversary(started.model, 0.1, steps)
    trainer, batch = Watched(adversary), started.collate(examples)
    started.model.zero_grad()
    adversary.before()
    started.model(**batch)["loss"].backward()
    adversary.after_backward(trainer, started.model, batch)
    return trainer.pushes, batch


def made_rows(task):
    if task == "entities":
        rows = made.tagged(6)
        rows[0] = {"tokens": ("Oslo",), "tags": ("B-PLACE",)}
        return made.table(task, rows), {}
    rows = [{**row, "other": "wages again"} for row in made.labelled(6, LABELS)]
    rows[0]["text"] = "boom"
    if task == "pairs":
        return made.table(task, rows, LABELS), {"symmetric": True}
    rows[1]["text"] *= 9
    return made.table(task, rows, LABELS), {"long": "windows", "stride": 2}


@pytest.mark.parametrize("task", ["classify", "pairs", "entities"])
@pytest.mark.parametrize("steps", [1, 3])
def test_a_push_is_the_same_whatever_rows_stand_beside(tmp_path, task, steps):
    rows, settings = made_rows(task)
    base = made.bert(tmp_path / "base")
    started = made.started(rows, made.recipe(base, "full", **settings))
    started.model.eval()
    with torch.no_grad():  # an encoder that has read something has numbers there; a new one has noughts
        started.model.encoder.get_input_embeddings().weight[started.padding] = 0.2
    examples = started.examples(rows)
    short, longest = (pick(examples, key=lambda each: len(each["input_ids"])) for pick in (min, max))
    length = len(short["input_ids"])
    assert length < len(longest["input_ids"])
    alone, batch = pushes(started, [short], steps)
    beside, _ = pushes(started, [short, longest], steps)
    size = 0.1 * started.model.encoder.get_input_embeddings()(batch["input_ids"]).norm()
    assert len(alone) == len(beside) == steps
    for one, other in zip(alone, beside, strict=True):
        assert not other[0, length:].any()
        assert other[0].norm() <= size * 1.0001
        torch.testing.assert_close(other[0, :length], one[0], rtol=1e-3, atol=1e-5)
    assert alone[-1].norm().item() == pytest.approx(size.item(), rel=1e-3)
