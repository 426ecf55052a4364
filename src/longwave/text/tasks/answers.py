"""Answers: the words of a context that answer a question, or that it has none.

Question and window of the context are read together; two logits a token say where the answer begins and ends (Devlin et
al. 2019). A window that does not hold the answer points to its first token, which stands for "not here": a question's
answer is then the best span of any window, and there is none where "not here" beats it by `null_bar`, chosen on dev.

Where only documents are given and not the paragraph, `search` finds the paragraph first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longwave.core.message import Names
from longwave.text.portable.script import is_han, wide
from longwave.text.score.answers import answer_f1
from longwave.text.score.bars import best_cut
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS, AbstractTask, Head, Layout

NOWHERE = (0, 0)
FEWEST = 10
"""Questions of dev, with and without an answer, from which on the bar is chosen by them."""


class Answers(AbstractTask):
    """A question and a context to a span of it."""

    name = "answers"
    names = Names("Answers to questions", "阅读理解问答")
    epochs = 3.0
    batch = 16
    layers = 4

    def layout(self, table: TextTable, recipe: Recipe) -> Layout:
        return {"kind": "question", "max_length": recipe.max_length or 256, "stride": max(recipe.stride, 64)}

    def head(self, table: TextTable, recipe: Recipe) -> Head:
        answers = table.frame["answers"].tolist()
        return {
            "kind": "span",
            "labels": [],
            "layers": recipe.layers or self.layers,
            "longest": longest_answer(answers),
            "unanswered": not all(answers),
            "null_bar": 0.0,
        }

    def target(self, row: Row, feature: Row, head: Head) -> list[int]:
        spans = [
            token_span(feature["offsets"], start, start + len(answer))
            for answer, start in zip(row["answers"], row["starts"], strict=True)
        ]
        return list(next((span for span in spans if span is not None), NOWHERE))

    def module(self) -> str:
        return "span"

    def tuned(self, head: Head, dev: TextTable, told: Sequence[Row]) -> Head:
        golds = dev.frame["answers"].tolist()
        some = sum(bool(each) for each in golds)
        if not head["unanswered"] or min(some, len(golds) - some) < FEWEST:
            return head
        questions = dev.frame["question"].tolist()
        gains = np.array(
            [
                answer_f1(gold, row["candidate"], han=is_han(question)) if gold else 0.0
                for gold, row, question in zip(golds, told, questions, strict=True)
            ]
        )
        silent = np.array([float(not gold) for gold in golds])
        return {**head, "null_bar": best_cut(np.array([margin_of(row) for row in told]), silent, gains)}


def longest_answer(answers: Sequence[Sequence[str]]) -> int:
    """Tokens that an answer may have: those of the longest of a hundred, and half as many again. A word has some three
    characters or more a token, a Chinese text one."""
    lengths = [len(each) if wide(each[:1]) else -(-len(each) // 3) for row in answers for each in row]
    return int(np.clip(1.5 * np.quantile(lengths, 0.99), 16, 256)) if lengths else 40


def token_span(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """First and last token of these characters; None where the window does not hold them all."""
    inside = [
        place for place, (begin, last) in enumerate(offsets) if last > begin and begin < end and last > start
    ]
    if not inside or end <= start:
        return None
    known = [place for place, (begin, last) in enumerate(offsets) if last > begin >= 0]
    starts_here = offsets[inside[0]][0] <= start or inside[0] > known[0]
    ends_here = offsets[inside[-1]][1] >= end or inside[-1] < known[-1]
    return (inside[0], inside[-1]) if starts_here and ends_here else None


def margin_of(row: Row) -> float:
    """By how much the best span beats "not here", from the chance that an answer bears."""
    chance = float(row["score"]) if row["answer"] else 1 - float(row["score"])
    chance = float(np.clip(chance, 1e-15, 1 - 1e-15))
    return float(np.log(chance) - np.log1p(-chance))


ANSWERS = TASKS.register("answers")(Answers())
