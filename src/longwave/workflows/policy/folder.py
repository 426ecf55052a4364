"""A plan's folder: results.json and one report a language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.report.document import Document
from longwave.workflows.forecast.files import whole
from longwave.workflows.policy.page import document
from longwave.workflows.policy.run import Policy


def write_policy(policy: Policy, folder: Path, languages: Sequence[Language]) -> Path:
    """Writes a plan's folder, making it where it is not there. Raises UsageError for a place that cannot be written to."""
    return write_pages(document(policy), policy.results(), folder, languages, "report")


def write_pages(
    told: Document, results: Mapping[str, Any], folder: Path, languages: Sequence[Language], name: str
) -> Path:
    """One page a language, and the results as JSON. Raises UsageError for a place that cannot be written to."""
    from longwave.report.page import render

    check_place(folder)
    for lang in languages:
        other = next((_name(name, each) for each in languages if each != lang), None)
        with whole(folder / _name(name, lang)) as part:
            part.write_text(render(told, lang, alternate=other), "utf-8")
    with whole(folder / "results.json") as part:
        part.write_text(json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False), "utf-8")
    return folder


def check_place(folder: Path) -> None:
    """Makes the folder and tries that it can be written to. Raises UsageError."""
    probe = folder / ".longwave.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(
            say("workflows.bad_folder", folder=str(folder)), say("workflows.other_folder")
        ) from error


def _name(name: str, lang: Language) -> str:
    return f"{name}.html" if lang == "en" else f"{name}.{lang}.html"
