"""``import longwave`` and every command that is not of text never import torch or what else the text extra brings.

Each is tried in an interpreter of its own. Where the extra is installed the tests show that it is not used; where it is
not, they show that nothing wants it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from text_extra import TEXT_EXTRA

from .tree import modules

SAY = f"print('heavy:', *sorted({{name.partition('.')[0] for name in sys.modules}} & set({sorted(TEXT_EXTRA)!r})))"
RUN = "import sys\ntry:\n    from longwave.__main__ import run\n    run()\nfinally:\n    "
OF_TEXT = ("longwave.text", "longwave.workflows.text")

where_text_is = pytest.mark.skipif(find_spec("torch") is None, reason="the text extra is not installed here")


def heavy(code: str, *words: str, folder: Path) -> list[str]:
    """The packages of the text extra that are loaded after `code` ran with these words of a command line."""
    mine = {"LONGWAVE_STORE": str(folder / "store"), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        env=os.environ | mine,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].removeprefix("heavy:").split()


@pytest.mark.parametrize(
    "line", ["import longwave", "import longwave.text", "import longwave; longwave.text"]
)
def test_importing_longwave_brings_none(line: str, tmp_path: Path) -> None:
    assert heavy(f"import sys\n{line}\n{SAY}", folder=tmp_path) == []


def test_every_module_outside_text_imports_without(tmp_path: Path) -> None:
    """All of them in one interpreter; the command line's own files for text are among them."""
    wanted = [
        name
        for name in modules()
        if not name.startswith(OF_TEXT) and not name.endswith(("__main__", ".child"))
    ]
    code = f"import sys, importlib\nfor name in {wanted!r}: importlib.import_module(name)\n{SAY}"
    assert heavy(code, folder=tmp_path) == []


@pytest.mark.parametrize("words", [("--help",), ("text", "--help")], ids=" ".join)
def test_help_brings_none(words: tuple[str, ...], tmp_path: Path) -> None:
    assert heavy(RUN + SAY, *words, folder=tmp_path) == []


@where_text_is
@pytest.mark.parametrize(
    "words",
    [
        ("doctor",),
        ("data", "list"),
        ("model", "solve", "klein1"),
        ("forecast", "real_gdp@USA"),
    ],
    ids=" ".join,
)
def test_a_command_that_is_not_of_text_brings_none(words: tuple[str, ...], tmp_path: Path) -> None:
    assert heavy(RUN + SAY, *words, folder=tmp_path) == []
