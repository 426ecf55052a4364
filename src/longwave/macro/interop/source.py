"""The bytes and the text of a file that someone else wrote: bounded in size, decoded, never trusted."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

from longwave.core.errors import BadInput, UnsafeInput
from longwave.core.message import say

MOST_BYTES = 256 * 2**20
"""Of a file, unpacked. The Federal Reserve's longest database has 5 MiB."""


def file_bytes(source: str | Path) -> bytes:
    """Everything in a file. Raises BadInput where there is no such file, UnsafeInput where it is too large."""
    path = Path(source)
    try:
        if not path.is_file():
            raise BadInput(say("interop.no_file", name=str(source)[:200]), say("interop.no_file_mend"))
        if path.stat().st_size > MOST_BYTES:
            raise UnsafeInput(
                say("interop.too_large", most=MOST_BYTES // 2**20), say("interop.too_large_mend")
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadInput(say("interop.no_file", name=str(source)[:200]), say("interop.no_file_mend")) from error


def unpacked(raw: bytes) -> bytes:
    """The bytes themselves, or what is in them where they are gzipped. Raises BadInput, UnsafeInput."""
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        with gzip.open(io.BytesIO(raw)) as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            say("interop.broken_gzip", reason=str(error)), say("interop.broken_gzip_mend")
        ) from error
    if len(content) > MOST_BYTES:
        raise UnsafeInput(say("interop.swells", most=MOST_BYTES // 2**20), say("interop.too_large_mend"))
    return content


def text_of(source: str | Path | bytes) -> str:
    """The text of a file, or of its contents.

    A str with a line break or an angle bracket, or that begins with {, is contents; any other is a path.
    UTF-8, with or without mark; else UTF-16 by its mark; else Latin-1, in which every byte means something.
    """
    if isinstance(source, str) and ("\n" in source or "<" in source or source.lstrip()[:1] == "{"):
        if len(source) > MOST_BYTES:
            raise UnsafeInput(
                say("interop.too_large", most=MOST_BYTES // 2**20), say("interop.too_large_mend")
            )
        return source
    raw = unpacked(source if isinstance(source, bytes) else file_bytes(source))
    if len(raw) > MOST_BYTES:
        raise UnsafeInput(say("interop.too_large", most=MOST_BYTES // 2**20), say("interop.too_large_mend"))
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
