"""Conversations as turns (who, what), from lists of messages or from a prompt with its completion.

Messages as OpenAI and Hugging Face write them (role, content), as ShareGPT does (from, value), as pairs, as plain texts
that take turns, the user first, or as one text whose every line begins with its speaker and a colon. Beside an
instruction, what it is to be done with (Alpaca's input, Dolly's context) stands below it in the user's turn. Speakers
are system, user and assistant; other names stay. To be learnt from, a conversation must end with the assistant's reply:
what comes after it is cut off, and what has no reply is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.cell import missing, text_of_cell
from longwave.text.corpus.columns import Assignment, missing_column, tidy
from longwave.text.corpus.lists import listed
from longwave.text.corpus.roles import GENERATE
from longwave.text.corpus.shaped import Options, Shaped, cells, dropped, filled, texts
from longwave.text.portable.clean import clean

Turn = tuple[str, str]
_LINE = re.compile(r"#?([^\W\d_][\w .'’-]{0,39})#?\s*[:：](?!//)(.*)")
_TASKS = ("instruction", "指令")
"""Columns that say what is to be done, not with what."""
_WHO = {
    **dict.fromkeys(("user", "human", "prompter", "customer", "client", "用户", "客户"), "user"),
    **dict.fromkeys(
        ("assistant", "gpt", "bot", "model", "chatgpt", "agent", "ai", "助手", "客服"), "assistant"
    ),
    "system": "system",
}


def conversed(frame: pd.DataFrame, names: Assignment, options: Options) -> Shaped:
    """Column turns, and replied where the last turn is the answer sought.

    Raises BadInput naming the row whose messages are none, DataError for no such columns."""
    if names.get("turns") is not None:
        given = cells(frame, names, "turns") or []
        turns = [_turns(cell, str(where)) for cell, where in zip(given, frame.index, strict=True)]
    else:
        turns = _from_columns(frame, names, options)
    system = texts(frame, names, "system")
    if system is not None:
        turns = [
            (("system", said), *row) if said and row and row[0][0] != "system" else row
            for said, row in zip(system, turns, strict=True)
        ]
    there = filled(turns)
    notes = (*_input_told(names), *dropped("text_corpus.dropped_empty", there))
    if options.for_prediction:
        return Shaped({"turns": turns}, there, notes)
    ended = [_to_last_reply(row) for row in turns]
    cut = sum(0 < len(short) < len(row) for short, row in zip(ended, turns, strict=True))
    replied = np.array([len(row) > 1 for row in ended], dtype=bool)
    notes += dropped("text_corpus.dropped_no_reply", replied | ~there)
    if cut:
        notes += (say("text_corpus.cut_turns", count=cut),)
    return Shaped({"turns": ended, "replied": [True] * len(ended)}, there & replied, notes)


def _turns(cell: Any, where: str) -> tuple[Turn, ...]:
    inside = [] if missing(cell) else listed(cell)
    if inside is None and isinstance(cell, str):
        inside = _lines(cell)
    if inside is None:
        raise _bad(where)
    found = [_turn(each, number, where) for number, each in enumerate(inside)]
    return _who_replies(tuple((who, what) for who, what in found if what))


def _who_replies(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """A system that answers the user, as in MultiWOZ, is the assistant where nobody else is."""
    speakers = [who for who, _ in turns]
    if (
        "assistant" in speakers
        or "user" not in speakers
        or "system" not in speakers[speakers.index("user") :]
    ):
        return turns
    first = speakers.index("user")
    answered = tuple(("assistant" if who == "system" else who, what) for who, what in turns[first:])
    return (*turns[:first], *answered)


def _lines(text: str) -> list[Any] | None:
    """The turns of a text whose every line has a speaker before a colon; None for another text."""
    found = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    turns = [(line[1].strip(), line[2]) for line in found if line]
    return turns if len(turns) == len(found) else None


def _turn(each: Any, number: int, where: str) -> Turn:
    if isinstance(each, str):
        return ("user", "assistant")[number % 2], clean(each).strip()
    if isinstance(each, Mapping):
        who = next((each[key] for key in ("role", "from", "speaker", "who", "author") if key in each), None)
        what = next(
            (each[key] for key in ("content", "value", "text", "message", "utterance") if key in each), None
        )
    elif isinstance(each, list | tuple) and len(each) == 2:
        who, what = each
    else:
        raise _bad(where)
    if not isinstance(who, str) or isinstance(what, Mapping | list):
        raise _bad(where)
    return _WHO.get(who.strip().casefold(), who.strip()), clean(text_of_cell(what)).strip()


def _bad(where: str) -> BadInput:
    return BadInput(say("text_corpus.bad_turns", row=where), say("text_corpus.bad_turns_mend"))


def _from_columns(frame: pd.DataFrame, names: Assignment, options: Options) -> list[tuple[Turn, ...]]:
    if names.get("prompt") is None:
        raise missing_column(GENERATE[0], list(frame.columns))
    if is_of_messages(frame, names):
        return _from_messages(frame, names, options)
    prompts = texts(frame, names, "prompt") or []
    if _with_input(names):
        inputs = texts(frame, names, "input") or []
        prompts = ["\n".join(filter(None, row)) for row in zip(prompts, inputs, strict=True)]
    if options.for_prediction:
        return [(("user", prompt),) if prompt else () for prompt in prompts]
    if names.get("completion") is None:
        raise missing_column(GENERATE[2], list(frame.columns))
    replies = texts(frame, names, "completion") or []
    return [
        tuple(turn for turn in (("user", prompt), ("assistant", reply)) if turn[1])
        for prompt, reply in zip(prompts, replies, strict=True)
    ]


def is_of_messages(frame: pd.DataFrame, names: Assignment) -> bool:
    """Whether the prompts are lists of messages, as TRL writes them beside the completion's."""
    prompts = frame[names.get("prompt")].tolist() if names.get("prompt") in frame.columns else []
    return any(isinstance(cell, list) and cell and isinstance(cell[0], Mapping) for cell in prompts)


def _from_messages(frame: pd.DataFrame, names: Assignment, options: Options) -> list[tuple[Turn, ...]]:
    prompts = cells(frame, names, "prompt") or []
    replies = None if options.for_prediction else cells(frame, names, "completion")
    if replies is None and not options.for_prediction:
        raise missing_column(GENERATE[2], list(frame.columns))
    rows = zip(prompts, replies or [None] * len(prompts), frame.index, strict=True)
    return [
        _turns([*_messages(prompt, "user"), *_messages(reply, "assistant")], str(where))
        for prompt, reply, where in rows
    ]


def _messages(cell: Any, who: str) -> list[Any]:
    """The messages of a cell; of a text the one that it is."""
    if isinstance(cell, list):
        return cell
    return [] if missing(cell) else [(who, text_of_cell(cell))]


def _with_input(names: Assignment) -> bool:
    return names.get("input") is not None and tidy(names.get("prompt") or "") in _TASKS


def _input_told(names: Assignment) -> tuple[Message, ...]:
    if names.get("turns") is not None or not _with_input(names):
        return ()
    prompt, given = names.get("prompt") or "", names.get("input") or ""
    return (say("text_corpus.input_joined", prompt=prompt, input=given),)


def _to_last_reply(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns up to the last of the assistant's; where nobody is called so, up to the last of another speaker than
    the first."""
    speakers = {who for who, _ in turns}
    reply = (
        {"assistant"} if "assistant" in speakers else speakers - {"system", turns[0][0]} if turns else set()
    )
    last = max((at for at, (who, _) in enumerate(turns) if who in reply), default=-1)
    return turns[: last + 1]
