"""Options as a caller wrote them, read as the command line reads its own: times, lists, labels; refused where they mean
nothing, before a row is read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any, get_args

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.corpus.cell import text_of_cell
from longwave.text.floors import Floors
from longwave.text.training.budget import seconds_of

_TIMES = ("budget", "search")
_LISTS = ("files", "trackers", "by", "ordered")


def as_meant(given: Mapping[str, Any]) -> dict[str, Any]:
    """Of some of `FinetuneOptions`'s fields, by name, those that may be written in several ways. Raises UsageError."""
    if "floors" in given and given["floors"] not in get_args(Floors):
        raise UsageError(say("text_verbs.bad_floors", floors=str(given["floors"])))
    if "split_seed" in given:
        _check_seed(given["split_seed"])
    return {
        **{name: _seconds(given[name]) for name in _TIMES if given.get(name) is not None},
        **{name: _texts(given[name], name) for name in _LISTS if name in given},
    }


def _seconds(given: Any) -> float:
    """``10min``, or a number of seconds."""
    if isinstance(given, str):
        return seconds_of(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < math.inf:
        raise UsageError(say("text_engine.bad_budget", budget=str(given)))
    return float(given)


def _texts(given: Any, name: str) -> tuple[str, ...]:
    """A text is one item, and labels in their order are told apart by commas; numbers are labels too."""
    if isinstance(given, str):
        given = given.split(",") if name == "ordered" else [given]
    if not isinstance(given, Iterable):
        kind = say("text_engine.kind_tuple")
        raise UsageError(say("text_engine.bad_value", setting=name, value=str(given), kind=kind))
    return tuple(text_of_cell(each).strip() for each in given)


def _check_seed(given: Any) -> None:
    if isinstance(given, bool) or not isinstance(given, Integral):
        kind = say("text_engine.kind_int")
        raise UsageError(say("text_engine.bad_value", setting="split_seed", value=str(given), kind=kind))
    if int(given) < 0:
        raise UsageError(say("text_engine.bad_number", setting="split_seed", value=str(given), least=0))
