"""A text with its head and tail and the relation between them, from markers, offsets, or the two names.

Markers as SemEval-2010 task 8 writes them, <e1>..</e1> and <e2>..</e2> (also [E1]..[/E1]), are taken out of the text.
Names are found where they first occur; a tail that equals the head, or lies in it, is looked for after it first, and a
row whose head and tail would be the same characters is left out. Offsets count characters, or tokens where the text is
a list of tokens (FewRel: a name, an id, and the numbers of its tokens).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import Message, say
from longwave.text.corpus.cell import missing, text_of_cell
from longwave.text.corpus.columns import Assignment, missing_column
from longwave.text.corpus.labels import checked, label_cells
from longwave.text.corpus.roles import RELATIONS
from longwave.text.corpus.shaped import Options, Shaped, cells, dropped, filled
from longwave.text.corpus.token_places import Joined, cuts_a_word, ends_are_included, token_lists
from longwave.text.portable.clean import clean, place

_MARKER = re.compile(r"[<\[](/?)[eE]([12])[>\]]")
_Place = tuple[int, int, int, int]
_OFFSETS = ("head_start", "head_end", "tail_start", "tail_end")


@dataclass(frozen=True)
class _Found:
    """rows: each text with its places, None where there are none; same: rows whose head and tail fell together."""

    rows: Sequence[tuple[str, _Place] | None]
    notes: tuple[Message, ...] = ()
    same: int = 0


def related(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns text, head_start, head_end, tail_start, tail_end, label. Raises BadInput, and as `labels.checked`."""
    tokens = token_lists(frame, names) if _is_listed(frame, names) else None
    raw = (
        [text_of_cell(cell) for cell in cells(frame, names, "text") or []]
        if tokens is None
        else [joined.text for joined in tokens]
    )
    found = _places(frame, names, raw, tokens)
    there = filled([text.strip() for text in raw])
    placed = np.array([each is not None for each in found.rows], dtype=bool)
    notes = (
        *dropped("text_corpus.dropped_empty", there),
        *found.notes,
        *_unplaced(there & ~placed, found.same),
    )
    if there.any() and not (there & placed).any() and not options.for_prediction:
        raise _none_placed(frame, names, int(np.argmax(there)), found.same)
    texts, whole = zip(*(_cleaned(text, each) for text, each in found_texts(raw, found.rows)), strict=True)
    columns: dict[str, Any] = {"text": list(texts)}
    columns |= {name: [each[at] for each in whole] for at, name in enumerate(_OFFSETS)}
    keep = there & placed
    if options.for_prediction:
        return Shaped(columns, keep, notes, options.known)
    labels = label_cells(frame, names, options)
    labelled = filled(labels)
    notes += dropped("text_corpus.dropped_unlabelled", labelled | ~keep)
    keep &= labelled
    present, said = checked(
        [label for label, kept in zip(labels, keep, strict=True) if kept],
        options,
        names.get("label") or "label",
    )
    return Shaped({**columns, "label": labels}, keep, (*notes, *said), present)


def _is_listed(frame: pd.DataFrame, names: Assignment) -> bool:
    """Whether the texts are lists of tokens."""
    return any(isinstance(cell, list | tuple | np.ndarray) for cell in cells(frame, names, "text") or [])


def _unplaced(lost: np.ndarray[Any, np.dtype[np.bool_]], same: int) -> tuple[Message, ...]:
    """Notes of how many rows are left out since head or tail has no place, or both have one."""
    count = int(lost.sum()) - same
    notes = (say("text_corpus.dropped_unplaced", count=count, rows=len(lost)),) if count else ()
    return (*notes, say("text_corpus.dropped_same_place", count=same, rows=len(lost))) if same else notes


def _none_placed(frame: pd.DataFrame, names: Assignment, first: int, same: int) -> NotEnoughData:
    """The error for rows none of which has head and tail in its text, with the first of them."""
    roles = [role for role in ("head", "tail", *_OFFSETS) if names.get(role) is not None]
    shown = tuple(f"{names.get(role)}: {_shown((cells(frame, names, role) or [])[first])}" for role in roles)
    key = "text_corpus.all_same_place" if same else "text_corpus.none_placed"
    message = say(key, rows=len(frame), row=str(frame.index[first]), shown=shown or ("–",))
    return NotEnoughData(message, say("text_corpus.none_placed_mend"))


