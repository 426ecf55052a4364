"""Scores of entities: right is who has the same type, first and last token; and what lesser measures would say.

Reading tags as conlleval and seqeval (its default) do: an entity begins at B, at S, at a type other than the one before,
or at an I or E after O, E or S; so an I without a B begins one (IOB1 and broken sequences read as they are meant), and
tags without a hyphen after the letter have the type ``_``. A tag that is none of B, I, E, S, O goes on with its type.

    entity F1      2 right / (told + there), micro over types (Tjong Kim Sang and De Meulder 2003)
    token accuracy the same as token-level micro F1 when O counts; beside it what "O" throughout would reach
    partial        nervaluate's: same bounds 1, overlap one half, whatever the type (SemEval-2013 task 9, Segura-Bedmar)
    type           nervaluate's: any overlap with an entity of the same type 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.score.draws import Matrix
from longwave.text.score.labels import each_f1, found_metrics, label_table, macro_f1_of
from longwave.text.score.metric import Metric, mean, steady

Span = tuple[str, int, int]
"""Type, first token, last token (both in)."""

Tags = Sequence[str]


def spans(tags: Tags) -> list[Span]:
    """The entities of a sequence of tags, in their order."""
    found: list[Span] = []
    start = 0
    before, kind = "O", ""
    for place, tag in enumerate([*tags, "O"]):
        letter, name = _read(tag)
        if _ends(before, letter, kind != name):
            found.append((kind, start, place - 1))
        if _starts(before, letter, kind != name):
            start = place
        before, kind = letter, name
    return found


def _read(tag: str) -> tuple[str, str]:
    """The letter of a tag and its type."""
    if not tag:
        return "O", "_"
    rest = tag[1:]
    return tag[0], (rest.split("-", maxsplit=1)[-1] or "_")


def _ends(before: str, letter: str, other_type: bool) -> bool:
    if before in "ES":
        return True
    if before in "BI" and letter in "BSO":
        return True
    return before not in "O." and other_type


def _starts(before: str, letter: str, other_type: bool) -> bool:
    if letter in "BS":
        return True
    if letter in "EI" and before in "OES":
        # E after S, I after E, and so on; the one letter pair that goes on is I or E after B or I.
        return True
    return letter not in "O." and other_type


def entity_metrics(gold: Sequence[Tags], told: Sequence[Tags]) -> dict[str, Metric]:
    """Entity F1, precision, recall; macro over types; token accuracy, that of O throughout; partial and type F1."""
    pairs = _paired(gold, told)
    by_type, types = _by_type(pairs)
    every = np.ones(len(types), dtype=bool)  # types that are only told too, as seqeval has it
    flat = by_type.reshape(len(pairs), 3, len(types)).sum(axis=2)
    tokens = np.array([_token_counts(*pair) for pair in pairs], dtype=np.float64).reshape(len(pairs), 3)
    eased = np.array([_eased(*pair) for pair in pairs], dtype=np.float64).reshape(len(pairs), 4)
    return {
        **found_metrics(flat, "entity"),
        "entity_macro_f1": Metric.of(
            "entity_macro_f1",
            by_type,
            lambda sums: macro_f1_of(sums, every),
            again=steady(lambda sums: each_f1(sums, len(types))),
        ),
        "token_accuracy": Metric.of("token_accuracy", tokens[:, [0, 2]], mean),
        "all_o_accuracy": Metric.of("all_o_accuracy", tokens[:, [1, 2]], mean),
        "partial_f1": found_metrics(eased[:, [0, 2, 3]], "partial")["partial_f1"],
        "type_f1": found_metrics(eased[:, [1, 2, 3]], "type")["type_f1"],
    }


def entity_table(gold: Sequence[Tags], told: Sequence[Tags]) -> pd.DataFrame:
    """Precision, recall and F1 of each type with Wilson's bounds, and support in entities."""
    counts, types = _by_type(_paired(gold, told))
    right, said, there = counts.sum(axis=0).astype(np.int64).reshape(3, len(types))
    return label_table(right, said, there, types)


def _paired(gold: Sequence[Tags], told: Sequence[Tags]) -> list[tuple[Tags, Tags]]:
    pairs = list(zip(gold, told, strict=True))
    for row, (there, said) in enumerate(pairs):
        if len(there) != len(said):
            raise BadInput(say("text_score.tags_differ", row=row + 1, wanted=len(there), given=len(said)))
    return pairs


def _by_type(pairs: Sequence[tuple[Tags, Tags]]) -> tuple[Matrix, list[str]]:
    """Right, told, there by type, shape (rows, 3 types), and the types."""
    read = [(set(spans(there)), set(spans(said))) for there, said in pairs]
    types = sorted({kind for each in read for side in each for kind, *_ in side})
    at = {kind: place for place, kind in enumerate(types)}
    counts = np.zeros((len(pairs), 3, len(types)))
    for row, (there, said) in enumerate(read):
        for part, group in enumerate((there & said, said, there)):
            for kind, *_ in group:
                counts[row, part, at[kind]] += 1
    return counts.reshape(len(pairs), 3 * len(types)), types


def _token_counts(there: Tags, said: Tags) -> tuple[int, int, int]:
    """Tokens right, tokens that are O, tokens."""
    return sum(a == b for a, b in zip(there, said, strict=True)), sum(tag == "O" for tag in there), len(there)


def _eased(there: Tags, said: Tags) -> tuple[float, float, int, int]:
    """Credit by bounds (1 or one half), credit by type, entities told, entities there."""
    gold, told = spans(there), spans(said)
    return _partial_credit(gold, told), _type_credit(gold, told), len(told), len(gold)


def _near(gold: Sequence[Span], told: Sequence[Span]) -> Iterator[tuple[Span, list[Span]]]:
    """Each told entity that overlaps entities there, and these; both stand in order, none over another of its own."""
    first = 0
    for span in told:
        while first < len(gold) and gold[first][2] < span[1]:
            first += 1
        last = first
        while last < len(gold) and gold[last][1] <= span[2]:
            last += 1
        if last > first:
            yield span, list(gold[first:last])


def _partial_credit(gold: Sequence[Span], told: Sequence[Span]) -> float:
    """Each entity there is used up by the first told one that has its bounds, or else overlaps it."""
    used: set[Span] = set()
    credit = 0.0
    for span, near in _near(gold, told):
        left = [each for each in near if each not in used]
        same = [each for each in left if each[1:] == span[1:]]
        if left:
            used.add((same or left)[0])
            credit += 1.0 if same else 0.5
    return credit


def _type_credit(gold: Sequence[Span], told: Sequence[Span]) -> float:
    """Each entity there is used up by the first told one that overlaps it, of its type if there is one."""
    used: set[Span] = set()
    credit = 0.0
    for span, near in _near(gold, told):
        left = [each for each in near if each not in used]
        same = [each for each in left if each[0] == span[0]]
        if left:
            used.add(min(same, key=lambda each: _apart(each, span)) if same else left[0])
            credit += bool(same)
    return credit


def _apart(one: Span, other: Span) -> int:
    return abs(one[1] - other[1]) + abs(one[2] - other[2])
