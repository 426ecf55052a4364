"""The catalogue file: damaged, lost, foreign or held by another program, it is told and never made worse."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import pytest

from longwave.core.errors import StoreBusy, StoreError
from longwave.store import Store
from longwave.store.catalogue import change
from longwave.store.layout import CATALOGUE, PREVIOUS

from .batches import batch, figures
from .processes import kill, start, tree


def made(root: Path, commits: int = 2) -> Path:
    for value in range(commits):
        with Store.open(root, write=True) as store:
            store.commit([batch(value=float(value))])
    return root


def spoil_garbage(data: bytes) -> bytes:
    return b"not a database at all" * 500


def spoil_empty(data: bytes) -> bytes:
    return b""


def spoil_head(data: bytes) -> bytes:
    return data[:100]


def spoil_half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def spoil_zeros(data: bytes) -> bytes:
    return data[:12288] + bytes(len(data) - 12288)


def test_a_damaged_catalogue_is_told_and_left_as_it_is(tmp_path):
    path = made(tmp_path) / CATALOGUE
    whole = path.read_bytes()
    for spoil in (spoil_garbage, spoil_empty, spoil_head, spoil_half, spoil_zeros):
        path.write_bytes(spoil(whole))
        before = tree(tmp_path)
        for write in (False, True):
            with pytest.raises(StoreError, match="is damaged") as told:
                Store.open(tmp_path, write=write)
            assert PREVIOUS in told.value.text("en")
            assert "已损坏" in told.value.text("zh")
        assert tree(tmp_path) == before


def test_the_mend_for_a_damaged_catalogue_works(tmp_path):
    made(tmp_path, commits=2)
    (tmp_path / CATALOGUE).write_bytes(b"spoilt")
    (tmp_path / PREVIOUS).replace(tmp_path / CATALOGUE)  # as the message says
    with Store.open(tmp_path, write=True) as store:
        assert figures(store.read(areas=["CHN"]))[0][2] == 0.0
        store.commit([batch(value=1.0)])  # and add again what came last
        assert figures(store.read(areas=["CHN"]))[0][2] == 1.0
        assert store.check() == ()


def test_a_lost_catalogue_does_not_cost_the_data(tmp_path):
    made(tmp_path)
    (tmp_path / CATALOGUE).unlink()
    before = tree(tmp_path)
    for write in (False, True):
        with pytest.raises(StoreError, match=r"catalogue .* is missing"):
            Store.open(tmp_path, write=write)
    assert tree(tmp_path) == before


def test_a_database_of_another_program_is_not_touched(tmp_path):
    with duckdb.connect(str(tmp_path / CATALOGUE)) as connection:
        connection.execute("CREATE TABLE theirs (a INTEGER)")
    before = tree(tmp_path)
    for write in (False, True):
        with pytest.raises(StoreError, match="not a catalogue of longwave's"):
            Store.open(tmp_path, write=write)
    assert tree(tmp_path) == before


def hold(connection: Connection, path: str) -> None:
    """Another program that keeps the catalogue open, as a person with DuckDB's own shell does."""
    with duckdb.connect(path):
        connection.send("open")
        time.sleep(60)


def test_a_reader_reads_past_another_program_and_a_writer_names_it(tmp_path):
    made(tmp_path)
    process, connection = start(hold, str(tmp_path / CATALOGUE))
    try:
        assert connection.recv() == "open"
        with Store.open(tmp_path) as store:
            assert figures(store.read(areas=["CHN"]))[0][2] == 1.0
        with pytest.raises(StoreBusy, match=str(process.pid)):
            Store.open(tmp_path, write=True)
    finally:
        kill(process)
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch(value=7.0)])


def leave_log(connection: Connection, path: str) -> None:
    """Another program that changes the catalogue and dies before DuckDB could fold its log in."""
    with duckdb.connect(path) as database:
        database.execute("PRAGMA disable_checkpoint_on_shutdown")
        database.execute("CREATE TABLE theirs AS SELECT 1 AS a")
        connection.send("written")
        time.sleep(60)


def test_a_log_that_another_program_left_is_taken_in(tmp_path):
    made(tmp_path)
    process, connection = start(leave_log, str(tmp_path / CATALOGUE))
    assert connection.recv() == "written"
    kill(process)
    assert (tmp_path / f"{CATALOGUE}.wal").exists()
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch(value=7.0)])
    assert not (tmp_path / f"{CATALOGUE}.wal").exists()
    with Store.open(tmp_path) as store:
        assert figures(store.read(areas=["CHN"]))[0][2] == 7.0
    with duckdb.connect(str(tmp_path / CATALOGUE)) as connection:
        assert connection.execute("SELECT a FROM theirs").fetchone() == (1,)


def test_a_change_that_fails_changes_nothing(tmp_path):
    made(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(ZeroDivisionError), change(tmp_path) as draft:
        draft.execute("DELETE FROM vintages")
        raise ZeroDivisionError
    with pytest.raises(StoreError), change(tmp_path) as draft:
        draft.execute("DELETE FROM vintages")
        draft.execute("INSERT INTO nowhere VALUES (1)")
    assert tree(tmp_path) == before
