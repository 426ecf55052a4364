"""A checkpoint's answer to a row, explained by the way asked for, with its linear model's own features beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.checkpoint import Checkpoint
from longwave.text.explain.explanation import Explanation, Way
from longwave.text.explain.occlusion import occluded
from longwave.text.table import Row

WAYS: tuple[Way, ...] = ("occlusion", "gradients")
FEATURES = 15


def explain(
    checkpoint: Checkpoint, row: Row | str, *, method: str = "occlusion", label: str = "", entity: int = 0
) -> Explanation:
    """row: a text, or the task's columns (see `text.table`); label: instead of the model's own answer; entity: which of
    those found. Raises UsageError, MissingPackage (gradients without captum), BadInput."""
    given: Row = {"text": row} if isinstance(row, str) else dict(row)
    if checkpoint.task == "entities" and "tokens" not in given:
        from longwave.text.portable.tokenise import tokens_of

        given = {"tokens": tokens_of(str(given["text"]))}
    if method == "gradients":
        from longwave.text.explain.gradients import attributed

        found = attributed(checkpoint.learner, given, label=label, entity=entity)
    elif method == "occlusion":
        found = occluded(
            checkpoint.task, given, lambda rows: checkpoint.answers(rows), label=label, entity=entity
        )
    else:
        raise UsageError(say("text_explain.no_way", way=method, ways=WAYS))
    return replace(found, linear=tuple(_linear(checkpoint.learner, given)))


def _linear(learner: Any, row: Row) -> list[dict[str, Any]]:
    """What the linear model of a stacked checkpoint reads for its own answer; nothing where there is none."""
    linear = getattr(learner, "linear", None)
    return [] if linear is None else list(linear.explain(row, most=FEATURES))
