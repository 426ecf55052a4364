"""A new head begins where a logistic regression on the untouched encoder ends; then all learn together.

A head that has grown (continual learning) keeps what it knew, and what is new of it begins where it does best beside that.

A head that begins at random first bends the encoder towards nothing, the more the more labels there are and the fewer rows
of each (Kumar et al. 2022, Fine-tuning can distort pretrained features and underperform out-of-distribution). It is done for
a head that is linear in a text's mean state (with prefix and prompt: as it is behind what these begin with); what it gave on
dev is in docs/concepts/text_training.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longwave.core.harvest import Progress
from longwave.text.bases import SCRATCH
from longwave.text.few import share_of
from longwave.text.learners.learner import AbstractLearner
from longwave.text.method import METHODS
from longwave.text.table import TextTable
from longwave.text.task import TASKS

FEWEST_ROWS, MOST_ROWS, A_LABEL = 1_000, 4_000, 30
"""So many rows place a head, by the number of its labels; all there are would be read for little more."""
SELDOM = 4.0
"""Logit against a label that none of these rows has: learnt from the others still, as one against any odds would not be."""


def begins_probed(learner: AbstractLearner, rows: TextTable) -> bool:
    """Whether the head is new, linear and on an encoder that has learnt something, and rows differ in their labels."""
    recipe = learner.recipe
    if recipe.head_start == "random" or recipe.teacher or recipe.base == SCRATCH:
        return False
    task = TASKS.get(learner.task)
    if task.family != "encoder" or task.module() != "sequence":
        return False
    known = METHODS.get(recipe.method).known(recipe)
    return _bears_both(learner, rows, known) if known else len(set(rows.answers())) > 1


def _bears_both(learner: AbstractLearner, rows: TextTable, known: int) -> bool:
    """Whether there are rows of labels that the head knew, and rows of labels that it did not."""
    told: Mapping[str, Any] = learner.model.told
    labels = rows.frame["labels"] if rows.several else rows.frame["label"].map(lambda label: (label,))
    new = labels.map(lambda mine: not set(mine).isdisjoint(told["labels"][known:]))
    return not told.get("ordered") and bool(new.any()) and not bool(new.all())


def rows_to_place(rows: TextTable, seed: int) -> TextTable:
    """A thousand, or thirty a label, up to 4,000; each label's share kept."""
    wanted = min(MOST_ROWS, max(FEWEST_ROWS, A_LABEL * len(rows.labels)))
    share = min(1.0, wanted / max(1, len(rows)))
    return rows if share == 1 else share_of(rows, share, seed)


def probed(learner: AbstractLearner, rows: TextTable, progress: Progress) -> None:
    """Puts the regression's weights into the head; its strength is chosen by folds of these rows."""
    import torch

    from longwave.text.methods.modules.new_labels import place_new
    from longwave.text.methods.modules.regression import NEVER, fit_head

    placing = rows_to_place(rows, learner.recipe.seed)
    if known := METHODS.get(learner.recipe.method).known(learner.recipe):
        place_new(learner, placing, known, progress)
        return
    fit_head(learner, placing, placing.take([]), progress)
    bias = learner.model.head.out.bias
    with torch.no_grad():
        bias[bias <= NEVER] = -SELDOM
        bias[bias >= -NEVER] = SELDOM
