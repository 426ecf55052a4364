"""Run a command several times as a whole process and tell median wall time and peak memory."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """Median and range of wall seconds, and the largest resident memory of any child so far, in MiB."""

    median: float
    low: float
    high: float
    peak_mib: float

    def row(self, name: str) -> str:
        return f"| {name} | {self.median:.3f} | {self.low:.3f}-{self.high:.3f} | {self.peak_mib:.0f} |"


def measure(code: str, *arguments: str, runs: int = 5) -> Measured:
    """Runs ``python -c code arguments`` `runs` times after one warm-up."""
    seconds = []
    for run in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL, env=os.environ
        )
        if run:
            seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Measured(statistics.median(seconds), min(seconds), max(seconds), peak)


HEADER = "| what | median s | range s | peak MiB |\n|---|---|---|---|"
