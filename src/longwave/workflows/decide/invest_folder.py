"""The folder of an investment decision: a report a language, and results.json; each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from longwave.core.message import Language
from longwave.workflows.decide.invest import Invested
from longwave.workflows.page_folder import write_pages, write_whole


def save_investment(done: Invested, folder: Path, languages: Sequence[Language]) -> list[Path]:
    """Writes the folder; the files, reports first."""
    text = json.dumps(
        {"schema": "longwave.decision/1", **done.results()}, ensure_ascii=False, indent=2, allow_nan=False
    )
    return [*write_pages(done.document, folder, languages), write_whole(folder / "results.json", text + "\n")]
