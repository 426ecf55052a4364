"""``import longwave`` costs under 0.3 s beyond a bare interpreter, and brings no pandas."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ALLOWED = 0.3


def seconds(code: str) -> float:
    """Wall time of an interpreter that runs `code`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    return time.perf_counter() - started


def test_import_is_light() -> None:
    """Median of five; bare and ours by turns, so that what else the machine does weighs on both alike."""
    beyond = [seconds("import longwave") - seconds("pass") for _ in range(5)]
    assert statistics.median(beyond) < ALLOWED


def test_import_brings_no_pandas() -> None:
    code = "import sys, longwave; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True
    )
    assert not {"pandas", "numpy", "typer", "duckdb", "matplotlib"} & set(loaded.stdout.split())
