"""Which part of a corpus a name means: train.csv, eng.testb, test_2016_flickr, electronics_dev, 训练集.

A name is cut at dots, dashes, underscores and blanks. The word that names a part is the first that begins like one
("train10k", "validation"); testa and testb are CoNLL-2003's development and test files.
"""

from __future__ import annotations

import re

from longwave.text.table import Split

_WORDS: tuple[tuple[re.Pattern[str], Split], ...] = (
    (re.compile(r"testa"), "dev"),
    (re.compile(r"testb"), "test"),
    (re.compile(r"train(?:ing)?(?:\d\w*)?|训练集?|训练数据"), "train"),
    (re.compile(r"(?:dev|devel|development|val|valid|validation)(?:\d\w*)?|验证集?|开发集"), "dev"),
    (re.compile(r"(?:test|testing|eval|evaluation)(?:\d\w*)?|测试集?"), "test"),
)


def split_of(name: str) -> Split | None:
    """The part that a file's, a sheet's or a key's name means; None where it names none."""
    for word in re.split(r"[\W_]+", name.casefold()):
        for pattern, split in _WORDS:
            if pattern.fullmatch(word):
                return split
    return None
