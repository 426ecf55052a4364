"""A linear model over words and characters: the baseline that a fine-tuned model has to beat, and often does not.

TF-IDF columns (`reading`, `linear_features`), one separator a label (`margins`), settings chosen on held-out rows
(`heldout`) in three steps: which columns, which learner, whether rare labels weigh more; an ordinal scale then tries
"higher than k" separators (Frank and Hall 2001) against plain ones. Seconds on one thread; `explain` shows what spoke
for the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from longwave.core.errors import NotEnoughData
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.baselines import heldout
from longwave.text.baselines.baseline import BASELINES, ONE_LABEL, AbstractBaseline, AbstractLearnt, called
from longwave.text.baselines.heldout import Fold
from longwave.text.baselines.kept import Kept, broken
from longwave.text.baselines.linear_features import Block, Columns
from longwave.text.baselines.margins import (
    Learner,
    Separators,
    margin_temperature,
    separate,
)
from longwave.text.baselines.outcome import chosen_row, several_row
from longwave.text.baselines.written import is_unspaced
from longwave.text.portable.linear import chances as label_chances
from longwave.text.score.bars import best_cut, label_bars
from longwave.text.score.scope import no_relation, outside_of
from longwave.text.table import Row, TextTable

LONG = 12_000_000
"""Characters of train above which only words are read: character runs would take minutes and gain little on long texts."""
FIRST = Learner("svm", 0.3)
LEARNERS = (
    FIRST,
    Learner("svm", 0.1),
    Learner("svm", 1.0),
    Learner("svm", 3.0),
    Learner("logistic", 3.0),
    Learner("logistic", 20.0),
    Learner("nb_logistic", 0.3),
    Learner("nb_logistic", 3.0),
    Learner("nb_logistic", 20.0),
)


@BASELINES.register("linear")
class Linear(AbstractBaseline):
    name: ClassVar[str] = "linear"

    @classmethod
    def serves(cls, task: str, table: TextTable) -> bool:
        return task in ONE_LABEL

    def learn(
        self, train: TextTable, dev: TextTable | None, seed: int, progress: Progress
    ) -> tuple[AbstractLearnt, dict[str, Any]]:
        """Raises NotEnoughData when train has one label only, or no text at all."""
        labels = labels_to_tell(train)
        rows = train.rows()
        dev_rows = [] if dev is None else dev.rows()
        truth = targets(rows + dev_rows, labels, train.several)
        strata = truth[: len(rows)].argmax(axis=1)
        dealt = heldout.folds(strata, len(dev_rows), seed, len(labels))
        trial = _Trial(truth, dealt, train.several, seed, _counted(train, labels))
        last = replace(trial, folds=heldout.settling(strata, len(dev_rows), seed, len(labels)))
        columns, numbers = _best_columns(train, rows, dev_rows, trial, progress)
        learner, score = _best_learner(numbers, trial, progress)
        above = train.ordered and len(labels) > 2 and trial.rises(numbers, learner)
        progress(say("text_baselines.fitting", name=called(self.name)), 0, 1)
        own = truth[: len(rows)]
        separators = separate(numbers[: len(rows)], _columns_of(own, train.several, above), learner, seed)
        if len(last.folds[0].learn) == len(rows):  # dev, which these very separators have not met
            margins, judged = separators.margins(numbers[last.judged()]), truth[last.judged()]
        else:
            margins, judged = last.margins(numbers, learner, above)
        known = judged.any(axis=1) | train.several
        temperature = margin_temperature(margins[known], judged[known], train.several) if not above else 1.0
        chances = label_chances(margins, temperature, len(labels), train.several, above)
        names = (*labels, *(label for label in train.labels if label not in labels))
        outside = outside_of(train.labels or names, train.outside) if train.task == "intent" else None
        learnt = LinearLearnt(
            train.task,
            names,
            outside,
            columns,
            separators,
            temperature,
            train.several,
            above,
            label_bars(judged > 0, chances) if train.several else np.zeros(0),
            _scope(train, dev, names, outside, chances, last),
        )
        progress(say("text_baselines.fitting", name=called(self.name)), 1, 1)
        return learnt, {
            "columns": [block.reader for block in columns.blocks],
            "features": columns.width(),
            "learner": learner.kind,
            "strength": learner.strength,
            "balanced": learner.balanced,
            "higher_than": above,
            "temperature": temperature,
            "scope_threshold": learnt.scope,
            "chosen_on": "dev" if len(dev_rows) >= heldout.ENOUGH else "folds of train",
            "score_there": score,
        }

    @classmethod
    def restore(cls, kept: Kept) -> AbstractLearnt:
        facts, arrays = kept.facts, kept.arrays
        columns = Columns.restore(kept)
        labels = tuple(map(str, facts["labels"]))
        weights, offsets = arrays.get("weights"), arrays.get("offsets")
        if weights is None or offsets is None or weights.shape != (columns.width(), len(offsets)):
            raise broken(cls.name)
        return LinearLearnt(
            str(facts["task"]),
            labels,
            facts.get("outside"),
            columns,
            Separators(weights, offsets),
            float(facts["temperature"]),
            bool(facts["several"]),
            bool(facts["above"]),
            np.asarray(arrays["thresholds"], dtype=float),
            float(facts["scope"]),
        )


@dataclass(frozen=True)
class LinearLearnt(AbstractLearnt):
    """labels: those learnt first, in the order of the separators' columns; then those that train lacks (probability 0).

    outside: the label for what is out of scope, if any;
    above: columns are "higher than k" on an ordinal scale; thresholds: of each label learnt, where a row may have several;
    scope: `in_scope` below it is out of scope.
    """

    task: str
    labels: tuple[str, ...]
    outside: str | None
    columns: Columns
    separators: Separators
    temperature: float
    several: bool
    above: bool
    thresholds: np.ndarray
    scope: float

    def predict(self, rows: list[Row]) -> list[Row]:
        chances = self.chances(rows)
        found: list[Row] = []
        for row in chances:
            scores = dict.fromkeys(self.labels, 0.0)
            scores.update(zip(self.labels, map(float, row), strict=False))
            if self.several:
                limits = dict.fromkeys(self.labels, 2.0)
                limits.update(zip(self.labels, map(float, self.thresholds), strict=False))
                found.append(several_row(scores, limits))
            else:
                found.append(chosen_row(scores, self.task, self.outside, self.scope))
        return found

    def chances(self, rows: list[Row]) -> np.ndarray:
        """Probabilities (rows, labels learnt), a thousand rows at a time."""
        parts = []
        for start in range(0, len(rows), 1000):
            margins = self.separators.margins(self.columns.transform(rows[start : start + 1000]))
            parts.append(label_chances(margins, self.temperature, self._learnt(), self.several, self.above))
        return np.vstack(parts)

    def explain(self, row: Row, most: int) -> list[dict[str, Any]]:
        """The features that weigh most: {"feature", "weight"}, plus speaks for the label given, minus against it.

        The weight is a part of the margin: of the label over the mean of the others where there are more than two.
        """
        numbers = self.columns.transform([row])
        weights = self.separators.weights
        if not self.several and not self.above:
            given = int(self.chances([row])[0].argmax())
            if weights.shape[1] == 1:
                weights = weights if given == 1 else -weights
            else:
                others = (weights.sum(axis=1) - weights[:, given]) / (weights.shape[1] - 1)
                weights = (weights[:, given] - others)[:, None]
        else:
            weights = weights[:, [int(self.separators.margins(numbers)[0].argmax())]]
        parts = numbers.data * weights[numbers.indices, 0]
        order = np.argsort(-np.abs(parts), kind="stable")[:most]
        return [
            {"feature": self.columns.name(int(numbers.indices[at])), "weight": float(parts[at])}
            for at in order
        ]

    def keep(self) -> Kept:
        kept = self.columns.keep()
        facts = {
            **kept.facts,
            "task": self.task,
            "labels": list(self.labels),
            "outside": self.outside,
            "temperature": self.temperature,
            "several": self.several,
            "above": self.above,
            "scope": self.scope,
        }
        arrays = {
            **kept.arrays,
            "weights": self.separators.weights,
            "offsets": self.separators.offsets,
            "thresholds": self.thresholds,
        }
        return Kept(facts, kept.names, arrays)

    def _learnt(self) -> int:
        columns = len(self.separators.offsets)
        return columns if self.several else columns + 1 if self.above or columns == 1 else columns


def labels_of(train: TextTable) -> tuple[str, ...]:
    """Labels that train has, in the table's order (of the scale, where it is one)."""
    column = train.frame["labels"].explode().dropna() if train.several else train.frame["label"]
    seen = set(column)
    return tuple(label for label in train.labels or sorted(seen) if label in seen)


