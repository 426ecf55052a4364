"""A disk that fills up while a model learns or is written, whichever library meets it first, told with what is left.

safetensors and torch have words of their own for it, which name neither the folder nor a mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longwave.core.disk_room import FULL, disk_full, free
from longwave.core.message import Message, say
from longwave.text.checkpoints.checkpoint import CARD

_NUMBER = re.compile(r"\(os error (\d+)\)")
_WRITER = re.compile(r"PytorchStreamWriter|inline_container")
_NOTHING = 2**16
"""Bytes free that are as good as none: less than a file of any weights."""


@contextmanager
def room_to_learn(folder: Path) -> Iterator[None]:
    """While a model for `folder` learns and is written. Raises DiskFull where there is no room for that."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        if not _is_full(error, folder):
            raise
        raise disk_full(folder, _mend(folder)) from error


def _is_full(error: Exception, folder: Path) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    told = str(error)
    if isinstance(error, RuntimeError):
        writing = _WRITER.search(told) is not None and "PytorchStreamReader" not in told
        return writing or free(folder) < _NOTHING
    number = _NUMBER.search(told)
    return number is not None and int(number[1]) in FULL


def _mend(folder: Path) -> Message:
    return say(
        "text_engine.disk_full_mend_old" if (folder / CARD).is_file() else "text_engine.disk_full_mend"
    )
