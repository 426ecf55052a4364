"""Ensembles: members answer by their mean, are kept in one folder, and are worth what they cost."""

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import BadInput, UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import alike, open_checkpoint, save  # noqa: E402
from longwave.text.learners.ensemble import EnsembleLearner, mean_logits  # noqa: E402
from longwave.text.portable.decode import probabilities, softmax  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

LABELS = ("growth", "prices", "jobs")
KEPT = {"schema": 1, "data": {}}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def rows():
    return made.table("classify", made.labelled(90, LABELS), LABELS)


@pytest.fixture(scope="module")
def three(base, rows, tmp_path_factory):
    recipe = made.recipe(base, "full", members=3, num_train_epochs=1, learning_rate=1e-3)
    return made.learnt(rows, recipe, tmp_path_factory.mktemp("three"))


def test_labels_are_the_mean_of_the_members_probabilities(three, rows):
    test = rows.part("test").rows()
    three.learner.model.told["temperature"] = 1.0
    alone = []
    for each in three.learner.learners:
        told = dict(each.model.told)
        each.model.told["temperature"] = 1.0
        alone.append([[row["scores"][label] for label in LABELS] for row in each.predict(test)])
        each.model.told.update(told)
    mine = [[row["scores"][label] for label in LABELS] for row in three.learner.predict(test)]
    assert np.allclose(np.mean(alone, axis=0), mine, atol=1e-5)
    assert not np.allclose(alone[0], alone[1], atol=1e-3)


def test_scales_and_several_labels_are_means_too():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4, 5, 3)) * 3
    for told in ({"kind": "sequence", "several": True}, {"kind": "sequence", "several": False}):
        mine = mean_logits(torch.tensor(logits), told, False).numpy()
        means = np.mean([[probabilities(row, told) for row in each] for each in logits], axis=0)
        assert np.allclose([probabilities(row, told) for row in mine], means)
    ordered = mean_logits(torch.tensor(logits), {"kind": "sequence", "ordered": True}, False).numpy()
    assert np.allclose(1 / (1 + np.exp(-ordered)), (1 / (1 + np.exp(-logits))).mean(0))


def test_the_members_mean_energy_is_kept():
    logits = torch.randn(3, 6, 4, dtype=torch.float64) * 5
    mine = mean_logits(logits, {"kind": "sequence"}, False)
    assert torch.allclose(torch.logsumexp(mine, -1), torch.logsumexp(logits, -1).mean(0))


def test_it_is_read_back_alike_and_a_member_that_is_cut_short_is_found(three, rows, tmp_path):
    kept = save(three.learner, KEPT, tmp_path / "model")
    test = rows.part("test").rows()
    again = open_checkpoint(tmp_path / "model")
    assert isinstance(again.learner, EnsembleLearner)
    assert alike(again.answers(test), three.learner.predict(test))
    assert (kept.folder / "member-3" / "model.safetensors").is_file()
    weights = kept.folder / "member-2" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(BadInput):
        open_checkpoint(tmp_path / "model").answers(test)
    head = json.loads((kept.folder / "head.json").read_text())
    (kept.folder / "head.json").write_text(json.dumps({**head, "members": 5}))
    with pytest.raises(BadInput):
        open_checkpoint(tmp_path / "model").answers(test)


@pytest.mark.parametrize("crf", [False, True])
def test_tags_by_members_together(base, tmp_path, crf):
    table = made.table("entities", made.tagged(60), ("O", "B-PLACE", "I-PLACE"))
    recipe = made.recipe(base, "lora", members=2, num_train_epochs=1, learning_rate=5e-3, crf=crf)
    trained = made.learnt(table, recipe, tmp_path)
    kept = save(trained.learner, KEPT, tmp_path / "model")
    test = table.part("test").rows()
    assert alike(open_checkpoint(kept.folder).answers(test), trained.learner.predict(test))
    logits = [each.logits(each.features(test)) for each in trained.learner.learners]
    mine = trained.learner.logits(trained.learner.features(test))
    wanted = np.mean([each[0] if crf else softmax(each[0]) for each in logits], axis=0)
    assert np.allclose(mine[0] if crf else softmax(mine[0]), wanted, atol=1e-4)


