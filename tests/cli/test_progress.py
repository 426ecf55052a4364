"""Progress: nothing for quick work, lines into a file, a bar on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from longwave.cli import progress as room
from longwave.cli.output import Output
from longwave.cli.progress import watched
from longwave.core.message import say


def work(output: Output) -> None:
    with watched(output) as progress:
        for step in range(3):
            progress(say("workflows.measuring", measure="x", area="A"), step, 3)
        progress(say("workflows.done"), 3, 3)


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    work(Output())
    assert capsys.readouterr().err == ""


def test_slow_work_says_each_stage_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.0)
    work(Output())
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_verbose_says_every_step_and_quiet_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work(Output(verbose=1))
    assert len(capsys.readouterr().err.splitlines()) == 4
    monkeypatch.setattr(room, "PATIENCE", 0.0)
    work(Output(quiet=True))
    assert capsys.readouterr().err == ""


BAR = """
import sys, time
from longwave.cli import progress as room
from longwave.cli.output import Output
from longwave.core.message import say
room.PATIENCE = 0.05
with room.watched(Output()) as progress:
    for step in range(4):
        progress(say("workflows.reading", path="[bold]x"), step, 4)
        time.sleep(0.15)
print("data")
"""


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_a_bar_on_a_terminal_and_none_in_stdout(tmp_path: Path) -> None:
    import pty

    parent, child = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-c", BAR], stdout=subprocess.PIPE, stderr=child, cwd=tmp_path, env=env
    ) as process:
        out, _ = process.communicate(timeout=60)
    os.close(child)
    said = os.read(parent, 1 << 16).decode(errors="replace")
    os.close(parent)
    assert out == b"data\n"
    assert "[bold]x" in said, "a file's name is no markup"
    assert "/4" in said
