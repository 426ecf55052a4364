"""What a connector brings home: figures, what is known about them, their origin, and the untouched bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from longwave.core.message import Message
from longwave.core.origin import Origin
from longwave.core.panel import Panel
from longwave.core.series import SeriesMeta


@dataclass(frozen=True, slots=True)
class RawFile:
    """Bytes as they came, with the name that the publisher gave them."""

    name: str
    data: bytes


@dataclass(frozen=True, eq=False)
class Harvest:
    """One dataset as it came from one source: the publisher's names and units, nothing mended yet.

    metas: one entry a variable of `panel`. realtime: the panel holds many vintages of each observation (ALFRED);
    otherwise it is one whole release and every row has the vintage `origin.released`.
    """

    origin: Origin
    panel: Panel
    metas: tuple[SeriesMeta, ...]
    raw: tuple[RawFile, ...] = ()
    realtime: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a series or a file, found by a quality check.

    check: the check's name; held_back: whether the series was kept out of the curated tables because of it.
    """

    check: str
    subject: str
    message: Message
    held_back: bool = False
    rows: int = 0


Progress = Callable[[Message, int, int], None]
"""Called with what is being done, how many steps are done, and of how many."""


def silent(label: Message, done: int, total: int) -> None:
    """Progress that nobody watches."""
