"""Documents in which an answer is to be found: a folder of texts, a text, or a table with a document a row.

A file that ends in .txt or .md is one document. A table's documents are its column of texts (see `roles`), named by its
ids where it has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from longwave.connectors.guards import LIMITS, read_bytes
from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import say
from longwave.text.corpus.cell import text_of_cell
from longwave.text.corpus.columns import Column, assign
from longwave.text.corpus.opened import text_of, unpacked
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.roles import ANSWERS, CLASSIFY, ID
from longwave.text.corpus.shaped import texts
from longwave.text.portable.clean import clean

_WHOLE = (".txt", ".md", ".markdown", ".text")
_CONTEXT = next(each for each in ANSWERS if each.name == "context")
_TEXT = Column("text", tuple(dict.fromkeys((*_CONTEXT.aliases, *CLASSIFY[0].aliases))))


@dataclass(frozen=True)
class Documents:
    """names: of each document, as a reader knows it; texts: what it says."""

    names: tuple[str, ...]
    texts: tuple[str, ...]


def read_documents(source: Path, *, encoding: str | None = None) -> Documents:
    """The documents of a folder or a file, in the order of their names or rows; empty ones are left out.

    Raises BadInput for a file that cannot be read, NotEnoughData where there is no text at all, DataError for a table
    without a column of texts."""
    source = source.expanduser()
    if source.is_dir():
        found = _of_folder(source, encoding)
    elif _is_whole(source):
        found = [(source.name, _document(source, encoding))]
    else:
        found = _of_table(source, encoding)
    kept = [(name, text) for name, text in found if text.strip()]
    if not kept:
        raise NotEnoughData(
            say("text_corpus.no_documents", name=str(source)), say("text_corpus.no_documents_mend")
        )
    return Documents(tuple(name for name, _ in kept), tuple(text for _, text in kept))


def _of_folder(folder: Path, encoding: str | None) -> list[tuple[str, str]]:
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _is_whole(path) and not path.name.startswith(".")
    ]
    return [
        (path.relative_to(folder).as_posix(), _document(path, encoding) if path.stat().st_size else "")
        for path in files
    ]


def _is_whole(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(_WHOLE)


def _document(path: Path, encoding: str | None) -> str:
    data, name = unpacked(read_bytes(path, limit=LIMITS.file_bytes), path.name)
    try:
        return clean(text_of(data, name, encoding))
    except BadInput as error:
        if error.message.key == "text_corpus.empty_file":
            return ""
        raise


def _of_table(file: Path, encoding: str | None) -> list[tuple[str, str]]:
    frame = read_rows(file, encoding=encoding).frame
    names = assign(frame, (_TEXT, ID), {})
    said = texts(frame, names, "text", strip=False) or []
    ids = names.get("id")
    called = (
        [f"{file.name}:{place}" for place in frame.index]
        if ids is None
        else [text_of_cell(cell).strip() for cell in frame[ids]]
    )
    return list(zip(called, said, strict=True))
