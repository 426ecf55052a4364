"""Flags of every command, before its name and after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


@pytest.mark.parametrize(
    "argv",
    [
        ["--store", "mine", "config", "show", "--json"],
        ["config", "--store", "mine", "show", "--json"],
        ["config", "show", "--store", "mine", "--json"],
        ["--json", "config", "show", "--store=mine"],
        ["--store", "other", "--json", "config", "show", "--store", "mine"],
    ],
)
def test_a_flag_may_stand_at_any_level_and_the_innermost_wins(
    run: Run, surroundings: Path, argv: list[str]
) -> None:
    store = run(*argv).document["settings"]["store"]
    assert store == {"value": str(surroundings / "mine"), "origin": "flag"}


def test_offline_and_online_override_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*argv: str) -> object:
        return run("config", "show", "--json", *argv).document["settings"]["offline"]

    assert offline() == {"value": False, "origin": "default"}
    monkeypatch.setenv("LONGWAVE_OFFLINE", "1")
    assert offline() == {"value": True, "origin": "LONGWAVE_OFFLINE"}
    assert offline("--online") == {"value": False, "origin": "flag"}
    assert (
        run("--offline", "config", "show", "--online", "--json").document["settings"]["offline"]["value"]
        is False
    )


def test_the_first_language_is_the_one_that_is_spoken(run: Run) -> None:
    assert "设置" in run("config", "show", "--lang", "zh", "--lang", "en").out
    assert "setting" in run("config", "show", "--lang", "EN").out


def test_every_command_takes_the_house_s_flags(run: Run) -> None:
    for path in (["study"], ["data", "list"], ["report"], ["config", "show"], ["doctor"], ["version"]):
        text = run(*path, "--help").out
        for flag in (
            "--store",
            "--offline",
            "--lang",
            "--json",
            "--quiet",
            "--verbose",
            "--debug",
            "--no-color",
        ):
            assert flag in text, path
