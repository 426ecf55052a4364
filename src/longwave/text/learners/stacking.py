"""A fine-tuned model and the linear baseline together: p = (1 - w) p_model + w p_linear.

The linear model counts words that the encoder's window or its vocabulary loses, so that the two err on unlike rows (Wolpert
1992, Stacked generalization; Stone 1961, The opinion pool). Beside tags stands the linear tagger, and p is each tag's
chance at each word. w is one number, chosen on dev by log loss, and kept unless dev's headline falls beyond chance. The mean
of two honest probabilities is less sure than it may be (Ranjan and Gneiting 2010, Combining probability forecasts), so that
a temperature of dev's stands over the two together. The linear model is fitted on the rows that the model learnt from, and
is kept in ``linear/`` as numbers and names.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.harvest import Progress
from longwave.core.message import Message, say
from longwave.text.baselines.baseline import BASELINES, Fitted, load
from longwave.text.learners.learner import AbstractLearner
from longwave.text.portable.stack import FLOOR, FOLDER, STACK, decided, table, tag_tables
from longwave.text.score.comparison import Difference, difference
from longwave.text.score.judge import judge
from longwave.text.score.temperature import place_temperature
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS

FEWEST = 30
"""Rows of dev below which one number is not chosen on them."""
LEAST = 0.01
"""A weight below this is none."""

Table = NDArray[np.float64]


class StackedLearner(AbstractLearner):
    """inner: the fine-tuned model; linear: the fitted baseline; weight: of the linear model's probabilities; told: the head
    that decides on the mixed ones."""

    def __init__(self, inner: Any, linear: Fitted, weight: float, told: dict[str, Any]) -> None:
        self.inner = inner
        self.linear = linear
        self.weight = weight
        self.told = told
        self.model = inner.model
        self.task = inner.task
        self.recipe = replace(inner.recipe, stack="linear")
        self.base = inner.base
        self.probe = inner.probe
        self.gradient = inner.gradient

    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        return list(self.inner.examples(table))

    def collate(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return dict(self.inner.collate(examples))

    def predict(self, rows: Sequence[Row], progress: Progress | None = None) -> list[Row]:
        if not rows:
            return []
        mine = self.inner.predict(rows, progress, chances=True)
        theirs = self.linear.learnt.predict_chances(list(rows))
        return decided(rows, mine, theirs, self.weight, self.told)

    def save(self, folder: Path) -> None:
        self.inner.save(folder)
        self.linear.save(folder / FOLDER)
        kept = {"weight": self.weight, "head": self.told}
        (folder / STACK).write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path, inner: AbstractLearner) -> StackedLearner:
        """Raises BadInput for a folder whose files are not whole."""
        broken = BadInput(say("text_more.no_stack", folder=str(folder)), say("text_engine.broken_mend"))
        try:
            kept = json.loads((folder / STACK).read_text("utf-8"))
            weight, told = float(kept["weight"]), dict(kept["head"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise broken from error
        if not 0 < weight <= 1 or not told.get("labels"):
            raise broken
        return cls(inner, load(folder / FOLDER), weight, told)


@dataclass(frozen=True)
class Stacked:
    """learner: the two together, or the model alone; note: what was chosen, for the card; facts: in numbers."""

    learner: AbstractLearner
    note: Message
    facts: dict[str, Any]


def stacked(learner: AbstractLearner, train: TextTable, dev: TextTable, progress: Progress) -> Stacked:
    """Fits the linear model on train and chooses the weight on dev. Raises NotEnoughData (one label in train)."""
    alone = _alone(learner)
    if unseen := _unseen(learner, train):
        return Stacked(alone, say("text_methods.stack_unseen", labels=unseen), {"weight": 0.0})
    if len(dev) < FEWEST:
        return Stacked(alone, say("text_more.stack_few", rows=len(dev)), {"weight": 0.0})
    beside = "linear_tagger" if learner.model.told["kind"] == "tokens" else "linear"
    linear = BASELINES.get(beside)().fit(train, dev, seed=0, progress=progress)
    rows = dev.rows()
    reading: Any = learner  # an encoder with a head, which can tell every chance
    mine: list[Row] = reading.predict(rows, chances=True)
    theirs = linear.learnt.predict_chances(rows)
    told = mixed_head(learner.model.told)
    weight, losses = best_weight(rows, mine, theirs, told)
    facts = {
        "weight": weight,
        "log_loss_model": losses[0],
        "log_loss_linear": losses[1],
        "log_loss_mixed": losses[2],
    }
    if weight < LEAST:
        return Stacked(alone, say("text_more.stack_none"), {**facts, "weight": 0.0})
    told["temperature"] = facts["temperature"] = mixed_temperature(rows, mine, theirs, weight, told)
    told = TASKS.get(learner.task).tuned(told, dev, decided(rows, mine, theirs, weight, told))
    both = StackedLearner(learner, linear, weight, told)
    mixed = decided(rows, mine, theirs, weight, told)
    if (fall := fallen(dev, mine, mixed)) is not None:
        facts |= {"headline_mixed": fall.a, "headline_model": fall.b}
        return Stacked(
            alone, say("text_more.stack_worse", weight=weight, rows=len(dev)), {**facts, "weight": 0.0}
        )
    note = say("text_more.stack_kept", weight=weight, rows=len(dev), before=losses[0], after=losses[2])
    return Stacked(both, note, facts)


def _unseen(learner: AbstractLearner, train: TextTable) -> tuple[str, ...]:
    """Labels that a model knows from before and that are in none of the rows, which a linear model of these would deny."""
    if learner.recipe.method != "continual":
        return ()
    rows = train.frame["labels"] if train.several else train.frame["label"].map(lambda label: (label,))
    seen = {label for labels in rows for label in labels}
    return tuple(label for label in learner.model.told["labels"] if label not in seen)


def fallen(dev: TextTable, before: Sequence[Row], after: Sequence[Row]) -> Difference | None:
    """How far the headline on dev fell, where that is more than chance; None where it is not, or there is no headline.

    The weight is chosen by log loss, to which every row adds; the few rows that turn to wrong are mostly noise."""
    try:
        found = difference(judge(dev.task, dev, after).head, judge(dev.task, dev, before).head)
    except NotEnoughData:
        return None
    return found if found.better == "b" else None


def _alone(learner: AbstractLearner) -> AbstractLearner:
    """The model, whose recipe says what became of it."""
    learner.recipe = replace(learner.recipe, stack="none")
    return learner


def mixed_head(told: Mapping[str, Any]) -> dict[str, Any]:
    """The head that decides on mixed probabilities: a scale's are each step's own, and of tags the chances have weighed what
    follows what. What the model's temperature did is in them."""
    if told["kind"] == "tokens":
        left = {name: value for name, value in told.items() if name not in ("transitions", "begins")}
        return {**left, "temperature": 1.0}
    return {**told, "kind": "sequence", "temperature": 1.0, "ordered": False}


