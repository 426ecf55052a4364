"""Occlusion: a word's weight is what the answer loses when the word is not there.

label      log odds of the label with the word, less those without it (Robnik-Sikonja and Kononenko 2008, Explaining
           classifications for individual instances)
entity     the entity's score with the word, less that with a sign that says nothing in its place; nought where the entity is
           no longer found

It asks the model and nothing else, so that it serves every model that answers: fine-tuned, linear, exported. In a long text
neighbouring words are left out together, so that no more than `MOST` answers are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from longwave.text.explain.explanation import (
    Explanation,
    Part,
    Unit,
    Word,
    asked_entity,
    asked_label,
    given_labels,
    words_of,
)
from longwave.text.table import Row

Predict = Callable[[list[Row]], list[Row]]
MOST = 256
BLANK = "…"
_LEAST = 1e-15
_OFFSETS = ("head_start", "head_end", "tail_start", "tail_end")


def occluded(task: str, row: Row, predict: Predict, *, label: str = "", entity: int = 0) -> Explanation:
    """One question a word, and one for the row as it is. Raises UsageError (no such label or entity, no words)."""
    words = words_of(task, row)
    together = max(1, math.ceil(len(words) / MOST))
    groups = [words[at : at + together] for at in range(0, len(words), together)]
    changed = [without(task, row, group) for group in groups]
    asked = [each for each in changed if each is not None]
    answer, *answers = predict([row, *asked])
    if task == "entities":
        found = asked_entity(answer, entity)
        whole, scores = float(found["score"]), [_of_entity(each, found) for each in answers]
        name, chance = str(found["label"]), whole
    else:
        found = None
        name = asked_label(answer, label)
        chance = float(answer["scores"][name])
        whole, scores = odds_of(answer, name), [odds_of(each, name) for each in answers]
    left = iter(scores)
    weights = [0.0 if each is None else whole - next(left) for each in changed]
    parts = [
        Part(word, weight / len(group), each is not None)
        for group, weight, each in zip(groups, weights, changed, strict=True)
        for word in group
    ]
    unit: Unit = "probability" if task == "entities" else "log_odds"
    return Explanation(
        task,
        row,
        name,
        chance,
        "occlusion",
        unit,
        tuple(parts),
        whole,
        together=together,
        entity=found,
        given=given_labels(answer),
    )


def odds_of(answer: Row, label: str) -> float:
    """ln of a label's probability over that of all others together (of "not this", where a row may have several labels): a
    probability that is 1 to sixteen places still differs from another by what is left to the others."""
    chance = float(answer["scores"].get(label, 0.0))
    if "labels" in answer:
        others = 1 - chance
    else:
        others = math.fsum(float(p) for name, p in answer["scores"].items() if name != label)
    return math.log(max(chance, _LEAST)) - math.log(max(others, _LEAST))


def without(task: str, row: Row, words: Sequence[Word]) -> Row | None:
    """The row without these words, which stand beside each other; None where nothing of the head or tail would be left."""
    if task == "entities":
        gone = {word.start for word in words}
        return {
            **row,
            "tokens": tuple(BLANK if at in gone else token for at, token in enumerate(row["tokens"])),
        }
    made = dict(row)
    for name in {word.field for word in words}:
        mine = [word for word in words if word.field == name]
        start, end = mine[0].start, mine[-1].end
        text = str(row[name])
        if end < len(text) and text[end].isspace() and (start == 0 or text[start - 1].isspace()):
            end += 1  # or two spaces would stand where there was one
        if "head_start" in row and name == "text":
            moved = {key: int(row[key]) - _before(int(row[key]), start, end) for key in _OFFSETS}
            if moved["head_end"] <= moved["head_start"] or moved["tail_end"] <= moved["tail_start"]:
                return None
            made |= moved
        made[name] = text[:start] + text[end:]
    return made


def _before(at: int, start: int, end: int) -> int:
    """How many of the characters that go stood before a place."""
    return max(0, min(at, end) - start)


def _of_entity(answer: Row, wanted: Row) -> float:
    """The score of the same entity; nought where it is not found any more."""
    same = (
        each
        for each in answer["entities"]
        if all(each[key] == wanted[key] for key in ("label", "start", "end"))
    )
    return float(next((each["score"] for each in same), 0.0))
