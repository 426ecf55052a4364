"""Killed while data is being added: nothing that was committed is lost, and the next start works."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import longwave as lw
from longwave.core.settings import Settings

ADD = "import sys, longwave as lw; from pathlib import Path; lw.add(Path(sys.argv[1]), settings=lw.Settings(store=Path(sys.argv[2])))"


def write_file(path: Path, name: str, rows: int) -> Path:
    lines = [f"USA,{name},{1000 + row},{row}.5" for row in range(rows)]
    path.write_text("area,variable,period,value\n" + "\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("delay", [0.6, 1.0, 1.4, 1.8])
def test_a_kill_leaves_the_store_whole(tmp_path: Path, delay: float) -> None:
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    lw.add(write_file(tmp_path / "first.csv", "first", 60), settings=settings)
    second = write_file(tmp_path / "second.csv", "second", 8000)
    child = subprocess.Popen(
        [sys.executable, "-c", ADD, str(second), str(settings.store)], stderr=subprocess.DEVNULL
    )
    time.sleep(delay)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert len(lw.show("USA", "first", settings=settings).panel) == 60
    rows = {row.dataset: row.observations for row in lw.datasets(settings)}
    assert rows.get("second", 8000) == 8000
    lw.add(second, settings=settings)
    assert len(lw.show("USA", "second", settings=settings).panel) == 8000