def _shown(cell: Any) -> str:
    return (_name(cell) or text_of_cell(cell))[:40]


def found_texts(raw: list[str], found: Sequence[tuple[str, _Place] | None]) -> list[tuple[str, _Place]]:
    """Each text with its places; one that has none, and is dropped later, with zeros."""
    return [each if each is not None else (text, (0, 0, 0, 0)) for text, each in zip(raw, found, strict=True)]


def _places(
    frame: pd.DataFrame, names: Assignment, raw: list[str], tokens: Sequence[Joined] | None
) -> _Found:
    marked = sum(len(_MARKER.findall(text)) >= 4 for text in raw)
    if marked > 0.5 * len(raw):
        return _Found([_from_markers(text, str(where)) for text, where in zip(raw, frame.index, strict=True)])
    if all(names.get(role) is not None for role in _OFFSETS):
        return _Found(_from_offsets(frame, names, raw))
    for number in (1, 2):
        if names.get(RELATIONS[number].name) is None:
            raise missing_column(RELATIONS[number], list(frame.columns))
    heads, tails = cells(frame, names, "head") or [], cells(frame, names, "tail") or []
    joined: Sequence[Joined | None] = tokens if tokens is not None else [None] * len(raw)
    found = [_from_names(*row) for row in zip(raw, heads, tails, joined, strict=True)]
    same = sum(each is not None and each[1][:2] == each[1][2:] for each in found)
    kept = [each if each is None or each[1][:2] != each[1][2:] else None for each in found]
    guessed = sum(each is not None and isinstance(head, str) for each, head in zip(found, heads, strict=True))
    return _Found(kept, (say("text_corpus.first_occurrence", count=guessed),) if guessed else (), same)


def _from_markers(text: str, where: str) -> tuple[str, _Place] | None:
    """The text without markers and where they stood. Raises BadInput for markers that do not close."""
    at: dict[str, int] = {}
    bare: list[str] = []
    last = length = 0
    for match in _MARKER.finditer(text):
        bare.append(text[last : match.start()])
        length += len(bare[-1])
        at.setdefault(f"{match[1]}{match[2]}", length)
        last = match.end()
    bare.append(text[last:])
    if not at:
        return None
    if set(at) != {"1", "/1", "2", "/2"} or at["1"] >= at["/1"] or at["2"] >= at["/2"]:
        message = say("text_corpus.bad_markers", row=where)
        raise BadInput(message, say("text_corpus.bad_markers_mend"))
    return "".join(bare), (at["1"], at["/1"], at["2"], at["/2"])


def _from_offsets(frame: pd.DataFrame, names: Assignment, raw: list[str]) -> list[tuple[str, _Place] | None]:
    """Places as the offsets say. Raises BadInput where they look like counts of tokens and there are no tokens."""
    columns = [[_whole(cell) for cell in cells(frame, names, role) or []] for role in _OFFSETS]
    numbers: list[_Place] = list(zip(*columns, strict=True))
    are_lists = _is_listed(frame, names)
    found = [_checked(text, at) for text, at in zip(raw, numbers, strict=True)]
    odd = None if are_lists else _looks_of_tokens(found, numbers, raw)
    if odd is None and not are_lists:
        return found
    tokens = token_lists(frame, names)
    if tokens is not None:
        included = ends_are_included(names, numbers)
        return [_of_tokens(joined, at, included) for joined, at in zip(tokens, numbers, strict=True)]
    if odd is None:
        return found
    start, end = numbers[odd][:2]
    shown = raw[odd][max(start, 0) : max(end, 0)]
    message = say(
        "text_corpus.offsets_cut", row=str(frame.index[odd]), start=start, end=end, shown=shown[:40] or "–"
    )
    raise BadInput(message, say("text_corpus.offsets_cut_mend"))


def _looks_of_tokens(
    found: Sequence[tuple[str, _Place] | None], numbers: Sequence[_Place], raw: Sequence[str]
) -> int | None:
    """A row whose places cut words or end where they begin, if in most rows they do or are none."""
    cut = [
        _cuts(*each) if each is not None else at[0] == at[1] >= 0 or at[2] == at[3] >= 0
        for each, at in zip(found, numbers, strict=True)
    ]
    wrong = sum(each is None or torn for each, torn in zip(found, cut, strict=True))
    if 2 * wrong <= sum(bool(text.strip()) for text in raw) or not any(cut):
        return None
    return cut.index(True)


