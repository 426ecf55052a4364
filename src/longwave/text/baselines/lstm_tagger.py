"""The recurrent tagger baseline: words, characters and shapes from train alone, a bidirectional LSTM, legal runs of
tags only.

The network and its loop are in `recurrent`. One thread: the same seed gives the same weights. It stops by entity F1
on dev, or on a tenth of train that is left out where there is no dev.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.core.optional import require
from longwave.text.baselines.baseline import BASELINES, AbstractBaseline, AbstractLearnt, called
from longwave.text.baselines.bio import barriers, inventory_of, tagged_row
from longwave.text.baselines.kept import Kept, broken
from longwave.text.baselines.linear_tagger import held_out, sentences_of
from longwave.text.portable.decode import best_path, marginals
from longwave.text.table import Row, TextTable


@BASELINES.register("lstm_tagger")
class LstmTagger(AbstractBaseline):
    name: ClassVar[str] = "lstm_tagger"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task == "entities"

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        """Raises NotEnoughData when train holds no entity, MissingPackage without torch."""
        _torch()
        from longwave.text.baselines.recurrent import run_tagger

        own, held = held_out(sentences_of(train), None if dev is None else sentences_of(dev), seed)
        inventory = inventory_of(own[1])

        def watch(done: int, total: int) -> None:
            progress(say("text_baselines.passes", name=called(self.name)), done, total)

        trained = run_tagger.train_tagger(*own, held, inventory, seed, watch)
        learnt = LstmTaggerLearnt(
            inventory, trained.vocabularies.lists(), asdict(trained.size), trained.arrays
        )
        settings = {**asdict(trained.size), "passes": trained.passes, "score_there": trained.score}
        return learnt, {**settings, "chosen_on": "dev" if dev is not None else "a tenth of train, left out"}

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        size = {name: int(number) for name, number in kept.facts["size"].items()}
        lists = {name: kept.names[name] for name in ("words", "characters", "shapes")}
        learnt = LstmTaggerLearnt(kept.names["tags"], lists, size, dict(kept.arrays))
        if len(learnt.tags) != size["tags"] or not learnt.whole():
            raise broken(cls.name)
        return learnt


@dataclass(frozen=True)
class LstmTaggerLearnt(AbstractLearnt):
    """lists: words, characters and shapes in the order of their places."""

    tags: list[str]
    lists: dict[str, list[str]]
    size: dict[str, int]
    arrays: dict[str, np.ndarray]

    def whole(self) -> bool:
        _torch()
        from longwave.text.baselines.recurrent import run_tagger

        return run_tagger.tagger_fits(
            run_tagger.TokenVocabularies.from_lists(self.lists), self.size, self.arrays
        )

    def predict(self, rows: list[Row]) -> list[Row]:
        _torch()
        from longwave.text.baselines.recurrent import run_tagger

        vocabularies = run_tagger.TokenVocabularies.from_lists(self.lists)
        filled = [row["tokens"] for row in rows if len(row["tokens"])]
        scores = iter(run_tagger.tagger_scores(vocabularies, self.size, self.arrays, filled))
        steps, start = barriers(self.tags)
        found: list[Row] = []
        for row in rows:
            if not len(row["tokens"]):
                found.append(tagged_row((), (), None))
                continue
            given = next(scores)
            best = best_path(given, steps, start)
            sure = marginals(given, steps, start)[np.arange(len(best)), best]
            found.append(tagged_row(row["tokens"], [self.tags[tag] for tag in best], sure))
        return found

    def keep(self) -> Kept:
        return Kept({"size": self.size}, {"tags": self.tags, **self.lists}, self.arrays)


def _torch() -> None:
    require("torch", why=str(say("text_baselines.why_torch")), extra="text")
