"""The store: commit vintages of datasets, and read them as they stood on a date.

Law: what was committed is never lost and never half there. Files are written whole first, then named in the
catalogue by one rename (see `catalogue`); a file that nobody names is swept away by the next writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType

import duckdb
import pandas as pd

from longwave.core.errors import LongwaveError, StoreError, UsageError
from longwave.core.harvest import Fault
from longwave.core.message import say
from longwave.core.origin import Origin, checksum, file_checksum
from longwave.core.panel import KEY, Panel
from longwave.core.policy_record import PolicyRecord
from longwave.core.series import SeriesMeta
from longwave.store.batch import Batch, checked
from longwave.store.catalogue import load, load_for_writing
from longwave.store.check import check_files
from longwave.store.commit import commit
from longwave.store.files import make_folder, sweep
from longwave.store.gather import joined
from longwave.store.keep import Header, check_chain, headers, keep, read_kept
from longwave.store.layout import data_files, is_sha256, raw_path
from longwave.store.lock import PATIENCE, WriterLock, is_held
from longwave.store.query import every_row, query
from longwave.store.record import DatasetRecord, chosen, known_at
from longwave.store.rows import read_fault, read_meta, read_origin
from longwave.store.trouble import querying, reading, writing


class Store:
    """A folder of data, open. Make it with `Store.open`; use it in a ``with`` block or `close` it.

    What is read stands as it was when the store was opened, whatever others commit meanwhile; a store open
    for writing sees its own commits.
    """

    def __init__(self, root: Path, connection: duckdb.DuckDBPyConnection, lock: WriterLock | None) -> None:
        self.root = root
        self._lock = lock
        self._verified: set[str] = set()
        self._take(connection)

    @classmethod
    def open(cls, root: Path, *, write: bool = False, patience: float = PATIENCE) -> Store:
        """Opens the store in the folder `root`. For reading, a folder that is not there is an empty store,
        and stays not there; for writing it is made, an older store is brought up to date, and what a killed
        writer left is swept away.

        patience: seconds to wait for another writer. Raises StoreBusy, StoreTooNew, StoreError.
        """
        root = Path(root).expanduser().resolve()
        if "?" in str(root):  # DuckDB takes what follows for the query of a URL, and loses its log file by it
            raise StoreError(say("store.odd_folder", root=str(root)), say("store.not_a_folder_mend"))
        if root.exists() and not root.is_dir():
            raise StoreError(say("store.not_a_folder", root=str(root)), say("store.not_a_folder_mend"))
        if not write:
            return cls(root, load(root), None)
        with writing(root):
            make_folder(root)
        with ExitStack() as undo:
            lock = WriterLock.acquire(root, patience)
            undo.callback(lock.release)
            connection = load_for_writing(root)
            undo.callback(connection.close)
            sweep(root, _registered(connection))
            undo.pop_all()
        return cls(root, connection, lock)

    def commit(self, batches: Sequence[Batch]) -> None:
        """Commits all batches, or none: when this returns they are on the disk, when it raises nothing has
        changed.

        A batch that equals the last commit of its dataset and release date adds nothing (and mends its
        files where they were damaged). Another table for a release date supersedes the earlier one, which
        `history` still reads. Raises BadInput for a batch that does not fit its origin, StoreError when the
        disk will not take it.
        """
        if self._lock is None:
            raise UsageError(say("store.read_only", root=str(self.root)), say("store.read_only_mend"))
        try:
            commit(self.root, self._connection, list(self._ready(batches)))
        except LongwaveError:
            self._refresh()
            sweep(self.root, self._files)
            raise
        self._refresh()

    def keep(self, record: PolicyRecord) -> None:
        """Keeps a policy record behind the last one of its domain and area: when this returns it is on the disk,
        when it raises nothing has changed.

        A record that was kept already adds nothing (and its file is mended where it was damaged). Raises BadInput
        where it does not follow the last one (`last_kept`) or its body was changed after it was made, StoreError
        when the disk will not take it, UsageError for a store that is open for reading only.
        """
        if self._lock is None:
            raise UsageError(say("store.read_only", root=str(self.root)), say("store.read_only_mend"))
        try:
            keep(self.root, self._headers, record)
        except LongwaveError:
            self._refresh()
            sweep(self.root, self._files)
            raise
        self._refresh()

    def kept(
        self, domain: str | None = None, area: str | None = None, kind: str | None = None
    ) -> tuple[PolicyRecord, ...]:
        """The policy records in the order in which they were kept; those of one domain, area or kind, where named.

        Raises StoreError naming the first of them that was altered, damaged or lost.
        """
        return tuple(
            read_kept(self.root, header)
            for header in self._headers
            if domain in (None, header.domain) and area in (None, header.area) and kind in (None, header.kind)
        )

    def listed(self) -> tuple[Header, ...]:
        """What the catalogue says of every policy record, in order, whether or not its file is still whole."""
        return self._headers

    def read_kept(self, header: Header) -> PolicyRecord:
        """The record of a header. Raises StoreError where it was altered, damaged or lost."""
        return read_kept(self.root, header)

    def last_kept(self, domain: str, area: str) -> str:
        """Id of the record that the next one of this domain and area has to follow; empty where it is the first."""
        return next(
            (each.id for each in reversed(self._headers) if (each.domain, each.area) == (domain, area)), ""
        )

    def check_chain(self) -> tuple[Fault, ...]:
        """Policy records that were altered, damaged or lost, and chains from which one was taken or into which one
        was put. Records that were removed from the end of a chain leave no gap: keep the last id elsewhere.
        """
        return tuple(check_chain(self.root, self._headers, self._files))

    def datasets(self, as_of: date | None = None) -> tuple[DatasetRecord, ...]:
        """Every vintage known at `as_of`, in the order of commits; `current` marks what `read` takes."""
        current = {record.serial for record in chosen(self._records, as_of).values()}
        return tuple(
            replace(record, current=record.serial in current)
            for record in self._records
            if known_at(record, as_of)
        )

    def read(
        self,
        *,
        areas: Iterable[str] | None = None,
        variables: Iterable[str] | None = None,
        sources: Iterable[str] | None = None,
        as_of: date | None = None,
    ) -> Panel:
        """The figures of each dataset as they stood on `as_of` (without it, now), sorted by key.

        Of whole releases the newest released by then is taken; of a dataset that came piece by piece, for each
        series its newest vintage by then; of a realtime dataset, for each observation. None of areas, variables
        or sources means all of them; an empty list means none.
        Raises StoreError when a table is missing or damaged.
        """
        records = self._chosen(sources, as_of)
        gathered = [self._table(record) for record in records if record.gathered]
        realtime = [self._table(record) for record in records if record.realtime]
        whole = [self._table(record) for record in records if not record.gathered and not record.realtime]
        filters = {"areas": _listed(areas), "variables": _listed(variables)}
        with querying(self.root):
            return query(self._connection, whole, gathered, realtime, **filters, as_of=as_of)

    def history(self, serial: int) -> Panel:
        """Every row of one commit, named by `DatasetRecord.serial`, superseded or not.

        Raises UsageError when there is no such commit, StoreError when its table is missing or damaged.
        """
        for record in self._records:
            if record.serial == serial:
                with querying(self.root):
                    return every_row(self._connection, self._table(record))
        raise UsageError(say("store.no_commit", serial=serial))

    def metas(
        self, *, sources: Iterable[str] | None = None, as_of: date | None = None
    ) -> tuple[SeriesMeta, ...]:
        """What is known about the variables of the vintages that `read` takes."""
        return tuple(read_meta(text) for text in self._texts("metas", self._chosen(sources, as_of)))

    def origins(self, as_of: date | None = None) -> dict[str, Origin]:
        """Dataset -> origin of the vintage that `read` takes."""
        return {record.dataset: record.origin for record in self._chosen(None, as_of)}

    def faults(self) -> tuple[Fault, ...]:
        """What was found wrong when the current vintages were added."""
        return tuple(read_fault(text) for text in self._texts("faults", self._chosen(None, None)))

    def raw(self, sha256: str) -> bytes:
        """A publisher's bytes as they came. Raises StoreError when they are not here, or no longer what
        they were.
        """
        if not is_sha256(sha256) or raw_path(sha256) not in self._files:
            raise StoreError(say("store.no_raw", sha256=sha256[:80]))
        path = self._present(raw_path(sha256))
        with reading(path):
            data = path.read_bytes()
        if checksum(data) != sha256:
            raise _damaged(raw_path(sha256))
        return data

    def check(self) -> tuple[Fault, ...]:
        """Reads every file that was ever committed and compares it with its checksum; names strangers, and policy
        records whose chain does not hold.

        Looks at the store as it is now, not as it was when opened. Raises StoreError when the catalogue is
        damaged.
        """
        found = list(data_files(self.root))
        # The catalogue comes after the files, so that what is committed meanwhile is not called an orphan.
        quiet = self._lock is not None or not is_held(self.root)
        with load(self.root) as connection:
            registered = _registered(connection)
            files = check_files(self.root, registered, found, quiet=quiet)
            return (*files, *check_chain(self.root, headers(connection), registered))

    def close(self) -> None:
        """Lets other writers in. A second call does nothing."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ready(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The batches checked, and those that add to a dataset joined to what there is of it."""
        held: dict[str, Batch] = {}
        for given in batches:
            batch = checked(given)
            dataset = batch.origin.dataset
            if batch.adds:
                before = held[dataset] if dataset in held else self._held(dataset)
                batch = batch if before is None else joined(batch, before)
            held[dataset] = batch
            yield batch

    def _held(self, dataset: str) -> Batch | None:
        """All that there is of a dataset, with every vintage of its series; None where there is nothing.

        What was gathered holds all that came before it. Where its table is damaged, the one before it counts, so
        that fetching again what came last makes the same table and mends the file.
        """
        records = [record for record in self._records if record.dataset == dataset and not record.superseded]
        frames = []
        for record in reversed(records):
            try:
                frames.append(self.history(record.serial).frame)
            except StoreError:
                if not record.gathered:
                    raise
                continue
            if record.gathered:
                break
        if not frames:
            return None
        frame = pd.concat(frames[::-1], ignore_index=True)
        frame = frame.drop_duplicates(list(KEY), keep="last", ignore_index=True)
        current = chosen(records)[dataset]
        faults = tuple(read_fault(text) for text in self._texts("faults", [current]))
        metas = self.metas(sources=[dataset])
        return Batch(current.origin, Panel(frame), metas, (), current.realtime, faults, adds=True)

    def _refresh(self) -> None:
        """Takes the catalogue as it is on the disk, which is what counts, whatever happened to a commit."""
        connection = load(self.root, write=True)
        self._connection.close()
        self._take(connection)

    def _take(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._records, self._paths = _records(connection)
        self._files = _registered(connection)
        self._headers: tuple[Header, ...] = headers(connection)

    def _chosen(self, sources: Iterable[str] | None, as_of: date | None) -> list[DatasetRecord]:
        wanted = _listed(sources)
        return [
            record
            for record in chosen(self._records, as_of).values()
            if wanted is None or record.dataset in wanted
        ]

    def _table(self, record: DatasetRecord) -> str:
        """Path of a commit's table, found whole. Its bytes are compared once; a spoilt table gives no
        figures.
        """
        name = self._paths[record.serial]
        path = self._present(name)
        if name not in self._verified:
            with reading(path):
                whole = file_checksum(path) == self._files[name]
            if not whole:
                raise _damaged(name)
            self._verified.add(name)
        return str(path)

    def _present(self, name: str) -> Path:
        path = self.root / name
        if not path.is_file():
            raise StoreError(say("store.file_missing", path=name), say("store.file_mend"))
        return path

    def _texts(self, room: str, records: Sequence[DatasetRecord]) -> list[str]:
        """Records of the commits, in their order, from the table `room`."""
        sql = f"SELECT record FROM {room} WHERE serial = ? ORDER BY position"  # noqa: S608
        cursor = self._connection.cursor()
        return [row[0] for record in records for row in cursor.execute(sql, [record.serial]).fetchall()]


_FACTS = ("realtime", "gathered", "series", "observations", "areas", "first", "last")


def _damaged(path: str) -> StoreError:
    return StoreError(say("store.file_damaged", path=path), say("store.file_mend"))


def _listed(words: Iterable[str] | None) -> list[str] | None:
    """Distinct words; one word alone is a list of one, not of its letters."""
    if words is None:
        return None
    return [words] if isinstance(words, str) else list(dict.fromkeys(words))


def _registered(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Path -> sha256 of every file that the catalogue names."""
    return dict(connection.cursor().execute("SELECT path, sha256 FROM files").fetchall())


def _records(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[DatasetRecord, ...], dict[int, str]]:
    """Every commit in order, and the path of its table."""
    sql = f"SELECT serial, path, origin, {', '.join(_FACTS)} FROM vintages ORDER BY serial"  # noqa: S608
    rows = connection.cursor().execute(sql)
    records, paths = [], {}
    newest: dict[tuple[str, str], int] = {}
    for serial, path, origin, *facts in rows.fetchall():
        record = DatasetRecord(read_origin(origin), serial, **dict(zip(_FACTS, facts, strict=True)))
        newest[record.dataset, record.released] = serial
        records.append(record)
        paths[serial] = path
    marked = (
        replace(record, superseded=newest[record.dataset, record.released] != record.serial)
        for record in records
    )
    return tuple(marked), paths
