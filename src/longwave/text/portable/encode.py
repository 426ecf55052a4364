"""Rows to features: lists of whole numbers, the same for training, prediction and the exported predictor.

A `layout` (a plain dict, kept in head.json) says what a row is:

kind          text (text), pair (text, other), tokens (tokens), markers (text with head and tail), thing (text with what
              it is asked about), question (with context)
max_length    tokens a window may have, the model's own signs included
long          of a longer text: ``head`` its beginning, ``ends`` its beginning and end, ``windows`` all of it, in parts
stride        tokens by which windows overlap
shapes        word shapes beside (tokens only); letters: characters a word beside (tokens only), nought for none
symmetric     pairs are read both ways

A row can give several features (windows); each has `row`, its place among the rows, and is told apart from its neighbours
by `kept` (tokens: words whose answer this window gives) or `offsets` (question: characters of the context). No feature is
empty: where nothing of a text is known, the vocabulary's sign for the unknown stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .script import wide
from .shapes import letters_of, word_shape

Feature = dict[str, Any]
Span = tuple[int, int]

HEAD_MARK, TAIL_MARK = "$", "#"
"""Signs around the two things whose relation is asked for: every vocabulary has them (Wu and He 2019, R-BERT)."""
_HALVES = re.compile("[\ud800-\udfff]")
_UNKNOWN = ("[UNK]", "<unk>", "<|endoftext|>", "[PAD]", "<pad>")
_BETWEEN = ("[SEP]", "</s>", "<sep>", "<|endoftext|>", "<eos>")


def encode(rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]) -> list[Feature]:
    """Features of rows, in their order. tokenizer: of the package tokenizers. Raises ValueError for another kind."""
    kind = str(layout["kind"])
    if kind not in _KINDS:
        raise ValueError(f"no layout is called {kind!r}")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return [{"row": row, **feature} for row, feature in _KINDS[kind](rows, tokenizer, layout)]


def readable(value: Any) -> str:
    """As text, of the same length; half a character (a lone surrogate) is one that nobody knows."""
    return _HALVES.sub("\ufffd", str(value))


def _text(
    rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]
) -> Iterator[tuple[int, Feature]]:
    before, after = signs(tokenizer)
    room = max(1, int(layout["max_length"]) - len(before) - len(after))
    long = str(layout.get("long", "head"))
    texts = [
        readable(row["text"]) if long == "windows" else shortened(readable(row["text"]), room, long)
        for row in rows
    ]
    empty = [] if before or after else [unknown(tokenizer)]
    for place, coded in enumerate(tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
        for ids in cut(coded.ids or empty, room, long, int(layout.get("stride", 0))):
            yield place, {"input_ids": [*before, *ids, *after]}


def _pair(
    rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]
) -> Iterator[tuple[int, Feature]]:
    joint = joints(tokenizer)
    room = max(2, int(layout["max_length"]) - joint.length)
    firsts, seconds = (
        tokenizer.encode_batch_fast(
            [shortened(readable(row[name]), room, "head") for row in rows], add_special_tokens=False
        )
        for name in ("text", "other")
    )
    for place, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
        mine, theirs = longest_first(first.ids, second.ids, room)
        yield place, joint.put(mine, theirs) | joint.masks(mine, theirs)
        if layout.get("symmetric"):
            yield place, joint.put(theirs, mine) | joint.masks(theirs, mine)


def _tokens(
    rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]
) -> Iterator[tuple[int, Feature]]:
    before, after = signs(tokenizer)
    room = max(1, int(layout["max_length"]) - len(before) - len(after))
    words = [list(map(readable, row["tokens"])) for row in rows]
    nothing = unknown(tokenizer)
    for place, (mine, each) in enumerate(zip(words, _by_word(words, tokenizer), strict=True)):
        pieces: list[list[int]] = [[] for _ in mine]
        for number, word in zip(each.ids, each.word_ids, strict=True):
            if word is not None and word < len(pieces):
                pieces[word].append(number)
        # a word of no known character still gets its answer
        pieces = [(part or [nothing])[:room] for part in pieces]
        lengths = [len(part) for part in pieces]
        for window in word_windows(lengths, room, int(layout.get("stride", 0))):
            feature = _token_feature(mine, pieces, window, (before, after), layout)
            yield place, feature if feature["input_ids"] else {**feature, **_nothing(nothing, layout)}


def _by_word(words: Sequence[Sequence[str]], tokenizer: Any) -> Any:
    """Codes of words as they stand. A vocabulary that writes the space before a word into the word (byte-level BPE) is
    given that space, as it stood in the text; between Chinese characters there was none."""
    whole = tokenizer.encode("a a", add_special_tokens=False).ids
    apart = tokenizer.encode(["a", "a"], is_pretokenized=True, add_special_tokens=False).ids
    spaced = tokenizer.encode(["a", " a"], is_pretokenized=True, add_special_tokens=False).ids
    given = [list(each) or [""] for each in words]
    if apart != whole and spaced == whole:
        given = [
            [
                word if at == 0 or (wide(row[at - 1][-1:]) and wide(word[:1])) else " " + word
                for at, word in enumerate(row)
            ]
            for row in given
        ]
    return tokenizer.encode_batch(given, is_pretokenized=True, add_special_tokens=False)


def _token_feature(
    words: Sequence[str],
    pieces: Sequence[Sequence[int]],
    window: tuple[int, int, int, int],
    ends: tuple[list[int], list[int]],
    layout: Mapping[str, Any],
) -> Feature:
    start, end, first, last = window
    before, after = ends
    ids, firsts, owners = list(before), list[int](), [-1] * len(before)
    for word in range(start, end):
        firsts.append(len(ids))
        ids += pieces[word]
        owners += [word] * len(pieces[word])
    owners += [-1] * len(after)
    feature: Feature = {
        "input_ids": ids + list(after),
        "start": start,
        "kept": (first, last),
        "firsts": firsts,
    }
    if layout.get("shapes"):
        shapes = {word: word_shape(words[word]) for word in range(start, end)}
        feature["shapes"] = [0 if owner < 0 else shapes[owner] for owner in owners]
    if width := int(layout.get("letters", 0)):
        letters = {word: letters_of(words[word], width) for word in range(start, end)}
        feature["letters"] = [[0] * width if owner < 0 else letters[owner] for owner in owners]
    return feature


def _nothing(unknown_id: int, layout: Mapping[str, Any]) -> Feature:
    """One token for a sentence without words, in a vocabulary without signs about a sentence."""
    width = int(layout.get("letters", 0))
    return {"input_ids": [unknown_id], "shapes": [0]} | ({"letters": [[0] * width]} if width else {})


def _markers(
    rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]
) -> Iterator[tuple[int, Feature]]:
    marked = [put_signs(readable(row["text"]), _spans_of(row)) for row in rows]
    return _about(marked, ("head_mask", "tail_mask"), tokenizer, layout)


def _thing(
    rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]
) -> Iterator[tuple[int, Feature]]:
    marked = [with_thing(readable(row["text"]), readable(row.get("about") or "").strip()) for row in rows]
    return _about(marked, ("head_mask",), tokenizer, layout)


def _spans_of(row: Mapping[str, Any]) -> dict[str, Span]:
    return {
        HEAD_MARK: (int(row["head_start"]), int(row["head_end"])),
        TAIL_MARK: (int(row["tail_start"]), int(row["tail_end"])),
    }


def with_thing(text: str, thing: str) -> tuple[str, list[Span]]:
    """The text with signs about where the thing first stands, as a word if it does; put before a text that lacks it."""
    if not thing:
        return text, [(0, len(text))]
    wanted = re.escape(thing)
    found = re.search(rf"(?<!\w){wanted}(?!\w)", text, re.IGNORECASE) or re.search(
        wanted, text, re.IGNORECASE
    )
    if found is None:
        text, span = f"{thing} : {text}", (0, len(thing))
    else:
        span = found.span()
    return put_signs(text, {HEAD_MARK: span})


def _about(
    marked: Sequence[tuple[str, Sequence[Span]]],
    names: Sequence[str],
    tokenizer: Any,
    layout: Mapping[str, Any],
) -> Iterator[tuple[int, Feature]]:
    before, after = signs(tokenizer)
    room = max(1, int(layout["max_length"]) - len(before) - len(after))
    coded = tokenizer.encode_batch([text for text, _ in marked], add_special_tokens=False)
    for place, (each, (_, spans)) in enumerate(zip(coded, marked, strict=True)):
        inside = [covered(each.offsets, span) for span in spans]
        kept = window_about(len(each.ids), inside, room)
        ids = [each.ids[at] for at in kept] or [unknown(tokenizer)]
        feature: Feature = {"input_ids": [*before, *ids, *after]}
        for name, part in zip(names, inside, strict=True):
            mine = set(part)
            of_text = [int(at in mine) for at in kept] or [0]
            feature[name] = [0] * len(before) + of_text + [0] * len(after)
        yield place, feature


def put_signs(text: str, things: Mapping[str, Span]) -> tuple[str, list[Span]]:
    """The text with each sign before and after its thing, and where each thing now stands, its signs included.

    Things may overlap. Spans that reach over the text's end are cut at it.
    """
    ends = {sign: tuple(min(max(0, at), len(text)) for at in span) for sign, span in things.items()}
    put = sorted(
        [(start, 1, sign) for sign, (start, _) in ends.items()]
        + [(max(start, end), 0 if end > start else 2, sign) for sign, (start, end) in ends.items()]
    )
    made, last = "", 0
    at: dict[str, list[int]] = {sign: [] for sign in things}
    for where, _, sign in put:
        made += text[last:where]
        last = where
        opens = not at[sign]
        at[sign].append(len(made) if opens else len(made) + len(sign) + 2)
        made += f" {sign} "
    return made + text[last:], [(begin, end) for begin, end in at.values()]


def covered(offsets: Sequence[Span], span: Span) -> list[int]:
    """Places of tokens that have a character in the span."""
    return [
        place
        for place, (start, end) in enumerate(offsets)
        if start < span[1] and end > span[0] and end > start
    ]


def window_about(length: int, wanted: Sequence[Sequence[int]], room: int) -> list[int]:
    """Places of at most `room` tokens that hold what is wanted: in one piece where it goes, else a piece about each."""
    groups = [group for group in wanted if group]
    every = [place for group in groups for place in group]
    if length <= room or not every:
        return list(range(min(length, room)))
    first, last = min(every), max(every) + 1
    if last - first <= room or len(groups) == 1:
        start = (first + last) // 2 - room // 2 if last - first <= room else first
        start = max(0, min(start, length - room))
        return list(range(start, start + room))
    share = max(1, room // len(groups))
    kept: set[int] = set()
    for group in groups:
        spare = max(0, share - (max(group) + 1 - min(group)))
        start = max(0, min(min(group) - spare // 2, length - share))
        kept |= set(range(start, min(length, start + share)))
    return sorted(kept)[:room]


def _question(
    rows: Sequence[Mapping[str, Any]], tokenizer: Any, layout: Mapping[str, Any]
) -> Iterator[tuple[int, Feature]]:
    joint = joints(tokenizer)
    most = max(4, int(layout["max_length"]) - joint.length)
    asked = tokenizer.encode_batch_fast(
        [shortened(readable(row["question"]), most, "head") for row in rows], add_special_tokens=False
    )
    outside = (-1, -1)
    last, ids, spans = "", list[int](), list[Span]()
    for place, row in enumerate(rows):
        context = readable(row["context"])
        if context != last:  # questions about one text stand beside each other in most files
            coded = tokenizer.encode(context, add_special_tokens=False)
            last, ids, spans = context, coded.ids, coded.offsets
        question = asked[place].ids[: most // 2]  # no more than half of a window
        room = most - len(question)
        for start in window_starts(len(ids), room, int(layout.get("stride", 64))):
            feature = joint.put(question, ids[start : start + room])
            here = spans[start : start + room]
            front = len(feature["input_ids"]) - len(joint.after) - len(here)
            yield place, {**feature, "offsets": [outside] * front + here + [outside] * len(joint.after)}


_KINDS: dict[str, Callable[..., Iterator[tuple[int, Feature]]]] = {
    "text": _text,
    "pair": _pair,
    "tokens": _tokens,
    "markers": _markers,
    "thing": _thing,
    "question": _question,
}


def signs(tokenizer: Any) -> tuple[list[int], list[int]]:
    """What this vocabulary puts before and after a single text: [CLS] and [SEP], <s> and </s>, or nothing."""
    whole = tokenizer.encode("a")
    mine = [place for place, part in enumerate(whole.sequence_ids) if part is not None]
    if not mine:
        return [], []
    return list(whole.ids[: mine[0]]), list(whole.ids[mine[-1] + 1 :])


class Joint(NamedTuple):
    """What this vocabulary puts about two texts, and the types that it gives to them."""

    before: list[int]
    between: list[int]
    after: list[int]
    types: tuple[int, int]

    @property
    def length(self) -> int:
        return len(self.before) + len(self.between) + len(self.after)

    def put(self, first: Sequence[int], second: Sequence[int]) -> Feature:
        """Both texts as one feature."""
        front, back = [*self.before, *first, *self.between], [*second, *self.after]
        types = [self.types[0]] * len(front) + [self.types[1]] * len(back)
        return {"input_ids": front + back, "token_type_ids": types}

    def masks(self, first: Sequence[int], second: Sequence[int]) -> Feature:
        """Where each of the texts stands in the feature; signs stand for a text without tokens."""
        start, other = len(self.before), len(self.before) + len(first) + len(self.between)
        size = other + len(second) + len(self.after)
        mine = range(start, start + len(first)) if first else range(other)
        theirs = range(other, other + len(second)) if second else range(start + len(first), size)
        return {
            "head_mask": [int(at in mine) for at in range(size)],
            "tail_mask": [int(at in theirs) for at in range(size)],
        }


def joints(tokenizer: Any) -> Joint:
    """As `signs`, for two texts; a vocabulary that puts nothing between them gets its sign for an end there."""
    whole = tokenizer.encode("a", "a")
    first, second = ([at for at, part in enumerate(whole.sequence_ids) if part == side] for side in (0, 1))
    if not first or not second:
        return Joint([], [unknown(tokenizer)], [], (0, 0))
    between = list(whole.ids[first[-1] + 1 : second[0]]) or [_known(tokenizer, _BETWEEN + _UNKNOWN)]
    types = (int(whole.type_ids[first[0]]), int(whole.type_ids[second[0]]))
    return Joint(list(whole.ids[: first[0]]), between, list(whole.ids[second[-1] + 1 :]), types)


def unknown(tokenizer: Any) -> int:
    """The id that stands for what a vocabulary does not have."""
    return _known(tokenizer, _UNKNOWN)


def _known(tokenizer: Any, names: Sequence[str]) -> int:
    found = [tokenizer.token_to_id(name) for name in names]
    return int(next((each for each in found if each is not None), 0))


def shortened(text: str, room: int, long: str) -> str:
    """Both ends of a text far longer than any window (its beginning for ``head``): a token has seldom more than 12
    characters, and nobody waits for the rest to be cut into tokens that are thrown away."""
    most = 24 * room
    if len(text) <= 2 * most:
        return text
    return text[:most] if long == "head" else text[:most] + " " + text[-most:]


def longest_first(first: Sequence[int], second: Sequence[int], room: int) -> tuple[list[int], list[int]]:
    """Both texts in `room` tokens: the longer gives way until they are alike."""
    if len(first) + len(second) <= room:
        return list(first), list(second)
    mine = min(len(first), max(room - len(second), room - room // 2))
    return list(first[:mine]), list(second[: room - mine])


def cut(ids: Sequence[int], room: int, long: str, stride: int) -> list[list[int]]:
    """A text's tokens as one window, or as several that overlap by `stride`. Raises ValueError for another `long`."""
    if len(ids) <= room or long == "head":
        return [list(ids[:room])]
    if long == "ends":  # the beginning and the end say most of a review (Sun et al. 2019)
        head = room // 4
        return [[*ids[:head], *ids[-(room - head) :]]]
    if long != "windows":
        raise ValueError(f"a long text is kept by head, ends or windows, not {long!r}")
    return [list(ids[start : start + room]) for start in window_starts(len(ids), room, stride)]


def window_starts(length: int, room: int, stride: int) -> range:
    """Where windows of `room` tokens begin that overlap by `stride` (at most half a window) and reach the end."""
    step = max(1, room - min(stride, room // 2))
    return range(0, max(1, length - (room - step)), step)


def word_windows(lengths: Sequence[int], room: int, stride: int) -> list[tuple[int, int, int, int]]:
    """Windows of whole words, none longer than `room`: (start, end, first kept, last kept left out).

    Every word is kept once; of those that stand in two windows the first window keeps the first half.
    """
    windows, start = list[tuple[int, int]](), 0
    while True:
        end, used = start, 0
        while end < len(lengths) and used + lengths[end] <= room:
            used += lengths[end]
            end += 1
        windows.append((start, end))
        if end >= len(lengths):
            break
        back, shared, free = end, 0, min(stride, room // 2, room - lengths[end])
        while back > start + 1 and shared + lengths[back - 1] <= free:
            back -= 1
            shared += lengths[back]
        start = back
    borders = [0, *((windows[k][1] + windows[k + 1][0]) // 2 for k in range(len(windows) - 1)), len(lengths)]
    return [(a, b, borders[k], borders[k + 1]) for k, (a, b) in enumerate(windows)]
