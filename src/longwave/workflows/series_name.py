"""The name of a series within a sentence: without an item that is the whole, and in the place of an area that it lacks."""

from __future__ import annotations

from dataclasses import replace

from longwave.core.message import Message, Names, say

_WHOLE = frozenset({"all", "total"})
"""Items that are every part together."""


def without_total(name: Message | Names | str) -> Message | Names | str:
    """The name of a series without its item where that is the whole: job postings, not job postings: ALL."""
    if not isinstance(name, Message) or str(name.values.get("item", "")).casefold() not in _WHOLE:
        return name
    whole = name.values["name"]
    return whole if isinstance(whole, (Message, Names, str)) else name


def placed(sentence: Message, area: str, name: Message | Names | str) -> Message:
    """The sentence; where the series belongs to no area, its name stands in the area's place."""
    if area or "area" not in sentence.values:
        return sentence
    return replace(sentence, values={**sentence.values, "area": name, "name": say("workflows.the_figure")})
