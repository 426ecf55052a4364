"""A baseline: fitted on train, its settings chosen on dev (or by cross-validation), kept without pickle, same by seed.

`BASELINES` is their list; `for_task` says which serve a table; `load` brings a kept one back, proven by its own files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from longwave.core.catalogue import Catalogue
from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress, silent
from longwave.core.message import Value, knows, say
from longwave.text.baselines.kept import Kept, broken, read_kept, write_kept
from longwave.text.table import Row, TextTable

ONE_LABEL = ("classify", "intent", "pairs", "relations")
"""Tasks whose rows bear a label (or several); an ordinal scale is a `classify` table with `ordered`."""
STACKED = (*ONE_LABEL, "entities")
"""Tasks in which a linear model may stand beside a fine-tuned one: each gives labels, or tags of words, chances."""


@dataclass(frozen=True)
class Fitted:
    """A baseline that has learnt; `keep` and `predict` are its baseline's.

    baseline: its name in `BASELINES`; task, labels, several: of the table it learnt from; settings: what was chosen
    and how it scored on held-out rows, fit for a card (JSON values only).
    """

    baseline: str
    task: str
    labels: tuple[str, ...]
    several: bool
    settings: Mapping[str, Any]
    learnt: AbstractLearnt

    def predict(self, table: TextTable) -> list[Row]:
        """A dict a row, in the shapes that every predictor of the room gives. No row, no dict."""
        return self.learnt.predict(table.rows()) if len(table) else []

    def explain(self, text: str | Row, *, most: int = 20) -> list[dict[str, Any]]:
        """What of the text spoke for or against the label given. Empty where the baseline has no weights to show."""
        return self.learnt.explain({"text": text} if isinstance(text, str) else text, most)

    def save(self, folder: Path) -> None:
        """Writes `baseline.json`, `vocabulary.json` and `weights.safetensors`; a folder that stands is replaced last."""
        kept = self.learnt.keep()
        facts = {
            "baseline": self.baseline,
            "task": self.task,
            "labels": list(self.labels),
            "several": self.several,
            "settings": dict(self.settings),
            "learnt": dict(kept.facts),
        }
        write_kept(folder, Kept(facts, kept.names, kept.arrays))


class AbstractLearnt(ABC):
    """What a baseline has learnt, without the words around it."""

    @abstractmethod
    def predict(self, rows: list[Row]) -> list[Row]: ...

    def predict_chances(self, rows: list[Row]) -> list[Row]:
        """The answers with the chance of everything that could be answered, where `predict` does not tell it."""
        return self.predict(rows)

    @abstractmethod
    def keep(self) -> Kept: ...

    def explain(self, row: Row, most: int) -> list[dict[str, Any]]:
        return []


class AbstractBaseline(ABC):
    """One kind of baseline. `extra` is the package it wants beside the core, if any."""

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def serves(cls, task: str, table: TextTable) -> bool: ...

    @abstractmethod
    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        """What was learnt and the settings chosen."""

    @classmethod
    @abstractmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        """What was learnt, from its files. Raises BadInput when they do not fit together."""

    def fit(
        self, train: TextTable, dev: TextTable | None = None, *, seed: int = 0, progress: Progress = silent
    ) -> Fitted:
        """Learns from train; dev chooses. Raises NotEnoughData without a row; more in the baseline's own file."""
        if not len(train):
            raise NotEnoughData(
                say("text_baselines.no_rows", name=called(self.name)), say("text_baselines.no_rows_mend")
            )
        learnt, settings = self.learn(train, dev if dev is not None and len(dev) else None, seed, progress)
        return Fitted(self.name, train.task, train.labels, train.several, settings, learnt)


BASELINES: Catalogue[type[AbstractBaseline]] = Catalogue(
    "text_baseline",
    rooms=tuple(
        f"longwave.text.baselines.{room}"
        for room in (
            "majority", "copied", "lead", "commonest_reply", "nearest_reply", "nearest_sentence",
            "linear", "linear_tagger", "lstm", "lstm_tagger",
        )
    ),
)  # fmt: skip
_ORDER = (
    "majority", "frequent_tag", "copied", "lead", "commonest_reply", "nearest_reply", "nearest_sentence",
    "linear", "linear_tagger", "lstm", "lstm_tagger",
)  # fmt: skip


def called(name: str) -> Value:
    """What a model that stands beside is called in a sentence; a guest's goes by its own name."""
    # The table says whether a linear model reads words or characters; while it is made that is not known.
    key = "text_baselines.linear_model" if name == "linear" else f"text_page.model_{name}"
    return say(key) if knows(key) else name


def for_task(task: str, table: TextTable) -> tuple[str, ...]:
    """Names of the baselines that serve this table, the cheapest first."""
    serving = [name for name in BASELINES.names() if BASELINES.get(name).serves(task, table)]
    return tuple(
        sorted(serving, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    )


def load(folder: Path) -> Fitted:
    """A kept baseline. Raises BadInput for a file that is missing, cut short or not as it was written."""
    kept = read_kept(folder)
    facts = kept.facts
    kind = BASELINES.get(facts["baseline"])
    try:
        learnt = kind.restore(Kept(facts["learnt"], kept.names, kept.arrays))
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # a fact is missing or of another kind
        raise broken(str(folder)) from error
    return Fitted(
        facts["baseline"],
        facts["task"],
        tuple(facts["labels"]),
        bool(facts["several"]),
        facts["settings"],
        learnt,
    )