def test_the_forecast_is_of_all_members(base, rows, tmp_path):
    told = []
    watch = replace(Watch(made.accuracy), told=lambda cost, notes: told.append(cost))
    recipe = made.recipe(base, "full", members=2, num_train_epochs=1)
    train(rows, recipe, tmp_path / "placed", watch)
    assert told.pop().seconds > 0
    trained = train(rows, replace(recipe, head_start="random"), tmp_path, watch)
    assert len(told) == 1
    assert told[0].seconds == pytest.approx(2 * told[0].epoch_seconds)
    assert trained.cost.seconds == pytest.approx(told[0].seconds)
    assert {row["member"] for row in trained.history} == {1.0, 2.0}


def test_members_gain_where_each_alone_errs_by_chance(base, tmp_path):
    noisy = made.labelled(240, LABELS, seed=3)
    rng = np.random.default_rng(4)
    for row in noisy:
        if rng.random() < 0.3:
            row["label"] = str(rng.choice(LABELS))
    table = made.table("classify", noisy, LABELS)
    recipe = made.recipe(base, "full", members=4, num_train_epochs=4, learning_rate=3e-3)
    trained = made.learnt(table, recipe, tmp_path)
    test = table.part("test")
    truth = test.frame["label"].tolist()

    def loss(learner):
        told = learner.predict(test.rows())
        return -np.mean(
            [np.log(max(row["scores"][label], 1e-9)) for row, label in zip(told, truth, strict=True)]
        )

    alone = [loss(each) for each in trained.learner.learners]
    assert loss(trained.learner) < np.mean(alone)


def test_models_that_write_are_not_averaged(rows, tmp_path):
    table = replace(rows, task="translate")
    with pytest.raises(UsageError):
        train(table, made.recipe(tmp_path, "full", members=2), tmp_path, Watch(made.accuracy))


@pytest.mark.slow
def test_members_are_exported_as_one_graph(base, rows, tmp_path):
    pytest.importorskip("onnxruntime")
    from longwave.text.export.graph import write_graph

    trained = made.learnt(rows, made.recipe(base, "lora", members=2, num_train_epochs=1), tmp_path / "work")
    learner = trained.learner
    features = learner.features(rows.part("test").rows())
    write_graph(learner.merged(), features[:1], learner.padding, tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").is_file()


def test_a_killed_ensemble_goes_on_with_the_members_that_it_has(base, rows, tmp_path):
    recipe = made.recipe(base, "full", members=2, num_train_epochs=2, learning_rate=1e-3)
    whole = train(rows, recipe, tmp_path / "whole", Watch(made.accuracy))
    calls = [0]

    class Killed(BaseException):
        pass

    def judge(gold, told):
        calls[0] += 1
        if calls[0] == 3:  # the second member's first epoch
            raise Killed
        return made.accuracy(gold, told)

    with pytest.raises(Killed):
        train(rows, recipe, tmp_path / "broken", Watch(judge))
    again = train(rows, recipe, tmp_path / "broken", Watch(made.accuracy), resume=True)
    one, other = (each.learner.model.state_dict() for each in (whole, again))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_an_ensemble_teaches_a_student(three, rows, tmp_path):
    """The student begins with the first member's layers, and learns what all say together."""
    teacher = save(three.learner, KEPT, tmp_path / "teacher")
    recipe = made.recipe(
        "", "full", teacher=str(teacher.folder), keep_layers=1, num_train_epochs=1, learning_rate=1e-3
    )
    student = train(rows, replace(recipe, base=""), tmp_path / "work", Watch(made.accuracy)).learner
    assert student.model.encoder.config.num_hidden_layers == 1
    assert isinstance(student.teacher, EnsembleLearner)
