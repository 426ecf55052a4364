"""Killed while data is being added: nothing that was committed is lost, and the next start works."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import longwave as lw
from longwave.core.area import areas as areas_known
from longwave.core.settings import Settings

ADD = (
    "import sys, longwave as lw; from pathlib import Path;"
    "lw.add(Path(sys.argv[1]), settings=lw.Settings(store=Path(sys.argv[2])))"
)


def write_file(path: Path, name: str, rows: int) -> Path:
    """A long table of monthly figures from 1900 on: `rows` of them over as many areas as that takes."""
    areas = sorted(code for code, area in areas_known().items() if not area.aggregate)
    lines = [
        f"{areas[row // 1200]},{name},{1900 + row % 1200 // 12}-{row % 12 + 1:02d},{row}.5"
        for row in range(rows)
    ]
    path.write_text("area,variable,period,value\n" + "\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("delay", [0.6, 1.0, 1.4, 1.8])
def test_a_kill_leaves_the_store_whole(tmp_path: Path, delay: float) -> None:
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    lw.add(write_file(tmp_path / "first.csv", "first", 60), settings=settings)
    second = write_file(tmp_path / "second.csv", "second", 60_000)
    child = subprocess.Popen(
        [sys.executable, "-c", ADD, str(second), str(settings.store)], stderr=subprocess.DEVNULL
    )
    time.sleep(delay)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert kept(settings)["first"] == 60
    assert kept(settings).get("second", 60_000) == 60_000
    lw.add(second, settings=settings)
    assert kept(settings) == {"first": 60, "second": 60_000}
    damage = {"file_missing", "file_unreadable", "file_damaged", "origin_missing"}
    assert not damage & {fault.check for fault in lw.check(settings)}


def kept(settings: Settings) -> dict[str, int]:
    return {row.dataset: row.observations for row in lw.datasets(settings) if not row.embedded}
