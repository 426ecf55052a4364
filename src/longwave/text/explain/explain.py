"""A checkpoint's answer to a row, explained by the way asked for, with its linear model's own features beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.checkpoints.checkpoint import Checkpoint
from longwave.text.explain.explanation import Explanation, Way, Word
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
    return replace(
        found,
        linear=tuple(_linear(checkpoint.learner, given)),
        unknown=_unknown(checkpoint.learner, given, [part.word for part in found.parts]),
    )


def _linear(learner: Any, row: Row) -> list[dict[str, Any]]:
    """What the linear model of a stacked checkpoint reads for its own answer; nothing where there is none."""
    linear = getattr(learner, "linear", None)
    return [] if linear is None else list(linear.explain(row, most=FEATURES))


def _unknown(learner: Any, row: Row, words: Sequence[Word]) -> int:
    """How many of the words the model's vocabulary does not hold: it sees the same sign for each of them."""
    inner = getattr(learner, "inner", learner)
    tokenizer: Any = getattr(inner, "tokenizer", None)
    signs = (
        set() if tokenizer is None else {tokenizer.token_to_id(sign) for sign in ("[UNK]", "<unk>")} - {None}
    )
    if not signs:
        return 0
    found = 0
    for name in {word.field for word in words}:
        mine = [word for word in words if word.field == name]
        if name == "tokens":
            coded = [tokenizer.encode(word.text, add_special_tokens=False).ids for word in mine]
            found += sum(bool(signs & set(ids)) for ids in coded)
            continue
        whole = tokenizer.encode(str(row[name]), add_special_tokens=False)
        spans = [span for span, number in zip(whole.offsets, whole.ids, strict=True) if number in signs]
        found += sum(any(start < word.end and end > word.start for start, end in spans) for word in mine)
    return found
