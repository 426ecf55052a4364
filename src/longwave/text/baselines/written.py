"""The form of a word, and whether texts set spaces, for the baselines. How text is cut: `portable.units`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from longwave.text.portable.script import unspaced


def is_unspaced(texts: Iterable[str], sample: int = 2000) -> bool:
    """Whether more than a fifth of the letters of the first `sample` texts are of scripts without spaces."""
    letters = signs = 0
    for text in islice(texts, sample):
        part = text[:2000]
        letters += sum(map(str.isalpha, part))
        signs += unspaced(part)
    return signs > 0.2 * max(letters, 1)


def form(token: str) -> str:
    """The token's form: X upper, x lower, 9 digit, 字 of an unspaced script, else itself; runs are cut to 3."""
    run = ""
    for char in token[:40]:
        kind = (
            "字"
            if unspaced(char)
            else "X"
            if char.isupper()
            else "9"
            if char.isdigit()
            else "x"
            if char.isalpha()
            else char
        )
        if not run.endswith(kind * 3):
            run += kind
    return run
