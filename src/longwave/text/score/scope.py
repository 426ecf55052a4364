"""Which label means "none of the others": out of scope among intents, no relation among relations.

Public sets keep it under a few usual names. Some of them are sure (oos, out of scope, 范围外); others may be an ordinary
label as well (other, none, 其他) and are taken only where no sure one is there. A name that is given overrules both, and
`NOTHING` says that every label is an ordinary one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NOTHING = "-"
"""Given instead of a name: no label means none of the others."""

_SURE = (
    "oos", "ood", "outofscope", "outofdomain", "noneoftheabove", "nointent",
    "范围外", "超出范围", "超范围", "域外", "无意图", "以上都不是", "以上皆非",
)  # fmt: skip
_DOUBTFUL = ("none", "other", "others", "unknown", "无", "其他", "其它", "未知")
_NO_RELATION = (
    "other", "norelation", "none", "na", "unknown", "null", "无", "无关系", "没有关系", "未知", "其他", "其它",
)  # fmt: skip
_NO_LETTER = re.compile(r"[\W_]+")


def outside_of(labels: Sequence[str], named: str = "") -> str | None:
    """The label of intents under which stands what none of them covers; None where there is none."""
    return _given(named) if named else _named(labels, _SURE + _DOUBTFUL)


def doubtful(label: str) -> bool:
    """Whether its name alone does not say that it is out of scope."""
    return _bare(label) in _DOUBTFUL


def no_relation(labels: Sequence[str], named: str = "") -> str | None:
    """The label of relations that means that there is none of ours; None where there is none."""
    return _given(named) if named else _named(labels, _NO_RELATION)


def _given(named: str) -> str | None:
    return None if named == NOTHING else named


def _named(labels: Sequence[str], names: Sequence[str]) -> str | None:
    """The label whose name stands first among `names`, whatever its case, blanks and signs."""
    return next((label for name in names for label in labels if _bare(label) == name), None)


def _bare(label: str) -> str:
    return _NO_LETTER.sub("", label.casefold())
