"""Progress on stderr: a bar with the time left on a terminal, elsewhere a line a stage; at first nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from longwave.cli.output import Output
from longwave.core.message import Message

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from longwave.core.harvest import Progress

PATIENCE = 1.0
"""Seconds before anything is shown: what is over sooner needs no bar."""


@contextmanager
def watched(output: Output) -> Iterator[Progress]:
    """A `Progress` to hand to a workflow, drawn as this call's terminal and flags allow."""
    if output.quiet:
        yield _nothing
    elif output.decorated:
        with _bar(output) as progress:
            yield progress
    else:
        yield _lines(output)


def _nothing(label: Message, done: int, total: int) -> None:
    """Progress that nobody watches. (`core.harvest` has the same, and brings pandas with it.)"""


def _lines(output: Output) -> Progress:
    """One line when the kind of work changes; with -v one for every step."""
    started = time.monotonic()
    last = ""

    def progress(label: Message, done: int, total: int) -> None:
        nonlocal last
        late = time.monotonic() - started >= PATIENCE
        fresh = label.key != last and not (total and done == total)
        if output.verbose or (late and fresh):
            last = label.key
            # A stage is told when it begins; of its steps nothing more would be seen.
            steps = f" ({done}/{total})" if output.verbose and total else " …"
            output.note(f"{label.text(output.lang)}{steps}")

    return progress


@contextmanager
def _bar(output: Output) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None)
    # A timer, not the next step, brings the bar up: the first step may be the one that takes long.
    timer = threading.Timer(PATIENCE, bar.start)
    timer.daemon = True

    def progress(label: Message, done: int, total: int) -> None:
        bar.update(task, description=_escaped(label.text(output.lang)), completed=done, total=total or None)

    timer.start()
    try:
        yield progress
    finally:
        timer.cancel()
        timer.join()
        _stop(bar)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _stop(bar: Bar) -> None:
    if bar.live.is_started:
        bar.stop()