def best_weight(
    rows: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row], told: Mapping[str, Any]
) -> tuple[float, tuple[float, float, float]]:
    """The weight of least log loss, and the log loss of the model, of the linear one and of the two together."""
    truth, one, other = _beside(rows, mine, theirs, told)

    def loss(weight: float) -> float:
        chances = np.clip((1 - weight) * one + weight * other, 1e-9, 1 - 1e-9)
        found = truth * np.log(chances)
        if told.get("several"):
            found = found + (1 - truth) * np.log1p(-chances)
        return float(-found.sum(axis=1).mean()) if len(found) else math.inf

    if not len(truth):
        return 0.0, (math.inf, math.inf, math.inf)
    inside = float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded").x)
    weight = min((0.0, 1.0, inside), key=loss)
    return weight, (loss(0.0), loss(1.0), loss(weight))


def mixed_temperature(
    rows: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row], weight: float, told: Mapping[str, Any]
) -> float:
    """Of least log loss over the mixed probabilities of dev's rows or words; 1 for several labels, which have bars."""
    truth, one, other = _beside(rows, mine, theirs, told)
    if told.get("several") or len(truth) < FEWEST or len(rows) < FEWEST:
        return 1.0
    mixed = np.log(np.clip((1 - weight) * one + weight * other, FLOOR, 1.0))
    return place_temperature(mixed, truth.argmax(axis=1))


def _beside(
    rows: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row], told: Mapping[str, Any]
) -> tuple[Table, Table, Table]:
    """Truth and both models' chances, (rows or words, labels) each, of what bears a label that the model knows."""
    labels = list(told["labels"])
    given, one, other = (
        _tags_at_words(rows, mine, theirs, labels)
        if told["kind"] == "tokens"
        else (_truth(rows, labels, bool(told.get("several"))), table(mine, labels), table(theirs, labels))
    )
    known = given.any(axis=1) | bool(told.get("several"))
    return given[known], one[known], other[known]


def _tags_at_words(
    rows: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row], labels: Sequence[str]
) -> tuple[Table, Table, Table]:
    """Truth and both models' chances of every word of all rows: (words, labels) each."""
    truth = np.array([[float(tag == label) for label in labels] for row in rows for tag in row["tags"]])
    one, other = (np.vstack(tag_tables(mine, theirs, weight, labels)) for weight in (0.0, 1.0))
    return truth.reshape(-1, len(labels)), one, other


def _truth(rows: Sequence[Row], labels: Sequence[str], several: bool) -> Table:
    given = [set(row["labels"]) if several else {row["label"]} for row in rows]
    return np.array([[float(label in each) for label in labels] for each in given]).reshape(
        len(rows), len(labels)
    )
