"""Who is told while a fine-tuning goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from longwave.core.harvest import Progress, silent
from longwave.core.message import Message
from longwave.text.prepared import Prepared
from longwave.text.training.cost import Cost


@dataclass(frozen=True)
class Listener:
    """prepared: what was found in the data; cost: the forecast, None where there is none, and what a user should know
    before; note: what else is to be said; progress: a bar."""

    progress: Progress = silent
    prepared: Callable[[Prepared], None] = lambda prepared: None
    cost: Callable[[Cost | None, tuple[Message, ...]], None] = lambda cost, notes: None
    note: Callable[[Message], None] = lambda message: None
