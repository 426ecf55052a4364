"""A checkpoint: one folder that holds all a model needs, proven to answer alike when read back.

config.json, model.safetensors, tokenizer.json   a plain Hugging Face folder (or what a method adds to a base), with
                                                 tokenizer_config.json for whoever loads it elsewhere
head.safetensors, head.json                      the head, its labels, how a row is laid out
recipe.toml, card.json                           how it was made, of what, how it scored, what it does not say

It is written beside and then takes its name, so that a disk that fills up leaves the old one whole.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from longwave.core.errors import BadInput, DataError, UsageError
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.bases import PICKLES, Base, check_weights
from longwave.text.checkpoints.answer_columns import answer_columns
from longwave.text.checkpoints.kept_head import HEAD, read_head
from longwave.text.checkpoints.plain_values import plain
from longwave.text.portable.characters import in_characters
from longwave.text.settings.recipe import FILE as RECIPE
from longwave.text.settings.recipe import Recipe, read_recipe
from longwave.text.table import Row, TextTable

if TYPE_CHECKING:
    from longwave.text.explain.explanation import Explanation
    from longwave.text.export.export import Exported
    from longwave.text.learners.learner import AbstractLearner

CARD = "card.json"


@dataclass(eq=False, repr=False)
class Checkpoint:
    """folder: where it lies; card: what is known of it; recipe: settled; rows: those it was made with, split, where that was
    in this process. The model is loaded when it is first asked."""

    folder: Path
    card: Mapping[str, Any]
    recipe: Recipe
    _learner: AbstractLearner | None = field(default=None, repr=False)
    rows: TextTable | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        return f"Checkpoint({str(self.folder)!r}, task={self.task!r}, recipe={self.recipe.name!r})"

    @property
    def task(self) -> str:
        return str(self.card["task"])

    @property
    def reading(self) -> dict[str, Any]:
        """How its own file was read, as `read_task` takes it: the same columns, where they stand in other rows too."""
        data = self.card.get("data", {})
        read = data.get("read") or {}
        return {
            "usual": dict(data.get("columns") or read.get("columns") or {}),
            "several": read.get("several"),
            "ordered": tuple(read.get("ordered") or ()),
            "encoding": read.get("encoding"),
        }

    @property
    def split_seed(self) -> int:
        """By which its rows were split."""
        return int(self.card.get("data", {}).get("split_seed", self.recipe.seed))

    @property
    def learner(self) -> AbstractLearner:
        """Raises BadInput for files that are not whole."""
        if self._learner is None:
            self._learner = load_learner(self.folder, self.card, self.recipe)
        return self._learner

    def answers(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        """One answer a row, in the shape of `portable.decode`."""
        return in_characters(rows, self.learner.predict(rows, progress))

    def explain(
        self, row: Row | str, *, method: str = "occlusion", label: str = "", entity: int = 0
    ) -> Explanation:
        """Which words speak for the answer to a row: see `explain.explain`."""
        from longwave.text.explain.explain import explain

        return explain(self, row, method=method, label=label, entity=entity)

    def predict(
        self,
        texts: Any,
        progress: Progress | None = None,
        *,
        columns: Mapping[str, str] | None = None,
        documents: str | Path | Sequence[str] = (),
    ) -> pd.DataFrame:
        """A table of answers, a line a row under the row's own index, empty where a row has nothing to read; a line a
        sentence, under its name, where the rows are tokens. Labels are texts whatever they were in the rows learnt from (1
        is "1"); entities' start and end count the tokens given beside, the end left out, char_start and char_end
        the characters of a row that was given as a text.

        texts: a text, texts, or rows with the task's columns, read as a file of them would be (a table, a list of dicts, a
        dict of columns; see `corpus.at_hand`). columns: role -> column, where they are not those of the rows that the model
        was made from and cannot be guessed.
        documents: for questions, where their answers are looked for: texts, or a folder or file of them.
        Raises UsageError for columns that are not there, DataError where no row has anything to read.
        """
        from longwave.text.corpus.bare_texts import of_texts, rows_or_texts
        from longwave.text.corpus.documents import read_documents
        from longwave.text.prepared import read_task

        given = rows_or_texts(texts, self.task)
        index = given.index if isinstance(given, pd.DataFrame | pd.Series) else None
        if not isinstance(given, str) and not len(given):
            return pd.DataFrame(index=index, columns=list(answer_columns(self.card)), dtype=object)
        found = (
            read_documents(Path(documents)).texts if isinstance(documents, str | Path) else tuple(documents)
        )
        source = (
            given if isinstance(given, pd.DataFrame) else of_texts(given, self.task, searched=bool(found))
        )
        table = read_task(
            source,
            self.task,
            columns=columns,
            for_prediction=True,
            documents=found,
            usual=self.reading["usual"],
        )
        told = iter(self._worded(table, self.answers(table.rows(), progress)))
        if index is not None and len(index) != len(
            table.asked
        ):  # rows of tokens were put together by sentence
            index = pd.Index([name for name, _ in table.asked], dtype=object)
        return pd.DataFrame([next(told) if there else {} for _, there in table.asked], index=index)

    def _worded(self, table: TextTable, told: Sequence[Row]) -> list[Row]:
        """With the words that the places of entities are counted in."""
        if not table.has("tokens"):
            return list(told)
        return [
            {"tokens": list(words), **row} for words, row in zip(table.frame["tokens"], told, strict=True)
        ]

    def export(self, to: str = "onnx-int8", out: str | Path | None = None, **settings: Any) -> Exported:
        """In another form, proven and measured: see `text.export.export.export`."""
        from longwave.text.export.export import export

        return export(self, to, out, **settings)


def save(
    learner: AbstractLearner,
    card: Mapping[str, Any],
    folder: Path,
    records: Callable[[Path], None] = lambda place: None,
) -> Checkpoint:
    """Writes a checkpoint, reads it back and compares its answers before it takes its name. What was there before stays
    until then. records: writes what else belongs into the folder, before it has its name too. Raises DataError where it
    answers otherwise, OSError where the disk gives out."""
    from transformers.utils import logging

    check_place(folder)
    logging.disable_progress_bar()  # "Writing model shards", in English, over our own
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        learner.save(beside)
        (beside / RECIPE).write_text(learner.recipe.toml(), "utf-8")
        _readable(beside)
        whole = {
            **card,
            "task": learner.task,
            "family": _family(learner.task),
            "base": {"name": learner.base.name, "sha256": learner.base.sha256},
        }
        (beside / CARD).write_text(
            json.dumps(plain(whole), ensure_ascii=False, indent=1, allow_nan=False), "utf-8"
        )
        records(beside)
        _prove(learner, beside)
        take_place(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return open_checkpoint(folder)


def _readable(folder: Path) -> None:
    """Weights under the same rights as the other files: safetensors writes them for their owner alone."""
    usual = (folder / RECIPE).stat().st_mode
    for each in folder.rglob("*.safetensors"):
        each.chmod(usual)


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Replaces the card by a fuller one."""
    part = folder / f".{CARD}.part"
    part.write_text(json.dumps(plain(card), ensure_ascii=False, indent=1, allow_nan=False), "utf-8")
    part.replace(folder / CARD)


