"""The folder of a risk: its report in the languages asked for, and its results as plain data; each whole or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longwave.core.errors import UsageError
from longwave.core.message import Language, say
from longwave.report.document import Document
from longwave.workflows.forecast.files import whole

REPORTS: Mapping[Language, str] = {"en": "report.html", "zh": "report.zh.html"}


def check_folder(folder: Path) -> None:
    """Makes the folder and tries it, before the work. Raises UsageError."""
    probe = folder / ".longwave.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(
            say("early_warning.folder_bad", folder=str(folder)), say("early_warning.folder_mend")
        ) from error


def write_folder(
    page: Document, results: Mapping[str, Any], folder: Path, languages: Sequence[Language]
) -> tuple[Path, ...]:
    """Writes report.html (report.zh.html) and results.json."""
    from longwave.report.page import render

    check_folder(folder)
    written = []
    for lang in languages:
        other = next((REPORTS[each] for each in languages if each != lang), None)
        with whole(folder / REPORTS[lang]) as part:
            part.write_text(render(page, lang, alternate=other), "utf-8")
        written.append(folder / REPORTS[lang])
    with whole(folder / "results.json") as part:
        part.write_text(
            json.dumps(_finite(results), ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8"
        )
    return (*written, folder / "results.json")


def _finite(value: Any) -> Any:
    """Plain data with null for what is not a finite number, as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
