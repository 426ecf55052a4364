"""Labels as texts, in a natural order: "1.0" is "1" where all are numbers, "2" comes before "10".

One label a row, or several: lists, texts parted by a mark, or columns of 0 and 1 ("toxic+insult+threat").
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from longwave.core.errors import BadInput, DataError, NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.cell import text_of_cell
from longwave.text.corpus.columns import Assignment, parts, tidy
from longwave.text.corpus.lists import listed, parted
from longwave.text.corpus.nested import field_names
from longwave.text.corpus.number_labels import as_number, as_there, one_way
from longwave.text.corpus.roles import CLASSIFY
from longwave.text.corpus.shaped import Options, cells
from longwave.text.portable.clean import clean

_LABELS = CLASSIFY[1]
_MANY = 50
"""Rows from which on labels that hardly ever come again are taken for the wrong column."""


def natural(label: str) -> tuple[tuple[int, int, str], ...]:
    """The key of a natural order: runs of digits as numbers, the rest as text in small letters."""
    if re.fullmatch(r"-?\d+", label):
        return ((0, int(label), ""),)
    pieces = re.findall(r"\d+|\D+", label.casefold())
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def in_order(labels: set[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=lambda label: (natural(label), label)))


def single(values: Sequence[Any]) -> list[str]:
    """One label a cell as text; empty where it is missing."""
    return one_way([" ".join(clean(text_of_cell(_only(value))).split()) for value in values])


def _only(value: Any) -> Any:
    """A list of one label is that label."""
    inside = value if isinstance(value, list | tuple) else None
    return inside[0] if inside is not None and len(inside) == 1 else value


def many(frame: pd.DataFrame, names: Assignment, options: Options) -> list[tuple[str, ...]] | None:
    """Several labels a row; None where each row has one label only. Raises as `new_names`, and BadInput."""
    found = _many(frame, names, options.several)
    if found is None:
        return None
    called = _called({label for row in found for label in row}, options)
    return [
        tuple(dict.fromkeys(name for label in row if (name := called.get(label, label)))) for row in found
    ]


def _many(frame: pd.DataFrame, names: Assignment, separator: str | None) -> list[tuple[str, ...]] | None:
    name = names.get("label")
    if name is None:
        return None
    columns = parts(name, list(frame.columns))
    if len(columns) > 1:
        return _of_flags(frame, columns)
    _check_plain(frame, name)
    values = frame[name].tolist()
    if separator is not None:
        lists: list[list[Any]] = [
            inside if (inside := listed(value)) is not None else list(parted(value, separator))
            for value in values
        ]
    else:
        found = [listed(value) for value in values]
        if not any(each is not None and len(each) != 1 for each in found):
            return None
        lists = [each if each is not None else [value] for each, value in zip(found, values, strict=True)]
    _check_names(lists, name)
    cleaned = single([label for inside in lists for label in inside])
    places = iter(cleaned)
    return [tuple(dict.fromkeys(label for _ in inside if (label := next(places)))) for inside in lists]


def _check_plain(frame: pd.DataFrame, column: str | None) -> None:
    """Raises BadInput for the first cell that is an object, or a list of objects: which of its fields is the label?"""
    if column is None:
        return
    for where, cell in zip(frame.index, frame[column], strict=True):
        found = next((each for each in (cell if isinstance(cell, list) else [cell])), None)
        if isinstance(found, Mapping):
            message = say(
                "text_corpus.label_object", row=str(where), column=str(column), shown=str(found)[:60]
            )
            raise BadInput(message, say("text_corpus.label_object_mend", path=_likely_path(frame, column)))


def _likely_path(frame: pd.DataFrame, column: str) -> str:
    """The field within a column's objects that is called as labels are; else the first."""
    paths = [path for path in field_names(frame[[column]]) if path != column]
    called = ["choices", *map(tidy, _LABELS.aliases), "name"]
    known = [path for path in paths if tidy(path.rpartition(".")[2]) in called]
    return min(known, key=lambda path: called.index(tidy(path.rpartition(".")[2])), default=paths[0])


def _check_names(lists: Sequence[Sequence[Any]], column: str) -> None:
    """Raises BadInput for rows of 0 and 1 of one length: places of labels, whose names the column does not tell."""
    widths = {len(inside) for inside in lists}
    width = widths.pop() if len(widths) == 1 else 0
    if width > 1 and {as_number(text_of_cell(each)) for inside in lists for each in inside} <= {"0", "1"}:
        message = say("text_corpus.flags_without_names", column=column, count=width)
        raise BadInput(message, say("text_corpus.flags_without_names_mend"))


