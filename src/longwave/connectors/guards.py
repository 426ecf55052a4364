"""What may come in: sizes, paths and archives are looked at before anything is parsed.

A file from outside can lie about its size, swell a thousandfold when opened, name a path outside its folder,
or be another kind of file than it says. Each guard reads as little as it needs to and answers with
`UnsafeInput` (a file that tries to leave its folder, or to swell) or `BadInput` (one that is merely broken),
each with its mend.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from longwave.core.errors import BadInput, UnsafeInput
from longwave.core.message import say

if TYPE_CHECKING:
    import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a thing is let in. Each is far above real statistics and far below what hurts a laptop."""

    file_bytes: int = 500_000_000
    """One file on disk. The largest national-accounts downloads are about 100 MB."""
    text_bytes: int = 200_000_000
    """One CSV: text takes about ten times its size in memory while it is read."""
    descriptor_bytes: int = 5_000_000
    """A datapackage.json or a code book; real ones stay under 1 MB."""
    zip_bytes: int = 200_000_000
    """All members of an archive together, unpacked."""
    zip_ratio: int = 100
    """Unpacked to packed size. Text and sheets reach 10 to 30; bombs reach 1,000."""
    zip_ratio_from: int = 1_000_000
    """Below this unpacked size a high ratio does no harm (a short run of zeros packs very well)."""
    zip_members: int = 1_000
    rows: int = 5_000_000
    cells: int = 50_000_000
    """Cells of a Parquet file."""
    text_cells: int = 10_000_000
    """Cells of a CSV, each a string of its own in memory."""
    sheet_cells: int = 5_000_000
    """Cells of a workbook's sheet, which is read a cell at a time."""
    sheet_rows: int = 1_048_576
    """As many as a spreadsheet program has; a sheet that names a row below these would be padded to it."""
    pack_bytes: int = 1_000_000_000
    """All files of a data package together."""
    columns: int = 4_096
    """A wide table of 300 years by month has 3,600."""
    line_chars: int = 1_000_000
    field_chars: int = 20_000
    key_chars: int = 500
    """An area, a variable, an item: longer ones are prose in the wrong column."""


LIMITS = Limits()

