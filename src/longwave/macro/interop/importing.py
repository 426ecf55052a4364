"""One door for all formats: what a file is, is seen in its contents, not in its name.

A format is one file here with one `Importer` in the catalogue; packages outside add theirs by the entry point
``longwave.importer``. Each says how sure it is that a text is its own; the surest reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from longwave.core.catalogue import Catalogue
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import say
from longwave.core.period import Frequency
from longwave.macro.interop.draft import word
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.source import file_bytes, text_of, unpacked


@dataclass(frozen=True, slots=True)
class Importer:
    """sure: 0 (not this format) to 3 (nothing else looks like it), from the text; read: the importer itself.

    expectations: the variants of one file that `read` takes as its second argument, where a format has several.
    asks: whether `read` takes `frequency`, a function that is called where the text's meaning hangs on it.
    endings: of the names of files that are of this format even where their text does not show it.
    """

    sure: Callable[[str], int]
    read: Callable[..., Imported]
    expectations: tuple[str, ...] = ()
    asks: bool = False
    endings: tuple[str, ...] = ()


CERTAIN = 3
MOST_LOOKED_AT = 100_000
_BINARY = re.compile("[\x00-\x08]")

IMPORTERS: Catalogue[Importer] = Catalogue("importer", rooms=("longwave.macro.interop",))


def import_model(
    source: str | Path | bytes,
    format: str = "auto",
    *,
    expectations: str = "",
    frequency: Frequency | Callable[[], Frequency] | None = None,
) -> Imported:
    """The model in a file, or in the text or bytes of one.

    source: a path; bytes; or a str, which is taken as text where it has a line break or an angle bracket, else as a
    path. format: auto, or one of `IMPORTERS.names()`: dynare, eviews, frbus, frml (ModelFlow's equations), longwave,
    mdl, modelflow (its .pcim files). expectations: which variant of a file that holds several (FRB/US).
    frequency: of the model, or a function that gives it, called only where the text's meaning hangs on it (@pcy).
    Raises BadInput (UnsafeInput) for what cannot be read, UsageError for a format or a variant that is not there.
    """
    if format != "auto":
        return _titled(_read(format, source, expectations, frequency), source)
    if isinstance(source, bytes) or (isinstance(source, str) and ("\n" in source or "<" in source)):
        content: str | bytes = source
    else:
        content = file_bytes(source)
    text = text_of(unpacked(content) if isinstance(content, bytes) else content)
    how_sure = {name: IMPORTERS.get(name).sure(text) for name in IMPORTERS.names()}
    surest = max(how_sure, key=how_sure.__getitem__)
    if how_sure[surest] < CERTAIN:
        surest = _by_ending(source) or (surest if how_sure[surest] else "")
    if _BINARY.search(text[:MOST_LOOKED_AT]):
        raise BadInput(say("interop.binary"), say("interop.binary_mend"))
    if not surest:
        raise BadInput(
            say("interop.no_format"),
            say("interop.no_format_mend", endings=_endings(), known=tuple(how_sure)),
        )
    return _titled(_read(surest, text.encode("utf-8"), expectations, frequency), source)


def _by_ending(source: str | Path | bytes) -> str:
    """The format that a file's name tells, "" where it tells none."""
    if isinstance(source, bytes) or "\n" in str(source):
        return ""
    ending = Path(source).suffix.lower()
    return next((name for name in IMPORTERS.names() if ending in IMPORTERS.get(name).endings), "")


def _endings() -> tuple[str, ...]:
    return tuple(ending for name in IMPORTERS.names() for ending in IMPORTERS.get(name).endings)


def _read(
    format: str,
    source: str | Path | bytes,
    expectations: str,
    frequency: Frequency | Callable[[], Frequency] | None,
) -> Imported:
    importer = IMPORTERS.get(format)
    if not expectations:
        return importer.read(source, frequency=frequency) if importer.asks else importer.read(source)
    if not importer.expectations:
        raise UsageError(say("interop.no_expectations", format=format), say("interop.no_expectations_mend"))
    return importer.read(source, expectations)


def _titled(found: Imported, source: str | Path | bytes) -> Imported:
    """Called like its file, where the file says nothing about its name."""
    if isinstance(source, bytes) or "\n" in str(source) or found.model.name != found.format:
        return found
    stem = word(Path(source).name.partition(".")[0])
    return replace(found, model=replace(found.model, name=stem)) if stem else found