def _of_flags(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Columns of 0 and 1, one a label. Raises BadInput naming the first that holds something else."""
    flags = {}
    for column in columns:
        written = single(frame[column].tolist())
        odd = next((text for text in written if text.casefold() not in _FLAGS), None)
        if odd is not None:
            raise BadInput(say("text_corpus.not_a_flag", column=column, text=odd[:40]))
        flags[column] = [_FLAGS[text.casefold()] for text in written]
    return [
        tuple(column for column, there in zip(columns, row, strict=True) if there)
        for row in zip(*flags.values(), strict=True)
    ]


_FLAGS = {"0": False, "1": True, "false": False, "true": True, "no": False, "yes": True, "": False}


def without_placeholders(labels: list[str], split: Sequence[str]) -> list[str]:
    """A part whose every label is -1 has none: Hugging Face's mark of an unlabelled test set."""
    if not split or "-1" not in labels:
        return labels
    hidden = {
        part for part in set(split) if {x for x, p in zip(labels, split, strict=True) if p == part} == {"-1"}
    }
    return ["" if part in hidden else label for label, part in zip(labels, split, strict=True)]


def checked(
    found: Sequence[str], options: Options, column: str
) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """The labels in their order, and notes.

    Raises NotEnoughData for no or one class, BadInput where a model knows none of them, DataError for a column that does
    not look like labels, UsageError for an order that lacks some of them.
    """
    counts = Counter(found)
    present = set(counts) - {""}
    alike = (*_but_for_capitals(present, column), *_but_for_width(present, column))
    if options.known:
        labels, notes = _with_known(present, options.known)
        return labels, (*notes, *alike)
    if options.ordered:
        return _with_order(present, options.ordered), alike
    if not present:
        raise NotEnoughData(say("text_corpus.no_labels", column=column), say("text_corpus.no_labels_mend"))
    if len(present) == 1:
        (only,) = present
        message = say("text_corpus.one_class", column=column, label=only[:60], count=counts[only])
        raise NotEnoughData(message, say("text_corpus.one_class_mend"))
    rows = sum(counts[label] for label in present)
    if rows >= _MANY and len(present) > 0.5 * rows:
        message = say("text_corpus.too_many_classes", column=column, count=len(present), rows=rows)
        raise DataError(message, say("text_corpus.too_many_classes_mend"))
    return in_order(present), alike


def _but_for_capitals(present: set[str], column: str) -> tuple[Message, ...]:
    """That labels differ in capitals only, which most often are slips of one hand."""
    counts = Counter(label.casefold() for label in present)
    labels = in_order({label for label in present if counts[label.casefold()] > 1})
    if not labels:
        return ()
    return (say("text_corpus.capitals", column=column, count=len(labels), labels=labels[:12]),)


_NARROW = {0xFF01 + at: 0x21 + at for at in range(94)} | {0x3000: 0x20}
"""Full-width signs of ASCII -> the signs themselves."""


def _but_for_width(present: set[str], column: str) -> tuple[Message, ...]:
    """That labels differ only in that letters or signs are full-width, which no reader sees as another label."""
    counts = Counter(label.translate(_NARROW) for label in present)
    labels = in_order({label for label in present if counts[label.translate(_NARROW)] > 1})
    if not labels:
        return ()
    return (say("text_corpus.widths", column=column, count=len(labels), labels=labels[:12]),)


def _with_order(present: set[str], ordered: tuple[str, ...]) -> tuple[str, ...]:
    if all(as_number(label) for label in present):
        ordered = tuple(as_there(label, present) for label in one_way(ordered))
    lacking = tuple(in_order(present - set(ordered)))
    if lacking or len(set(ordered)) < len(ordered):
        raise UsageError(say("text_corpus.order_lacks", lacking=lacking or ("–",), ordered=ordered))
    return ordered


def _with_known(present: set[str], known: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    strange = in_order(present - set(known))
    if not strange:
        return known, ()
    if len(strange) == len(present):
        message = say("text_corpus.no_label_shared", labels=strange[:12], known=known[:30])
        raise BadInput(message, say("text_corpus.no_label_shared_mend"))
    return (*known, *strange), (say("text_corpus.strange_labels", labels=strange[:12], count=len(strange)),)


def label_cells(frame: pd.DataFrame, names: Assignment, options: Options) -> list[str]:
    """One label a row, as text; empty where it is missing. Raises as `new_names`, and BadInput for an object."""
    _check_plain(frame, names.get("label"))
    found = without_placeholders(single(cells(frame, names, "label") or []), options.split)
    called = _called(set(found), options)
    return [called.get(label, label) for label in found]


def _called(present: set[str], options: Options) -> Mapping[str, str]:
    """What labels are called by the user, else by the model where it writes the same number otherwise."""
    same = {label: name for label in present if (name := as_there(label, options.known)) != label}
    return {**same, **new_names(present, options)}


def new_names(present: set[str], options: Options) -> Mapping[str, str]:
    """What labels are called instead. Raises UsageError for one that is not there, and for a name that the model has not."""
    renamed = {
        as_there(label, present): as_there(name, options.known) for label, name in options.renamed.items()
    }
    for label, name in renamed.items():
        if label not in present:
            near = difflib.get_close_matches(label, present, n=3) or in_order(present - {""})[:12]
            raise UsageError(say("text_corpus.renamed_absent", label=label, there=tuple(near)))
        if name and options.known and name not in options.known:
            near = difflib.get_close_matches(name, options.known, n=3) or options.known[:12]
            raise UsageError(say("text_corpus.renamed_unknown", label=name, known=tuple(near)))
    return renamed
