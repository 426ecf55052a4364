"""Whose number is this, which release, and may we show it?"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

NOT_STATED = "licence not stated"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence by its short name (CC-BY-4.0, CC0-1.0, US-federal-public-domain, ...), as the source states it.

    stated is False where the source says nothing clear; then `name` is printed as "licence not stated" and the
    figures are not to be passed on.
    """

    name: str
    url: str = ""
    stated: bool = True

    @classmethod
    def from_text(cls, text: str | None) -> Licence:
        """A licence as a pack or a page words it; silence, or words that it is not stated, give `stated=False`."""
        tidy = " ".join((text or "").split())
        silent = (
            not tidy
            or "not stated" in tidy.lower()
            or "no licence" in tidy.lower()
            or "no license" in tidy.lower()
        )
        return cls(NOT_STATED if silent else tidy, stated=not silent)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a dataset's figures come from.

    dataset: the id that `Panel.source` carries. released: the publisher's release date, or where none is stated
    the date of the copy read (YYYY-MM-DD). retrieved: when the bytes were taken, empty for built-in figures.
    sha256: of the untouched bytes. url: without keys.
    """

    dataset: str
    title: str
    publisher: str
    release: str
    released: str
    licence: Licence
    url: str = ""
    retrieved: str = ""
    sha256: str = ""
    attribution: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Origin:
        return cls(**{**record, "licence": Licence(**record["licence"])})

    def citation(self) -> str:
        """One line for the foot of a chart: publisher, title, release, licence."""
        who = self.attribution or self.publisher
        release = f" ({self.release})" if self.release and self.release not in self.title else ""
        return f"{who}: {self.title}{release}. {self.licence.name}"


def checksum(data: bytes) -> str:
    """sha256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def file_checksum(path: Path) -> str:
    """sha256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
