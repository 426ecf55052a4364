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

from .batch import batches, pad
from .decode import Answer, decode
from .encode import encode
from .given import COLUMNS, MOST_CHARACTERS, row_of
from .refused import Refused

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
HEAD = "head.json"
CARD = "card.json"

BATCH_TOKENS = 4096


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
                raise _broken(self.folder / HEAD)
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(self.folder / HEAD) from error
        self._tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
        self._lock = Lock()
        self._session = _session(self.folder / GRAPH, threads)
        self._inputs = {each.name for each in self._session.get_inputs()}

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
                read.append(row_of(each, self.kind, self.most_characters))
            except Refused as error:
                raise Refused(f"Row {place + 1}: {error.en}", f"第 {place + 1} 行：{error.zh}") from None
        if not read:
            return []
        with self._lock:
            features = encode(read, self._tokenizer, self.layout)
        return decode(read, features, self._logits(features), self.head)

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
        raise _broken(folder / CARD)
    for name in (GRAPH, TOKENIZER, HEAD):
        path = folder / name
        if not path.is_file() or path.stat().st_size != sizes[name]:
            raise _broken(path)


def _session(path: Path, threads: int) -> Any:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (
        state.Fail,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.RuntimeException,
    ) as error:
        raise _broken(path) from error


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(path) from error
    if not isinstance(found, dict):
        raise _broken(path)
    return found


def _broken(path: Path) -> Refused:
    return Refused(
        f"{path} is missing or not whole: copy the folder again, or export the model again.",
        f"{path} 缺失或不完整：请重新复制该文件夹，或重新导出模型。",
    )
