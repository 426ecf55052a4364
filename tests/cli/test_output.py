"""Tables, documents, and what a terminal changes."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from longwave.cli.output import Output, is_terminal


def test_columns_line_up_also_with_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    Output().table(["名称", "n"], [["中国", 1], ["USA", 20]])
    assert capsys.readouterr().out == "名称   n\n中国   1\nUSA   20\n"


def test_a_table_without_rows_is_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    Output().table(["a", "b"], [])
    assert capsys.readouterr().out == "a  b\n"


def test_missing_numbers_are_null_in_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    Output(json=True).document("thing", {"x": [math.nan, math.inf, 1.5], "where": Path("a")})
    document = json.loads(capsys.readouterr().out)
    assert document == {"schema": "longwave.thing/1", "x": [None, None, 1.5], "where": "a"}


def test_under_json_only_the_document_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(json=True)
    output.line("a line")
    output.table(["a"], [["b"]])
    output.csv(["a"], [["b"]])
    assert capsys.readouterr().out == ""


def test_missing_cells_of_csv_are_empty(capsys: pytest.CaptureFixture[str]) -> None:
    Output().csv(["a", "b"], [[math.nan, "x,y"], [None, 1.5]])
    assert capsys.readouterr().out == 'a,b\n,"x,y"\n,1.5\n'


def test_quiet_swallows_notes_but_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True, verbose=1)
    output.note("note")
    output.detail("detail")
    output.warn("warning")
    assert capsys.readouterr().err == "warning\n"


def test_nothing_is_a_terminal_here() -> None:
    assert not is_terminal(None)
    assert not Output().decorated


TALK = "from longwave.cli.main import main; import sys; sys.exit(main(['nothing', *sys.argv[1:]]))"


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    ("flags", "env", "coloured"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colours_only_on_a_terminal_that_wants_them(
    tmp_path: Path, flags: list[str], env: dict[str, str], coloured: bool
) -> None:
    import pty

    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    parent, child = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", TALK, *flags], stderr=child, cwd=tmp_path, env=plain | {"TERM": "xterm"} | env
    ) as process:
        process.wait(timeout=60)
    os.close(child)
    said = os.read(parent, 4096).decode()
    os.close(parent)
    assert ("\x1b[" in said) == coloured
    assert "There is no command" in said
