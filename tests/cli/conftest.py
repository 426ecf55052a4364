"""Running the command line: in this process for its words, as a process for what only a process has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from longwave.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, home and environment, so that nobody's own settings or store are read."""
    for name in list(os.environ):
        if name.startswith(("LONGWAVE_", "XDG_")) or name == "NO_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(surroundings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process."""

    def call(*argv: str) -> Ran:
        code = main([str(word) for word in argv])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def spawn(surroundings: Path) -> Run:
    """Runs a command line as a process."""

    def call(*argv: str, **env: str) -> Ran:
        command = [sys.executable, "-m", "longwave", *map(str, argv)]
        done = subprocess.run(command, capture_output=True, timeout=120, env=os.environ | env)
        return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return call


@pytest.fixture
def figures(surroundings: Path) -> Path:
    """A small file of figures of a region that no factbook knows."""
    rows = ["area,variable,period,value,unit"]
    rows += [
        f"NLD,real_gdp,{year},{100 * 1.02 ** (year - 1990):.4f},million 2017 USD"
        for year in range(1990, 2020)
    ]
    rows += [f"NLD,=risky,{year},{year},persons" for year in range(2000, 2003)]
    path = surroundings / "figures.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path
