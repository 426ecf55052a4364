"""Whether a base can read a language at all: the share of letters that its tokenizer turns into "unknown".

A vocabulary of English reads Chinese as a row of unknown signs, and all texts look alike to it. The share is measured on the
texts themselves, for any language; scripts that are read letter by letter count as read, however little they are understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from longwave.core.message import Message, say
from longwave.text.bases import SCRATCH, Base
from longwave.text.portable.script import is_han, is_kana

TOO_MUCH = 0.10
_SAMPLE = 300
_CHARACTERS = 2_000
_UNKNOWN = ("[UNK]", "<unk>", "<|unk|>", "UNK")


def unread_share(tokenizer: Any, texts: Sequence[str]) -> float:
    """From 0 to 1, of a text's letters and figures, the mean over texts (300 of them, evenly taken, and of their first 2,000
    characters): signs and pictures are of no language, and full-width Latin is no other one. tokenizer: of the package
    tokenizers, or transformers' with a `backend_tokenizer`."""
    inner = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not hasattr(
        inner, "token_to_id"
    ):  # a tokenizer in Python, which tells no places of characters: by tokens
        ids = [each for row in tokenizer(list(texts[:_SAMPLE]))["input_ids"] for each in row]
        return ids.count(tokenizer.unk_token_id) / len(ids) if ids else 0.0
    unknown = {inner.token_to_id(sign) for sign in _UNKNOWN} - {None}
    step = max(1, len(texts) // _SAMPLE)
    taken = [text[:_CHARACTERS] for text in texts[::step]]
    shares = []
    for text, coded in zip(taken, inner.encode_batch(taken, add_special_tokens=False), strict=True):
        there = _of_language(text)
        lost = sum(
            _of_language(text[start:end])
            for number, (start, end) in zip(coded.ids, coded.offsets, strict=True)
            if number in unknown
        )
        if there:
            shares.append(min(1.0, lost / there))
    return sum(shares) / len(shares) if shares else 0.0


def _of_language(text: str) -> int:
    """How many letters and figures, full-width Latin ones aside."""
    return sum(sign.isalnum() and not _wide_latin(sign) for sign in text)


def _wide_latin(sign: str) -> bool:
    return "\uff01" <= sign <= "\uff5e"


def mostly_chinese(texts: Sequence[str]) -> bool:
    """Whether more than a third of the signs that are no blanks are Chinese characters: the rest is punctuation, figures and
    names. Japanese has as many, with kana among them."""
    signs = [sign for text in texts[:_SAMPLE] for sign in text[:_CHARACTERS] if not sign.isspace()]
    chinese = sum(map(is_han, signs))
    return chinese > len(signs) / 3 and sum(map(is_kana, signs)) < chinese / 10


def fit_of_base(tokenizer: Any, texts: Sequence[str], base: Base) -> Message | None:
    """What a user should know before a long training: the base does not read these texts. None where it does."""
    if base.name == SCRATCH:
        return None
    share = unread_share(tokenizer, texts)
    if share <= TOO_MUCH:
        return None
    key = "text_generation.unread_chinese" if mostly_chinese(texts) else "text_generation.unread"
    return say(key, base=base.name, share=share)
