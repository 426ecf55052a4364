"""The linear model that is shipped reads and counts exactly as the one that learnt, whatever it is given."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("safetensors")

import pandas as pd

from longwave.text.baselines.baseline import BASELINES
from longwave.text.checkpoints.checkpoint import alike
from longwave.text.portable.linear import Linear
from longwave.text.portable.refused import Refused
from longwave.text.table import Row, TextTable

PIECES = (
    "prices rose", "prices fell", "don't", "U.S. 3.5%", "通货膨胀上升", "价格下跌", "ＦＵＬＬ　ｗｉｄｔｈ１２３",
    "😀👩‍👩‍👧", "e\u0301", "ﬁne", "İstanbul", "straße", "ไทย", "हिन्दी", "مرحبا", "\u200b", "\t\n",
    "https://a.b/c?d=1", "ＡＢＣ，。！", "a_b", "𠮷野家", "x" * 80, "",
)  # fmt: skip


def _texts(count: int, seed: int) -> list[str]:
    """Pieces of many scripts in any order, and signs from anywhere below U+2FFFF."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    made = []
    for _ in range(count):
        parts = [draw.choice(PIECES) for _ in range(draw.randint(0, 12))]
        parts += [
            chr(draw.choice([draw.randint(32, 0xD7FF), draw.randint(0xE000, 0x2FFFF)])) for _ in range(5)
        ]
        draw.shuffle(parts)
        made.append(draw.choice(("", " ")).join(parts))
    return made


def _rows(task: str, count: int, seed: int, labels: tuple[str, ...]) -> list[Row]:
    texts, others = _texts(count, seed), _texts(count, seed + 1)
    rows: list[Row] = []
    for place, (text, other) in enumerate(zip(texts, others, strict=True)):
        label = labels[place % len(labels)]
        row: Row = {"id": str(place), "text": f"{text} word{label}", "label": label}
        if task == "pairs":
            row["other"] = other
        if task == "relations":
            row |= {
                "head_start": 0,
                "head_end": 1,
                "tail_start": max(1, len(text) // 2),
                "tail_end": len(text) // 2 + 2,
            }
        rows.append(row)
    return rows


@pytest.mark.parametrize(
    ("task", "labels", "more"),
    [
        ("classify", ("a", "b"), {}),
        ("classify", ("a", "b", "c"), {}),
        ("classify", ("low", "mid", "high", "top"), {"ordered": True}),
        ("intent", ("pay", "send", "oos"), {}),
        ("pairs", ("same", "apart"), {}),
        ("relations", ("sale", "loan", "none"), {}),
    ],
)
def test_it_answers_as_the_one_that_learnt(
    task: str, labels: tuple[str, ...], more: dict[str, Any], tmp_path: Path
) -> None:
    table = TextTable(task, pd.DataFrame(_rows(task, 90, 1, labels)), labels, **more)
    fitted = BASELINES.get("linear")().fit(table)
    fitted.save(tmp_path)
    asked = _rows(task, 300, 7, labels)
    own, told = fitted.learnt.predict(asked), Linear(tmp_path).predict(asked)
    assert len(told) == 300
    for mine, other in zip(own, told, strict=True):
        assert list(mine["scores"]) == list(other["scores"])
        assert all(abs(mine["scores"][name] - p) < 1e-9 for name, p in other["scores"].items())


def test_rows_of_several_labels(tmp_path: Path) -> None:
    rows = _rows("classify", 80, 3, ("a", "b", "c"))
    told = [{"id": row["id"], "text": row["text"], "labels": (row["label"], "b")} for row in rows]
    fitted = BASELINES.get("linear")().fit(
        TextTable("classify", pd.DataFrame(told), ("a", "b", "c"), several=True)
    )
    fitted.save(tmp_path)
    asked = _rows("classify", 50, 9, ("a", "b", "c"))
    mine = [{"scores": row["scores"]} for row in fitted.learnt.predict(asked)]
    assert alike(mine, Linear(tmp_path).predict(asked))


@pytest.mark.parametrize("name", ["baseline.json", "vocabulary.json", "weights.safetensors"])
def test_half_a_file_is_refused(name: str, tmp_path: Path) -> None:
    rows = _rows("classify", 30, 3, ("a", "b"))
    BASELINES.get("linear")().fit(TextTable("classify", pd.DataFrame(rows), ("a", "b"))).save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    for cut in (0, 5, len(whole) // 2, len(whole) - 3):
        (tmp_path / name).write_bytes(whole[:cut])
        with pytest.raises(Refused):
            Linear(tmp_path)


def test_names_without_their_numbers_are_refused(tmp_path: Path) -> None:
    rows = _rows("classify", 30, 3, ("a", "b"))
    BASELINES.get("linear")().fit(TextTable("classify", pd.DataFrame(rows), ("a", "b"))).save(tmp_path)
    names = json.loads((tmp_path / "vocabulary.json").read_text("utf-8"))
    names["block0"] = names["block0"][:-1]
    (tmp_path / "vocabulary.json").write_text(json.dumps(names), "utf-8")
    with pytest.raises(Refused):
        Linear(tmp_path)
