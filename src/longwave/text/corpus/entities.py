"""Tokens with BIO tags, from tokens and tags as they stand or from texts with marked characters.

Marks as Hugging Face, spaCy, Doccano and FinEntity write them: [start, end, label], or objects with start, end (or
start_offset, end_offset) and label (or tag, type, entity, value of labels). A mark that brings its own text (value or
text) is held against it; Label Studio's annotations are opened. A mark that cuts a token takes the whole token; of two
that overlap the longer stays; both are counted in notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import Message, say
from longwave.text.corpus.cell import is_mark, missing, text_of_cell
from longwave.text.corpus.columns import Assignment, missing_column
from longwave.text.corpus.conll import BY_LINE
from longwave.text.corpus.labels import checked, in_order, new_names
from longwave.text.corpus.lists import listed, spelled
from longwave.text.corpus.mark_texts import own_text, settled
from longwave.text.corpus.nested import field_names
from longwave.text.corpus.roles import ENTITIES
from longwave.text.corpus.shaped import Options, Shaped, cells, dropped, filled, texts
from longwave.text.corpus.tag_spelling import BARE_KIND, usual
from longwave.text.corpus.tags import is_prefixed, kinds, scheme, to_bio
from longwave.text.portable.clean import clean, place
from longwave.text.portable.given import ERASED
from longwave.text.portable.tokenise import tokenised, tokens_of

_Span = tuple[int, int, str]


def tagged(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns tokens and tags. Raises BadInput naming the row whose tokens and tags do not go together."""
    if names.get("tokens") is None and names.get("text") is None:
        lacking = "tokens" if names.get("spans") is None else "text"
        raise missing_column(next(c for c in ENTITIES if c.name == lacking), field_names(frame))
    if options.for_prediction:
        tokens = _tokens(frame, names)
        there = filled(tokens)
        columns = {"tokens": tokens, **_as_given(frame, names)}
        return Shaped(columns, there, dropped("text_corpus.dropped_empty", there), options.known)
    if names.get("tags") is not None and not _are_marks(frame, names):
        return _from_tags(frame, names, options)
    if names.get("spans") is not None and names.get("text") is not None:
        return _from_marks(frame, names, options, "spans")
    if names.get("tags") is not None and names.get("text") is not None:
        return _from_marks(frame, names, options, "tags")
    raise missing_column(ENTITIES[1], field_names(frame))


def _are_marks(frame: pd.DataFrame, names: Assignment) -> bool:
    """Whether a column that bears a tags' name ("labels") holds marks of characters: lists of lists or objects."""
    for cell in cells(frame, names, "tags") or []:
        inside = listed(cell)
        if inside:
            return isinstance(inside[0], list | dict | tuple | np.ndarray)
    return False


def _tokens(frame: pd.DataFrame, names: Assignment) -> list[tuple[str, ...]]:
    given = cells(frame, names, "tokens")
    if given is None:
        return [tokens_of(text) for text in texts(frame, names, "text") or []]
    return [tuple(_token(text_of_cell(token)) for token in _list_of(cell)) for cell in given]


def _as_given(frame: pd.DataFrame, names: Assignment) -> dict[str, list[Any]]:
    """The texts that entities are looked for in, nothing cleaned: their characters are counted."""
    name = names.get("text")
    if names.get("tokens") is not None or name not in frame.columns:
        return {}
    return {"text": [each if isinstance(each, str) else None for each in frame[name]]}


@lru_cache(maxsize=100_000)
def _token(text: str) -> str:
    """A token without what steers a screen; one that is nothing else keeps its place as U+FFFD."""
    return clean(text).strip() or ERASED


def _list_of(cell: Any) -> list[Any]:
    inside = listed(cell)
    if inside is not None:
        return inside
    return [] if missing(cell) else str(cell).split()


