"""How a baseline is kept: facts and vocabularies as JSON, arrays as safetensors. Nothing that runs is ever read.

The three files are written beside the folder and moved into place one by one, `baseline.json` last with the checksums of
the other two: a save that was cut short is seen at the next load.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.core.optional import require

FACTS, NAMES, ARRAYS = "baseline.json", "vocabulary.json", "weights.safetensors"
VERSION = 1


@dataclass(frozen=True)
class Kept:
    """facts: JSON values; names: lists of feature names; arrays: numbers of any shape."""

    facts: Mapping[str, Any]
    names: Mapping[str, list[str]] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


def write_kept(folder: Path, kept: Kept) -> None:
    safetensors = require("safetensors.numpy", why="to keep a baseline's weights", extra="text")
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: np.ascontiguousarray(array) for name, array in kept.arrays.items()}
    parts = {NAMES: _json(dict(kept.names)), ARRAYS: safetensors.save(arrays)}
    facts = {
        **kept.facts,
        "version": VERSION,
        "sha256": {name: _sha256(data) for name, data in parts.items()},
    }
    for name, data in (*parts.items(), (FACTS, _json(facts))):
        draft = folder / f"{name}.part"
        draft.write_bytes(data)
        draft.replace(folder / name)


def read_kept(folder: Path) -> Kept:
    """Raises BadInput when a file is missing, changed, cut short or of a later version."""
    safetensors = require("safetensors.numpy", why="to read a baseline's weights", extra="text")
    facts = _facts(folder)
    parts = {name: _checked(folder / name, facts["sha256"].get(name)) for name in (NAMES, ARRAYS)}
    return Kept(facts, json.loads(parts[NAMES]), safetensors.load(parts[ARRAYS]))


def _facts(folder: Path) -> dict[str, Any]:
    path = folder / FACTS
    try:
        facts = json.loads(_bytes(path))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _broken(path) from error
    wanted = {"baseline": str, "task": str, "labels": list, "settings": dict, "learnt": dict, "sha256": dict}
    if not isinstance(facts, dict) or any(
        not isinstance(facts.get(key), kind) for key, kind in wanted.items()
    ):
        raise _broken(path)
    if facts.get("version") != VERSION:
        raise BadInput(
            say("text_baselines.other_version", file=str(path)), say("text_baselines.fit_again_mend")
        )
    return facts


def _checked(path: Path, sha256: object) -> bytes:
    data = _bytes(path)
    if _sha256(data) != sha256:
        raise _broken(path)
    return data


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(
            say("text_baselines.file_missing", file=str(path)), say("text_baselines.fit_again_mend")
        )
    return path.read_bytes()


def broken(what: str) -> BadInput:
    """Files that are whole, but do not fit together."""
    return BadInput(say("text_baselines.file_broken", file=what), say("text_baselines.fit_again_mend"))


def _broken(path: Path) -> BadInput:
    return broken(str(path))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
