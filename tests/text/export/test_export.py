"""A checkpoint becomes a graph that answers alike, or nothing is written."""

import errno
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import onnx
import torch

from longwave.core.errors import DataError, GateClosed, NotEnoughData, StoreError, UsageError
from longwave.text.checkpoints.as_made import outside_by
from longwave.text.checkpoints.checkpoint import Checkpoint, alike, open_checkpoint
from longwave.text.export import export as exporting
from longwave.text.export.export import export
from longwave.text.export.graph import CLOSE, made_batch, open_graph, prove, run_graph, write_graph
from longwave.text.export.quantised import write_quantised
from longwave.text.export.rows import export_rows
from longwave.text.method import METHODS
from longwave.text.portable.predictor import Predictor

from .made import frame, made, table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The classifier in eight bits."""
    folder = tmp_path_factory.mktemp("shipped") / "model"
    export(made(), "onnx-int8", folder, data=frame())
    return folder


@pytest.mark.parametrize("task", ["classify", "entities", "relations", "answers", "pairs"])
def test_a_graph_answers_as_the_checkpoint(task: str, tmp_path: Path) -> None:
    checkpoint, rows = made(task), table(task).rows()
    done = export(checkpoint, "onnx", tmp_path / "out", data=frame(task))
    told = Predictor(done.folder).predict(rows)
    own = checkpoint.answers(rows)
    assert len(told) == len(own)
    assert all(alike(one, other) for one, other in zip(own, told, strict=True))
    assert done.judgement is not None and done.judgement.alike == 1.0 and done.judgement.lost == 0.0


@pytest.mark.parametrize(
    "settings", [{"method": "lora"}, {"method": "prompt"}, {"method": "adapter"}, {"method": "prefix"}]
)
def test_what_a_method_added_is_in_the_graph(settings: dict[str, Any], tmp_path: Path) -> None:
    learner = made("classify", **settings).learner
    model = METHODS.get(learner.recipe.method).merged(learner.model)
    features = learner.features([{"text": "apple rose today"}])
    longest = int(learner.layout["max_length"])
    write_graph(model, features, learner.padding, tmp_path / "model.onnx", longest)
    batch = made_batch(features, learner.padding, 7, 21, np.random.default_rng(5))
    with torch.inference_mode():
        own = learner.model.eval()(**{name: torch.from_numpy(each) for name, each in batch.items()})[
            "logits"
        ].numpy()
    assert np.abs(run_graph(open_graph(tmp_path / "model.onnx"), batch) - own).max() < CLOSE * max(
        1.0, np.abs(own).max()
    )


def test_word_forms_and_transitions_are_in_the_graph(tmp_path: Path) -> None:
    checkpoint = made("entities", letters=6, crf=True)
    done = export(checkpoint, "onnx", tmp_path / "out", data=frame("entities"))
    rows = table("entities").rows()
    told = Predictor(done.folder).predict(rows)
    assert all(alike(one, other) for one, other in zip(checkpoint.answers(rows), told, strict=True))


def test_eight_bits_are_smaller_and_judged(shipped: Path) -> None:
    card = json.loads((shipped / "card.json").read_text("utf-8"))["export"]
    assert card["to"] == "onnx-int8"
    inner = {node.op_type for node in onnx.load(shipped / "model.onnx").graph.node}
    assert "MatMulInteger" in inner
    assert card["judged"]["lost"] <= 0.003
    assert card["machine"]["processor"]
    assert card["speed"]["exported"]["milliseconds"] > 0
    assert "private" not in (shipped / "card.json").read_text("utf-8")


def test_an_export_knows_what_the_checkpoint_learnt_from_and_by_what_it_is_judged(tmp_path: Path) -> None:
    own = made()
    shutil.copytree(own.folder, tmp_path / "own")
    data = {**own.card["data"], "outside": "bad"}
    (tmp_path / "own" / "card.json").write_text(json.dumps({**own.card, "data": data}), "utf-8")
    for name in ("learnt.json", "profile.json"):
        (tmp_path / "own" / name).write_text(f'{{"{name}": 1}}', "utf-8")
    whole = open_checkpoint(tmp_path / "own")
    done = export(whole, "onnx", tmp_path / "out", data=frame())
    for name in ("learnt.json", "profile.json"):
        assert (done.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert outside_by(open_checkpoint(done.folder).card) == "bad"
    rows = export_rows(whole, frame())
    assert rows is not None and rows.test.outside == "bad"


def test_a_form_that_the_test_chose_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = exporting.judged_beside
    looks: list[int] = []

    def closed_at_first(table: Any, *answers: Any) -> Any:
        found = judge(table, *answers)
        looks.append(len(table))
        gap = replace(found.gap, b=found.gap.a + 0.01)
        return replace(found, gap=gap) if len(looks) == 1 else found

    monkeypatch.setattr(exporting, "judged_beside", closed_at_first)
    rows = frame()
    done = export(made(), "onnx-int8", tmp_path / "out", data=rows[rows["split"] == "test"])
    assert [each.test is not None for each in done.tried] == [True, True]
    assert done.as_dict()["eight_bits"]["chosen_on"] == "test"
    assert "text_export.chosen_on_test" in [each.key for each in done.notes]


def test_a_texts_model_is_tagged_from_a_plain_text(tmp_path: Path) -> None:
    done = export(made("entities"), "onnx", tmp_path / "out", data=frame("entities"))
    (answer,) = Predictor(done.folder).predict(["Apple rose."])
    assert len(answer["tags"]) == 3


def test_the_shipped_folder_answers_without_torch_and_longwave(shipped: Path) -> None:
    blocked = "torch", "transformers", "longwave", "pandas", "sklearn", "onnx", "peft"
    script = (
        "import sys, runpy\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {blocked!r}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
        f"sys.argv = ['longwave_predictor', {str(shipped)!r}]\n"
        "runpy.run_module('longwave_predictor', run_name='__main__')\n"
    )
    rows = table("classify").rows()[:20]
    lines = "".join(json.dumps({"id": each["id"], "text": each["text"]}) + "\n" for each in rows)
    lines += '"Apple gained 上涨"\n' + "{broken\n" + '{"text": 3}\n'
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=lines,
        capture_output=True,
        text=True,
        cwd=shipped,
        check=False,
        encoding="utf-8",
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 3, done.stderr
    assert [each.get("id") for each in told[:20]] == [each["id"] for each in rows]
    own = Predictor(shipped).predict(rows)
    # what goes through a layer of eight bits is rounded by the whole batch's range, so that chances shift a little
    assert [each["label"] for each in told[:20]] == [each["label"] for each in own]
    assert all(
        abs(one["probability"] - each["probability"]) < 0.05 for one, each in zip(told, own, strict=False)
    )
    assert "label" in told[20] and "error" in told[21] and "error" in told[22]


def test_what_loses_too_much_is_not_shipped(tmp_path: Path) -> None:
    # A head that began at a regression on the untouched states would answer these texts without any layer.
    with pytest.raises(GateClosed) as closed:
        export(made(head_start="random"), "pruned", tmp_path / "out", data=frame(), share=0.97)
    assert closed.value.exported.judgement is not None
    assert closed.value.exported.judgement.lost > 0.003
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_what_was_there(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "out"
    shutil.copytree(shipped, before)
    whole = {each.name: each.read_bytes() for each in before.iterdir() if each.is_file()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exporting.package, "write_package", full)
    with pytest.raises(StoreError):
        export(made(), "onnx", before, data=frame())
    assert {each.name: each.read_bytes() for each in before.iterdir() if each.is_file()} == whole
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_rows_are_asked_for_where_answers_change(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData):
        export(made(), "onnx-int8", tmp_path / "out")
    done = export(made(), "onnx", tmp_path / "out")
    assert done.judgement is None and done.notes


def test_folders_and_forms_that_cannot_be(tmp_path: Path) -> None:
    checkpoint = made()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError):
        export(checkpoint, "onnx", tmp_path / "mine", data=frame())
    with pytest.raises(UsageError):
        export(checkpoint, "onnx", checkpoint.folder, data=frame())
    with pytest.raises(UsageError):
        export(checkpoint, "gguf", tmp_path / "out", data=frame())
    writes = Checkpoint(checkpoint.folder, {**checkpoint.card, "task": "translate"}, checkpoint.recipe)
    with pytest.raises(UsageError):
        export(writes, "onnx", tmp_path / "out")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_half_a_graph_is_refused(shipped: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.onnx"
    half.write_bytes((shipped / "model.onnx").read_bytes()[:-2000])
    with pytest.raises(DataError):
        open_graph(half)
    with pytest.raises(DataError):
        write_quantised(half, tmp_path / "out.onnx")


def test_the_proof_tells_another_model(shipped: Path) -> None:
    learner = made().learner
    features = learner.features([{"text": "apple rose today"}])
    other = open_checkpoint(made().folder).learner.model.eval()
    with torch.no_grad():
        other.head.out.bias += 0.5
    with pytest.raises(DataError):
        prove(other, features, learner.padding, shipped / "model.onnx")
