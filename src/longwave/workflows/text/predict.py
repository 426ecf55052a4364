"""A checkpoint's answers to a file, as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.harvest import Progress, silent
from longwave.text.checkpoint import open_checkpoint
from longwave.text.prepared import read_task
from longwave.text.table import Row


def predict_text(
    folder: Path,
    data: str | Path | pd.DataFrame | Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """A row a row of the data: its id and what the model says. Raises BadInput, DataError, UsageError."""
    checkpoint = open_checkpoint(folder)
    source = data if isinstance(data, str | Path | pd.DataFrame) else pd.DataFrame({"text": list(data)})
    table = read_task(source, checkpoint.task, columns=columns, for_prediction=True)
    told = checkpoint.answers(table.rows(), progress)
    return pd.DataFrame(
        [{"id": name, **_flat(answer)} for name, answer in zip(table.frame["id"], told, strict=True)]
    )


def _flat(answer: Row) -> dict[str, Any]:
    """What a table can hold: lists as JSON, the scores of many labels left to the model itself."""
    kept = {key: value for key, value in answer.items() if key != "scores"}
    return {
        key: json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
        for key, value in kept.items()
    }
