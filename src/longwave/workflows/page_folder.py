"""A folder that a report goes into: tried before the work, then one page a language, each whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.report.document import Document
from longwave.workflows.whole_file import whole


def check_folder(folder: Path, *within: str) -> None:
    """Makes the folder, and those within it, and tries that it can be written to, before the work that is to go there.

    Raises UsageError.
    """
    probe = folder / ".longwave.part"
    try:
        for each in (folder, *(folder / name for name in within)):
            each.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise UsageError(
            say("workflows.bad_folder", folder=str(folder)), say("workflows.other_folder")
        ) from error


def page_name(lang: Language, name: str = "report") -> str:
    """``report.html``, ``report.zh.html``."""
    return f"{name}.html" if lang == "en" else f"{name}.{lang}.html"


def write_pages(
    document: Document, folder: Path, languages: Sequence[Language], name: str = "report"
) -> list[Path]:
    """One page a language, each with a link to another of them. The pages written, in the order of the languages."""
    from longwave.report.page import render

    pages = []
    for lang in languages:
        other = next((page_name(each, name) for each in languages if each != lang), None)
        pages.append(write_whole(folder / page_name(lang, name), render(document, lang, alternate=other)))
    return pages


def write_whole(path: Path, text: str) -> Path:
    """Writes a text beside and then puts it in its place: a reader never meets half a file."""
    with whole(path) as part:
        part.write_text(text, "utf-8")
    return path
