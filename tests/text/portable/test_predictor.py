"""What a predictor is given by strangers."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

from longwave.text.checkpoints.checkpoint import alike
from longwave.text.export.export import export
from longwave.text.portable.__main__ import answered, main
from longwave.text.portable.given import row_of
from longwave.text.portable.predictor import Predictor
from longwave.text.portable.refused import Refused

from ..export.made import frame, made, table


@pytest.mark.parametrize(
    "given",
    [
        None,
        3,
        float("nan"),
        ["a"],
        "",
        "  \n",
        {"text": None},
        {"texts": "a"},
        {"text": "\ud800"},
        {"text": b"a"},
        "a" * 101,
    ],
)
def test_what_is_no_text_is_refused(given: Any) -> None:
    with pytest.raises(Refused) as refused:
        row_of(given, "text", 100)
    assert refused.value.en and refused.value.text("zh_CN.UTF-8") == refused.value.zh != refused.value.en


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("a", "pair"),
        ({"text": "a"}, "pair"),
        ({"tokens": "a b"}, "tokens"),
        ({"tokens": [1]}, "tokens"),
        ({"tokens": ["a" * 60, "b" * 60]}, "tokens"),
        ({}, "tokens"),
        ({"text": "a b", "head_start": 0, "head_end": 1, "tail_start": 2, "tail_end": 9}, "markers"),
        ({"text": "a b", "head_start": 1, "head_end": 1, "tail_start": 2, "tail_end": 3}, "markers"),
        ({"text": "a b", "head_start": 0, "head_end": True, "tail_start": 2, "tail_end": 3}, "markers"),
        ({"question": "a"}, "question"),
    ],
)
def test_rows_that_lack_something_are_refused(given: Any, kind: str) -> None:
    with pytest.raises(Refused):
        row_of(given, kind, 100)


def test_a_text_to_be_tagged_is_cut_into_tokens() -> None:
    assert row_of("U.S. 经济 grew 3.5%", "tokens")["tokens"] == ("U.S", ".", "经", "济", "grew", "3.5", "%")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped") / "model"
    export(made(), "onnx", folder, data=frame())
    return folder


@pytest.mark.slow
def test_many_threads_get_the_answers_of_one(shipped: Path) -> None:
    predictor, rows = Predictor(shipped), table("classify").rows()
    alone = predictor.predict(rows)
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(lambda row: predictor.predict([row])[0], rows * 3))
    assert all(alike(one, other) for one, other in zip(alone * 3, many, strict=True))


@pytest.mark.slow
def test_bad_rows_are_named_and_long_ones_bounded(shipped: Path) -> None:
    predictor = Predictor(shipped, most_characters=200_000)
    assert predictor.predict([]) == []
    assert len(predictor.predict(["apple rose " * 10_000])) == 1
    with pytest.raises(Refused, match="Row 2"):
        predictor.predict(["apple rose", None])
    with pytest.raises(Refused):
        predictor.predict("apple rose")
    with pytest.raises(Refused):
        predictor.predict(["a" * 200_001])
    told = answered(predictor, ['"apple rose"', "[", '{"id": 7, "text": "apple fell"}'], "zh")
    assert "label" in told[0] and "JSON" in told[1]["error"] and told[2]["id"] == 7


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "head.json", "card.json"])
def test_half_a_file_is_refused(name: str, shipped: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(shipped, folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match=name):
        Predictor(folder)
    (folder / name).unlink()
    assert main([str(folder)]) == 5


@pytest.mark.slow
def test_a_head_of_another_make_is_refused(shipped: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(shipped, folder)
    (folder / "head.json").write_text(json.dumps({"task": "classify"}))
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["export"]["files"]["head.json"] = (folder / "head.json").stat().st_size
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(Refused, match="head"):
        Predictor(folder)


@pytest.mark.slow
def test_texts_are_given_on_the_line_of_the_call(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(shipped), "--text", "apple rose", "--text", "shell fell 上涨"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(each) for each in told] == [{"label", "probability", "scores"}] * 2
    assert main([str(shipped), "--text", " "]) == 3