def open_checkpoint(folder: str | Path) -> Checkpoint:
    """A folder of `finetune`, or of `export`, which answers alike. Raises BadInput for another, or one whose weights are not
    whole or not to be trusted."""
    folder = Path(folder).expanduser()
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            say("text_engine.no_checkpoint", folder=str(folder)), say("text_engine.checkpoint_mend")
        ) from error
    if not isinstance(card, dict) or "task" not in card:
        raise BadInput(
            say("text_engine.no_checkpoint", folder=str(folder)), say("text_engine.checkpoint_mend")
        )
    pickles = [each.name for each in sorted(folder.rglob("*")) if each.suffix in PICKLES]
    if pickles:
        raise BadInput(
            say("text_engine.pickle", folder=str(folder), files=tuple(pickles)), say("text_engine.base_mend")
        )
    if "export" in card:
        from longwave.text.export.opened import open_export

        return open_export(folder, card)
    for file in sorted(folder.glob("*.safetensors")):
        check_weights(file)
    return Checkpoint(folder, card, _kept_recipe(folder, str(card["task"])))


def _kept_recipe(folder: Path, task: str) -> Recipe:
    """Raises BadInput where the recipe is not whole, or the head is of another task than the card."""
    try:
        recipe = read_recipe(folder / RECIPE)
        whole = bool((folder / RECIPE).read_text("utf-8").strip())
    except BadInput as error:
        raise _no_recipe(folder) from error
    if not whole:
        raise _no_recipe(folder)
    if (folder / HEAD).is_file() and (told := read_head(folder)["task"]) != task:
        raise BadInput(
            say("text_engine.other_head", folder=str(folder), head=str(told), card=task),
            say("text_engine.checkpoint_mend"),
        )
    return recipe


