"""A file's bytes and the text in them: unpacked where it is gzipped, read in the encoding that it is in.

A gzip is unpacked a piece at a time and never beyond `TEXT_BYTES`. Encodings: UTF-8 (with or without its mark), UTF-16
with its mark, GB 18030 where what comes out reads like Chinese. A file in two encodings decodes in neither: it is
refused with the first line that differs, since a guess would garble texts in silence.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib

from longwave.connectors.encodings import chinese, likely, looks_garbled
from longwave.connectors.guards import LIMITS, too_large
from longwave.connectors.tables import decode, encoding_mend
from longwave.core.errors import BadInput, UnsafeInput
from longwave.core.message import Message, say
from longwave.text.corpus.rows import TEXT_BYTES

_LATIN = re.compile(r"(?:latin|iso|windows|cp|l)?[-_ ]?(?:8859[-_])?(?:1|9|15|1252|1254)", re.IGNORECASE)
"""The names of encodings for the letters of western Europe, which decode all bytes, or nearly all."""
_MENDS = ("text_corpus.encoding_mend", "text_corpus.encoding_mend_likely")
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 22


def unpacked(data: bytes, name: str) -> tuple[bytes, str]:
    """The bytes inside a gzip and the name without its .gz; other bytes as they are.

    Raises UnsafeInput for a file that swells a hundredfold or beyond `TEXT_BYTES`, BadInput for a broken one.
    """
    inner = name[:-3] if name.lower().endswith(".gz") else name
    if not data.startswith(_GZIP):
        if inner != name:
            raise BadInput(say("text_corpus.broken", name=name, kind="gzip"), say("text_corpus.broken_mend"))
        return data, name
    pieces: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            while piece := file.read(_PIECE):
                pieces.append(piece)
                size += len(piece)
                _check_swelling(name, size, len(data))
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            say("text_corpus.broken", name=name, kind="gzip"), say("text_corpus.broken_mend")
        ) from error
    return b"".join(pieces), inner


def _check_swelling(name: str, size: int, packed: int) -> None:
    if size > TEXT_BYTES:
        raise too_large(name, size, TEXT_BYTES)
    if size > LIMITS.zip_ratio * packed and size > 16 * _PIECE:
        message = say("text_corpus.swells", name=name, ratio=size / packed, limit=LIMITS.zip_ratio)
        raise UnsafeInput(message, say("text_corpus.swells_mend"))


def text_of(data: bytes, name: str, encoding: str | None) -> str:
    """The text of a file's bytes with plain line ends. Raises BadInput naming the line that cannot be read."""
    if len(data) > TEXT_BYTES:
        raise too_large(name, len(data), TEXT_BYTES)
    if encoding is None:
        _check_one_encoding(data, name)
    try:
        text = decode(data, name, encoding)
    except BadInput as error:
        if error.mend is None or not error.mend.key.startswith("connectors_files.encoding_mend"):
            raise
        good = encoding is not None and _is_utf8(data)
        mend = say("text_corpus.is_utf8_mend") if good else encoding_mend(data, _MENDS)
        raise BadInput(_as_typed(error.message, encoding), mend) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadInput(say("text_corpus.nul", name=name, line=line), say("text_corpus.nul_mend"))
    if not text.strip():
        raise empty(name)
    text = text.removeprefix("\ufeff").replace("\r\r\n", "\n")  # what Windows makes of \r\n written as text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_typed(message: Message, encoding: str | None) -> Message:
    """The sentence about an encoding that there is not, with its name as it was typed; what steers a screen is escaped."""
    if encoding is None or encoding.isascii() or message.values.get("encoding") != ascii(encoding[:80]):
        return message
    return say(message.key, **{**message.values, "encoding": repr(encoding[:80])})


def check_binary(data: bytes, name: str, suffix: str) -> None:
    """Raises BadInput for a text under the ending of a workbook or of Parquet: no byte of it is one that texts lack."""
    head = data[:4096]
    if not head.startswith((b"PK", b"PAR1")) and min(head, default=0) > 8:
        message = say("text_corpus.plain_text", name=name, kind=suffix.removeprefix("."))
        raise BadInput(message, say("text_corpus.plain_text_mend"))


def doubts(data: bytes, text: str, name: str, encoding: str | None) -> tuple[Message, ...]:
    """A note where UTF-8 was read as something else, or Latin letters were asked for, which any bytes are, and it shows."""
    if encoding is None:
        return ()
    if not data.isascii() and _is_utf8(data) and not _agrees(data, text):
        return (say("text_corpus.looks_otherwise", name=name, encoding=encoding, likely="utf-8"),)
    if not _LATIN.fullmatch(encoding.strip()):
        return ()
    seen = likely(data)
    if seen not in ("", "cp1252"):
        return (say("text_corpus.looks_otherwise", name=name, encoding=encoding, likely=seen),)
    return (say("text_corpus.looks_garbled", name=name, encoding=encoding),) if looks_garbled(text) else ()


def _agrees(data: bytes, text: str) -> bool:
    """Whether a text is what its bytes are in UTF-8, by the first sign beyond ASCII."""
    sign = next(char for char in data.decode("utf-8-sig") + "\ufeff" if not char.isascii())
    return sign == "\ufeff" or sign in text


def empty(name: str) -> BadInput:
    """The error for a file without anything in it: the mend says what a file of its kind holds."""
    bare = name.lower().removesuffix(".gz")
    table = bare.endswith((".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".parquet", ".pq"))
    mend = "text_corpus.empty_file_mend" if table else "text_corpus.empty_text_mend"
    return BadInput(say("text_corpus.empty_file", name=name), say(mend))


def _check_one_encoding(data: bytes, name: str) -> None:
    """Refuses a file most of whose lines beyond ASCII are UTF-8 and some are not.

    A short Chinese line in GB 18030 may be UTF-8 by chance: where the whole reads as Chinese, such lines are no sign."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf8(data):
        return
    first, strange, good = 0, 0, 0
    by_chance = True
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.isascii():
            continue
        if _is_utf8(line):
            good += 1
            by_chance = by_chance and _is_in(line, "gb2312")
            continue
        strange += 1
        first = first or number
    if good and (good >= strange or good > 2) and not (by_chance and chinese(data) is not None):
        message = say("text_corpus.mixed_encodings", name=name, line=first, count=strange)
        raise BadInput(message, say("text_corpus.mixed_encodings_mend"))


def _is_utf8(data: bytes) -> bool:
    return _is_in(data, "utf-8")


def _is_in(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
