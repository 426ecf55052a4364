"""The mark of a run: all that decides which model comes of it, as one sum.

A run that was killed is gone on with only by a run of the same mark: of another recipe, other rows, another base, other
rows to replay or another number of processes, the second half would be of another model than the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from longwave.core.origin import file_checksum
from longwave.text.bases import find_base
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training import processes

_MEANT = ("head_start", "head_end", "tail_start", "tail_end", "starts")
"""Columns that texts and answers of a table do not tell."""


def run_mark(recipe: Recipe, table: TextTable, previous: TextTable | None, budgets: Sequence[str]) -> str:
    """64 hexadecimal digits. table: with its splits; previous: rows that may come back; budgets: seconds given, as text.

    Raises UsageError, BadInput for a base that is not to be had."""
    digest = sha256()
    for part in _parts(recipe, table, previous, budgets):
        told = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(told)}:".encode() + told)  # the length, so that no two lists read alike
    return digest.hexdigest()


def _parts(
    recipe: Recipe, table: TextTable, previous: TextTable | None, budgets: Sequence[str]
) -> Iterator[str]:
    yield from (recipe.toml(), *budgets, str(processes.count()), find_base(recipe.base).sha256)
    for folder in (recipe.teacher, *recipe.translators):
        yield from _weights(folder)
    for rows in (table,) if previous is None else (table, previous):
        yield from _told(rows)


def _weights(folder: str) -> Iterator[str]:
    """The sums of a checkpoint's weights, those of its members among them; none where there is no folder."""
    for file in sorted(Path(folder).expanduser().rglob("*.safetensors")) if folder else ():
        yield file_checksum(file)


def _told(table: TextTable) -> Iterator[str]:
    yield from (table.task, str(table.several), str(table.ordered), table.outside, str(len(table.labels)))
    yield from (*table.labels, *table.texts(), *table.answers())
    for name in ("split", *_MEANT):
        if table.has(name):
            yield from (name, *table.frame[name].astype(str))
