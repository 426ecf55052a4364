"""Every error that longwave raises on purpose.

LongwaveError                 exit 1  anything below
├── UsageError                exit 2  the call's words are off
├── PartialResult             exit 3  some of what was asked was done, and what was not is named
├── NeedsKey                  exit 4  a source wants a key that is not set
├── DataError                 exit 5  the data or the file cannot carry what was asked
│   ├── BadInput                      a file or table breaks the rules of its door
│   │   ├── UnsafeInput               a file that tries to leave its folder, or to swell
│   │   └── DuplicateObservations     one key, two values
│   ├── UnitMismatch                  units or price bases that may not be mixed
│   ├── UnknownArea                   no such area code, or no data for it here
│   ├── UnknownSeries                 no such variable here
│   ├── NotEnoughData                 too few observations for the method
│   ├── GateClosed                    a smaller form of a model that loses more than may be lost
│   ├── ModelError                    a model that cannot be bound: over- or under-determined, contradictory
│   └── SolveError                    a model that has no solution where it was asked for, or none was found
├── StoreError                exit 1  the store cannot be read or written
│   ├── StoreBusy                     another process is writing
│   └── StoreTooNew                   made by a later longwave
├── FetchError                exit 1  a source did not give what was asked
│   ├── Offline                       the network is switched off and the answer is not in the raw cache
│   └── HostRefused                   an address that longwave will not call
├── DiskFull                  exit 1  no room is left where something is to be written
└── MissingPackage            exit 1  an optional package is not installed

A message says what is wrong and where; the mend says what to do about it. Both come from the catalogue, so both
exist in English and Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from longwave.core.message import Language, Message


def joined(sentences: Sequence[str], lang: Language) -> str:
    """Sentences one after the other, with a stop between two where the first has none."""
    gap, stop = ("", "。") if lang == "zh" else (" ", ".")
    ended = [each if each.endswith(_ENDS) else each + stop for each in sentences[:-1]]
    return gap.join([*ended, *sentences[-1:]])


_ENDS = (".", "!", "?", ":", ";", "…", "。", "！", "？", "：", "；")


class LongwaveError(Exception):
    """An error with a message and, where there is one, the mend."""

    exit_code = 1

    def __init__(self, message: Message, mend: Message | None = None) -> None:
        super().__init__(message, mend)
        self.message = message
        self.mend = mend

    @property
    def code(self) -> str:
        """The error's name as machines read it, e.g. ``bad_input``."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    def text(self, lang: Language = "en") -> str:
        """Message and mend as one line."""
        return joined([part.text(lang) for part in (self.message, self.mend) if part is not None], lang)

    def __str__(self) -> str:
        return self.text("en")


class UsageError(LongwaveError):
    exit_code = 2


class PartialResult(LongwaveError):
    exit_code = 3


class NeedsKey(LongwaveError):
    exit_code = 4


class DataError(LongwaveError):
    exit_code = 5


class BadInput(DataError):
    pass


class UnsafeInput(BadInput):
    pass


class DuplicateObservations(BadInput):
    pass


class UnitMismatch(DataError):
    pass


class UnknownArea(DataError):
    pass


class UnknownSeries(DataError):
    pass


class NotEnoughData(DataError):
    pass


class GateClosed(DataError):
    """exported: what was measured of the smaller form, which was not kept."""

    exported: Any = None


class ModelError(DataError):
    pass


class SolveError(DataError):
    pass


class StoreError(LongwaveError):
    pass


class StoreBusy(StoreError):
    pass


class StoreTooNew(StoreError):
    pass


class FetchError(LongwaveError):
    pass


class Offline(FetchError):
    pass


class HostRefused(FetchError):
    pass


class DiskFull(LongwaveError):
    pass


class MissingPackage(LongwaveError):
    pass
