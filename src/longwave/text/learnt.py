"""The rows that a model learnt from, kept as marks of their texts: an old row in a new test is then found.

A mark is the beginning of the SHA-256 of a row's normalised text (see `corpus.duplicates.keys`): 16 hexadecimal digits, so
that of a million rows against a million others two unlike ones agree by chance once in some twenty thousand times. The
text cannot be read from a mark, but whoever has a text can ask whether it was learnt from.

Evaluating a model on rows that it has seen measures its memory (Magar & Schwartz 2022, "Data contamination").
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from longwave.text.corpus.duplicates import keys
from longwave.text.table import TextTable

FILE = "learnt.json"
_DIGITS = 16


def marks(table: TextTable) -> list[str]:
    """A mark a row."""
    return [sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS] for key in keys(table)]


def keep_learnt(table: TextTable, folder: Path) -> None:
    """Writes the marks of the rows of train and dev, by which weights and settings were chosen, into a checkpoint."""
    seen = {part: sorted(set(marks(table.part(part)))) for part in ("train", "dev")}
    (folder / FILE).write_text(json.dumps({"schema": 1, "digits": _DIGITS, **seen}), "utf-8")


def seen_rows(table: TextTable, folder: Path) -> Sequence[bool] | None:
    """Of each row whether the checkpoint learnt from its text or was chosen by it; None where it kept no marks."""
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
        known = {*told["train"], *told["dev"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return [mark in known for mark in marks(table)]
