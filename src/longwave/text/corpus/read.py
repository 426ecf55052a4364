"""Rows of texts from a file or a folder: csv, tsv, jsonl, json, Parquet, xlsx, CoNLL, each also gzipped.

A folder's files are told apart by their names: train, dev, test and names with these words become the column `split`;
other files are left alone and named. Two files for one part are refused unless the caller says which to take, or they
are the pieces of one (`shards`).
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from longwave.connectors.guards import LIMITS, check_shape, read_bytes
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Message, say
from longwave.text.corpus.conll import looks_like_conll, read_conll
from longwave.text.corpus.delimited import read_delimited
from longwave.text.corpus.json_rows import read_json, read_json_lines
from longwave.text.corpus.opened import check_binary, doubts, empty, text_of, unpacked
from longwave.text.corpus.parquet_rows import read_parquet
from longwave.text.corpus.roles import KNOWN
from longwave.text.corpus.rows import Rows, of_records
from longwave.text.corpus.shards import pieces
from longwave.text.corpus.split_names import split_of
from longwave.text.corpus.workbook_rows import read_workbook
from longwave.text.table import SPLITS, Split

_DELIMITED = (".csv", ".tsv", ".tab")
_LINES = (".jsonl", ".ndjson", ".jl")
_CONLL = (
    ".conll",
    ".conll03",
    ".bio",
    ".iob",
    ".iob2",
    ".bioes",
    ".bmes",
    ".train",
    ".testa",
    ".testb",
    ".dev",
    ".test",
)
_PARQUET = (".parquet", ".pq")
_WORKBOOK = (".xlsx", ".xlsm")
SUFFIXES = (*_DELIMITED, *_LINES, ".json", *_PARQUET, *_WORKBOOK, *_CONLL, ".txt")
"""The endings of the files that `read_rows` reads; each may be followed by .gz."""


def read_rows(
    source: Path | str | pd.DataFrame,
    *,
    files: Sequence[str] = (),
    encoding: str | None = None,
    sheet: str | None = None,
) -> Rows:
    """The rows of a file, of a folder or of a frame.

    files: of a folder, the files to take (names, with or without ending), where their names leave it open. encoding:
    of text files; None finds UTF-8, UTF-16 and GB 18030. sheet: of a workbook.
    Raises UsageError for a file or sheet that is not there, UnsafeInput and BadInput for what cannot be read.
    """
    if isinstance(source, pd.DataFrame):
        return _of_frame(source)
    path = Path(source).expanduser().absolute()
    if path.is_dir():
        return _of_folder(path, files, encoding, sheet)
    if files:
        raise UsageError(say("text_corpus.files_without_folder", name=path.name))
    data = _bytes_of(path)
    frame, notes = _of_bytes(data, path.name, encoding, sheet)
    return Rows(frame, hashlib.sha256(data).hexdigest(), tuple(notes))


def _bytes_of(path: Path) -> bytes:
    """A file's bytes. Raises BadInput for one that is empty, with what a file of its kind holds, and as `read_bytes`."""
    if path.is_file() and not path.stat().st_size:
        raise empty(path.name)
    return read_bytes(path, limit=LIMITS.file_bytes)


def _of_frame(frame: pd.DataFrame) -> Rows:
    if frame.empty:
        raise BadInput(say("text_corpus.empty_frame"), say("text_corpus.header_only_mend"))
    check_shape("DataFrame", len(frame), len(frame.columns), cells=LIMITS.cells)
    names = [str(column) for column in frame.columns]
    twice = tuple(sorted({name for name in names if names.count(name) > 1}))
    if twice:
        message = say("text_corpus.same_columns", name="DataFrame", columns=twice)
        raise BadInput(message, say("text_corpus.same_columns_mend"))
    cells = {name: pd.Series(frame.iloc[:, at].tolist(), dtype=object) for at, name in enumerate(names)}
    copy = pd.DataFrame(cells)
    copy.index = pd.RangeIndex(1, len(copy) + 1)
    digest = hashlib.sha256("\x1f".join(names).encode("utf-8", "replace"))
    for column in copy.columns:
        digest.update("\x1f".join(map(str, copy[column])).encode("utf-8", "replace"))
    return Rows(copy, digest.hexdigest())


def _of_folder(folder: Path, chosen: Sequence[str], encoding: str | None, sheet: str | None) -> Rows:
    present = sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
    readable = [path for path in present if _suffix(path.name)]
    if not readable:
        inner = sorted(f"{each.name}/" for each in folder.iterdir() if each.is_dir())
        names = (*(each.name for each in present), *inner)[:12] or ("–",)
        message = say("text_corpus.no_files", name=folder.name, files=names)
        if inner and not present:
            raise BadInput(message, say("text_corpus.inner_folders_mend"))
        raise BadInput(message, say("text_corpus.kinds_mend", kinds=_KINDS))
    taken = _chosen(folder, readable, chosen)
    notes: list[Message] = []
    used = [path for paths in taken.values() for path in paths]
    left = tuple(path.name for path in present if path not in used)
    if left:
        notes.append(say("text_corpus.files_left", files=left[:12], count=len(left)))
    frames: list[pd.DataFrame] = []
    digests: list[tuple[str, str]] = []
    for split, path in ((split, path) for split, paths in taken.items() for path in paths):
        data = _bytes_of(path)
        frame, found = _of_bytes(data, path.name, encoding, sheet)
        notes.extend(found)
        digests.append((path.name, hashlib.sha256(data).hexdigest()))
        if split:
            frame["split"] = split
            frame.index = pd.Index([f"{path.name}:{place}" for place in frame.index])
        frames.append(frame)
    if len(taken) > 1 or len(frames) > 1:
        files = tuple(f"{split or '–'}: {path.name}" for split, paths in taken.items() for path in paths)
        notes.insert(0, say("text_corpus.split_files", files=files))
    sha256 = (
        digests[0][1] if len(digests) == 1 else hashlib.sha256(repr(sorted(digests)).encode()).hexdigest()
    )
    return Rows(pd.concat(frames), sha256, tuple(notes))


