"""The rows that a model learnt from, kept as marks of their texts: an old row in a new test is then found.

A mark is the beginning of the SHA-256 of a row's normalised text (see `corpus.duplicates.keys`): 16 hexadecimal digits, so
that of a million rows against a million others two unlike ones agree by chance once in some twenty thousand times. The
text cannot be read from a mark, but whoever has a text can ask whether it was learnt from. What a model's base or teacher
learnt from, it has learnt from too. The rows of its own test are marked as well: they are no other set.

Evaluating a model on rows that it has seen measures its memory (Magar & Schwartz 2022, "Data contamination").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from longwave.text.corpus.duplicates import keys
from longwave.text.table import SPLITS, TextTable

FILE = "learnt.json"
_DIGITS = 16


def marks(table: TextTable) -> list[str]:
    """A mark a row."""
    return [sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS] for key in keys(table)]


def keep_learnt(table: TextTable, folder: Path, before: Iterable[Path] = ()) -> None:
    """Writes into a checkpoint the marks of the rows of train and dev, by which weights and settings were chosen, and of its
    test. before: folders of what it went on from or was taught by; where they hold marks, these count too."""
    seen = {part: set(marks(table.part(part))) for part in SPLITS}
    for each in before:
        seen["train"] |= _marked(each, "train", "dev") or set()
    told = {part: sorted(each) for part, each in seen.items()}
    (folder / FILE).write_text(json.dumps({"schema": 1, "digits": _DIGITS, **told}), "utf-8")


def seen_rows(table: TextTable, folder: Path) -> Sequence[bool] | None:
    """Of each row whether the checkpoint learnt from its text or was chosen by it; None where it kept no marks."""
    known = _marked(folder, "train", "dev")
    return None if known is None else [mark in known for mark in marks(table)]


def of_its_test(table: TextTable, folder: Path) -> bool | None:
    """Whether every row stood in the test that the checkpoint was judged on; None where it kept no marks of that."""
    known = _marked(folder, "test")
    return None if known is None else known.issuperset(marks(table))


def _marked(folder: Path, *parts: str) -> set[str] | None:
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
        return {str(mark) for part in parts for mark in told[part]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
