"""Who is told of a fine-tuning that was begun from Python: whoever sits before it, on a terminal or in a notebook.

What was found in the data and the forecast of time come as lines, the work as a bar. A program that nobody watches hears
nothing; one that wants to know gives a `Listener` of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from longwave.core.message import Message
from longwave.core.settings import load_settings
from longwave.text.listener import Listener
from longwave.text.prepared import Prepared
from longwave.text.training.cost import Cost, told


def watched() -> bool:
    """Whether somebody sits before this process."""
    return "ipykernel" in sys.modules or sys.stderr.isatty()


@contextmanager
def heard() -> Iterator[Listener]:
    """A listener that writes to stderr, lines and a bar, in the language of the settings, while the block lasts."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    lang = load_settings().lang
    bar = Progress(*columns, console=Console(stderr=True), transient=True)

    def note(message: Message) -> None:
        bar.console.print(message.text(lang), markup=False, highlight=False)

    def prepared(data: Prepared) -> None:
        for each in data.summary:
            note(each)

    def cost(forecast: Cost | None, notes: tuple[Message, ...]) -> None:
        for each in (*notes, *(() if forecast is None else (told(forecast),))):
            note(each)

    with bar:
        task = bar.add_task("", total=None)

        def progress(label: Message, done: int, total: int) -> None:
            bar.update(task, description=escape(label.text(lang)), completed=done, total=total or None)

        yield Listener(progress, prepared, cost, note)
