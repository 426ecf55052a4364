"""Data as a fine-tuning wants them: read, examined, split; what was found is told before anything is learnt."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from longwave.core.message import Message, say
from longwave.text.audit.audit import audit
from longwave.text.audit.finding import Audit
from longwave.text.audit.repeats import without_leaks
from longwave.text.bases import find_base
from longwave.text.corpus.at_hand import at_hand, left_out
from longwave.text.corpus.columns import parts
from longwave.text.corpus.nested import with_fields
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.splits import with_splits
from longwave.text.corpus.table import text_table
from longwave.text.method import METHODS
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.task import TASKS


@dataclass(frozen=True, eq=False)
class Prepared:
    """table: with its splits; clean_test: the test rows whose text does not stand in train, in dev or earlier in the test;
    notes: what was done."""

    table: TextTable
    found: Audit
    clean_test: TextTable
    notes: tuple[Message, ...]

    @property
    def choices(self) -> tuple[Message, ...]:
        """The notes that a user must see to know what was learnt from: rows left out, columns guessed, parts made."""
        return tuple(note for note in self.notes if note.key.removeprefix("text_corpus.") not in _BY_THE_WAY)

    @property
    def summary(self) -> tuple[Message, ...]:
        """What is told before anything is learnt: how many rows, what was done with them, and the worst that was found."""
        rows = {name: len(self.table.part(name)) for name in ("train", "dev", "test")}
        worst = [each for each in self.found.findings if each.severity != "info"][:MOST_FINDINGS]
        found = (
            say("text_verbs.found", severity=say(f"text_page.severity_{each.severity}"), finding=each.message)
            for each in worst
        )
        return (say("text_verbs.rows", **rows), *self.choices, *found)


MOST_FINDINGS = 8


_BY_THE_WAY = frozenset(
    {"splits_made", "splits_kept", "split_at_random", "dev_kept", "kept_together", "several_labels", "title_joined",
     "split_files", "split_keys", "label_names", "made_bio", "tokenised", "some_dates", "source_together",
     "source_is_wide", "templates", "no_answer"}
)  # fmt: skip
"""Notes of what is as it should be: told where everything is asked for, and on the card's page."""


def read_task(
    data: Any,
    task: str,
    *,
    columns: Mapping[str, str] | None = None,
    files: Sequence[str] = (),
    several: str | None = None,
    ordered: Sequence[str] = (),
    known: Sequence[str] = (),
    for_prediction: bool = False,
    also: Sequence[str] = (),
    encoding: str | None = None,
    documents: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
    usual: Mapping[str, str] | None = None,
) -> TextTable:
    """A file, a folder of splits or rows of the user's (`corpus.at_hand`), as the task reads them; what was read already is
    taken as it is.

    encoding: of a text file, where it is not to be found out; documents: texts in which the answers to all the questions
    are looked for; renamed: labels here -> what a model calls them, "" where they are left out; usual: columns as a model's
    own rows had them, taken where they stand here too and nothing else is said. Raises BadInput, DataError, UsageError.
    """
    source = at_hand(data)
    if isinstance(source, TextTable):
        return source
    rows = read_rows(source, files=tuple(files), encoding=encoding)
    if strange := left_out(data):
        rows = replace(rows, notes=(*rows.notes, say("text_corpus.parts_left", parts=strange)))
    there = list(rows.frame.columns)
    before = {role: parts(name, there) for role, name in (usual or {}).items()}
    found = set(with_fields(rows.frame, [part for each in before.values() for part in each]).columns)
    same = {role: name for role, name in (usual or {}).items() if found.issuperset(before[role])}
    given = {**same, **(columns or {})}
    if documents:
        cells = pd.Series([tuple(documents)] * len(rows.frame), rows.frame.index, dtype=object)
        rows = replace(rows, frame=rows.frame.assign(documents=cells))
        given["documents"] = "documents"
    return text_table(
        rows,
        task,
        columns=given,
        several=several,
        ordered=tuple(ordered),
        known=tuple(known),
        for_prediction=for_prediction,
        also=tuple(also),
        renamed=renamed,
    )


def prepare(
    table: TextTable, *, seed: int, test: TextTable | None = None, recipe: Recipe | None = None
) -> Prepared:
    """Splits what is not split and examines it. test: rows of another file that are the test instead; recipe: by which it
    is known how much of a long text will be read.

    Raises NotEnoughData where there are too few rows to hold any out."""
    joined = table if test is None else with_test(table, test)
    split = with_splits(joined, seed=seed)
    limit, windows = (None, False) if recipe is None else reading_limit(split, recipe)
    found = audit(split, limit=limit, windows=windows)
    return Prepared(split, found, without_leaks(split).part("test"), split.notes)


def reading_limit(table: TextTable, recipe: Recipe) -> tuple[int | None, bool]:
    """The tokens of a row that a model of this recipe reads, None for all of them; and whether it could read a long row in
    parts."""
    task = TASKS.get(table.task)
    layout = task.layout(table, recipe)
    if layout["kind"] in ("tokens", "question") or layout.get("long") == "windows":
        return None, True
    if task.family == "extract" and not _writes(recipe.base):
        return None, False
    wished = int(layout["max_length"])
    return min(wished, _room(recipe)) if task.family == "encoder" else wished, "long" in layout


def _room(recipe: Recipe) -> int:
    """How many tokens a base reads at once, less what the method takes of them, as `EncoderLearner.start` has it; without
    end where its files do not say, or it is begun from nothing."""
    base = find_base(recipe.base)
    if not (base.sha256 and (base.folder / "config.json").is_file()):
        return sys.maxsize
    from transformers import AutoConfig

    from longwave.text.checkpoints.tokenizer_config import positions

    try:
        config = AutoConfig.from_pretrained(base.folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError):
        return sys.maxsize  # of no kind that is known: refused where it is loaded
    return positions(config) - METHODS.get(recipe.method).room(recipe)


def _writes(base: str) -> bool:
    """Whether a base writes its summaries: the encoder that comes along, and other encoders, choose sentences of the text
    and read them all."""
    try:
        config = json.loads((Path(base).expanduser() / "config.json").read_text("utf-8")) if base else {}
    except (OSError, ValueError):
        return True  # a name to be fetched, or weights from scratch
    return isinstance(config, dict) and bool(config.get("is_encoder_decoder"))


def with_test(table: TextTable, test: TextTable) -> TextTable:
    """The rows of `table` that are no test of their own, and those of another table as the test.

    Rows that have a part keep it (dev stays dev). Of a test that is split itself, its own test rows are taken."""
    mine = table.frame
    if test.has("split") and (test.frame["split"] == "test").any():
        test = test.part("test")
    if table.has("split"):
        mine = mine[mine["split"] != "test"]
    known = mine.assign(split=mine["split"] if table.has("split") else "train")
    frame = pd.concat(
        [known, test.frame.assign(split="test", id="test-" + test.frame["id"])], ignore_index=True
    )
    labels = (*table.labels, *(label for label in test.labels if label not in table.labels))
    notes = tuple(dict.fromkeys((*table.notes, *test.notes)))
    return replace(table, frame=frame, labels=labels, sha256=table.sha256 + test.sha256, notes=notes)
