"""Tags in the usual spelling: B-PER for b-per and for PER-B, O for o, B-ENTITY where B, I and O stand without a kind.

A spelling is read into tags only where the whole corpus bears it out: kinds may be called e-mail, hepatitis-B or I.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

BARE_KIND = "ENTITY"
"""What the kind is called where the tags name none."""
_PREFIX = re.compile(r"([BIESLUM])[-_](.+)", re.IGNORECASE)
_SUFFIX = re.compile(r"(.+)[-_]([BIESLUM])")
_OUTSIDE = {"O", "OUT", "", "0"}
_SCHEMES = (frozenset("BIES"), frozenset("BILU"), frozenset("BMES"))
_DOUBT = 0.2
"""Share of entities from which on both B and I open them: no scheme does that, so they are two kinds."""

_Rows = Sequence[Sequence[str]]


def usual(rows: _Rows) -> Mapping[str, str]:
    """Each tag that the corpus spells otherwise -> the usual spelling; empty where there is none such."""
    counts = Counter(tag for row in rows for tag in row)
    inside = {tag for tag in counts if tag.upper() not in _OUTSIDE}
    respell = _way(rows, counts, inside)
    if respell is None:
        return {"o": "O"} if _is_lone_small_o(counts) else {}
    found = {tag: respell(tag) for tag in inside} | dict.fromkeys(set(counts) - inside, "O")
    return {tag: spelled for tag, spelled in found.items() if tag != spelled}


def _way(rows: _Rows, counts: Mapping[str, int], inside: set[str]) -> Callable[[str], str] | None:
    """How the tags of entities are respelled; None where they are kinds by themselves."""
    if not inside:
        return None
    if _are_bare(rows, inside):
        return _from_bare
    if _are_prefixed(counts, inside):
        return _from_prefix
    if _are_suffixed(inside):
        return _from_suffix
    return None


def _are_bare(rows: _Rows, inside: set[str]) -> bool:
    letters = {tag.upper() for tag in inside}
    if letters <= {"B", "I"}:
        return not _both_open(rows)
    closed = "B" in letters and bool(letters & {"E", "L"})
    return closed and any(letters <= scheme for scheme in _SCHEMES)


def _both_open(rows: _Rows) -> bool:
    """Whether entities begin with B about as often as with I: in BIO none does with I, in IOB1 hardly any with B."""
    opening: Counter[str] = Counter()
    for row in rows:
        for before, tag in zip(("O", *row), row, strict=False):
            if before.upper() in _OUTSIDE and tag.upper() not in _OUTSIDE:
                opening[tag.upper()] += 1
    return min(opening["B"], opening["I"]) > _DOUBT * opening.total()


def _are_prefixed(counts: Mapping[str, int], inside: set[str]) -> bool:
    """Whether tags have prefixes: more than half of them, some in capitals, or all of them with signs of a scheme."""
    prefixed = [tag for tag in inside if _PREFIX.fullmatch(tag)]
    most = sum(counts[tag] for tag in prefixed) > 0.5 * sum(counts[tag] for tag in inside)
    if most and any(tag[0] in "BI" for tag in prefixed):
        return True
    if not all(map(_PREFIX.fullmatch, inside)):
        return False
    opened = {tag[2:] for tag in inside if tag[0] in "bB"}
    goes_on = {tag[2:] for tag in inside if tag[0] in "iImM"}
    only_opened = len(opened) > 1 and len(opened) == len(inside)
    return "o" in counts or bool(opened & goes_on) or only_opened


def _are_suffixed(inside: set[str]) -> bool:
    found = [_SUFFIX.fullmatch(tag) for tag in inside]
    return all(found) and {"B", "I"} <= {match[2] for match in found if match is not None}


def _is_lone_small_o(counts: Counter[str]) -> bool:
    """Whether o stands for O among tags without a prefix: it is the most frequent, and there is no O."""
    return "o" in counts and "O" not in counts and len(counts) > 1 and counts["o"] == max(counts.values())


def _from_bare(tag: str) -> str:
    return f"{tag.upper()}-{BARE_KIND}"


def _from_prefix(tag: str) -> str:
    """A prefix in capitals; what has none stays, and is refused later with its place."""
    return tag[0].upper() + tag[1:] if _PREFIX.fullmatch(tag) else tag


def _from_suffix(tag: str) -> str:
    match = _SUFFIX.fullmatch(tag)
    return tag if match is None else f"{match[2]}-{match[1]}"
