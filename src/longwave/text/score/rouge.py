"""ROUGE-1, ROUGE-2 and ROUGE-L, as F scores of each row: how much of a reference summary a text repeats.

    ROUGE-N  runs of N words in common, over those of the reference (recall) and of the text (precision)
    ROUGE-L  the longest common subsequence of words, likewise
    F = 2PR / (P + R); the corpus has the mean of its rows

Lin (2004), ROUGE: A Package for Automatic Evaluation of Summaries. No stemming, no stop words; words as in `words`,
Chinese by character. ROUGE counts words, not truth: a summary that turns a figure into its opposite loses almost nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from longwave.text.score.metric import Metric, average
from longwave.text.score.words import grams, shared, words


def rouge_metrics(references: Sequence[str], texts: Sequence[str]) -> dict[str, Metric]:
    """``rouge1``, ``rouge2`` and ``rougeL`` of texts beside their references."""
    pairs = [(words(there), words(said)) for there, said in zip(references, texts, strict=True)]
    return {
        "rouge1": average("rouge1", [_gram_f(*pair, 1) for pair in pairs]),
        "rouge2": average("rouge2", [_gram_f(*pair, 2) for pair in pairs]),
        "rougeL": average("rougeL", [_f(longest(*pair), len(pair[0]), len(pair[1])) for pair in pairs]),
    }


def token_f1(reference: Sequence[str], text: Sequence[str]) -> float:
    """F of the words in common, as a bag: 1 where both are empty."""
    return 1.0 if not reference and not text else _gram_f(reference, text, 1)


def longest(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Length of the longest common subsequence, by bits: Hyyrö (2004), Bit-parallel LCS-length computation revisited."""
    where: dict[Hashable, int] = {}
    for place, token in enumerate(one):
        where[token] = where.get(token, 0) | (1 << place)
    full = (1 << len(one)) - 1
    row = full
    for token in other:
        hit = row & where.get(token, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(one) - row.bit_count()


def _gram_f(reference: Sequence[str], text: Sequence[str], size: int) -> float:
    there, said = grams(reference, size), grams(text, size)
    return _f(shared(there, said), there.total(), said.total())


def _f(common: int, there: int, said: int) -> float:
    return float(np.divide(2 * common, there + said)) if there and said else 0.0
