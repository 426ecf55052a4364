"""The names that a reader knows, in place of the names of a model, within sentences and formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from longwave.core.message import Message, Names, Value, say
from longwave.macro.model import Model

_WORD = re.compile(r"[^\W\d]\w*(?!\w|\s*\()")
"""A name in a formula; what a bracket follows is a function."""


def known_names(model: Model) -> dict[str, Names]:
    """What of a model has a name for readers, by the name it has in formulas."""
    found = {each.name: each.names for each in model.parameters}
    found |= {each.name: each.names for each in (*model.endogenous, *model.exogenous)}
    return {name: names for name, names in found.items() if names.en}


def published_names() -> dict[str, Names]:
    """The published series by the name they have in formulas."""
    from longwave.prepare.concepts import concepts

    return {name: each.names for name, each in concepts().items()}


def in_words(told: Message, names: Mapping[str, Names]) -> Message:
    """A sentence with readers' names in the blanks that held a name of the model."""
    return replace(told, values={blank: _word(value, names) for blank, value in told.values.items()})


def formula_in_words(text: str, names: Mapping[str, Names]) -> Names:
    """A formula with readers' names in quotation marks; functions, numbers and other words stand as they are."""

    def put(lang: str) -> str:
        def one(match: re.Match[str]) -> str:
            found = names.get(match[0])
            return match[0] if found is None else f"“{found.zh if lang == 'zh' and found.zh else found.en}”"

        return _WORD.sub(one, text)

    return Names(put("en"), put("zh"))


def band(low: float, high: float) -> Message:
    """Both ends with a sign and as many digits as tell them apart; or that every draw gives the same."""
    if same(low, high):
        return say("policy.no_band")
    digits = telling(low, high)
    return say("policy.ends", low=signed(low, digits), high=signed(high, digits))


def banded(middle: float, low: float, high: float) -> Message:
    """A value with its interval, or with the word that every draw gives the same."""
    if same(low, high):
        return say("policy.exactly", value=unsigned(middle, 2))
    digits = telling(low, high)
    return say(
        "policy.banded",
        value=unsigned(middle, digits),
        low=unsigned(low, digits),
        high=unsigned(high, digits),
    )


MOST_DIGITS = 6


def same(low: float, high: float) -> bool:
    """Whether nothing lies between both ends but rounding."""
    return abs(high - low) <= 10.0**-MOST_DIGITS * max(1.0, abs(low), abs(high))


def telling(low: float, high: float) -> int:
    """Two digits behind the point, or as many as it takes to print both ends apart."""
    return next((n for n in range(2, MOST_DIGITS) if abs(high - low) >= 10.0**-n), MOST_DIGITS)


def signed(value: float, digits: int = 2) -> str:
    """With its sign; nought has none."""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}" if rounded else f"{0.0:.{digits}f}"


def unsigned(value: float, digits: int = 2) -> str:
    """Without a sign unless it is a minus; nought has none."""
    return f"{round(value, digits) or 0.0:.{digits}f}"


def _word(value: Value, names: Mapping[str, Names]) -> Value:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Message):
        return in_words(value, names)
    return tuple(_word(each, names) for each in value) if isinstance(value, tuple) else value


def bare(sentence: Names) -> Names:
    """A sentence without its full stop, to stand in a list."""
    return Names(sentence.en.rstrip("."), sentence.zh.rstrip("。"))
