"""Weights of a method alone, in one safetensors file: names and shapes are compared before anything is put in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.bases import check_weights

ADAPTER = "adapter"
"""The folder within a checkpoint of what a method adds to its base."""


def keep(weights: dict[str, Any], path: Path) -> None:
    """Tensors by name."""
    path.parent.mkdir(exist_ok=True)
    save_file({name: each.detach().cpu().contiguous() for name, each in weights.items()}, path)


def kept(path: Path, expected: dict[str, Any]) -> dict[str, Any]:
    """The tensors of a file, of the names and shapes of `expected`. Raises BadInput."""
    check_weights(path)
    found: dict[str, Any] = load_file(path)
    told = {name: tuple(each.shape) for name, each in found.items()}
    if told != {name: tuple(each.shape) for name, each in expected.items()}:
        raise BadInput(say("text_methods.other_weights", path=str(path)), say("text_engine.broken_mend"))
    return found