_KINDS = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "conll", "bio", "iob", "txt")


def _chosen(folder: Path, readable: list[Path], chosen: Sequence[str]) -> dict[Split | None, list[Path]]:
    """Which file, or pieces of one, is which part; None is the part of a folder's only file that names none."""
    pool = [_named(folder, readable, name) for name in chosen] if chosen else readable
    by_split: dict[Split, list[Path]] = {}
    for path in pool:
        split = split_of(path.name)
        if split is not None:
            by_split.setdefault(split, []).append(path)
    if not by_split:
        if whole := _one_file(pool, named=bool(chosen)):
            return {None: whole}
        names = tuple(path.name for path in pool[:12])
        message = say("text_corpus.which_file", name=folder.name, files=names)
        raise BadInput(message, say("text_corpus.which_file_mend"))
    found: dict[Split, list[Path]] = {}
    for split, paths in by_split.items():
        found[split] = _one_file(paths, named=bool(chosen))
        if not found[split]:
            names = tuple(path.name for path in paths[:12])
            message = say("text_corpus.two_files", name=folder.name, split=split, files=names)
            raise BadInput(message, say("text_corpus.which_file_mend"))
    stray = tuple(path.name for path in pool if split_of(path.name) is None)
    if chosen and stray:
        raise UsageError(say("text_corpus.file_without_part", files=stray))
    return {split: found[split] for split in SPLITS if split in found}


def _one_file(paths: list[Path], *, named: bool) -> list[Path]:
    """A file, or the pieces of one in their order; nothing where there are several. named: by the user, who may want one
    piece alone."""
    if named and len(paths) == 1:
        return paths
    return pieces(paths) or (paths if len(paths) == 1 else [])


def _named(folder: Path, readable: list[Path], name: str) -> Path:
    exact = [path for path in readable if path.name == name]
    found = exact or [path for path in readable if path.name.startswith(f"{name}.")]
    if len(found) == 1:
        return found[0]
    names = [path.name for path in readable]
    near = difflib.get_close_matches(name, names, n=3) or names[:12]
    raise UsageError(say("text_corpus.no_such_file", folder=folder.name, name=name, near=tuple(near)))


def _suffix(name: str) -> str:
    """The ending by which a file is read, without .gz; empty for a kind that is not read."""
    bare = name.lower().removesuffix(".gz")
    return next((suffix for suffix in SUFFIXES if bare.endswith(suffix)), "")


def _of_bytes(
    data: bytes, full_name: str, encoding: str | None, sheet: str | None
) -> tuple[pd.DataFrame, list[Message]]:
    data, name = unpacked(data, full_name)
    suffix = _suffix(name)
    if not suffix:
        message = say("text_corpus.unknown_kind", name=name)
        raise BadInput(message, say("text_corpus.kinds_mend", kinds=_KINDS))
    if not data:
        raise empty(name)
    if suffix in (*_PARQUET, *_WORKBOOK):
        check_binary(data, name, suffix)
    if suffix in _PARQUET:
        return read_parquet(data, name)
    if suffix in _WORKBOOK:
        return read_workbook(data, name, sheet)
    text = text_of(data, name, encoding)
    frame, notes = _of_text(text, name, suffix)
    return frame, [*doubts(data, text, name, encoding), *notes]


def _of_text(text: str, name: str, suffix: str) -> tuple[pd.DataFrame, list[Message]]:
    if suffix in _LINES:
        return read_json_lines(text, name)
    if suffix == ".json":
        return read_json(text, name)
    if suffix in _DELIMITED and not _tagged_lines(text):
        return read_delimited(text, name, KNOWN)
    if suffix in (*_CONLL, *_DELIMITED) or looks_like_conll(text):
        return read_conll(text, name)
    return _plain(text, name)


def _tagged_lines(text: str) -> bool:
    """Whether a delimited file is a token and a tag a line, with empty lines between sentences and no header."""
    first = text.lstrip("\ufeff\n").partition("\n")[0]
    begins = first.startswith("-DOCSTART-") or looks_like_conll(first)
    return begins and "\n\n" in text.strip() and looks_like_conll(text)


def _plain(text: str, name: str) -> tuple[pd.DataFrame, list[Message]]:
    """A .txt that is no CoNLL: a table where its first line names known columns, else one text a line, even a blank one."""
    first = text.lstrip("\n").partition("\n")[0]
    heads = [cell.strip().strip('"').casefold() for mark in ("\t", ",", ";") for cell in first.split(mark)]
    if sum(head in KNOWN for head in heads) > 1 or "\t" in first:
        return read_delimited(text, name, KNOWN)
    lines = text.rstrip().split("\n")
    frame = of_records([{"text": line} for line in lines], range(1, len(lines) + 1), name)
    return frame, [say("text_corpus.line_texts", name=name, count=sum(map(bool, map(str.strip, lines))))]
