"""Answers as they came, kept on disk: the raw material, and the replay where there is no network.

An answer lies under the checksum of what was asked (method, URL, parameters; never a key): ``ab/<name>.body``
holds the bytes, ``ab/<name>.json`` what is known about them. Each file is put in place whole. An answer whose
bytes do not fit their checksum counts as not there.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from longwave.core.errors import FetchError
from longwave.core.message import say
from longwave.core.origin import checksum


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its bytes, the URL without keys, when it was taken (UTC, ISO 8601), sha256 of the bytes."""

    data: bytes
    url_without_secrets: str
    retrieved: str
    sha256: str
    media_type: str
    from_cache: bool = False
    status: int = 200


def cache_name(url: str, headers: Mapping[str, str]) -> str:
    """The name under which the answer to a GET of `url` lies. Neither may hold a key.

    headers: those that change the answer, e.g. Accept.
    """
    asked = {"method": "GET", "url": url, "headers": {k.lower(): v for k, v in headers.items()}}
    return checksum(json.dumps(asked, sort_keys=True, ensure_ascii=True).encode("ascii"))


class RawCache:
    """A folder of answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> Fetched | None:
        """The answer of that name; None where there is none, or where its files are damaged."""
        body, record = self._paths(name)
        try:
            data = body.read_bytes()
            known = json.loads(record.read_bytes())
        except (OSError, ValueError):
            return None
        wanted = ("url", "retrieved", "sha256", "media_type")
        if not isinstance(known, dict) or not all(isinstance(known.get(key), str) for key in wanted):
            return None
        if checksum(data) != known["sha256"]:
            return None
        return Fetched(
            data, known["url"], known["retrieved"], known["sha256"], known["media_type"], from_cache=True
        )

    def keep(self, name: str, answer: Fetched) -> Fetched:
        """Puts the answer on disk. Raises FetchError where the folder cannot be written."""
        body, record = self._paths(name)
        known = {
            "url": answer.url_without_secrets,
            "retrieved": answer.retrieved,
            "sha256": answer.sha256,
            "media_type": answer.media_type,
        }
        try:
            body.parent.mkdir(parents=True, exist_ok=True)
            _put(body, answer.data)
            _put(record, json.dumps(known, indent=1, sort_keys=True).encode("utf-8"))
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise FetchError(
                say("connectors.cache_unwritable", folder=str(self._folder), why=why),
                say("connectors.cache_unwritable_mend"),
            ) from error
        return replace(answer, from_cache=False)

    def _paths(self, name: str) -> tuple[Path, Path]:
        folder = self._folder / name[:2]
        return folder / f"{name}.body", folder / f"{name}.json"


def _put(path: Path, data: bytes) -> None:
    """Writes beside the place and moves into it, so that no reader sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
