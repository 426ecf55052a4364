"""Tags of entities in one scheme, BIO: B- opens an entity, I- goes on with it, O is outside.

IOB1 (B- only between two entities of a kind), BIOES, BILOU and BMES become BIO; tags without a prefix (IO) become runs
of one kind. An I- that follows no entity of its kind opens one, as CoNLL's own scorer reads it. Ramshaw & Marcus (1995);
Ratinov & Roth (2009), "Design challenges and misconceptions in named entity recognition".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PREFIXED = re.compile(r"([BIESLUM])[-_](.+)")
_LETTERED = re.compile(r"[A-Z][-_](.+)")
_OPENS = {"B", "S", "U"}
_OTHER_SCHEMES = {"E", "S", "L", "U", "M"}


def is_prefixed(tags: Sequence[Sequence[str]]) -> bool:
    """Whether a corpus writes prefixes: more than half of its tags beside O do, or some do and others get one wrong."""
    inside = [tag for row in tags for tag in row if tag != "O"]
    most = sum(_PREFIXED.fullmatch(tag) is not None for tag in inside) > 0.5 * len(inside)
    return not inside or most or _has_wrong_prefixes(set(inside))


def _has_wrong_prefixes(tags: set[str]) -> bool:
    """Whether another letter stands before a kind that has a prefix elsewhere (X-ORG beside B-ORG), or beside B- and I-.

    A kind in small letters is a word: B-cell and T-cell are two kinds."""
    right = {(match[1], match[2]) for tag in tags if (match := _PREFIXED.fullmatch(tag))}
    wrong = {match[1] for tag in tags if not _PREFIXED.fullmatch(tag) and (match := _LETTERED.fullmatch(tag))}
    in_scheme = any(("B", kind) in right and ("I", kind) in right for _, kind in right)
    return bool(wrong) and (in_scheme or any(kind in wrong and not kind.islower() for _, kind in right))


def to_bio(tags: Sequence[str], prefixed: bool) -> tuple[str, ...]:
    """One sentence's tags as BIO. Raises ValueError, the tag its text, for one that is of no scheme."""
    found: list[str] = []
    before = ""
    closed = True
    for tag in tags:
        if tag == "O":
            found.append("O")
            before, closed = "", True
            continue
        prefix, kind = _parts(tag, prefixed)
        opens = prefix in _OPENS or kind != before or (closed and prefix != "")
        found.append(f"{'B' if opens else 'I'}-{kind}")
        before, closed = kind, prefix in {"S", "U", "E", "L"}
    return tuple(found)


def _parts(tag: str, prefixed: bool) -> tuple[str, str]:
    if not prefixed:
        if not tag.strip() or tag.isdecimal():
            raise ValueError(tag)
        return "", tag
    match = _PREFIXED.fullmatch(tag)
    if match is None:
        raise ValueError(tag)
    return match[1], match[2]


def scheme(tags: Sequence[Sequence[str]], prefixed: bool) -> str:
    """The scheme that a corpus is in: BIO, IOB1, BIOES (or a sister) or IO."""
    if not prefixed:
        return "IO"
    prefixes = {tag[0] for row in tags for tag in row if tag != "O"}
    if prefixes & _OTHER_SCHEMES:
        return "BMES" if "M" in prefixes else "BILOU" if prefixes & {"L", "U"} else "BIOES"
    if all(to_bio(row, True) == tuple(re.sub(r"^([BI])_", r"\1-", tag) for tag in row) for row in tags):
        return "BIO"
    return "IOB1"


def kinds(tags: Sequence[Sequence[str]]) -> set[str]:
    """The kinds of entities in BIO tags."""
    return {tag[2:] for row in tags for tag in row if tag != "O"}
