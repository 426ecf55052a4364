"""What is shipped says nothing of the maker's machine, and is answered by the house as by itself."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from longwave.core.errors import BadInput, GateClosed, NotEnoughData, UsageError
from longwave.text.checkpoints.checkpoint import Checkpoint, alike, open_checkpoint
from longwave.text.checkpoints.judged import evaluate
from longwave.text.corpus.bare_texts import of_texts
from longwave.text.export import export as exporting
from longwave.text.export import gate
from longwave.text.export.export import export, weights_in
from longwave.text.export.package import public
from longwave.text.export.quantised import STEPS, kept_whole
from longwave.text.export.rows import export_rows
from longwave.text.portable.given import ERASED, row_of
from longwave.text.portable.predictor import Predictor
from longwave.text.prepared import read_task
from longwave.workflows.text.explain import explain_text

from .made import frame, made, table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkpoint, Path]:
    """A model with a linear one beside, and its export."""
    checkpoint = made("classify", stack="linear", learning_rate=1e-4)
    assert checkpoint.recipe.stack == "linear"
    folder = tmp_path_factory.mktemp("shipped") / "model"
    export(checkpoint, "onnx", folder, data=frame())
    return checkpoint, folder


def test_a_linear_model_beside_is_shipped_too(stacked: tuple[Checkpoint, Path]) -> None:
    checkpoint, folder = stacked
    rows = [*table("classify").rows(), {"text": "Ａｐｐｌｅ rose 😀 价格上涨"}, {"text": "。"}]
    told = Predictor(folder).predict(rows)
    assert all(alike(one, other) for one, other in zip(checkpoint.answers(rows), told, strict=True))
    alone = checkpoint.learner.inner.predict(rows)
    assert not all(alike(one, other) for one, other in zip(alone, told, strict=True))
    assert not list(folder.rglob("*.pkl"))


def test_a_text_is_cleaned_alike_in_what_is_shipped(stacked: tuple[Checkpoint, Path]) -> None:
    checkpoint, folder = stacked
    texts = [
        "cafe\u0301 pri\u200bces rose", "bu\x00y now", "be\u2060at", "bull\u202eish", "half \ud800 here", " rose\r\nagain ",
    ]  # fmt: skip
    told = Predictor(folder).predict(texts)
    rows = read_task(of_texts(texts, "classify"), "classify", for_prediction=True).rows()
    assert [row["text"] for row in rows] == [
        "café prices rose",
        "buy now",
        "beat",
        "bullish",
        "half  here",
        "rose\nagain",
    ]
    assert all(alike(one, other) for one, other in zip(checkpoint.answers(rows), told, strict=True))


def test_places_of_things_follow_what_is_taken_out() -> None:
    given = {
        "text": "\u200bAnn saw\u2060 Bob",
        "head_start": 1,
        "head_end": 4,
        "tail_start": 10,
        "tail_end": 13,
    }
    row = row_of(given, "markers")
    assert row["text"] == "Ann saw Bob"
    assert (
        row["text"][row["head_start"] : row["head_end"]],
        row["text"][row["tail_start"] : row["tail_end"]],
    ) == (
        "Ann",
        "Bob",
    )
    assert row_of({"tokens": ["a\u200b", "\u200b"]}, "tokens")["tokens"] == ("a", ERASED)


def test_a_tagger_beside_is_shipped_too(tmp_path: Path) -> None:
    checkpoint = made("entities", stack="linear", learning_rate=1e-4)
    assert checkpoint.recipe.stack == "linear"
    export(checkpoint, "onnx", tmp_path / "model", data=frame("entities"))
    rows = [*table("entities").rows(), {"tokens": ["Ａｐｐｌｅ", "rose", "😀", "价"]}, {"tokens": ["。"]}]
    told = Predictor(tmp_path / "model").predict(rows)
    assert all(alike(one, other) for one, other in zip(checkpoint.answers(rows), told, strict=True))
    alone = checkpoint.learner.inner.predict(rows)
    assert not all(alike(one, other) for one, other in zip(alone, told, strict=True))
    (tmp_path / "model" / "linear" / "vocabulary.json").write_text("{}")
    with pytest.raises(BadInput):
        open_checkpoint(tmp_path / "model")


def test_a_linear_model_that_is_not_whole_is_refused(
    stacked: tuple[Checkpoint, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(stacked[1], folder)
    (folder / "linear" / "vocabulary.json").write_text("{}")
    with pytest.raises(BadInput):
        open_checkpoint(folder)


def test_an_export_is_answered_judged_and_explained(stacked: tuple[Checkpoint, Path], tmp_path: Path) -> None:
    checkpoint, folder = stacked
    opened = open_checkpoint(folder)
    rows = table("classify").rows()
    assert alike(opened.answers(rows), checkpoint.answers(rows))
    assert list(opened.predict(["apple rose", "shell fell today"])["label"])
    mine, other = evaluate(checkpoint, frame()), evaluate(opened, frame())
    assert alike(mine.judged.head.point, other.judged.head.point)
    (found,) = explain_text(folder, [{"text": "rose"}])  # left out, nothing is left
    assert found.parts[0].word.text == "rose"
    with pytest.raises(UsageError):
        export(opened, "onnx", tmp_path / "again", data=frame())
    (folder / "model.onnx").rename(folder / "away.onnx")
    with pytest.raises(BadInput):
        open_checkpoint(folder)
    (folder / "away.onnx").rename(folder / "model.onnx")


CARD: dict[str, Any] = {
    "task": "classify",
    "recipe": {
        "base": "/opt/ann/models/bert-zh", "teacher": "C:\\work\\big", "translators": ("../there", "~/back"),
        "name": "default", "descriptions": "/srv/ann/what.csv", "source_language": "en",
    },
    "base": {"name": "/opt/ann/models/bert-zh", "sha256": "00"},
    "notes": [{"en": "The base /opt/ann/models/bert-zh does not read these.", "zh": "/opt/ann/models/bert-zh 读不懂。"}],
    "data": {
        "labels": ["/m/film", "and/or"],
        "read": {"path": "/opt/ann/rows.csv"},
        "findings": [{"kind": "noise", "ids": ["ann-1", "ann-2"], "en": "2 of 3/4 rows", "zh": "2 行"}],
    },
    "tables": {"labels": [{"label": "/m/film"}]},
}  # fmt: skip


def test_the_card_names_nothing_of_the_makers_machine() -> None:
    told = public(CARD)
    text = json.dumps(told, ensure_ascii=False)
    assert not any(word in text for word in ("ann", "opt", "work", "srv", "~", ".."))
    assert told["base"]["name"] == "bert-zh" and told["recipe"]["translators"] == ["there", "back"]
    assert told["notes"][0]["en"] == "The base bert-zh does not read these."
    assert told["data"]["labels"] == ["/m/film", "and/or"] and told["tables"] == CARD["tables"]
    assert public({"base": {"name": "BAAI/bge-small-zh"}}) == {"base": {"name": "BAAI/bge-small-zh"}}


def test_nothing_shipped_holds_the_makers_folder(stacked: tuple[Checkpoint, Path]) -> None:
    checkpoint, folder = stacked
    assert str(checkpoint.recipe.base).startswith("/")
    for each in folder.rglob("*"):
        if each.is_file():
            assert str(checkpoint.folder.parent).encode() not in each.read_bytes(), each


def test_what_differs_from_a_base_is_weighed_with_it(tmp_path: Path) -> None:
    checkpoint = made("classify", method="lora")
    done = export(checkpoint, "onnx", tmp_path / "out", data=frame())
    base = weights_in(Path(checkpoint.recipe.base))
    assert base > 0
    assert done.sizes[0] == weights_in(checkpoint.folder) + base


def test_a_step_keeps_more_in_single_precision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onnx

    checkpoint = made()
    export(checkpoint, "onnx", tmp_path / "whole", data=frame())
    graph = onnx.load(tmp_path / "whole" / "model.onnx").graph
    kept = {step: set(kept_whole(graph, 48, step)) for step in STEPS}
    assert kept["all"] == kept["maps"] == set()
    assert len(kept["without_inner"]) == 2 and kept["without_inner"] < kept["without_ends"]
    for module in (exporting, gate):
        monkeypatch.setattr(module, "MOST_LOST", -1.0)  # whatever is tried, it loses too much
    with pytest.raises(GateClosed) as closed:
        export(checkpoint, "onnx-int8", tmp_path / "bits", data=frame())
    done = closed.value.exported
    assert [each.step for each in done.tried] == list(STEPS) and done.step == STEPS[-1]
    assert any("single precision" in str(note) for note in done.notes)
    assert done.as_dict()["eight_bits"]["tried"][0]["step"] == "all"
    assert not (tmp_path / "bits").exists()


def test_rows_beside_the_test_are_those_of_dev() -> None:
    given = frame()
    rows = export_rows(made(), given)
    assert rows is not None
    dev = set(given[given["split"] == "dev"]["text"])
    assert not rows.learnt or len(dev) < 40
    few = given[given["split"] != "dev"]
    none = export_rows(made(), few)
    assert none is not None and none.learnt
    alone = export_rows(made(), given.drop(columns="split"))
    assert alone is not None and len(alone.other) == 0
    with pytest.raises(NotEnoughData):
        export(made(), "pruned", data=given.drop(columns="split"))
