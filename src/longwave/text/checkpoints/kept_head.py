"""A checkpoint's head.json: its task, the head's kind and labels, how a row is laid out; what is written is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.portable.predictor import HEAD as HEAD


def write_head(folder: Path, told: Mapping[str, Any]) -> None:
    """Replaces the head.json that is there."""
    (folder / HEAD).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


def read_head(folder: Path) -> dict[str, Any]:
    """Raises BadInput for a folder without one, or with one that is not whole."""
    try:
        kept = json.loads((folder / HEAD).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            say("text_engine.no_head", folder=str(folder)), say("text_engine.broken_mend")
        ) from error
    if not isinstance(kept, dict) or not {"task", "layout", "head"} <= set(kept):
        raise BadInput(say("text_engine.no_head", folder=str(folder)), say("text_engine.broken_mend"))
    return kept
