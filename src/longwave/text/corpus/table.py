"""From rows to a `TextTable`: the columns found, texts cleaned, labels in order, ids unique, parts and dates read.

Each task's own shape is a file beside this one; here is what all tasks share. Nothing is mended in silence: every row
that is left out and every choice that was made stands in the table's notes.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.answers import answered
from longwave.text.corpus.by_token import gathered
from longwave.text.corpus.cell import has_full_width, is_mark, text_of_cell
from longwave.text.corpus.columns import Assignment, Column, assign, parts, tidy
from longwave.text.corpus.dates import iso_dates, look_like_dates, month_taken_first, year_taken_last
from longwave.text.corpus.entities import tagged
from longwave.text.corpus.joined_labels import joined
from longwave.text.corpus.labelled import classified, paired
from longwave.text.corpus.nested import field_names, with_fields
from longwave.text.corpus.plain_cells import check_texts
from longwave.text.corpus.relations import related
from longwave.text.corpus.roles import EVERYWHERE, LANGUAGES, ROLES, TARGETS
from longwave.text.corpus.rows import Rows
from longwave.text.corpus.shaped import Options, Shaped, cells
from longwave.text.corpus.split_names import split_of
from longwave.text.corpus.turns import conversed, is_of_messages
from longwave.text.corpus.written import summarised, translated
from longwave.text.table import TextTable

Shape: TypeAlias = Callable[[pd.DataFrame, Assignment, Options], Shaped]
SHAPES: Mapping[str, Shape] = {
    "classify": classified,
    "intent": classified,
    "entities": tagged,
    "relations": related,
    "pairs": paired,
    "answers": answered,
    "summarise": summarised,
    "translate": translated,
    "generate": conversed,
}
_SCALES = ("classify", "pairs")
"""Tasks whose labels may be steps of a scale."""
_SEVERAL = ("classify", "pairs")
"""Tasks that may have several labels a row."""
_LONG = 50_000
"""Characters from which on a text is named in a note: no encoder reads it whole."""
_TITLES = ("title", "headline", "subject", "标题", "標題")
_BODIES = (
    "text",
    "body",
    "content",
    "description",
    "article",
    "abstract",
    "review_body",
    "正文",
    "内容",
    "文本",
    "內容",
)


def text_table(
    rows: Rows,
    task: str,
    *,
    columns: Mapping[str, str] | None = None,
    several: str | None = None,
    ordered: Sequence[str] = (),
    known: Sequence[str] = (),
    for_prediction: bool = False,
    also: Sequence[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> TextTable:
    """The rows as a table of a task.

    columns: canonical -> the rows' own column, where guessing is not wanted ("title+text" joins two). several: the mark
    between labels in one cell (lists need none). ordered: labels from low to high, for a scale. known: labels of a model
    that the table is for, which need not all be there. for_prediction: only what is read is wanted, not what is to be
    found. also: further columns of the rows to be kept as texts, under their own names. renamed: labels here -> what
    the model calls them, "" for such as are to be left out.
    Raises UsageError, DataError, BadInput and NotEnoughData, each with its mend.
    """
    _check_kinds(task, several, ordered)
    present = [str(name) for name in rows.frame.columns]
    asked = [part for name in (columns or {}).values() for part in parts(name, present)]
    rows = replace(rows, frame=with_fields(rows.frame, [*asked, *also]))
    frame, names, joined = _assigned(rows, task, dict(columns or {}), for_prediction)
    if task == "entities":
        sentences = gathered(frame, names, for_prediction=for_prediction)
        frame, names, joined = sentences.frame, sentences.names, (*joined, *sentences.notes)
    if not is_of_messages(frame, names):
        check_texts(frame, names, for_prediction=for_prediction)
    frame, mark_notes = _without_marks(frame, names, task, (*ordered, *known))
    split, split_notes = _splits(frame, names, "split" in (columns or {}))
    options = Options(
        several, tuple(ordered), tuple(known), for_prediction, tuple(split or ()), dict(renamed or {})
    )
    shaped = SHAPES[task](frame, names, options)
    if not shaped.keep.any():
        raise NotEnoughData(say("text_corpus.nothing_left", rows=len(frame)), _why_none(shaped.notes))
    dates, date_notes = _dates(frame, names, shaped.keep.tolist(), "date" in (columns or {}))
    ids, id_notes = _ids(frame, names)
    common = {"split": split, "date": dates, "source": _sources(frame, names)}
    there = {name: values for name, values in common.items() if values is not None}
    ours = {"id": ids, **shaped.columns, **there}
    data = ours | _further(frame, also) | ours  # a column of the user's takes no name of ours
    said = _unanswered(shaped)
    if not for_prediction:
        said = (*shaped.notes, *_joined_labels(shaped, task, names))
        date_notes = (*date_notes, *_unused_dates(frame, names, also))
    notes = (
        *(*rows.notes, *names.notes, *joined, *mark_notes, *said),
        *(*split_notes, *date_notes, *id_notes),
    )
    if shaped.several and task not in _SEVERAL:
        raise BadInput(say("text_corpus.several_here", task=task), say("text_corpus.several_here_mend"))
    table = TextTable(
        task,
        _held(data, shaped),
        shaped.labels,
        several=shaped.several,
        ordered=bool(ordered),
        sha256=rows.sha256,
        notes=notes,
        columns=_of_the_task(names, task),
        asked=_asked(frame, names, shaped) if for_prediction else (),
    )
    return replace(table, notes=(*notes, *_looked_at(table)))


def _why_none(notes: Sequence[Message]) -> Message | None:
    """Of what was said the last that says why rows are left out."""
    return next((note for note in reversed(notes) if note.key.startswith("text_corpus.dropped_")), None)


def _held(data: Mapping[str, Sequence[object]], shaped: Shaped) -> pd.DataFrame:
    """The columns of the rows that are kept."""
    kept = np.flatnonzero(shaped.keep).tolist()
    return pd.DataFrame(
        {name: pd.Series([values[at] for at in kept], dtype=_dtype(name)) for name, values in data.items()}
    )


def _of_the_task(names: Assignment, task: str) -> tuple[tuple[str, str], ...]:
    """Which columns are what the task itself reads: ids, parts and dates are every file's own."""
    roles = [column.name for column in ROLES[task]]
    return tuple((role, names.names[role]) for role in roles if role in names.names)


