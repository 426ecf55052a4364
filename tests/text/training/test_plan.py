"""What is settled before the first step: once, told whole, and kept for a run that goes on."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.text.learners.encoder_learner import EncoderLearner  # noqa: E402
from longwave.text.method import METHODS  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402
from longwave.text.training.cost import passes  # noqa: E402
from longwave.text.training.plan import plan  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

LABELS = ("growth", "prices", "jobs")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def rows():
    return made.table("classify", made.labelled(150, LABELS), LABELS)


def planned(rows, recipe, folder, **more):
    given = {"budget": None, "members": 1, "resume": False, **more}
    return plan(rows.part("train"), rows.part("dev"), recipe, folder, **given)


def test_a_run_that_goes_on_keeps_what_was_measured_when_it_began(base, rows, tmp_path):
    recipe = made.recipe(base, "full", num_train_epochs=20, threads=0)
    first = planned(rows, recipe, tmp_path)
    kept = json.loads((tmp_path / "plan.json").read_text())
    kept |= {"epoch_seconds": 10.0, "seconds": 200.0, "threads": 1}
    (tmp_path / "plan.json").write_text(json.dumps(kept))
    again = planned(rows, recipe, tmp_path, resume=True, budget=50.0)
    assert again.cost.threads == torch.get_num_threads() == 1
    assert (
        again.learner.recipe.num_train_epochs == 5.0
    )  # of a budget that the run began with, not of the day's load
    assert planned(rows, recipe, tmp_path).cost.seconds == pytest.approx(first.cost.seconds, rel=20)


def test_a_learner_is_started_once_and_the_timing_leaves_it_as_it_was(base, rows, tmp_path, monkeypatch):
    begun, start = [], EncoderLearner.start.__func__
    monkeypatch.setattr(EncoderLearner, "start", classmethod(lambda *told: begun.append(1) or start(*told)))
    recipe = made.recipe(base, "full", num_train_epochs=6)
    found = planned(rows, recipe, tmp_path, budget=1e6)
    assert len(begun) == 1
    fresh = made.started(rows.part("train"), recipe)
    mine = found.learner.model.state_dict()
    assert all(torch.equal(value, mine[name]) for name, value in fresh.model.state_dict().items())


def test_what_the_base_does_not_read_is_told_for_every_method(base, tmp_path):
    texts = ("价格上涨了", "产出增长了", "工资提高了")
    chinese = [{"text": texts[k % 3] * 4, "label": LABELS[k % 3]} for k in range(60)]
    table = made.table("classify", chinese, LABELS)
    for method in ("frozen", "few_shot", "zero_shot", "lora"):
        told = []
        watch = Watch(made.accuracy, told=lambda cost, notes, told=told: told.append((cost, notes)))
        steps = {"num_train_epochs": 1} if METHODS.get(method).gradient else {}
        train(table, made.recipe(base, method, **steps), tmp_path / method, watch, budget=1e-9)
        [(cost, notes)] = told
        keys = [each.key for each in notes]
        assert "text_generation.unread_chinese" in keys
        assert cost.seconds > 0
        assert ("text_engine.budget_not_kept" in keys) == (method != "lora")


def test_members_learn_from_the_same_rows_and_read_alike(rows, tmp_path):
    recipe = Recipe().with_settings(
        {"base": "scratch", "examples": 8, "members": 2, "num_train_epochs": 1, "threads": 1, "scratch_hidden": 64}
    )  # fmt: skip
    trained = made.learnt(rows, recipe, tmp_path)
    assert trained.rows == 8 * len(LABELS)
    one, other = trained.learner.learners
    assert one.tokenizer.get_vocab() == other.tokenizer.get_vocab()
    assert any(
        not torch.equal(a, b) for a, b in zip(one.model.parameters(), other.model.parameters(), strict=True)
    )


def test_the_floors_learn_from_the_rows_that_the_model_learnt_from(base, rows, tmp_path, monkeypatch):
    from longwave.text import floors
    from longwave.text.baselines.linear import Linear

    trained = made.learnt(rows, made.recipe(base, "full", examples=5, num_train_epochs=1), tmp_path)
    seen, fit = [], Linear.fit
    monkeypatch.setattr(
        Linear, "fit", lambda self, train, *rest, **more: seen.append(train) or fit(self, train, *rest, **more)
    )  # fmt: skip
    told = floors.floors(rows, trained, "linear", lambda *told: None)
    assert set(told) == {"majority", "linear", "frozen"}
    assert all(set(each.frame["id"]) == set(trained.learnt.frame["id"]) for each in seen)
    assert len(trained.learnt) == 5 * len(LABELS) == len(trained.within(rows).part("train"))


def test_a_step_is_as_many_passes_as_it_is_told_to_be():
    plain = Recipe()
    assert [passes(each) for each in (plain, replace(plain, adversarial="fgm"))] == [1, 2]
    assert passes(replace(plain, adversarial="pgd", adversarial_steps=3, r_drop=0.5)) == 5


def test_dev_and_a_teacher_are_in_the_forecast(base, rows, tmp_path):
    from longwave.text.training.cost import forecast_cost

    learner = made.started(rows.part("train"), made.recipe(base, "full", num_train_epochs=3))
    examples = learner.examples(rows.part("train"))
    few = rows.part("dev")
    many = few.take(list(range(len(few))) * 200)
    one, other = (forecast_cost(learner, examples, dev, learner.recipe, 1) for dev in (few, many))
    assert other.epoch_seconds > 2 * one.epoch_seconds
    assert other.seconds == pytest.approx(3 * other.epoch_seconds)


def test_what_moves_the_weights_is_timed_and_moves_none():
    from types import SimpleNamespace

    from longwave.text.training.cost import moving_seconds

    model = torch.nn.Linear(400, 400)
    learner = SimpleNamespace(model=model)
    assert moving_seconds(learner) == 0.0  # no gradients yet
    model(torch.ones(2, 400)).sum().backward()
    before = [each.detach().clone() for each in model.parameters()]
    assert moving_seconds(learner) > 0.0
    assert all(torch.equal(one, other) for one, other in zip(before, model.parameters(), strict=True))