_READ_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # a member that wants a password; NotImplementedError is one of these
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
)
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_DRIVE = re.compile(r"[a-zA-Z]:")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that steer a screen or break a line; no name of a thing has them."""
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_XML_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1"}
_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_PIECE = 1 << 20


def read_bytes(path: Path, *, limit: int = LIMITS.file_bytes) -> bytes:
    """The bytes of an ordinary file. Raises UnsafeInput for a device or a file above `limit` bytes, BadInput
    for one that is not there, is empty or cannot be read."""
    name = path.name
    try:
        about = path.stat()
    except (OSError, ValueError) as error:
        raise BadInput(
            say("connectors_files.no_file", name=str(path)), say("connectors_files.no_file_mend")
        ) from error
    if stat.S_ISDIR(about.st_mode):
        raise BadInput(say("connectors_files.is_folder", name=name), say("connectors_files.is_folder_mend"))
    if not stat.S_ISREG(about.st_mode):
        raise UnsafeInput(
            say("connectors_files.not_a_file", name=name), say("connectors_files.not_a_file_mend")
        )
    if about.st_size > limit:
        raise too_large(name, about.st_size, limit)
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = say("connectors_files.unreadable", name=name, reason=reason)
        raise BadInput(message, say("connectors_files.unreadable_mend")) from error
    if len(data) > limit:
        raise too_large(name, len(data), limit)
    if not data:
        raise BadInput(say("connectors_files.empty_file", name=name), say("connectors_files.empty_file_mend"))
    return data


def too_large(name: str, size: int, limit: int) -> UnsafeInput:
    """The error for a file of `size` bytes where `limit` are let in."""
    return UnsafeInput(
        say("connectors_files.too_large", name=name, size=size / 1e6, limit=limit / 1e6),
        say("connectors_files.too_large_mend"),
    )


def member_path(written: str) -> PurePosixPath:
    """A path as a pack or an archive writes it, if it stays below its folder.

    Raises UnsafeInput for an absolute path, a drive, a URL, a backslash, a control character or a ``..``.
    """
    tricky = (
        not written.strip()
        or written.startswith(("/", "~"))
        or "\\" in written
        or bool(_URL.match(written) or _DRIVE.match(written) or CONTROL.search(written))
        or ".." in PurePosixPath(written).parts
        or PurePosixPath(written) == PurePosixPath(".")
    )
    if tricky:
        message = say("connectors_files.path_trick", path=ascii(written[:120]))
        raise UnsafeInput(message, say("connectors_files.path_trick_mend"))
    return PurePosixPath(written)


def inside(folder: Path, written: str) -> Path:
    """The place of a pack's file, symlinks followed, if it lies in the pack's folder. Raises UnsafeInput."""
    path = folder / member_path(written)
    try:
        real, home = path.resolve(), folder.resolve()
    except (OSError, RuntimeError) as error:  # a link that leads to itself
        message = say("connectors_files.path_trick", path=ascii(written[:120]))
        raise UnsafeInput(message, say("connectors_files.path_trick_mend")) from error
    if not real.is_relative_to(home):
        raise UnsafeInput(
            say("connectors_files.link_leaves", path=ascii(written[:120])),
            say("connectors_files.path_trick_mend"),
        )
    return path


def check_zip(data: bytes, name: str, *, limits: Limits = LIMITS) -> list[zipfile.ZipInfo]:
    """An archive's file members, if none swells, leaves, links, repeats, nests or wants a password.

    Only the archive's directory and the first bytes of each member are read. Raises UnsafeInput or BadInput.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            _check_members(members, name, limits)
            for info in members:
                with archive.open(info) as file:
                    nested = file.read(4) == b"PK\x03\x04"
                if nested or info.filename.lower().endswith((".zip", ".7z", ".rar", ".tar", ".tgz", ".gz")):
                    raise UnsafeInput(
                        say("connectors_files.zip_nested", name=name, member=_shown(info)),
                        say("connectors_files.zip_nested_mend"),
                    )
    except _READ_FAULTS as error:
        raise _broken_zip(name) from error
    return members


