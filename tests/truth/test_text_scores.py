"""Scores of texts against numbers from outside.

- Output of ``conlleval`` (Tjong Kim Sang, version 2004-01-26) on CoNLL-2003 English test, as printed in read-me files of
  public taggers: phrases, found, correct, then precision, recall, FB1.
- Documentation of seqeval 1.2.2 (``precision_recall_fscore_support``): 0.5, 0.5, 0.5, 2.
- Output of the official scorer of SemEval-2010 task 8, version 1.2, as printed with its confusion matrix in a public
  read-me: macro F1 83.25, micro F1 84.01.
- sacrebleu 2.6.0 (13a and zh tokens) and rouge-score 0.1.2 (no stemming): their output on the texts below.
- Papineni et al. (2002), section 2.1: modified unigram precision 2/7 of seven times "the".
- Lin (2004), section 3: "police kill the gunman" has ROUGE-L 3/4, "the gunman kill police" 2/4.
- Newcombe (1998), Two-sided confidence intervals for the single proportion, table I: the score method without
  continuity correction, four shares.
"""

from __future__ import annotations

import numpy as np
import pytest

from longwave.text.score.bleu import bleu, chrf
from longwave.text.score.labels import f1_of, precision_of, recall_of
from longwave.text.score.proportion import wilson
from longwave.text.score.relations import official_relation_f1, relation_table
from longwave.text.score.rouge import rouge_metrics
from longwave.text.score.spans import entity_metrics
from longwave.text.score.words import grams, shared, words


@pytest.mark.parametrize(
    ("there", "found", "correct", "printed"),
    [
        (5648, 5738, 4864, (84.77, 86.12, 85.44)),
        (5648, 5620, 5112, (90.96, 90.51, 90.73)),
        (5648, 5640, 5031, (89.20, 89.08, 89.14)),
        (4946, 4864, 4455, (91.59, 90.07, 90.83)),
    ],
)
def test_conlleval(there: int, found: int, correct: int, printed: tuple[float, float, float]) -> None:
    sums = np.array([correct, found, there], dtype=float)
    told = [100 * float(score(sums)) for score in (precision_of, recall_of, f1_of)]
    assert told == pytest.approx(printed, abs=0.0051)


def test_seqevals_example() -> None:
    gold = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    told = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    found = entity_metrics(gold, told)
    assert [found[f"entity_{name}"].point for name in ("precision", "recall", "f1")] == [0.5, 0.5, 0.5]


NAMES = (
    "Cause-Effect", "Component-Whole", "Content-Container", "Entity-Destination", "Entity-Origin", "Instrument-Agency",
    "Member-Collection", "Message-Topic", "Product-Producer", "Other",
)  # fmt: skip
MATRIX = (
    (300, 0, 0, 0, 4, 1, 0, 2, 2, 12),
    (1, 235, 5, 1, 1, 11, 11, 6, 3, 29),
    (0, 5, 160, 7, 2, 0, 1, 1, 1, 11),
    (0, 2, 7, 264, 0, 0, 0, 1, 1, 16),
    (3, 1, 1, 4, 226, 1, 0, 1, 3, 16),
    (0, 4, 1, 1, 1, 118, 0, 4, 5, 21),
    (0, 4, 0, 0, 2, 0, 206, 1, 0, 19),
    (1, 5, 0, 1, 2, 0, 2, 229, 1, 19),
    (5, 1, 2, 0, 4, 9, 0, 3, 177, 27),
    (16, 25, 18, 23, 27, 24, 29, 33, 26, 231),
)
WRONG_DIRECTION = (3, 8, 4, 1, 1, 0, 0, 1, 2, 0)
PRINTED_F1 = (91.88, 78.20, 82.05, 88.89, 85.77, 73.98, 85.65, 84.35, 78.49)


def test_the_official_score_of_semeval_2010_task_8() -> None:
    def label(place: int, direction: str) -> str:
        return NAMES[place] if NAMES[place] == "Other" else f"{NAMES[place]}({direction})"

    rows = [
        (label(there, "e1,e2"), label(said, "e1,e2"))
        for there, counts in enumerate(MATRIX)
        for said, count in enumerate(counts)
        for _ in range(count)
    ]
    rows += [
        (label(place, "e1,e2"), label(place, "e2,e1"))
        for place, count in enumerate(WRONG_DIRECTION)
        for _ in range(count)
    ]
    gold, told = [row[0] for row in rows], [row[1] for row in rows]
    assert len(rows) == 2706
    assert 100 * official_relation_f1(gold, told).point == pytest.approx(83.25, abs=0.0051)
    table = relation_table(gold, told).set_index("label")
    assert [100 * table.loc[name, "f1"] for name in NAMES[:9]] == pytest.approx(PRINTED_F1, abs=0.0051)
    right = sum(MATRIX[place][place] for place in range(9))
    micro = np.array([right, table["told"].sum(), table["support"].sum()], dtype=float)
    assert 100 * float(f1_of(micro)) == pytest.approx(84.01, abs=0.0051)


def test_papinenis_clipping() -> None:
    reference, text = words("The cat is on the mat"), words("the the the the the the the")
    assert shared(grams(reference, 1), grams(text, 1)) == 2
    assert len(text) == 7


def test_lins_example_of_rouge_l() -> None:
    reference = "police killed the gunman"
    assert rouge_metrics([reference], ["police kill the gunman"])["rougeL"].point == pytest.approx(3 / 4)
    assert rouge_metrics([reference], ["the gunman kill police"])["rougeL"].point == pytest.approx(2 / 4)


def test_rouge_score() -> None:
    found = rouge_metrics(
        ["The quick brown fox jumps over the lazy dog"], ["The quick brown dog jumps on the log."]
    )
    told = [found[name].point for name in ("rouge1", "rouge2", "rougeL")]
    assert told == pytest.approx([0.7058823529411765, 0.26666666666666666, 0.5882352941176471])


def test_sacrebleu() -> None:
    references = ["The dog bit the man.", "It was not unexpected.", "The man bit him first."]
    texts = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."]
    assert 100 * bleu(references, texts).point == pytest.approx(45.067506321061157)
    assert 100 * chrf(references, texts).point == pytest.approx(50.04306360658229)
    references = ["央行宣布下调存款准备金率0.5个百分点。", "经济增长率为3.5%。"]
    texts = ["央行宣布下调准备金率0.5个百分点。", "经济增长3.5%。"]
    assert 100 * bleu(references, texts).point == pytest.approx(69.2906215272123)
    assert 100 * chrf(references, texts).point == pytest.approx(65.77515759313707)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(right: int, of: int, low: float, high: float) -> None:
    told = wilson(right, of)
    assert (float(told[0]), float(told[1])) == pytest.approx((low, high), abs=0.00006)
