"""Rows as they come from outside, made into what a model reads, or refused: a service trusts no caller.

Texts are cleaned as those that the model learnt from were, so that the same text has the same answer everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clean import clean, place
from .refused import Refused
from .tokenise import tokens_of

Row = dict[str, Any]

MOST_CHARACTERS = 1_000_000
"""Of a row: a novel. Longer texts are refused before they cost anything."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "pair": ("text", "other"),
    "tokens": ("tokens",),
    "markers": ("text",),
    "thing": ("text",),
    "question": ("question", "context"),
}
"""The texts that each kind of layout wants of a row."""

_PLACES = ("head_start", "head_end", "tail_start", "tail_end")
ERASED = "\ufffd"
"""What stands in the place of a token that is nothing but marks."""
_ONE_TEXT = ("text", "tokens", "thing")


def row_of(given: Any, kind: str, most: int = MOST_CHARACTERS, joined: str = "") -> Row:
    """The row that a model of this kind of layout reads. given: a mapping with its columns, or a bare text where one text
    is all that is wanted; a text that is to be tagged is cut into tokens. joined: the columns that the model's text is made
    of ("title+text"). Raises Refused."""
    if isinstance(given, str):
        if kind not in _ONE_TEXT:
            raise _lacks(COLUMNS[kind], ())
        given = {"text": given}
    if not isinstance(given, Mapping):
        name = type(given).__name__
        raise Refused(
            f"A row is a text or an object with the model's columns, not {name}.",
            f"每行应为文本或包含模型所需列的对象，而不是 {name}。",
        )
    row = {str(key): value for key, value in given.items()}
    if "+" in joined and kind in _ONE_TEXT:
        row = _together(row, joined)
    if kind == "tokens":
        return _tagged(row, most)
    missing = [name for name in COLUMNS[kind] if name not in row]
    if missing:
        raise _lacks(missing, tuple(row))
    written: Any = row.get("text")
    for name in COLUMNS[kind]:
        row[name] = _text(row[name], name, most)
    if kind == "markers":
        _check_places(row, written)
        row |= {name: place(written, row[name]) for name in _PLACES}
    else:
        row |= {name: row[name].strip() for name in COLUMNS[kind] if name != "context"}
    if kind == "thing" and row.get("about") is not None:
        row["about"] = _text(row["about"], "about", most, empty=True)
    return row


def _together(row: Row, joined: str) -> Row:
    """A title above its text, as the model learnt to read them; what a row does not hold is not missed."""
    parts = [row[name] for name in joined.split("+") if isinstance(row.get(name), str) and row[name].strip()]
    return {**row, "text": "\n".join(parts)} if parts else row


def _tagged(row: Row, most: int) -> Row:
    if "tokens" not in row:
        if "text" not in row:
            raise _lacks(("tokens",), tuple(row))
        return {**row, "tokens": tokens_of(_text(row["text"], "text", most))}
    tokens = row["tokens"]
    if not isinstance(tokens, list | tuple):
        raise Refused(
            "The column tokens is a list of words; give a whole sentence as text.",
            "tokens 列应为词的列表；整句请用 text 列给出。",
        )
    kept = tuple(_text(each, "tokens", most, empty=True).strip() or ERASED for each in tokens)
    if sum(map(len, kept)) > most:
        raise _long(sum(map(len, kept)), most)
    return {**row, "tokens": kept}


def _text(value: Any, name: str, most: int, *, empty: bool = False) -> str:
    if not isinstance(value, str):
        told = type(value).__name__
        raise Refused(f"The column {name} holds no text ({told}).", f"列 {name} 不是文本（{told}）。")
    if len(value) > most:
        raise _long(len(value), most)
    cleaned = clean(value)
    if not empty and not cleaned.strip():
        raise Refused(f"The column {name} is empty.", f"列 {name} 为空。")
    return cleaned


def _check_places(row: Row, written: str) -> None:
    for name in _PLACES:
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= len(written):
            raise Refused(
                f"The column {name} is no character of the text: give whole numbers from 0 to its length.",
                f"列 {name} 不是文本中的字符位置，应为 0 至文本长度之间的整数。",
            )
    for part in ("head", "tail"):
        if row[f"{part}_start"] >= row[f"{part}_end"]:
            raise Refused(
                f"{part}_end does not come after {part}_start.", f"{part}_end 应大于 {part}_start。"
            )


def _lacks(missing: Any, there: Any) -> Refused:
    wanted, has = ", ".join(missing), ", ".join(there) or "–"
    return Refused(f"A row lacks {wanted} (it has: {has}).", f"数据行缺少 {wanted}（现有：{has}）。")


def _long(length: int, most: int) -> Refused:
    return Refused(
        f"A row has {length} characters; at most {most} are read. Cut the text into parts.",
        f"一行有 {length} 个字符，最多读取 {most} 个。请将文本分段。",
    )
