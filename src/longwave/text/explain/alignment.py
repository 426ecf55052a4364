"""Which word each token of a feature belongs to: `portable.encode` gone through once more, with the places kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from longwave.text.explain.explanation import Word
from longwave.text.portable import encode as coding
from longwave.text.table import Row

Span = tuple[int, int]
_MARK = 3
"""Characters that a sign adds to a text: itself, and a space on either side."""


def owners(
    row: Row,
    words: Sequence[Word],
    features: Sequence[Mapping[str, Any]],
    tokenizer: Any,
    layout: Mapping[str, Any],
) -> list[list[int]]:
    """For each feature of the row, the place of each token's word among `words`; -1 for the vocabulary's own signs."""
    kind = str(layout["kind"])
    if kind == "tokens":
        return [_of_tokens(each, len(coding.signs(tokenizer)[1])) for each in features]
    if kind == "pair":
        return _of_pair(row, words, features, tokenizer, layout)
    before, after = coding.signs(tokenizer)
    room = max(1, int(layout["max_length"]) - len(before) - len(after))
    if kind == "text":
        windows = _of_text(row, words, tokenizer, layout, room)
    else:
        windows = [_of_marked(row, words, tokenizer, kind, room)]
    return [
        [-1] * len(before) + window + [-1] * (len(each["input_ids"]) - len(before) - len(window))
        for each, window in zip(features, windows, strict=True)
    ]


def _of_tokens(feature: Mapping[str, Any], after: int) -> list[int]:
    firsts, length = feature["firsts"], len(feature["input_ids"])
    found = [
        feature["start"] + bisect_right(firsts, at) - 1 if firsts and at >= firsts[0] else -1
        for at in range(length)
    ]
    return found[: length - after] + [-1] * after


def _of_text(
    row: Row, words: Sequence[Word], tokenizer: Any, layout: Mapping[str, Any], room: int
) -> list[list[int]]:
    text, long = coding.readable(row["text"]), str(layout.get("long", "head"))
    read = text if long == "windows" else coding.shortened(text, room, long)
    spans = list(tokenizer.encode(read, add_special_tokens=False).offsets)
    if long == "ends" and len(read) < len(text):
        half = (len(read) - 1) // 2
        spans = [
            (a, b) if a < half else (a + len(text) - len(read), b + len(text) - len(read)) for a, b in spans
        ]
    known = _spans(words, "text")
    mine = [_word_at(span, known) for span in spans]
    return coding.cut(mine, room, long, int(layout.get("stride", 0)))


def _of_pair(
    row: Row,
    words: Sequence[Word],
    features: Sequence[Mapping[str, Any]],
    tokenizer: Any,
    layout: Mapping[str, Any],
) -> list[list[int]]:
    joint = coding.joints(tokenizer)
    room = max(2, int(layout["max_length"]) - joint.length)
    sides = []
    for name in ("text", "other"):
        read = coding.shortened(coding.readable(row[name]), room, "head")
        spans = tokenizer.encode(read, add_special_tokens=False).offsets
        known = _spans(words, name)
        sides.append([_word_at(span, known) for span in spans])
    first, second = coding.longest_first(sides[0], sides[1], room)
    ways = [(first, second), (second, first)][: len(features)]
    front, middle, end = ([-1] * len(part) for part in (joint.before, joint.between, joint.after))
    return [[*front, *one, *middle, *other, *end] for one, other in ways]


def _of_marked(row: Row, words: Sequence[Word], tokenizer: Any, kind: str, room: int) -> list[int]:
    """A text with signs about one or two things: words stand where the signs have moved them."""
    text, lead = coding.readable(row["text"]), 0
    if kind == "markers":
        things = [(int(row[f"{name}_start"]), int(row[f"{name}_end"])) for name in ("head", "tail")]
        marked, inside = coding.put_signs(
            text, dict(zip((coding.HEAD_MARK, coding.TAIL_MARK), things, strict=True))
        )
    else:
        thing = coding.readable(row.get("about") or "").strip()
        marked, inside = coding.with_thing(text, thing)
        if not thing:
            things = []
        else:
            grown = len(marked) - len(text) - 2 * _MARK
            lead = max(0, grown)
            start, end = inside[0]
            things = [(start, end - 2 * _MARK)]
    puts = sorted(min(max(0, at), len(text) + lead) for span in things for at in (span[0], max(span)))
    moved = [
        (place, (_shifted(start + lead, puts), _shifted(end + lead - 1, puts) + 1))
        for place, (start, end) in _spans(words, "text")
    ]
    coded = tokenizer.encode(marked, add_special_tokens=False)
    covered = [coding.covered(coded.offsets, span) for span in inside]
    kept = coding.window_about(len(coded.ids), covered, room)
    return [_word_at(coded.offsets[at], moved) for at in kept]


def _shifted(at: int, puts: Sequence[int]) -> int:
    return at + _MARK * bisect_right(puts, at)


def _spans(words: Sequence[Word], name: str) -> list[tuple[int, Span]]:
    return [(place, (word.start, word.end)) for place, word in enumerate(words) if word.field == name]


def _word_at(span: Span, words: Sequence[tuple[int, Span]]) -> int:
    """The word that shares most characters with a token; -1 where none does. words: in the text's order, apart."""
    at = bisect_right(words, span[0], key=lambda each: each[1][1])
    best = (0, -1)
    while at < len(words) and words[at][1][0] < span[1]:
        place, (start, end) = words[at]
        best = max(best, (min(span[1], end) - max(span[0], start), place))
        at += 1
    return best[1] if best[0] > 0 else -1
