"""A plan's folder: results.json and one page a language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longwave.core.message import Language
from longwave.report.document import Document
from longwave.workflows.page_folder import check_folder, write_pages, write_whole
from longwave.workflows.policy.page import document
from longwave.workflows.policy.run import Policy


def write_policy(policy: Policy, folder: Path, languages: Sequence[Language]) -> Path:
    """Writes a plan's folder, making it where it is not there. Raises UsageError for a place that cannot be written to."""
    return write_told(document(policy), policy.results(), folder, languages, "report")


def write_told(
    told: Document, results: Mapping[str, Any], folder: Path, languages: Sequence[Language], name: str
) -> Path:
    """The pages, and the results as JSON. Raises UsageError for a place that cannot be written to."""
    check_folder(folder)
    write_pages(told, folder, languages, name)
    write_whole(folder / "results.json", json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False))
    return folder
