"""The Trainer's states on disk, and which of them a kill left whole.

The Trainer writes a state file by file, so that a process which is killed at that moment leaves the last one torn; two are
kept, and the one before it is whole.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers.trainer import OPTIMIZER_NAME, SCHEDULER_NAME, TRAINER_STATE_NAME

from longwave.core.errors import BadInput
from longwave.text.bases import check_weights


def last_whole(state: Path) -> Path | None:
    """The state of the highest step in the folder that can be gone on from; None where there is none."""
    folders = sorted(state.glob("checkpoint-*"), key=step_of, reverse=True)
    return next((folder for folder in folders if _is_whole(folder)), None)


def told_of(folder: Path) -> Mapping[str, Any]:
    """What the Trainer wrote down of where it stood; nothing where that cannot be read."""
    try:
        told = json.loads((folder / TRAINER_STATE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def step_of(folder: Path) -> int:
    """Of a folder that the Trainer named; -1 where another did."""
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else -1


def _is_whole(folder: Path) -> bool:
    told = told_of(folder)
    if told.get("global_step") != step_of(folder) or "epoch" not in told:
        return False
    kept = [folder / OPTIMIZER_NAME, folder / SCHEDULER_NAME, *folder.glob("rng_state*.pth")]
    # torch writes archives whose list of contents comes last: without it the file was cut short.
    return len(kept) > 2 and all(map(zipfile.is_zipfile, kept)) and _weights_whole(folder)


def _weights_whole(folder: Path) -> bool:
    files = list(folder.glob("*.safetensors"))
    try:
        for file in files:
            check_weights(file)
    except BadInput:
        return False
    return bool(files)