def _from_tags(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    if names.get("tokens") is None:
        tokens: list[tuple[str, ...]] = [tuple(text.split()) for text in texts(frame, names, "text") or []]
    else:
        tokens = _tokens(frame, names)
    written = [
        [text_of_cell(tag).strip() for tag in _list_of(cell)] for cell in cells(frame, names, "tags") or []
    ]
    for where, row, tags in zip(frame.index, tokens, written, strict=True):
        if len(row) != len(tags) and tags:
            message = say("text_corpus.unequal_tags", row=str(where), tokens=len(row), tags=len(tags))
            raise BadInput(message, say("text_corpus.unequal_tags_mend"))
    there = filled(tokens)
    labelled = filled(written)
    notes = dropped("text_corpus.dropped_empty", there)
    notes += dropped("text_corpus.dropped_unlabelled", labelled | ~there)
    made, said = _bio(written, frame.index, by_line=bool(frame.attrs.get(BY_LINE)))
    return _shaped(tokens, made, there & labelled, (*notes, *said), options, names.get("tags") or "tags")


def _bio(
    written: Sequence[Sequence[str]], places: pd.Index, *, by_line: bool = False
) -> tuple[list[tuple[str, ...]], tuple[Message, ...]]:
    respelled = usual(written)
    spelled = [[respelled.get(tag, tag) for tag in row] for row in written]
    prefixed = is_prefixed(spelled)
    found = []
    for where, row in zip(places, spelled, strict=True):
        try:
            found.append(to_bio(row, prefixed))
        except ValueError as error:
            tag = str(error)
            message = say("text_corpus.bad_tag", row=str(where), tag=tag[:40])
            if by_line:
                file, colon, line = str(where).rpartition(":")
                at = f"{file}{colon}{int(line) + row.index(tag)}"
                message = say("text_corpus.bad_tag_line", line=at, tag=tag[:40])
            raise BadInput(message, say("text_corpus.bad_tag_mend")) from error
    kind = scheme(spelled, prefixed)
    notes = _respelled(respelled)
    return found, (notes if kind == "BIO" else (*notes, say("text_corpus.made_bio", scheme=kind)))


def _respelled(tags: Mapping[str, str]) -> tuple[Message, ...]:
    """What is said of tags that the corpus spells in its own way."""
    if not tags:
        return ()
    if all(len(tag) == 1 or name == "O" for tag, name in tags.items()) and set(tags.values()) != {"O"}:
        return (say("text_corpus.bare_tags", kind=BARE_KIND),)
    pairs = tuple(f"{tag or '–'} → {name}" for tag, name in sorted(tags.items()))
    return (say("text_corpus.respelled_tags", pairs=pairs[:6]),)


def _shaped(
    tokens: Sequence[tuple[str, ...]],
    tags: Sequence[tuple[str, ...]],
    keep: np.ndarray[Any, np.dtype[np.bool_]],
    notes: tuple[Message, ...],
    options: Options,
    column: str,
) -> Shaped:
    if options.renamed:
        called = new_names(set(kinds(tags)), options)
        tags = [tuple(_called(tag, called) for tag in row) for row in tags]
    present = kinds([row for row, kept in zip(tags, keep, strict=True) if kept])
    if not present and not options.known:
        raise NotEnoughData(
            say("text_corpus.no_entities", column=column), say("text_corpus.no_entities_mend")
        )
    labels, said = checked([*present], options, column) if options.known else (in_order(present), ())
    return Shaped({"tokens": tokens, "tags": tags}, keep, (*notes, *said), labels)


def _called(tag: str, names: Mapping[str, str]) -> str:
    """A tag under its kind's new name; one whose kind is left out marks nothing."""
    prefix, _, kind = tag.partition("-")
    name = names.get(kind, kind)
    return f"{prefix}-{name}" if name else "O"


# Marked characters


@dataclass(frozen=True)
class _Marks:
    """spans: the marks of a row as they are used; moved: to where their own text stands; strayed: left out, since it
    stands nowhere near."""

    spans: tuple[_Span, ...]
    moved: int = 0
    strayed: int = 0


def _from_marks(frame: pd.DataFrame, names: Assignment, options: Options, role: str) -> Shaped:
    raw = [text_of_cell(cell) for cell in cells(frame, names, "text") or []]
    marked = cells(frame, names, role) or []
    tokens: list[tuple[str, ...]] = []
    tags: list[tuple[str, ...]] = []
    cut = overlapping = moved = strayed = 0
    for where, text, cell in zip(frame.index, raw, marked, strict=True):
        read = _marks(cell, text, str(where))
        spans = list(read.spans)
        moved += read.moved
        strayed += read.strayed
        whole = clean(text)
        if whole != text:
            spans = [(place(text, start), place(text, end), label) for start, end, label in spans]
        kept = _without_overlaps(spans)
        overlapping += len(spans) - len(kept)
        places = tokenised(whole)
        row, snapped = _placed(places, kept)
        cut += snapped
        tokens.append(tuple(whole[start:end] for start, end in places))
        tags.append(row)
    there = filled(tokens)
    notes = [*dropped("text_corpus.dropped_empty", there), say("text_corpus.tokenised", rows=len(tokens))]
    if strayed and not any(tag != "O" for row in tags for tag in row):
        raise NotEnoughData(say("text_corpus.strayed_marks", count=strayed), say("text_corpus.bad_mark_mend"))
    counts = {"moved_marks": moved, "strayed_marks": strayed, "cut_tokens": cut, "overlapping": overlapping}
    notes += [say(f"text_corpus.{key}", count=count) for key, count in counts.items() if count]
    return _shaped(tokens, tags, there, tuple(notes), options, names.get(role) or role)


def _marks(cell: Any, text: str, where: str) -> _Marks:
    """The marks of a row. Raises BadInput for one that is none, or leaves its text."""
    found: list[_Span] = []
    moved = strayed = 0
    for mark in _written_marks(cell, where):
        start, end, label = _span(mark, where)
        own = own_text(mark)
        place_of_own = settled(text, start, end, own) if own else (start, end)
        if place_of_own is None:
            strayed += 1
            continue
        moved += place_of_own != (start, end)
        found.append((*place_of_own, label))
    for start, end, _ in found:
        if not 0 <= start < end <= len(text):
            message = say("text_corpus.mark_outside", row=where, start=start, end=end, length=len(text))
            raise BadInput(message, say("text_corpus.bad_mark_mend"))
    return _Marks(tuple(found), moved, strayed)


def _written_marks(cell: Any, where: str) -> list[Any]:
    """The marks that a cell holds, none where it is empty. Raises BadInput for a cell of another shape."""
    if isinstance(cell, str):
        text = cell.strip()
        if not text or text == "None" or is_mark(text):
            return []
        cell = spelled(text)
        if cell is None:
            raise _bad_mark(where)
    if isinstance(cell, Mapping):
        key = next((key for key in ("entities", "spans", "annotations") if key in cell), None)
        if key is None and cell:
            raise _by_name(cell, where)
        cell = cell[key] if key is not None else []
    inside = [] if missing(cell) else listed(cell)
    if inside is None:
        raise _bad_mark(where)
    return [each for mark in inside for each in _opened(mark)]


def _opened(mark: Any) -> list[Any]:
    """The mark itself, or the marks that an annotation or a region of Label Studio holds."""
    if isinstance(mark, Mapping) and isinstance(mark.get("result"), list):
        return [each for region in mark["result"] for each in _opened(region)]
    value = mark.get("value") if isinstance(mark, Mapping) else None
    if not isinstance(value, Mapping):
        return [mark]
    return [value] if "start" in value else []


def _by_name(cell: Mapping[Any, Any], where: str) -> BadInput:
    """The error for an object whose keys are names or kinds, not marks of characters."""
    key, value = next(iter(cell.items()))
    shown = f"{key}: {value}"
    message = say("text_corpus.marks_by_name", row=where, shown=shown[:60])
    return BadInput(message, say("text_corpus.bad_mark_mend"))


def _span(mark: Any, where: str) -> _Span:
    if isinstance(mark, Mapping):
        start = _first(mark, ("start", "start_offset", "begin", "startOffset"))
        end = _first(mark, ("end", "end_offset", "stop", "endOffset"))
        label = _first(mark, ("label", "tag", "type", "entity", "entity_group", "labels", "category"))
    elif isinstance(mark, list | tuple) and len(mark) >= 3:
        start, end, label = mark[:3]
    else:
        raise _bad_mark(where)
    if isinstance(label, list) and len(label) == 1:
        label = label[0]
    if not isinstance(start, int | float) or not isinstance(end, int | float) or not str(label or "").strip():
        raise _bad_mark(where)
    if start != start or end != end or abs(start) > 1e12 or abs(end) > 1e12:
        raise _bad_mark(where)
    return int(start), int(end), str(label).strip()


def _first(mark: Mapping[Any, Any], keys: Sequence[str]) -> Any:
    return next((mark[key] for key in keys if key in mark), None)


def _bad_mark(where: str) -> BadInput:
    return BadInput(say("text_corpus.bad_mark", row=where), say("text_corpus.bad_mark_mend"))


def _without_overlaps(spans: Sequence[_Span]) -> list[_Span]:
    """Of spans that overlap the longest stays, of equal ones the first."""
    kept: list[_Span] = []
    for start, end, label in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, label))
    return sorted(kept)


def _placed(places: Sequence[tuple[int, int]], spans: Sequence[_Span]) -> tuple[tuple[str, ...], int]:
    """BIO tags of the tokens that the spans touch, and how many spans begin or end within a token."""
    tags = ["O"] * len(places)
    cut = 0
    for start, end, label in spans:
        touched = [at for at, (first, last) in enumerate(places) if first < end and last > start]
        touched = [at for at in touched if tags[at] == "O"]
        if not touched:
            continue
        cut += places[touched[0]][0] < start or places[touched[-1]][1] > end
        for number, at in enumerate(touched):
            tags[at] = f"{'I' if number else 'B'}-{label}"
    return tuple(tags), cut
