"""A learner that chooses sentences: no weights change, what is chosen by is found on rows with summaries.

Which scoring, how much variety and how many words a summary has: whatever gives the greatest mean of ROUGE-1, -2 and -L on
dev (or, without dev, on a fifth of the train rows that `learnt` did not see). All that was tried stands in head.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.bases import SCRATCH, Base
from longwave.text.checkpoints.kept_head import read_head, write_head
from longwave.text.extract.choosing import SCORES, Document, Numbers, Rule, chosen, learnt_weights, scores
from longwave.text.extract.sentences import joined, sentences
from longwave.text.extract.terms import document_weights
from longwave.text.learners import generative
from longwave.text.learners.encoder_learner import base_of
from longwave.text.learners.learner import AbstractLearner
from longwave.text.score.rouge import rouge_metrics, token_f1
from longwave.text.score.words import grams, shared, words
from longwave.text.search.embedding import Embedder
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable

KEPT = "extract.json"
MOST_TRIED = 120
"""Documents on which the choice is made."""
MOST_LEARNT = 600
"""Documents of which `learnt` is fitted."""
FEWEST_LEARNT = 20
READ_OF_SENTENCE = 128
"""Tokens of a sentence that are embedded."""
_VARIETIES = (1.0, 0.7)
_LENGTHS = (0.75, 1.0, 1.35, 1.8)


class ExtractLearner(AbstractLearner):
    """rule: how it chooses; weights: of terms, by the train documents; learnt: of places and terms; tried: rule -> ROUGE."""

    gradient = False

    def __init__(self, task: str, recipe: Recipe, base: Base, kept: Mapping[str, Any] | None = None) -> None:
        kept = kept or {}
        self.task = task
        self.recipe = recipe
        self.base = base
        self.model = nn.Identity()  # no weights
        self.rule = Rule(**kept["rule"]) if kept else Rule("lead", 1.0, 60.0)
        self.weights: dict[str, float] = dict(kept.get("weights", {}))
        self.learnt: dict[str, float] = dict(kept.get("learnt", {}))
        self.tried: list[dict[str, Any]] = list(kept.get("tried", []))
        self._embedder: Embedder | None = None

    @classmethod
    def start(cls, table: TextTable, recipe: Recipe, base: Base) -> ExtractLearner:
        if recipe.method != "full":
            raise UsageError(say("text_generation.extract_changes_nothing", method=recipe.method))
        return cls(table.task, recipe, base)

    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        """Nothing is asked for by the Trainer."""
        return []

    def collate(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {}

    def fit(self, train: TextTable, dev: TextTable, progress: Progress) -> None:
        """Raises NotEnoughData where no row has a summary."""
        if not len(train):
            raise NotEnoughData(say("text_engine.no_train"))
        learning, trying = _held_out(train, dev, self.recipe.seed)
        texts = [sentences(each) for each in learning.frame["text"]]
        self.weights = document_weights(texts)
        documents = [Document.of(each, self.weights) for each in texts[:MOST_LEARNT] if each]
        references = [
            summary
            for summary, each in zip(learning.frame["summary"][:MOST_LEARNT], texts, strict=False)
            if each
        ]
        if len(documents) >= FEWEST_LEARNT:
            worth = [_worth(each, summary) for each, summary in zip(documents, references, strict=True)]
            self.learnt = learnt_weights(documents, worth)
        usual = float(np.median([max(1, len(words(each))) for each in train.frame["summary"]]))
        self._choose(trying, usual, progress)

    def _choose(self, trying: TextTable, usual: float, progress: Progress) -> None:
        documents = [Document.of(sentences(each), self.weights) for each in trying.frame["text"]]
        references = trying.frame["summary"].tolist()
        self.tried = []
        names = [name for name in SCORES if name != "learnt" or self.learnt]
        for done, name in enumerate(names):
            progress(say("text_generation.choosing"), done, len(names))
            scored = [self._scores(each, name) for each in documents]
            for rule in (Rule(name, v, round(usual * share, 1)) for v in _VARIETIES for share in _LENGTHS):
                if name == "lead" and rule.variety < 1:
                    continue
                told = [_text(*pair, rule) for pair in zip(documents, scored, strict=True)]
                found = rouge_metrics(references, told)
                value = float(np.mean([each.point for each in found.values()]))
                self.tried.append({**asdict(rule), "rouge": round(value, 5)})
        best = max(self.tried, key=lambda each: each["rouge"])
        self.rule = Rule(best["score"], best["variety"], best["budget"])

    def _scores(self, document: Document, name: str) -> Numbers:
        if not document.sentences:
            return np.zeros(0)
        return scores(document, name, self.learnt, self._embedded)

    def predict(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        told: list[Row] = []
        for row in rows:
            document = Document.of(sentences(str(row["text"])), self.weights)
            told.append({"text": _text(document, self._scores(document, self.rule.score), self.rule)})
            if progress is not None:
                progress(say("text_generation.writing"), len(told), len(rows))
        return told

    def save(self, folder: Path) -> None:
        head = {"kind": "text", "rule": asdict(self.rule), "tried": self.tried}
        kept = {"task": self.task, "family": "extract", "layout": {"kind": "sentences"}, "head": head}
        write_head(folder, kept)
        found = {
            "rule": asdict(self.rule),
            "tried": self.tried,
            "weights": self.weights,
            "learnt": self.learnt if self.rule.score == "learnt" else {},
        }
        (folder / KEPT).write_text(json.dumps(found, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path, recipe: Recipe, base: Base) -> ExtractLearner:
        """Raises BadInput for a folder whose files are not whole."""
        task = read_head(folder)["task"]
        try:
            kept = json.loads((folder / KEPT).read_text("utf-8"))
            return cls(task, recipe, base, kept)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                say("text_engine.no_head", folder=str(folder)), say("text_engine.broken_mend")
            ) from error

    def _embedded(self, texts: Sequence[str]) -> Numbers:
        """Unit vectors by the base, loaded when the first is asked for."""
        if self._embedder is None:
            base = base_of(self.base.folder, self.base.name, self.base.sha256)
            self._embedder = Embedder(base, READ_OF_SENTENCE)
        return self._embedder(texts)


class SummaryLearner:
    """Which learner summarises: one that chooses sentences, or one that writes where there is a base for it."""

    @classmethod
    def start(cls, table: TextTable, recipe: Recipe, base: Base) -> AbstractLearner:
        from longwave.text.learners.seq2seq_learner import Seq2SeqLearner

        return (ExtractLearner if chooses(base) else Seq2SeqLearner).start(table, recipe, base)

    @classmethod
    def load(cls, folder: Path, recipe: Recipe, base: Base) -> AbstractLearner:
        from longwave.text.learners.seq2seq_learner import Seq2SeqLearner

        kind = read_head(folder).get("family")
        return (Seq2SeqLearner if kind == "seq2seq" else ExtractLearner).load(folder, recipe, base)


def chooses(base: Base) -> bool:
    """Whether a summary by this base is chosen from the document's sentences: it is none that writes."""
    return base.name != SCRATCH and generative.kind_of(base) != "seq2seq"


def _held_out(train: TextTable, dev: TextTable, seed: int) -> tuple[TextTable, TextTable]:
    """Rows to learn of, and rows to choose on."""
    if len(dev):
        return train, dev.take(range(min(len(dev), MOST_TRIED)))
    order = np.random.default_rng(seed).permutation(len(train))
    count = min(MOST_TRIED, max(1, len(train) // 5))
    rest = sorted(order[count:].tolist()) or sorted(order.tolist())
    return train.take(rest), train.take(sorted(order[:count].tolist()))


def _worth(document: Document, summary: str) -> Numbers:
    """Mean of the F of words and of pairs of words that each sentence has in common with the summary."""
    there = words(summary)
    pairs = grams(there, 2)
    found = []
    for sentence in document.sentences:
        said = words(sentence)
        mine = grams(said, 2)
        common = 2 * shared(mine, pairs) / max(1, mine.total() + pairs.total())
        found.append((token_f1(there, said) + common) / 2)
    return np.array(found)


def _text(document: Document, scored: Numbers, rule: Rule) -> str:
    return (
        joined([document.sentences[place] for place in chosen(document, scored, rule)]) if len(scored) else ""
    )