def _cuts(text: str, at: _Place) -> bool:
    return cuts_a_word(text, at[0], at[1]) or cuts_a_word(text, at[2], at[3])


def _of_tokens(joined: Joined, at: _Place, included: bool) -> tuple[str, _Place] | None:
    less = 0 if included else 1
    head = joined.characters(at[0], at[1] - less)
    tail = joined.characters(at[2], at[3] - less)
    return None if head is None or tail is None else (joined.text, (*head, *tail))


def _checked(text: str, at: _Place) -> tuple[str, _Place] | None:
    inside = 0 <= at[0] < at[1] <= len(text) and 0 <= at[2] < at[3] <= len(text)
    return (text, at) if inside else None


def _whole(cell: Any) -> int:
    """A place as a whole number; -1 where it is none."""
    text = text_of_cell(cell).strip()
    return int(text) if text.isdecimal() and len(text) < 12 else -1


def _from_names(text: str, head: Any, tail: Any, tokens: Joined | None) -> tuple[str, _Place] | None:
    """Where head and tail first occur; objects may bring their places (OpenNRE: name and pos; else start and end), and
    FewRel's lists theirs."""
    first = _own_place(head, text, tokens) or _found(text, _name(head), 0)
    if first is None:
        return None
    second = _own_place(tail, text, tokens) or _apart(text, _name(tail), first)
    return None if second is None else (text, (*first, *second))


def _name(cell: Any) -> str:
    if isinstance(cell, Mapping):
        cell = next((cell[key] for key in ("name", "word", "text", "value") if key in cell), "")
    elif isinstance(cell, list) and len(cell) == 3 and isinstance(cell[2], list):
        cell = cell[0]
    return "" if missing(cell) else text_of_cell(cell).strip()


def _own_place(cell: Any, text: str, tokens: Joined | None) -> tuple[int, int] | None:
    place_of_own = _written_place(cell)
    if place_of_own is None:
        return None
    start, end = place_of_own
    name = _name(cell)
    if tokens is not None:
        at = tokens.characters(start, end - 1)
        alike = at is not None and (not name or _bare(text[at[0] : at[1]]) == _bare(name))
        return at if alike else None
    inside = 0 <= start < end <= len(text)
    return (start, end) if inside and (not name or text[start:end] == name) else None


def _written_place(cell: Any) -> tuple[int, int] | None:
    """Start and end as a cell gives them, the end left out; of FewRel's numbers of tokens those of the first mention."""
    if isinstance(cell, list) and len(cell) == 3 and isinstance(cell[2], list):
        mention = cell[2][0] if cell[2] and isinstance(cell[2][0], list) else cell[2]
        whole = bool(mention) and all(isinstance(number, int) for number in mention)
        return (min(mention), max(mention) + 1) if whole else None
    if not isinstance(cell, Mapping):
        return None
    pos = cell.get("pos")
    start, end = pos if isinstance(pos, list) and len(pos) == 2 else (cell.get("start"), cell.get("end"))
    return (start, end) if isinstance(start, int) and isinstance(end, int) else None


def _bare(name: str) -> str:
    """A name as it is held against its tokens: they part it by blanks of their own, and FewRel's is in small letters."""
    return "".join(name.casefold().split())


def _found(text: str, name: str, start: int) -> tuple[int, int] | None:
    """Where a name first occurs from a character on, as a word of its own if it does."""
    if not name:
        return None
    if name[0].isascii() and name[0].isalnum() and name[-1].isalnum():
        word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])").search(text, start)
        if word is not None:
            return word.span()
    at = text.find(name, start)
    return None if at < 0 else (at, at + len(name))


def _apart(text: str, name: str, first: tuple[int, int]) -> tuple[int, int] | None:
    """Where the tail first occurs outside the head; within it if it stands nowhere else."""
    found = _found(text, name, 0)
    if found is None or found[1] <= first[0] or found[0] >= first[1]:
        return found
    return _found(text, name, first[1]) or found


def _cleaned(text: str, at: _Place) -> tuple[str, _Place]:
    whole = clean(text)
    if whole == text:
        return text, at
    return whole, (place(text, at[0]), place(text, at[1]), place(text, at[2]), place(text, at[3]))
