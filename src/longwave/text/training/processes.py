"""Several processes that train one model, as torchrun or ``accelerate launch`` starts them: one writes, all learn.

Each process has its share of every batch (PyTorch's DistributedDataParallel, by transformers' Trainer). What is measured
in one process (time) is told to the others, so that all plan alike; only the main process writes, deletes or speaks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")
_PATIENCE = timedelta(days=7)
"""How long the others wait for the main process, which judges and writes alone."""


_ALONE: ContextVar[bool] = ContextVar("alone", default=False)


_LAUNCHED = ("RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


def count() -> int:
    """How many processes there are; one where nothing has launched several, or where this one works alone.

    A number of processes alone is left by schedulers in the environment of any job, and launches nothing."""
    told = os.environ.get("WORLD_SIZE", "1")
    launched = told.isdecimal() and all(os.environ.get(name) for name in _LAUNCHED)
    return max(1, int(told)) if launched and not _ALONE.get() else 1


def main() -> bool:
    """Whether this process is the one that writes."""
    return count() == 1 or os.environ.get("RANK", "0") == "0"


@contextmanager
def alone() -> Iterator[None]:
    """What the main process does by itself, while the others wait: nothing within asks them anything."""
    before = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(before)


def join() -> None:
    """Brings the processes together, before anything else is done with torch."""
    if count() == 1:
        return
    from accelerate import PartialState

    from longwave.text.training.processor import device

    PartialState(cpu=device() == "cpu", timeout=_PATIENCE)


def wait() -> None:
    """Until all processes are here."""
    if count() > 1:
        from torch import distributed

        distributed.barrier()


def agreed(told: Callable[[], T]) -> T:
    """What the main process says. told: is asked in every process, since it may compute with the model."""
    mine = told()
    if count() == 1:
        return mine
    from torch import distributed

    held = [mine]
    distributed.broadcast_object_list(held, src=0)
    return held[0]
