"""Scores of answers: exact match and F1 after the rules of SQuAD, for Chinese after those of CMRC 2018.

English: small letters, no punctuation, no articles, single blanks; F1 of the words in common, as a bag (Rajpurkar et al.
2016; version 2.0, 2018: a question without an answer is right, 1, where nothing is answered, else 0). Chinese: without
the scorer's punctuation; F1 = 2 L / (there + told), L the longest run of characters in common (Cui et al. 2019, CMRC
2018; Latin words in it are split at blanks and signs, where the original asks a tokeniser). The best of several gold
answers counts.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

import numpy as np

from longwave.text.portable.script import HAN, is_han
from longwave.text.score.metric import Metric, average
from longwave.text.score.rouge import token_f1

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARKS = str.maketrans("", "", string.punctuation)
_HAN_MARKS = str.maketrans("", "", "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_HAN_PIECES = re.compile(rf"[{HAN}]|[^\W{HAN}]+|[^\w\s]")


def plain(text: str) -> str:
    """An English answer as it is compared."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_MARKS)).split())


def plain_han(text: str) -> str:
    """A Chinese answer as it is compared."""
    return text.lower().strip().translate(_HAN_MARKS)


def exact(golds: Sequence[str], told: str, *, han: bool = False) -> float:
    """1 where the answer told is one of the gold ones, else 0. No gold answer: 1 where nothing is told."""
    form = plain_han if han else plain
    return float(form(told) in {form(gold) for gold in golds or ("",)})


def answer_f1(golds: Sequence[str], told: str, *, han: bool = False) -> float:
    """The best F1 beside any gold answer; where there is none, 1 if nothing is told, else 0."""
    one = _han_f1 if han else _f1
    return max(one(gold, told) for gold in golds or ("",))


def answer_metrics(
    questions: Sequence[str], golds: Sequence[Sequence[str]], told: Sequence[str]
) -> dict[str, Metric]:
    """``f1``, ``exact``; where some questions have no answer, ``answered_f1`` and ``no_answer_accuracy`` beside."""
    rows = [
        (*_both(list(gold), said, is_han(question)), not any(gold))
        for question, gold, said in zip(questions, golds, told, strict=True)
    ]
    f1 = np.array([row[0] for row in rows])
    without = np.array([row[2] for row in rows], dtype=bool)
    found = {"f1": average("f1", f1), "exact": average("exact", [row[1] for row in rows])}
    if without.any():
        quiet = np.array([not said.strip() for said in told], dtype=float)
        found["answered_f1"] = average("answered_f1", np.where(without, np.nan, f1))
        found["no_answer_accuracy"] = average("no_answer_accuracy", np.where(without, quiet, np.nan))
    return found


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest run of tokens that stands in both."""
    at = {token: place for place, token in enumerate(dict.fromkeys([*one, *other]))}
    first, second = (np.array([at[token] for token in each], dtype=np.int64) for each in (one, other))
    runs = np.zeros(len(second) + 1, dtype=np.int64)
    best = 0
    for token in first:
        runs[1:] = np.where(second == token, runs[:-1] + 1, 0)
        best = max(best, int(runs.max()))
    return best


def _both(golds: list[str], told: str, han: bool) -> tuple[float, float]:
    named = [gold for gold in golds if (plain_han if han else plain)(gold)]
    return answer_f1(named, told, han=han), exact(named, told, han=han)


def _f1(gold: str, told: str) -> float:
    there, said = plain(gold).split(), plain(told).split()
    return token_f1(there, said)


def _han_f1(gold: str, told: str) -> float:
    there, said = (_HAN_PIECES.findall(plain_han(each)) for each in (gold, told))
    if not there and not said:
        return 1.0
    return 2 * longest_run(there, said) / (len(there) + len(said))