def _no_recipe(folder: Path) -> BadInput:
    return BadInput(say("text_engine.no_kept_recipe", folder=str(folder)), say("text_engine.checkpoint_mend"))


def load_learner(folder: Path, card: Mapping[str, Any], recipe: Recipe) -> AbstractLearner:
    """The model of a checkpoint, on the accelerator where there is one. Raises BadInput."""
    from longwave.text.learners.families import learner_of
    from longwave.text.training.processor import device

    kind = learner_of(str(card["task"]))
    if recipe.members > 1:
        from longwave.text.learners.ensemble import EnsembleLearner as kind  # noqa: N813
    learner: AbstractLearner = kind.load(folder, recipe, _base(folder, card, recipe))
    if learner.gradient:
        learner.model.to(device())
    if recipe.stack == "none":
        return learner
    from longwave.text.learners.stacking import StackedLearner

    return StackedLearner.load(folder, learner)


def _base(folder: Path, card: Mapping[str, Any], recipe: Recipe) -> Base:
    from longwave.text.learners.encoder_learner import base_of
    from longwave.text.method import METHODS

    told = card.get("base")
    if not isinstance(told, Mapping) or not {"name", "sha256"} <= set(told):
        raise BadInput(say("text_engine.no_card_base", folder=str(folder)), say("text_engine.broken_mend"))
    name, sha256 = str(told["name"]), str(told["sha256"])
    if METHODS.get(recipe.method).whole:
        return Base(name, folder, sha256)
    return base_of(folder, name, sha256)


def _prove(learner: AbstractLearner, folder: Path) -> None:
    card = json.loads((folder / CARD).read_text("utf-8"))
    again = load_learner(folder, card, learner.recipe)
    for mine, read in zip(learner.predict(learner.probe), again.predict(learner.probe), strict=True):
        if not alike(mine, read):
            raise DataError(say("text_engine.not_alike", folder=str(folder)))


def alike(one: Any, other: Any) -> bool:
    """Equal, numbers to five places."""
    if isinstance(one, Mapping):
        return (
            isinstance(other, Mapping)
            and set(one) == set(other)
            and all(alike(one[k], other[k]) for k in one)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float):
        return math.isclose(one, float(other), rel_tol=1e-4, abs_tol=1e-5)
    return bool(one == other)


def check_place(folder: Path, data: Path | None = None) -> None:
    """That a checkpoint may be put here: nothing is there, an empty folder, or a checkpoint, which is replaced whole.

    data: a file or folder that is being read, and must not lie within. Raises UsageError.
    """
    if folder.is_file():
        raise UsageError(
            say("text_engine.place_is_file", file=str(folder)), say("text_engine.place_taken_mend")
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / CARD).is_file():
        raise UsageError(
            say("text_engine.place_taken", folder=str(folder)), say("text_engine.place_taken_mend")
        )
    if data is not None and data.exists() and folder.resolve() in (data.resolve(), *data.resolve().parents):
        raise UsageError(
            say("text_engine.data_within", folder=str(folder)), say("text_engine.place_taken_mend")
        )


def take_place(beside: Path, folder: Path) -> None:
    """The new folder takes the old one's place."""
    old = folder.with_name(f".{folder.name}.old")
    if old.exists() and not folder.exists():
        old.replace(folder)  # a kill fell between the two steps below, and this is the only copy
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    beside.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _family(task: str) -> str:
    from longwave.text.task import TASKS

    return TASKS.get(task).family
