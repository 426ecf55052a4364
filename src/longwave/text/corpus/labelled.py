"""Texts with a label each, or several: classes, intents, and pairs of texts with their relation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from longwave.core.message import Message, say
from longwave.text.corpus.columns import Assignment
from longwave.text.corpus.labels import checked, label_cells, many
from longwave.text.corpus.shaped import Options, Shaped, dropped, filled, texts


def classified(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns text and label, or labels; about, where a column says what of the text is asked about. Raises as
    `labels.checked`."""
    text = texts(frame, names, "text") or []
    about = texts(frame, names, "about")
    return _labelled({"text": text} | ({} if about is None else {"about": about}), frame, names, options)


def paired(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns text, other and label. Raises as `labels.checked`."""
    columns = {role: texts(frame, names, role) or [] for role in ("text", "other")}
    return _labelled(columns, frame, names, options)


def _labelled(
    columns: dict[str, list[Any]], frame: pd.DataFrame, names: Assignment, options: Options
) -> Shaped:
    there = filled(columns["text"])
    for name, values in columns.items():
        if name != "about":  # nothing there: the text as a whole is meant
            there &= filled(values)
    notes = dropped("text_corpus.dropped_empty", there)
    if options.for_prediction:
        return Shaped(columns, there, notes, options.known or options.ordered)
    several = many(frame, names, options)
    if several is not None:
        return _with_several(columns, there, several, names, options, notes)
    found = label_cells(frame, names, options)
    labelled = filled(found)
    notes += dropped("text_corpus.dropped_unlabelled", labelled | ~there)
    keep = there & labelled
    column = names.get("label") or "label"
    labels, said = checked([label for label, kept in zip(found, keep, strict=True) if kept], options, column)
    return Shaped({**columns, "label": found}, keep, (*notes, *said), labels)


def _with_several(
    columns: dict[str, list[Any]],
    there: Any,
    several: list[tuple[str, ...]],
    names: Assignment,
    options: Options,
    notes: tuple[Message, ...],
) -> Shaped:
    """A row without any label is kept: none of the classes is an answer where several may be given."""
    column = names.get("label") or "labels"
    kept = [row for row, keep in zip(several, there, strict=True) if keep]
    labels, said = checked([label for row in kept for label in row], options, column)
    mean = sum(map(len, kept)) / max(len(kept), 1)
    without = sum(not row for row in kept)
    notes = (*notes, *said, say("text_corpus.several_labels", mean=mean, without=without))
    return Shaped({**columns, "labels": several}, there, notes, labels, several=True)
