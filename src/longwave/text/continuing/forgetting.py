"""What a model has forgotten: its scores on the old test before and after it learnt something else.

Both models answer the same rows, so that the interval of what was lost is that of a paired bootstrap (`score.comparison`),
groups of rows drawn whole where there are such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from longwave.text.learners.learner import AbstractLearner
from longwave.text.score.comparison import Difference, compared

if TYPE_CHECKING:
    from longwave.text.checkpoints.checkpoint import Checkpoint
    from longwave.text.score.metric import Judged
    from longwave.text.table import Row, TextTable


@dataclass(frozen=True, eq=False)
class Forgetting:
    """before, after: scores on the old test; lost: after less before of each score that is defined for both, the headline
    first, with its interval (below nought: forgotten); rows: of the old test."""

    before: Judged
    after: Judged
    lost: tuple[Difference, ...]
    rows: int

    def as_dict(self, lang: Any = "en") -> dict[str, Any]:
        return {"rows": self.rows, "lost": [each.as_dict(lang) for each in self.lost]}


def forgetting(
    before: Checkpoint,
    after: Checkpoint | AbstractLearner,
    test: TextTable,
    judge: Callable[[TextTable, list[Row]], Judged],
) -> Forgetting:
    """before: the checkpoint that was built on; after: what became of it, kept or not; test: labelled rows of the old task.

    An answer of a label that the old task has not is simply wrong. Raises BadInput for files that are not whole."""
    rows = test.rows()
    later = after.predict if isinstance(after, AbstractLearner) else after.answers
    old, new = judge(test, before.answers(rows)), judge(test, later(rows))
    return Forgetting(old, new, tuple(compared(new, old)), len(test))
