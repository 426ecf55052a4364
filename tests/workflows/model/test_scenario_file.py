"""Scenario files: what is written is read again, and what is broken is named."""

from __future__ import annotations

from pathlib import Path

import pytest

import longwave as lw
from longwave.core.errors import BadInput, LongwaveError, UsageError
from longwave.core.message import Names
from longwave.workflows.model.scenario_file import read_scenarios, write_scenarios

SENTENCES = [
    "G + 1 in 1930..1933",
    "T * 1.02",
    "C.add - 0.5 in 1931.. fading 0.8",
    "Y = 60 in 1934 by G",
    "G + 2%",
]


def test_scenarios_come_back_as_they_were_written(tmp_path: Path) -> None:
    baseline = lw.model("klein1").scenario("1930", "1936")
    made = [
        (baseline + SENTENCES).named('all "of" them\\', Names("All\nof them", "全部")),
        (baseline + SENTENCES[0]).named("one.two"),
    ]
    path = tmp_path / "kept.toml"
    path.write_text(write_scenarios(made), "utf-8")
    read = read_scenarios(path)
    assert [each.name for each in read] == [each.name for each in made]
    assert [each.shocks for each in read] == [each.shocks for each in made]
    assert read[0].names == made[0].names


def test_the_same_solution_comes_from_the_file(tmp_path: Path) -> None:
    baseline = lw.model("klein1").scenario("1930", "1936")
    path = tmp_path / "kept.toml"
    path.write_text(write_scenarios([baseline + SENTENCES[:3]]), "utf-8")
    (read,) = read_scenarios(path)
    again = baseline + read.shocks
    assert (again.frame() == (baseline + SENTENCES[:3]).frame()).all(axis=None)


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[a]\n",
        "[a]\nshocks = 'G + 1'\n",
        "[a]\nshocks = [1]\n",
        "a = 3\n",
        "[a]\nshocks = ['G plus 1']\n",
        "[a]\nshocks = []\n[a]\nshocks = []\n",
        "[a]\nshocks = ['G + 1 in 1940..1930']\n",
    ],
)
def test_a_broken_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(LongwaveError) as caught:
        read_scenarios(path)
    assert isinstance(caught.value, BadInput | UsageError)
    assert caught.value.text("zh")


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_scenarios(tmp_path / "missing.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput):
        read_scenarios(tmp_path / "bytes.toml")
