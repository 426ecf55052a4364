"""How long a training has taken, over the runs that it was killed in: written with each of the Trainer's states."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from longwave.text.training import processes

_FILE = "spent.json"


def seconds_spent(folder: Path) -> float:
    """By earlier runs in this folder up to the last state that they wrote; nought where there is none."""
    try:
        return float(json.loads((folder / _FILE).read_text("utf-8"))["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


class Clock(TrainerCallback):
    """Writes down the seconds so far whenever a state is written."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        self.folder = folder
        self.before = seconds_spent(folder) if resume else 0.0
        self.begun = time.perf_counter()

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        if not processes.main():
            return
        part = self.folder / f".{_FILE}.part"
        part.write_text(json.dumps({"seconds": self.before + time.perf_counter() - self.begun}), "utf-8")
        part.replace(self.folder / _FILE)
