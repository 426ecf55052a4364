"""Shell completion, through the same door as a shell."""

from __future__ import annotations

import pytest

from .conftest import Run


def completions(spawn: Run, line: str) -> set[str]:
    """What bash would offer at the end of `line`."""
    words = line.split(" ")
    done = spawn(_LONGWAVE_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    return set(done.out.split())


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("longwave st", {"study"}),
        ("longwave study CH", {"CHN", "CHE"}),
        ("longwave study ch", {"chn"}),
        ("longwave study 中", {"中国"}),
        ("longwave data sh", {"show"}),
        ("longwave study --ho", {"--horizon"}),
        ("longwave study --lang ", {"en", "zh"}),
        ("longwave data pull wo", {"world_bank"}),
    ],
)
def test_what_is_offered(spawn: Run, line: str, offered: set[str]) -> None:
    assert offered <= completions(spawn, line)


def test_a_completion_that_cannot_be_had_says_nothing(spawn: Run) -> None:
    words = "longwave data show USA --source x"
    done = spawn(
        _LONGWAVE_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD="5", LONGWAVE_LANG="nonsense"
    )
    assert done.err == ""
