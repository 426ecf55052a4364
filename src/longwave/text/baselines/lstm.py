"""The LSTM baseline of the articles, trained from scratch on train alone: what a fine-tuned model is commonly compared with.

Words (characters, in scripts without spaces) of train that stand twice or more; pairs are joined by a mark, the
entities of a relation are put between marks. The network and its loop are in `recurrent`. One thread: the same seed
gives the same weights.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.core.optional import require
from longwave.text.baselines import heldout
from longwave.text.baselines.baseline import BASELINES, ONE_LABEL, AbstractBaseline, AbstractLearnt, called
from longwave.text.baselines.kept import Kept, broken
from longwave.text.baselines.linear import labels_to_tell, targets
from longwave.text.baselines.margins import margin_temperature
from longwave.text.baselines.outcome import chosen_row, several_row
from longwave.text.portable.linear import probabilities
from longwave.text.portable.units import units
from longwave.text.score.bars import label_bars
from longwave.text.score.scope import outside_of
from longwave.text.table import Row, TextTable

LONGEST = 200
"""Words read of a text (`recurrent.words.ends`): reviews of a thousand words lose little, and training time is bounded."""
MOST_WORDS = 20_000


@BASELINES.register("lstm")
class Lstm(AbstractBaseline):
    name: ClassVar[str] = "lstm"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task in ONE_LABEL

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        """Raises NotEnoughData when train has one label only, MissingPackage without torch."""
        _torch()
        from longwave.text.baselines.recurrent import run

        labels = labels_to_tell(train)
        rows, dev_rows = train.rows(), [] if dev is None else dev.rows()
        texts = [sequence(row) for row in rows + dev_rows]
        truth = targets(rows + dev_rows, labels, train.several)
        fold = heldout.folds(truth[: len(rows)].argmax(axis=1), len(dev_rows), seed)[0]
        judge = fold.judge if len(fold.judge) <= 2000 else fold.judge[:: len(fold.judge) // 2000 + 1]
        inside = np.setdiff1d(np.arange(len(rows)), judge)

        def watch(done: int, total: int) -> None:
            progress(say("text_baselines.passes", name=called(self.name)), done, total)

        trained = run.train_classifier(texts, truth, inside, judge, train.several, seed, watch)
        seen = truth[judge].any(axis=1) | train.several
        temperature = margin_temperature(trained.judged[seen], truth[judge][seen], train.several)
        chances = probabilities(trained.judged, temperature, len(labels), train.several)
        names = (*labels, *(label for label in train.labels if label not in labels))
        thresholds = label_bars(truth[judge] > 0, chances) if train.several else np.zeros(0)
        learnt = LstmLearnt(
            train.task,
            names,
            outside_of(train.labels or names, train.outside) if train.task == "intent" else None,
            len(labels),
            train.several,
            trained.words,
            asdict(trained.size),
            trained.arrays,
            temperature,
            thresholds,
        )
        settings = {**asdict(trained.size), "passes": trained.passes, "score_there": trained.score}
        chosen_on = "dev" if len(dev_rows) >= heldout.ENOUGH else "a fifth of train, left out"
        return learnt, {**settings, "temperature": temperature, "chosen_on": chosen_on}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        facts = kept.facts
        thresholds = np.asarray(kept.arrays["thresholds"], dtype=float)
        arrays = {name: array for name, array in kept.arrays.items() if name != "thresholds"}
        size = {name: int(number) for name, number in facts["size"].items()}
        words = kept.names.get("words", [])
        learnt = LstmLearnt(
            str(facts["task"]),
            tuple(map(str, facts["labels"])),
            facts.get("outside"),
            int(facts["known"]),
            bool(facts["several"]),
            words,
            size,
            arrays,
            float(facts["temperature"]),
            thresholds,
        )
        if len(words) + 2 != size["words"] or not learnt.whole():
            raise broken(cls.name)
        return learnt


@dataclass(frozen=True)
class LstmLearnt(AbstractLearnt):
    """labels: the `known` ones that train has, then those it lacks; words: the vocabulary in order; arrays: the
    network's.
    """

    task: str
    labels: tuple[str, ...]
    outside: str | None
    known: int
    several: bool
    words: list[str]
    size: dict[str, int]
    arrays: dict[str, np.ndarray]
    temperature: float
    thresholds: np.ndarray

    def whole(self) -> bool:
        _torch()
        from longwave.text.baselines.recurrent import run

        return run.classifier_fits(self.size, self.arrays)

    def predict(self, rows: list[Row]) -> list[Row]:
        _torch()
        from longwave.text.baselines.recurrent import run

        logits = run.classifier_logits(self.words, self.size, self.arrays, [sequence(row) for row in rows])
        found: list[Row] = []
        for chances in probabilities(logits, self.temperature, self.known, self.several):
            scores = dict.fromkeys(self.labels, 0.0)
            scores.update(zip(self.labels, map(float, chances), strict=False))
            if self.several:
                limits = dict.fromkeys(self.labels, 2.0)
                limits.update(zip(self.labels, map(float, self.thresholds), strict=False))
                found.append(several_row(scores, limits))
            else:
                found.append(chosen_row(scores, self.task, self.outside))
        return found

    def keep(self) -> Kept:
        facts = {
            "task": self.task,
            "labels": list(self.labels),
            "outside": self.outside,
            "known": self.known,
            "several": self.several,
            "size": self.size,
            "temperature": self.temperature,
        }
        return Kept(facts, {"words": self.words}, {**self.arrays, "thresholds": self.thresholds})


def sequence(row: Row) -> list[str]:
    """The row as one run of units; marks stand where two texts meet or an entity begins and ends."""
    if "other" in row:
        return [*units(row["text"]), "</s>", *units(row["other"])]
    if "head_start" not in row:
        return units(row["text"])
    text = row["text"]
    cuts = sorted(
        [
            (row["head_start"], 1, "<head>"),
            (row["head_end"], 0, "</head>"),
            (row["tail_start"], 1, "<tail>"),
            (row["tail_end"], 0, "</tail>"),
        ]
    )
    found, at = [], 0
    for place, _, mark in cuts:
        found += [*units(text[at:place]), mark]
        at = place
    return found + units(text[at:])


def _torch() -> None:
    require("torch", why=str(say("text_baselines.why_torch")), extra="text")
