"""Whether texts set spaces, for the baselines. How text is cut: `portable.units`; a word's form: `portable.shapes`."""

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
