"""The push goes uphill, has the size asked for, and leaves weights and hooks as they were."""

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.text.adversarial import Adversary, _scaled, _within  # noqa: E402

LABELS = ("growth", "prices")


class Keeps:
    """A trainer's two things that are asked of it."""

    current_gradient_accumulation_steps = 1

    class accelerator:  # noqa: N801
        @staticmethod
        def backward(loss):
            loss.backward()


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    rows = made.table("classify", made.labelled(40, LABELS), LABELS)
    base = made.bert(tmp_path_factory.mktemp("base"))
    started = made.started(rows, made.recipe(base, "full"))
    started.model.eval()
    return started, started.collate(started.examples(rows.part("train"))[:8])


def test_the_push_raises_the_loss_and_a_step_back_lowers_it(learner):
    started, batch = learner
    adversary = Adversary(0.05)
    words = started.model.encoder.get_input_embeddings()
    handle = words.register_forward_hook(adversary._hooked)
    gradient, size = adversary._gradient(started.model, batch, None)
    losses = []
    for push in (-1, 0, 1):
        adversary._push = push * _scaled(gradient, size * 0.05)
        losses.append(started.model(**batch)["loss"].item())
    handle.remove()
    assert losses[0] < losses[1] < losses[2]


@pytest.mark.parametrize("steps", [1, 3])
def test_gradients_grow_and_nothing_else_changes(learner, steps):
    started, batch = learner
    model = started.model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.zero_grad()
    model(**batch)["loss"].backward()
    plain = model.head.out.weight.grad.clone()
    Adversary(0.1, steps).after_backward(Keeps, model, batch)
    assert not torch.equal(model.head.out.weight.grad, plain)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not model.encoder.get_input_embeddings()._forward_hooks


def test_pushes_keep_to_their_size():
    push = torch.randn(4, 5, 6)
    most = torch.tensor([0.1, 1.0, 10.0, 100.0])
    assert torch.all(_within(push, most).flatten(1).norm(dim=1) <= most * 1.0001)
    torch.testing.assert_close(_scaled(push, most).flatten(1).norm(dim=1), most)
