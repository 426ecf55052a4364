"""One writer at a time, told by name; readers are never in its way."""

from __future__ import annotations

import os
import threading
import time
from multiprocessing.connection import Connection

import pytest

from longwave.core.errors import StoreBusy
from longwave.store import Store
from longwave.store.lock import WriterLock, is_held

from .batches import batch, figures
from .processes import kill, start


def write_and_wait(connection: Connection, root: str) -> None:
    with Store.open(root, write=True) as store:
        store.commit([batch(value=1.0)])
        connection.send("committed")
        time.sleep(60)


def test_a_second_writer_is_told_who_writes_and_a_reader_reads(tmp_path):
    process, connection = start(write_and_wait, str(tmp_path))
    try:
        assert connection.recv() == "committed"
        start_of_wait = time.monotonic()
        with pytest.raises(StoreBusy, match=rf"Process {process.pid} is writing") as told:
            Store.open(tmp_path, write=True, patience=0.2)
        assert 0.2 <= time.monotonic() - start_of_wait < 5
        assert (told.value.exit_code, told.value.code) == (1, "store_busy")
        assert f"进程 {process.pid}" in told.value.text("zh")
        assert is_held(tmp_path)
        with Store.open(tmp_path) as store:
            assert figures(store.read(areas=["CHN"]))[0][2] == 1.0
            assert store.check() == ()
    finally:
        kill(process)
    with Store.open(tmp_path, write=True, patience=0) as store:  # a dead writer holds nothing
        store.commit([batch(value=2.0)])
    assert not is_held(tmp_path)


def test_a_second_writer_waits_for_a_short_while(tmp_path):
    first = Store.open(tmp_path, write=True)
    timer = threading.Timer(0.3, first.close)
    timer.start()
    with Store.open(tmp_path, write=True, patience=10) as second:
        second.commit([batch()])
    timer.join()


def test_the_same_process_is_a_second_writer_too(tmp_path):
    with Store.open(tmp_path, write=True), pytest.raises(StoreBusy, match=str(os.getpid())):
        Store.open(tmp_path, write=True, patience=0)


def test_a_writer_that_cannot_open_leaves_no_lock(tmp_path):
    (tmp_path / "longwave.duckdb").write_bytes(b"garbage")
    for _ in range(2):
        with pytest.raises(Exception, match="damaged"):
            Store.open(tmp_path, write=True, patience=0)
    assert not is_held(tmp_path)


def test_a_longer_process_id_leaves_no_digits_behind(tmp_path):
    (tmp_path / "longwave.lock").write_text("99999999999\n")
    lock = WriterLock.acquire(tmp_path)
    with pytest.raises(StoreBusy, match=f"Process {os.getpid()} is"):
        WriterLock.acquire(tmp_path, patience=0)
    lock.release()
    lock.release()


def test_a_lock_file_with_anything_in_it_is_no_trouble(tmp_path):
    (tmp_path / "longwave.lock").write_bytes(b"\xff\xfe\x00 not a number")
    with Store.open(tmp_path, write=True):
        pass


def test_threads_read_while_one_writes(tmp_path):
    """Within one process too: a service reads while it takes data in."""
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                with Store.open(tmp_path) as store:
                    store.read(areas=["USA"])
        except BaseException as error:  # noqa: BLE001 handed to the test
            failures.append(error)

    with Store.open(tmp_path, write=True) as store:
        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for value in range(5):
            store.commit([batch(value=float(value))])
        done.set()
        for reader in readers:
            reader.join()
    assert failures == []