def labels_to_tell(train: TextTable) -> tuple[str, ...]:
    """As `labels_of`. Raises NotEnoughData for a single label, which tells nothing from nothing."""
    labels = labels_of(train)
    if len(labels) < 2 and not train.several:
        raise NotEnoughData(
            say("text_baselines.one_label", label=labels[0] if labels else ""),
            say("text_baselines.one_label_mend"),
        )
    return labels


def _counted(train: TextTable, labels: Sequence[str]) -> np.ndarray:
    """Places of the labels that an answer is judged by: of relations, all but the one that says there is none."""
    none = no_relation(train.labels or labels, train.outside) if train.task == "relations" else None
    return np.array([place for place, label in enumerate(labels) if label != none])


def targets(rows: Sequence[Row], labels: Sequence[str], several: bool) -> np.ndarray:
    """(rows, labels) of 0 and 1; a row whose label train lacks is all 0."""
    place = {label: at for at, label in enumerate(labels)}
    truth = np.zeros((len(rows), len(labels)))
    for at, row in enumerate(rows):
        for label in row["labels"] if several else (row["label"],):
            if label in place:
                truth[at, place[label]] = 1.0
    return truth


@dataclass(frozen=True)
class _Trial:
    """How settings are tried. truth: (train and dev rows, labels); counted: which labels' answers are scored."""

    truth: np.ndarray
    folds: list[Fold]
    several: bool
    seed: int
    counted: np.ndarray

    def margins(
        self, numbers: sparse.csr_matrix, learner: Learner, above: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Margins of every judged row, and its truth (rows, labels)."""
        wanted = _columns_of(self.truth, self.several, above)
        found = [
            separate(numbers[fold.learn], wanted[fold.learn], learner, self.seed).margins(numbers[fold.judge])
            for fold in self.folds
        ]
        return np.vstack(found), self.truth[self.judged()]

    def judged(self) -> np.ndarray:
        return np.concatenate([fold.judge for fold in self.folds])

    def score(self, numbers: sparse.csr_matrix, learner: Learner) -> float:
        margins, truth = self.margins(numbers, learner)
        decided = self._decided(margins, False)
        return heldout.goodness(truth[:, self.counted], decided[:, self.counted])

    def rises(self, numbers: sparse.csr_matrix, learner: Learner) -> bool:
        """Whether separators of "higher than k" come nearer on the scale than plain ones."""
        steps = []
        for above in (False, True):
            margins, truth = self.margins(numbers, learner, above)
            steps.append(heldout.distance(truth, self._decided(margins, above)))
        return steps[1] < steps[0]

    def _decided(self, margins: np.ndarray, above: bool) -> np.ndarray:
        labels = self.truth.shape[1]
        chances = label_chances(margins, 1.0, labels, self.several, above)
        return (chances >= 0.5).astype(float) if self.several else np.eye(labels)[chances.argmax(axis=1)]


def _columns_of(truth: np.ndarray, several: bool, above: bool) -> np.ndarray:
    """What each separator is to find: a label, the second of two, or "higher than k"."""
    if above:
        return np.asarray(truth[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:])
    return truth[:, 1:] if truth.shape[1] == 2 and not several else truth


def _best_columns(
    train: TextTable, rows: list[Row], dev_rows: list[Row], trial: _Trial, progress: Progress
) -> tuple[Columns, sparse.csr_matrix]:
    """The columns under which the first learner does best, and the numbers of train and dev rows."""
    best: tuple[float, Columns, sparse.csr_matrix] | None = None
    choices = _choices(train)
    for done, blocks in enumerate(choices):
        progress(say("text_baselines.reading", name=called(Linear.name)), done, len(choices))
        columns = Columns(blocks, paired=train.task == "pairs")
        numbers = columns.fit(rows)
        if not any(columns.names):
            raise NotEnoughData(say("text_baselines.no_words"), say("text_baselines.no_words_mend"))
        if dev_rows:
            numbers = sparse.vstack([numbers, columns.transform(dev_rows)], format="csr")
        score = trial.score(numbers, FIRST) if len(choices) > 1 else 0.0
        if best is None or score > best[0]:
            best = (score, columns, numbers)
    if best is None:
        raise AssertionError("a task without columns")
    return best[1], best[2]


def _choices(train: TextTable) -> list[tuple[Block, ...]]:
    """Blocks to try. Names in one row only are dropped from 2,000 rows on: most of the columns, little of the score."""
    few = 2 if len(train) >= 2000 else 1
    texts = train.texts()
    unspaced = is_unspaced(texts)
    if train.task == "relations":
        near = (Block("around"), Block("words", few))
        apart = (Block("between_runs", few), Block("runs", few), Block("beside_runs", few))
        return [apart] if unspaced else [near[:1], near]
    if train.task == "pairs":
        return (
            [(Block("runs", few),)]
            if unspaced
            else [(Block("words", few),), (Block("single", few), Block("characters", few))]
        )
    if unspaced:
        return [(Block("words", few),), (Block("runs", few),)]
    if sum(map(len, texts)) > LONG:
        return [(Block("words", few),)]
    return [(Block("words", few),), (Block("words", few), Block("characters", few))]


def _best_learner(numbers: sparse.csr_matrix, trial: _Trial, progress: Progress) -> tuple[Learner, float]:
    # With many labels every learner takes minutes, and a support vector machine is the best of them where all were tried.
    many = trial.truth.shape[1] > heldout.MANY_LABELS
    learners = [learner for learner in LEARNERS if learner.kind == "svm" or not many]
    total = len(learners) + 1
    scores: list[tuple[float, Learner]] = []
    for done, learner in enumerate(learners):
        progress(say("text_baselines.choosing", name=called(Linear.name)), done, total)
        scores.append((trial.score(numbers, learner), learner))
    score, best = max(scores, key=lambda pair: pair[0])
    balanced = replace(best, balanced=True)
    balanced_score = trial.score(numbers, balanced)
    progress(say("text_baselines.choosing", name=called(Linear.name)), total, total)
    return (balanced, balanced_score) if balanced_score > score else (best, score)


def _scope(
    train: TextTable,
    dev: TextTable | None,
    names: tuple[str, ...],
    outside: str | None,
    chances: np.ndarray,
    trial: _Trial,
) -> float:
    """The threshold of scope, where an intent may be out of scope and held-out rows show some that are."""
    if outside is None:
        return 0.0
    said = [*train.frame["label"], *([] if dev is None else dev.frame["label"])]
    truth = np.array([said[place] for place in trial.judged()], dtype=object)
    is_out = truth == outside
    if not is_out.any():
        return 0.0
    inside = [place for place, name in enumerate(names[: chances.shape[1]]) if name != outside]
    best = chances[:, inside]
    right = np.array(names, dtype=object)[np.array(inside)[best.argmax(axis=1)]] == truth
    return best_cut(best.max(axis=1), is_out * 1.0, (right & ~is_out) * 1.0, beyond=1e-9)