def _check_kinds(task: str, several: str | None, ordered: Sequence[str]) -> None:
    """Raises UsageError for a task that there is not, and where labels cannot be on a scale, or several to a row, for what
    is asked of them."""
    if task not in SHAPES:
        near = tuple(difflib.get_close_matches(task, SHAPES, n=3))
        message = say("text_corpus.unknown_task", task=task, all=tuple(SHAPES))
        raise UsageError(message, say("text_corpus.nearest_column", near=near) if near else None)
    if ordered and task not in _SCALES:
        raise UsageError(say("text_corpus.no_order_here", task=task))
    if several is not None and task not in _SEVERAL:
        raise UsageError(say("text_corpus.no_several_here", task=task))
    if several == "":
        raise UsageError(say("text_corpus.empty_mark"))


def _without_marks(
    frame: pd.DataFrame, names: Assignment, task: str, labels: Sequence[str]
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """The rows with cells of texts and labels emptied that say NaN, NULL and the like, and how many those were.

    labels: names that a model or a scale has already; a mark that is one of them is a label and stays."""
    there = list(frame.columns)
    read = {
        part
        for column in ROLES[task]
        if column.kind in ("text", "label") and (name := names.get(column.name)) is not None
        for part in parts(name, there)
    }
    targets = [names.get(column.name) for column in ROLES[task] if column.kind == "label"]
    if task == "translate":
        read |= {str(name) for name in there if tidy(str(name)) in LANGUAGES}
    emptied: dict[str, pd.Series] = {}
    notes: list[Message] = []
    for name in (each for each in there if each in read):
        cells_here = frame[name].tolist()
        dash = name in targets and _is_no_label(cells_here)
        marks = [
            (is_mark(cell) or (dash and cell == "-")) and cell.strip() not in labels for cell in cells_here
        ]
        if any(marks):
            kept = [None if mark else cell for cell, mark in zip(cells_here, marks, strict=True)]
            emptied[name] = pd.Series(kept, frame.index, dtype=object)
            words = tuple(sorted({c.strip() for c, mark in zip(cells_here, marks, strict=True) if mark}))
            notes.append(say("text_corpus.marks", column=name, count=sum(marks), words=words))
    return (frame.assign(**emptied), tuple(notes)) if emptied else (frame, ())


def _is_no_label(labels: Sequence[object]) -> bool:
    """Whether a dash among labels stands for none, as where SNLI's readers disagreed: the others are words, not signs."""
    others = {cell.strip() for cell in labels if isinstance(cell, str)} - {"-", ""}
    return len(others) > 1 and all(any(map(str.isalnum, label)) for label in others)


def _joined_labels(shaped: Shaped, task: str, names: Assignment) -> tuple[Message, ...]:
    """That many labels are other labels joined by a mark, and are classes of their own unless the mark is given; or that
    they still are where another mark was given."""
    if task not in _SEVERAL:
        return ()
    cells_here = shaped.columns["labels" if shaped.several else "label"]
    kept = [cell for cell, there in zip(cells_here, shaped.keep.tolist(), strict=True) if there]
    found = joined([label for row in kept for label in row] if shaped.several else kept)
    if found is None:
        return ()
    mark, labels, count = found
    key = "text_corpus.still_joined" if shaped.several else "text_corpus.joined_labels"
    return (say(key, column=names.get("label") or "label", mark=mark, labels=labels[:4], count=count),)


def _unanswered(shaped: Shaped) -> tuple[Message, ...]:
    """What was said of the rows, none of which is left out of the answers: one that cannot be read has an empty one."""
    count = int((~shaped.keep).sum())
    said = tuple(note for note in shaped.notes if note.key != "text_corpus.dropped_empty")
    return (*said, say("text_corpus.unanswered", count=count, rows=len(shaped.keep))) if count else said


def _asked(frame: pd.DataFrame, names: Assignment, shaped: Shaped) -> tuple[tuple[str, bool], ...]:
    """Of each row its id as the file has it, and whether it can be answered."""
    values = cells(frame, names, "id")
    written = (
        [str(number) for number in range(1, len(frame) + 1)]
        if values is None
        else [text_of_cell(value).strip() for value in values]
    )
    return tuple(zip(written, shaped.keep.tolist(), strict=True))


def _further(frame: pd.DataFrame, also: Sequence[str]) -> dict[str, list[str]]:
    """Columns of the user's own. Raises UsageError for one that is not there."""
    there = {str(name): name for name in frame.columns}
    for name in also:
        if name not in there:
            near = tuple(difflib.get_close_matches(name, there, n=3))
            message = say("text_more.no_column", column=name, present=field_names(frame)[:30])
            raise UsageError(message, say("text_corpus.nearest_column", near=near) if near else None)
    return {name: [text_of_cell(cell).strip() for cell in frame[there[name]]] for name in also}


def _dtype(name: str) -> str:
    return "int64" if name in {"head_start", "head_end", "tail_start", "tail_end"} else "object"


def _assigned(
    rows: Rows, task: str, given: dict[str, str], for_prediction: bool
) -> tuple[pd.DataFrame, Assignment, tuple[Message, ...]]:
    """The rows' columns for the task; a title beside the text of a class is read with it."""
    wanted: list[Column] = list(ROLES[task])
    if for_prediction:
        wanted = [
            replace(each, needed=each.needed and each.name not in TARGETS and each.name != "context")
            for each in wanted
        ]
    present = [str(name) for name in rows.frame.columns]
    joined: tuple[Message, ...] = ()
    if task in {"classify", "intent"} and "text" not in given:
        title = next((name for name in present if tidy(name) in _TITLES), None)
        body = next((name for alias in _BODIES for name in present if tidy(name) == alias), None)
        if title is not None and body is not None and {title, body}.isdisjoint(given.values()):
            given["text"] = f"{title}+{body}"
            joined = (say("text_corpus.title_joined", title=title, body=body),)
    return rows.frame, assign(rows.frame, [*wanted, *EVERYWHERE], given), joined


def _splits(
    frame: pd.DataFrame, names: Assignment, given: bool
) -> tuple[list[str] | None, tuple[Message, ...]]:
    """Each row's part. A column that only looked like parts is left out and named; raises BadInput where it was given."""
    values = cells(frame, names, "split")
    if values is None:
        return None, ()
    written = [text_of_cell(value).strip() for value in values]
    if "" in written:  # a row of empty cells is of no part: it has no text, and is left out as such
        nothing = frame.map(lambda cell: not text_of_cell(cell).strip()).all(axis=1)
        written = ["train" if blank else text for text, blank in zip(written, nothing, strict=True)]
    meant = {text: split_of(text) for text in set(written)}
    strange = tuple(sorted(text or "–" for text, split in meant.items() if split is None))
    if strange:
        message = say("text_corpus.strange_splits", column=names.get("split") or "split", words=strange[:8])
        if given or any(meant.values()):
            raise BadInput(message, say("text_corpus.strange_splits_mend"))
        return None, (message, say("text_corpus.splits_left_out"))
    return [str(meant[text]) for text in written], ()


def _dates(
    frame: pd.DataFrame, names: Assignment, keep: Sequence[bool], given: bool
) -> tuple[list[str] | None, tuple[Message, ...]]:
    """Dates as ISO text, empty where there is none. A column that only looked like dates is left out and named.

    keep: the rows by which it is judged whether they are dates; the others are left out anyway."""
    values = cells(frame, names, "date")
    column = names.get("date") or "date"
    if values is None:
        return None, ()
    found = iso_dates(values)
    judged = [(value, day) for value, day, kept in zip(values, found, keep, strict=True) if kept]
    read = sum(bool(day) for _, day in judged)
    if read < 0.8 * len(judged):
        text = next((text_of_cell(value) for value, day in judged if not day), "")[:40]
        message = say("text_corpus.no_dates", column=column, read=read, rows=len(judged), text=text or "–")
        if given:
            raise BadInput(message, say("text_corpus.no_dates_mend"))
        return None, (message,)
    notes: tuple[Message, ...] = ()
    if unsure := year_taken_last(values):
        notes = (say("text_corpus.year_last", column=column, text=unsure),)
    if unsure := month_taken_first(values):
        notes += (say("text_corpus.month_first", column=column, text=unsure),)
    if read < len(judged):
        notes += (say("text_corpus.some_dates", column=column, count=len(judged) - read),)
    return found, notes


def _unused_dates(frame: pd.DataFrame, names: Assignment, also: Sequence[str]) -> tuple[Message, ...]:
    """That a column holds dates under a name that is not known, where none is read as the date."""
    if names.get("date") is not None:
        return ()
    there = list(map(str, frame.columns))
    used = {part for name in names.names.values() for part in parts(name, there)} | set(also)
    found = next((name for name in there if name not in used and look_like_dates(frame[name].tolist())), None)
    return () if found is None else (say("text_corpus.unused_dates", column=found),)


def _sources(frame: pd.DataFrame, names: Assignment) -> list[str] | None:
    values = cells(frame, names, "source")
    return None if values is None else [text_of_cell(value).strip() for value in values]


def _ids(frame: pd.DataFrame, names: Assignment) -> tuple[list[str], tuple[Message, ...]]:
    """Unique names of rows: the table's own, the repeated ones with a number; else 1, 2, 3, ..."""
    values = cells(frame, names, "id")
    if values is None:
        return [str(number) for number in range(1, len(frame) + 1)], ()
    written = [text_of_cell(value).strip() or f"row-{at}" for at, value in enumerate(values, start=1)]
    taken = set(written)
    if len(taken) == len(written):
        return written, ()
    seen: dict[str, int] = {}
    found = []
    for text in written:
        number = seen.get(text, 0) + 1
        while number > 1 and f"{text}-{number}" in taken:
            number += 1
        seen[text] = number
        found.append(text if number == 1 else f"{text}-{number}")
    repeated = len(written) - len(set(written))
    return found, (say("text_corpus.same_ids", column=names.get("id") or "id", count=repeated),)


def _looked_at(table: TextTable) -> tuple[Message, ...]:
    """What a reader should know of the texts themselves: full-width letters, very long documents."""
    texts = table.texts()
    wide = sum(map(has_full_width, texts))
    long = [len(text) for text in texts if len(text) >= _LONG]
    notes = (say("text_corpus.full_width", count=wide),) if wide else ()
    if not long:
        return notes
    key = "text_corpus.long_documents" if table.task == "summarise" else "text_corpus.long_texts"
    return (*notes, say(key, count=len(long), longest=max(long)))
