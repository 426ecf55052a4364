"""Answers, summaries and translations beside their references."""

from __future__ import annotations

import difflib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.text.score.answers import (
    answer_f1,
    answer_metrics,
    exact,
    longest_run,
    plain,
)
from longwave.text.score.bleu import bleu, bleu_tokens, chrf
from longwave.text.score.rouge import longest, rouge_metrics
from longwave.text.score.words import is_han, words

LETTERS = st.text(alphabet="abc", max_size=14)


@given(LETTERS, LETTERS)
def test_the_longest_subsequence_and_run_are_those_of_the_plain_tables(one: str, other: str) -> None:
    table = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i + 1, j + 1] = table[i, j] + 1 if a == b else max(table[i, j + 1], table[i + 1, j])
    assert longest(one, other) == table[-1, -1]
    match = difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    assert longest_run(list(one), list(other)) == match.size


def test_words_of_two_writings() -> None:
    assert words("The U.S. economy grew 3.5%!") == ["the", "u", "s", "economy", "grew", "3", "5"]
    assert words("央行降息25bp，A股上涨") == ["央", "行", "降", "息", "25bp", "a", "股", "上", "涨"]
    assert words("naïve café") == ["naïve", "café"]
    assert is_han("GDP增速")
    assert not is_han("GDP growth")


def test_answers_as_squad_reads_them() -> None:
    assert plain("The  Cat, (a dog)!") == "cat dog"
    assert exact(["the cat"], "Cat.") == 1
    assert answer_f1(["the black cat"], "a cat sat") == pytest.approx(2 * 1 / (2 + 2))
    assert answer_f1(["one", "black cat"], "black cat") == 1
    assert answer_f1([], "") == 1
    assert answer_f1([], "something") == 0
    assert answer_f1(["cat"], "") == 0
    assert answer_f1(["the"], "the") == 1


def test_chinese_answers_by_the_longest_run() -> None:
    assert exact(["《战国无双3》"], "战国无双3", han=True) == 1
    # Runs: 中国人民 is four of six and of five.
    assert answer_f1(["中国人民银行"], "中国人民币", han=True) == pytest.approx(2 * 4 / 11)
    assert answer_f1(["光荣和ω-force"], "ω-force", han=True) == pytest.approx(2 * 1 / 5)
    assert answer_f1(["银行"], "保险", han=True) == 0


def test_answer_metrics_tell_questions_without_an_answer_apart() -> None:
    found = answer_metrics(["who?", "when?", "谁？"], [("Ann",), (), ("央行",)], ["Ann", "", "人民银行"])
    assert found["f1"].point == pytest.approx((1 + 1 + 2 * 1 / 6) / 3)
    assert found["answered_f1"].point == pytest.approx((1 + 2 * 1 / 6) / 2)
    assert found["no_answer_accuracy"].point == 1
    assert "answered_f1" not in answer_metrics(["who?"], [("Ann",)], ["Bob"])


def test_rouge_by_hand() -> None:
    found = {
        name: metric.point
        for name, metric in rouge_metrics(["police killed the gunman"], ["the gunman police killed"]).items()
    }
    assert found["rouge1"] == 1
    assert found["rouge2"] == pytest.approx(2 / 3)
    assert found["rougeL"] == pytest.approx(1 / 2)
    empty = rouge_metrics(["a b"], [""])
    assert {metric.point for metric in empty.values()} == {0.0}


def test_bleu_by_hand() -> None:
    # Papineni's example of clipping: "the" seven times is right twice; four orders need smoothing for three.
    reference, text = "The cat is on the mat", "the the the the the the the"
    hits = 1 / 7  # case is kept, so "The" is another word
    wanted = (hits * 1 / (2 * 6) * 1 / (4 * 5) * 1 / (8 * 4)) ** 0.25
    assert bleu([reference], [text]).point == pytest.approx(wanted)
    assert bleu(["a b c d"], ["a b c d"]).point == pytest.approx(1)
    assert bleu(["a b c d e f g h"], ["a b c d"]).point == pytest.approx(np.exp(1 - 2))
    assert bleu(["a b c"], ["a b c"]).point == 0
    assert np.isnan(bleu([""], [""]).point)


def test_tokens_of_bleu() -> None:
    assert bleu_tokens("Hello, 1,000.5 (U.S.)-2020-21 &amp; it's") == [
        "Hello", ",", "1,000.5", "(", "U", ".", "S", ".", ")", "-2020", "-", "21", "&", "it's",
    ]  # fmt: skip
    assert bleu_tokens("央行降息0.5%。", han=True) == ["央", "行", "降", "息", "0.5", "%", "。"]


def test_chrf_by_hand() -> None:
    assert chrf(["abc"], ["abc"]).point == pytest.approx(1)
    assert chrf(["abc"], ["xyz"]).point == 0
    # Orders 1 and 2 of two letters: 1 of 2 shared and none; precision and recall are both the mean, 1/4.
    assert chrf(["ab"], ["ac"]).point == pytest.approx(1 / 4)
    assert chrf(["a b"], ["ab"]).point == pytest.approx(1)


def test_equal_to_sacrebleu_on_random_texts() -> None:
    """Runs where sacrebleu is installed; the project does not depend on it."""
    theirs = pytest.importorskip("sacrebleu.metrics")
    draw = np.random.default_rng(0)
    vocabulary = [
        "the",
        "cat",
        "3.5",
        "1,000",
        "U.S.",
        "well-known",
        "don't",
        "(x)",
        "2-3",
        "end.",
        "naïve",
        "“so”",
    ]
    for _ in range(150):
        references = [
            " ".join(draw.choice(vocabulary, draw.integers(1, 13))) for _ in range(draw.integers(1, 9))
        ]
        texts = [" ".join(word for word in each.split() if draw.random() < 0.8) for each in references]
        assert bleu(references, texts).point == pytest.approx(
            theirs.BLEU().corpus_score(texts, [references]).score / 100
        )
        assert chrf(references, texts).point == pytest.approx(
            theirs.CHRF().corpus_score(texts, [references]).score / 100
        )


def test_equal_to_rouge_score_on_random_texts() -> None:
    """Runs where rouge-score is installed; the project does not depend on it."""
    theirs = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rouge1", "rouge2", "rougeL"])
    draw = np.random.default_rng(0)
    for _ in range(150):
        one, other = (
            " ".join(draw.choice(["The", "cat", "sat-on", "x_y", "3.5"], draw.integers(0, 13))) for _ in "ab"
        )
        for name, score in theirs.score(one, other).items():
            assert rouge_metrics([one], [other])[name].point == pytest.approx(score.fmeasure)


def test_chrf_of_short_texts_as_sacrebleu_counts_them() -> None:
    """An order of letters that a row's reference is too short for is not counted in what was told. sacreBLEU 2.6.0."""
    there, told = (
        ["好的", "谢谢", "明天见", "不客气，再见"],
        ["好的，没问题", "谢谢你的帮助", "那我们明天见", "不客气，再见"],
    )
    assert chrf(there, told).point == pytest.approx(0.9435, abs=5e-5)
    there, told = ["Yes.", "No", "OK", "I see."], ["Yes, please.", "No thanks", "OK then", "I see it now."]
    assert chrf(there, told).point == pytest.approx(0.3752, abs=5e-5)
