"""An explanation: for each word of a row, how much it speaks for the answer, in a unit that is named.

A word's weight says what the model does, not what is true of the world, nor that the word alone would do: words that say the
same cover for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.portable.tokenise import tokenised
from longwave.text.table import Row
from longwave.text.task import TASKS

Way: TypeAlias = Literal["occlusion", "gradients"]
Unit: TypeAlias = Literal["log_odds", "probability"]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "classify": ("text",),
    "intent": ("text",),
    "relations": ("text",),
    "pairs": ("text", "other"),
    "entities": ("tokens",),
}
"""Which columns of a row are looked at, by task."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a row. field: its column; start, end: characters there (for tokens, its place and the next)."""

    field: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A word and what it speaks: plus for the answer, minus against it; read: whether the model read it at all."""

    word: Word
    weight: float
    read: bool = True


@dataclass(frozen=True)
class Explanation:
    """label: the answer that is explained, with its probability; entity: where it is one's label, the entity; whole,
    without: the answer's score on the row, and on a row of nothing where the way has one; gap: how far the weights' sum is
    from their difference; together: words that were left out at a time; unknown: words that the model's vocabulary does not
    hold; linear: features of a linear model beside; given: all labels of the answer, where a row may have several."""

    task: str
    row: Row
    label: str
    probability: float
    way: Way
    unit: Unit
    parts: tuple[Part, ...]
    whole: float
    without: float | None = None
    gap: float | None = None
    together: int = 1
    entity: Row | None = None
    unknown: int = 0
    linear: Sequence[Mapping[str, Any]] = field(default=())
    given: tuple[str, ...] | None = None

    @property
    def strongest(self) -> tuple[Part, ...]:
        """The words, signs among them, by the size of their weights."""
        return tuple(sorted(self.parts, key=lambda each: -abs(each.weight)))


def check_explained(task: str) -> None:
    """Raises UsageError for a task whose answers have no words to hang on."""
    if task not in FIELDS:
        raise UsageError(
            say("text_explain.no_words", task=TASKS.get(task).names),
            say("text_explain.no_words_mend", tasks=tuple(TASKS.get(each).names for each in FIELDS)),
        )


def words_of(task: str, row: Row) -> list[Word]:
    """Every word of a row; in scripts without spaces every character. Raises UsageError for a task that has no words to
    answer by."""
    check_explained(task)
    if task == "entities":
        return [Word("tokens", str(token), at, at + 1) for at, token in enumerate(row["tokens"])]
    return [
        Word(name, str(row[name])[start:end], start, end)
        for name in FIELDS[task]
        for start, end in tokenised(str(row[name]))
    ]


def asked_label(answer: Row, label: str) -> str:
    """The label to explain: the one asked for, or the answer's own (of several the likeliest). Raises UsageError."""
    scores = answer["scores"]
    if label and label not in scores:
        raise UsageError(say("text_explain.no_label", label=label, labels=tuple(scores)[:20]))
    if label:
        return label
    if "label" in answer and answer["label"] in scores:
        return str(answer["label"])
    given = answer.get("labels") or tuple(scores)
    return str(max(given, key=lambda name: scores[name]))


def given_labels(answer: Row) -> tuple[str, ...] | None:
    """All labels of an answer, where a row may have several."""
    return tuple(map(str, answer["labels"])) if "labels" in answer else None


def asked_entity(answer: Row, place: int) -> Row:
    """The entity to explain. Raises UsageError where there are not so many."""
    found = answer["entities"]
    if not 0 <= place < len(found):
        raise UsageError(say("text_explain.no_entity", number=place + 1, count=len(found)))
    return dict(found[place])
