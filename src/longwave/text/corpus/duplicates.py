"""Texts that are the same, or nearly, among tens of thousands: in time linear in their number.

Two texts are the same when their normalised forms are: NFKC, small letters, no punctuation. They are nearly the same
when their sets of character n-grams (5 for alphabets, 3 for Chinese, Japanese and Korean; the first 1,000 characters)
overlap by four fifths: Jaccard >= .8. Candidates come from 32 min-hashes in 8 bands of 4 (Broder 1997; Leskovec, Rajaraman
& Ullman, "Mining of massive datasets", ch. 3): a pair at .8 is found with probability .98, one at .5 with .40. Each
candidate is then compared exactly. Groups are what such pairs connect.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from longwave.text.portable.script import EAST
from longwave.text.table import TextTable

Groups: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
_Signatures: TypeAlias = np.ndarray[Any, np.dtype[np.uint32]]

ALIKE = 0.8
"""Jaccard overlap from which on two texts are nearly the same; one changed word in a sentence of ten stays below."""
_LOOK = 1_000
_HASHES, _BAND = 32, 4
_CHUNK = 1 << 17
_EAST = re.compile(f"[{EAST}]")
_GAPS = re.compile(r"[\W_]+")
_INNER = re.compile(rf"(?<={_EAST.pattern}) (?={_EAST.pattern})")


def normalised(text: str) -> str:
    """The text as equal texts are compared; one of signs only (emoji) is itself."""
    if text.isascii():
        return _GAPS.sub(" ", text.casefold()).strip() or text.strip()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _INNER.sub("", _GAPS.sub(" ", folded).strip()) or text.strip()


def keys(table: TextTable, normal: Sequence[str] | None = None) -> list[str]:
    """What makes a row the same as another: its normalised texts; of a relation also which head and tail are meant.

    normal: the normalised texts, where they are at hand.
    """
    texts = [normalised(text) for text in table.texts()] if normal is None else list(normal)
    if not table.has("head_start"):
        return texts
    return [f"{key}\x1f{pair}" for key, pair in zip(texts, head_and_tail(table), strict=True)]


def head_and_tail(table: TextTable) -> list[str]:
    """The head and the tail of each relation as one text in small letters."""
    frame = table.frame
    places = zip(*(frame[name] for name in ("head_start", "head_end", "tail_start", "tail_end")), strict=True)
    return [
        f"{text[h:i].casefold()}\x1f{text[t:u].casefold()}"
        for text, (h, i, t, u) in zip(frame["text"], places, strict=True)
    ]


def numbered(values: Sequence[str]) -> Groups:
    """Equal values by one number each, in the order of their first appearance."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def near_groups(normal: Sequence[str]) -> Groups:
    """The group of each normalised text: equal numbers are the same or nearly the same text."""
    same = numbered(normal)
    unique = list(dict.fromkeys(normal))
    eastern = np.array([_is_eastern(text) for text in unique], dtype=bool)
    pairs = [
        _pairs(unique, np.flatnonzero(chosen), size)
        for chosen, size in ((~eastern, 5), (eastern, 3))
        if chosen.any()
    ]
    groups = connected(len(unique), np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64))
    return np.asarray(groups[same], dtype=np.int64)


def connected(count: int, pairs: Groups) -> Groups:
    """The component of each of `count` things that pairs (n, 2) connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _is_eastern(text: str) -> bool:
    return not text.isascii() and 3 * len(_EAST.findall(text[:_LOOK])) > len(text[:_LOOK])


def _pairs(texts: Sequence[str], places: Groups, size: int) -> Groups:
    """Pairs of places whose texts are nearly the same."""
    chosen = [texts[at][:_LOOK] for at in places]
    signatures = _signatures(chosen, size)
    found = _candidates(signatures)
    agree = (signatures[found[:, 0]] == signatures[found[:, 1]]).mean(axis=1)
    found = found[agree >= ALIKE - 0.2]
    grams: dict[int, set[str]] = {}
    close = [_overlap(chosen, grams, int(i), int(j), size) >= ALIKE for i, j in found]
    return np.asarray(places[found[np.array(close, dtype=bool)]], dtype=np.int64)


def _overlap(texts: Sequence[str], grams: dict[int, set[str]], first: int, second: int, size: int) -> float:
    for at in (first, second):
        if at not in grams:
            text = texts[at]
            grams[at] = {text[i : i + size] for i in range(max(len(text) - size + 1, 1))}
    one, other = grams[first], grams[second]
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _signatures(texts: Sequence[str], size: int) -> _Signatures:
    """Min-hashes (texts, 32) of each text's n-grams; of a shorter text, of what there is of it."""
    factors = np.random.default_rng(20_240_229).integers(0, 2**31, _HASHES, dtype=np.uint32) * 2 + 1
    found = np.empty((len(texts), _HASHES), dtype=np.uint32)
    start = 0
    while start < len(texts):
        end, characters = start, 0
        while end < len(texts) and (end == start or characters < _CHUNK):
            characters += len(texts[end])
            end += 1
        found[start:end] = _chunk_signatures(texts[start:end], size, factors)
        start = end
    return found


def _chunk_signatures(texts: Sequence[str], size: int, factors: _Signatures) -> _Signatures:
    """All texts of a chunk as one run of characters, hashed by a rolling polynomial, one minimum a text."""
    gap = "\0" * size
    run = np.frombuffer((gap.join(texts) + gap).encode("utf-32-le", "replace"), dtype=np.uint32)
    count = len(run) - size + 1
    hashed = np.zeros(count, dtype=np.uint32)
    for at in range(size):
        hashed = hashed * np.uint32(0x01000193) + run[at : at + count]
    lengths = np.array([len(text) for text in texts])
    starts = np.concatenate([[0], np.cumsum(lengths + size)[:-1]])
    inside = np.maximum(lengths - size + 1, 1)
    hashed = _mixed(hashed[_runs(starts, inside)])
    begins = np.concatenate([[0], np.cumsum(inside)[:-1]])
    return np.stack([np.minimum.reduceat(hashed * factor, begins) for factor in factors], axis=1)


def _runs(starts: Groups, lengths: Groups) -> Groups:
    """The places start, start + 1, ... of runs of these lengths, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)


def _mixed(values: _Signatures) -> _Signatures:
    """murmur3's finaliser: every bit of the input moves every bit of the hash."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


def _candidates(signatures: _Signatures) -> Groups:
    """Pairs that agree in a whole band. Of many in one bucket each is paired with the next two, so that the number of
    pairs stays linear; groups join what such chains connect."""
    pairs = []
    for band in range(0, _HASHES, _BAND):
        key = np.zeros(len(signatures), dtype=np.uint64)
        for column in range(band, band + _BAND):
            key = key * np.uint64(0x9E3779B97F4A7C15) + signatures[:, column]
        order = np.argsort(key, kind="stable")
        for step in (1, 2):
            same = key[order[:-step]] == key[order[step:]]
            pairs.append(np.stack([order[:-step][same], order[step:][same]], axis=1))
    found = np.unique(np.concatenate(pairs), axis=0) if pairs else np.empty((0, 2), dtype=np.int64)
    return np.asarray(found, dtype=np.int64)
