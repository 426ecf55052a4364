"""Killed at any moment, the store loses nothing that was committed, keeps nothing half, and opens again."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from longwave.core.harvest import RawFile
from longwave.core.origin import checksum
from longwave.store import Batch, Store

from .batches import batch
from .processes import heard, kill, start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")


def pair(number: int) -> list[Batch]:
    """Two datasets that one commit brings together, every figure of both equal to `number`."""
    raw = (RawFile("figures", b"%d" % number * 5_000),)
    released = f"{2000 + number % 7}-01-01"  # now and then a new release, now and then one that supersedes
    return [
        batch(dataset, released, value=float(number), raw=raw, years=range(1900, 1950)) for dataset in "ab"
    ]


def commit_for_ever(connection: Connection, root: str, number: int) -> None:
    """Commits pair after pair and says each number once the commit has returned."""
    connection.send("ready")
    while True:
        with Store.open(Path(root), write=True) as store:
            for _ in range(3):
                store.commit(pair(number))
                connection.send(number)
                number += 1


def committed(root: Path, since: int = 0) -> list[int]:
    """The numbers in the store from the commit `since` on, in order. Fails where one of them is not whole."""
    with Store.open(root) as store:
        records = store.datasets()[2 * since :]
        numbers = []
        for first, second in zip(records[::2], records[1::2], strict=True):
            assert (first.dataset, second.dataset) == ("a", "b")
            frames = [store.history(record.serial).frame for record in (first, second)]
            assert [len(frame) for frame in frames] == [200, 200]
            (number,) = {value for frame in frames for value in frame["value"].dropna()}
            assert store.raw(checksum(b"%d" % int(number) * 5_000))
            numbers.append(int(number))
        assert {fault.check for fault in store.check()} <= {"file_orphan"}
    return numbers


def survive(root: Path, kills: int, chance: random.Random) -> int:
    """Kills a writer again and again; gives how many commits were acknowledged before the kills."""
    begun = time.monotonic()
    with Store.open(root, write=True) as store:
        store.commit(pair(0))
    usual = time.monotonic() - begun
    kept, acknowledged = 1, 0
    for _ in range(kills):
        process, connection = start(commit_for_ever, str(root), kept)
        assert connection.recv() == "ready"
        said = [connection.recv() for _ in range(chance.randrange(2))]
        time.sleep(chance.uniform(0.0, min(usual, 0.5)))
        kill(process)
        said += heard(connection)
        found = committed(root, since=kept)
        assert found == list(range(kept, kept + len(found)))
        assert said == found[: len(said)], "a commit that had been acknowledged is gone"
        kept += len(found)
        acknowledged += len(said)
    with Store.open(root, write=True) as store:
        store.commit(pair(kept))
        assert store.check() == ()
    assert committed(root) == list(range(kept + 1))
    return acknowledged


def test_killed_at_random_moments(tmp_path):
    assert survive(tmp_path / "store", 20, random.Random(1)) > 3  # noqa: S311


@pytest.mark.slow
def test_killed_at_random_moments_two_hundred_times(tmp_path):
    chance = random.Random(2)  # noqa: S311
    assert sum(survive(tmp_path / f"store{number}", 20, chance) for number in range(10)) > 30


def commit_until_step(connection: Connection, root: str, number: int, step: int) -> None:
    """Commits one pair, and is killed for good just before its `step`-th touch of a file in the store."""
    touched = 0

    def count(event: str, given: tuple[object, ...]) -> None:
        nonlocal touched
        if event in {"open", "os.rename", "os.remove", "os.mkdir"} and str(given[0]).startswith(root):
            touched += 1
            if touched == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    with Store.open(Path(root), write=True) as store:
        store.commit(pair(number))
        connection.send(number)


def survive_steps(folder: Path, steps: range) -> None:
    """One kill a step, from the making of the store to the end of its first commit."""
    before = after = 0
    for step in steps:
        root = folder / str(step)
        process, connection = start(commit_until_step, str(root), 0, step)
        said = heard(connection)
        process.join()
        kept = committed(root)
        assert kept in ([], [0])
        assert not said or kept == [0], "a commit that had been acknowledged is gone"
        before += kept == []
        after += kept == [0] and not said
        with Store.open(root, write=True) as store:
            store.commit(pair(len(kept)))
            assert store.check() == ()
        assert committed(root) == list(range(len(kept) + 1))
        if process.exitcode == 0:
            break
    assert process.exitcode == 0, "the commit has more steps than this test takes"
    assert before * steps.step > 20, "the steps were not seen"
    assert after >= 1 or steps.step > 1


def test_killed_before_every_tenth_touch_of_a_file(tmp_path):
    survive_steps(tmp_path, range(3, 300, 10))


@pytest.mark.slow
def test_killed_before_each_touch_of_a_file(tmp_path):
    survive_steps(tmp_path, range(1, 300))
