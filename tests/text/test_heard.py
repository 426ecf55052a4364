"""A fine-tuning from Python is told to whoever sits before it, and to nobody else."""

import sys

import pytest

torch = pytest.importorskip("torch")

from longwave.core.message import say  # noqa: E402
from longwave.text.heard import heard, watched  # noqa: E402


def test_lines_and_a_bar_in_the_language_of_the_settings(capsys, monkeypatch):
    monkeypatch.setenv("LONGWAVE_LANG", "zh")
    with heard() as listener:
        listener.note(say("text_verbs.rows", train=3, dev=2, test=1))
        listener.progress(say("text_engine.training"), 1, 2)
    told = capsys.readouterr()
    assert "训练 3 行，验证 2 行，测试 1 行。" in told.err
    assert told.out == ""


def test_a_program_hears_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert not watched()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert watched()
