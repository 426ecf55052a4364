"""A disk that will not take it: a clear sentence, and the store as it was."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from longwave.core.errors import StoreError
from longwave.core.harvest import RawFile
from longwave.core.message import catalogue
from longwave.store import Store
from longwave.store.trouble import cannot_write

from .batches import batch
from .processes import answer, tree

posix = pytest.mark.skipif(sys.platform == "win32", reason="limits and rights as POSIX has them")


def commit_within(connection: Connection, root: str, limit: int) -> None:
    """Commits in a process that may not write a file longer than `limit`, then without the limit."""
    import resource

    before = tree(Path(root))
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store.open(Path(root), write=True) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        try:
            store.commit(
                [batch("new", value=2.0, raw=(RawFile("big", b"x" * 40_000),), years=range(1000, 1400))]
            )
        except StoreError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            unchanged = tree(Path(root)) == before
            store.commit([batch("new")])
            connection.send(
                (error.text("en"), error.text("zh"), unchanged, sorted(store.origins()), store.check())
            )


@posix
@pytest.mark.parametrize("limit", [100, 20_000, 50_000, 500_000])
def test_a_disk_that_fills_up_at_any_step_leaves_the_store_as_it_was(tmp_path, limit):
    """In turn: the lock or the raw file, the raw file, the catalogue's copy, the same."""
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch("old")])
    english, chinese, unchanged, datasets, faults = answer(commit_within, str(tmp_path), limit)
    assert "The store is unchanged." in english
    assert "Free some space" in english
    assert "数据库未作任何更改" in chinese
    assert unchanged
    assert (datasets, faults) == (["new", "old"], ())


@posix
def test_a_disk_that_is_really_full(tmp_path):
    """On a small file system of its own, where this machine lets us make one."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare here")
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
from longwave.core.errors import StoreError
from longwave.core.harvest import RawFile
from longwave.core.message import catalogue
from longwave.store import Store
from store.batches import batch
from store.processes import tree
root = Path({str(tmp_path)!r}) / "store"
failed = kept = 0
with Store.open(root, write=True) as store:
    for number in range(14):
        before = tree(root)
        try:
            store.commit([batch("d", value=float(number), raw=(RawFile("r", b"%02d" % number * 150_000),))])
            kept += 1
        except StoreError as error:
            failed += 1
            assert "disk is full" in str(error), str(error)
            assert tree(root) == before
with Store.open(root) as store:
    assert len(store.datasets()) == kept, (len(store.datasets()), kept)
    assert store.check() == ()
print("kept", kept, "failed", failed)
assert kept and failed
"""
    mount = f'mount -t tmpfs -o size=8m none {tmp_path} && exec {sys.executable} -c "$SCRIPT"'
    probe = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"mount -t tmpfs -o size=8m none {tmp_path}"],
        capture_output=True,
        check=False,
    )
    if probe.returncode != 0:
        pytest.skip("this machine does not let us mount a file system")
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount],
        capture_output=True,
        text=True,
        env={**os.environ, "SCRIPT": script},
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def open_as_nobody(connection: Connection, root: str) -> None:
    catalogue()  # the sentences, while we may still read where Python is installed
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    said = []
    for write in (True, False):
        try:
            Store.open(Path(root), write=write).close()
        except StoreError as error:
            said.append(error.text("en"))
    connection.send(said)


@posix
def test_a_folder_that_may_not_be_written(tmp_path):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        locked = Path(folder, "locked")
        locked.mkdir()
        locked.chmod(0o555)
        try:
            said = answer(open_as_nobody, str(locked / "store"))
            inside = answer(open_as_nobody, str(locked))
        finally:
            locked.chmod(stat.S_IRWXU)
    assert len(said) == len(inside) == 1  # reading nothing is no trouble
    for text in (*said, *inside):
        assert "you are not allowed to" in text
        assert "another folder" in text


@posix
def test_a_catalogue_that_may_not_be_read():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with Store.open(Path(folder), write=True) as store:
            store.commit([batch()])
        Path(folder, "longwave.duckdb").chmod(0)
        said = answer(open_as_nobody, folder)
    if os.geteuid() == 0:
        assert any("Cannot read" in text and "not allowed" in text for text in said)


@pytest.mark.parametrize("write", [True, False])
def test_a_store_that_is_a_file(tmp_path, write):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match="is a file; a store is a folder"):
        Store.open(tmp_path / "store", write=write)
    assert (tmp_path / "store").read_text() == "a file"


def test_a_store_below_a_file(tmp_path):
    (tmp_path / "file").write_text("a file")
    with pytest.raises(StoreError, match="Cannot write"):
        Store.open(tmp_path / "file" / "store", write=True)


def test_the_mend_fits_the_trouble():
    def mend(number: int) -> str:
        return str(cannot_write(OSError(number, os.strerror(number)), Path("store")))

    assert "Free some space" in mend(errno.ENOSPC)
    assert "Ask for the right" in mend(errno.EROFS)
    assert "disk is sound" in mend(errno.EIO)
