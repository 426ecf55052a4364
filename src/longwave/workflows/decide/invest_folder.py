"""The folder of an investment decision: a report a language, and results.json; each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.workflows.decide.invest import Invested
from longwave.workflows.forecast.files import whole
from longwave.workflows.study.folder import REPORT_NAMES


def check_investment_folder(folder: Path) -> None:
    """Makes the folder and tries that it takes files, before the work. Raises UsageError."""
    probe = folder / ".longwave.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except (OSError, ValueError) as error:
        raise UsageError(
            say("workflows.bad_folder", folder=str(folder)), say("workflows.other_folder")
        ) from error


def save_investment(done: Invested, folder: Path, languages: Sequence[Language]) -> list[Path]:
    """Writes the folder; the files, reports first."""
    from longwave.report.page import render

    page = done.document
    files = []
    for lang in languages:
        other = next((REPORT_NAMES[each] for each in languages if each != lang), None)
        files.append(_put(folder / REPORT_NAMES[lang], render(page, lang, alternate=other)))
    text = json.dumps(
        {"schema": "longwave.decision/1", **done.results()}, ensure_ascii=False, indent=2, allow_nan=False
    )
    files.append(_put(folder / "results.json", text + "\n"))
    return files


def _put(path: Path, text: str) -> Path:
    with whole(path) as part:
        part.write_text(text, "utf-8")
    return path
