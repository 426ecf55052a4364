"""Keeping policy records: one file each, named by the sha256 of its bytes, and a list of them in the catalogue.

A record's file is the canonical JSON whose sha256 is the record's id, so any program can check it. The list keeps
their order. Each record names the one before it of its domain and area: what is altered, taken out or put in shows. A
record dated before the one that it follows, or after today, is refused: its date says when it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from longwave.core.errors import BadInput, StoreError
from longwave.core.harvest import Fault
from longwave.core.message import Message, say
from longwave.core.origin import checksum
from longwave.core.policy_record import LARGEST, PolicyRecord, is_record_id, told
from longwave.store.catalogue import change
from longwave.store.files import write_once
from longwave.store.layout import RECORDS, record_path


@dataclass(frozen=True, slots=True)
class Header:
    """What the catalogue says of one record; its body lies in its file."""

    serial: int
    id: str
    kind: str
    domain: str
    area: str
    made: str
    previous: str

    @property
    def chain(self) -> tuple[str, str]:
        return self.domain, self.area

    @property
    def told(self) -> str:
        """The record as the catalogue has it, whatever that is."""
        return " ".join(word for word in (self.made, self.kind, self.domain, self.area, self.id[:12]) if word)


_COLUMNS = ("serial", "id", "kind", "domain", "area", "made", "previous")


def headers(connection: duckdb.DuckDBPyConnection) -> tuple[Header, ...]:
    """Every record in the order in which it was kept."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM policy_records ORDER BY serial"  # noqa: S608
    return tuple(Header(*row) for row in connection.cursor().execute(sql).fetchall())


def keep(root: Path, known: Sequence[Header], record: PolicyRecord) -> None:
    """Writes a record's file, then names it in the catalogue by one rename.

    Only the holder of the writer's lock may call it. Raises BadInput before anything is written; StoreError when the
    disk will not take it: a file may then lie about that the catalogue does not name.
    """
    _check(known, record)
    name, data = record_path(record.id), record.data
    write_once(root / name, data)
    if any(header.id == record.id for header in known):
        return
    serial = known[-1].serial + 1 if known else 1
    row = [serial, *(getattr(record, name) for name in _COLUMNS[1:])]
    with change(root) as draft:
        draft.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", [name, record.id, len(data)])
        draft.execute("INSERT INTO policy_records VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _check(known: Sequence[Header], record: PolicyRecord) -> None:
    if not record.whole:
        raise BadInput(
            say("policy_records.changed_since", record=told(record)), say("policy_records.changed_since_mend")
        )
    if any(header.id == record.id for header in known):
        return
    chain = (record.domain, record.area)
    before = next((header for header in reversed(known) if header.chain == chain), None)
    last = "" if before is None else before.id
    # It may be tomorrow already where the record was made.
    if date.fromisoformat(record.made) > date.today() + timedelta(days=1):
        raise BadInput(say("policy_records.in_future", record=told(record)), say("policy_records.day_mend"))
    if before is not None and record.previous == last and record.made < before.made:
        message = say("policy_records.back_dated", record=told(record), previous=before.told)
        raise BadInput(message, say("policy_records.day_mend"))
    if record.previous != last:
        message = say(
            "policy_records.not_last",
            record=told(record),
            previous=_short(record.previous),
            last=_short(last),
            domain=record.domain,
            area=record.area or "–",
        )
        raise BadInput(message, say("policy_records.not_last_mend"))


def read_kept(root: Path, header: Header) -> PolicyRecord:
    """The record of a header. Raises StoreError naming it where file or header are not what was kept."""
    fault, record = _examined(root, header)
    if record is None or fault is not None:
        message = _altered(header) if fault is None else fault.message
        raise StoreError(message, say("policy_records.mend"))
    return record


def check_chain(root: Path, known: Sequence[Header], registered: Mapping[str, str]) -> Iterator[Fault]:
    """Faults of the records, in their order. registered: every path that the catalogue names."""
    last: dict[tuple[str, str], str] = {}
    for header in known:
        fault, _ = _examined(root, header)
        if fault is not None:
            yield fault
        before = last.get(header.chain, "")
        if header.previous != before:
            yield Fault("record_chain", header.told, _broken(header, before))
        last[header.chain] = header.id
    listed = {record_path(header.id) for header in known if is_record_id(header.id)}
    for path in sorted(registered):
        if path.startswith(f"{RECORDS}/") and path not in listed:
            yield Fault("record_unlisted", path, say("policy_records.unlisted", path=path))


def _examined(root: Path, header: Header) -> tuple[Fault | None, PolicyRecord | None]:
    """What is wrong with a record, and the record where it can be read."""
    if not is_record_id(header.id):
        return Fault("record_altered", header.told, _altered(header)), None
    name = record_path(header.id)
    try:
        data = _bytes(root / name)
    except FileNotFoundError:
        message = say("policy_records.missing", record=header.told, path=name)
        return Fault("record_missing", header.told, message), None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = say("store.file_unreadable", path=name, reason=reason)
        return Fault("file_unreadable", header.told, message), None
    record = _read(data, header.id)
    if record is None:
        return Fault("record_altered", header.told, _altered(header)), None
    parts = tuple(name for name in _COLUMNS[2:] if getattr(record, name) != getattr(header, name))
    if not parts:
        return None, record
    message = say("policy_records.header_altered", record=told(record), path=name, parts=parts)
    return Fault("record_altered", header.told, message), record


def _bytes(path: Path) -> bytes:
    """A record's bytes, and none of a file that is too large to be one. Raises OSError."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _read(data: bytes, identity: str) -> PolicyRecord | None:
    if checksum(data) != identity:
        return None
    try:
        return PolicyRecord.read(data)
    except BadInput:
        return None


def _altered(header: Header) -> Message:
    path = record_path(header.id) if is_record_id(header.id) else f"{RECORDS}/"
    return say("policy_records.altered", record=header.told, path=path)


def _broken(header: Header, last: str) -> Message:
    return say(
        "policy_records.chain_broken",
        record=header.told,
        previous=_short(header.previous),
        last=_short(last),
    )


def _short(identity: str) -> str | Message:
    return identity[:12] if identity else say("policy_records.none")
