"""Rows held out that the model has met before it begins: in the checkpoint that it goes on from, or through its teacher.

Continual learning begins with weights that have learnt every old row, replays some of them, and a student begins with its
teacher's layers: where such a row stands in the new test, the score on it measures memory, though train has it nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from longwave.text.audit.finding import HELD_OUT, Audit, by_severity, held_out
from longwave.text.checkpoints.learnt import seen_rows
from longwave.text.corpus.duplicates import keys
from longwave.text.prepared import Prepared
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable


def begun_with(recipe: Recipe) -> tuple[Path, ...]:
    """The folders of a recipe whose weights have learnt something before: base and teacher, where they are folders."""
    named = dict.fromkeys(each for each in (recipe.base, recipe.teacher) if each)
    return tuple(folder for folder in (Path(each).expanduser() for each in named) if folder.is_dir())


def without_learnt(prepared: Prepared, recipe: Recipe, previous: TextTable | None) -> Prepared:
    """What was prepared, with a finding of such rows in test and dev, and the clean test without them. previous: the rows
    that continual learning goes on from, known or given."""
    folders, again = begun_with(recipe), _texts(previous)
    found = []
    for part in HELD_OUT:
        rows = prepared.table.part(part)
        met = _met(rows, folders, again)
        if any(met):
            places = [at for at, seen in enumerate(met) if seen]
            found.append(held_out("text_audit.learnt_before", part, rows, places, len(rows)))
    if not found:
        return prepared
    clean = prepared.clean_test
    kept = [at for at, seen in enumerate(_met(clean, folders, again)) if not seen]
    audit = Audit(prepared.found.rows, by_severity((*found, *prepared.found.findings)))
    return replace(prepared, found=audit, clean_test=clean.take(kept))


def _texts(previous: TextTable | None) -> frozenset[str]:
    """The keys of the rows that were learnt from, or chosen by, before."""
    if previous is None:
        return frozenset()
    parts = [previous.part("train"), previous.part("dev")] if previous.has("split") else [previous]
    return frozenset(key for part in parts for key in keys(part))


def _met(rows: TextTable, folders: Sequence[Path], again: frozenset[str]) -> list[bool]:
    """Of each row whether it was met before."""
    if not len(rows):
        return []
    told = [seen for seen in (seen_rows(rows, folder) for folder in folders) if seen is not None]
    return [any(each) for each in zip((key in again for key in keys(rows)), *told, strict=True)]
