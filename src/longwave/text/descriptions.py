"""What labels mean, in words: a file of the user's, or the labels' own names made readable.

The file is TOML or JSON: each label with a sentence, or with several. A label that it leaves out keeps its own name.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput, UsageError
from longwave.core.message import say


def read_descriptions(path: str, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Each label's descriptions, in the labels' order. path: empty for the labels' own names.

    Raises BadInput for a file that is none, UsageError for a label that is not among the labels.
    """
    told = _file(Path(path)) if path else {}
    unknown = [label for label in told if label not in labels]
    if unknown:
        raise UsageError(
            say("text_methods.unknown_described", labels=tuple(unknown[:5])),
            say("text_methods.unknown_described_mend", labels=tuple(labels[:12])),
        )
    return {label: told.get(label) or (readable(label),) for label in labels}


def readable(label: str) -> str:
    """``card_arrival``, ``cardArrival``, ``card-arrival`` -> card arrival; letters of other scripts as they are."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", label)
    return " ".join(re.split(r"[\s_\-./:|]+", parted)).strip() or label


def _file(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        text = path.read_text("utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise BadInput(say("text_methods.bad_descriptions", path=str(path), problem=str(error))) from error
    if not isinstance(found, dict) or not all(_sentences(each) for each in found.values()):
        raise BadInput(
            say("text_methods.bad_descriptions", path=str(path), problem=""),
            say("text_methods.bad_descriptions_mend"),
        )
    return {str(k): (v,) if isinstance(v, str) else tuple(v) for k, v in found.items()}


def _sentences(value: Any) -> bool:
    """A sentence, or a list of some."""
    each = [value] if isinstance(value, str) else value
    return isinstance(each, list) and bool(each) and all(isinstance(one, str) and one.strip() for one in each)
