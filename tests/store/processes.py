"""Real processes for the store's tests, forked from one server that has imported the store already."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any


def start(work: Callable[..., None], *given: Any) -> tuple[BaseProcess, Connection]:
    """Runs ``work(connection, *given)`` in another process; gives the process and our end of the pipe."""
    context = multiprocessing.get_context("forkserver")
    assert isinstance(context, ForkServerContext)
    context.set_forkserver_preload(["longwave.store.store", "store.batches"])
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def kill(process: BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def heard(connection: Connection) -> list[Any]:
    """Everything that was said before the other end closed."""
    said = []
    try:
        while True:
            said.append(connection.recv())
    except (EOFError, ConnectionResetError):
        return said


def answer(work: Callable[..., None], *given: Any) -> Any:
    """What ``work`` says last in another process that runs to its end."""
    process, connection = start(work, *given)
    said = heard(connection)
    process.join()
    assert said, f"process ended with {process.exitcode} and said nothing: see stderr"
    return said[-1]


def tree(root: Path) -> dict[str, bytes]:
    """Every file of a folder but the lock, with its bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "longwave.lock"
    }
