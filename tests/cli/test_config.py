"""``longwave config show``."""

from __future__ import annotations

import pytest

from longwave.core.settings import SETTINGS

from .conftest import Run


def test_every_setting_is_shown_with_its_origin(run: Run) -> None:
    document = run("config", "show", "--json").document
    assert document["schema"] == "longwave.config/1"
    assert list(document["settings"]) == list(SETTINGS)
    text = run("config", "show", "--origin").out
    assert all(name in text for name in SETTINGS)
    assert "default" in text
    assert "default" not in run("config", "show").out.replace("\n", " ").split()


def test_a_secret_is_never_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWAVE_FRED_KEY", "abcdef123456")
    for argv in (["--json"], ["--origin"], ["--origin", "--json", "-vv", "--debug"]):
        done = run("config", "show", *argv)
        assert "abcdef123456" not in done.out + done.err
    assert run("config", "show", "--json").document["settings"]["fred_key"] == {
        "value": "set",
        "origin": "LONGWAVE_FRED_KEY",
    }
