"""Corpus BLEU and chrF: how far a translation uses the runs of words, or of characters, of a reference.

    BLEU  min(1, exp(1 − r/c)) · exp(¼ Σ log p_n), p_n = clipped matches of n-grams over n-grams told, n = 1..4, summed
          over the corpus; r, c lengths. An order without a match counts 1/(2^k · n-grams), k the how-manieth such
          order (exponential smoothing); without any match, or where no text is four words long, BLEU is 0.
    chrF  (1 + 2²) P R / (2² P + R), P and R the mean over orders 1 to 6 of character n-grams, blanks left out.

Papineni et al. (2002); Post (2018), A Call for Clarity in Reporting BLEU Scores (tokens as NIST's mteval-v13a makes them,
case kept; Chinese by character where the reference has Chinese); Popović (2015). Both as shares, 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from longwave.text.portable.script import is_han
from longwave.text.score.draws import Matrix, Vector
from longwave.text.score.metric import Metric, ratio
from longwave.text.score.words import grams, letter_grams, shared

ORDERS = 4
CHARACTERS = 6
BETA = 2

_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_STEPS = (
    (re.compile(r"([!-&(-+:-@/\[-`{-~])"), r" \1 "),  # signs, but for apostrophe, comma, hyphen and stop
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),  # stop and comma unless a digit stands before
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),  # or after
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),  # hyphen after a digit
)
_WIDE = re.compile(
    "([\u2001-\u2a6d\u2e80-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003134f])"
)
"""Chinese characters, their punctuation and full-width forms, and signs of print: each is a token."""


def bleu_tokens(text: str, *, han: bool = False) -> list[str]:
    """Tokens of a text as BLEU counts them; `han` sets wide characters apart."""
    line = text.rstrip()
    if han:
        line = _WIDE.sub(r" \1 ", line.strip())
    else:
        line = line.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
        for written, meant in _ENTITIES:
            line = line.replace(written, meant)
        line = f" {line} "
    for sign, apart in _STEPS:
        line = sign.sub(apart, line)
    return line.split()


def bleu(references: Sequence[str], texts: Sequence[str]) -> Metric:
    """Corpus BLEU of texts beside one reference each."""
    rows = []
    for reference, text in zip(references, texts, strict=True):
        han = is_han(reference)
        there, said = bleu_tokens(reference, han=han), bleu_tokens(text, han=han)
        hits = [shared(grams(there, n), grams(said, n)) for n in range(1, ORDERS + 1)]
        rows.append([*hits, *(max(0, len(said) - n) for n in range(ORDERS)), len(said), len(there)])
    return Metric.of(
        "bleu", np.array(rows, dtype=np.float64).reshape(len(rows), 2 * ORDERS + 2), bleu_of, whole=True
    )


def bleu_of(sums: Matrix) -> Vector:
    """BLEU of sums (..., 10): matches of four orders, n-grams told of four orders, length told, length there."""
    hits, told = sums[..., :ORDERS], sums[..., ORDERS : 2 * ORDERS]
    length, wanted = sums[..., -2], sums[..., -1]
    missed = np.cumsum(hits == 0, axis=-1)
    share = ratio(np.where(hits > 0, hits, 0.5**missed), told)
    defined = (hits[..., 0] > 0) & (told > 0).all(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(defined[..., None], share, 1.0)).mean(axis=-1)
        brief = np.exp(np.minimum(0.0, 1 - wanted / np.where(length > 0, length, 1)))
    return np.where(wanted + length == 0, np.nan, np.where(defined, brief * np.exp(logs), 0.0))


def chrf(references: Sequence[str], texts: Sequence[str]) -> Metric:
    """Corpus chrF of texts beside one reference each."""
    rows = []
    for reference, text in zip(references, texts, strict=True):
        there, said = "".join(reference.split()), "".join(text.split())
        hits = [shared(letter_grams(there, n), letter_grams(said, n)) for n in range(1, CHARACTERS + 1)]
        wanted = [max(0, len(there) - n) for n in range(CHARACTERS)]
        # As sacreBLEU: what is told of an order that this row's reference is too short for is counted nowhere.
        told = [max(0, len(said) - n) if wanted[n] else 0 for n in range(CHARACTERS)]
        rows.append([*hits, *told, *wanted])
    return Metric.of(
        "chrf", np.array(rows, dtype=np.float64).reshape(len(rows), 3 * CHARACTERS), chrf_of, whole=True
    )


def chrf_of(sums: Matrix) -> Vector:
    """chrF of sums (..., 18): matches, n-grams told, n-grams there, by order. Orders without n-grams are left out."""
    hits, told, there = (sums[..., at : at + CHARACTERS] for at in range(0, 3 * CHARACTERS, CHARACTERS))
    used = (told > 0) & (there > 0)
    count = used.sum(axis=-1)
    precision = np.where(used, hits / np.where(used, told, 1), 0).sum(axis=-1) / np.maximum(count, 1)
    recall = np.where(used, hits / np.where(used, there, 1), 0).sum(axis=-1) / np.maximum(count, 1)
    value = (
        (1 + BETA**2) * precision * recall / np.where(precision + recall > 0, BETA**2 * precision + recall, 1)
    )
    return np.where(told[..., 0] + there[..., 0] == 0, np.nan, value)
