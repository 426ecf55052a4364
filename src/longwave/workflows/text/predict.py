"""A checkpoint's answers to a file, as a table: a line a row, empty where a row has nothing to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.harvest import Progress, silent
from longwave.core.message import Message, say
from longwave.text.base_fit import TOO_MUCH, unread_share
from longwave.text.checkpoints.checkpoint import Checkpoint, open_checkpoint
from longwave.text.corpus.bare_texts import of_texts
from longwave.text.corpus.documents import Documents, read_documents
from longwave.text.prepared import read_task
from longwave.text.table import Row, TextTable


@dataclass(frozen=True, eq=False)
class Told:
    """frame: a row a row of the data, in their order: its id as the file has it and what the model says, several things as
    lists (see `in_cells`); notes: what the reader of the answers should know of the rows."""

    frame: pd.DataFrame
    notes: tuple[Message, ...]


def predict_text(
    folder: Path,
    data: str | Path | pd.DataFrame | Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    documents: Path | None = None,
    progress: Progress = silent,
) -> Told:
    """What the model says of each row.

    data: a file, a table, or bare texts (for the task answers: questions); documents: a folder or file in which answers
    are looked for, in the place of a column context. Raises BadInput, DataError, UsageError.
    """
    checkpoint = open_checkpoint(folder)
    if documents is not None and checkpoint.task != "answers":
        raise UsageError(say("text_verbs.documents_for_answers", task=checkpoint.task))
    source = (
        data
        if isinstance(data, str | Path | pd.DataFrame)
        else of_texts(data, checkpoint.task, searched=documents is not None)
    )
    found = None if documents is None else read_documents(documents, encoding=encoding)
    table = read_task(
        source,
        checkpoint.task,
        columns=columns,
        for_prediction=True,
        encoding=encoding,
        documents=() if found is None else found.texts,
        usual=checkpoint.reading["usual"],
    )
    notes = (*table.notes, *_unread(checkpoint, table))
    return Told(_frame(table, checkpoint.answers(table.rows(), progress), found), notes)


def _unread(checkpoint: Checkpoint, table: TextTable) -> Iterator[Message]:
    """That the model's vocabulary does not hold what these texts are written in."""
    tokenizer = getattr(checkpoint.learner, "tokenizer", None)
    if tokenizer is None or not len(table):
        return
    share = unread_share(tokenizer, table.texts())
    if share > TOO_MUCH:
        yield say("text_verbs.unread", share=share)


def _frame(table: TextTable, told: Sequence[Row], documents: Documents | None) -> pd.DataFrame:
    flat = [_flat(answer, documents) for answer in told]
    if table.has("tokens"):  # places of entities are counted in these
        words = [list(each) for each in table.frame["tokens"]]
        flat = [{"tokens": tokens, **row} for tokens, row in zip(words, flat, strict=True)]
    names = list(dict.fromkeys(name for row in flat for name in row))
    answers = iter(flat)
    rows = [(name, next(answers) if there else {}) for name, there in table.asked]
    columns = {
        "id": [name for name, _ in rows],
        **{key: [row.get(key) for _, row in rows] for key in names},
    }
    return pd.DataFrame({key: pd.Series(values, dtype=object) for key, values in columns.items()})


def _flat(answer: Row, documents: Documents | None) -> dict[str, Any]:
    """An answer in a row's cells; the scores of labels that are not given are left to the model itself."""
    kept = {key: value for key, value in answer.items() if key != "scores"}
    if "labels" in answer and "scores" in answer:
        kept["probabilities"] = [round(float(answer["scores"][label]), 6) for label in answer["labels"]]
    if "entities" in answer:
        kept["entities"] = [
            {**each, "score": round(float(each["score"]), 6)} if "score" in each else each
            for each in answer["entities"]
        ]
    if documents is not None and isinstance(kept.get("document"), int):
        kept["document"] = documents.names[kept["document"]]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}


def in_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """The same for a table of cells, which hold no lists: these as JSON."""
    return frame.map(
        lambda value: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
    )