def _check_members(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if len(members) > limits.zip_members:
        message = say("connectors_files.zip_members", name=name, count=len(members), limit=limits.zip_members)
        raise UnsafeInput(message, say("connectors_files.zip_mend"))
    total = sum(info.file_size for info in members)
    if total > limits.zip_bytes:
        message = say(
            "connectors_files.zip_swells", name=name, size=total / 1e6, limit=limits.zip_bytes / 1e6
        )
        raise UnsafeInput(message, say("connectors_files.zip_mend"))
    for info in members:
        _check_member(info, name, limits)
    written = [info.filename.casefold() for info in members]
    if len(set(written)) < len(written):
        raise UnsafeInput(say("connectors_files.zip_repeats", name=name), say("connectors_files.zip_mend"))


def _check_member(info: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    member_path(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        message = say("connectors_files.zip_link", name=name, member=_shown(info))
        raise UnsafeInput(message, say("connectors_files.zip_mend"))
    if info.flag_bits & 1:
        message = say("connectors_files.zip_password", name=name, member=_shown(info))
        raise BadInput(message, say("connectors_files.zip_password_mend"))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _broken_zip(name)
    swells = info.file_size > limits.zip_ratio * max(info.compress_size, 1)
    if swells and info.file_size > limits.zip_ratio_from:
        ratio = info.file_size / max(info.compress_size, 1)
        message = say("connectors_files.zip_ratio", name=name, member=_shown(info), ratio=ratio)
        raise UnsafeInput(message, say("connectors_files.zip_mend"))


def _shown(info: zipfile.ZipInfo) -> str:
    return ascii(info.filename[:80])


def _broken_zip(name: str) -> BadInput:
    return BadInput(say("connectors_files.broken_zip", name=name), say("connectors_files.broken_mend"))


def unzip(data: bytes, name: str, *, limits: Limits = LIMITS) -> dict[str, bytes]:
    """The members of a guarded archive, in memory; nothing is written to disk. Raises as `check_zip`."""
    members = check_zip(data, name, limits=limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {info.filename: archive.read(info) for info in members}
    except _READ_FAULTS as error:
        raise _broken_zip(name) from error


def check_workbook(data: bytes, name: str, *, limits: Limits = LIMITS) -> list[str]:
    """An xlsx's worksheet members, if the archive is safe and no part declares entities or a DTD.

    Raises UnsafeInput or BadInput.
    """
    members = check_zip(data, name, limits=limits)
    written = {info.filename for info in members}
    if "[Content_Types].xml" not in written or not any(path.startswith("xl/") for path in written):
        raise BadInput(
            say("connectors_files.not_workbook", name=name), say("connectors_files.not_workbook_mend")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in members:
                if info.filename.lower().endswith(_XML_SUFFIXES):
                    _check_xml(archive, info, name)
    except _READ_FAULTS as error:
        raise _broken_zip(name) from error
    return sorted(path for path in written if path.startswith("xl/worksheets/"))


def _check_xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    tail = b""
    for number, piece in enumerate(_pieces(archive, info)):
        stated = _XML_ENCODING.match(piece[:200]) if number == 0 else None
        strange = stated is not None and stated[1].lower() not in _XML_ENCODINGS
        if strange or any(word in tail + piece for word in _DECLARATIONS):
            message = say("connectors_files.xml_entities", name=name, member=_shown(info))
            raise UnsafeInput(message, say("connectors_files.xml_entities_mend"))
        tail = piece[-32:]


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as file:
        while piece := file.read(_PIECE):
            yield piece


def has_formulas(data: bytes, members: list[str]) -> bool:
    """Whether any of a guarded workbook's sheets holds a formula."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(re.search(rb"<(?:\w+:)?f[\s>/]", archive.read(member)) for member in members)


def check_parquet(file: pq.ParquetFile, name: str, *, limits: Limits = LIMITS) -> None:
    """Refuses a Parquet file whose own footer declares more rows, columns or bytes than are let in.

    Raises UnsafeInput.
    """
    about = file.metadata
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    size = sum(max(group.total_byte_size, 0) for group in groups)
    rows = max(about.num_rows, sum(group.num_rows for group in groups))
    check_shape(name, rows, about.num_columns, cells=limits.cells, limits=limits)
    if size > limits.file_bytes:
        raise too_large(name, size, limits.file_bytes)


def check_shape(name: str, rows: int, columns: int, *, cells: int, limits: Limits = LIMITS) -> None:
    """Refuses a table of too many rows, columns or cells. Raises UnsafeInput."""
    if rows > limits.rows or columns > limits.columns or rows * columns > cells:
        raise too_many(name, rows, columns, cells)


def too_many(name: str, rows: int, columns: int, cells: int) -> UnsafeInput:
    """The error for a table of `rows` and `columns` or more where `cells` cells are let in."""
    return UnsafeInput(
        say("connectors_files.too_many_cells", name=name, rows=rows, columns=columns, limit=cells),
        say("connectors_files.too_large_mend"),
    )


def lines_within(text: str, name: str, *, limits: Limits = LIMITS) -> Iterator[str]:
    """The lines of a text, each short enough to be a row of a table. Raises UnsafeInput naming the line."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > limits.line_chars:
            message = say("connectors_files.long_line", name=name, line=number, limit=limits.line_chars)
            raise UnsafeInput(message, say("connectors_files.too_large_mend"))
        yield line
