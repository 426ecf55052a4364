"""``longwave measure``: what it prints, lists and refuses."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run


def test_the_list_says_what_each_rests_on(run: Run) -> None:
    done = run("measure", "list")
    assert done.code == 0, done.err
    assert "growth_accounting" in done.out
    assert "your own table (--file)" in done.out
    document = run("measure", "list", "--json").document
    assert document["schema"] == "longwave.measures/1"
    assert {row["kind"] for row in document["measures"]} == {"area", "table"}


def test_a_dimension_of_an_area_in_both_languages(run: Run) -> None:
    done = run("measure", "returns", "JPN", "--lang", "zh")
    assert done.code == 0, done.err
    assert "日本" in done.out
    document = run("measure", "return_on_capital", "JPN", "--json", "-q").document
    (one,) = document["measurements"]
    assert one["estimates"]
    assert document["data"][0]["dataset"] == "factbook_pwt1001"


def test_what_the_figures_cannot_carry_ends_with_5(run: Run) -> None:
    done = run("measure", "security", "JPN")
    assert done.code == 5
    assert done.out.strip()


def test_one_s_own_table(run: Run) -> None:
    Path("firms.csv").write_text("firm,sales\na,30\nb,30\nc,20\nd,20\n", "utf-8")
    done = run("measure", "concentration", "--file", "firms.csv")
    assert done.code == 0, done.err
    assert "2600" in done.out.replace(",", "")


def test_wrong_use_is_told_with_a_mend(run: Run) -> None:
    for words in (
        ("measure", "concentration", "USA"),
        ("measure", "returns"),
        ("measure", "nothing", "USA"),
        ("measure", "list", "USA"),
        ("measure", "returns", "USA", "--seed", "-1"),
    ):
        done = run(*words)
        assert done.code == 2, words
        assert done.err.startswith("Error")
