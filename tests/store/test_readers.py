"""Readers while a writer commits: each sees whole commits, one after another, and never an error."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from longwave.store import Store

from .batches import batch
from .processes import heard, start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks are POSIX")


def read_until(connection: Connection, root: str, last: int) -> None:
    """Opens and reads until the last commit is there; says what it saw, in order."""
    seen = [-1]
    while seen[-1] < last:
        with Store.open(Path(root)) as store:
            values = store.read(areas=["CHN"]).frame.groupby("source")["value"].unique()
            numbers = {float(value) for column in values for value in column}
        if numbers:
            (number,) = numbers  # both datasets, all figures, of one and the same commit
            assert len(values) == 2
            seen.append(int(number))
    connection.send(seen)


def test_readers_see_whole_commits_in_order(tmp_path):
    last = 8
    readers = [start(read_until, str(tmp_path), last) for _ in range(2)]
    with Store.open(tmp_path, write=True) as store:
        for number in range(last + 1):
            store.commit([batch(dataset, value=float(number)) for dataset in "ab"])
    for process, connection in readers:
        (seen,) = heard(connection)
        process.join()
        assert process.exitcode == 0
        assert seen == sorted(seen)
        assert len(set(seen)) > 2, "the reader was not there while the writer wrote"
