"""What kinds of things may be handed to `make_forecast`."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from pathlib import Path

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.core.settings import Settings


def check_kinds(
    *,
    horizon: object,
    seed: object,
    method: object,
    unit: object,
    freq: object,
    since: object,
    companions: object,
    settings: object,
) -> None:
    """Raises UsageError for an argument of another kind than the call takes."""
    for name, value in (("horizon", horizon), ("seed", seed)):
        _must(isinstance(value, Integral) and not isinstance(value, bool), name, value, "number")
    for name, value in (("method", method), ("unit", unit)):
        _must(isinstance(value, str), name, value, "text")
    _must(freq is None or isinstance(freq, str), "freq", freq, "text")
    _must(since is None or isinstance(since, str | Path), "since", since, "text")
    listed = isinstance(companions, Sequence) and not isinstance(companions, str)
    _must(
        listed and all(isinstance(one, str) for one in _items(companions)), "companions", companions, "names"
    )
    _must(settings is None or isinstance(settings, Settings), "settings", settings, "settings")


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) else ()


def _must(holds: bool, name: str, value: object, kind: str) -> None:
    if not holds:
        raise UsageError(
            say("workflows.wrong_kind", name=name, value=repr(value)[:40]),
            say(f"workflows.kind_{kind}", name=name),
        )
