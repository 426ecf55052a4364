"""The folder of a risk: its report in the languages asked for, and its results as plain data; each whole or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longwave.core.message import Language
from longwave.report.document import Document
from longwave.workflows.page_folder import check_folder, write_pages, write_whole


def write_folder(
    page: Document, results: Mapping[str, Any], folder: Path, languages: Sequence[Language]
) -> tuple[Path, ...]:
    """Writes report.html (report.zh.html) and results.json."""
    check_folder(folder)
    pages = write_pages(page, folder, languages)
    text = json.dumps(_finite(results), ensure_ascii=False, indent=1, allow_nan=False)
    return (*pages, write_whole(folder / "results.json", text + "\n"))


def _finite(value: Any) -> Any:
    """Plain data with null for what is not a finite number, as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
