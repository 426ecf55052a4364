"""An exported model's answers, with numpy, tokenizers and onnxruntime alone.

    from longwave_predictor import Predictor
    Predictor("model").predict(["The card never came."])

One predictor may serve many threads: the graph is free of state, and the tokenizer is used by one at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from .batch import BATCH_TOKENS, batches, pad
from .characters import in_characters
from .decode import Answer, decode
from .encode import encode
from .given import COLUMNS, MOST_CHARACTERS, row_of
from .refused import Refused, broken
from .stack import FOLDER, STACK, decided

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
HEAD = "head.json"
CARD = "card.json"

_SLOWER = ("SkipLayerNormFusion",)
"""What the runtime joins and then computes more slowly: sum and normalisation in one take seven times as long as the
normalisation alone, a seventh of all (all-MiniLM-L6-v2 in eight bits, onnxruntime 1.31.1)."""


class Predictor:
    """folder: as `longwave text export` writes it. threads: of the processor, for one batch. most_characters: of a row.

    Raises Refused for a folder that is not whole, or is no export.
    """

    def __init__(
        self, folder: str | Path, *, threads: int = 1, most_characters: int = MOST_CHARACTERS
    ) -> None:
        from tokenizers import Tokenizer

        self.folder = Path(folder)
        self.most_characters = most_characters
        self.card = _json(self.folder / CARD)
        _check_whole(self.folder, self.card)
        kept = _json(self.folder / HEAD)
        try:
            self.task, self.layout, self.head = str(kept["task"]), dict(kept["layout"]), dict(kept["head"])
            self.padding, self.kind = int(kept["padding"]), str(kept["layout"]["kind"])
            if self.kind not in COLUMNS:
                raise broken(self.folder / HEAD)
        except (KeyError, TypeError, ValueError) as error:
            raise broken(self.folder / HEAD) from error
        self.joined = str((self.card.get("data") or {}).get("columns", {}).get("text", ""))
        self.tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
        self._lock = Lock()
        self._session = session(self.folder / GRAPH, threads)
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._beside = _linear_beside(self.folder, self.card)

    def predict(self, rows: Sequence[Any]) -> list[Answer]:
        """One answer a row, as the checkpoint would give it. rows: texts, or objects with the columns of the task
        (text; text and other; tokens; question and context; text and the places of head and tail).

        Raises Refused for the first row that is none, naming it.
        """
        if isinstance(rows, str | bytes):
            raise Refused("Give a list of rows, not one text.", "请给出行的列表，而不是单个文本。")
        read = []
        for place, each in enumerate(rows):
            try:
                read.append(row_of(each, self.kind, self.most_characters, self.joined))
            except Refused as error:
                raise Refused(f"Row {place + 1}: {error.en}", f"第 {place + 1} 行：{error.zh}") from None
        return self.answers(read)

    def answers(self, rows: Sequence[dict[str, Any]]) -> list[Answer]:
        """As `predict`, of rows that are known to be good."""
        if not rows:
            return []
        with self._lock:
            features = encode(rows, self.tokenizer, self.layout)
        if self._beside is None:
            return in_characters(rows, decode(rows, features, self._logits(features), self.head))
        told = decode(rows, features, self._logits(features), {**self.head, "chances": True})
        linear, weight, head = self._beside
        return in_characters(rows, decided(rows, told, linear.predict(rows), weight, head))

    def _logits(self, features: Sequence[Any]) -> list[Any]:
        found: list[Any] = [None] * len(features)
        for places in batches(features, BATCH_TOKENS):
            batch = pad([features[place] for place in places], self.padding)
            taken = {name: each for name, each in batch.items() if name in self._inputs}
            logits = self._session.run(["logits"], taken)[0]
            by_token = logits.ndim == 3
            for place, row in zip(places, logits, strict=True):
                found[place] = row[: len(features[place]["input_ids"])] if by_token else row
        return found


def _check_whole(folder: Path, card: dict[str, Any]) -> None:
    """That each file has the length that the card gives."""
    exported = card.get("export")
    sizes = exported.get("files") if isinstance(exported, dict) else None
    if not isinstance(sizes, dict) or not {GRAPH, TOKENIZER, HEAD} <= set(sizes):
        raise broken(folder / CARD)
    for name, size in sizes.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise broken(path)


def _linear_beside(folder: Path, card: dict[str, Any]) -> tuple[Any, float, dict[str, Any]] | None:
    """The linear model that answers with it, its weight, and the head that decides on both; None where there is none."""
    if STACK not in card["export"]["files"]:
        return None
    from .linear import Linear
    from .tagger import Tagger

    kept = _json(folder / STACK)
    try:
        weight, head = float(kept["weight"]), dict(kept["head"])
        beside = Tagger if head["kind"] == "tokens" else Linear
    except (KeyError, TypeError, ValueError) as error:
        raise broken(folder / STACK) from error
    return beside(folder / FOLDER), weight, head


def session(path: Path, threads: int = 1) -> Any:
    """A graph, ready to be run on the processor. Raises Refused for a file that is no graph, or not a whole one."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=[*_SLOWER]
        )
    except (
        state.Fail,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.RuntimeException,
    ) as error:
        raise broken(path) from error


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise broken(path) from error
    if not isinstance(found, dict):
        raise broken(path)
    return found
