"""Texts with the text to be written from them: a summary, a translation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from longwave.core.errors import UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.columns import Assignment, missing_column, tidy
from longwave.text.corpus.roles import LANGUAGES, TRANSLATE
from longwave.text.corpus.shaped import Options, Shaped, dropped, filled, texts


def summarised(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns text and summary."""
    return _written(frame, names, options, "summary")


def translated(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Columns text and target: source and target as named, else the first two columns that name languages."""
    frame = _unfolded(frame)
    notes: tuple[Message, ...] = ()
    if names.get("text") is None or names.get("target") is None or names.get("target") not in frame.columns:
        names, notes = _by_language(frame, names, options)
    shaped = _written(frame, names, options, "target")
    return Shaped(shaped.columns, shaped.keep, (*notes, *shaped.notes))


def _unfolded(frame: pd.DataFrame) -> pd.DataFrame:
    """Hugging Face's column `translation`, an object of language -> text, as a column a language."""
    for name in frame.columns:
        values = frame[name].tolist()
        if values and all(isinstance(cell, dict) and len(cell) > 1 for cell in values):
            keys = list(values[0])
            parts = {
                str(key): pd.Series([cell.get(key) for cell in values], frame.index, dtype=object)
                for key in keys
            }
            return pd.concat([frame.drop(columns=name), pd.DataFrame(parts)], axis=1)
    return frame


def _by_language(
    frame: pd.DataFrame, names: Assignment, options: Options
) -> tuple[Assignment, tuple[Message, ...]]:
    spoken = [str(name) for name in frame.columns if tidy(str(name)) in LANGUAGES]
    text = names.get("text")
    target = names.get("target") if names.get("target") in frame.columns else None
    if text is not None and text not in spoken and target is None and not spoken:
        if options.for_prediction:
            return Assignment({"text": text}), ()
        raise missing_column(TRANSLATE[1], list(frame.columns))
    text = text or next((name for name in spoken if name != target), None)
    if text is None:
        raise missing_column(TRANSLATE[0], list(frame.columns))
    target = target or next((name for name in spoken if name != text), None)
    if target is None:
        if options.for_prediction:
            return Assignment({"text": text}), ()
        raise missing_column(TRANSLATE[1], list(frame.columns))
    if text == target:
        raise UsageError(say("text_corpus.same_language", column=text))
    return Assignment({"text": text, "target": target}), (
        say("text_corpus.languages_taken", source=text, target=target, others=tuple(spoken)),
    )


def _written(frame: pd.DataFrame, names: Assignment, options: Options, role: str) -> Shaped:
    text = texts(frame, names, "text") or []
    there = filled(text)
    notes = dropped("text_corpus.dropped_empty", there)
    columns: dict[str, Any] = {"text": text}
    if options.for_prediction:
        return Shaped(columns, there, notes)
    wanted = texts(frame, names, role) or []
    written = filled(wanted)
    notes += dropped("text_corpus.dropped_unlabelled", written | ~there)
    return Shaped({**columns, role: wanted}, there & written, notes)
