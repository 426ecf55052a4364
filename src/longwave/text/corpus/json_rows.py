"""JSON of texts: one object a line, a list of objects, SQuAD's nested paragraphs, or lists by split.

SQuAD (Rajpurkar et al. 2016): data -> paragraphs -> qas; each question becomes a row with its context, its answers and
the characters where they start. An object whose keys are names of splits (train, dev, test and names with these)
becomes a column `split`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from longwave.connectors.guards import LIMITS, too_many
from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.rows import of_lists, of_records
from longwave.text.corpus.split_names import split_of

_WRAPPERS = ("data", "rows", "examples", "items", "instances", "records")


def read_json_lines(text: str, name: str) -> tuple[pd.DataFrame, list[Message]]:
    """One JSON value a line. Raises BadInput naming the line that is none."""
    values: list[Any] = []
    places: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if not values and line.lstrip().startswith("[") and not _whole(line):
            return read_json(text, name)
        values.append(_loaded(line, name, number))
        places.append(number)
        if len(values) > LIMITS.rows:
            raise too_many(name, len(values), 1, LIMITS.cells)
    if len(values) == 1 and (not isinstance(values[0], dict) or _looks_nested(values[0])):
        return _of_value(values[0], name)
    return _frame(values, places, name), []


def read_json(text: str, name: str) -> tuple[pd.DataFrame, list[Message]]:
    """A JSON document as rows; one that is JSON lines in truth is read as these. Raises BadInput."""
    first = text.lstrip().partition("\n")[0]
    if first.startswith("{") and _whole(first) and text.strip() != first.strip():
        return read_json_lines(text, name)
    return _of_value(_loaded(text, name, 1), name)


def _whole(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _loaded(text: str, name: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = say("text_corpus.bad_json", name=name, line=line + error.lineno - 1, column=error.colno)
        raise BadInput(message, say("text_corpus.bad_json_mend")) from error
    except (ValueError, RecursionError) as error:
        message = say("text_corpus.bad_json", name=name, line=line, column=1)
        raise BadInput(message, say("text_corpus.bad_json_mend")) from error


def _looks_nested(value: dict[str, Any]) -> bool:
    return any(isinstance(value.get(key), list) for key in _WRAPPERS) or _by_split(value) is not None


def _of_value(value: Any, name: str) -> tuple[pd.DataFrame, list[Message]]:
    if isinstance(value, dict):
        return _of_object(value, name)
    if isinstance(value, list) and value:
        return _frame(value, range(1, len(value) + 1), name), []
    raise BadInput(say("text_corpus.no_rows", name=name), say("text_corpus.no_rows_mend"))


def _of_object(value: dict[str, Any], name: str) -> tuple[pd.DataFrame, list[Message]]:
    splits = _by_split(value)
    if splits is not None:
        return _split_frames(splits, name)
    for key in _WRAPPERS:
        if isinstance(value.get(key), list) and value[key]:
            return _of_value(value[key], name)
    columns = list(value.values())
    if columns and all(isinstance(column, list) for column in columns):
        if len({len(column) for column in columns}) == 1 and columns[0]:
            rows = [dict(zip(value, cells, strict=True)) for cells in zip(*columns, strict=True)]
            return of_records(rows, range(1, len(rows) + 1), name), []
    elif columns and all(isinstance(record, dict) for record in columns):
        rows = [{"id": key, **record} for key, record in value.items()]
        return of_records(rows, range(1, len(rows) + 1), name), []
    raise BadInput(say("text_corpus.no_rows", name=name), say("text_corpus.no_rows_mend"))


def _by_split(value: dict[str, Any]) -> dict[str, list[tuple[str, list[Any]]]] | None:
    """Lists of rows by the split that their key names, if every key that holds rows names one."""
    held = {key: rows for key, rows in value.items() if isinstance(rows, list) and rows}
    splits = {key: split_of(key) for key in held}
    if not held or not all(splits.values()):
        return None
    found: dict[str, list[tuple[str, list[Any]]]] = {}
    for key, rows in held.items():
        found.setdefault(str(splits[key]), []).append((key, rows))
    return found


def _split_frames(
    splits: dict[str, list[tuple[str, list[Any]]]], name: str
) -> tuple[pd.DataFrame, list[Message]]:
    frames = []
    parts = []
    for split, lists in splits.items():
        for key, rows in lists:
            frame = _frame(rows, range(1, len(rows) + 1), name)
            frame["split"] = split
            if len(lists) > 1:
                frame["part"] = key
            frame.index = pd.Index([f"{key}:{place}" for place in frame.index])
            frames.append(frame)
            parts.append(key)
    return pd.concat(frames), [say("text_corpus.split_keys", name=name, keys=tuple(parts))]


def _frame(values: Sequence[Any], places: Sequence[int], name: str) -> pd.DataFrame:
    if all(isinstance(value, dict) for value in values):
        if any("paragraphs" in value or "qas" in value for value in values):
            rows = list(_questions(values))
            if not rows:
                raise BadInput(say("text_corpus.no_rows", name=name), say("text_corpus.no_rows_mend"))
            return of_records(rows, range(1, len(rows) + 1), name)
        inner = all(isinstance(value.get("row"), dict) for value in values)
        return of_records([value["row"] for value in values] if inner else values, places, name)
    if all(isinstance(value, list) for value in values):
        return of_lists(values, places, name)
    if all(isinstance(value, str) for value in values):
        return of_records([{"text": value} for value in values], places, name)
    usual = type(values[0])
    odd = (
        next(place for value, place in zip(values, places, strict=True) if type(value) is not usual)
        if len({type(value) for value in values}) > 1
        else places[0]
    )
    raise BadInput(say("text_corpus.not_an_object", name=name, line=odd), say("text_corpus.bad_json_mend"))


def _questions(articles: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """SQuAD's questions (CMRC's under its own keys), each with its paragraph; what is not of that shape is no row."""
    for article in articles:
        paragraphs = article.get("paragraphs", [article])
        title = article.get("title")
        for paragraph in paragraphs if isinstance(paragraphs, list) else []:
            asked = paragraph.get("qas") if isinstance(paragraph, dict) else None
            for question in asked if isinstance(asked, list) else []:
                if isinstance(question, dict):
                    yield _question(question, paragraph, title)


def _question(question: dict[str, Any], paragraph: dict[str, Any], title: Any) -> dict[str, Any]:
    answers = [] if question.get("is_impossible") is True else question.get("answers")
    row = {
        "id": question.get("id", question.get("query_id")),
        "question": question.get("question", question.get("query_text")),
        "context": paragraph.get("context", paragraph.get("context_text")),
        "answers": answers,
    }
    return {**row, "source": title} if title else row
