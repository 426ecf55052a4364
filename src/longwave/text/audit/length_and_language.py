"""How long the texts are for a model, and in which scripts they are written.

Tokens are estimated from characters before any tokeniser is chosen: one for each Chinese, Japanese or Korean character,
one for every four others, which is what English sub-words come to on average. Good to a fifth or so: enough to see
whether a limit of 256 or 512 cuts many texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from longwave.core.message import say
from longwave.text.audit.finding import Finding, some_ids
from longwave.text.portable.script import EAST
from longwave.text.table import TextTable

_EAST = re.compile(f"[{EAST}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_PER_TOKEN = 4.0


def estimated_tokens(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """About how many tokens each text has for a sub-word model."""
    east = np.array([0 if text.isascii() else len(_EAST.findall(text)) for text in texts])
    length = np.array([len(text) for text in texts])
    return np.asarray(np.ceil(east + (length - east) / _PER_TOKEN), dtype=np.int64)


_MANY = 0.1
"""The share of texts cut from which on it is a warning."""


def length(table: TextTable, limit: int | None, *, windows: bool = True) -> Iterator[Finding]:
    """The usual length, and the share of texts that are probably longer than the `limit` tokens that a model reads.

    limit: None where it reads every text whole; windows: whether the task can read a long text in parts.
    """
    tokens = estimated_tokens(table.texts())
    middle, most = int(np.median(tokens)), int(np.quantile(tokens, 0.95))
    over = np.flatnonzero(tokens > (tokens.max() if limit is None else limit))
    over = over[np.argsort(-tokens[over], kind="stable")]
    share = len(over) / len(tokens)
    usual = say("text_audit.length", middle=middle, most=most, longest=int(tokens.max()))
    if limit is None or share <= _MANY:
        yield Finding("length", "info", len(over), share, usual, some_ids(table, over))
        return
    key = "text_audit.length_cut" if windows else "text_audit.length_cut_plain"
    cut = say(key, share=share, limit=limit, middle=middle, most=most)
    yield Finding("length", "warning", len(over), share, cut, some_ids(table, over))


def languages(table: TextTable) -> Iterator[Finding]:
    """The share of texts that are mostly in Chinese (or Japanese, Korean), in Latin letters, or in other letters."""
    texts = table.texts()
    kinds = np.array([_script(text) for text in texts])
    east, latin, other = (float((kinds == kind).mean()) for kind in ("east", "latin", "other"))
    message = say("text_audit.languages", east=east, latin=latin, other=other)
    mixed = min(max(east, other), latin) > 0.05
    yield Finding("languages", "info", int((kinds == "east").sum()), east, message)
    if mixed:
        commonest = max(("east", east), ("latin", latin), ("other", other), key=lambda each: each[1])[0]
        places = np.flatnonzero((kinds != commonest) & (kinds != "none"))
        share = len(places) / len(texts)
        message = say("text_audit.mixed_languages", share=share)
        yield Finding("mixed_languages", "warning", len(places), share, message, some_ids(table, places))


def _script(text: str) -> str:
    """What a text is mostly written in; "none" for one without letters. A Chinese character weighs two Latin letters, as
    it says about as much as a short word."""
    if text.isascii():
        return "latin" if _LATIN.search(text) else "none"
    text = text[:2_000]
    east, latin, letters = len(_EAST.findall(text)), len(_LATIN.findall(text)), len(_LETTER.findall(text))
    if not letters:
        return "none"
    other = letters - east - latin
    weights = {"east": 2 * east, "latin": latin, "other": other}
    return max(weights, key=lambda kind: weights[kind])
