"""Whatever happens to a file is found, told, and mended by adding the data again."""

from __future__ import annotations

import pytest

from longwave.core.errors import StoreError
from longwave.core.origin import checksum
from longwave.store import Store

from .batches import RAW, batch
from .processes import tree

TABLE = "tables/who/*.parquet"
BYTES = f"raw/*/{checksum(RAW.data)}"


@pytest.fixture
def root(tmp_path):
    with Store.open(tmp_path, write=True) as store:
        store.commit([batch("who"), batch("other", raw=())])
    return tmp_path


def truncate(data: bytes) -> bytes:
    return data[:-7]


def flip(data: bytes) -> bytes:
    return data[:10] + bytes([data[10] ^ 1]) + data[11:]


@pytest.mark.parametrize("spoil", [truncate, flip, None])
@pytest.mark.parametrize("which", [TABLE, BYTES])
def test_a_spoilt_file_is_told_and_mended_by_adding_again(root, which, spoil):
    (path,) = root.glob(which)
    whole = path.read_bytes()
    path.unlink() if spoil is None else path.write_bytes(spoil(whole))
    name = path.relative_to(root).as_posix()
    with Store.open(root) as store:
        (found,) = store.check()
        assert (found.check, found.subject) == ("file_missing" if spoil is None else "file_damaged", name)
        assert name in found.message.text("zh")
        with pytest.raises(StoreError, match="missing" if spoil is None else "damaged") as told:
            store.read() if which == TABLE else store.raw(checksum(RAW.data))
        assert "data check" in told.value.text("en")
        assert len(store.read(sources=["other"])) == 20  # the rest is readable
    with Store.open(root, write=True) as store:
        store.commit([batch("who")])
        assert path.read_bytes() == whole
        assert store.check() == ()
        assert len(store.datasets()) == 2


def test_raw_bytes_without_their_origin_are_told_and_mended(root):
    (beside,) = root.glob("raw/*/*.origin.json")
    beside.unlink()
    with Store.open(root, write=True) as store:
        (found,) = store.check()
        assert found.check == "origin_missing"
        store.commit([batch("who")])
        assert store.check() == ()


def test_what_a_killed_writer_left_is_swept_and_what_a_person_put_stays(root):
    whole = tree(root)
    left = [
        "tables/who/2030-01-01-0123abcd.parquet",
        f"raw/ff/{'f' * 64}",
        f"raw/ff/{'f' * 64}.origin.json",
        "tables/who/.writing-2030-01-01-0123abcd.parquet",
        ".writing-longwave.duckdb",
        ".writing-longwave.duckdb.wal",
    ]
    theirs = ["tables/who/notes.txt", "raw/ff/README", "mine.txt"]
    for name in (*left, *theirs):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"half")
    with Store.open(root) as store:
        orphans = {fault.subject for fault in store.check()}
    assert orphans == {*left[:4], *theirs[:2]}
    assert set(left) <= set(tree(root))  # a reader sweeps nothing
    with Store.open(root, write=True) as store:
        assert {fault.subject for fault in store.check()} == set(theirs[:2])
        assert len(store.read()) == 40
    assert tree(root) == whole | dict.fromkeys(theirs, b"half")
