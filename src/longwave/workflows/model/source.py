"""Where a model comes from: a file of ours, another program's file, or the library that is shipped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from longwave.connectors import guards
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Message, say
from longwave.core.period import Frequency
from longwave.macro.databank import Databank
from longwave.macro.interop.imported import Imported
from longwave.macro.language.read import read_model
from longwave.macro.library import catalogue as library
from longwave.macro.model import Model

OWN_SUFFIX = ".lw"


@dataclass(frozen=True, eq=False)
class Sourced:
    """A model as found. where: file or library name; library: its entry, when it is one of the house's.

    imported: what an importer brought, where it came from another program.
    """

    model: Model
    where: str
    library: library.LibraryModel | None = None
    imported: Imported | None = None

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What a reader must know before the results: an importer's remarks."""
        return self.imported.warnings if self.imported else ()

    def complete(self, bank: Databank) -> Databank:
        """Figures under the model's names, with columns that need not be brought at their defaults."""
        return self.imported.complete(bank) if self.imported else bank

    def own_name(self, name: str) -> str:
        """What a word of the model's source is called here: renamed, or in the case in which the model writes it."""
        return self.imported.own_name(name) if self.imported else name


def find_model(
    what: str | Path, *, expectations: str = "", data: str | Path | Databank | None = None
) -> Sourced:
    """The model of a file or of the library.

    expectations: which variant of a file that holds several (FRB/US: var, mcap, mcap+wp ...); data: the figures, asked
    for their frequency where the text's meaning hangs on it (EViews' @pcy). Raises UsageError for what is neither,
    BadInput for what cannot be read.
    """
    text = str(what)
    if expectations and (text in library.names() or Path(text).suffix.lower() == OWN_SUFFIX):
        raise UsageError(say("models.one_variant", what=text), say("models.one_variant_mend"))
    if text in library.names():
        entry = library.find(text)
        return Sourced(entry.model(), text, entry)
    path = Path(text)
    if not _is_file(path):
        raise UsageError(
            say("models.not_found", what=text), say("models.not_found_mend", names=", ".join(library.names()))
        )
    if path.suffix.lower() == OWN_SUFFIX:
        return Sourced(read_model(_text(path), str(path)), str(path))
    from longwave.macro.interop.importing import import_model

    asked = None if data is None else partial(_frequency_of, data)
    imported = import_model(path, expectations=expectations, frequency=asked)
    return Sourced(imported.model, str(path), None, imported)


def _frequency_of(data: str | Path | Databank) -> Frequency:
    if isinstance(data, Databank):
        return data.first.frequency
    from longwave.workflows.model.figures import read_databank

    return read_databank(Path(data)).first.frequency


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _text(path: Path) -> str:
    try:
        return guards.read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            say("models.not_utf8", path=str(path), offset=error.start), say("models.not_utf8_mend")
        ) from error
